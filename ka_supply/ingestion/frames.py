"""Accepted rows as typed frames, in canonical order."""

from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from ka_supply.domain.schema import Column, Table
from ka_supply.ingestion.cells import Cells
from ka_supply.ingestion.duplicates import canonical_order
from ka_supply.ingestion.review import Positions, Review, absent_review

__all__ = ["Array", "accepted_frame", "is_always_filled", "typed_array"]

Array: TypeAlias = npt.NDArray[Any] | ExtensionArray

# Filled from another column, so never missing although it has no default.
_FILLED_LATER = {("lanes", "lead_time_max_days"), ("lots", "as_of_date")}


def accepted_frame(review: Review) -> pd.DataFrame:
    """Return the accepted rows with every schema column and their source."""
    if not len(review.rows) and not review.source_file:
        return _no_rows(review.table).copy()
    order = canonical_order(review)
    return _frame(review, order[review.accepted[order]])


@cache
def _no_rows(table: Table) -> pd.DataFrame:
    return _frame(absent_review(table), np.array([], np.int64))


def _frame(review: Review, order: Positions) -> pd.DataFrame:
    columns = {
        column.name: _array(column, review.cells[column.name], order)
        for column in review.table.columns
    }
    file = pa.array([review.source_file], pa.large_string())
    columns["source_file"] = _text(file, np.zeros(len(order), np.int64))
    columns["source_row"] = review.rows[order]
    return pd.DataFrame(columns, copy=False)


def is_always_filled(column: Column) -> bool:
    """Whether an accepted row always has a value in this column.

    Examples
    --------
    >>> from ka_supply.domain.schema import schema
    >>> is_always_filled(schema()["orders"]["qty_shipped"])
    True
    """
    place = (column.table, column.name)
    return column.required or column.default != "" or place in _FILLED_LATER


def _array(column: Column, cells: Cells, order: Positions) -> Array:
    codes = cells.codes[order]
    if not isinstance(cells.levels, np.ndarray):
        return _text(cells.levels.cast(pa.large_string()), codes)
    if not len(cells.levels):
        return typed_array(column, np.zeros(len(order)), np.ones(len(order), bool))
    return typed_array(column, cells.levels[codes], codes < 0)


def _text(levels: pa.Array, codes: npt.NDArray[Any]) -> Array:
    index = pa.array(codes, mask=codes < 0)
    texts: Array = levels.take(index).to_pandas().array
    return texts


def typed_array(
    column: Column, values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]
) -> Array:
    """Return values other than text in the type a snapshot gives the column."""
    if column.type == "date":
        dates = values.astype("datetime64[s]")
        dates[missing] = np.datetime64("NaT")
        return dates
    if column.type in {"number", "money"}:
        return np.where(missing, np.nan, values.astype(float))
    is_flag = column.type == "flag"
    plain = values.astype("bool" if is_flag else "int64")
    if is_always_filled(column):
        return plain
    nullable = pd.arrays.BooleanArray if is_flag else pd.arrays.IntegerArray
    return nullable(plain, missing.copy())
