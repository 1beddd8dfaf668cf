"""From a problem to a solution: optimal, honest about it, and never illegal."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ka_supply.allocation import solve as solve_module
from ka_supply.allocation.bridge import to_arrays
from ka_supply.allocation.model import build_model, taken_of
from ka_supply.allocation.objective import empty_plan_cost
from ka_supply.allocation.outcome import breaches, complete
from ka_supply.allocation.process import SolverProcess
from ka_supply.allocation.solution import Solution
from ka_supply.allocation.solve import solve_allocation
from ka_supply.domain.settings import SolverSettings
from tests.allocation.small_problems import (
    EXACT,
    P,
    best_by_enumeration,
    problem,
    random_problem,
    shared_solver,
    solved,
)

FAKE = str(Path(__file__).with_name("fake_solver.py"))
LIES = (
    "takes_everything",
    "takes_nothing",
    "fractions",
    "negative",
    "not_numbers",
    "too_short",
    "claims_more",
    "no_fields",
    "prints",
    "stops_halfway",
    "crashes",
    "exits",
)


def test_solution_equals_enumeration() -> None:
    """On 30 random problems the plan is the cheapest of all choices, proved."""
    for seed in range(30):
        case = random_problem(seed)
        best, found = best_by_enumeration(case), solved(case)
        assert found.status.objective * 100 == pytest.approx(best.objective_fen), seed
        assert found.status.status == "PROVED", seed
        assert not breaches(case, found.steps_taken), seed


def test_cbc_finds_the_cost_of_highs() -> None:
    """Two solvers that share no code agree on 20 random problems."""
    for seed in range(100, 120):
        case = random_problem(seed)
        model = build_model(case)
        arrays = to_arrays(model.lp, model.variables)
        answers = [shared_solver().solve(arrays, m) for m in ("HIGHS", "CBC")]
        costs = [
            complete(case, taken_of(case, a.values)).objective_fen for a in answers
        ]
        assert costs[0] == costs[1], seed
        claimed = answers[0].objective + empty_plan_cost(case)
        assert claimed == pytest.approx(costs[0] / 100, abs=0.006), seed


def _with_fake(behaviour: str, seconds: float = 30.0) -> tuple[Solution, list[str]]:
    """Return what a bad solver leads to, and the rules its plan breaks."""
    case = random_problem(3)
    settings = replace_settings(seconds)
    with SolverProcess(settings, (sys.executable, FAKE, behaviour)) as solver:
        found = solve_allocation(case, settings, solver, with_prices=False)
    return found, list(breaches(case, found.steps_taken))


def replace_settings(seconds: float) -> SolverSettings:
    """Return exact settings with a watchdog."""
    return EXACT.model_copy(update={"watchdog_seconds": seconds})


@pytest.mark.parametrize("behaviour", LIES)
def test_a_lying_or_dying_solver_never_breaks_a_rule(behaviour: str) -> None:
    """Whatever a solver answers, the plan is legal, good and labelled honestly."""
    found, broken = _with_fake(behaviour)
    assert broken == []
    assert found.status.status == "FALLBACK"
    assert found.status.name == "greedy"
    assert found.status.objective <= found.status.greedy_objective < 0
    assert found.status.bound <= found.status.objective


@pytest.mark.parametrize("behaviour", ["hangs", "hangs_before_reading"])
def test_watchdog_kills_a_hanging_solver(behaviour: str) -> None:
    """A solver that never answers costs its seconds and leaves the greedy plan."""
    found, broken = _with_fake(behaviour, seconds=0.5)
    assert broken == []
    assert found.status.status == "FALLBACK"


def test_a_missing_solver_leaves_the_greedy_plan() -> None:
    """A program that cannot start is a solver without an answer."""
    case = random_problem(3)
    with SolverProcess(EXACT, ("/nonexistent/solver",)) as solver:
        found = solve_allocation(case, EXACT, solver)
    assert found.status.status == "FALLBACK"
    assert set(found.duals["price_cny"]) == {0.0}


def test_many_steps_are_divided_in_the_solver_and_rounded_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Above the size limit the plan is legal, near the best and bounded."""
    monkeypatch.setattr(solve_module, "WHOLE_STEPS_MAX", 0)
    for seed in range(15):
        case = random_problem(seed)
        best, found = best_by_enumeration(case), solved(case)
        assert not breaches(case, found.steps_taken), seed
        assert found.status.objective * 100 >= best.objective_fen - 1e-6, seed
        assert found.status.bound * 100 <= best.objective_fen + 1, seed
        assert found.status.status in {"PROVED", "FEASIBLE"}, seed


def test_order_of_pairs_does_not_change_the_cost() -> None:
    """Renumbered pairs give a plan of the same cost, the same input the same plan."""
    pairs = [P([500, 300, 100], grams=1500), P([400, 200]), P([450, 50], (0, 1))]
    lots = [(2, 0), (2, 10)]
    one, again = solved(problem(pairs, lots)), solved(problem(pairs, lots))
    other = solved(problem(pairs[::-1], lots))
    np.testing.assert_array_equal(one.cases, again.cases)
    assert one.flows.equals(again.flows)
    assert one.status == again.status
    assert one.status.objective == other.status.objective


def test_merged_steps_count_as_steps_of_the_curve() -> None:
    """Steps taken are told in steps of the value curve, not of the solve."""
    case = problem([P([900, 400], sizes=(2, 1))])
    curve = np.array([2, 3], dtype=np.int64)
    case = replace(case, steps=replace(case.steps, curve_steps=curve))
    assert solved(case).steps_taken.tolist() == [3]
