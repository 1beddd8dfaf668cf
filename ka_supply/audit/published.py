"""Reads fields of published rows and says which invariant a bad field breaks.

I26: a key or a date that names nothing. I27: a number that is none. I02: a count
that is no whole number. I24: money that is not whole fen.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ka_supply.audit.dates import EARLIEST, LATEST
from ka_supply.audit.fields import finite, shown

__all__ = [
    "Unfit",
    "calendar_day",
    "count",
    "fen",
    "identity",
    "name",
    "name_or_blank",
    "number",
]

FEN_PER_YUAN = 100
LARGEST_COUNT = 10**15
MAX_DIGITS = 15


class Unfit(ValueError):
    """A published field that breaks an invariant by itself."""

    def __init__(self, invariant: str, message: str) -> None:
        super().__init__(message)
        self.invariant = invariant


def name(row: Mapping[str, object], column: str) -> str:
    """Return a key or code."""
    value = row.get(column)
    if isinstance(value, str) and value:
        return value
    raise Unfit("I26", f"{column} is {shown(value)}; a text is required")


def name_or_blank(row: Mapping[str, object], column: str) -> str:
    """Return a key or code, or the empty text for a blank."""
    value = row.get(column)
    if value is None or isinstance(value, str):
        return value or ""
    raise Unfit("I26", f"{column} is {shown(value)}; a text or a blank is required")


def identity(row: Mapping[str, object], column: str) -> str:
    """Return a key that may be a number or a text."""
    value = row.get(column)
    return str(count(row, column)) if type(value) is int else name(row, column)


def calendar_day(row: Mapping[str, object], column: str) -> date:
    """Return a calendar day."""
    value = row.get(column)
    if type(value) is date and EARLIEST <= value <= LATEST:
        return value
    raise Unfit("I26", f"{column} is {shown(value)}; a calendar day is required")


def number(row: Mapping[str, object], column: str) -> Decimal:
    """Return a finite number."""
    value = row.get(column)
    found = finite(value)
    if found is None:
        raise Unfit("I27", f"{column} is {shown(value)}; a finite number is required")
    return found


def count(row: Mapping[str, object], column: str) -> int:
    """Return a whole number."""
    value = row.get(column)
    if type(value) is int and -LARGEST_COUNT <= value <= LARGEST_COUNT:
        return value
    number(row, column)
    raise Unfit("I02", f"{column} is {shown(value)}; an integer is required")


def fen(row: Mapping[str, object], column: str) -> int:
    """Return an amount of money in fen."""
    value = row.get(column)
    if type(value) is Decimal and value.is_finite() and value.adjusted() < MAX_DIGITS:
        scaled = value * FEN_PER_YUAN
    else:
        scaled = number(row, column) * FEN_PER_YUAN
    whole = int(scaled)
    if whole != scaled:
        text = f"{column} is {shown(value)} yuan; whole fen are required"
        raise Unfit("I24", text)
    return whole
