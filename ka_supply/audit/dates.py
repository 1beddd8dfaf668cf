"""Calendar arithmetic of the auditor: months, weekdays, spans of days, clock times."""

from calendar import monthrange
from datetime import date

__all__ = [
    "EARLIEST",
    "LATEST",
    "add_months",
    "clock_minutes",
    "day_spans",
    "in_spans",
    "in_term",
    "weekday_set",
]

EARLIEST = date(1900, 1, 1)
LATEST = date(2500, 12, 31)

MONTHS_PER_YEAR = 12
LAST_WEEKDAY = 7
MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24

Spans = tuple[tuple[date, date], ...]


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later; a missing day becomes the month's last.

    Examples
    --------
    >>> add_months(date(2026, 1, 31), 1), add_months(date(2028, 3, 31), -1)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    """
    count = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = count // MONTHS_PER_YEAR, count % MONTHS_PER_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def weekday_set(text: str) -> frozenset[int]:
    """Return ISO weekdays, Monday = 1; an empty list means never.

    Raises
    ------
    ValueError
        For anything but numbers from 1 to 7 between commas.

    Examples
    --------
    >>> sorted(weekday_set("1,3,5")), sorted(weekday_set(""))
    ([1, 3, 5], [])
    """
    days = frozenset(int(part) for part in text.split(",") if part.strip())
    if any(not 1 <= day <= LAST_WEEKDAY for day in days):
        msg = f"weekdays {text!r}; numbers from 1 to 7 are required"
        raise ValueError(msg)
    return days


def day_spans(text: str) -> Spans:
    """Return spans of days, both ends included.

    Raises
    ------
    ValueError
        For a day that is no ISO date.

    Examples
    --------
    >>> len(day_spans("2027-02-01..2027-02-12;2026-12-31"))
    2
    """
    spans = []
    for part in text.split(";"):
        if part.strip():
            first, _, last = part.partition("..")
            start = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if last.strip() else start
            spans.append((start, end))
    return tuple(spans)


def in_spans(day: date, spans: Spans) -> bool:
    """Whether a day lies in one of the spans.

    Examples
    --------
    >>> in_spans(date(2027, 2, 12), day_spans("2027-02-01..2027-02-12"))
    True
    """
    return any(start <= day <= end for start, end in spans)


def in_term(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day lies in ``[start, end)``; a blank end is open.

    Examples
    --------
    >>> in_term(date(2026, 5, 1), date(2026, 5, 1), None)
    True
    >>> in_term(date(2026, 5, 1), None, date(2026, 5, 1))
    False
    """
    return (start is None or start <= day) and (end is None or day < end)


def clock_minutes(text: str) -> int:
    """Return the minutes since midnight of a clock time, seconds dropped.

    Raises
    ------
    ValueError
        If the text is no clock time.

    Examples
    --------
    >>> clock_minutes("06:30"), clock_minutes("18:00:00")
    (390, 1080)
    """
    hours, minutes = (int(part) for part in text.split(":")[:2])
    if not (0 <= hours < HOURS_PER_DAY and 0 <= minutes < MINUTES_PER_HOUR):
        msg = f"time {text!r}; HH:MM is required"
        raise ValueError(msg)
    return hours * MINUTES_PER_HOUR + minutes
