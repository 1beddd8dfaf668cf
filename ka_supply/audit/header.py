"""The header of a night: its day, its settings, the solver's own claims."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from ka_supply.audit.dates import clock_minutes
from ka_supply.audit.fields import Unreadable, amount, day, shown, whole
from ka_supply.audit.model import Breach

__all__ = ["Night", "read_night"]

LONGEST_SPAN_DAYS = 366

Field = TypeVar("Field")


@dataclass(frozen=True)
class Night:
    """Day and settings of the night, and what the solver claims.

    `problems` lists the header fields that could not be read; their defaults
    stand in so that the remaining checks still run.
    """

    as_of: date
    release_minutes: int
    transfer_dwell_days: int
    departure_horizon_days: int
    promo_statuses: frozenset[str]
    default_penalty_share: Decimal
    relative_gap: Decimal
    solver: Mapping[str, object]
    greedy_objective: object
    row_counts: Mapping[str, object]
    problems: tuple[Breach, ...]

    @cached_property
    def run_date(self) -> date:
        """The first day the plan can act on."""
        return self.as_of + timedelta(days=1)

    @cached_property
    def last_departure(self) -> date:
        """The last day on which a departure exists (R2)."""
        return self.run_date + timedelta(days=self.departure_horizon_days)

    def has_passed(self, cutoff_minutes: int | None) -> bool:
        """Whether a cut-off lies before the plan's release."""
        return cutoff_minutes is not None and cutoff_minutes < self.release_minutes


def read_night(run: object) -> Night:
    """Return the header of a night; unreadable fields are listed, not guessed."""
    problems: list[Breach] = []
    header = section(run, "run", problems)
    settings = section(header.get("settings"), "run.settings", problems)
    night = section(settings.get("night"), "run.settings.night", problems)
    words = section(settings.get("data"), "run.settings.data", problems)
    money = section(settings.get("money"), "run.settings.money", problems)
    solver = section(header.get("solver"), "run.solver", problems)

    def span_days(name: str) -> int:
        return whole(night, name, most=LONGEST_SPAN_DAYS)

    return Night(
        as_of=read(lambda: day(header, "as_of"), date(2000, 1, 1), problems),
        release_minutes=read(lambda: release_minutes(night), 360, problems),
        transfer_dwell_days=read(lambda: span_days("transfer_dwell_days"), 2, problems),
        departure_horizon_days=read(
            lambda: span_days("departure_horizon_days"), 28, problems
        ),
        promo_statuses=read(lambda: statuses(words), frozenset(), problems),
        default_penalty_share=read(
            lambda: amount(money, "default_penalty_share"), Decimal("0.03"), problems
        ),
        relative_gap=read(lambda: amount(solver, "relative_gap"), Decimal(0), problems),
        solver=solver,
        greedy_objective=header.get("greedy_objective"),
        row_counts=section(header.get("rows"), "run.rows", problems),
        problems=tuple(problems),
    )


def section(value: object, name: str, problems: list[Breach]) -> Mapping[str, object]:
    """Return a mapping, or an empty one with a problem noted."""
    if isinstance(value, Mapping):
        return value
    problems.append(Breach("run", name, f"{shown(value)} is no mapping"))
    return {}


def read(field: Callable[[], Field], stand_in: Field, problems: list[Breach]) -> Field:
    """Return a header field, or its stand-in with a problem noted."""
    try:
        return field()
    except ValueError as error:
        problems.append(Breach("run", "header", str(error)))
        return stand_in


def release_minutes(night: Mapping[str, object]) -> int:
    """Return the release time in minutes since midnight."""
    return clock_minutes(str(night.get("release_time")))


def statuses(words: Mapping[str, object]) -> frozenset[str]:
    """Return the promotion statuses that count."""
    names = words.get("promo_statuses")
    if isinstance(names, list | tuple | set | frozenset):
        return frozenset(str(name) for name in names)
    raise Unreadable("promo_statuses", names, "a list of statuses")
