"""Tiny random worlds, described once in plain numbers.

Two echelons: a central warehouse C sends one SKU to store S1 and to a regional
warehouse R, which sends it to store S2. A description is turned into input
tables and case values for the engine; the brute force reads the description.
"""

import datetime as dt
import random
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ka_supply.domain.network import Network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.settings import Settings, SolverSettings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.stock import free_lots
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues
from tests.worlds import AS_OF, Row, world

__all__ = ["FEATURES", "PAIRS", "Lot", "TinyWorld", "case_values", "snapshot_of"]

FEATURES = (
    "two_echelons",
    "freshness",
    "vehicles",
    "minimum_drop",
    "fill_slack",
    "credit_hold",
    "store_capacity",
)
PAIRS = ("S1", "S2", "R")
ORIGIN = {"S1": "C", "S2": "R", "R": "C"}
ACCOUNT = {"S1": "A", "S2": "B", "R": ""}
LANE = {"S1": "L1", "S2": "L2", "R": "L3"}
LIFE_DAYS = 180
UNITS_PER_CASE = 6
PRICE_FEN = 500
RUN_DAY = AS_OF + dt.timedelta(days=1)
LEAD_DAYS = 1
DWELL_DAYS = 2


@dataclass(frozen=True)
class Lot:
    """A lot of the only SKU."""

    lot_id: str
    warehouse_id: str
    age_days: int  # on the run date
    free_cases: int
    credit_fen: int


@dataclass(frozen=True)
class TinyWorld:
    """All numbers of one world; curves and credits are in fen per case."""

    seed: int
    lots: tuple[Lot, ...]
    contract: dict[str, tuple[int, int]]  # account -> num, den
    curves: dict[str, tuple[int, ...]]  # pair -> value of each case
    fixed_fen: int = 0
    vehicle_cases: int | None = None  # capacity of a vehicle on L1 and L3
    vehicles_max: int = 1
    min_drop: dict[str, int] = field(default_factory=dict)  # pair -> cases
    order_cases: int = 0  # open order of S1
    floor: float | None = None  # of account A
    penalty: float = 0.0  # of account A, share of value; 0 = the default share
    blocked: str | None = None  # account
    room_cases: int | None = None  # of S1


def draw(seed: int) -> TinyWorld:
    """Return the world of a seed; the seed's feature is likely to bind."""
    rng = random.Random(seed)
    feature = FEATURES[seed % len(FEATURES)]
    old = rng.choice([58, 59, 60, 88, 89])
    lots = [
        Lot("OLD", "C", old, rng.randint(1, 2), 0),
        Lot("NEW", "C", rng.randint(5, 40), rng.randint(1, 2), 0),
        Lot("REG", "R", rng.choice([10, 59, 60]), rng.randint(0, 2), 0),
    ]
    credit = rng.choice([0, 0, rng.randint(1, 400)])
    lots[0] = Lot("OLD", "C", old, lots[0].free_cases, credit)
    curves = {p: _curve(rng, 3 if p == "S1" else 2) for p in PAIRS}
    thirds = {a: rng.choice([(1, 3), (1, 3), (1, 2)]) for a in ("A", "B")}
    if feature == "freshness":
        thirds["A"] = (1, 3)
        lots[0] = Lot("OLD", "C", rng.choice([60, 61]), 2, credit)
    limits = _limits(rng, feature)
    return TinyWorld(seed, tuple(lots), thirds, curves, **limits)  # type: ignore[arg-type]


def _limits(rng: random.Random, feature: str) -> dict[str, object]:
    """Return the capacities and rules of a world; its feature is always on."""
    limits: dict[str, object] = {}
    if feature == "vehicles" or rng.random() < 0.3:
        limits |= {
            "fixed_fen": rng.choice([0, rng.randint(100, 1500)]),
            "vehicle_cases": 1 if feature == "vehicles" else rng.randint(1, 2),
            "vehicles_max": 1 if feature == "vehicles" else rng.randint(1, 2),
        }
    if feature == "minimum_drop" or rng.random() < 0.2:
        limits["min_drop"] = {"S1": 2, rng.choice(["R", "S2"]): rng.randint(1, 3)}
    if feature == "fill_slack":
        limits |= {
            "order_cases": rng.randint(2, 4),
            "floor": rng.choice([0.9, 1.0]),
            "penalty": rng.choice([0.0, 0.5]),
        }
    elif rng.random() < 0.3:
        limits |= {"order_cases": rng.randint(1, 2)}
    if feature == "credit_hold" or rng.random() < 0.15:
        limits["blocked"] = rng.choice(["A", "B"])
    if feature == "store_capacity" or rng.random() < 0.15:
        limits["room_cases"] = rng.randint(0, 1)
    return limits


def _curve(rng: random.Random, cases: int) -> tuple[int, ...]:
    """Return falling values, some negative."""
    return tuple(sorted((rng.randint(-300, 3000) for _ in range(cases)), reverse=True))


def snapshot_of(tiny: TinyWorld) -> Snapshot:
    """Return the input tables of a world."""
    settings = Settings(solver=SolverSettings(relative_gap=0.0))
    return world(settings=settings, **_masters(tiny), **_facts(tiny))


