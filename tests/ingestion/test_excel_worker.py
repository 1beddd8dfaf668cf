"""What the reading process does, called directly."""

import datetime as dt
import io
import json

import pyarrow as pa
import pytest
import xlsxwriter

from ka_supply.ingestion import excel_worker
from ka_supply.ingestion.excel_worker import UnfitError, read_sheets


def _workbook(*, is_1904: bool = False, last: tuple[int, int] = (0, 0)) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "date_1904": is_1904}) as book:
        sheet = book.add_worksheet("lots")
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["expiry_date", "on_hand", "cutoff_time", "lot_id"])
        sheet.write_row(1, 0, [46327, 12])
        sheet.write_datetime(2, 0, dt.date(2026, 11, 1), days)
        sheet.write_formula(2, 1, "=1+1", None, "")
        sheet.write_datetime(2, 2, dt.time(6, 30), clock)
        sheet.write_formula(3, 1, "=NA()", None, "#N/A")
        sheet.write_formula(3, 3, '=""', None, "x")
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.write(*last, "expiry_date")
        book.add_worksheet("old").hide()
    return sink.getvalue()


def _rows(stream: bytes) -> list[list[str]]:
    table = pa.ipc.open_stream(stream).read_all()
    return [list(row.values()) for row in table.to_pylist()]


def test_cells_errors_and_hidden_parts() -> None:
    """Formulas without value and errors are marked; hidden parts are told."""
    (lots, stream), (old, _) = read_sheets(_workbook(), frozenset())
    assert lots == {"name": "lots", "is_hidden": False, "hidden_rows": 1}
    assert old["is_hidden"]
    assert _rows(stream)[1:] == [
        ["46327", "12", "", ""],
        ["2026-11-01", "#VALUE!", "06:30:00", ""],
        ["", "#VALUE!", "", "x"],
    ]


def test_days_of_the_1904_system_are_shifted_in_date_columns_only() -> None:
    """Day numbers count from 1904 where the workbook says so."""
    sheets = read_sheets(_workbook(is_1904=True), frozenset({"expiry_date"}))
    rows = _rows(sheets[0][1])
    assert rows[1][:2] == [str(46327 + 1462), "12"]
    assert rows[2][0] == "2026-11-01"


def test_far_apart_cells_are_refused() -> None:
    """Two cells at the ends of a sheet would need it all in memory."""
    with pytest.raises(UnfitError, match="FILE_BOMB"):
        read_sheets(_workbook(last=(1_048_575, 40)), frozenset())


@pytest.mark.parametrize(
    ("content", "rule_id"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(64), "FILE_ENCRYPTED"),
        (b"PK no zip", "FILE_UNREADABLE"),
    ],
)
def test_other_containers_are_refused(content: bytes, rule_id: str) -> None:
    """An encrypted workbook and a broken zip are told apart."""
    with pytest.raises(UnfitError, match=rule_id):
        read_sheets(content, frozenset())


def test_answer_is_one_line_and_the_streams() -> None:
    """The process answers with a line of JSON and one stream per sheet."""
    out = excel_worker.answer(_workbook(), frozenset())
    head, _, body = out.partition(b"\n")
    sheets = json.loads(head)["sheets"]
    assert [sheet["name"] for sheet in sheets] == ["lots", "old"]
    assert sum(sheet["bytes"] for sheet in sheets) == len(body)
    refusal = json.loads(excel_worker.answer(b"PK no zip", frozenset()))
    assert refusal["refused"][0] == "FILE_UNREADABLE"
