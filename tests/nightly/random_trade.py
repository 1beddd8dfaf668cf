"""Random lots, terms, orders, credit and stock of a market; see `random_worlds`."""

import datetime as dt
import itertools
import random

from tests.nightly.small_nights import Tables
from tests.worlds import AS_OF, Row

__all__ = [
    "draw_contracts",
    "draw_credit",
    "draw_listing",
    "draw_lots",
    "draw_orders",
    "draw_promotions",
    "draw_stock",
    "near_day",
    "some",
]

HISTORY_DAYS = 35
STATUSES = ("CONFIRMED", "IDEA", "SUBMITTED")


def some(rng: random.Random, share: float, value: object) -> object:
    """Return the value in `share` of the draws, else a blank."""
    return value if rng.random() < share else None


def near_day(rng: random.Random, low: int, high: int) -> dt.date:
    return AS_OF + dt.timedelta(days=rng.randint(low, high))


def draw_lots(rng: random.Random, skus: list[Row]) -> list[Row]:
    """Return lots from fresh to expired, many of them near a third of their life."""
    rows: list[Row] = []
    for sku in skus:
        days = int(str(sku["shelf_life_value"])) * (
            30 if sku["shelf_life_unit"] == "MONTH" else 1
        )
        for number in range(rng.randint(1, 4)):
            third = days // 3 + rng.randint(-6, 2)
            age = rng.choice([0, 3, rng.randint(0, days), third])
            made = AS_OF - dt.timedelta(days=age)
            rows.append(
                {
                    "warehouse_id": rng.choice("WWR"),
                    "sku_id": sku["sku_id"],
                    "lot_id": f"B{number}",
                    "on_hand": rng.randint(0, 400),
                    "production_date": made,
                    "expiry_date": some(rng, 0.3, made + dt.timedelta(days=days)),
                    "allocated": rng.choice([0, 0, 7]),
                    "blocked": rng.choice([0, 0, 5]),
                    "status": rng.choice(["AVAILABLE"] * 5 + ["RECALLED"]),
                }
            )
    return rows


def draw_listing(rng: random.Random, places: Tables, skus: list[Row]) -> list[Row]:
    """Return rows of both accounts for most SKUs, and of some stores for some."""
    whole: list[Row] = [{"account_id": account} for account in ("A", "B")]
    scopes = [(0.95, row) for row in whole] + [(0.2, row) for row in places["stores"]]
    rows: list[Row] = []
    for (share, scope), sku in itertools.product(scopes, skus):
        if rng.random() < share:
            rows.append(
                {
                    "account_id": scope["account_id"],
                    "sku_id": sku["sku_id"],
                    "store_id": scope.get("store_id"),
                    "order_multiple_units": some(rng, 0.3, rng.choice([4, 24])),
                    "moq_units": some(rng, 0.3, rng.randint(1, 30)),
                    "contract_price_cny": some(rng, 0.4, 4.333),
                    "max_stock_units": some(rng, 0.2, rng.randint(0, 90)),
                    "listed_to": some(rng, 0.1, near_day(rng, 1, 9)),
                }
            )
    return rows