def _lanes(tiny: TinyWorld) -> list[Row]:
    capped = {
        "mode": "FTL",
        "cap_kg": tiny.vehicle_cases,
        "cap_m3": 100,
        "vehicles_max": tiny.vehicles_max,
        "fixed_cny": tiny.fixed_fen / 100,
    }
    return [
        {
            "lane_id": LANE[pair],
            "from_id": ORIGIN[pair],
            "to_id": pair,
            "lead_time_days": LEAD_DAYS,
            "min_drop_cases": tiny.min_drop.get(pair, 0),
        }
        | (capped if tiny.vehicle_cases and pair != "S2" else {})
        for pair in PAIRS
    ]


def _masters(tiny: TinyWorld) -> dict[str, list[Row]]:
    return {
        "accounts": [
            {
                "account_id": "A",
                "name": "甲",
                "tier": "NKA",
                "fill_floor_frac": tiny.floor,
                "penalty_short_frac": tiny.penalty,
            },
            {"account_id": "B", "name": "乙", "tier": "LKA"},
        ],
        "stores": [
            {"store_id": "S1", "account_id": "A", "name": "一店"},
            {"store_id": "S2", "account_id": "B", "name": "二店"},
        ],
        "skus": [
            {
                "sku_id": "K",
                "name": "可乐",
                "category": "饮料",
                "units_per_case": UNITS_PER_CASE,
                "case_kg": 1,
                "case_m3": "0.01",
                "shelf_life_value": LIFE_DAYS,
                "shelf_life_unit": "DAY",
                "cost_cny": 3,
                "list_price_cny": PRICE_FEN / 100,
            }
        ],
        "warehouses": [
            {"warehouse_id": "C", "kind": "CENTRAL"},
            {"warehouse_id": "R", "kind": "REGIONAL"},
        ],
        "lanes": _lanes(tiny),
        "account_skus": [
            {
                "account_id": account,
                "sku_id": "K",
                "max_stock_units": None
                if account == "B" or tiny.room_cases is None
                else tiny.room_cases * UNITS_PER_CASE,
            }
            for account in ("A", "B")
        ],
        "freshness_contracts": [
            {"account_id": a, "max_age_num": num, "max_age_den": den}
            for a, (num, den) in tiny.contract.items()
        ],
    }


def _facts(tiny: TinyWorld) -> dict[str, list[Row]]:
    late = AS_OF - dt.timedelta(days=30)
    found: dict[str, list[Row]] = {
        "lots": [
            {
                "warehouse_id": lot.warehouse_id,
                "sku_id": "K",
                "lot_id": lot.lot_id,
                "production_date": RUN_DAY - dt.timedelta(days=lot.age_days),
                "on_hand": lot.free_cases * UNITS_PER_CASE + 1,
            }
            for lot in tiny.lots
        ],
        "store_stock": [
            {"store_id": s, "sku_id": "K", "on_hand": 0} for s in ("S1", "S2")
        ],
        "sales": [
            {"date": AS_OF, "store_id": s, "sku_id": "K", "units": 1}
            for s in ("S1", "S2")
        ],
        "credit_limits": [
            {"account_id": a, "limit_cny": 1_000_000} for a in ("A", "B")
        ],
    }
    if tiny.order_cases:
        found["orders"] = [
            {
                "order_id": "O1",
                "line_no": 1,
                "account_id": "A",
                "ship_to_id": "S1",
                "sku_id": "K",
                "order_date": AS_OF,
                "qty_original": tiny.order_cases * UNITS_PER_CASE,
            }
        ]
    if tiny.blocked:
        found["receivables"] = [
            {
                "account_id": tiny.blocked,
                "invoice_no": "I1",
                "due_date": late,
                "amount_cny": 100,
            }
        ]
    return found


def case_values(tiny: TinyWorld, snapshot: Snapshot, network: Network) -> CaseValues:
    """Return the curves and credits of a world as the engine's case values."""
    pairs = build_pairs(snapshot, network)
    need = pairs["open_order_units"]
    blank = dict.fromkeys(
        (
            "target_units",
            "safety_stock_units",
            "presentation_units",
            "mean_until_next_units",
            "promotion_units",
        ),
        0.0,
    )
    pairs = pairs.assign(
        **blank,
        ss_policy="statistical",
        need_units=need,
        need_source=np.where(pairs["has_orders"], "ORDER", "TARGET"),
        need_cases=need // UNITS_PER_CASE,
        stock_units=0,
        transit_units=0,
    )
    rows = [
        {"pair": pair, "step": step, "cases": 1, "value_fen": value}
        for pair, place in enumerate(pairs["destination_id"])
        for step, value in enumerate(tiny.curves[place])
    ]
    steps = pd.DataFrame(rows).astype("int64")
    for name in VALUE_COMPONENTS:
        steps[name] = steps["value_fen"] if name == "LOST_SALES" else 0
    lots = free_lots(snapshot)
    credit = {lot.lot_id: lot.credit_fen for lot in tiny.lots}
    lots["credit_fen"] = lots["lot_id"].map(credit).astype("int64")
    return CaseValues(pairs, steps, lots)
