"""The greedy plan, its repair and its polish keep every rule."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ka_supply.allocation.greedy import greedy_plan, improved, repaired
from ka_supply.allocation.outcome import breaches, complete, empty_outcome
from tests.allocation.small_problems import (
    D,
    P,
    best_by_enumeration,
    problem,
    random_problem,
)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_greedy_is_legal_and_never_worse_than_nothing(seed: int) -> None:
    """On any problem the greedy plan keeps all rules and does not lose."""
    case = random_problem(seed)
    found = greedy_plan(case)
    assert breaches(case, found.taken) == ()
    assert found.objective_fen <= empty_outcome(case).objective_fen


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_repair_of_everything_is_legal(seed: int) -> None:
    """Whatever is asked for, the repaired plan keeps all rules."""
    case = random_problem(seed)
    wanted = np.diff(case.steps.start)
    assert breaches(case, repaired(case, wanted).taken) == ()


def test_repair_drops_the_cheapest_case() -> None:
    """One case too many for the vehicle: the one worth 2 yuan stays home."""
    lane = [D(cap_grams=3000)]
    case = problem([P([500, 200]), P([400, 300])], departures=lane)
    taken = np.array([2, 2])
    assert breaches(case, taken) == ("VEHICLES",)
    assert repaired(case, taken).taken.tolist() == [1, 2]


def test_repair_leaves_a_legal_choice_as_it_is() -> None:
    """A best choice is not made worse."""
    for seed in range(20):
        case = random_problem(seed)
        best = best_by_enumeration(case)
        assert improved(case, best).objective_fen == best.objective_fen


def test_polish_fills_an_open_vehicle() -> None:
    """A case that fits the vehicle already paid for is added."""
    case = problem([P([500, 300])], departures=[D(cap_grams=2000, fixed=400)])
    some = complete(case, np.array([1]))
    assert improved(case, some).taken.tolist() == [2]


def test_a_vehicle_that_does_not_pay_is_taken_off_with_its_lot_credit() -> None:
    """Value and lot credit together decide whether a vehicle leaves."""
    lane = [D(cap_grams=9000, fixed=500)]
    poor = problem([P([100, 100])], [(2, 100)], lane)
    rich = problem([P([100, 100])], [(2, 200)], lane)
    assert greedy_plan(poor).cases.tolist() == [0]
    assert greedy_plan(rich).cases.tolist() == [2]


def test_every_kind_of_breach_is_named() -> None:
    """Each rule broken by a choice is reported under its name."""
    use = {"PICKING": (0, 1), "RECEIVING": (0, 1), "CREDIT": (0, 10)}
    case = problem(
        [P([1, 1], grams=2000, per_case=use)],
        [(1, 0)],
        [D(cap_grams=1000)],
        [3],
        caps={"PICKING": [1], "RECEIVING": [1], "CREDIT": [5]},
    )
    found = breaches(case, np.array([2]))
    assert set(found) == {
        "VEHICLES",
        "MIN_DROP",
        "LOT",
        "PICKING",
        "RECEIVING",
        "CREDIT",
    }
