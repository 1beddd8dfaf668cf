"""Hand-made nights, small enough to work out on paper."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import build_network
from ka_supply.domain.outputs import output_columns
from ka_supply.domain.plan import Plan, SolveStatus
from ka_supply.domain.schema import schema
from ka_supply.domain.snapshot import Snapshot
from ka_supply.reporting.night import Night, gather
from tests.worlds import AS_OF, frame, world

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def days_before(days: int) -> dt.date:
    """Return the day that many days before the snapshot's."""
    return AS_OF - dt.timedelta(days=days)


def make_forecast(
    rates: Mapping[tuple[str, str], float], kinds: Mapping[str, str] | None = None
) -> Forecast:
    """Return a constant forecast: units per day of (destination, SKU)."""
    keys = sorted(rates)
    n, horizon = len(keys), 60
    rows = pd.DataFrame(
        {
            "destination_id": [place for place, _ in keys],
            "freshness_class": "",
            "sku_id": [sku for _, sku in keys],
            "kind": [(kinds or {}).get(place, "STORE") for place, _ in keys],
            "account_id": "",
        }
    ).astype("str")
    rate = np.array([rates[key] for key in keys], dtype=float)
    causes = pd.DataFrame(0.0, index=rows.index, columns=["baseline", "promotion"])
    return Forecast(
        rows=rows,
        start=AS_OF + dt.timedelta(days=1),
        daily_mean=np.repeat(rate[:, None], horizon, axis=1).astype(np.float32),
        tail_mean=rate,
        block_days=np.array([1, 28]),
        relative_variance=np.zeros((n, 2)),
        causes=causes,
    )


def output_frame(name: str, rows: Rows) -> pd.DataFrame:
    """Return an output table of the given rows with the dictionary's columns."""
    types = {
        "text": "str",
        "integer": "int64",
        "float": "float64",
        "money": "float64",
        "number": "float64",
        "date": "datetime64[s]",
        "flag": "bool",
    }
    blank = {"str": "", "int64": 0, "float64": 0.0, "bool": False}
    columns = {
        column: pd.Series(
            [row.get(column, blank.get(types[kind])) for row in rows],
            dtype=types[kind],
        )
        for column, kind in output_columns()[name].items()
    }
    return pd.DataFrame(columns)


def make_plan(
    lines: Rows = (),
    needs: Rows = (),
    ledger: Rows = (),
    prices: Rows = (),
    costs: Rows = (),
) -> Plan:
    """Return a plan of the given rows; line_id is numbered where it is missing."""
    numbered = [{"line_id": i, **row} for i, row in enumerate(lines, start=1)]
    status = SolveStatus("HiGHS", "1.10", "PROVED", -100.0, -100.0, 0.0, 0.0, -90.0)
    return Plan(
        lines=output_frame("plan_lines", numbered),
        needs=output_frame("needs", needs),
        ledger=output_frame("ledger", ledger),
        prices=output_frame("prices", prices),
        costs=output_frame("costs", costs),
        case_values=output_frame("case_values", []),
        lot_credits=output_frame("lot_credits", []),
        solver=status,
    )


def base_tables() -> dict[str, list[dict[str, Any]]]:
    """Return one warehouse, two accounts, three stores, two SKUs.

    Lane L1 leaves daily and arrives a day later; 2026-11-24 is a Tuesday.
    """
    return _customers() | {
        "skus": [
            _sku("K1", "原味牛奶", 12, cost=4.0, price=6.0, life=180),
            _sku("K2", "坚果礼盒", 6, cost=50.0, price=80.0, life=270),
        ],
        "account_skus": [
            {"account_id": account, "sku_id": sku}
            for account in "AB"
            for sku in ("K1", "K2")
        ],
        "warehouses": [{"warehouse_id": "W", "kind": "CENTRAL", "name": "中央仓"}],
        "lanes": [
            {
                "lane_id": "L1",
                "from_id": "W",
                "to_id": "S1",
                "lead_time_days": 1,
                "cap_kg": 1000.0,
                "cap_m3": 10.0,
                "fixed_cny": 100.0,
                "var_cny_per_case": 1.0,
                "vehicles_max": 5,
            }
        ],
        "lane_stops": [
            {"lane_id": "L1", "stop_no": i, "destination_id": f"S{i}"}
            for i in (1, 2, 3)
        ],
        "lots": [_lot("K1", "N1", "2026-11-13", 1200)],
        "store_stock": [{"store_id": "S1", "sku_id": "K1", "on_hand": 24}],
        "sales": [
            {"date": day("2026-11-23"), "store_id": "S1", "sku_id": "K1", "units": 3}
        ],
        "freshness_contracts": [
            {"account_id": "A", "max_age_num": 1, "max_age_den": 3},
            {"account_id": "B", "max_age_num": 1, "max_age_den": 2},
        ],
    }


