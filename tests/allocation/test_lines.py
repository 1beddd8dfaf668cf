import datetime as dt

import pandas as pd
import pytest

from ka_supply.allocation.lines import LINE_COLUMNS
from ka_supply.domain.outputs import output_columns
from ka_supply.domain.plan import PLAN_LINE_ORDER, Plan
from tests.allocation.plan_worlds import (
    RUN_DATE,
    TestNight,
    amended,
    order,
    two_store_rows,
)
from tests.worlds import AS_OF, Row

CURVES = {"S1": [(1, 900), (1, 700), (1, 500), (1, 300)], "S2": [(1, 400), (1, 200)]}


def line_rows(plan: Plan, *columns: str) -> list[tuple[object, ...]]:
    return list(plan.lines[list(columns)].itertuples(index=False, name=None))


def blocked_account_rows() -> dict[str, list[Row]]:
    """Account A owes 500 yuan since long, B has a wide limit."""
    rows = two_store_rows()
    rows["credit_limits"] = [
        {"account_id": name, "limit_cny": 10_000, "action": "HOLD", "grace_days": 5}
        for name in "AB"
    ]
    rows["receivables"] = [
        {
            "account_id": "A",
            "invoice_no": "I1",
            "invoice_date": AS_OF - dt.timedelta(days=90),
            "due_date": AS_OF - dt.timedelta(days=30),
            "amount_cny": 500,
        }
    ]
    return rows


def test_lines_split_at_the_open_order_and_take_the_oldest_lot_first() -> None:
    """Eleven ordered units are one case against the order; it gets the older lot."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 11)]}
    night = TestNight(rows, CURVES)
    plan = night.plan(night.solution({"S1": [("B2", 1), ("B1", 2)]}))
    assert line_rows(plan, "lot_id", "order_basis", "cases", "units", "value_cny") == [
        ("B1", "AGAINST_ORDER", 1, 6, 9.0),
        ("B1", "SUGGESTED_ORDER", 1, 6, 7.0),
        ("B2", "SUGGESTED_ORDER", 1, 6, 5.0),
    ]


def test_lines_have_the_published_columns_in_canonical_order() -> None:
    """line_id counts 1..n in PLAN_LINE_ORDER; columns match the dictionary."""
    night = TestNight(curves=CURVES)
    plan = night.plan(night.solution({"S2": [("B1", 1)], "S1": [("B1", 1), ("B2", 2)]}))
    ordered = plan.lines.sort_values(list(PLAN_LINE_ORDER), ignore_index=True)
    pd.testing.assert_frame_equal(plan.lines, ordered)
    assert plan.lines["line_id"].tolist() == [1, 2, 3]
    assert set(LINE_COLUMNS) == set(output_columns()["plan_lines"])


def test_suggested_orders_need_approval_unless_supplier_managed() -> None:
    """Without an order a rep must obtain it; a managed account ships at once."""
    rows = two_store_rows()
    rows["accounts"] = [
        rows["accounts"][0],
        {**rows["accounts"][1], "supplier_managed": 1},
    ]
    night = TestNight(rows, CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 1)], "S2": [("B1", 1)]}))
    assert line_rows(plan, "destination_id", "status") == [
        ("S1", "NEEDS_APPROVAL"),
        ("S2", "RELEASABLE"),
    ]


@pytest.mark.parametrize(
    ("weekdays", "cutoff", "status"),
    [
        ("1,2,3,4,5,6,7", None, "RELEASABLE"),
        ("3", None, "PLANNED"),
        ("3", "05:59", "RELEASABLE"),
        ("3", "06:00", "PLANNED"),
        ("4", "05:59", "PLANNED"),
    ],
)
def test_a_departure_the_next_night_can_change_is_only_planned(
    weekdays: str, cutoff: str | None, status: str
) -> None:
    """Tuesday leaves today; Wednesday too where tomorrow's plan comes too late."""
    assert RUN_DATE.isoweekday() == 2
    rows = two_store_rows() | {"orders": [order("S1", "A", 60)]}
    rows |= amended("lanes", rows["lanes"], dispatch_weekdays=weekdays)
    rows |= amended("warehouses", rows["warehouses"], cutoff_time=cutoff)
    night = TestNight(rows, CURVES)
    plan = night.plan(night.solution({"S1": [("B1", 1)]}))
    assert plan.lines["status"].tolist() == [status]


