import datetime as dt

import pandas as pd
import pytest

from ka_supply.allocation.reasons import miss_reasons
from tests.allocation.plan_worlds import (
    Shipped,
    TestNight,
    amended,
    order,
    two_store_rows,
)
from tests.worlds import Row

CURVES = {"S1": [(1, 900), (1, 700), (1, 500)], "S2": [(1, 400), (1, 200)]}
NEED = {"need_units": {"S1": 60, "S2": 60}}
Rows = dict[str, list[Row]]


def reason_at_s1(night: TestNight, shipped: Shipped | None = None) -> str:
    decided = night.decided(night.solution(shipped or {"S1": [("B1", 1)]}))
    return str(miss_reasons(decided)[night.pair("S1")])


def test_no_lot_at_the_origin_is_no_stock() -> None:
    """Lots without a free case are no stock."""
    rows = two_store_rows()
    rows |= amended("lots", rows["lots"], on_hand=5)
    assert reason_at_s1(TestNight(rows, CURVES, pair_columns=NEED), {"S1": []}) == (
        "NO_STOCK"
    )


def test_lots_too_old_are_no_fresh_stock() -> None:
    """Stock exists, but no lot may be received."""
    rows = two_store_rows()
    rows |= amended("lots", rows["lots"], production_date=dt.date(2026, 6, 1))
    night = TestNight(rows, CURVES, pair_columns=NEED)
    assert reason_at_s1(night, {"S1": []}) == "NO_FRESH_STOCK"


def test_lots_others_got_are_no_stock_and_no_fresh_stock_beside_old_ones() -> None:
    """S2 takes the last young cases; with old lots left the stock is too old."""
    rows = two_store_rows()
    rows["lots"] = [{**rows["lots"][1], "on_hand": 12}]
    shipped = {"S1": [("B2", 1)], "S2": [("B2", 1)]}
    assert reason_at_s1(TestNight(rows, CURVES, pair_columns=NEED), shipped) == (
        "NO_STOCK"
    )
    old = {**rows["lots"][0], "lot_id": "B1", "production_date": dt.date(2026, 6, 1)}
    rows["lots"].append(old)
    assert reason_at_s1(TestNight(rows, CURVES, pair_columns=NEED), shipped) == (
        "NO_FRESH_STOCK"
    )


def test_less_than_a_step_is_below_the_minimum() -> None:
    """Four units missing of a case of six, or a minimum order the curve misses."""
    need = {"need_units": {"S1": 10}}
    assert reason_at_s1(TestNight(curves=CURVES, pair_columns=need)) == "BELOW_MOQ"
    rows = two_store_rows()
    rows |= amended("account_skus", rows["account_skus"], moq_units=24)
    night = TestNight(rows, CURVES, pair_columns=NEED)
    assert reason_at_s1(night, {"S1": []}) == "BELOW_MOQ"


def test_a_full_store_is_capacity() -> None:
    """Two on the shelf and six shipped leave no room for six more below 13."""
    rows = two_store_rows()
    rows |= amended("account_skus", rows["account_skus"], max_stock_units=13)
    assert reason_at_s1(TestNight(rows, CURVES, pair_columns=NEED)) == "CAPACITY"


def test_a_worthless_step_is_not_worth_it_unless_scarcity_made_it_so() -> None:
    """Past the curve: NOT_WORTH; with scarcity in the values: kept for later."""
    short = {"S1": [(1, 900), (1, 0)]}
    night = TestNight(curves=short, pair_columns=NEED)
    assert reason_at_s1(night) == "NOT_WORTH"
    ended = TestNight(curves={"S1": [(1, 900)]}, pair_columns=NEED)
    assert reason_at_s1(ended) == "NOT_WORTH"
    kept = TestNight(curves=short, pair_columns=NEED, scarcity_fen=-5)
    assert reason_at_s1(kept) == "DEFERRED"
    gone = {"S1": [("B1", 1)], "S2": [("B1", 9), ("B2", 10)]}
    both = short | {"S2": [(19, 900)]}
    night = TestNight(curves=both, pair_columns=NEED, scarcity_fen=-5)
    assert reason_at_s1(night, gone) == "NO_STOCK"


