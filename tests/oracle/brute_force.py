"""Every possible shipment of a tiny world, judged by the text of docs/rules.md.

Nothing here is taken from the model: a point is a number of cases for each pair
and lot of its origin; rules and objective are evaluated on plain integers.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle.tiny_worlds import (
    ACCOUNT,
    DWELL_DAYS,
    LEAD_DAYS,
    LIFE_DAYS,
    ORIGIN,
    PAIRS,
    PRICE_FEN,
    UNITS_PER_CASE,
    Lot,
    TinyWorld,
)

__all__ = ["Point", "best_value_fen", "enumerate_points", "is_eligible", "vehicles"]

DEFAULT_PENALTY_SHARE = 0.03

Cases = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Point:
    """One shipment: cases by (pair, lot id), and its verdicts."""

    cases: dict[tuple[str, str], int]
    broken: tuple[str, ...]
    is_fefo: bool
    cost_fen: float

    @property
    def is_feasible(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken


def receipt_age(pair: str, lot: Lot) -> int:
    """Return the lot's age on the day freshness is judged (R3)."""
    if pair == "R":  # warehouse receipt + dwell + the leg to S2
        return lot.age_days + LEAD_DAYS + DWELL_DAYS + LEAD_DAYS
    return lot.age_days + LEAD_DAYS


def is_eligible(tiny: TinyWorld, pair: str, lot: Lot) -> bool:
    """Whether the contract of the account (behind the pair) allows the lot (R6)."""
    num, den = tiny.contract[ACCOUNT[pair] or "B"]
    return den * receipt_age(pair, lot) <= num * LIFE_DAYS


def vehicles(tiny: TinyWorld, cases: int) -> int:
    """Return the fewest vehicles for a load on a capped lane (R9)."""
    assert tiny.vehicle_cases
    return -(-cases // tiny.vehicle_cases)


def _total(x: Cases, pair: str) -> int:
    return sum(n for (p, _), n in x.items() if p == pair)


def _lots_broken(tiny: TinyWorld, x: Cases) -> Iterator[str]:
    """Yield what the choice of lots breaks (R6, R7)."""
    lots = {lot.lot_id: lot for lot in tiny.lots}
    for (pair, lot_id), cases in x.items():
        if cases and not is_eligible(tiny, pair, lots[lot_id]):
            yield "freshness"
    for lot in tiny.lots:
        if sum(x.get((p, lot.lot_id), 0) for p in PAIRS) > lot.free_cases:
            yield "lots"


def _totals_broken(tiny: TinyWorld, x: Cases) -> Iterator[str]:
    """Yield what the cases of each pair break (R9, R11)."""
    for pair in PAIRS:
        total = _total(x, pair)
        capped = tiny.vehicle_cases and pair != "S2"
        if capped and vehicles(tiny, total) > tiny.vehicles_max:
            yield "vehicles"
        if 0 < total < tiny.min_drop.get(pair, 0):
            yield "minimum_drop"
        if total and tiny.blocked and ACCOUNT[pair] == tiny.blocked:
            yield "credit_hold"
    if tiny.room_cases is not None and _total(x, "S1") > tiny.room_cases:
        yield "store_capacity"


def _is_fefo(tiny: TinyWorld, x: Cases) -> bool:
    """Whether no later expiry goes to a pair while an earlier one is free (R14)."""
    for pair, later in itertools.product(PAIRS, tiny.lots):
        if not x.get((pair, later.lot_id)):
            continue
        for earlier in tiny.lots:
            used = sum(x.get((p, earlier.lot_id), 0) for p in PAIRS)
            if (
                earlier.warehouse_id == later.warehouse_id
                and earlier.age_days > later.age_days
                and is_eligible(tiny, pair, earlier)
                and used < earlier.free_cases
            ):
                return False
    return True


def _cost_fen(tiny: TinyWorld, x: Cases) -> float:
    """Return the objective of R14 in fen."""
    total = {p: _total(x, p) for p in PAIRS}
    credit = {lot.lot_id: lot.credit_fen for lot in tiny.lots}
    cost: float = -sum(sum(tiny.curves[p][: total[p]]) for p in PAIRS)
    cost -= sum(cases * credit[lot_id] for (_, lot_id), cases in x.items())
    if tiny.vehicle_cases:
        cost += tiny.fixed_fen * sum(vehicles(tiny, total[p]) for p in ("S1", "R"))
    if tiny.floor is not None and tiny.blocked != "A":
        need = tiny.order_cases * UNITS_PER_CASE
        planned = min(total["S1"], tiny.order_cases) * UNITS_PER_CASE
        slack = max(0.0, tiny.floor * need - planned)
        cost += slack * (tiny.penalty or DEFAULT_PENALTY_SHARE) * PRICE_FEN
    return cost


def enumerate_points(tiny: TinyWorld) -> Iterator[Point]:
    """Yield every shipment up to the curves' length and one case above each lot."""
    places = [
        (pair, lot)
        for pair in PAIRS
        for lot in tiny.lots
        if lot.warehouse_id == ORIGIN[pair]
    ]
    most = [
        range(min(len(tiny.curves[pair]), lot.free_cases + 1) + 1)
        for pair, lot in places
    ]
    for counts in itertools.product(*most):
        x = {
            (pair, lot.lot_id): n
            for (pair, lot), n in zip(places, counts, strict=True)
            if n
        }
        if any(_total(x, p) > len(tiny.curves[p]) for p in PAIRS):
            continue
        broken = tuple(sorted({*_lots_broken(tiny, x), *_totals_broken(tiny, x)}))
        yield Point(x, broken, _is_fefo(tiny, x), _cost_fen(tiny, x))


def best_value_fen(points: list[Point], without: str | None = None) -> float:
    """Return the smallest cost of a feasible point, one rule left out if named."""
    return min(p.cost_fen for p in points if set(p.broken) <= {without})
