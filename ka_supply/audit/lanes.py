"""Lanes and their stops as the auditor reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ka_supply.audit.dates import Spans, day_spans
from ka_supply.audit.fields import (
    amount,
    amount_or_none,
    day_or_none,
    text,
    text_or_blank,
    whole,
)
from ka_supply.audit.masters import weekdays

__all__ = ["Lane", "Stop"]

Fields = Mapping[str, object]

LONGEST_TRANSIT_DAYS = 366
KILO = 1_000
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Lane:
    """One vehicle type from one warehouse."""

    lane_id: str
    from_id: str
    to_id: str
    lead_time_days: int
    worst_lead_days: int
    is_full_truck: bool
    vehicles_max: int
    cap_grams: int | None
    cap_cm3: int | None
    fixed_cny: Decimal
    min_drop_cases: int
    dispatch_weekdays: frozenset[int]
    blackouts: Spans
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def read(cls, row: Fields) -> "Lane":
        """Return the lane of a row; capacities are rounded down."""
        lead = whole(row, "lead_time_days", most=LONGEST_TRANSIT_DAYS)
        worst = whole(row, "lead_time_max_days", lead, most=LONGEST_TRANSIT_DAYS)
        return cls(
            lane_id=text(row, "lane_id"),
            from_id=text(row, "from_id"),
            to_id=text(row, "to_id"),
            lead_time_days=lead,
            worst_lead_days=max(lead, worst),
            is_full_truck=text_or_blank(row, "mode") == "FTL",
            vehicles_max=whole(row, "vehicles_max", 1),
            cap_grams=rounded_down(amount_or_none(row, "cap_kg"), KILO),
            cap_cm3=rounded_down(amount_or_none(row, "cap_m3"), MILLION),
            fixed_cny=amount(row, "fixed_cny", "0"),
            min_drop_cases=whole(row, "min_drop_cases", 0),
            dispatch_weekdays=weekdays(row, "dispatch_weekdays"),
            blackouts=day_spans(text_or_blank(row, "blackouts")),
            valid_from=day_or_none(row, "valid_from"),
            valid_to=day_or_none(row, "valid_to"),
        )


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a lane."""

    lane_id: str
    destination_id: str
    extra_days: int

    @classmethod
    def read(cls, row: Fields) -> "Stop":
        """Return the stop of a row."""
        return cls(
            lane_id=text(row, "lane_id"),
            destination_id=text(row, "destination_id"),
            extra_days=whole(row, "extra_days", 0, most=LONGEST_TRANSIT_DAYS),
        )


def rounded_down(value: Decimal | None, factor: int) -> int | None:
    """Return ``value * factor`` without its fraction; None stays None.

    Examples
    --------
    >>> rounded_down(Decimal("1.2345"), 1000)
    1234
    """
    return None if value is None else int(value * factor)
