"""Accepted rows as typed frames, in canonical order."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ka_supply.domain.schema import Column, Table
from ka_supply.ingestion.cells import Cells
from ka_supply.ingestion.duplicates import canonical_order
from ka_supply.ingestion.review import Positions, Review, absent_review

__all__ = ["accepted_frame", "is_always_filled", "typed_series"]

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
        column.name: _series(column, review.cells[column.name], order)
        for column in review.table.columns
    }
    file = pa.array([review.source_file], pa.large_string())
    columns["source_file"] = _text(file, np.zeros(len(order), np.int64))
    columns["source_row"] = pd.Series(review.rows[order])
    return pd.DataFrame(columns)


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


def _series(column: Column, cells: Cells, order: Positions) -> "pd.Series[Any]":
    codes = cells.codes[order]
    if not isinstance(cells.levels, np.ndarray):
        return _text(cells.levels.cast(pa.large_string()), codes)
    if not len(cells.levels):
        return typed_series(column, np.zeros(len(order)), np.ones(len(order), bool))
    return typed_series(column, cells.levels[codes], codes < 0)


def _text(levels: pa.Array, codes: npt.NDArray[Any]) -> "pd.Series[Any]":
    index = pa.array(codes, mask=codes < 0)
    series: pd.Series[Any] = levels.take(index).to_pandas()
    return series


def typed_series(
    column: Column, values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]
) -> "pd.Series[Any]":
    """Return values other than text in the type a snapshot gives the column."""
    if column.type == "date":
        dates = values.astype("datetime64[s]")
        dates[missing] = np.datetime64("NaT")
        return pd.Series(dates)
    if column.type in {"number", "money"}:
        return pd.Series(np.where(missing, np.nan, values.astype(float)))
    is_flag = column.type == "flag"
    plain = values.astype("bool" if is_flag else "int64")
    if is_always_filled(column):
        return pd.Series(plain)
    nullable = pd.arrays.BooleanArray if is_flag else pd.arrays.IntegerArray
    return pd.Series(nullable(plain, missing.copy()))
