"""Lots go first-expiring first, at the highest credit, and never twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ka_supply.allocation.lot_ledger import LotLedger
from ka_supply.allocation.lots import pair_flows
from ka_supply.allocation.outcome import complete
from ka_supply.allocation.problem import Problem
from tests.allocation.small_problems import P, problem, random_problem, solved

Demand = tuple[Problem, list[int]]
LOTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=4)


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    """Return a problem of up to four classes and the cases each asks for."""
    lots = sorted(draw(LOTS), key=lambda lot: -lot[1])
    subset = st.sets(st.integers(0, len(lots) - 1), min_size=1)
    sets = draw(st.lists(subset, min_size=1, max_size=4))
    asked = [draw(st.integers(0, 5)) for _ in sets]
    pairs = [P([1] * 5, sorted(s)) for s in sets]
    return problem(pairs, lots), asked


def _best_credit(case: Problem, asked: np.ndarray) -> float | None:
    """Return the highest credit by linear programming, None if impossible."""
    lots = case.lots
    arcs = len(lots.arc_lot)
    balance = np.zeros((len(lots.class_free), arcs))
    balance[lots.arc_class, np.arange(arcs)] = 1
    use = np.zeros((len(lots.free_cases), arcs))
    use[lots.arc_lot, np.arange(arcs)] = 1
    wanted = np.zeros(len(lots.class_free))
    np.add.at(wanted, lots.class_of_pair, asked)
    cost = -lots.credit_fen[lots.arc_lot].astype(float)
    found = linprog(cost, use, lots.free_cases, balance, wanted)
    return -float(found.fun or 0.0) if found.status == 0 else None


@given(demands())
@settings(max_examples=80, deadline=None)
def test_ledger_draws_the_highest_credit_there_is(
    drawn: tuple[Problem, list[int]],
) -> None:
    """Adding demand class by class ends at the optimum of the transport problem."""
    case, asked = drawn
    ledger, credit, is_short = LotLedger(case.lots), 0, False
    for member, cases in zip(case.lots.class_of_pair.tolist(), asked, strict=True):
        gained = ledger.take(member, cases)
        is_short |= gained is None
        credit += gained or 0
    best = _best_credit(case, np.array(asked))
    assert is_short == (best is None)
    if best is not None:
        assert credit == pytest.approx(best)
    assert min(ledger.free) >= 0


@given(demands())
@settings(max_examples=80, deadline=None)
def test_a_refused_demand_leaves_the_ledger_as_it_was(
    drawn: tuple[Problem, list[int]],
) -> None:
    """All or nothing: too large a demand moves no case."""
    case, asked = drawn
    ledger = LotLedger(case.lots)
    members = case.lots.class_of_pair.tolist()
    for member, cases in zip(members, asked, strict=True):
        ledger.take_simply(member, cases)
    before = [ledger.held(m) for m in members], list(ledger.free)
    assert ledger.take(members[0], 10_000) is None
    assert ([ledger.held(m) for m in members], ledger.free) == before


@pytest.mark.parametrize("seed", range(40))
def test_no_earlier_lot_stays_while_a_later_one_goes(seed: int) -> None:
    """R14 holds for every pair and lot, credits being no lower for older lots."""
    case = random_problem(seed)
    found = solved(case).flows
    used = np.zeros(len(case.lots.free_cases), dtype=np.int64)
    np.add.at(used, found["lot"], found["cases"])
    spare = case.lots.free_cases - used
    arcs = set(
        zip(case.lots.arc_class.tolist(), case.lots.arc_lot.tolist(), strict=True)
    )
    for pair, lot in zip(found["pair"], found["lot"], strict=True):
        member = int(case.lots.class_of_pair[pair])
        assert (member, int(lot)) in arcs
        assert not any(spare[e] > 0 for e in range(lot) if (member, e) in arcs)


def test_lots_of_a_pair_are_dealt_first_expiring_first() -> None:
    """Two pairs of a class share three lots without leaping over one."""
    case = problem(
        [P([9, 9, 9], (0, 1, 2)), P([9, 9, 9], (0, 1, 2))], [(1, 0), (3, 0), (2, 0)]
    )
    flows = pair_flows(case, complete(case, np.array([3, 3])))
    assert flows.to_numpy().tolist() == [[0, 0, 1], [0, 1, 2], [1, 1, 1], [1, 2, 2]]


def test_more_cases_than_lots_is_refused() -> None:
    """Completing an impossible choice is an error of the caller."""
    case = problem([P([9, 9])], [(1, 0)])
    with pytest.raises(ValueError, match="more cases than the lots give"):
        complete(case, np.array([2]))
