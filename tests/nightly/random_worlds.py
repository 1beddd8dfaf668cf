"""Random markets that contradict nothing, drawn from a source of randomness.

Two to four stores of two accounts, some behind a retailer DC or a regional
warehouse; lots around every limit of age; orders, promotions, credit, vehicles,
minimum drops and calendars, each in some worlds and absent from others.
"""

import random

from tests.nightly.random_trade import (
    draw_contracts,
    draw_credit,
    draw_listing,
    draw_lots,
    draw_orders,
    draw_promotions,
    draw_stock,
    near_day,
    some,
)
from tests.nightly.small_nights import Tables
from tests.worlds import Row

__all__ = ["random_market"]

PACKS = (1, 6, 12)
LIVES = ((30, "DAY"), (180, "DAY"), (12, "MONTH"))


def some_weekdays(rng: random.Random) -> str:
    daily = "1,2,3,4,5,6,7"
    return rng.choice([daily, daily, daily, "1,3,5", "2", "2,3,4,5,6"])


def _accounts(rng: random.Random) -> list[Row]:
    return [
        {
            "account_id": account,
            "name": account,
            "tier": "NKA",
            "fill_floor_frac": some(rng, 0.4, 0.9),
            "service_metric": rng.choice(["QUANTITY", "VALUE"]),
            "penalty_short_frac": rng.choice([0, 0.05]),
            "priority_weight": rng.choice([1, 2.5]),
            "order_validity_days": some(rng, 0.3, 4),
            "supplier_managed": rng.randint(0, 1),
            "valid_to": some(rng, 0.1, near_day(rng, 1, 9)),
        }
        for account in ("A", "B")
    ]


def _places(rng: random.Random) -> Tables:
    """Return stores 1 and 2 of A, perhaps behind a DC, and 3 and 4 of B."""
    number = rng.randint(2, 4)
    behind = rng.random() < 0.5
    stores: list[Row] = [
        {
            "store_id": f"S{i}",
            "account_id": "A" if i < 3 else "B",
            "name": f"店{i}",
            "ship_to_id": "D" if behind and i < 3 else None,
            "opened": some(rng, 0.2, near_day(rng, -400, 6)),
            "closed": some(rng, 0.2, near_day(rng, 7, 30)),
            "receiving_weekdays": some_weekdays(rng),
        }
        for i in range(1, number + 1)
    ]
    dc: Row = {
        "ship_to_id": "D",
        "type": "RETAILER_DC",
        "account_id": "A",
        "max_cases_per_day": some(rng, 0.4, rng.randint(0, 12)),
        "receiving_weekdays": some_weekdays(rng),
        "receiving_blackouts": some(rng, 0.3, f"{near_day(rng, 1, 9)}"),
    }
    return {"stores": stores, "ship_tos": [dc] if behind else []}


def _skus(rng: random.Random) -> list[Row]:
    rows: list[Row] = []
    for i in range(1, rng.randint(2, 4) + 1):
        life, unit = rng.choice(LIVES)
        rows.append(
            {
                "sku_id": f"K{i}",
                "name": f"品{i}",
                "category": "饮料" if i % 2 else "零食",
                "units_per_case": rng.choice(PACKS),
                "case_kg": rng.choice([1.25, 5, 9.9999]),
                "case_m3": rng.choice(["0.01", "0.0333"]),
                "shelf_life_value": life,
                "shelf_life_unit": unit,
                "shelf_life_start": rng.choice(["PRODUCTION_DAY", "NEXT_DAY"]),
                "cost_cny": rng.choice([1.2, 3]),
                "list_price_cny": rng.choice([3.5, 5.005]),
                "delist": some(rng, 0.1, near_day(rng, 1, 9)),
            }
        )
    return rows


def _warehouses(rng: random.Random) -> list[Row]:
    return [
        {
            "warehouse_id": name,
            "kind": kind,
            "pick_capacity_cases_day": some(rng, 0.3, rng.randint(1, 20)),
            "cutoff_time": some(rng, 0.4, rng.choice(["05:00", "15:30"])),
            "working_weekdays": some_weekdays(rng),
            "blackouts": some(rng, 0.2, f"{near_day(rng, 1, 5)}"),
        }
        for name, kind in (("W", "CENTRAL"), ("R", "REGIONAL"))
    ]


def _lane(rng: random.Random, lane_id: str, origin: str, to: str) -> Row:
    mode = rng.choice(["FTL", "LTL"])
    lead = rng.randint(0, 3)
    return {
        "lane_id": lane_id,
        "from_id": origin,
        "to_id": to,
        "lead_time_days": lead,
        "lead_time_max_days": some(rng, 0.4, lead + rng.randint(0, 2)),
        "mode": mode,
        "vehicles_max": rng.randint(1, 2),
        "cap_kg": rng.choice([30, 100]) if mode == "FTL" else some(rng, 0.3, 60),
        "cap_m3": 2 if mode == "FTL" else None,
        "fixed_cny": rng.choice([0, 8.5]),
        "var_cny_per_case": rng.choice([0, 0.335]),
        "min_drop_cases": rng.choice([0, 0, 2, 4]),
        "dispatch_weekdays": some_weekdays(rng),
        "blackouts": some(rng, 0.2, f"{near_day(rng, 1, 7)}"),
    }


def _lanes(rng: random.Random, places: Tables) -> Tables:
    """Return a tour of the stores of B, a lane to each other place, some doubled."""
    ends = ["D"] if places["ship_tos"] else ["S1", "S2"]
    tour = [str(r["store_id"]) for r in places["stores"] if r["account_id"] == "B"]
    lanes = [_lane(rng, "T", "W", "R")]
    for end in ends:
        lanes.append(_lane(rng, f"L-{end}", rng.choice("WR"), end))
        if rng.random() < 0.3:
            lanes.append(_lane(rng, f"L_{end}", rng.choice("WR"), end))
    if not tour:
        return {"lanes": lanes, "lane_stops": []}
    lanes.append(_lane(rng, "TOUR", rng.choice("WR"), tour[0]))
    stops: list[Row] = [
        {
            "lane_id": "TOUR",
            "stop_no": number,
            "destination_id": store,
            "extra_days": number - 1,
        }
        for number, store in enumerate(tour, start=1)
    ]
    return {"lanes": lanes, "lane_stops": stops}


def random_market(rng: random.Random) -> Tables:
    """Return the tables of one market."""
    places, skus = _places(rng), _skus(rng)
    closed: list[Row] = [
        {"store_id": "S1", "date": near_day(rng, 1, 6), "is_receiving": 0}
        for _ in range(rng.randint(0, 1))
    ]
    return {
        "accounts": _accounts(rng),
        **places,
        "skus": skus,
        "warehouses": _warehouses(rng),
        **_lanes(rng, places),
        "lots": draw_lots(rng, skus),
        "account_skus": draw_listing(rng, places, skus),
        "freshness_contracts": draw_contracts(rng, skus),
        "orders": draw_orders(rng, places, skus),
        "promo_calendar": draw_promotions(rng, places, skus),
        "store_calendar": closed,
        **draw_credit(rng),
        **draw_stock(rng, places, skus),
    }
