"""Exceptions seen in stores, at the dock and on the map."""

import pandas as pd
import pytest

from tests.reporting.kinds import find
from tests.reporting.nights import day, days_before, make_plan


def test_goods_refused_for_age_are_worth_their_price() -> None:
    """12 units refused three days ago at 6 yuan."""
    tables = {
        "shipments": [
            {
                "shipment_id": "D1",
                "line_no": 1,
                "lot_id": "N1",
                "ship_to_id": "S2",
                "sku_id": "K1",
                "shipped_date": days_before(5),
                "qty": 12,
            }
        ],
        "receipts": [
            {
                "shipment_id": "D1",
                "line_no": 1,
                "lot_id": "N1",
                "received_date": days_before(3),
                "qty_received": 0,
                "qty_refused": 12,
                "refuse_reason": "AGE",
            }
        ],
    }
    found = find(tables, make_plan(), "REFUSED_AT_DOCK").iloc[0]
    assert found["value_cny"] == 72.0
    assert found["action"] == "action.REFUSED_AT_DOCK.AGE"


def test_hidden_stock_is_worth_a_week_it_could_serve() -> None:
    """Shelf 0, backroom 10, three a day for a week: 10 units at 2 yuan."""
    counts = [
        {
            "count_date": days_before(2),
            "store_id": "S1",
            "sku_id": "K1",
            "location_type": place,
            "units": units,
        }
        for place, units in (("SHELF", 0), ("BACKROOM", 10))
    ]
    tables = {"store_visible_counts": counts}
    found = find(tables, make_plan(), "HIDDEN_STOCK").iloc[0]
    assert found["value_cny"] == 20.0


def test_old_store_stock_is_worth_the_cost_of_what_will_not_sell() -> None:
    """300 units with 44 days left at 3 a day: 168 stay, at 4 yuan."""
    tables = {
        "store_stock": [{"store_id": "S1", "sku_id": "K1", "on_hand": 300}],
        "store_lots": [
            {
                "store_id": "S1",
                "sku_id": "K1",
                "production_date": day("2026-07-11"),
                "units": 300,
            }
        ],
    }
    found = find(tables, make_plan(), "OVER_AGED_STORE_STOCK").iloc[0]
    assert found["value_cny"] == pytest.approx(168 * 4.0)
    assert found["deadline"] == pd.Timestamp("2027-01-06")


def test_a_store_without_a_truck_is_worth_its_unserved_demand() -> None:
    """S2 off the tour: 28 days at 2 units and 2 yuan."""
    tables = {
        "lane_stops": [
            {"lane_id": "L1", "stop_no": i, "destination_id": f"S{i}"} for i in (1, 3)
        ]
    }
    found = find(tables, make_plan(), "NO_DEPARTURE").iloc[0]
    assert (found["store_id"], found["value_cny"]) == ("S2", 112.0)
