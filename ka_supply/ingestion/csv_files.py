"""CSV files: fast where each line is one record, careful where not."""

import csv
import io
import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from ka_supply.ingestion.cells import FREE_TEXT
from ka_supply.ingestion.encodings_of_text import UnknownEncoding, decode
from ka_supply.ingestion.quotes import quotes_are_regular
from ka_supply.ingestion.raw import BrokenRow, RawTable, encode
from ka_supply.ingestion.rules import Refused

__all__ = ["read_csv"]

Columns = list[pa.ChunkedArray]
Notes = tuple[tuple[str, str], ...]
Rows = npt.NDArray[np.int64]

_CHUNK_ROWS = 100_000
_OTHER_DELIMITERS = ";\t|"
_SHEET_LIMITS = (65_536, 1_048_576)
_SHOWN = 200


def read_csv(content: bytes, table: str, source_file: str) -> RawTable:
    r"""Return the rows of a comma-separated file as text.

    Rows with too few or too many cells are set aside, never shifted. Blank lines
    and lines that start with # are skipped.

    Raises
    ------
    Refused
        For an empty file, an unknown encoding or delimiter, wrong quoting, or
        a quotation mark that swallows a line end.

    Examples
    --------
    >>> raw = read_csv(b"a,b\n1,x\n2\n", "skus", "skus.csv")
    >>> raw.headers, raw.rows.tolist(), [b.row for b in raw.broken]
    (('a', 'b'), [2], [3])
    """
    text, notes = _text(content, source_file)
    headers, header_line, extra = _headers(text, source_file)
    content = text.encode()
    has_rows = text.find("\n") + 1 < len(text)
    is_plain = has_rows and header_line == 1 and "\n\n" not in text
    if is_plain and quotes_are_regular(content):
        columns, rows, broken = _read_plain(content, headers)
    else:
        columns, rows, broken = _read_careful(text, headers, header_line, source_file)
    if extra:
        shifted = np.asarray(pc.not_equal(columns[-1], ""))
        broken += _set_aside(columns, rows, shifted)
        kept = pa.array(~shifted)
        columns = [column.filter(kept) for column in columns[:-1]]
        headers, rows = headers[:-1], rows[~shifted]
    encoded = tuple(encode(column) for column in columns)
    return RawTable(
        table, source_file, tuple(headers), encoded, rows, tuple(broken), notes
    )


def _text(content: bytes, source_file: str) -> tuple[str, Notes]:
    """Return the text with a line feed at the end of every line, and notes."""
    if not content.strip():
        raise Refused("FILE_EMPTY", source_file, "0 bytes")
    try:
        text, note = decode(content)
    except UnknownEncoding as error:
        offset = error.offset
        found = content[offset : offset + 8].hex(" ")
        raise Refused(error.rule_id, f"{source_file} byte {offset}", found) from error
    if "\0" in text:
        where = f"{source_file} line {text.count(chr(10), 0, text.index(chr(0))) + 1}"
        raise Refused("FILE_NUL_BYTES", where, "\\0")
    notes: Notes = ((note, source_file),) if note else ()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        last = text[text.rfind("\n") + 1 :][:_SHOWN]
        notes += (("FILE_NO_FINAL_NEWLINE", last),)
        text += "\n"
    lines = text.count("\n")
    if lines in _SHEET_LIMITS:
        notes += (("FILE_ROW_LIMIT", str(lines)),)
    return text, notes


