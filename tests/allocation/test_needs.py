import datetime as dt

import pytest

from ka_supply.allocation.needs import NEED_COLUMNS
from ka_supply.domain.outputs import output_columns
from ka_supply.domain.plan import Plan
from tests.allocation.plan_worlds import (
    RUN_DATE,
    TestNight,
    amended,
    order,
    two_store_rows,
)

CURVES = {"S1": [(1, 900), (1, 700), (1, 500)], "S2": [(1, 400), (1, 200)]}
SOURCES = {"need_source": {"S1": "TARGET", "S2": "TARGET"}}


def need_rows(plan: Plan, *columns: str) -> list[tuple[object, ...]]:
    return list(plan.needs[list(columns)].itertuples(index=False, name=None))


def test_need_plan_and_shortage_of_each_pair_tie() -> None:
    """Short = max(0, need - planned); a fully served pair has no reason."""
    night = TestNight(
        curves=CURVES, pair_columns=SOURCES | {"need_units": {"S1": 18, "S2": 6}}
    )
    plan = night.plan(night.solution({"S1": [("B1", 1)], "S2": [("B1", 2)]}))
    columns = ("destination_id", "need_units", "planned_units", "short_units", "reason")
    assert need_rows(plan, *columns) == [
        ("S1", 18, 6, 12, "DEFERRED"),
        ("S2", 6, 12, 0, ""),
    ]
    assert set(NEED_COLUMNS) == set(output_columns()["needs"])


def test_the_need_of_a_blocked_account_stays_visible() -> None:
    """Held units are shown beside the need; nothing is planned."""
    rows = two_store_rows()
    rows["credit_limits"] = [
        {"account_id": "B", "limit_cny": 9_000, "action": "HOLD"},
    ]
    night = TestNight(rows, CURVES, pair_columns={"need_units": {"S1": 12, "S2": 6}})
    real = night.solution({"S2": [("B1", 1)]})
    shadow = night.solution({"S1": [("B1", 1)], "S2": [("B1", 1)]})
    plan = night.plan(real, shadow)
    columns = ("planned_units", "held_units", "short_units", "reason")
    assert need_rows(plan, *columns) == [(0, 6, 12, "CREDIT_HOLD"), (6, 0, 0, "")]
    assert plan.notes == ("NO_OPEN_ORDERS",)
    assert night.plan(real).notes == ("HELD_NOT_KNOWN", "NO_OPEN_ORDERS")


def test_orders_of_destinations_without_a_departure_are_calendar() -> None:
    """S2's lane never departs: its order appears with reason CALENDAR."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 6), order("S2", "B", 30)]}
    rows["lanes"] = [rows["lanes"][0], {**rows["lanes"][1], "dispatch_weekdays": ""}]
    night = TestNight(rows, CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 1)]}))
    columns = ("destination_id", "need_units", "need_source", "short_units", "reason")
    assert need_rows(plan, *columns) == [
        ("S1", 6, "ORDER", 0, ""),
        ("S2", 30, "ORDER", 30, "CALENDAR"),
    ]
    assert plan.needs["arrival_date"].isna().tolist() == [False, True]


def test_orders_for_what_is_not_listed_are_master_data() -> None:
    """An order for a SKU without a listing is shown, not dropped."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 6), order("S2", "B", 30)]}
    rows["account_skus"] = rows["account_skus"][:1]
    night = TestNight(rows, CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 1)]}))
    assert need_rows(plan, "destination_id", "short_units", "reason") == [
        ("S1", 0, ""),
        ("S2", 30, "MASTER_DATA"),
    ]
    assert plan.needs["arrival_date"].notna().all()


@pytest.mark.parametrize(("days", "shown"), [(0, True), (-1, False)])
def test_orders_past_their_validity_are_no_need(days: int, shown: bool) -> None:
    """An unserved order counts while it is valid on the day of the run."""
    last = RUN_DATE + dt.timedelta(days=days)
    rows = two_store_rows() | {"orders": [order("S2", "B", 30, valid_until=last)]}
    rows |= amended("lanes", rows["lanes"][:1])
    night = TestNight(rows, CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 1)]}))
    assert ("S2" in plan.needs["destination_id"].tolist()) is shown


def test_a_retailer_centre_has_one_need_for_its_stores() -> None:
    """Two stores behind one retailer DC: the pair belongs to the DC."""
    rows = two_store_rows()
    rows["ship_tos"] = [
        {"ship_to_id": "D", "type": "RETAILER_DC", "account_id": "A", "name": "大仓"}
    ]
    rows["stores"] = [
        {**row, "account_id": "A", "ship_to_id": "D"} for row in rows["stores"]
    ]
    rows["lanes"] = [{**rows["lanes"][0], "to_id": "D"}]
    rows["orders"] = [order("D", "A", 14)]
    night = TestNight(rows, {"D": [(1, 500), (1, 400), (1, 300)]})
    plan = night.plan(night.solution({"D": [("B1", 2)]}))
    columns = ("destination_id", "account_id", "need_units", "short_units", "reason")
    assert need_rows(plan, *columns) == [("D", "A", 14, 2, "BELOW_MOQ")]
