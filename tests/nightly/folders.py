"""Small worlds as input folders: CSV, Parquet or Excel, in any order."""

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from ka_supply.domain.schema import schema
from tests.worlds import Row

__all__ = ["shuffled", "write_csv", "write_excel", "write_parquet", "write_workbook"]

World = Mapping[str, Iterable[Row]]
ARROW = {
    "integer": pa.int64(),
    "flag": pa.int64(),
    "number": pa.float64(),
    "money": pa.float64(),
    "date": pa.date32(),
}
PARSE = {"integer": int, "flag": int, "number": float, "money": float}


def shuffled(rows: World, seed: int) -> dict[str, list[Row]]:
    """Return the same rows in another order, with their columns in another order."""
    rng = random.Random(seed)
    found: dict[str, list[Row]] = {}
    for name in rng.sample(sorted(rows), len(dict(rows))):
        listed = list(rows[name])
        columns = _columns(listed)
        order = rng.sample(columns, len(columns))
        found[name] = [
            {column: row.get(column) for column in order}
            for row in rng.sample(listed, len(listed))
        ]
    return found


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def write_csv(rows: World, folder: Path) -> Path:
    """Write every table as a CSV file; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, listed in rows.items():
        table = pd.DataFrame(list(listed), dtype=object)
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    return folder


def _typed(kind: str, value: object) -> object:
    """Return a cell in the schema's type."""
    if value is None or isinstance(value, dt.date):
        return value
    return PARSE.get(kind, str)(str(value))


def write_parquet(rows: World, folder: Path) -> Path:
    """Write every table as a Parquet file in the schema's types."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, listed in rows.items():
        cells = list(listed)
        kinds = {column.name: column.type for column in schema()[name].columns}
        arrays = {
            column: pa.array(
                [_typed(kinds[column], row.get(column)) for row in cells],
                ARROW.get(kinds[column], pa.string()),
            )
            for column in _columns(cells)
        }
        pq.write_table(pa.table(arrays), folder / f"{name}.parquet")
    return folder


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, rows: Iterable[Row], day: object
) -> None:
    cells = list(rows)
    kinds = {column.name: column.type for column in schema()[name].columns}
    sheet = book.add_worksheet(name)
    columns = _columns(cells)
    sheet.write_row(0, 0, columns)
    for number, row in enumerate(cells, start=1):
        for place, column in enumerate(columns):
            value = _typed(kinds[column], row.get(column))
            if isinstance(value, dt.date):
                sheet.write_datetime(number, place, value, day)
            elif value is not None:
                sheet.write(number, place, value)


def write_excel(rows: World, folder: Path) -> Path:
    """Write every table as a workbook of its own; dates are date cells."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in rows:
        write_workbook({name: rows[name]}, folder / f"{name}.xlsx")
    return folder


def write_workbook(rows: World, path: Path) -> Path:
    """Write all tables as the sheets of one workbook."""
    options = {"strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, listed in rows.items():
            _write_sheet(book, name, listed, day)
    return path
