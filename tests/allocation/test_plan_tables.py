from dataclasses import replace

import numpy as np
import pytest

from ka_supply.domain.errors import SolverFault
from ka_supply.domain.outputs import output_columns
from tests.allocation.plan_worlds import (
    STATUS,
    TestNight,
    amended,
    fen,
    order,
    two_store_rows,
)

CURVES = {"S1": [(1, 901), (2, 700), (1, 333)], "S2": [(3, 400), (1, -20)]}
SHIPPED = {"S1": [("B1", 2), ("B2", 1)], "S2": [("B2", 4)]}


def test_lines_and_costs_add_up_to_the_objective_in_fen() -> None:
    """Value curves, credits, lines, ledger and costs tell one sum."""
    rows = two_store_rows()
    rows |= amended("lanes", rows["lanes"], fixed_cny="3.33")
    night = TestNight(rows, CURVES, credits={"B1": 50, "B2": 25})
    plan = night.plan(night.solution(SHIPPED, costs_cny=6.66))
    value = 901 + 700 + 400 - 20 + 2 * 50 + 5 * 25
    assert fen(plan.lines["value_cny"]) == fen(plan.ledger["value_cny"]) == value
    assert fen(plan.costs["cost_cny"]) - value == round(plan.solver.objective * 100)
    assert fen(plan.case_values["value_cny"]) == 901 + 700 + 333 + 400 - 20
    assert plan.lot_credits["credit_cny"].tolist() == [0.5, 0.25]


def test_every_table_has_the_published_columns() -> None:
    """The frames carry exactly the columns of the output dictionary."""
    night = TestNight(curves=CURVES)
    plan = night.plan(night.solution(SHIPPED))
    for name, columns in output_columns().items():
        frame = getattr(plan, "lines" if name == "plan_lines" else name, None)
        if frame is not None:
            assert set(frame.columns) == set(columns), name


def test_an_objective_the_tables_do_not_reach_is_a_fault() -> None:
    """One fen off is rounding, two are a fault; so is NaN."""
    night = TestNight(curves=CURVES)
    good = night.solution(SHIPPED)
    night.plan(replace(good, status=replace(STATUS, objective=-19.82)))
    for objective in (-19.83, float("nan")):
        status = replace(STATUS, objective=objective)
        with pytest.raises(SolverFault, match=r"add up to -19\.81 yuan"):
            night.plan(replace(good, status=status))


def test_a_solution_at_odds_with_itself_is_a_fault() -> None:
    """Cases must be those of the steps and of the lots, and lots must suffice."""
    night = TestNight(curves=CURVES)
    good = night.solution(SHIPPED)
    with pytest.raises(SolverFault, match="pair S1, K: 3 cases shipped but 1 in its s"):
        night.plan(replace(good, steps_taken=np.array([1, 2])))
    with pytest.raises(SolverFault, match="pair S1, K: 3 cases shipped but 1 in its l"):
        night.plan(replace(good, flows=good.flows.iloc[1:]))
    rows = two_store_rows()
    rows |= amended("lots", rows["lots"], on_hand=24)
    night = TestNight(rows, CURVES)
    with pytest.raises(SolverFault, match="lot W, K, B2: 5 cases shipped, more than"):
        night.plan(night.solution(SHIPPED))


@pytest.mark.parametrize(
    ("status", "note"),
    [("FEASIBLE", "PLAN_NOT_PROVED"), ("FALLBACK", "PLAN_IS_FALLBACK")],
)
def test_notes_say_what_the_reader_must_know(status: str, note: str) -> None:
    """No credit data, no orders and an unproved plan are said."""
    night = TestNight(curves=CURVES)
    plan = night.plan(night.solution({}, status=replace(STATUS, status=status)))
    assert plan.notes == ("NO_CREDIT_CHECK", "NO_OPEN_ORDERS", note)


def test_a_night_without_departures_gives_empty_tables() -> None:
    """No lane leaves: no pair, no line; the open order is still a need."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 12)]}
    rows |= amended("lanes", rows["lanes"], dispatch_weekdays="")
    night = TestNight(rows)
    plan = night.plan(night.solution({}), night.solution({}))
    assert [len(t) for t in (plan.lines, plan.ledger, plan.costs)] == [0, 0, 0]
    assert plan.needs["reason"].tolist() == ["CALENDAR"]
