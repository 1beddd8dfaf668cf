"""Weekdays, black-out dates and calendar months (rules R2, R3 and R6)."""

import calendar
import datetime as dt
from collections.abc import Callable
from functools import lru_cache

__all__ = [
    "add_months",
    "first_day",
    "parse_dates",
    "parse_weekdays",
    "within",
]

MONTHS_PER_YEAR = 12
RECEIPT_SEARCH_DAYS = 60


@lru_cache(maxsize=4096)
def parse_weekdays(text: str | float | None) -> frozenset[int]:
    """Return ISO weekdays (Monday = 1) of a text such as "1,3,5".

    A blank text means *never*.

    Examples
    --------
    >>> sorted(parse_weekdays("1,3"))
    [1, 3]
    >>> parse_weekdays("")
    frozenset()
    """
    if not isinstance(text, str):
        return frozenset()
    return frozenset(int(part) for part in text.split(",") if part.strip())


@lru_cache(maxsize=4096)
def parse_dates(text: str | float | None) -> frozenset[dt.date]:
    """Return the days of a text such as "2027-02-01..2027-02-03;2026-12-31".

    Examples
    --------
    >>> len(parse_dates("2027-02-01..2027-02-03;2026-12-31"))
    4
    """
    if not isinstance(text, str):
        return frozenset()
    days: set[dt.date] = set()
    for part in filter(None, text.split(";")):
        first, _, last = part.strip().partition("..")
        start = dt.date.fromisoformat(first)
        end = dt.date.fromisoformat(last or first)
        days.update(start + dt.timedelta(days=i) for i in range((end - start).days + 1))
    return frozenset(days)


def add_months(day: dt.date, months: int) -> dt.date:
    """Return `day` plus calendar months; a missing day becomes the month's last.

    Examples
    --------
    >>> add_months(dt.date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    >>> add_months(dt.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    index = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def first_day(
    start: dt.date, is_possible: Callable[[dt.date], bool], days: int
) -> dt.date | None:
    """Return the first possible day from `start` on, at most `days` later.

    Examples
    --------
    >>> first_day(dt.date(2026, 11, 24), lambda d: d.isoweekday() == 4, 60)
    datetime.date(2026, 11, 26)
    """
    for offset in range(days + 1):
        day = start + dt.timedelta(days=offset)
        if is_possible(day):
            return day
    return None


def within(day: dt.date, start: dt.date | None, end: dt.date | None) -> bool:
    """Whether `day` lies in the half-open validity [start, end)."""
    return (start is None or start <= day) and (end is None or day < end)
