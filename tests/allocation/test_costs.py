import pytest

from ka_supply.allocation.costs import COST_COLUMNS
from ka_supply.domain.outputs import output_columns
from ka_supply.domain.plan import Plan
from tests.allocation.plan_worlds import TestNight, amended, order, two_store_rows
from tests.worlds import Row

CURVES = {"S1": [(1, 900)] * 5, "S2": [(1, 400)] * 5}


def cost_rows(plan: Plan, *columns: str) -> list[tuple[object, ...]]:
    return list(plan.costs[list(columns)].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("lane", "vehicles"),
    [
        ({"cap_kg": 10, "cap_m3": 1}, 3),
        ({"cap_kg": "12.4999"}, 3),
        ({"cap_kg": "12.5"}, 2),
        ({"cap_kg": 1000, "cap_m3": "0.01"}, 5),
        ({}, 1),
    ],
)
def test_each_departure_costs_the_fewest_vehicles_that_carry_it(
    lane: dict[str, object], vehicles: int
) -> None:
    """Five cases of 5 kg and 10 litres; the empty lane L2 costs nothing."""
    rows = two_store_rows()
    rows |= amended("lanes", rows["lanes"], fixed_cny="12.34", vehicles_max=9, **lane)
    night = TestNight(rows, CURVES)
    cost = vehicles * 12.34
    plan = night.plan(night.solution({"S1": [("B1", 5)]}, costs_cny=cost))
    assert cost_rows(plan, "cost_id", "kind", "lane_id", "quantity", "cost_cny") == [
        (1, "VEHICLE", "L1", vehicles, pytest.approx(cost))
    ]
    assert set(COST_COLUMNS) == set(output_columns()["costs"])


def floor_rows(**account: object) -> dict[str, list[Row]]:
    """Account A promised 0.95; 29 units ordered at 4.50 yuan, or 5 at list price."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 29)]}
    rows["accounts"] = [
        {**rows["accounts"][0], "fill_floor_frac": "0.95", **account},
        rows["accounts"][1],
    ]
    return rows


@pytest.mark.parametrize(
    ("account", "slack", "unit_cost", "cost"),
    [
        ({}, 15.55, 0.15, 2.33),
        ({"penalty_short_frac": "0.1", "priority_weight": 2}, 15.55, 1.0, 15.55),
        ({"service_metric": "VALUE"}, 77.75, 0.03, 2.33),
    ],
)
def test_a_missed_floor_costs_its_slack(
    account: dict[str, object], slack: float, unit_cost: float, cost: float
) -> None:
    """0.95 of 29 units less two cases is 15.55 units, at list price 5 yuan."""
    night = TestNight(floor_rows(**account), CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 2)]}, costs_cny=cost))
    columns = ("kind", "account_id", "quantity", "unit_cost_cny", "cost_cny")
    assert cost_rows(plan, *columns)[1:] == [
        ("FILL_FLOOR", "A", slack, unit_cost, cost)
    ]


def test_only_whole_cases_up_to_the_need_count_for_the_floor() -> None:
    """Five cases shipped, four counted: 0.95 * 29 - 24 = 3.55 units are missing."""
    night = TestNight(floor_rows(), CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 5)]}, costs_cny=0.53))
    assert plan.costs["quantity"].tolist() == [1.0, 3.55]


def test_a_floor_that_is_met_or_blocked_costs_nothing() -> None:
    """No slack row for a kept promise, nor for a blocked account."""
    night = TestNight(floor_rows(fill_floor_frac="0.8"), CURVES)
    met = night.plan(night.solution({"S1": [("B1", 4)]}))
    assert met.costs["kind"].tolist() == ["VEHICLE"]
    rows = floor_rows()
    rows["credit_limits"] = [{"account_id": "B", "limit_cny": 9_000, "action": "HOLD"}]
    night = TestNight(rows, CURVES)
    assert night.plan(night.solution({})).costs.empty