def test_what_a_blocked_account_would_get_is_held() -> None:
    """The shadow's lines of a blocked account are HELD_CREDIT, the others' not."""
    night = TestNight(blocked_account_rows(), CURVES)
    real = night.solution({"S2": [("B1", 2)]})
    shadow = night.solution({"S1": [("B1", 2)], "S2": [("B1", 1)]})
    plan = night.plan(real, shadow)
    assert line_rows(plan, "destination_id", "status", "cases", "reason") == [
        ("S1", "HELD_CREDIT", 2, "CREDIT_HOLD"),
        ("S2", "NEEDS_APPROVAL", 2, "NOT_WORTH"),
    ]
    assert plan.lines["value_cny"].tolist() == [16.0, 6.0]
    assert plan.solver.objective == -6.0


def test_an_account_at_its_limit_holds_what_exceeds_the_plan() -> None:
    """A headroom of 70 yuan takes two cases of 30; the third and fourth are held."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 18)]}
    rows["credit_limits"] = [
        {"account_id": "A", "limit_cny": 70, "action": "HOLD"},
        {"account_id": "B", "limit_cny": 60, "action": "HOLD"},
    ]
    night = TestNight(rows, CURVES)
    real = night.solution({"S1": [("B1", 2)], "S2": [("B1", 1)]})
    shadow = night.solution({"S1": [("B1", 3), ("B2", 1)], "S2": [("B1", 2)]})
    plan = night.plan(real, shadow)
    assert line_rows(plan, "destination_id", "lot_id", "order_basis", "status") == [
        ("S1", "B1", "AGAINST_ORDER", "HELD_CREDIT"),
        ("S1", "B1", "AGAINST_ORDER", "RELEASABLE"),
        ("S1", "B2", "SUGGESTED_ORDER", "HELD_CREDIT"),
        ("S2", "B1", "SUGGESTED_ORDER", "NEEDS_APPROVAL"),
    ]
    assert plan.lines["value_cny"].tolist() == [5.0, 16.0, 3.0, 4.0]


def test_lines_do_not_depend_on_the_order_of_flows() -> None:
    """Shuffled flows give the same bytes."""
    night = TestNight(curves=CURVES)
    one = night.solution({"S1": [("B1", 1), ("B2", 2)], "S2": [("B2", 1)]})
    two = night.solution({"S2": [("B2", 1)], "S1": [("B2", 2), ("B1", 1)]})
    pd.testing.assert_frame_equal(night.plan(one).lines, night.plan(two).lines)
    pd.testing.assert_frame_equal(night.plan(one).ledger, night.plan(two).ledger)


def test_a_plan_that_ships_nothing_has_empty_tables() -> None:
    """No lines, no ledger, no costs, but needs and value curves."""
    night = TestNight(curves=CURVES)
    plan = night.plan(night.solution({}))
    assert [len(t) for t in (plan.lines, plan.ledger, plan.costs)] == [0, 0, 0]
    assert (len(plan.needs), len(plan.case_values), len(plan.lot_credits)) == (2, 6, 2)


def test_transfers_have_a_class_and_no_account() -> None:
    """A transfer has order basis NONE, its freshness class and no account."""
    rows = two_store_rows()
    rows["warehouses"].append({"warehouse_id": "R", "kind": "REGIONAL"})
    lane = {"from_id": "R", "to_id": "S1", "lead_time_days": 1}
    rows["lanes"] = [
        {"lane_id": "L1", **lane},
        {"lane_id": "T", "from_id": "W", "to_id": "R", "lead_time_days": 1},
    ]
    night = TestNight(rows, {"R": [(2, 800), (2, 600)]})
    plan = night.plan(night.solution({"R": [("B2", 4)]}))
    columns = ("movement_type", "order_basis", "account_id", "freshness_class")
    assert line_rows(plan, *columns, "status") == [
        ("TRANSFER", "NONE", "", "1/3/0", "RELEASABLE")
    ]
