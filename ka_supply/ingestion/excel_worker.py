"""Read a workbook in a process of its own: bounded memory and time.

Run as a script: the workbook on standard input, on standard output one line of
JSON (the sheets, or why the workbook is refused) and then one Arrow stream per
sheet. Imports nothing of the package: a damaged workbook may kill this process.
"""

import datetime as dt
import io
import json
import re
import resource
import sys
import xml.etree.ElementTree as ET
import zipfile
from typing import Any

import pyarrow as pa
import python_calamine

MEMORY_BYTES = 4 * 1024**3
CPU_SECONDS = 300
MOST_ENTRIES = 2_000
MOST_BYTES = 1024**3
MOST_CELLS = 30_000_000
EXACT_INTEGER = 1e15
DAYS_1904 = 1462
ERROR_TEXT = "#VALUE!"

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb'<(?:\w+:)?(?:row|c)\b[^>]*? r="([A-Z]*)([0-9]+)"')
_ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^>]* t="e")[^>]*? r="([A-Z]+)([0-9]+)"')
# A formula without saved value; t="str" is the text "" and no fault.
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]* t="str")[^>]*? r="([A-Z]+)([0-9]+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]* hidden="(?:1|true)"')


class UnfitError(Exception):
    """The workbook is refused: a rule id and the value that shows why."""


def main() -> None:
    """Read standard input within limits, write the answer to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    date_columns = frozenset(sys.argv[1].split(","))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), date_columns))


def answer(content: bytes, date_columns: frozenset[str]) -> bytes:
    """Return a line of JSON (sheets, or the refusal) and one stream per sheet."""
    try:
        sheets = read_sheets(content, date_columns)
    except UnfitError as unfit:
        return json.dumps({"refused": unfit.args}).encode() + b"\n"
    described = [{**sheet, "bytes": len(stream)} for sheet, stream in sheets]
    head = json.dumps({"sheets": described}).encode()
    return b"\n".join([head, b"".join(stream for _, stream in sheets)])


def read_sheets(
    content: bytes, date_columns: frozenset[str]
) -> list[tuple[dict[str, Any], bytes]]:
    """Return, per sheet, its description and its cells as an Arrow stream."""
    package = _package(content)
    paths, is_1904 = _sheet_paths(package)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = []
    for sheet in book.sheets_metadata:
        xml = package.read(paths[sheet.name])
        _refuse_spread(xml, sheet.name)
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        cells = [[as_text(cell) for cell in row] for row in rows]
        _mark_errors(cells, xml)
        described = {
            "name": sheet.name,
            "is_hidden": sheet.visible != python_calamine.SheetVisibleEnum.Visible,
            "hidden_rows": len(_HIDDEN_ROW.findall(xml)),
        }
        shift = DAYS_1904 if is_1904 else 0
        found.append((described, _stream(cells, date_columns, shift)))
    return found


def _package(content: bytes) -> zipfile.ZipFile:
    """Return the zip, refused if it is none or unpacks to too much."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnfitError("FILE_ENCRYPTED", "OLE container")
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise UnfitError("FILE_UNREADABLE", str(error)) from error
    entries = package.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or size > MOST_BYTES:
        raise UnfitError("FILE_BOMB", f"{len(entries)} parts, {size} bytes unpacked")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names or "xl/vbaProject.bin" in names:
        raise UnfitError("FILE_TYPE", "not an .xlsx workbook")
    return package


def _sheet_paths(package: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Return the part of each sheet, and whether days count from 1904."""
    links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314
    paths = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets[sheet.get(_LINK)]
        inside = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        paths[sheet.get("name", "")] = inside
    properties = book.find(f"{_MAIN}workbookPr")
    flag = "0" if properties is None else properties.get("date1904", "0")
    return paths, flag in {"1", "true"}


def _refuse_spread(xml: bytes, name: str) -> None:
    """Refuse a sheet whose cells lie so far apart that reading takes too much."""
    rows, columns = 1, 1
    for cell in _CELL.finditer(xml):
        rows = max(rows, int(cell[2]))
        columns = max(columns, _column_number(cell[1]))
    if rows * columns > MOST_CELLS:
        raise UnfitError("FILE_BOMB", f"sheet {name}: {rows} rows x {columns} columns")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def as_text(cell: object) -> str:
    """Return a cell as text: whole numbers without point, dates as ISO."""
    if isinstance(cell, bool):
        text = str(cell).upper()
    elif isinstance(cell, float) and abs(cell) >= EXACT_INTEGER:
        text = f"{cell:.15E}"
    elif isinstance(cell, float):
        text = str(int(cell)) if cell.is_integer() else repr(cell)
    elif isinstance(cell, dt.datetime) and cell.time() == dt.time():
        text = str(cell.date())
    else:
        text = str(cell)
    return text


def _mark_errors(cells: list[list[str]], xml: bytes) -> None:
    """Write an error text where a formula failed or has no saved value."""
    for letters, digits in (*_ERROR.findall(xml), *_NO_VALUE.findall(xml)):
        row, column = int(digits) - 1, _column_number(letters) - 1
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = ERROR_TEXT


def _stream(cells: list[list[str]], date_columns: frozenset[str], shift: int) -> bytes:
    """Return the cells as an Arrow stream; the first row that is filled first."""
    first = next((i for i, row in enumerate(cells) if any(row)), len(cells))
    body = cells[first:] or [[]]
    columns = [list(column) for column in zip(*body, strict=True)]
    for column in columns:
        if shift and column[0].strip().casefold() in date_columns:
            column[1:] = [_shifted(text, shift) for text in column[1:]]
    arrays = [pa.array(column, pa.string()) for column in columns]
    table = pa.table(arrays, names=[str(i) for i in range(len(arrays))])
    table = table.replace_schema_metadata({"first_row": str(first + 1)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _shifted(text: str, shift: int) -> str:
    return str(int(text) + shift) if text.isascii() and text.isdigit() else text


if __name__ == "__main__":
    main()