def _customers() -> dict[str, list[dict[str, Any]]]:
    return {
        "accounts": [
            {
                "account_id": "A",
                "name": "惠民联超",
                "tier": "RKA",
                "fill_floor_frac": 0.95,
            },
            {"account_id": "B", "name": "步步乐", "tier": "LKA"},
        ],
        "stores": [
            {"store_id": "S1", "account_id": "A", "name": "惠民赣州店"},
            {"store_id": "S2", "account_id": "A", "name": "惠民吉安店"},
            {"store_id": "S3", "account_id": "B", "name": "步步乐一店"},
        ],
    }


def _sku(
    sku_id: str, name: str, per_case: int, *, cost: float, price: float, life: int
) -> dict[str, Any]:
    return {
        "sku_id": sku_id,
        "name": name,
        "category": "食品",
        "units_per_case": per_case,
        "case_kg": 10.0,
        "case_m3": 0.05,
        "shelf_life_value": life,
        "shelf_life_unit": "DAY",
        "cost_cny": cost,
        "list_price_cny": price,
    }


def _lot(sku_id: str, lot_id: str, made: str, units: int) -> dict[str, Any]:
    return {
        "warehouse_id": "W",
        "sku_id": sku_id,
        "lot_id": lot_id,
        "production_date": day(made),
        "on_hand": units,
    }


@cache
def _base_world() -> Snapshot:
    return world(**base_tables())


def _dated(name: str, rows: Rows) -> list[dict[str, Any]]:
    """Return rows with the snapshot's day where the table has one."""
    is_dated = "as_of_date" in {c.name for c in schema()[name].columns}
    return [{"as_of_date": AS_OF, **row} if is_dated else dict(row) for row in rows]


def make_night(
    tables: Tables, rates: Mapping[tuple[str, str], float], plan: Plan | None = None
) -> Night:
    """Return a night on `tables` beside the base world's."""
    given = {name: frame(schema()[name], _dated(name, tables[name])) for name in tables}
    base = _base_world()
    snapshot = replace(base, tables={**base.tables, **given})
    network = build_network(snapshot)
    return gather(snapshot, make_forecast(rates), plan or make_plan(), network)


def line(**values: object) -> dict[str, Any]:
    """Return a plan line of five cases of K1 to S1 leaving on the run date."""
    return {
        "movement_type": "SHIPMENT",
        "order_basis": "AGAINST_ORDER",
        "origin_id": "W",
        "destination_id": "S1",
        "account_id": "A",
        "sku_id": "K1",
        "lot_id": "N1",
        "production_date": day("2026-11-13"),
        "expiry_date": day("2027-05-12"),
        "lane_id": "L1",
        "departure_date": day("2026-11-24"),
        "arrival_date": day("2026-11-25"),
        "customer_receipt_date": day("2026-11-25"),
        "cases": 5,
        "units": 60,
        "status": "RELEASABLE",
        "value_cny": 80.0,
        **values,
    }


def need(**values: object) -> dict[str, Any]:
    """Return an ordered need of 120 units of K1 at S1, half of it planned."""
    return {
        "destination_id": "S1",
        "account_id": "A",
        "sku_id": "K1",
        "arrival_date": day("2026-11-25"),
        "need_units": 120,
        "need_source": "ORDER",
        "planned_units": 60,
        "short_units": 60,
        "reason": "NO_STOCK",
        **values,
    }
