"""Seeded defects of quantities, eligibility and capacity are flagged by name."""

from datetime import date
from decimal import Decimal

import pytest

from tests.audit.changes import (
    Change,
    add,
    both,
    breach_texts,
    drop,
    flagged,
    judge,
    put,
)
from tests.audit.legal_night import FRI, MON, SUN, TUE, WED

# Indices of the plan lines: 0 DC1 K1, 1-2 DC1 K2, 3 S5, 4 S3, 5 S4 held, 6-7 R.
# Indices of the lots: 0 L0, 1 L1, 2 L2, 3 L9, 4 L3, 5 L4.
DEFECTS: dict[str, tuple[Change, ...]] = {
    "I01": (
        put("lots", 1, on_hand=326),
        put("lots", 1, allocated=17),
        put("lots", 1, blocked=30),
        put("lots", 4, status="BLOCKED"),
        put("lots", 4, on_hand=59),
        both(
            put("lots", 5, as_of_date=date(2026, 11, 20)),
            add("lots", as_of_date=date(2026, 11, 21), on_hand=60),
        ),
    ),
    "I02": (
        put("plan_lines", 4, cases=0),
        put("plan_lines", 4, cases=-1),
        put("plan_lines", 4, cases=2.5),
        put("plan_lines", 4, cases=Decimal(5)),
        put("plan_lines", 5, cases=21),
        put("case_values", 0, step=1.5),
    ),
    "I04": (
        put("plan_lines", 4, units=61),
        put("plan_lines", 5, cases=2),
        put("skus", 0, units_per_case=10),
    ),
    "I05": (
        put("account_skus", 2, max_stock_units=113),
        put("store_stock", 0, in_transit=19),
        put("store_stock", 0, on_hand=37),
        put("shipments", 2, qty=19),
        put("orders", 1, qty_original=251),
        put("orders", 1, qty_confirmed=251),
        put("orders", 1, status="CANCELLED"),
        put("orders", 1, order_date=date(2026, 11, 14)),
        put("orders", 4, valid_until=TUE),
        put("orders", 4, replaces_line="O1/1"),
        put("plan_lines", 2, order_basis="AGAINST_ORDER"),
        put("plan_lines", 0, order_basis="SUGGESTED_ORDER"),
        put("plan_lines", 5, order_basis="AGAINST_ORDER"),
        put("plan_lines", 4, order_basis="NONE"),
        put("plan_lines", 6, order_basis="SUGGESTED_ORDER"),
        put("plan_lines", 2, status="RELEASABLE"),
        put("plan_lines", 3, status="RELEASABLE"),
        put("plan_lines", 0, status="PLANNED"),
        put("plan_lines", 4, status="NEEDS_APPROVAL"),
        put("plan_lines", 4, status="SENT"),
        put("warehouses", 1, cutoff_time="06:00"),
    ),
    "I09": (
        put("account_skus", 0, order_multiple_units=36),
        put("account_skus", 0, moq_units=241),
        put("account_skus", 2, order_multiple_units=18),
        put("plan_lines", 0, cases=19),
        put("lanes", 0, min_drop_cases=35),
        put("lanes", 2, min_drop_cases=6),
    ),
    "I10": (
        put("lots", 4, expiry_date=date(2027, 1, 23)),
        put("lots", 4, production_date=date(2026, 10, 20)),
        put("skus", 0, shelf_life_value=50),
        add("freshness_contracts", account_id="B", max_age_den=5, is_promo=False),
        add("freshness_contracts", sku_id="K2", max_age_den=3, is_promo=False),
        add("freshness_contracts", sku_class="BISCUIT", max_age_den=3, is_promo=False),
        add("freshness_contracts", life_band="180-180", max_age_den=3, is_promo=False),
        add("freshness_contracts", valid_from=date(2026, 11, 26), max_age_den=3),
        add("freshness_contracts", max_age_den=2),
        put("freshness_contracts", 1, min_remaining_days=111),
        put("freshness_contracts", 1, valid_from=FRI),
        put("promo_calendar", 0, status="IDEA"),
        put("promo_calendar", 0, buy_end=WED),
        put("promo_calendar", 0, store_id="S1"),
        put("plan_lines", 6, freshness_class="1/2/0"),
        put("plan_lines", 6, freshness_class=None),
        put("plan_lines", 6, freshness_class="1/0/0"),
        put("plan_lines", 0, freshness_class="1/3/0"),
        both(
            add("freshness_contracts", account_id="B", max_age_num=2, max_age_den=7),
            put("freshness_contracts", 2, is_promo=False, min_remaining_days=None),
            add("freshness_contracts", account_id="X"),
        ),
    ),
    "I11": (
        put("lots", 4, status="RECALLED"),
        put("lots", 4, status="QUARANTINED"),
        put("lots", 4, expiry_date=None),
        put("lots", 1, production_date=TUE),
        put("lots", 1, expiry_date=SUN),
        put("plan_lines", 0, expiry_date=date(2027, 2, 9)),
        put("plan_lines", 0, production_date=date(2026, 11, 11)),
        put("skus", 1, shelf_life_start="PRODUCTION_DAY"),
        put("lots", 4, expiry_date=date(2026, 11, 25)),
    ),
    "I12": (
        put("plan_lines", 0, arrival_date=TUE),
        put("plan_lines", 0, customer_receipt_date=WED),
        put("plan_lines", 6, customer_receipt_date=FRI),
        put("lanes", 0, lead_time_max_days=4),
        put("lanes", 2, lead_time_max_days=2),
        put("lane_stops", 1, extra_days=2),
        put("store_calendar", 0, is_open=True),
        put("store_calendar", 1, is_receiving=False),
        put("ship_tos", 0, receiving_blackouts="2026-11-26"),
        put("ship_tos", 0, receiving_weekdays="1,2,3,5"),
        put("stores", 2, receiving_weekdays="1,2,5"),
        put("warehouses", 1, blackouts="2026-11-24"),
        add(
            "store_calendar",
            store_id="DC1",
            date=date(2026, 11, 26),
            is_receiving=False,
        ),
    ),
    "I13": (
        put("plan_lines", 0, lot_id="L2"),
        put("lots", 1, on_hand=339),
        put("lots", 3, status="AVAILABLE"),
        add(
            "lots",
            warehouse_id="R",
            sku_id="K1",
            lot_id="LX",
            production_date=date(2026, 11, 1),
        ),
        put("lots", 0, production_date=date(2026, 11, 1)),
    ),
    "I14": (
        put("account_skus", 1, listed_from=FRI),
        put("account_skus", 1, listed_to=WED),
        put("account_skus", 2, listed_to=date(2026, 1, 1)),
        put("skus", 1, delist=WED),
        put("skus", 1, launch=date(2026, 11, 26)),
        drop("account_skus", 4),
        lambda tables, _run: tables["account_skus"].clear(),
        lambda tables, _run: tables["account_skus"].__delitem__(slice(2, 5)),
    ),
    "I15": (
        put("stores", 0, closed=WED),
        put("stores", 0, opened=date(2026, 11, 26)),
        put("plan_lines", 0, destination_id="S1"),
        put("plan_lines", 0, destination_id="nowhere"),
        put("accounts", 1, valid_to=WED),
        put("accounts", 0, valid_from=FRI),
        put("stores", 3, account_id="gone"),
    ),
    "I17": (
        put("plan_lines", 0, lot_id="L3"),
        put("plan_lines", 0, lot_id="unknown"),
        put("plan_lines", 4, origin_id="C"),
        put("plan_lines", 1, sku_id="K1"),
        put("lots", 4, as_of_date=MON),
    ),
    "I19": (
        put("plan_lines", 0, departure_date=TUE),
        put("plan_lines", 0, lane_id="L5"),
        put("lanes", 0, vehicles_max=1),
        put("lanes", 0, cap_kg=Decimal("134.999")),
        put("lanes", 0, cap_m3=Decimal("0.2699999")),
        put("lanes", 0, cap_m3=None),
        put("lanes", 0, cap_kg=Decimal(0)),
        put("lanes", 2, cap_kg=Decimal("49.9999")),
        put("skus", 1, case_kg=Decimal("15.0")),
        put("lanes", 0, dispatch_weekdays=""),
        put("lanes", 0, valid_from=TUE),
        put("lanes", 0, valid_to=MON),
        put("lanes", 0, blackouts="2026-11-23"),
        put("warehouses", 0, blackouts="2026-11-23"),
        put("warehouses", 0, working_weekdays="2,5"),
        put("warehouses", 0, cutoff_time="05:59"),
        put("lanes", 0, from_id="gone"),
        add("lanes", lane_id="L0", from_id="C", to_id="DC1", dispatch_weekdays="1"),
        put("warehouses", 0, kind="REGIONAL"),
        put("warehouses", 1, kind="CENTRAL"),
        put("lanes", 3, dispatch_weekdays="6"),
        put("stores", 4, receiving_weekdays=""),
    ),
    "I20": (
        put("warehouses", 0, pick_capacity_cases_day=41),
        put("warehouses", 1, pick_capacity_cases_day=4),
        put("ship_tos", 0, max_cases_per_day=33),
        put("ship_tos", 1, max_cases_per_day=4),
    ),
}
CASES = [
    pytest.param(invariant, change, id=f"{invariant}-{number}")
    for invariant, changes in DEFECTS.items()
    for number, change in enumerate(changes, start=1)
]


@pytest.mark.parametrize(("invariant", "change"), CASES)
def test_a_seeded_defect_is_flagged(invariant: str, change: Change) -> None:
    """One wrong field in plan or input is a breach of the invariant it breaks."""
    certificate = judge(change)
    assert invariant in flagged(certificate), breach_texts(certificate)


def test_every_invariant_here_has_three_defects() -> None:
    """No invariant is tested by fewer than three seeded defects."""
    assert all(len(changes) >= 3 for changes in DEFECTS.values())
