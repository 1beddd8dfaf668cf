"""The demo folder: text, Excel and Parquet files that are the same on every run."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from ka_supply.domain.schema import schema

__all__ = ["as_text", "write_csv", "write_excel", "write_parquet"]

CREATED = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def as_text(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table as people export it: schema columns, every cell text.

    Columns starting with an underscore and columns without a value stay behind.
    """
    kept = [column.name for column in schema()[name].columns if column.name in table]
    return pd.DataFrame({column: _text(table[column]) for column in kept})


def _text(column: pd.Series) -> pd.Series:
    text = column.astype(object)
    if column.dtype.kind == "M":
        text = column.dt.strftime("%Y-%m-%d").astype(object)
    elif column.dtype.kind == "f":
        text = column.map("{:.10g}".format).astype(object)
    cells: pd.Series = text.where(column.notna(), "").astype(str)
    return cells


def write_csv(table: pd.DataFrame, path: Path, encoding: str = "utf-8-sig") -> None:
    """Write a table of text as CSV, by default UTF-8 with a byte-order mark."""
    table.to_csv(path, index=False, encoding=encoding, lineterminator="\n")


def write_excel(table: pd.DataFrame, path: Path) -> None:
    """Write a table of text as a one-sheet workbook with a fixed creation date."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        book.set_properties({"created": CREATED, "title": path.stem})
        sheet = book.add_worksheet(path.stem[:31])
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, table.columns, bold)
        for number, row in enumerate(table.itertuples(index=False), start=1):
            sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)


def write_parquet(columns: dict[str, pa.Array], path: Path) -> None:
    """Write columns as one Parquet file without any time stamp."""
    pq.write_table(pa.table(columns), path, compression="zstd", compression_level=9)
