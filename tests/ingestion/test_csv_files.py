"""CSV files: rows are never shifted, swallowed or merged."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.ingestion import csv_files
from ka_supply.ingestion.csv_files import read_csv
from ka_supply.ingestion.quotes import quotes_are_regular
from ka_supply.ingestion.raw import RawTable
from ka_supply.ingestion.rules import Refused

CELL = st.text(st.sampled_from('ab1,"\u5e97 #'), max_size=5)


def _cells(raw: RawTable) -> list[list[str]]:
    columns = [c.texts.take(c.codes).to_pylist() for c in raw.columns]
    return [list(row) for row in zip(*columns, strict=True)]


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6))
def test_written_rows_are_read_back(rows: list[tuple[str, str, str]]) -> None:
    """What a CSV writer wrote is read back, row for row, on either path."""
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows([("x", "y", "z"), *rows])
    raw = read_csv(sink.getvalue().encode(), "skus", "skus.csv")
    assert _cells(raw) == [list(row) for row in rows]
    assert raw.rows.tolist() == list(range(2, len(rows) + 2))


@given(st.lists(st.sampled_from(["1,2", "3", "4,5,6", '"a, b",7', "8,"]), min_size=1))
def test_both_paths_agree(lines: list[str]) -> None:
    """The fast path and the careful path tell the same rows and broken rows."""
    text = "x,y\n" + "".join(f"{line}\n" for line in lines)
    plain = csv_files._read_plain(text.encode(), ["x", "y"])
    careful = csv_files._read_careful(text, ["x", "y"], 1, "skus.csv")
    for one, other in zip(plain[0], careful[0], strict=True):
        assert one.to_pylist() == other.to_pylist()
    assert np.array_equal(plain[1], careful[1])
    assert [b.row for b in plain[2]] == [b.row for b in careful[2]]


@pytest.mark.parametrize(
    ("text", "is_regular"),
    [
        (b"1,2\n", True),
        (b'"1","2"\n"3",""\n', True),
        (b'"a ""b""",2\n', True),
        (b'"""",2\n', True),
        (b'a"b",2\n', False),
        (b'"a"b,2\n', False),
        (b'"a\nb",2\n', False),
        (b'"a,2\n', False),
    ],
)
def test_regular_quotes(text: bytes, is_regular: bool) -> None:
    """Only marks that enclose whole cells of one line are regular."""
    assert quotes_are_regular(text) == is_regular


def test_row_numbers_count_lines_of_the_file() -> None:
    """A row number is the line its record starts on, whatever came before."""
    text = b'x,y\n\n"a\nb",1\n# note\nc,2\n'
    raw = read_csv(text.replace(b"x,y", b"name,y"), "skus", "skus.csv")
    assert raw.rows.tolist() == [3, 6]


def test_row_limit_of_a_spreadsheet_is_noted() -> None:
    """A file of exactly as many lines as a sheet holds may be cut off."""
    content = b"x,y\n" + b"1,2\n" * 65_535
    assert ("FILE_ROW_LIMIT", "65536") in read_csv(content, "skus", "s.csv").notes


def test_unclosed_quote_names_the_row() -> None:
    """The refusal names the row in which the quotation mark opens."""
    with pytest.raises(Refused, match=r"skus\.csv row 3"):
        read_csv(b'x,y\n1,2\n"3,4\n5,6\n', "skus", "skus.csv")
