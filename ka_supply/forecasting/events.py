"""Which days are events: holidays with shoulder days, aligned by lunar date."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from ka_supply.domain.snapshot import Snapshot, records, to_days

__all__ = ["EventDays", "Holiday", "event_days", "holidays", "packaged_holidays"]

Ints = npt.NDArray[np.int64]

# Days until Chinese New Year that share one factor.
NEW_YEAR_BINS = (
    (28, 22),
    (21, 15),
    (14, 8),
    (7, 4),
    (3, 1),
    (0, 0),
    (-1, -3),
    (-4, -7),
    (-8, -14),
    (-15, -20),
)
# First and last day of each shoulder, counted from the event's first (before) and
# last day (after).
BEFORE = ((-3, -1), (-7, -4), (-14, -8))
AFTER = ((1, 3),)
# A named holiday interrupted by fewer days is still one event.
GAP_DAYS = 2
# Prior standard deviation of log factors: the New Year and the days of public
# holidays; shoulders, other named days and make-up working days.
MAJOR_DEVIATION, MINOR_DEVIATION = 0.3, 0.1


@dataclass(frozen=True)
class Holiday:
    """One day of the holiday table."""

    day: int
    name: str
    is_public_holiday: bool
    is_makeup_workday: bool
    days_to_cny: int | None


@dataclass(frozen=True)
class EventDays:
    """The event of each day, and the names of the events.

    Parameters
    ----------
    code : shape (days,)
        Position in `labels`; 0 = no event.
    labels : tuple of str
        labels[0] is "".
    deviation : shape (labels,)
        How far the log of the event's factor may lie from 0: its prior standard
        deviation.
    """

    code: Ints
    labels: tuple[str, ...]
    deviation: npt.NDArray[np.float64]

    @property
    def is_ordinary(self) -> npt.NDArray[np.bool_]:
        """Whether a day says something about the level: no major event."""
        return self.deviation[self.code] < MAJOR_DEVIATION


@cache
def packaged_holidays() -> tuple[Holiday, ...]:
    """Return the holiday table of this package, 2023 to 2035.

    Examples
    --------
    >>> new_year = [h for h in packaged_holidays() if h.days_to_cny == 0]
    >>> [str(np.datetime64(h.day, "D")) for h in new_year][3:5]
    ['2026-02-17', '2027-02-06']
    """
    source = files("ka_supply.domain").joinpath("lunar_holidays.csv")
    lines = source.read_text(encoding="utf-8").splitlines()
    return tuple(
        Holiday(
            int(to_days(dt.date.fromisoformat(row["date"]))),
            row["name"],
            row["is_public_holiday"] == "1",
            row["is_makeup_workday"] == "1",
            int(row["days_to_cny"]) if row["days_to_cny"] else None,
        )
        for row in csv.DictReader(lines)
    )


def holidays(snapshot: Snapshot) -> tuple[Holiday, ...]:
    """Return the snapshot's holidays; before and after them the packaged ones."""
    given = [
        Holiday(
            int(to_days(row["date"])),
            row["name"],
            bool(row["is_public_holiday"]),
            bool(row["is_makeup_workday"]),
            None if row["days_to_cny"] is None else int(row["days_to_cny"]),
        )
        for row in records(snapshot["holidays"])
    ]
    if not given:
        return packaged_holidays()
    first, last = min(h.day for h in given), max(h.day for h in given)
    rest = [h for h in packaged_holidays() if not first <= h.day <= last]
    return tuple(sorted(given + rest, key=lambda h: h.day))


def event_days(table: Iterable[Holiday], first_day: int, days: int) -> EventDays:
    """Return the event of each day from `first_day` on.

    Chinese New Year goes by days until it; a make-up working day is its own
    event; any other holiday has its days and shoulders before and after. Where
    several meet, the first of this list wins: New Year, make-up day, holiday,
    nearest shoulder.
    """
    label: dict[int, str] = {}
    deviation = {"": 0.0, "makeup": MINOR_DEVIATION}
    table = tuple(table)
    for holiday in table:
        season = _new_year_bin(holiday.days_to_cny)
        if season or holiday.is_makeup_workday:
            label[holiday.day] = season or "makeup"
            if season:
                deviation[season] = MAJOR_DEVIATION
    for day, name, spread in _named_days(_runs(table)):
        label.setdefault(day, name)
        deviation.setdefault(name, spread)
    names = [label.get(first_day + i, "") for i in range(days)]
    labels = ("", *sorted(set(names) - {""}))
    position = {name: i for i, name in enumerate(labels)}
    return EventDays(
        np.array([position[n] for n in names], dtype=np.int64),
        labels,
        np.array([deviation[n] for n in labels]),
    )


@dataclass(frozen=True)
class _Run:
    """The days of one holiday in one year."""

    name: str
    first: int
    last: int
    is_public: bool


def _named_days(runs: list[_Run]) -> Iterator[tuple[int, str, float]]:
    """Yield day, label and deviation of holidays, then of their shoulders.

    Only public holidays have shoulders, nearest first.
    """
    for run in runs:
        spread = MAJOR_DEVIATION if run.is_public else MINOR_DEVIATION
        for day in range(run.first, run.last + 1):
            part = "1" if day == run.first else "2+"
            yield day, f"{run.name} {part}", spread
    for near, far, is_after in _shoulders():
        for run in runs:
            anchor = run.last if is_after else run.first
            for offset in range(near, far + 1) if run.is_public else ():
                label = f"{run.name} {near:+d}..{far:+d}"
                yield anchor + offset, label, MINOR_DEVIATION


def _shoulders() -> list[tuple[int, int, bool]]:
    near_first = [(*BEFORE[0], False), *((*s, True) for s in AFTER)]
    return near_first + [(*s, False) for s in BEFORE[1:]]


def _new_year_bin(days_to_cny: int | None) -> str:
    for far, near in NEW_YEAR_BINS:
        if days_to_cny is not None and near <= days_to_cny <= far:
            return f"new year {far:+d}..{near:+d}"
    return ""


def _runs(table: tuple[Holiday, ...]) -> list[_Run]:
    """Return the holidays outside the New Year, by first day."""
    public = {h.name for h in table if h.is_public_holiday}
    named: dict[str, list[int]] = {}
    for h in table:
        if not h.is_makeup_workday and not _new_year_bin(h.days_to_cny):
            named.setdefault(h.name, []).append(h.day)
    runs = []
    for name, found in named.items():
        days = np.sort(np.array(found))
        cuts = np.flatnonzero(np.diff(days) > GAP_DAYS + 1) + 1
        runs += [
            _Run(name, int(part[0]), int(part[-1]), name in public)
            for part in np.split(days, cuts)
        ]
    return sorted(runs, key=lambda run: (run.first, run.name))
