"""From tables to arrays: what the rules decide before any solve."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ka_supply.allocation import allocate, build_problem, solve_allocation
from ka_supply.allocation.problem import Problem
from ka_supply.domain.values import CaseValues
from tests.allocation.plan_worlds import TestNight, amended, two_store_rows
from tests.allocation.small_problems import EXACT, shared_solver
from tests.worlds import Row

NOTHING: Mapping[str, Any] = {}
CURVES = {"S1": [(1, 900), (1, 500), (1, 100)], "S2": [(1, 800), (1, 300)]}


def _night(
    changes: Mapping[str, Sequence[Row]] = NOTHING,
    pair_columns: Mapping[str, Mapping[str, Any]] = NOTHING,
) -> TestNight:
    rows = {**two_store_rows(), **{name: list(t) for name, t in changes.items()}}
    return TestNight(rows, CURVES, pair_columns=pair_columns)


def _values(night: TestNight) -> CaseValues:
    return night.values  # noqa: PD011 - no frame


def _problem(night: TestNight, *, with_credit: bool = True) -> Problem:
    return build_problem(
        night.snapshot, night.network, _values(night), with_credit=with_credit
    )


def _active(case: Problem) -> list[int]:
    counts: list[int] = np.diff(case.steps.start).tolist()
    return counts


def test_room_cuts_whole_cases() -> None:
    """Room for eleven units is room for one case of six."""
    night = _night(pair_columns={"room_units": {"S1": 11.0}})
    assert _active(_problem(night)) == [1, 2]


def test_steps_are_merged_to_what_may_be_ordered() -> None:
    """A smallest quantity of two cases joins the first two steps."""
    night = _night(pair_columns={"first_cases": {"S1": 2}, "multiple_cases": {"S2": 2}})
    case = _problem(night)
    assert case.steps.cases.tolist() == [2, 1, 2]
    assert case.steps.value_fen.tolist() == [1400, 100, 1100]
    assert case.steps.curve_steps.tolist() == [2, 3, 2]
    assert case.steps.cases_through.tolist() == [2, 3, 2]


def test_losing_steps_are_left_out_unless_they_can_pay_elsewhere() -> None:
    """A loss stays only where a smallest drop or a floor could need it."""
    curves = {"S1": [(1, 900), (1, -50)]}
    plain = TestNight(two_store_rows(), curves)
    lanes = amended("lanes", two_store_rows()["lanes"], min_drop_cases=2)
    dropping = TestNight({**two_store_rows(), **lanes}, curves)
    surplus = TestNight(two_store_rows(), curves, {"B1": 60})
    assert _active(_problem(plain)) == [1, 0]
    assert _active(_problem(dropping)) == [2, 0]
    assert _active(_problem(surplus)) == [2, 0]


def test_full_truck_without_capacity_carries_nothing() -> None:
    """Mode FTL with a missing cap opens no step; a part load does."""
    rows = two_store_rows()
    lanes = [{**rows["lanes"][0], "mode": "FTL", "cap_kg": 900}, rows["lanes"][1]]
    assert _active(_problem(_night({"lanes": lanes}))) == [0, 2]
    lanes[0] = {**lanes[0], "cap_m3": 9}
    assert _active(_problem(_night({"lanes": lanes}))) == [3, 2]
    lanes[0] = {**lanes[0], "vehicles_max": 0}
    assert _active(_problem(_night({"lanes": lanes}))) == [0, 2]


def test_weights_round_up_and_capacities_down() -> None:
    """A case of 5.0001 kg weighs 5001 g, a van of 900.9999 kg carries 900999 g."""
    rows = two_store_rows()
    skus = amended("skus", rows["skus"], case_kg=5.0001, case_m3=0.0000015)
    lanes = amended("lanes", rows["lanes"], cap_kg=900.9999, cap_m3=1.0000009)
    case = _problem(_night({**skus, **lanes}))
    assert set(case.departures.grams.tolist()) == {5001}
    assert set(case.departures.cm3.tolist()) == {2}
    assert set(case.departures.cap_grams.tolist()) == {900_999}
    assert set(case.departures.cap_cm3.tolist()) == {1_000_000}


def test_blocked_account_is_closed_and_open_in_the_shadow() -> None:
    """A blocked account gets nothing, and everything as if released."""
    late = dt.date(2026, 10, 1)
    invoice = {"account_id": "A", "invoice_no": "I", "due_date": late}
    limits: list[Row] = [
        {"account_id": "A", "limit_cny": 9000},
        {"account_id": "B", "limit_cny": 30},
    ]
    night = _night(
        {"credit_limits": limits, "receivables": [invoice | {"amount_cny": 100}]}
    )
    assert _active(_problem(night)) == [0, 2]
    assert _active(_problem(night, with_credit=False)) == [3, 2]
    plan = allocate(night.snapshot, night.network, _values(night), shared_solver())
    lines = plan.lines.groupby(["destination_id", "status"])["cases"].sum()
    assert lines["S1"].to_dict() == {"HELD_CREDIT": 3}
    # 30 yuan buy one case of six at 5 yuan; the second waits for credit.
    assert lines["S2"].to_dict() == {"HELD_CREDIT": 1, "NEEDS_APPROVAL": 1}


def test_limits_read_their_tables() -> None:
    """Picking and receiving take their caps from warehouse and ship-to."""
    rows = two_store_rows()
    houses = amended("warehouses", rows["warehouses"], pick_capacity_cases_day=3)
    stops = [{"ship_to_id": "S1", "type": "STORE", "max_cases_per_day": 2}]
    night = _night({**houses, "ship_tos": stops})
    case = _problem(night)
    assert case.limits["PICKING"].cap.tolist() == [3]
    assert case.limits["RECEIVING"].keys["key"].tolist() == ["S1"]
    found = solve_allocation(case, EXACT, shared_solver())
    assert found.cases.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("metric", "asked", "cost"), [("QUANTITY", 16.2, 0.3), ("VALUE", 81.0, 0.06)]
)
def test_floor_in_units_or_yuan(metric: str, asked: float, cost: float) -> None:
    """90 % of 18 ordered units at 5 yuan; 3 % of the value at weight two."""
    rows = two_store_rows()
    accounts = [
        {**rows["accounts"][0], "fill_floor_frac": 0.9, "priority_weight": 2}
        | {"service_metric": metric},
        rows["accounts"][1],
    ]
    order = {"order_id": "O", "line_no": 1, "account_id": "A", "ship_to_id": "S1"}
    order |= {"sku_id": "K", "order_date": dt.date(2026, 11, 23), "qty_original": 18}
    floors = _problem(_night({"accounts": accounts, "orders": [order]})).floors
    assert floors.keys["metric"].tolist() == [metric]
    assert floors.asked.tolist() == pytest.approx([asked])
    assert floors.unit_cost_cny.tolist() == pytest.approx([cost])
    cases = np.array([2, 0])
    assert floors.slack(cases) == pytest.approx(asked - 12 * asked / 16.2)


def test_lots_too_old_or_not_yet_made_are_in_no_class() -> None:
    """A pair takes lots by age at receipt; tomorrow's production is not there."""
    rows = two_store_rows()
    dates = (dt.date(2026, 9, 26), dt.date(2026, 9, 27), dt.date(2026, 11, 26))
    lots = [
        {**rows["lots"][0], "lot_id": f"B{i}", "production_date": day}
        for i, day in enumerate(dates)
    ]
    case = _problem(_night({"lots": lots}))
    # Life 180 days, received on 26 November: 61 days are refused, 60 accepted.
    assert case.lots.arc_lot.tolist() == [1]


def test_shuffled_steps_give_the_same_solution() -> None:
    """Rows of the value curves may come in any order."""
    night = _night()
    values = _values(night)
    shuffled = replace(values, steps=values.steps.sample(frac=1, random_state=3))
    one = _problem(night)
    other = build_problem(night.snapshot, night.network, shuffled)
    for name, array in vars(one.steps).items():
        np.testing.assert_array_equal(array, getattr(other.steps, name))


def test_no_pairs_is_a_problem_too() -> None:
    """A night without any pair solves to an empty plan."""
    night = _night()
    given = _values(night)
    values = replace(given, pairs=given.pairs.iloc[:0], steps=given.steps.iloc[:0])
    case = build_problem(night.snapshot, night.network, values)
    found = solve_allocation(case, EXACT, shared_solver())
    assert len(found.cases) == 0
    assert isinstance(found.duals, pd.DataFrame)
    assert found.status.objective == 0.0