def draw_contracts(rng: random.Random, skus: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for account in ("A", "B"):
        if rng.random() < 0.7:
            rows.append({"account_id": account, "max_age_num": 1, "max_age_den": 2})
        if rng.random() < 0.4:
            rows.append(
                {
                    "account_id": account,
                    "sku_id": rng.choice(skus)["sku_id"],
                    "max_age_num": 1,
                    "max_age_den": 4,
                    "min_remaining_days": some(rng, 0.5, 20),
                    "valid_from": some(rng, 0.5, near_day(rng, -9, 5)),
                }
            )
        if rng.random() < 0.3:
            rows.append(
                {"account_id": account, "sku_class": "零食", "is_promo": 1}
                | {"max_age_num": 2, "max_age_den": 3}
            )
    return rows


def draw_orders(rng: random.Random, places: Tables, skus: list[Row]) -> list[Row]:
    homes = {str(r["store_id"]): r["account_id"] for r in places["stores"]}
    if places["ship_tos"]:
        homes["D"] = "A"
    rows: list[Row] = []
    for number in range(1, rng.randint(0, 5) + 1):
        to = rng.choice(sorted(homes))
        placed = near_day(rng, -6, 0)
        quantity = rng.randint(1, 90)
        rows.append(
            {
                "order_id": f"O{number}",
                "line_no": 1,
                "account_id": homes[to],
                "ship_to_id": to,
                "sku_id": rng.choice(skus)["sku_id"],
                "order_date": placed,
                "valid_until": some(rng, 0.3, near_day(rng, 0, 9)),
                "qty_original": quantity,
                "qty_confirmed": some(rng, 0.3, rng.randint(0, quantity)),
                "qty_shipped": rng.choice([0, 0, rng.randint(0, quantity)]),
                "replaces_line": some(rng, 0.2, "O1/1") if number > 1 else None,
                "status": rng.choice(["OPEN", "OPEN", "OPEN", "CANCELLED"]),
            }
        )
    return rows


def draw_promotions(rng: random.Random, places: Tables, skus: list[Row]) -> list[Row]:
    store = rng.choice(places["stores"])
    start = near_day(rng, -3, 8)
    row: Row = {
        "promo_id": "P",
        "account_id": store["account_id"],
        "sku_id": rng.choice(skus)["sku_id"],
        "store_id": some(rng, 0.5, store["store_id"]),
        "buy_start": some(rng, 0.5, start - dt.timedelta(days=9)),
        "sale_start": start,
        "sale_end": start + dt.timedelta(days=rng.randint(0, 12)),
        "uplift": some(rng, 0.7, 3),
        "status": rng.choice(STATUSES),
    }
    return [row] if rng.random() < 0.5 else []


def draw_credit(rng: random.Random) -> Tables:
    if rng.random() < 0.3:
        return {"credit_limits": [], "receivables": []}
    return {
        "credit_limits": [
            {
                "account_id": account,
                "limit_cny": rng.choice([0, 300, 50_000]),
                "grace_days": rng.choice([0, 10]),
                "tolerance_cny": rng.choice([0, 50]),
                "action": rng.choice(["HOLD", "HOLD", "WARN"]),
            }
            for account in ("A", "B")
            if rng.random() < 0.9
        ],
        "receivables": [
            {
                "account_id": account,
                "invoice_no": "I",
                "due_date": near_day(rng, -20, 5),
                "amount_cny": rng.choice([-20, 40, 120.5]),
                "paid_cny": rng.choice([0, 30]),
                "disputed_cny": rng.choice([0, 10]),
            }
            for account in ("A", "B")
        ],
    }


def draw_stock(rng: random.Random, places: Tables, skus: list[Row]) -> Tables:
    """Return stock, goods under way and sales of every store and SKU."""
    stores = [str(row["store_id"]) for row in places["stores"]]
    pairs = [(store, str(sku["sku_id"])) for store in stores for sku in skus]
    holders = [*pairs, *(("D", str(s["sku_id"])) for s in skus if places["ship_tos"])]
    sales: list[Row] = []
    for store, sku in pairs:
        mean = rng.choice([0.2, 2, 9])
        sales += [
            {
                "date": AS_OF - dt.timedelta(days=age),
                "store_id": store,
                "sku_id": sku,
                "units": int(rng.expovariate(1 / mean)),
            }
            for age in range(HISTORY_DAYS)
        ]
    shipments: list[Row] = [
        {
            "shipment_id": f"X{number}",
            "line_no": 1,
            "lot_id": "B0",
            "ship_to_id": rng.choice(holders)[0],
            "sku_id": rng.choice(skus)["sku_id"],
            "shipped_date": near_day(rng, -70, 0),
            "qty": rng.randint(1, 24),
        }
        for number in range(rng.randint(0, 3))
    ]
    return {
        "store_stock": [
            {
                "store_id": store,
                "sku_id": sku,
                "on_hand": rng.choice([-3, 0, 0, rng.randint(0, 30)]),
                "in_transit": rng.choice([0, 0, 6]),
            }
            for store, sku in holders
        ],
        "sales": sales,
        "shipments": shipments,
    }
