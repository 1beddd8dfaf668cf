"""Workbooks: read apart from the program, traps named, damage survived."""

import io
import struct
import zipfile

import pytest
import xlsxwriter

from ka_supply.ingestion.excel_files import read_workbook
from ka_supply.ingestion.excel_worker import as_text
from ka_supply.ingestion.raw import RawTable
from ka_supply.ingestion.rules import Refused

HEADER: list[object] = [
    "warehouse_id",
    "sku_id",
    "lot_id",
    "on_hand",
    "production_date",
]


def _book(**sheets: list[list[object]]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return sink.getvalue()


def _cells(raw: RawTable) -> list[list[str]]:
    columns = [c.texts.take(c.codes).to_pylist() for c in raw.columns]
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(12.0, "12"), (0.1, "0.1"), (True, "TRUE"), ("001", "001"), (1e15, "1.0")],
)
def test_cells_become_text(cell: object, text: str) -> None:
    """Whole numbers lose their point; numbers too long for a sheet show it."""
    assert as_text(cell).startswith(text)


def test_title_rows_do_not_shift_row_numbers() -> None:
    """The header is the first filled row; row numbers are those of the sheet."""
    rows: list[list[object]] = [[""], HEADER, ["W1", "1", "A", 2, ""], [""], ["W2"]]
    (raw,) = read_workbook(_book(lots=rows), "lots", "lots.xlsx").tables
    assert list(raw.headers) == HEADER
    assert raw.rows.tolist() == [3, 4, 5]
    assert _cells(raw)[0] == ["W1", "1", "A", "2", ""]


def test_other_sheets_are_named_and_ignored() -> None:
    """Sheets that are no table are noted, with the table they resemble."""
    book = read_workbook(_book(lots=[HEADER], skuz=[["x"]]), "", "all.xlsx")
    assert [raw.source_file for raw in book.tables] == ["all.xlsx#lots"]
    assert book.notes == (("FILE_UNKNOWN", "skuz found 'skus'"),)


def test_single_visible_sheet_may_have_any_name() -> None:
    """The only filled sheet of lots.xlsx holds the lots, whatever its name."""
    content = _book(Sheet1=[HEADER, ["W1", "1", "A", 2, ""]], Sheet2=[])
    (raw,) = read_workbook(content, "lots", "lots.xlsx").tables
    assert raw.source_file == "lots.xlsx"
    assert len(raw.rows) == 1


def test_damaged_sheet_is_refused_not_fatal() -> None:
    """A sheet that makes the reader fail is refused with the reader's reason."""
    good = zipfile.ZipFile(io.BytesIO(_book(lots=[HEADER])))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as bad:
        for name in good.namelist():
            body = good.read(name)
            bad.writestr(name, body[:-150] if "sheet1" in name else body)
    with pytest.raises(Refused, match="FILE_UNREADABLE"):
        read_workbook(sink.getvalue(), "lots", "lots.xlsx")


def test_unpacked_size_is_bounded() -> None:
    """A workbook that says it unpacks to more than the limit is refused unread."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", bytes(123_456))
    said, huge = (struct.pack("<L", size) for size in (123_456, 2**31))
    with pytest.raises(Refused, match="FILE_BOMB"):
        read_workbook(sink.getvalue().replace(said, huge), "lots", "lots.xlsx")
