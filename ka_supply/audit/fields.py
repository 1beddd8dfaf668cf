"""Reads single fields of plain rows; what cannot be read is named, never guessed.

A blank is ``None`` or the empty text. Numbers are bounded so that no later sum or
date can overflow.
"""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ka_supply.audit.dates import EARLIEST, LATEST

__all__ = [
    "Unreadable",
    "amount",
    "amount_or_none",
    "day",
    "day_or_none",
    "finite",
    "flag",
    "mapping_of",
    "shown",
    "text",
    "text_or_blank",
    "whole",
    "whole_or_none",
]

LARGEST_WHOLE = 10**12
LARGEST_DIGITS = 14


class Unreadable(ValueError):
    """A field holds a value that its column cannot hold."""

    def __init__(self, column: str, value: object, wanted: str) -> None:
        super().__init__(f"{column} is {shown(value)}; {wanted} is required")


def shown(value: object) -> str:
    """Return a value as a message shows it, at most 60 characters.

    Examples
    --------
    >>> shown("S01"), shown(10**9999)
    ("'S01'", 'an int of 33216 bits')
    """
    if type(value) is int and abs(value) > LARGEST_WHOLE**2:
        return f"an int of {value.bit_length()} bits"
    return repr(value)[:60]


def mapping_of(row: object) -> Mapping[str, Any]:
    """Return a row that is a mapping."""
    if isinstance(row, Mapping):
        return row
    raise Unreadable("row", row, "a mapping")


def text(row: Mapping[str, object], column: str) -> str:
    """Return a text that must be given."""
    value = row.get(column)
    if isinstance(value, str) and value:
        return value
    raise Unreadable(column, value, "a text")


def text_or_blank(row: Mapping[str, object], column: str) -> str:
    """Return a text, or the empty text for a blank."""
    value = row.get(column)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise Unreadable(column, value, "a text or a blank")


def whole_or_none(
    row: Mapping[str, object], column: str, least: int = 0, most: int = LARGEST_WHOLE
) -> int | None:
    """Return a whole number from `least` to `most`, or None for a blank."""
    value = row.get(column)
    if value is None:
        return None
    if type(value) is int and least <= value <= most:
        return value
    raise Unreadable(column, value, f"a whole number from {least} to {most}")


def whole(
    row: Mapping[str, object],
    column: str,
    default: int | None = None,
    least: int = 0,
    most: int = LARGEST_WHOLE,
) -> int:
    """Return a whole number from `least` to `most`; a blank is the default."""
    value = whole_or_none(row, column, least, most)
    if value is not None:
        return value
    if default is None:
        raise Unreadable(column, None, "a whole number")
    return default


def finite(value: object) -> Decimal | None:
    """Return a finite number of at most 15 digits before the point, else None."""
    number: Decimal | None = None
    if type(value) is int and abs(value) <= LARGEST_WHOLE * 1000:
        number = Decimal(value)
    elif type(value) is float and math.isfinite(value):
        number = Decimal(repr(value))
    elif isinstance(value, Decimal) and value.is_finite():
        number = value
    if number is None or number.adjusted() > LARGEST_DIGITS:
        return None
    return number


def amount_or_none(row: Mapping[str, object], column: str) -> Decimal | None:
    """Return a finite number, or None for a blank."""
    value = row.get(column)
    if value is None:
        return None
    number = finite(value)
    if number is None:
        raise Unreadable(column, value, "a finite number")
    return number


def amount(
    row: Mapping[str, object], column: str, default: str | None = None
) -> Decimal:
    """Return a finite number; a blank is the default."""
    value = amount_or_none(row, column)
    if value is not None:
        return value
    if default is None:
        raise Unreadable(column, None, "a finite number")
    return Decimal(default)


def day_or_none(row: Mapping[str, object], column: str) -> date | None:
    """Return a calendar day, or None for a blank."""
    value = row.get(column)
    if value is None:
        return None
    if type(value) is date and EARLIEST <= value <= LATEST:
        return value
    raise Unreadable(column, value, "a calendar day")


def day(row: Mapping[str, object], column: str) -> date:
    """Return a calendar day that must be given."""
    value = day_or_none(row, column)
    if value is None:
        raise Unreadable(column, None, "a calendar day")
    return value


def flag(row: Mapping[str, object], column: str, *, default: bool) -> bool:
    """Return a yes or no; a blank is the default."""
    value = row.get(column)
    if value is None:
        return default
    if type(value) is bool or (type(value) is int and value in {0, 1}):
        return bool(value)
    raise Unreadable(column, value, "yes or no")
