"""Nights small enough to be worked out by hand."""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest

from ka_supply.nightly import Night, Stages, certify, plan_night
from tests.nightly.small_nights import (
    Tables,
    credit_hold,
    one_store,
    retailer_dc,
    two_echelons,
)
from tests.worlds import world

WORLDS = (one_store, two_echelons, credit_hold, retailer_dc)
World = Callable[[], Tables]


@cache
def _night(rows: World) -> Night:
    return plan_night(world(**rows()))


def _lines(rows: World, *columns: str) -> list[tuple[object, ...]]:
    lines = _night(rows).plan.lines
    return [tuple(row) for row in lines[list(columns)].to_numpy().tolist()]


@pytest.mark.parametrize("rows", WORLDS)
def test_no_breach(rows: World) -> None:
    """The auditor finds nothing in a small night and has looked at its lines."""
    night = _night(rows)
    assert night.certificate.breaches == 0
    freshness = {c.invariant: c for c in night.certificate.checks}["I10"]
    assert freshness.rows_checked == len(night.plan.lines)
    assert night.plan.solver.status == "PROVED"
    assert night.exit_code == 0


@pytest.mark.parametrize("rows", WORLDS)
def test_line_sums(rows: World) -> None:
    """Ledger components add up to the units and the fen of every line."""
    plan = _night(rows).plan
    assert list(plan.lines["line_id"]) == list(range(1, len(plan.lines) + 1))
    sums = plan.ledger.groupby("line_id")[["units", "value_cny"]].sum()
    wanted = plan.lines.set_index("line_id")[["units", "value_cny"]]
    assert (sums["units"] == wanted["units"]).all()
    fen = (sums["value_cny"] * 100).round() - (wanted["value_cny"] * 100).round()
    assert (fen == 0).all()


def test_a_third_of_life_is_the_limit() -> None:
    """At 60 of 180 days a lot goes first, at 61 it stays, the rest is fresher."""
    assert _lines(one_store, "lot_id", "cases", "units") == [
        ("EDGE", 1, 6),
        ("NEW", 3, 18),
    ]
    ages = _night(one_store).plan.lines.set_index("lot_id")
    age = ages["customer_receipt_date"] - ages["production_date"]
    life = ages["expiry_date"] - ages["production_date"]
    assert Fraction(age["EDGE"].days, life["EDGE"].days) == Fraction(1, 3)


def test_dates_follow_the_calendar() -> None:
    """A Tuesday truck that needs two days arrives on Thursday."""
    found = _lines(one_store, "departure_date", "arrival_date", "customer_receipt_date")
    tuesday, thursday = pd.Timestamp(2026, 11, 24), pd.Timestamp(2026, 11, 26)
    assert set(found) == {(tuesday, thursday, thursday)}


def test_room_is_the_reason() -> None:
    """A store with room for 24 units gets 24; the rest is short for capacity."""
    need = _night(one_store).plan.needs.iloc[0]
    assert (need["need_source"], need["planned_units"]) == ("TARGET", 24)
    assert need["short_units"] == need["need_units"] - 24
    assert need["reason"] == "CAPACITY"


def test_an_empty_regional_warehouse_is_filled() -> None:
    """The transfer takes the truck's three cases; the store behind waits for it."""
    columns = ("movement_type", "order_basis", "destination_id", "cases", "status")
    assert _lines(two_echelons, *columns) == [
        ("SHIPMENT", "SUGGESTED_ORDER", "S1", 4, "NEEDS_APPROVAL"),
        ("TRANSFER", "NONE", "R", 3, "RELEASABLE"),
    ]
    reasons = _night(two_echelons).plan.needs.set_index("destination_id")["reason"]
    assert dict(reasons) == {"R": "CAPACITY", "S1": "CAPACITY", "S2": "NO_STOCK"}


def test_a_transfer_is_judged_at_the_stores_behind() -> None:
    """Its freshness counts two days in the warehouse and two days on the road."""
    line = _night(two_echelons).plan.lines.iloc[1]
    assert line["freshness_class"] == "1/3/0"
    assert line["arrival_date"] == pd.Timestamp(2026, 11, 26)
    assert line["customer_receipt_date"] == pd.Timestamp(2026, 11, 30)


