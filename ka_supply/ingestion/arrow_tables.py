"""Snapshot tables in exact types, as they are stored and handed to the auditor."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ka_supply.domain.schema import Column, schema
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion.frames import Array, typed_array

__all__ = ["PlainRow", "arrow_table", "plain_rows", "snapshot_frame"]

PlainRow = dict[str, str | int | dt.date | Decimal | bool | None]

_TYPES = {
    "integer": pa.int64(),
    "money": pa.decimal128(18, 4),
    "number": pa.decimal128(24, 9),
    "date": pa.date32(),
    "flag": pa.bool_(),
}


def arrow_table(table: str, frame: pd.DataFrame) -> pa.Table:
    """Return a snapshot table with exact types.

    Date -> date32, money -> decimal(18, 4), number -> decimal(24, 9), integer ->
    int64, flag -> bool, every other type -> text; source_file and source_row last.
    """
    arrays = {
        column.name: _array(column, frame[column.name])
        for column in schema()[table].columns
    }
    arrays["source_file"] = pa.array(frame["source_file"], pa.string())
    arrays["source_row"] = pa.array(frame["source_row"], pa.int64())
    return pa.table(arrays)


def _array(column: Column, series: "pd.Series[Any]") -> pa.Array:
    kind = _TYPES.get(column.type, pa.string())
    if column.type in {"money", "number"}:
        # Each float is the nearest to a decimal of that scale: the cast finds it.
        return pa.array(series, pa.float64(), from_pandas=True).cast(kind)
    return pa.array(series, kind, from_pandas=True)


def snapshot_frame(table: str, stored: pa.Table) -> pd.DataFrame:
    """Return a stored table in the types of a snapshot; undoes `arrow_table`."""
    columns = {
        column.name: _typed(column, stored.column(column.name))
        for column in schema()[table].columns
    }
    file = stored.column("source_file").cast(pa.large_string())
    columns["source_file"] = file.to_pandas().array
    columns["source_row"] = stored.column("source_row").to_numpy()
    return pd.DataFrame(columns, copy=False)


def _typed(column: Column, cells: pa.ChunkedArray) -> Array:
    if column.type not in _TYPES:
        texts: Array = cells.cast(pa.large_string()).to_pandas().array
        return texts
    missing = np.asarray(cells.is_null())
    if column.type in {"money", "number"}:
        # Through text: the direct cast is off by one unit in the last place.
        cells = cells.cast(pa.string()).cast(pa.float64()).fill_null(0.0)
    elif column.type == "date":
        cells = cells.fill_null(dt.date(1970, 1, 1))
    else:
        cells = cells.fill_null(False if column.type == "flag" else 0)
    return typed_array(column, cells.to_numpy(), missing)


def plain_rows(
    snapshot: Snapshot, tables: Iterable[str] | None = None
) -> dict[str, list[PlainRow]]:
    """Return accepted rows as plain Python values, without their source.

    Parameters
    ----------
    tables : iterable of str, optional
        Which tables; default all. Leave out large ones (sales) if unused.

    Returns
    -------
    dict of table name to list of rows
        str, int, date, bool, exact Decimal (money 4, number 9 decimals), or None.
    """
    names = list(snapshot.tables) if tables is None else list(tables)
    rows: dict[str, list[PlainRow]] = {}
    for name in names:
        exact = arrow_table(name, snapshot[name])
        kept = [column.name for column in schema()[name].columns]
        rows[name] = exact.select(kept).to_pylist()
    return rows
