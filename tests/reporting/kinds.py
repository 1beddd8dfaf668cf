"""Each kind of exception computed alone."""

from collections.abc import Callable

import pandas as pd

from ka_supply.domain.plan import Plan
from ka_supply.reporting.credit_holds import compute_credit_holds
from ka_supply.reporting.exception_rows import rank_exceptions
from ka_supply.reporting.lot_exceptions import last_dispatch, write_off_risk
from ka_supply.reporting.night import Night
from ka_supply.reporting.runway import compute_lot_chances, compute_warehouse_risk
from ka_supply.reporting.service import compute_fill_rate
from ka_supply.reporting.service_exceptions import (
    credit_hold,
    expiring_shortage,
    fill_floor_missed,
    no_departure,
    order_expiring,
    short_supply,
)
from ka_supply.reporting.stock_age import compute_stock_age
from ka_supply.reporting.store_exceptions import (
    hidden_stock,
    over_aged_store_stock,
    refused_at_dock,
)
from ka_supply.reporting.visible import compute_visible_pairs
from tests.reporting.nights import Tables, day, make_night

RATES = {("S1", "K1"): 3.0, ("S2", "K1"): 2.0, ("S3", "K1"): 1.0}
NO_LOTS: Tables = {
    "lots": [
        {
            "warehouse_id": "W",
            "sku_id": "K1",
            "lot_id": "N1",
            "production_date": day("2026-11-13"),
            "on_hand": 0,
        }
    ]
}


def _short(night: Night) -> pd.DataFrame:
    return short_supply(night, expiring_shortage(night))


KINDS: dict[str, Callable[[Night], pd.DataFrame]] = {
    "LOT_LAST_DISPATCH": lambda n: last_dispatch(n, compute_lot_chances(n)),
    "LOT_WRITE_OFF_RISK": lambda n: write_off_risk(
        n, compute_warehouse_risk(n, compute_lot_chances(n))
    ),
    "CREDIT_HOLD": lambda n: credit_hold(n, compute_credit_holds(n)),
    "FILL_FLOOR_MISSED": lambda n: fill_floor_missed(n, compute_fill_rate(n)),
    "ORDER_EXPIRING": lambda n: order_expiring(n, expiring_shortage(n)),
    "REFUSED_AT_DOCK": refused_at_dock,
    "HIDDEN_STOCK": lambda n: hidden_stock(n, compute_visible_pairs(n)),
    "OVER_AGED_STORE_STOCK": lambda n: over_aged_store_stock(
        n, compute_stock_age(n, compute_warehouse_risk(n, compute_lot_chances(n)))
    ),
    "NO_DEPARTURE": no_departure,
}


def find(tables: Tables, plan: Plan, kind: str) -> pd.DataFrame:
    night = make_night({**NO_LOTS, **tables}, RATES, plan)
    rows = rank_exceptions([KINDS.get(kind, _short)(night)])
    return rows[rows["kind"] == kind].reset_index(drop=True)
