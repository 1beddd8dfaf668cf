"""Fill rate, miss reasons, cover, credit holds and loads on hand-worked nights."""

import numpy as np
import pytest

from ka_supply.reporting.cover import compute_pair_cover, cover_days
from ka_supply.reporting.credit_holds import compute_credit_holds
from ka_supply.reporting.headline import compute_headline, compute_loads
from ka_supply.reporting.service import (
    compute_fill_rate,
    compute_miss_reasons,
    compute_overall_fill,
)
from tests.reporting.nights import Tables, day, line, make_night, make_plan, need

OVERDUE: Tables = {
    "credit_limits": [
        {"account_id": "A", "limit_cny": 1000.0, "grace_days": 7},
        {"account_id": "B", "limit_cny": 1000.0},
    ],
    "receivables": [
        {
            "account_id": "A",
            "invoice_no": "I1",
            "due_date": day("2026-10-31"),
            "amount_cny": 500.0,
            "paid_cny": 100.0,
        },
        {
            "account_id": "A",
            "invoice_no": "I2",
            "due_date": day("2026-12-31"),
            "amount_cny": 700.0,
        },
    ],
    "ka_targets": [
        {
            "account_id": "A",
            "month": "2026-11",
            "metric": "SELL_IN_CNY",
            "target": 1440.0,
        }
    ],
}


def test_fill_rate_counts_at_most_the_need_and_puts_the_worst_first() -> None:
    """A: 60 of 120 and 24 of 24 (30 planned); B: 12 of 12; A first."""
    needs = [
        need(),
        need(sku_id="K2", need_units=24, planned_units=30, short_units=0, reason=""),
        need(
            destination_id="S3",
            account_id="B",
            need_units=12,
            planned_units=12,
            short_units=0,
            reason="",
        ),
    ]
    night = make_night({}, {}, make_plan(needs=needs))
    found = compute_fill_rate(night).set_index("account_id")
    assert found.index.to_list() == ["A", "B"]
    assert found.loc["A", "fill_frac"] == pytest.approx(84 / 144)
    assert found.loc["A", "main_reason"] == "NO_STOCK"
    assert found.loc["A", "floor_gap"] == pytest.approx(0.95 * 144 - 84)
    assert found["is_missed"].to_list() == [True, False]
    assert compute_overall_fill(night.needs) == pytest.approx(96 / 156)


def test_held_units_are_neither_met_nor_short() -> None:
    """Need 120 = met 0 + held 60 + short 60; the supply view leaves held out."""
    needs = [need(planned_units=0, held_units=60)]
    found = compute_fill_rate(make_night({}, {}, make_plan(needs=needs))).iloc[0]
    parts = found[["met_units", "held_units", "short_units"]].to_list()
    assert parts == [0, 60, 60]
    assert found["fill_frac"] == 0.0
    assert found["supply_frac"] == 0.0


def test_a_blocked_account_has_no_floor() -> None:
    """Rule R13: the floor of a blocked account does not count."""
    night = make_night(OVERDUE, {}, make_plan(needs=[need()]))
    found = compute_fill_rate(night).iloc[0]
    assert np.isnan(found["floor_frac"])
    assert not found["is_missed"]


def test_only_whole_cases_count_toward_a_floor() -> None:
    """118 of 120 units met are 9 cases of 12, that is 108."""
    needs = [need(planned_units=118, short_units=2)]
    found = compute_fill_rate(make_night({}, {}, make_plan(needs=needs))).iloc[0]
    assert found["floor_gap"] == pytest.approx(0.95 * 120 - 108)


def test_miss_reasons_add_up_to_what_was_not_met() -> None:
    """Short by reason and held as CREDIT_HOLD sum to need - met."""
    needs = [
        need(reason="NO_FRESH_STOCK"),
        need(destination_id="S2", planned_units=0, held_units=100, short_units=20),
    ]
    night = make_night({}, {}, make_plan(needs=needs))
    found = compute_miss_reasons(night, ["account_id"]).set_index("reason")
    assert found["short_units"].to_dict() == {
        "CREDIT_HOLD": 100,
        "NO_FRESH_STOCK": 60,
        "NO_STOCK": 20,
    }
    missed = (night.needs["need_units"] - night.needs["met_units"]).sum()
    assert found["short_units"].sum() == missed
    assert found.loc["NO_STOCK", "short_cny"] == pytest.approx(20 * 6.0)


def test_cover_walks_the_forecast_into_its_tail() -> None:
    """Stock of 6 at 1, 2 a day and 0.5 beyond: two days and 3 / 0.5 more."""
    found = cover_days(np.array([6.0]), np.array([[1.0, 2.0]]), np.array([0.5]))
    assert found.tolist() == [8.0]


def test_cover_without_demand_is_infinite_and_without_stock_zero() -> None:
    """Nothing sells: forever; nothing there: not a day."""
    daily = np.array([[0.0, 0.0], [1.0, 1.0]])
    found = cover_days(np.array([5.0, 0.0]), daily, np.array([0.0, 1.0]))
    assert found.tolist() == [np.inf, 0.0]


def test_planned_cases_lengthen_the_cover() -> None:
    """24 on hand at 6 a day last 4 days, with 60 more 14."""
    night = make_night({}, {("S1", "K1"): 6.0}, make_plan(lines=[line()]))
    found = compute_pair_cover(night).iloc[0]
    assert (found["cover_days"], found["planned_cover_days"]) == (4.0, 14.0)


def test_a_hold_names_what_it_costs_and_what_releases_it() -> None:
    """60 units at 6 yuan: 360 held, 120 margin, a quarter of the month's target.

    Owed 400 + 700 with the held 360 is 460 over the limit: more than the 400
    overdue, so 460 must be collected.
    """
    plan = make_plan(lines=[line(status="HELD_CREDIT")])
    found = compute_credit_holds(make_night(OVERDUE, {}, plan)).iloc[0]
    assert found["status"] == "BLOCKED"
    assert found["overdue_cny"] == 400.0
    assert found["held_cny"] == 360.0
    assert found["held_margin_cny"] == 120.0
    assert found["held_target_frac"] == 0.25
    assert found["collect_cny"] == pytest.approx(460.0)


def test_loads_count_vehicles_and_the_fuller_of_weight_and_volume() -> None:
    """150 cases of 10 kg need two trucks of 1,000 kg, 75 % full; 0.05 m3 each."""
    plan = make_plan(
        lines=[line(cases=100, units=1200), line(destination_id="S2", cases=50)]
    )
    night = make_night({}, {}, plan)
    found = compute_loads(night).iloc[0]
    assert (found["vehicles"], found["stops"], found["cases"]) == (2, 2, 150)
    assert found["load_frac"] == pytest.approx(0.75)
    assert found["freight_cny"] == pytest.approx(2 * 100 + 150)


def test_the_headline_leaves_held_lines_out() -> None:
    """Of 12 cases 7 are held: 5 leave on the run date, half a per cent full."""
    lines = [line(), line(status="HELD_CREDIT", cases=7, units=84)]
    night = make_night({}, {}, make_plan(lines=lines, needs=[need()]))
    loads = compute_loads(night)
    top = compute_headline(night, loads, compute_fill_rate(night))
    assert (top.cases, top.plan_cases, top.held_cases, top.vehicles) == (5, 5, 7, 1)
    assert top.first_date == day("2026-11-24")
    assert top.load_frac == pytest.approx(0.05)
    assert top.fill_frac == pytest.approx(0.5)
