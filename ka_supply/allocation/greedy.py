"""A good feasible plan before any solver starts; every rule in integers.

Steps go in order of their worth; then vehicles that do not earn their fixed
cost are emptied, stops below their fewest cases topped up or left out, and what
was freed is offered again.
"""

import heapq
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.limits import FEN_PER_CNY, NO_LIMIT
from ka_supply.allocation.loading import Loading
from ka_supply.allocation.outcome import Outcome, breaches, complete, empty_outcome
from ka_supply.allocation.problem import Problem

__all__ = ["greedy_plan", "improved", "repaired"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NEVER_REFUSED = -np.inf


def _densities(problem: Problem, *, per_load: bool) -> Floats:
    """Return the worth of each step per case, or per share of a vehicle."""
    steps, lots, departures = problem.steps, problem.lots, problem.departures
    credit = np.append(lots.class_best_credit, 0)[lots.class_of_pair[steps.pair]]
    worth = steps.value_fen / steps.cases + credit
    floors = problem.floors
    row = floors.of_pair[steps.pair]
    counts = steps.cases_through <= floors.need_cases[steps.pair]
    saved = np.append(floors.unit_cost_cny, 0)[row] * floors.per_case[steps.pair]
    worth = worth + np.where(counts & (row >= 0), saved * FEN_PER_CNY, 0)
    if not per_load:
        return np.asarray(worth)
    row = departures.of_pair
    shares = [
        np.where(cap[row] == NO_LIMIT, 0.0, each / np.maximum(cap[row], 1))
        for each, cap in (
            (departures.grams, departures.cap_grams),
            (departures.cm3, departures.cap_cm3),
        )
    ]
    share = np.maximum(*shares)[steps.pair]
    usual = float(np.median(share[share > 0])) if (share > 0).any() else 1.0
    return np.asarray(worth / np.where(share > 0, share, usual))


def _fill(
    loading: Loading,
    densities: Sequence[float],
    vehicles: Sequence[int],
    wanted: Sequence[int] | None = None,
) -> None:
    """Take steps, the densest first, as long as they fit and earn.

    With `wanted`, steps up to that count are taken even at a loss.
    """
    least = 0.0 if wanted is None else NEVER_REFUSED

    def ahead(pair: int) -> bool:
        enough = wanted is not None and loading.taken[pair] >= wanted[pair]
        return loading.has_next(pair) and not enough

    heap = [
        (-densities[loading.start[p] + loading.taken[p]], p)
        for p in range(len(loading.taken))
        if ahead(p)
    ]
    heapq.heapify(heap)
    while heap:
        _, pair = heap[0]
        if loading.fits(pair, vehicles) and loading.add(pair, least) and ahead(pair):
            step = loading.start[pair] + loading.taken[pair]
            heapq.heapreplace(heap, (-densities[step], pair))
        else:
            heapq.heappop(heap)


def _taken_steps(loading: Loading, pairs: Sequence[int]) -> list[tuple[float, int]]:
    """Return (worth per case, pair) of taken steps, the least worthy first."""
    return sorted(
        (loading.worth[step] / loading.size[step], pair)
        for pair in pairs
        for first in (loading.start[pair],)
        for step in range(first, first + loading.taken[pair])
    )


def _empty_vehicles(loading: Loading, pairs_of: Sequence[Sequence[int]]) -> None:
    """Take off vehicles that carry less than their fixed cost."""
    fixed = loading.problem.departures.fixed_fen.tolist()
    for row, pairs in enumerate(pairs_of):
        while fixed[row] and _is_one_vehicle_less(loading, row, pairs, fixed[row]):
            pass


def _is_one_vehicle_less(
    loading: Loading, row: int, pairs: Sequence[int], fixed_fen: int
) -> bool:
    """Take a vehicle's worth off a departure if that costs less than the vehicle."""
    count = loading.vehicles(row)
    removed: list[int] = []
    lost = 0.0
    for _, pair in _taken_steps(loading, pairs):
        if loading.vehicles(row) < count or lost >= fixed_fen:
            break
        lost += loading.remove(pair)
        removed.append(pair)
    if loading.vehicles(row) < count and lost < fixed_fen:
        return True
    for pair in reversed(removed):
        loading.add(pair, NEVER_REFUSED)
    return False


def _clear(loading: Loading, pairs: Sequence[int]) -> None:
    for pair in pairs:
        while loading.taken[pair]:
            loading.remove(pair)


def _settle_drops(
    loading: Loading, pairs_of: Sequence[Sequence[int]], vehicles: Sequence[int]
) -> None:
    """Top up stops below their fewest cases, or leave them out."""
    for drop, pairs in enumerate(pairs_of):
        least = loading.least[drop]
        if not 0 < loading.dropped[drop] < least:
            continue
        _top_up(loading, pairs, drop, vehicles)
        if loading.dropped[drop] < least:
            _clear(loading, pairs)


def _top_up(
    loading: Loading, pairs: Sequence[int], drop: int, vehicles: Sequence[int]
) -> None:
    tried: set[int] = set()
    while loading.dropped[drop] < loading.least[drop]:
        ahead = [
            (loading.value[s] / loading.size[s], -p)
            for p in pairs
            if p not in tried and loading.has_next(p)
            for s in (loading.start[p] + loading.taken[p],)
        ]
        if not ahead:
            return
        pair = -max(ahead)[1]
        if not (loading.fits(pair, vehicles) and loading.add(pair, NEVER_REFUSED)):
            tried.add(pair)


def _grouped(rows: Ints, active: Ints, size: int) -> list[list[int]]:
    """Return the active pairs of each row."""
    found: list[list[int]] = [[] for _ in range(size)]
    for pair in active.tolist():
        found[rows[pair]].append(pair)
    return found


def _finished(problem: Problem, loading: Loading, densities: Sequence[float]) -> Ints:
    """Return the choice once stops are settled and freed room is offered again."""
    departures, drops = problem.departures, problem.drops
    active = np.flatnonzero(np.diff(problem.steps.start))
    by_departure = _grouped(departures.of_pair, active, len(departures.keys))
    by_drop = _grouped(drops.of_pair, active, len(drops.keys))
    most = departures.most_vehicles.tolist()
    _settle_drops(loading, by_drop, most)
    _empty_vehicles(loading, by_departure)
    _settle_drops(loading, by_drop, most)
    count = range(len(most))
    opened = [loading.vehicles(d) if loading.grams[d] else 0 for d in count]
    _fill(loading, densities, opened)
    # A stop opened by the last fill may be too small; nothing may follow it.
    _settle_drops(loading, by_drop, [0] * len(most))
    return loading.result()


def _better(problem: Problem, taken: Ints, known: Outcome) -> Outcome:
    """Return the cheaper of a known outcome and a choice that breaks no rule."""
    if breaches(problem, taken):
        return known
    found = complete(problem, taken)
    return found if found.objective_fen < known.objective_fen else known


def greedy_plan(problem: Problem) -> Outcome:
    """Return the better of two greedy plans, never worse than shipping nothing."""
    best = empty_outcome(problem)
    most = problem.departures.most_vehicles.tolist()
    for per_load in (False, True):
        densities = _densities(problem, per_load=per_load).tolist()
        loading = Loading(problem)
        _fill(loading, densities, most)
        best = _better(problem, _finished(problem, loading, densities), best)
    return best


def repaired(problem: Problem, taken: Ints) -> Outcome:
    """Return a feasible plan near a choice of steps; the cheapest steps give way."""
    densities = _densities(problem, per_load=True).tolist()
    loading = Loading(problem)
    most = problem.departures.most_vehicles.tolist()
    _fill(loading, densities, most, taken.tolist())
    found = _finished(problem, loading, densities)
    return _better(problem, found, empty_outcome(problem))


def improved(problem: Problem, known: Outcome) -> Outcome:
    """Return a plan with what still fits the vehicles of a known one."""
    densities = _densities(problem, per_load=True).tolist()
    loading = Loading(problem)
    vehicles = known.vehicles.tolist()
    _fill(loading, densities, vehicles, known.taken.tolist())
    _fill(loading, densities, vehicles)
    drops = problem.drops
    active = np.flatnonzero(np.diff(problem.steps.start))
    by_drop = _grouped(drops.of_pair, active, len(drops.keys))
    _settle_drops(loading, by_drop, [0] * len(vehicles))
    return _better(problem, loading.result(), known)
