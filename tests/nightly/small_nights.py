"""Four small worlds whose nights can be worked out by hand."""

import datetime as dt

from tests.worlds import AS_OF, Row, basic_rows

__all__ = ["Tables", "credit_hold", "one_store", "retailer_dc", "two_echelons"]

Tables = dict[str, list[Row]]

TUESDAY = "2"
UNITS_A_DAY = 5
HISTORY_DAYS = 56


def _sales(*stores: str) -> list[Row]:
    """Return eight weeks in which every store sells five units a day."""
    return [
        {
            "date": AS_OF - dt.timedelta(days=age),
            "store_id": store,
            "sku_id": "K",
            "units": UNITS_A_DAY,
        }
        for age in range(HISTORY_DAYS)
        for store in stores
    ]


def _lot(lot_id: str, produced: dt.date, cases: int) -> Row:
    return {
        "warehouse_id": "W",
        "sku_id": "K",
        "lot_id": lot_id,
        "production_date": produced,
        "on_hand": 6 * cases,
    }


def _lane(lane_id: str, origin: str, destination: str, **more: object) -> Row:
    return {
        "lane_id": lane_id,
        "from_id": origin,
        "to_id": destination,
        "lead_time_days": 2,
        "dispatch_weekdays": TUESDAY,
        **more,
    }


def one_store() -> Tables:
    """Return a store with room for 24 units and three lots around a third of life.

    The truck of 24 November arrives on the 26th: the lot of 27 September is then 60
    of 180 days old, the one of the 26th a day too old.
    """
    return basic_rows() | {
        "lanes": [_lane("L1", "W", "S1")],
        "lots": [
            _lot("OLD", dt.date(2026, 9, 26), 10),
            _lot("EDGE", dt.date(2026, 9, 27), 1),
            _lot("NEW", dt.date(2026, 11, 1), 10),
        ],
        "store_stock": [{"store_id": "S1", "sku_id": "K", "on_hand": 0}],
        "account_skus": [{"account_id": "A", "sku_id": "K", "max_stock_units": 24}],
        "sales": _sales("S1"),
    }


def two_echelons() -> Tables:
    """Return a store behind an empty regional warehouse and a truck of three cases."""
    truck = {"mode": "FTL", "vehicles_max": 1, "cap_kg": 15, "cap_m3": 10}
    return one_store() | {
        "stores": [
            {"store_id": "S1", "account_id": "A", "name": "一店"},
            {"store_id": "S2", "account_id": "A", "name": "二店"},
        ],
        "warehouses": [
            {"warehouse_id": "W", "kind": "CENTRAL"},
            {"warehouse_id": "R", "kind": "REGIONAL"},
        ],
        "lanes": [
            _lane("L1", "W", "S1"),
            _lane("L2", "R", "S2"),
            _lane("L3", "W", "R", **truck),
        ],
        "lots": [_lot("NEW", dt.date(2026, 11, 1), 200)],
        "store_stock": [
            {"store_id": store, "sku_id": "K", "on_hand": 0} for store in ("S1", "S2")
        ],
        "sales": _sales("S1", "S2"),
    }


def credit_hold() -> Tables:
    """Return two accounts with room for three cases each; A is overdue."""
    return one_store() | {
        "accounts": [
            {"account_id": "A", "name": "甲", "tier": "LKA"},
            {"account_id": "B", "name": "乙", "tier": "LKA"},
        ],
        "stores": [
            {"store_id": "S1", "account_id": "A", "name": "一店"},
            {"store_id": "S2", "account_id": "B", "name": "二店"},
        ],
        "lanes": [_lane("L1", "W", "S1"), _lane("L2", "W", "S2")],
        "lots": [_lot("NEW", dt.date(2026, 11, 1), 200)],
        "account_skus": [
            {"account_id": a, "sku_id": "K", "max_stock_units": 18} for a in ("A", "B")
        ],
        "store_stock": [
            {"store_id": store, "sku_id": "K", "on_hand": 0} for store in ("S1", "S2")
        ],
        "credit_limits": [{"account_id": a, "limit_cny": 9999} for a in ("A", "B")],
        "receivables": [
            {
                "account_id": "A",
                "invoice_no": "I1",
                "due_date": dt.date(2026, 10, 1),
                "amount_cny": 100,
            }
        ],
        "sales": _sales("S1", "S2"),
    }


def retailer_dc() -> Tables:
    """Return two stores behind their chain's DC, which takes four cases a day.

    The order of 20 units covers three of them.
    """
    return one_store() | {
        "stores": [
            {"store_id": s, "account_id": "A", "name": s, "ship_to_id": "DC1"}
            for s in ("S1", "S2")
        ],
        "ship_tos": [
            {
                "ship_to_id": "DC1",
                "type": "RETAILER_DC",
                "account_id": "A",
                "max_cases_per_day": 4,
            }
        ],
        "lanes": [_lane("L1", "W", "DC1")],
        "lots": [_lot("NEW", dt.date(2026, 11, 1), 200)],
        "account_skus": [{"account_id": "A", "sku_id": "K"}],
        "store_stock": [
            {"store_id": store, "sku_id": "K", "on_hand": 0} for store in ("S1", "S2")
        ],
        "orders": [
            {
                "order_id": "O1",
                "line_no": 1,
                "account_id": "A",
                "ship_to_id": "DC1",
                "sku_id": "K",
                "order_date": AS_OF,
                "qty_original": 20,
            }
        ],
        "sales": _sales("S1", "S2"),
    }