def test_the_binding_truck_has_a_price() -> None:
    """The full truck's kilogram is worth something; a part load's is not."""
    prices = _night(two_echelons).plan.prices
    kilograms = prices[prices["kind"] == "VEHICLE_KG"]
    binding = kilograms[kilograms["binding"]]
    assert list(binding["keys"]) == ["lane=L3"]
    assert (binding["price_cny"] > 0).all()


def test_an_overdue_account_is_held() -> None:
    """A's cases are written as held and cost B none of its own."""
    assert _lines(credit_hold, "account_id", "cases", "status", "reason") == [
        ("A", 3, "HELD_CREDIT", "CREDIT_HOLD"),
        ("B", 3, "NEEDS_APPROVAL", "CAPACITY"),
    ]
    needs = _night(credit_hold).plan.needs.set_index("account_id")
    assert list(needs.loc["A", ["planned_units", "held_units"]]) == [0, 18]
    assert list(needs.loc["B", ["planned_units", "held_units"]]) == [18, 0]


def test_a_held_line_counts_in_no_sum() -> None:
    """The objective is the value of B's line alone; no vehicle goes to A."""
    plan = _night(credit_hold).plan
    counted = plan.lines[plan.lines["status"] != "HELD_CREDIT"]
    assert np.isclose(plan.solver.objective, -counted["value_cny"].sum())
    assert list(plan.costs["lane_id"]) == ["L2"]


def test_an_order_covers_whole_cases() -> None:
    """An order of 20 units covers three cases; the fourth is only suggested."""
    columns = ("destination_id", "order_basis", "cases", "status")
    assert _lines(retailer_dc, *columns) == [
        ("DC1", "AGAINST_ORDER", 3, "RELEASABLE"),
        ("DC1", "SUGGESTED_ORDER", 1, "NEEDS_APPROVAL"),
    ]
    need = _night(retailer_dc).plan.needs.iloc[0]
    assert (need["need_source"], need["need_units"]) == ("ORDER", 20)
    assert (need["planned_units"], need["short_units"]) == (24, 0)


def test_stores_behind_a_dc_are_no_destination() -> None:
    """Goods go to the retailer DC; its two stores are only its demand."""
    night = _night(retailer_dc)
    assert set(night.plan.needs["destination_id"]) == {"DC1"}


def test_a_tampered_plan_fails() -> None:
    """A case of the too old lot in place of a fresh one breaches freshness."""
    night = _night(one_store)
    lines = night.plan.lines.copy()
    is_new = lines["lot_id"] == "NEW"
    day = dt.date(2026, 9, 26)
    lines.loc[is_new, "lot_id"] = "OLD"
    lines.loc[is_new, "production_date"] = pd.Timestamp(day)
    lines.loc[is_new, "expiry_date"] = pd.Timestamp(day + dt.timedelta(days=180))
    plan = type(night.plan)(**vars(night.plan) | {"lines": lines})
    breached = {c.invariant for c in certify(night.snapshot, plan).checks if c.breaches}
    assert "I10" in breached


def test_a_night_leaves_its_input_and_tells_its_stages() -> None:
    """No table of the snapshot changes; every stage is timed and told in order."""
    snapshot = world(**two_echelons())
    before = {name: table.copy(deep=True) for name, table in snapshot.tables.items()}
    told: list[str] = []
    stages = Stages(told.append)
    plan_night(snapshot, stages)
    for name, table in snapshot.tables.items():
        pd.testing.assert_frame_equal(table, before[name])
    names = [str(stage["name"]) for stage in stages.done]
    assert names == ["network", "forecast", "values", "allocate", "audit"]
    assert [line.split()[0] for line in told] == names
    assert all(float(str(stage["peak_rss_mb"])) > 0 for stage in stages.done)


@pytest.mark.parametrize("cases", [3, 5])
def test_too_few_cases_for_two_empty_stores_go_out_tonight(cases: int) -> None:
    """Cases that would sell as well later are not kept back for it."""
    rows = credit_hold()
    lot = dict(rows["lots"][0])
    scarce = {**lot, "production_date": dt.date(2026, 11, 1), "on_hand": 6 * cases}
    no_credit: Tables = {"receivables": [], "credit_limits": []}
    night = plan_night(world(**rows | no_credit | {"lots": [scarce]}))
    assert night.plan.lines["cases"].sum() == cases
    assert set(night.plan.lines["destination_id"]) == {"S1", "S2"}
