"""Headers matched to the columns of a table, exactly; near misses are named."""

import difflib
import unicodedata
from dataclasses import dataclass

from ka_supply.domain.errors import Problem
from ka_supply.domain.schema import Table
from ka_supply.ingestion.raw import RawTable
from ka_supply.ingestion.rules import problem

__all__ = ["Headers", "match_headers", "near_miss", "plain_name"]


@dataclass(frozen=True)
class Headers:
    """Which raw column gives each canonical column.

    Parameters
    ----------
    positions : mapping of column name to position among the raw columns
    unknown : tuple of str
        Headers that are no column of the table.
    problems : tuple of Problem
    """

    positions: dict[str, int]
    unknown: tuple[str, ...]
    problems: tuple[Problem, ...]


def plain_name(header: str) -> str:
    r"""Return a header in plain form.

    Examples
    --------
    >>> plain_name(" \uff33tore_ID ")
    'store_id'
    """
    return unicodedata.normalize("NFKC", header).strip().casefold()


def near_miss(name: str, found: list[str]) -> str:
    """Return a hint naming the closest of `found`, or "".

    Examples
    --------
    >>> near_miss("units_per_case", ["unit_per_case", "name"])
    "found 'unit_per_case'"
    """
    close = difflib.get_close_matches(name, found, n=1)
    return f"found {close[0]!r}" if close else ""


def match_headers(table: Table, raw: RawTable) -> Headers:
    """Return the columns of `raw` by canonical name, and what is wrong."""
    known = {column.name for column in table.columns}
    positions: dict[str, int] = {}
    unknown: list[str] = []
    problems: list[Problem] = []
    for i, header in enumerate(raw.headers):
        name = plain_name(header)
        if name in positions:
            problems.append(problem("COLUMN_TWICE", raw.source_file, header))
        elif name in known:
            positions[name] = i
        elif header or not set(raw.columns[i].texts.to_pylist()) <= {""}:
            unknown.append(header)
    for column in table.columns:
        if column.required and column.name not in positions:
            hint = near_miss(column.name, unknown)
            where = raw.source_file
            problems.append(problem("COLUMN_MISSING", where, column.name, hint))
    either = [column.name for column in table.columns if column.either]
    if either and not any(name in positions for name in either):
        value = " or ".join(either)
        problems.append(problem("COLUMN_MISSING", raw.source_file, value))
    return Headers(positions, tuple(unknown), tuple(problems))
