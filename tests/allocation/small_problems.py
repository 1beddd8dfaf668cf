"""Allocation problems described by hand, a few pairs at a time."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from ka_supply.allocation.floors import Floors
from ka_supply.allocation.limits import Departures, Drops, Limit
from ka_supply.allocation.lot_classes import LotClasses
from ka_supply.allocation.outcome import Outcome, breaches, complete
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.process import SolverProcess
from ka_supply.allocation.solution import Solution
from ka_supply.allocation.solve import solve_allocation
from ka_supply.allocation.steps import Steps
from ka_supply.domain.settings import SolverSettings

DAY = pd.Timestamp("2026-11-24")
NO_CAPS: Mapping[str, Sequence[int]] = {}
EXACT = SolverSettings(relative_gap=0.0)
MICRO = 1_000_000


@dataclass(frozen=True)
class P:
    """A pair: worths of its steps in fen, lots it may take, what it loads.

    Parameters
    ----------
    per_case : mapping of limit family to (row, use of a case)
    counted : (floor, need in cases, units per case), optional
    """

    worths: Sequence[int]
    lots: Sequence[int] = (0,)
    sizes: Sequence[int] = ()
    departure: int = 0
    drop: int = 0
    grams: int = 1000
    cm3: int = 1000
    per_case: dict[str, tuple[int, int]] = field(default_factory=dict)
    counted: tuple[int, int, float] | None = None


@dataclass(frozen=True)
class D:
    """A departure: capacity per vehicle (-1 none), most vehicles, fixed fen."""

    cap_grams: int = -1
    cap_cm3: int = -1
    most: int = 1
    fixed: int = 0


def _steps(pairs: Sequence[P]) -> Steps:
    sizes = [p.sizes or [1] * len(p.worths) for p in pairs]
    count = [len(s) for s in sizes]
    flat = np.array([n for s in sizes for n in s], dtype=np.int64)
    through = [int(t) for s in sizes for t in np.cumsum(s)]
    return Steps(
        np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        np.repeat(np.arange(len(pairs)), count),
        flat,
        np.array([v for p in pairs for v in p.worths], dtype=np.int64),
        np.array(through, dtype=np.int64),
        np.array([i + 1 for n in count for i in range(n)], dtype=np.int64),
    )


def _classes(pairs: Sequence[P], lots: Sequence[tuple[int, int]]) -> LotClasses:
    """Return classes; lots are (free cases, credit), the first expires first."""
    free = np.array([f for f, _ in lots], dtype=np.int64)
    credit = np.array([c for _, c in lots], dtype=np.int64)
    order = np.lexsort((np.arange(len(lots)), -credit))
    rank = np.empty(len(lots), dtype=np.int64)
    rank[order] = np.arange(len(lots))
    sets = sorted({tuple(p.lots) for p in pairs if p.lots})
    number = {s: i for i, s in enumerate(sets)}
    arcs = [(i, lot) for i, s in enumerate(sets) for lot in sorted(s, key=rank.item)]
    return LotClasses(
        free,
        credit,
        np.arange(len(lots)),
        rank,
        np.array([number.get(tuple(p.lots), -1) for p in pairs], dtype=np.int64),
        np.array([c for c, _ in arcs], dtype=np.int64),
        np.array([lot for _, lot in arcs], dtype=np.int64),
        np.array([free[list(s)].sum() for s in sets], dtype=np.int64),
        np.array([credit[list(s)].max() for s in sets], dtype=np.int64),
    )


def _limit(pairs: Sequence[P], family: str, caps: Sequence[int]) -> Limit:
    uses = [p.per_case.get(family, (-1, 0)) for p in pairs]
    keys = [f"{family}{i}" for i in range(len(caps))]
    scale = MICRO if family == "CREDIT" else 1
    return Limit(
        pd.DataFrame({"key": keys, "date": pd.NaT}),
        np.array([row for row, _ in uses], dtype=np.int64),
        np.array([use for _, use in uses], dtype=np.int64) * scale,
        np.array(caps, dtype=np.int64) * scale,
        scale,
    )


def _floors(pairs: Sequence[P], floors: Sequence[tuple[float, float]]) -> Floors:
    counted = [p.counted or (-1, 0, 0.0) for p in pairs]
    return Floors(
        pd.DataFrame(
            {
                "account_id": [f"A{i}" for i in range(len(floors))],
                "metric": ["QUANTITY"] * len(floors),
            }
        ),
        np.array([row for row, _, _ in counted], dtype=np.int64),
        np.array([need for _, need, _ in counted], dtype=np.int64),
        np.array([units for _, _, units in counted], dtype=float),
        np.array([asked for asked, _ in floors], dtype=float),
        np.array([cost for _, cost in floors], dtype=float),
    )


def problem(
    pairs: Sequence[P],
    lots: Sequence[tuple[int, int]] = ((99, 0),),
    departures: Sequence[D] = (D(),),
    drops: Sequence[int] = (),
    floors: Sequence[tuple[float, float]] = (),
    caps: Mapping[str, Sequence[int]] = NO_CAPS,
) -> Problem:
    """Return a problem of pairs.

    Parameters
    ----------
    lots : (free cases, credit in fen), the first to expire first
    drops : fewest cases of each drop
    floors : (asked, yuan per missing unit)
    caps : mapping of PICKING, RECEIVING, CREDIT (yuan) to the caps of their rows
    """
    lanes = [f"L{i}" for i in range(len(departures))]
    least = list(drops) or [0] * (1 + max((p.drop for p in pairs), default=0))
    of_pair = [p.departure for p in pairs]
    lane_of = {p.drop: lanes[p.departure] for p in pairs}
    return Problem(
        _steps(pairs),
        _classes(pairs, lots),
        Departures(
            pd.DataFrame({"lane_id": lanes, "departure_date": DAY}),
            np.array(of_pair, dtype=np.int64),
            np.array([p.grams for p in pairs], dtype=np.int64),
            np.array([p.cm3 for p in pairs], dtype=np.int64),
            np.array([d.cap_grams for d in departures], dtype=np.int64),
            np.array([d.cap_cm3 for d in departures], dtype=np.int64),
            np.array([d.most for d in departures], dtype=np.int64),
            np.array([d.fixed for d in departures], dtype=np.int64),
            np.ones(len(departures), dtype=bool),
        ),
        Drops(
            pd.DataFrame(
                {
                    "lane_id": [lane_of.get(i, "L0") for i in range(len(least))],
                    "departure_date": DAY,
                    "destination_id": [f"S{i}" for i in range(len(least))],
                }
            ),
            np.array([p.drop for p in pairs], dtype=np.int64),
            np.array(least, dtype=np.int64),
        ),
        {
            name: _limit(pairs, name, caps.get(name, ()))
            for name in ("PICKING", "RECEIVING", "CREDIT")
        },
        _floors(pairs, floors),
    )


@cache
def shared_solver() -> SolverProcess:
    """Return one solver process for all tests of a session."""
    return SolverProcess(EXACT)


def solved(case: Problem, *, with_prices: bool = False) -> Solution:
    """Return the exact solution of a problem."""
    return solve_allocation(case, EXACT, shared_solver(), with_prices=with_prices)


def best_by_enumeration(case: Problem) -> Outcome:
    """Return the cheapest of all choices of steps."""
    counts = np.diff(case.steps.start).tolist()
    best: Outcome | None = None
    for choice in product(*(range(n + 1) for n in counts)):
        taken = np.array(choice, dtype=np.int64)
        if breaches(case, taken):
            continue
        found = complete(case, taken)
        if best is None or found.objective_fen < best.objective_fen:
            best = found
    assert best is not None
    return best


def _random_pair(rng: random.Random, lots: int) -> P:
    length = rng.randint(1, 3)
    first = rng.randint(1, 2)
    sizes = [first, *[1] * (length - 1)]
    worth = sorted((rng.randint(-300, 2000) for _ in range(length)), reverse=True)
    return P(
        [w * n for w, n in zip(worth, sizes, strict=True)],
        sorted(rng.sample(range(lots), rng.randint(1, lots))),
        sizes,
        departure := rng.randint(0, 1),
        departure * 2 + rng.randint(0, 1),
        rng.randint(500, 2500),
        rng.randint(500, 2500),
        {
            "PICKING": (0, 1),
            "RECEIVING": (rng.randint(-1, 0), 1),
            "CREDIT": (rng.randint(-1, 0), rng.randint(5, 30)),
        },
        (0, rng.randint(1, 3), 6.0) if rng.random() < 0.5 else None,
    )


def random_problem(seed: int) -> Problem:
    """Return a small problem in which every rule may bind."""
    rng = random.Random(seed)
    lots = [(rng.randint(0, 4), rng.choice([0, 0, 50, 200])) for _ in range(3)]
    lots.sort(key=lambda lot: -lot[1])
    pairs = [_random_pair(rng, 3) for _ in range(4)]
    departures = [
        D(
            rng.choice([-1, 3000, 5000]),
            rng.choice([-1, 4000]),
            rng.randint(1, 2),
            fixed,
        )
        for fixed in (0, rng.randint(0, 1500))
    ]
    return problem(
        pairs,
        lots,
        departures,
        [rng.randint(0, 3) for _ in range(4)],
        [(rng.randint(5, 20), rng.choice([0.5, 3.0]))],
        {
            "PICKING": [rng.randint(2, 8)],
            "RECEIVING": [rng.randint(1, 4)],
            "CREDIT": [rng.randint(10, 80)],
        },
    )


def everything() -> Problem:
    """Return a problem with rows in every family of constraints."""
    first = {"PICKING": (0, 1), "RECEIVING": (0, 1), "CREDIT": (0, 30)}
    return problem(
        [
            P([900, 400], (0, 1), (2, 1), 0, 0, 5000, 9000, first, (0, 2, 6.0)),
            P([700, 300], (1,), (), 0, 1, 4000, 8000, {"PICKING": (0, 1)}),
            P([500], (0, 1), (), 1, 2),
        ],
        [(2, 50), (3, 0)],
        [D(10_000, 20_000, 2, 350), D(fixed=100)],
        [2, 0, 0],
        [(11.4, 0.75)],
        {"PICKING": [4], "RECEIVING": [3], "CREDIT": [75]},
    )
