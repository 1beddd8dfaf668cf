"""Output tables as Parquet, typed by the data dictionary, money exact."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ka_supply.domain.outputs import output_columns

__all__ = ["arrow_table", "read_frame", "read_rows", "write_table"]

DECIMALS = {"money": Decimal("0.01"), "number": Decimal("0.000000001")}
TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "float": pa.float64(),
    "money": pa.decimal128(18, 2),
    "number": pa.decimal128(24, 9),
    "date": pa.date32(),
    "flag": pa.bool_(),
}


def _decimal(value: object, unit: Decimal) -> Decimal:
    # repr of a float is its shortest exact form, so 0.1 stays 0.1.
    return Decimal(str(value)).quantize(unit, rounding=ROUND_HALF_UP)


def _plain(value: object, kind: str) -> object:
    if isinstance(value, dt.datetime):
        return value.date()
    if kind in DECIMALS:
        return _decimal(value, DECIMALS[kind])
    if kind == "integer":  # a column with gaps holds its integers as floats
        return int(cast("float", value))
    return value


def arrow_table(name: str, frame: pd.DataFrame) -> pa.Table:
    """Return an output table with the dictionary's columns and types.

    Raises
    ------
    ValueError
        If the frame lacks a column or has one the dictionary does not name.
    """
    columns = output_columns()[name]
    if set(columns) != set(frame.columns):
        odd = sorted(set(columns) ^ set(frame.columns))
        msg = f"output table {name}: columns {odd} do not match outputs.csv"
        raise ValueError(msg)
    arrays = []
    for column, kind in columns.items():
        values = frame[column]
        missing = values.isna().to_numpy()
        if kind in ("text", "float", "flag"):
            array = pa.array(values, type=TYPES[kind], from_pandas=True)
        else:
            plain = [
                None if gone else _plain(value, kind)
                for value, gone in zip(values, missing, strict=True)
            ]
            array = pa.array(plain, type=TYPES[kind])
        arrays.append(array)
    return pa.table(arrays, names=list(columns))


def write_table(name: str, frame: pd.DataFrame, directory: Path) -> None:
    """Write an output table to `directory`/<name>.parquet."""
    pq.write_table(arrow_table(name, frame), directory / f"{name}.parquet")


def read_rows(path: Path, pair: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file with exact, plain values.

    Parameters
    ----------
    pair : tuple of str
        If given, only these columns, each combination once.
    """
    if not pair:
        return list(pq.read_table(path).to_pylist())
    table = pq.read_table(path, columns=list(pair))
    distinct = table.group_by(list(pair)).aggregate([])
    return list(distinct.sort_by([(name, "ascending") for name in pair]).to_pylist())


def read_frame(name: str, directory: Path) -> pd.DataFrame:
    """Return an output table as a frame: money as float64, dates as datetime64."""
    table = pq.read_table(directory / f"{name}.parquet")
    frame: pd.DataFrame = table.to_pandas()
    for column, kind in output_columns()[name].items():
        if kind in ("money", "number"):
            frame[column] = frame[column].astype("float64")
        elif kind == "date":
            frame[column] = frame[column].astype("datetime64[s]")
        elif kind == "text":
            frame[column] = frame[column].astype("str")
    return frame
