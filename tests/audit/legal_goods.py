"""Accepted places, goods, stock and orders of the small legal night."""

from datetime import date
from decimal import Decimal
from typing import Any

EVERY_DAY = "1,2,3,4,5,6,7"

GOODS: dict[str, list[dict[str, Any]]] = {
    "accounts": [
        {
            "account_id": "A",
            "name": "Chain A",
            "tier": "NKA",
            "priority_weight": Decimal(2),
            "service_metric": "QUANTITY",
            "fill_floor_frac": Decimal(1),
            "penalty_short_frac": Decimal("0.05"),
            "order_validity_days": 10,
            "supplier_managed": False,
            "valid_from": date(2020, 1, 1),
            "valid_to": None,
        },
        {"account_id": "B", "name": "B", "tier": "LKA", "supplier_managed": True},
        {"account_id": "X", "name": "X", "tier": "RKA", "supplier_managed": False},
    ],
    "stores": [
        {"store_id": "S1", "account_id": "A", "name": "1", "ship_to_id": "DC1"},
        {
            "store_id": "S2",
            "account_id": "A",
            "name": "2",
            "ship_to_id": "DC1",
            "closed": date(2026, 11, 1),
        },
        {
            "store_id": "S3",
            "account_id": "B",
            "name": "3",
            "ship_to_id": "T3",
            "opened": date(2026, 11, 1),
            "receiving_weekdays": "1,3,5",
        },
        {"store_id": "S4", "account_id": "X", "name": "4", "ship_to_id": None},
        {"store_id": "S5", "account_id": "B", "name": "5"},
    ],
    "ship_tos": [
        {
            "ship_to_id": "DC1",
            "type": "RETAILER_DC",
            "account_id": "A",
            "max_cases_per_day": 40,
            "receiving_weekdays": "1,2,3,4,5",
            "receiving_blackouts": "2026-12-24..2026-12-26;2026-12-31",
        },
        {"ship_to_id": "T3", "type": "STORE", "max_cases_per_day": 6},
    ],
    "skus": [
        {
            "sku_id": "K1",
            "name": "Crackers",
            "category": "SNACK",
            "units_per_case": 12,
            "case_kg": Decimal("10.0"),
            "case_m3": Decimal("0.02"),
            "shelf_life_value": 90,
            "shelf_life_unit": "DAY",
            "shelf_life_start": "PRODUCTION_DAY",
            "cost_cny": Decimal("6.0"),
            "list_price_cny": Decimal("11.0"),
            "launch": date(2020, 1, 1),
            "delist": None,
        },
        {
            "sku_id": "K2",
            "name": "Biscuit",
            "category": "BISCUIT",
            "units_per_case": 6,
            "case_kg": Decimal("4.9995"),
            "case_m3": Decimal("0.01"),
            "shelf_life_value": 6,
            "shelf_life_unit": "MONTH",
            "shelf_life_start": "NEXT_DAY",
            "cost_cny": Decimal("9.0"),
            "list_price_cny": Decimal("20.5"),
        },
    ],
    "account_skus": [
        {
            "account_id": "A",
            "sku_id": "K1",
            "order_multiple_units": 24,
            "moq_units": 40,
            "contract_price_cny": Decimal(10),
        },
        {"account_id": "A", "sku_id": "K2", "listed_from": date(2026, 1, 1)},
        {"account_id": "B", "sku_id": "K1", "store_id": "S3", "max_stock_units": 120},
        {"account_id": "B", "sku_id": "K1", "store_id": None},
        {"account_id": "X", "sku_id": "K1"},
    ],
    "warehouses": [
        {"warehouse_id": "C", "kind": "CENTRAL", "pick_capacity_cases_day": 42},
        {
            "warehouse_id": "R",
            "kind": "REGIONAL",
            "pick_capacity_cases_day": 5,
            "cutoff_time": "05:00",
            "working_weekdays": "1,2,3,4,5",
            "blackouts": "2026-12-25",
        },
    ],
    "lanes": [
        {
            "lane_id": "LA",
            "from_id": "C",
            "to_id": "DC1",
            "lead_time_days": 2,
            "lead_time_max_days": 3,
            "mode": "FTL",
            "vehicles_max": 2,
            "cap_kg": Decimal(200),
            "cap_m3": Decimal(1),
            "fixed_cny": Decimal(300),
            "min_drop_cases": 30,
            "valid_from": date(2026, 1, 1),
        },
        {
            "lane_id": "LR",
            "from_id": "C",
            "to_id": "R",
            "lead_time_days": 1,
            "mode": "LTL",
            "fixed_cny": Decimal(50),
            "dispatch_weekdays": "1,3,5",
        },
        {
            "lane_id": "LS",
            "from_id": "R",
            "to_id": "S3",
            "lead_time_days": 1,
            "mode": "LTL",
            "vehicles_max": 1,
            "cap_kg": Decimal(50),
            "fixed_cny": Decimal(80),
            "min_drop_cases": 4,
        },
        {
            "lane_id": "L5",
            "from_id": "C",
            "to_id": "S5",
            "lead_time_days": 1,
            "mode": "COURIER",
            "dispatch_weekdays": "5",
            "blackouts": "2026-12-04",
        },
    ],
    "lane_stops": [
        {"lane_id": "LS", "stop_no": 1, "destination_id": "S3", "extra_days": 0},
        {"lane_id": "LS", "stop_no": 2, "destination_id": "S4", "extra_days": 1},
    ],
    "lots": [
        {
            "warehouse_id": "C",
            "sku_id": "K1",
            "lot_id": lot_id,
            "on_hand": on_hand,
            "allocated": allocated,
            "blocked": blocked,
            "status": status,
            "production_date": made,
        }
        for lot_id, on_hand, allocated, blocked, status, made in (
            ("L0", 120, 0, 0, "AVAILABLE", date(2026, 9, 1)),
            ("L1", 330, 12, 15, "AVAILABLE", date(2026, 11, 10)),
            ("L2", 600, 0, 0, "AVAILABLE", date(2026, 11, 20)),
            ("L9", 600, 0, 0, "RECALLED", date(2026, 11, 8)),
        )
    ]
    + [
        {
            "warehouse_id": "R",
            "sku_id": "K1",
            "lot_id": "L3",
            "on_hand": 240,
            "expiry_date": date(2027, 2, 3),
        },
        {
            "warehouse_id": "C",
            "sku_id": "K2",
            "lot_id": "L4",
            "on_hand": 600,
            "production_date": date(2026, 9, 15),
        },
    ],
    "store_stock": [
        {
            "store_id": "S3",
            "sku_id": "K1",
            "on_hand": 30,
            "in_transit": 12,
            "as_of_date": date(2026, 11, 22),
        },
        {
            "store_id": "S3",
            "sku_id": "K1",
            "on_hand": 90,
            "as_of_date": date(2026, 11, 20),
        },
    ],
    "store_calendar": [
        {"store_id": "S5", "date": date(2026, 11, 28), "is_open": False},
        {"store_id": "S5", "date": date(2026, 11, 29), "is_receiving": True},
    ],
    "orders": [
        {
            "order_id": order_id,
            "line_no": 1,
            "account_id": "A",
            "ship_to_id": "DC1",
            "sku_id": sku_id,
            "order_date": date(2026, 11, 20),
            "valid_until": until,
            "qty_original": ordered,
            "qty_confirmed": confirmed,
            "qty_shipped": shipped,
            "replaces_line": replaces,
            "status": status,
        }
        for order_id, sku_id, until, ordered, confirmed, shipped, replaces, status in (
            ("O0", "K1", None, 240, None, 0, None, "OPEN"),
            ("O1", "K1", None, 264, 300, 12, "O0/1", "OPEN"),
            ("O2", "K1", date(2026, 11, 24), 48, None, 0, None, "OPEN"),
            ("O3", "K1", None, 48, None, 0, None, "CLOSED"),
            ("O4", "K2", date(2026, 11, 25), 100, 72, 0, None, "OPEN"),
        )
    ],
    "shipments": [
        {
            "shipment_id": shipment_id,
            "line_no": 1,
            "lot_id": "L",
            "warehouse_id": "C",
            "ship_to_id": place,
            "sku_id": "K1",
            "shipped_date": day,
            "qty": units,
        }
        for shipment_id, place, day, units in (
            ("SH1", "DC1", date(2026, 11, 20), 60),
            ("SH2", "DC1", date(2026, 11, 18), 600),
            ("SH3", "S3", date(2026, 11, 21), 12),
            ("SH4", "S3", date(2026, 9, 1), 600),
        )
    ],
    "receipts": [
        {
            "shipment_id": "SH2",
            "line_no": 1,
            "lot_id": "L",
            "received_date": date(2026, 11, 21),
            "qty_received": 600,
        }
    ],
}
