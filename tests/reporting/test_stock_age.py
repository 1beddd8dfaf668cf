"""Stock age by bracket, counted, estimated or unknown."""

import pandas as pd
import pytest

from ka_supply.reporting.runway import compute_lot_chances, compute_warehouse_risk
from ka_supply.reporting.stock_age import (
    BRACKETS,
    compute_stock_age,
    summarise_stock_age,
)
from ka_supply.reporting.store_ages import compute_store_lots
from tests.reporting.nights import Tables, day, make_night

STOCK: Tables = {"store_stock": [{"store_id": "S1", "sku_id": "K1", "on_hand": 30}]}
SENT: Tables = {
    "shipments": [
        {
            "shipment_id": "D1",
            "line_no": 1,
            "lot_id": lot,
            "ship_to_id": "S1",
            "sku_id": "K1",
            "shipped_date": day("2026-11-01"),
            "production_date": day(made),
            "qty": 12,
        }
        for lot, made in (("OLD", "2026-09-01"), ("NEW", "2026-10-20"))
    ],
    "receipts": [
        {
            "shipment_id": "D1",
            "line_no": 1,
            "lot_id": lot,
            "received_date": day(received),
            "qty_received": 12,
        }
        for lot, received in (("OLD", "2026-10-01"), ("NEW", "2026-11-02"))
    ],
}


def _lots(tables: Tables) -> list[tuple[int, str]]:
    rows = compute_store_lots(make_night(tables, {}))
    return list(zip(rows["units"], rows["age_source"], strict=True))


def test_counted_lots_are_taken_as_counted() -> None:
    """What was counted today is COUNTED; the rest of the stock is UNKNOWN."""
    counted = {
        "store_lots": [
            {
                "store_id": "S1",
                "sku_id": "K1",
                "production_date": day("2026-10-01"),
                "units": 20,
            }
        ]
    }
    assert _lots({**STOCK, **counted}) == [(20, "COUNTED"), (10, "UNKNOWN")]


def test_an_older_count_is_cut_to_the_stock_newest_first() -> None:
    """Of 20 old and 25 new units counted last week 5 and 25 are left of 30."""
    counted = {
        "store_lots": [
            {
                "store_id": "S1",
                "sku_id": "K1",
                "production_date": day(made),
                "units": units,
                "as_of_date": day("2026-11-16"),
            }
            for made, units in (("2026-09-01", 20), ("2026-10-20", 25))
        ]
    }
    assert _lots({**STOCK, **counted}) == [(5, "ESTIMATED"), (25, "ESTIMATED")]


def test_without_counts_ages_follow_the_latest_receipts() -> None:
    """30 on hand: 12 of the newest, 12 of the older receipt, 6 unknown."""
    assert _lots({**STOCK, **SENT}) == [
        (12, "ESTIMATED"),
        (12, "ESTIMATED"),
        (6, "UNKNOWN"),
    ]


def test_brackets_value_and_risk_of_a_store() -> None:
    """20 units aged 75 % of life; 2 a day sell for 44 days until expiry: no risk.

    With one sold in five days 11.2 of them stay, at 4 yuan each.
    """
    counted = {
        "store_lots": [
            {
                "store_id": "S1",
                "sku_id": "K1",
                "production_date": day("2026-07-11"),
                "units": 20,
            }
        ],
        "store_stock": [{"store_id": "S1", "sku_id": "K1", "on_hand": 20}],
    }
    fast = _by_account(counted, 2.0)
    slow = _by_account(counted, 0.2)
    assert fast["units_GT_2_3"].to_list() == [20]
    assert fast["cost_GT_2_3"].to_list() == [80.0]
    assert fast["risk_cny"].to_list() == [0.0]
    assert slow["risk_units"].to_list() == pytest.approx([20 - 0.2 * 44], rel=1e-6)
    assert slow["risk_cny"].to_list() == pytest.approx([4 * 11.2], rel=1e-6)


def _ages(tables: Tables, units_per_day: float) -> pd.DataFrame:
    night = make_night(tables, {("S1", "K1"): units_per_day})
    risk = compute_warehouse_risk(night, compute_lot_chances(night))
    return compute_stock_age(night, risk)


def _by_account(tables: Tables, units_per_day: float) -> pd.DataFrame:
    ages = _ages(tables, units_per_day)
    stores = ages[ages["location_kind"] == "STORE"]
    return summarise_stock_age(stores, "account_id")


def test_brackets_add_up_to_the_stock() -> None:
    """Units by bracket add up to units, value by bracket to value."""
    ages = _ages({**STOCK, **SENT}, 1.0)
    for by in ("location_id", "account_id", "category"):
        found = summarise_stock_age(ages, by)
        for name, total in (("units", "units"), ("cost", "cost_cny")):
            parts = found[[f"{name}_{b}" for b in BRACKETS]].sum(axis=1)
            assert parts.to_list() == pytest.approx(found[total].to_list())
