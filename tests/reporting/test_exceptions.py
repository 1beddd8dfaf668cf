"""Exceptions: each kind on the smallest night that calls for it."""

import json

import pandas as pd
import pytest

from ka_supply.domain.outputs import output_columns
from ka_supply.reporting import compute_exceptions
from ka_supply.reporting.texts import texts_of
from tests.reporting.kinds import RATES, find
from tests.reporting.nights import (
    Tables,
    day,
    line,
    make_night,
    make_plan,
    need,
)
from tests.reporting.test_service import OVERDUE


def _lot(made: str, units: int = 1200) -> Tables:
    return {
        "lots": [
            {
                "warehouse_id": "W",
                "sku_id": "K1",
                "lot_id": "N1",
                "production_date": day(made),
                "on_hand": units,
            }
        ]
    }


def test_a_lot_that_must_leave_now_is_worth_its_margin() -> None:
    """Made 60 days before the receipt: A takes it today only, B later too."""
    plan = make_plan(lines=[line(production_date=day("2026-09-26"))])
    found = find(_lot("2026-09-26"), plan, "LOT_LAST_DISPATCH").iloc[0]
    assert found["account_id"] == "A"
    assert found["value_cny"] == 60 * (6.0 - 4.0)
    assert found["deadline"] == pd.Timestamp("2026-11-24")
    assert found["message_id"] == "exception.LOT_LAST_DISPATCH"


def test_a_day_older_no_line_and_a_day_younger_no_hurry() -> None:
    """At 59 days the next truck is still in time."""
    plan = make_plan(lines=[line(production_date=day("2026-09-27"))])
    assert not len(find(_lot("2026-09-27"), plan, "LOT_LAST_DISPATCH"))


def test_the_last_chance_of_all_accounts_also_costs_the_goods() -> None:
    """At 90 days B is the last to take it: margin and cost are at stake."""
    plan = make_plan(lines=[line(destination_id="S3", account_id="B")])
    found = find(_lot("2026-08-27"), plan, "LOT_LAST_DISPATCH").iloc[0]
    assert found["value_cny"] == 60 * 6.0
    assert found["message_id"].endswith(".ONLY")


def test_write_off_risk_is_worth_the_cost_of_what_stays() -> None:
    """888 units stay (see the runway tests), at 4 yuan."""
    found = find(_lot("2026-11-13"), make_plan(), "LOT_WRITE_OFF_RISK").iloc[0]
    assert found["value_cny"] == 888 * 4.0
    assert found["deadline"] == pd.Timestamp("2027-02-11")
    assert found["severity"] == "MEDIUM"


@pytest.mark.parametrize(
    ("made", "variant", "deadline"),
    [
        ("2026-08-01", ".CLOSED", "2027-01-28"),
        ("2026-05-01", ".EXPIRED", "2026-11-24"),
    ],
)
def test_a_lot_nobody_takes_is_closed_or_expired(
    made: str, variant: str, deadline: str
) -> None:
    """Past every limit: act before it expires; expired: act today."""
    found = find(_lot(made), make_plan(), "LOT_WRITE_OFF_RISK").iloc[0]
    assert found["message_id"] == f"exception.LOT_WRITE_OFF_RISK{variant}"
    assert found["deadline"] == pd.Timestamp(deadline)
    assert found["value_cny"] == 1200 * 4.0


def test_a_credit_hold_is_worth_the_margin_it_keeps_back() -> None:
    """60 units held at 2 yuan margin."""
    plan = make_plan(lines=[line(status="HELD_CREDIT")])
    found = find(OVERDUE, plan, "CREDIT_HOLD").iloc[0]
    assert found["value_cny"] == 120.0
    assert json.loads(found["message_args"])["collect_cny"] == 460.0


def test_a_missed_floor_is_worth_the_penalty() -> None:
    """54 units under the floor of 95 % of 120, at 6 yuan and 3 %."""
    found = find({}, make_plan(needs=[need()]), "FILL_FLOOR_MISSED").iloc[0]
    assert found["value_cny"] == pytest.approx(54 * 6.0 * 0.03)


@pytest.mark.parametrize("reason", ["NO_STOCK", "NO_FRESH_STOCK", "CAPACITY"])
def test_a_short_order_is_worth_its_margin(reason: str) -> None:
    """60 units short of an order at 2 yuan margin."""
    found = find({}, make_plan(needs=[need(reason=reason)]), reason).iloc[0]
    assert found["value_cny"] == 120.0
    assert found["store_id"] == "S1"


def test_a_short_target_is_worth_only_the_demand_it_leaves_unserved() -> None:
    """At S2, 2 a day until the next arrival in two days, no stock: 4 units."""
    short = need(
        destination_id="S2", need_source="TARGET", planned_units=0, short_units=120
    )
    found = find({}, make_plan(needs=[short]), "NO_STOCK").iloc[0]
    assert found["value_cny"] == pytest.approx(4 * 2.0)


def _order(valid_until: str) -> Tables:
    return {
        "orders": [
            {
                "order_id": "O1",
                "line_no": 1,
                "account_id": "A",
                "ship_to_id": "S1",
                "sku_id": "K1",
                "order_date": day("2026-11-20"),
                "valid_until": day(valid_until),
                "qty_original": 48,
            }
        ]
    }


def test_an_order_that_lapses_before_any_truck_is_listed() -> None:
    """Valid until the 24th, first receipt on the 25th: 48 units at 2 yuan."""
    found = find(_order("2026-11-24"), make_plan(), "ORDER_EXPIRING").iloc[0]
    assert found["value_cny"] == 96.0
    assert found["deadline"] == pd.Timestamp("2026-11-24")


def test_a_short_order_that_lapses_is_not_counted_twice() -> None:
    """Valid until the 25th and short by 60: 48 lapse, 12 are merely short."""
    plan = make_plan(needs=[need()])
    lapsing = find(_order("2026-11-25"), plan, "ORDER_EXPIRING").iloc[0]
    short = find(_order("2026-11-25"), plan, "NO_STOCK").iloc[0]
    assert lapsing["message_id"] == "exception.ORDER_EXPIRING.SHORT"
    assert (lapsing["value_cny"], short["value_cny"]) == (96.0, 24.0)


def test_exceptions_are_ranked_numbered_and_speak_both_languages() -> None:
    """Dearest first, numbered from 1, columns of the dictionary, no open slots."""
    plan = make_plan(
        lines=[line(status="HELD_CREDIT"), line(production_date=day("2026-09-26"))],
        needs=[need(), need(destination_id="S2", reason="NO_FRESH_STOCK")],
    )
    night = make_night({**OVERDUE, **_lot("2026-09-26")}, RATES, plan)
    rows = compute_exceptions(night.snapshot, night.forecast, plan, night.network)
    assert list(rows.columns) == list(output_columns()["exceptions"])
    assert rows["exception_id"].to_list() == list(range(1, len(rows) + 1))
    assert rows["value_cny"].is_monotonic_decreasing
    for language in ("zh", "en"):
        texts = texts_of(language)
        for key in ("message_id", "action"):
            for name, given in zip(rows[key], rows["message_args"], strict=True):
                said = texts.message(name, json.loads(given))
                assert said
                assert "{" not in said