def test_a_lot_credit_makes_a_step_worth_it() -> None:
    """A case worth nothing to the store still saves left-over stock."""
    curves = {"S1": [(1, 900), (1, 0)]}
    night = TestNight(curves=curves, credits={"B1": 1}, pair_columns=NEED)
    assert reason_at_s1(night) == "DEFERRED"


@pytest.mark.parametrize(
    "change",
    [
        {"lanes": {"cap_kg": 9}},
        {"lanes": {"cap_m3": "0.019"}},
        {"lanes": {"vehicles_max": 2, "cap_kg": "4.9"}},
        {"lanes": {"mode": "FTL"}},
        {"warehouses": {"pick_capacity_cases_day": 1}},
        {"ship_tos": {"max_cases_per_day": 1}},
    ],
)
def test_a_full_truck_picking_line_or_dock_is_capacity(
    change: dict[str, dict[str, object]],
) -> None:
    """One case fits, the second does not."""
    rows = two_store_rows()
    rows["ship_tos"] = [{"ship_to_id": "S1", "type": "STORE", "name": "一店"}]
    for table, columns in change.items():
        rows |= amended(table, rows[table], **columns)
    assert reason_at_s1(TestNight(rows, CURVES, pair_columns=NEED)) == "CAPACITY"


def test_spent_headroom_is_a_credit_hold() -> None:
    """59 yuan of headroom take one case of 30 yuan, not two."""
    rows = two_store_rows()
    rows["credit_limits"] = [
        {"account_id": name, "limit_cny": 59, "action": "HOLD"} for name in "AB"
    ]
    night = TestNight(rows, CURVES, pair_columns=NEED)
    real = night.solution({"S1": [("B1", 1)]})
    assert miss_reasons(night.decided(real, real))[night.pair("S1")] == "CREDIT_HOLD"


def test_a_blocked_account_is_judged_by_its_release() -> None:
    """Nothing more on release: the reason is the release's, not credit."""
    rows = two_store_rows()
    rows["credit_limits"] = [{"account_id": "B", "limit_cny": 9_000, "action": "HOLD"}]
    rows["lots"] = rows["lots"][:1]
    night = TestNight(rows, CURVES | {"S2": [(10, 9000)]}, pair_columns=NEED)
    real = night.solution({"S2": [("B1", 10)]})
    assert miss_reasons(night.decided(real))[night.pair("S1")] == "CREDIT_HOLD"
    found = miss_reasons(night.decided(real, real))
    assert found[night.pair("S1")] == "NO_STOCK"


def test_a_small_drop_is_below_the_minimum() -> None:
    """One case does not reach the lane's minimum of two cases per drop."""
    rows = two_store_rows()
    rows |= amended("lanes", rows["lanes"], min_drop_cases=2)
    night = TestNight(rows, CURVES, pair_columns=NEED)
    assert reason_at_s1(night, {"S2": [("B1", 2)]}) == "BELOW_MOQ"


def test_a_missed_floor_makes_an_ordered_case_worth_it() -> None:
    """The case is worth nothing itself, but its slack costs more than nothing."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 60)]}
    night = TestNight(rows, {"S1": [(1, 900), (1, -100)]})
    assert reason_at_s1(night) == "NOT_WORTH"
    for metric, unit_cost in (("QUANTITY", 0.2), ("VALUE", 0.04)):
        missed = {"metric": metric, "slack": 10.0, "unit_cost_cny": unit_cost}
        slack = pd.DataFrame([{"account_id": "A", **missed}])
        solution = night.solution({"S1": [("B1", 1)]}, slack=slack)
        assert miss_reasons(night.decided(solution))[0] == "DEFERRED"
