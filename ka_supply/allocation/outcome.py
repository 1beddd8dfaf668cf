"""A plan in whole numbers: re-checked against every rule, its cost recomputed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.limits import NO_LIMIT, Departures
from ka_supply.allocation.lot_ledger import LotLedger
from ka_supply.allocation.problem import Problem

__all__ = [
    "Outcome",
    "breaches",
    "complete",
    "empty_outcome",
    "limit_use",
    "vehicles_needed",
]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """A feasible choice of steps with everything that follows from it.

    Parameters
    ----------
    taken, cases : shape (pairs,)
        Active steps taken, and the cases they carry.
    ledger : LotLedger
        Cases of lots by class.
    vehicles : shape (departures,)
    slack_fen : shape (floors,)
    objective_fen : int
        The cost of the plan.
    """

    taken: Ints
    cases: Ints
    ledger: LotLedger
    vehicles: Ints
    slack_fen: Ints
    objective_fen: int


def _sums(row: Ints, amounts: Ints, size: int) -> Ints:
    """Return whole sums per row; a row of -1 counts nowhere."""
    found = np.zeros(size + 1, dtype=np.int64)
    np.add.at(found, row, amounts)
    return found[:-1]


def vehicles_needed(departures: Departures, cases: Ints) -> Ints:
    """Return the fewest vehicles that carry the cases (rule R9)."""
    size = len(departures.keys)
    row = departures.of_pair
    needed = (_sums(row, cases, size) > 0).astype(np.int64)
    for each, cap in (
        (departures.grams, departures.cap_grams),
        (departures.cm3, departures.cap_cm3),
    ):
        load = _sums(row, each * cases, size)
        # A vehicle without any room makes the count exceed every maximum.
        count = np.where(cap > 0, -(-load // np.maximum(cap, 1)), load)
        needed = np.where(cap == NO_LIMIT, needed, np.maximum(needed, count))
    return needed


def limit_use(problem: Problem, family: str, cases: Ints) -> Ints:
    """Return what a plan uses of each row of a family of limits."""
    limit = problem.limits[family]
    return _sums(limit.of_pair, limit.per_case * cases, len(limit.cap))


def _class_cases(problem: Problem, cases: Ints) -> Ints:
    lots = problem.lots
    return _sums(lots.class_of_pair, cases, len(lots.class_free))


def _draw(problem: Problem, cases: Ints) -> tuple[LotLedger, int | None]:
    """Return the best lots for cases per pair and their credit; None if short."""
    ledger, credit = LotLedger(problem.lots), 0
    for member, wanted in enumerate(_class_cases(problem, cases).tolist()):
        drawn = ledger.take(member, wanted) if wanted else 0
        if drawn is None:
            return ledger, None
        credit += drawn
    return ledger, credit


def breaches(problem: Problem, taken: Ints) -> tuple[str, ...]:
    """Return the rules that a choice of steps breaks, in integers."""
    cases = problem.cases_of(taken)
    drops, departures = problem.drops, problem.departures
    dropped = _sums(drops.of_pair, cases, len(drops.least_cases))
    needed = vehicles_needed(departures, cases)
    stray = (cases > 0) & (problem.lots.class_of_pair < 0)
    found = {
        "VEHICLES": (needed > departures.most_vehicles).any(),
        "MIN_DROP": ((dropped > 0) & (dropped < drops.least_cases)).any(),
        "LOT": stray.any() or _draw(problem, cases)[1] is None,
    }
    for family, limit in problem.limits.items():
        found[family] = (limit_use(problem, family, cases) > limit.cap).any()
    return tuple(name for name, is_broken in found.items() if is_broken)


def complete(problem: Problem, taken: Ints) -> Outcome:
    """Return the outcome of a feasible choice of steps: best lots, fewest vehicles.

    Raises
    ------
    ValueError
        If the lots do not suffice; call `breaches` first.
    """
    cases = problem.cases_of(taken)
    ledger, credit = _draw(problem, cases)
    if credit is None:
        msg = "steps taken: more cases than the lots give; repair the choice first"
        raise ValueError(msg)
    steps = problem.steps
    position = np.arange(len(steps.pair)) - steps.start[steps.pair]
    value = int(steps.value_fen[position < taken[steps.pair]].sum())
    vehicles = vehicles_needed(problem.departures, cases)
    slack = problem.floors.slack_fen(cases)
    fixed = int((vehicles * problem.departures.fixed_fen).sum())
    cost = fixed + int(slack.sum()) - value - credit
    return Outcome(taken, cases, ledger, vehicles, slack, cost)


def empty_outcome(problem: Problem) -> Outcome:
    """Return the outcome of shipping nothing."""
    return complete(problem, np.zeros(problem.pair_count, dtype=np.int64))
