"""A market of 15 stores and 20 SKUs with every kind of rule, and many ties.

SKUs and stores come in equal twins, and lots of equal age lie side by side, so that
many plans have the same value and only a fixed order of rows decides among them.
"""

import datetime as dt
import math
import random

from tests.nightly.small_nights import Tables
from tests.worlds import AS_OF, Row

__all__ = ["market"]

STORES = [f"S{number:02d}" for number in range(1, 16)]
SKUS = [f"K{number:02d}" for number in range(1, 21)]
ACCOUNTS = {"A": STORES[:5], "B": STORES[5:10], "C": STORES[10:]}
HISTORY_DAYS = 63
LIVES_DAYS = (60, 90, 180, 360)


def _twin(key: str) -> int:
    """Return a number that two neighbouring keys share."""
    return (int(key[1:]) + 1) // 2


def _masters() -> Tables:
    homes = {store: account for account, all_ in ACCOUNTS.items() for store in all_}
    return {
        "accounts": [
            {
                "account_id": "A",
                "name": "大润发",
                "tier": "NKA",
                "fill_floor_frac": 0.9,
            },
            {"account_id": "B", "name": "永辉", "tier": "RKA", "supplier_managed": 1},
            {"account_id": "C", "name": "小店", "tier": "LKA"},
        ],
        "stores": [
            {
                "store_id": store,
                "account_id": home,
                "name": f"{home}店{store}",
                "ship_to_id": "DC-A" if home == "A" else None,
            }
            for store, home in homes.items()
        ],
        "ship_tos": [{"ship_to_id": "DC-A", "type": "RETAILER_DC", "account_id": "A"}],
        "skus": [_sku(sku) for sku in SKUS],
        "warehouses": [
            {
                "warehouse_id": "W",
                "kind": "CENTRAL",
                "pick_capacity_cases_day": 150,
            },
            {"warehouse_id": "R", "kind": "REGIONAL"},
        ],
        "account_skus": [
            {"account_id": account, "sku_id": sku}
            for account in ACCOUNTS
            for sku in SKUS
            if (_twin(sku) + ord(account)) % 4
        ],
        "freshness_contracts": [
            {"account_id": "A", "max_age_num": 1, "max_age_den": 3},
            {"account_id": "B", "max_age_num": 1, "max_age_den": 2},
        ],
    }


def _sku(sku: str) -> Row:
    twin = _twin(sku)
    return {
        "sku_id": sku,
        "name": f"单品{sku}",
        "category": "饮料" if twin % 2 else "零食",
        "units_per_case": (6, 12, 24)[twin % 3],
        "case_kg": 4 + twin % 5,
        "case_m3": "0.012",
        "shelf_life_value": LIVES_DAYS[twin % 4],
        "shelf_life_unit": "DAY",
        "cost_cny": 2 + twin % 4,
        "list_price_cny": 4 + 2 * (twin % 4),
    }


def _lanes() -> Tables:
    daily = {"dispatch_weekdays": "1,2,3,4,5,6,7"}
    part_load = {"from_id": "W", "lead_time_days": 2, "mode": "LTL", **daily}
    truck = {"mode": "FTL", "cap_kg": 200, "cap_m3": 2, "fixed_cny": 40, **daily}
    rounds = [STORES[10:12], STORES[12:15]]
    return {
        "lanes": [
            {"lane_id": "L-1", "to_id": "DC-A", "min_drop_cases": 5, **part_load},
            {
                "lane_id": "L_1",
                "from_id": "W",
                "to_id": "R",
                "lead_time_days": 1,
                "vehicles_max": 2,
                **truck,
            },
            *(
                {"lane_id": f"R {store}", "from_id": "R", "to_id": store}
                | {"lead_time_days": 1, "dispatch_weekdays": "2,4"}
                for store in ACCOUNTS["B"]
            ),
            *(
                {"lane_id": f"C{i}", "from_id": "W", "to_id": stops[0]}
                | {"lead_time_days": 1, **truck}
                for i, stops in enumerate(rounds)
            ),
        ],
        "lane_stops": [
            {
                "lane_id": f"C{i}",
                "stop_no": number,
                "destination_id": store,
                "extra_days": number // 3,
            }
            for i, stops in enumerate(rounds)
            for number, store in enumerate(stops, start=1)
        ],
    }


def _lots() -> list[Row]:
    rows: list[Row] = []
    for sku in SKUS:
        life = LIVES_DAYS[_twin(sku) % 4]
        for warehouse, cases in (("W", 9), ("R", 3)):
            for number, share in enumerate((0.05, 0.05, 0.25, 0.36)):
                made = AS_OF - dt.timedelta(days=math.floor(life * share))
                rows.append(
                    {
                        "warehouse_id": warehouse,
                        "sku_id": sku,
                        "lot_id": f"{sku}-{number}",
                        "production_date": made,
                        "on_hand": cases * (6, 12, 24)[_twin(sku) % 3],
                    }
                )
    return rows


def _sales() -> list[Row]:
    """Return sales in which twins sell the same; drawn from a fixed seed."""
    rows: list[Row] = []
    for store in STORES:
        for sku in SKUS:
            rng = random.Random(f"{_twin(store)}/{_twin(sku)}")
            mean = rng.choice((0.4, 1.5, 4.0))
            for age in range(HISTORY_DAYS):
                units = int(rng.expovariate(1 / mean) + 0.3)
                day = AS_OF - dt.timedelta(days=age)
                row: Row = {"date": day, "store_id": store, "sku_id": sku}
                rows.append({**row, "units": units})
    return rows


def _orders() -> list[Row]:
    listed = [sku for sku in SKUS if (_twin(sku) + ord("A")) % 4]
    return [
        {
            "order_id": "PO1",
            "line_no": number,
            "account_id": "A",
            "ship_to_id": "DC-A",
            "sku_id": sku,
            "order_date": AS_OF - dt.timedelta(days=1),
            "qty_original": 40 + 7 * _twin(sku),
        }
        for number, sku in enumerate(listed, start=1)
    ]


def market() -> Tables:
    """Return the tables of the market; about 20,000 rows of sales."""
    stock: list[Row] = [
        {"store_id": store, "sku_id": sku, "on_hand": (_twin(store) * _twin(sku)) % 9}
        for store in STORES
        for sku in SKUS
    ]
    receivables = [("B", "I1", 15, 900), ("C", "I2", 40, 500), ("A", "I3", -20, 800)]
    return {
        **_masters(),
        **_lanes(),
        "lots": _lots(),
        "store_stock": stock,
        "sales": _sales(),
        "orders": _orders(),
        "promo_calendar": [
            {
                "promo_id": "P1",
                "account_id": "A",
                "sku_id": "K03",
                "sale_start": AS_OF + dt.timedelta(days=3),
                "sale_end": AS_OF + dt.timedelta(days=12),
                "uplift": 2.5,
                "status": "CONFIRMED",
            }
        ],
        "credit_limits": [
            {"account_id": "A", "limit_cny": 100_000},
            {"account_id": "B", "limit_cny": 2_500, "grace_days": 30},
            {"account_id": "C", "limit_cny": 9_999, "grace_days": 60},
        ],
        "receivables": [
            {
                "account_id": account,
                "invoice_no": invoice,
                "due_date": AS_OF - dt.timedelta(days=late),
                "amount_cny": amount,
            }
            for account, invoice, late, amount in receivables
        ],
    }
