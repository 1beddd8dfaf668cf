"""Workbooks: read by a throw-away process with bounded memory and time."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ka_supply.domain.schema import schema
from ka_supply.ingestion.headers import near_miss, plain_name
from ka_supply.ingestion.raw import RawTable, encode
from ka_supply.ingestion.rules import Refused
from ka_supply.ingestion.templates import DICTIONARY_SHEET

__all__ = ["Workbook", "read_workbook"]

_WORKER = Path(__file__).with_name("excel_worker.py")
_SECONDS = 600


@dataclass(frozen=True)
class Workbook:
    """The tables of a workbook and notes (rule_id, value) about it."""

    tables: tuple[RawTable, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Sheet:
    name: str
    is_hidden: bool
    hidden_rows: int
    cells: pa.Table


def read_workbook(content: bytes, table: str, source_file: str) -> Workbook:
    """Return the tables of an .xlsx workbook as text.

    Parameters
    ----------
    table : str
        The table a single-table workbook holds: the sheet of that name, or its
        only visible sheet. "": every visible sheet named like a table.

    Raises
    ------
    Refused
        If the workbook is damaged, encrypted, too large when unpacked, or does
        not tell which sheet holds the table.
    """
    sheets = _read_sheets(content, source_file)
    if table:
        chosen = {table: _sheet_of(table, sheets, source_file)}
        return Workbook(*_raw_tables(chosen, source_file, is_single=True))
    visible = {s.name: s for s in sheets if not s.is_hidden}
    notes = [("FILE_HIDDEN_SHEET", s.name) for s in sheets if s.is_hidden]
    chosen = {}
    for name, sheet in visible.items():
        plain = plain_name(name)
        if plain not in schema():
            if plain != DICTIONARY_SHEET:
                hint = near_miss(plain, list(schema()))
                notes.append(("FILE_UNKNOWN", f"{name} {hint}".strip()))
        elif schema()[plain].is_required or len(sheet.cells) > 1:
            # An optional sheet of the template that was left empty is no table.
            chosen[plain] = sheet
    tables, more = _raw_tables(chosen, source_file, is_single=False)
    return Workbook(tables, (*notes, *more))


def _read_sheets(content: bytes, source_file: str) -> list[_Sheet]:
    dates = {c.name for t in schema().values() for c in t.columns if c.type == "date"}
    command = [sys.executable, "-P", str(_WORKER), ",".join(sorted(dates))]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, fixed command
            command, input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("FILE_BOMB", source_file, f"{_SECONDS} s") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        reason = last[0][:200] if last else f"reader ended with {done.returncode}"
        raise Refused("FILE_UNREADABLE", source_file, reason)
    head, _, body = done.stdout.partition(b"\n")
    found: dict[str, Any] = json.loads(head)
    if "refused" in found:
        rule_id, value = found["refused"]
        raise Refused(rule_id, source_file, value)
    sheets, start = [], 0
    for described in found["sheets"]:
        end = start + described.pop("bytes")
        cells = pa.ipc.open_stream(body[start:end]).read_all()
        sheets.append(_Sheet(**described, cells=cells))
        start = end
    return sheets


def _sheet_of(table: str, sheets: list[_Sheet], source_file: str) -> _Sheet:
    named = [sheet for sheet in sheets if plain_name(sheet.name) == table]
    visible = [s for s in sheets if not s.is_hidden and len(s.cells)]
    chosen = named or visible
    if len(chosen) != 1:
        names = ", ".join(sheet.name for sheet in visible)
        raise Refused("FILE_SHEET", source_file, names)
    return chosen[0]


def _raw_tables(
    chosen: dict[str, _Sheet], source_file: str, *, is_single: bool
) -> tuple[tuple[RawTable, ...], tuple[tuple[str, str], ...]]:
    tables = []
    for table, sheet in chosen.items():
        where = source_file if is_single else f"{source_file}#{sheet.name}"
        notes = []
        if sheet.hidden_rows:
            notes.append(("FILE_HIDDEN_ROWS", f"{sheet.name}: {sheet.hidden_rows}"))
        if not len(sheet.cells):
            raise Refused("FILE_EMPTY", where, sheet.name)
        headers = tuple(column[0].as_py() for column in sheet.cells.columns)
        first = int(sheet.cells.schema.metadata[b"first_row"])
        columns = tuple(encode(column.slice(1)) for column in sheet.cells.columns)
        rows = np.arange(first + 1, first + len(sheet.cells), dtype=np.int64)
        raw = RawTable(table, where, headers, columns, rows, (), tuple(notes))
        tables.append(raw)
    return tuple(tables), ()
