"""Dates, lists of dates, weekdays and times written as text."""

import datetime as dt
import re

from ka_supply.ingestion.codes_in_text import ERROR_VALUE, normalised

__all__ = ["read_date", "read_dates", "read_time", "read_weekdays"]

_DATE = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})"
    r"|年(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
    r"(?:[ T]?(?P<t>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)"
    r" ?(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_SHORT = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}")
_SERIAL = re.compile(r"([2-7][0-9]{4})(\.0+)?")
_SERIAL_DAY_0 = dt.date(1899, 12, 30)
_CHINA = ("+08:00", "+0800")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:00(\.0+)?)?")
_YEARS = range(1950, 2151)


def read_date(text: str) -> tuple[dt.date | None, str]:
    """Return the date in `text` and the id of what is to be noted.

    Examples
    --------
    >>> read_date("2026年11月3日")
    (datetime.date(2026, 11, 3), '')
    >>> read_date("01/02/2026"), read_date("2026-02-30")
    ((None, 'CELL_DATE_AMBIGUOUS'), (None, 'CELL_NOT_DATE'))
    """
    clean, note = normalised(text, "number")
    found = _DATE.fullmatch(clean)
    if found is None:
        return _serial_or_fault(clean)
    day = _calendar_day(found)
    if day is None:
        return None, "CELL_NOT_DATE"
    if found["z"] is not None and found["z"] not in _CHINA:
        return None, "CELL_DATE_ZONE"
    has_time = found["t"] is not None and found["t"].strip("0:.") != ""
    note = "CELL_TIME_DROPPED" if has_time else note
    return (day, note) if day.year in _YEARS else (None, "CELL_DATE_RANGE")


def _calendar_day(found: re.Match[str]) -> dt.date | None:
    month = found["m"] or found["m2"] or found["m3"]
    day = found["d"] or found["d2"] or found["d3"]
    try:
        return dt.date(int(found["y"]), int(month), int(day))
    except ValueError:
        return None


def _serial_or_fault(clean: str) -> tuple[dt.date | None, str]:
    if serial := _SERIAL.fullmatch(clean):
        return _SERIAL_DAY_0 + dt.timedelta(int(serial[1])), "CELL_SERIAL_DATE"
    if ERROR_VALUE.fullmatch(clean):
        return None, "CELL_ERROR_VALUE"
    return None, "CELL_DATE_AMBIGUOUS" if _SHORT.fullmatch(clean) else "CELL_NOT_DATE"


def read_dates(text: str) -> tuple[str | None, str]:
    """Return a list of days and spans in canonical form, sorted.

    Examples
    --------
    >>> read_dates("2027/2/1..2027/2/12; 2026-12-31")
    ('2026-12-31;2027-02-01..2027-02-12', '')
    """
    spans = []
    for part in normalised(text, "number")[0].split(";"):
        ends = [read_date(end)[0] for end in part.split("..", 1)]
        days = [end for end in ends if end is not None]
        if len(days) < len(ends) or days[0] > days[-1]:
            return None, "CELL_NOT_DATES"
        spans.append("..".join(day.isoformat() for day in days))
    return ";".join(sorted(set(spans))), ""


def read_weekdays(text: str) -> tuple[str | None, str]:
    """Return a list of ISO weekdays in canonical form.

    Examples
    --------
    >>> read_weekdays("3、1"), read_weekdays("1-5")
    (('1,3', ''), (None, 'CELL_NOT_WEEKDAYS'))
    """
    clean = normalised(text, "number")[0]
    parts = [part.strip() for part in re.split(r"[,;、|]", clean)]
    if any(part not in tuple("1234567") for part in parts):
        return None, "CELL_NOT_WEEKDAYS"
    return ",".join(sorted(set(parts))), ""


def read_time(text: str) -> tuple[str | None, str]:
    """Return a time of the day as HH:MM.

    Examples
    --------
    >>> read_time("6:30:00"), read_time("24:00")
    (('06:30', ''), (None, 'CELL_NOT_TIME'))
    """
    clean, note = normalised(text, "number")
    found = _TIME.fullmatch(clean)
    if found is None:
        return None, "CELL_NOT_TIME"
    return f"{int(found[1]):02d}:{found[2]}", note
