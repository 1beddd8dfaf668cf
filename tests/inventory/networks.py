"""Worlds with a retailer DC and with a regional warehouse, as rows."""

import datetime as dt

from tests.worlds import AS_OF, Row, basic_rows

Rows = dict[str, list[Row]]


def weekly_rows(**sku: object) -> Rows:
    """Return one store, served on Tuesdays in two days: review 7 days."""
    rows = basic_rows()
    rows["skus"] = [{**rows["skus"][0], **sku}]
    rows["lanes"] = [{**rows["lanes"][0], "dispatch_weekdays": "2"}]
    rows["store_stock"] = []
    rows["service_targets"] = [{"scope": "ALL", "ss_policy": "presentation"}]
    return rows


def retailer_dc_rows() -> Rows:
    """Return two stores behind one retailer DC."""
    rows = weekly_rows()
    rows["ship_tos"] = [{"ship_to_id": "D", "type": "RETAILER_DC", "account_id": "A"}]
    rows["stores"] = [
        {"store_id": name, "account_id": "A", "name": name, "ship_to_id": "D"}
        for name in ("S1", "S2")
    ]
    rows["lanes"] = [{**rows["lanes"][0], "to_id": "D"}]
    return rows


def regional_rows() -> Rows:
    """Return a regional warehouse with stores of 1/3 and 1/2 behind it."""
    rows = weekly_rows()
    rows["accounts"] = [
        {"account_id": "A", "name": "甲", "tier": "LKA"},
        {"account_id": "B", "name": "乙", "tier": "RKA"},
    ]
    rows["freshness_contracts"] = [
        {"account_id": "A", "max_age_num": 1, "max_age_den": 3},
        {"account_id": "B", "max_age_num": 1, "max_age_den": 2},
    ]
    rows["stores"] = [
        {"store_id": "S1", "account_id": "A", "name": "一店"},
        {"store_id": "S2", "account_id": "B", "name": "二店"},
    ]
    rows["account_skus"] = [
        {"account_id": "A", "sku_id": "K"},
        {"account_id": "B", "sku_id": "K", "contract_price_cny": 9},
    ]
    rows["warehouses"] = [
        {"warehouse_id": "W", "kind": "CENTRAL"},
        {"warehouse_id": "R", "kind": "REGIONAL"},
    ]
    rows["lanes"] = [
        {
            "lane_id": "T",
            "from_id": "W",
            "to_id": "R",
            "lead_time_days": 2,
            "dispatch_weekdays": "2",
        },
        {"lane_id": "L1", "from_id": "R", "to_id": "S1", "lead_time_days": 1},
        {"lane_id": "L2", "from_id": "R", "to_id": "S2", "lead_time_days": 1},
    ]
    return rows


def lot(place: str, name: str, age_days: int, units: int, sku: str = "K") -> Row:
    """Return a lot made `age_days` before the planning day."""
    return {
        "warehouse_id": place,
        "sku_id": sku,
        "lot_id": name,
        "production_date": AS_OF - dt.timedelta(days=age_days),
        "on_hand": units,
    }
