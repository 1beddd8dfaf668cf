"""Whether another step of a pair would still fit (rules R9 and R11)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.decided import Decided, sums_by
from ka_supply.allocation.limits import Limit

__all__ = ["NextStepLimits", "next_step_limits"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class NextStepLimits:
    """What forbids each pair its next step; each of shape (pairs,)."""

    is_full: Flags
    is_departure_full: Flags
    is_credit_spent: Flags
    is_below_drop: Flags


def _is_above(limit: Limit, cases: Ints, more: Ints) -> Flags:
    """Return where `more` cases would break a family of limits."""
    used = sums_by(limit.of_pair, limit.per_case * cases, len(limit.cap))
    spare = np.append(limit.cap - used, 0)[limit.of_pair]
    return (limit.of_pair >= 0) & (more * limit.per_case > spare)


def _is_fleet_full(decided: Decided, cases: Ints, more: Ints) -> Flags:
    """Return where all vehicles of the departure cannot take `more` cases."""
    departures = decided.departures
    row = departures.of_pair
    full = ~departures.carries[row]
    for each, cap in (
        (departures.grams, departures.cap_grams),
        (departures.cm3, departures.cap_cm3),
    ):
        load = sums_by(row, cases * each, len(cap))
        fleet = departures.most_vehicles * cap
        full |= (cap[row] >= 0) & (load[row] + more * each > fleet[row])
    return np.asarray(full)


def next_step_limits(decided: Decided, cases: Ints, more: Ints) -> NextStepLimits:
    """Return what forbids each pair `more` cases on top of a plan.

    Parameters
    ----------
    cases : shape (pairs,)
        The plan.
    more : shape (pairs,)
        Cases of the pair's next step.
    """
    snapshot, pairs = decided.snapshot, decided.pairs
    units = (cases + more) * pairs["units_per_case"].to_numpy(dtype=np.int64)
    picking, receiving, credit = decided.limits
    stop = pairs.groupby("destination_id").ngroup().to_numpy()
    dropped = sums_by(stop, cases, len(pairs))[stop]
    by_lane = snapshot["lanes"].set_index("lane_id")["min_drop_cases"]
    least = pairs["lane_id"].map(by_lane).fillna(0).to_numpy()
    return NextStepLimits(
        is_full=units > pairs["room_units"].fillna(np.inf).to_numpy(),
        is_departure_full=_is_fleet_full(decided, cases, more)
        | _is_above(picking, cases, more)
        | _is_above(receiving, cases, more),
        is_credit_spent=_is_above(credit, cases, more),
        is_below_drop=(dropped == 0) & (more < least),
    )