def _headers(text: str, source_file: str) -> tuple[list[str], int, bool]:
    """Return the header cells, their line, and whether rows end in a comma."""
    lines = _lines(text)
    header_line, header = next(
        ((n, line) for n, line in lines if line.strip() and not _is_comment(line)),
        (1, ""),
    )
    cells = next(csv.reader([header]), [])
    if len(cells) == 1 and any(d in header for d in _OTHER_DELIMITERS):
        raise Refused("FILE_DELIMITER", f"{source_file} row {header_line}", cells[0])
    first = next((line for _, line in lines if line.strip()), "")
    first_cells = next(csv.reader([first]), [])
    extra = len(first_cells) == len(cells) + 1 and not first_cells[-1]
    return [*cells, ""] if extra else cells, header_line, extra


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield line numbers and lines without copying the text."""
    start = 0
    for number in itertools.count(1):
        end = text.find("\n", start)
        if end < 0:
            return
        yield number, text[start:end]
        start = end + 1


def _read_plain(
    content: bytes, headers: list[str]
) -> tuple[Columns, Rows, list[BrokenRow]]:
    """Read lines of which each is one record and none is blank."""
    broken: list[BrokenRow] = []

    def set_aside(row: pv.InvalidRow) -> str:
        broken.append(BrokenRow(row.number, row.text, "ROW_WRONG_LENGTH"))
        return "skip"

    names = [str(i) for i in range(len(headers))]
    cell = pa.dictionary(pa.int32(), pa.string())
    found = pv.read_csv(
        pa.py_buffer(content),
        pv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
        pv.ParseOptions(invalid_row_handler=set_aside),
        pv.ConvertOptions(
            column_types=dict.fromkeys(names, cell), strings_can_be_null=False
        ),
    )
    rows = np.arange(2, len(found) + len(broken) + 2)
    rows = np.setdiff1d(rows, [b.row for b in broken], assume_unique=True)
    broken = [b for b in broken if not _is_no_row(b.text)]
    return found.columns, rows, broken


def _is_comment(line: str) -> bool:
    return line.startswith("#")


def _is_no_row(line: str) -> bool:
    """Whether a line of the wrong length is a comment or blank."""
    return _is_comment(line) or not line.strip(" ,\t")


def _read_careful(
    text: str, headers: list[str], header_line: int, source_file: str
) -> tuple[Columns, Rows, list[BrokenRow]]:
    """Read text with quotation marks, watching where records start and end."""
    rows: list[int] = []
    broken: list[BrokenRow] = []
    chunks: list[list[pa.Array]] = []
    records = _records(text, headers, header_line, source_file)
    width = len(headers)
    for part in iter(lambda: list(itertools.islice(records, _CHUNK_ROWS)), []):
        good = [cells for _, cells in part if len(cells) == width]
        rows += [row for row, cells in part if len(cells) == width]
        broken += [
            BrokenRow(row, ",".join(cells), "ROW_WRONG_LENGTH")
            for row, cells in part
            if len(cells) != width and not _is_no_row(",".join(cells))
        ]
        turned = zip(*good, strict=True) if good else [()] * width
        chunks.append([pa.array(cells, pa.string()) for cells in turned])
    if not chunks:
        chunks = [[pa.array([], pa.string()) for _ in headers]]
    columns = [pa.chunked_array(parts) for parts in zip(*chunks, strict=True)]
    return columns, np.array(rows, np.int64), broken


def _records(
    text: str, headers: list[str], header_line: int, source_file: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the line each record starts on and its cells; skip blank lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            end = reader.line_num
            if end > start:
                _refuse_swallowed(cells, headers, f"{source_file} row {start}")
            if start > header_line and cells:
                yield start, cells
            start = end + 1
    except csv.Error as error:
        line = text.split("\n", start)[start - 1][:_SHOWN]
        where = f"{source_file} row {start}"
        raise Refused("FILE_QUOTING", where, line) from error


def _refuse_swallowed(cells: list[str], headers: list[str], where: str) -> None:
    """Refuse a line end inside a code, or a cell that holds a whole row."""
    for i, cell in enumerate(cells):
        if "\n" not in cell:
            continue
        is_text = i < len(headers) and headers[i].strip().casefold() in FREE_TEXT
        if not is_text or cell.count(",") >= len(headers) - 1:
            raise Refused("FILE_ROW_SWALLOWED", where, cell[:_SHOWN])


def _set_aside(
    columns: Columns, rows: Rows, mask: npt.NDArray[np.bool_]
) -> list[BrokenRow]:
    positions = np.flatnonzero(mask)
    cells = zip(
        *(column.take(positions).to_pylist() for column in columns), strict=True
    )
    return [
        BrokenRow(int(row), ",".join(texts), "ROW_WRONG_LENGTH")
        for row, texts in zip(rows[positions], cells, strict=True)
    ]
