"""Which file or sheet gives which table."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from ka_supply.domain.errors import Problem
from ka_supply.domain.schema import schema
from ka_supply.ingestion.csv_files import read_csv
from ka_supply.ingestion.excel_files import read_workbook
from ka_supply.ingestion.headers import near_miss, plain_name
from ka_supply.ingestion.parquet_files import read_parquet
from ka_supply.ingestion.raw import RawTable
from ka_supply.ingestion.rules import Refused, problem

__all__ = ["Intake", "read_sources"]

_READABLE = (".csv", ".xlsx", ".parquet")
_NO_DATA = (".md", ".txt", ".json", ".toml", ".html", ".log")
_LARGEST_BYTES = 4 * 1024**3


@dataclass
class Intake:
    """What was found: tables as text, file hashes, notes and problems.

    Parameters
    ----------
    notes : list of (source_file, rule_id, value)
    refused : set of table names
        Tables whose file is there but cannot be read.
    """

    tables: dict[str, RawTable] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def add(self, raw: RawTable) -> None:
        """Take in a table; a second one of the same name is a problem."""
        if raw.table in self.tables:
            first = self.tables[raw.table].source_file
            self.problems.append(problem("TABLE_TWICE", raw.source_file, first))
            return
        self.tables[raw.table] = raw
        notes = [(raw.source_file, *note) for note in raw.notes]
        self.notes.extend(notes)


def read_sources(path: Path) -> Intake:
    """Return every table in a folder or workbook, as text.

    The stem of a file, or the name of a sheet, is the name of the table. A file
    that cannot be read becomes a problem; the others are still read, so that all
    problems are told at once.
    """
    intake = Intake()
    if path.is_file():
        _read_file(path, "", intake)
        return intake
    places = sorted(p for p in path.iterdir() if p.name[0] not in ".~_")
    files = [place for place in places if place.is_file()]
    _refuse_no_files(places, intake)
    tables = [
        file
        for file in files
        if plain_name(file.stem) in schema() and file.suffix.lower() not in _NO_DATA
    ]
    books = [file for file in files if file.suffix.lower() == ".xlsx"]
    if not tables and len(books) == 1:
        _read_file(books[0], "", intake)
        return intake
    for file in files:
        if file in tables:
            _read_file(file, plain_name(file.stem), intake)
        elif file.suffix.lower() not in _NO_DATA:
            hint = near_miss(plain_name(file.stem), list(schema()))
            intake.notes.append((file.name, "FILE_UNKNOWN", hint or file.name))
    return intake


def _refuse_no_files(places: list[Path], intake: Intake) -> None:
    """Refuse a table's name on a broken link, folder or pipe.

    Left out in silence, a table that only forbids would forbid nothing.
    """
    for place in places:
        table = plain_name(place.stem)
        is_table = table in schema() and place.suffix.lower() in _READABLE
        if is_table and not place.is_file():
            said = "not a file, or a link to nothing"
            intake.problems.append(problem("FILE_UNREADABLE", place.name, said))
            intake.refused.add(table)


def _read_file(path: Path, table: str, intake: Intake) -> None:
    """Read one file; `table` is "" for a workbook whose sheets are tables."""
    try:
        content = _content(path, table)
        intake.hashes[path.name] = hashlib.sha256(content).hexdigest()
        suffix = path.suffix.lower()
        if suffix == ".xlsx":
            book = read_workbook(content, table, path.name)
            for raw in book.tables:
                intake.add(raw)
            intake.notes.extend((path.name, *note) for note in book.notes)
        else:
            read = read_csv if suffix == ".csv" else read_parquet
            intake.add(read(content, table, path.name))
    except Refused as refused:
        intake.problems.append(refused.problem)
        intake.refused.add(table)


def _content(path: Path, table: str) -> bytes:
    is_workbook = path.suffix.lower() == ".xlsx"
    if path.suffix.lower() not in _READABLE or not (table or is_workbook):
        raise Refused("FILE_TYPE", path.name, path.suffix)
    size = path.stat().st_size
    if size > _LARGEST_BYTES:
        raise Refused("FILE_TOO_LARGE", path.name, f"{size} bytes")
    if not size:
        raise Refused("FILE_EMPTY", path.name, "0 bytes")
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("FILE_UNREADABLE", path.name, str(error.strerror)) from error
