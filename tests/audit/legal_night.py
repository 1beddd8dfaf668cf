"""A small legal night, written by hand: two echelons, a DC, credit, orders.

Sunday 2026-11-22 is the last closed day. Central C ships on Monday to the DC of
account A and to regional R, on Friday to store S5; R, whose cut-off is before the
release, ships on Tuesday to S3 and, held for credit, to S4.
"""

import copy
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from tests.audit.legal_inputs import INPUTS

AS_OF = date(2026, 11, 22)

MON, TUE, WED, THU, FRI = (date(2026, 11, day) for day in (23, 24, 25, 26, 27))
SAT, SUN = date(2026, 11, 28), date(2026, 11, 29)

Tables = dict[str, list[dict[str, Any]]]
Run = dict[str, Any]
Night = tuple[Tables, Run]

LOT_DATES = {
    "L1": (date(2026, 11, 10), date(2027, 2, 8)),
    "L2": (date(2026, 11, 20), date(2027, 2, 18)),
    "L3": (date(2026, 11, 5), date(2027, 2, 3)),
    "L4": (date(2026, 9, 15), date(2027, 3, 16)),
}
TRIPS = {
    "LA": ("C", "DC1", MON, WED, THU),
    "L5": ("C", "S5", FRI, SUN, SUN),
    "LS3": ("R", "S3", TUE, WED, WED),
    "LS4": ("R", "S4", TUE, THU, THU),
    "LR": ("C", "R", MON, TUE, SAT),
}
UNITS_PER_CASE = {"K1": 12, "K2": 6}
OWNERS = {"DC1": "A", "S3": "B", "S4": "X", "S5": "B", "R": None}
NEED_COLUMNS = (
    "destination_id",
    "account_id",
    "sku_id",
    "freshness_class",
    "arrival_date",
    "need_units",
    "need_source",
    "planned_units",
    "held_units",
    "short_units",
    "reason",
)
COST_COLUMNS = (
    "cost_id",
    "kind",
    "lane_id",
    "departure_date",
    "account_id",
    "quantity",
    "unit_cost_cny",
    "cost_cny",
)
# trip, sku, lot, order basis, cases, status
LINES = (
    ("LA", "K1", "L1", "AGAINST_ORDER", 20, "RELEASABLE"),
    ("LA", "K2", "L4", "AGAINST_ORDER", 12, "RELEASABLE"),
    ("LA", "K2", "L4", "SUGGESTED_ORDER", 2, "NEEDS_APPROVAL"),
    ("L5", "K1", "L2", "SUGGESTED_ORDER", 2, "PLANNED"),
    ("LS3", "K1", "L3", "SUGGESTED_ORDER", 5, "RELEASABLE"),
    ("LS4", "K1", "L3", "SUGGESTED_ORDER", 3, "HELD_CREDIT"),
    ("LR", "K1", "L1", "NONE", 5, "RELEASABLE"),
    ("LR", "K1", "L2", "NONE", 3, "RELEASABLE"),
)
# destination, sku, class: cases per step, fen of the first step, fall in fen, steps
CURVES = {
    ("DC1", "K1", None): (2, 4000, 50, 12),
    ("DC1", "K2", None): (1, 3000, 10, 16),
    ("S3", "K1", None): (1, 2500, 100, 6),
    ("S4", "K1", None): (1, 2500, 100, 4),
    ("S5", "K1", None): (1, 9000, 0, 4),
    ("R", "K1", "1/3/0"): (1, 2000, 25, 10),
}
CREDIT_FEN = {"L1": 50}


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def plan_lines() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    shipped: defaultdict[tuple[str, str], int] = defaultdict(int)
    for number, (trip, sku, lot, basis, cases, status) in enumerate(LINES, start=1):
        origin, place, leaves, arrives, received = TRIPS[trip]
        is_transfer = place == "R"
        step_cases, first, fall, _ = CURVES[
            place, sku, "1/3/0" if is_transfer else None
        ]
        start = shipped[place, sku] // step_cases
        steps = range(start, start + cases // step_cases)
        shipped[place, sku] += cases
        fen = sum(first - fall * step for step in steps)
        rows.append(
            {
                "line_id": number,
                "movement_type": "TRANSFER" if is_transfer else "SHIPMENT",
                "order_basis": basis,
                "origin_id": origin,
                "destination_id": place,
                "account_id": OWNERS[place],
                "sku_id": sku,
                "lot_id": lot,
                "production_date": LOT_DATES[lot][0],
                "expiry_date": LOT_DATES[lot][1],
                "freshness_class": "1/3/0" if is_transfer else None,
                "lane_id": trip[:2],
                "departure_date": leaves,
                "arrival_date": arrives,
                "customer_receipt_date": received,
                "cases": cases,
                "units": cases * UNITS_PER_CASE[sku],
                "status": status,
                "value_cny": yuan(fen + cases * CREDIT_FEN.get(lot, 0)),
                "reason": None,
            }
        )
    return rows


def needs() -> list[dict[str, Any]]:
    rows = (
        ("DC1", "A", "K1", None, WED, 252, "ORDER", 240, 0, 12, "NOT_WORTH"),
        ("DC1", "A", "K2", None, WED, 72, "ORDER", 84, 0, 0, None),
        ("S3", "B", "K1", None, WED, 72, "TARGET", 60, 0, 12, "NOT_WORTH"),
        ("S4", "X", "K1", None, THU, 36, "TARGET", 0, 36, 36, "CREDIT_HOLD"),
        ("S5", "B", "K1", None, SUN, 24, "TARGET", 24, 0, 0, None),
        ("R", None, "K1", "1/3/0", TUE, 96, "TARGET", 96, 0, 0, None),
    )
    return [dict(zip(NEED_COLUMNS, row, strict=True)) for row in rows]


def ledger(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        parts = (
            ("DEMAND", line["units"] + 6, None),
            ("ON_HAND-", -6, None),
            ("LOST_SALES", None, line["value_cny"] - 1),
            ("FREIGHT", 0, Decimal(1)),
        )
        rows += [
            {"line_id": line["line_id"], "component": c, "units": u, "value_cny": v}
            for c, u, v in parts
        ]
    return rows


def costs() -> list[dict[str, Any]]:
    rate = Decimal("1.233333333")
    rows = (
        (1, "FILL_FLOOR", None, None, "A", Decimal(12), rate, Decimal("14.80")),
        (2, "VEHICLE", "LA", MON, None, Decimal(2), Decimal(300), Decimal("600.00")),
        (3, "VEHICLE", "LS", TUE, None, Decimal(1), Decimal(80), Decimal("80.00")),
        (4, "VEHICLE", "LR", MON, None, Decimal(1), Decimal(50), Decimal("50.00")),
        (5, "VEHICLE", "L5", FRI, None, Decimal(1), Decimal(0), Decimal("0.00")),
    )
    return [dict(zip(COST_COLUMNS, row, strict=True)) for row in rows]


def case_values() -> list[dict[str, Any]]:
    return [
        {
            "destination_id": place,
            "sku_id": sku,
            "freshness_class": freshness,
            "step": step,
            "cases": cases,
            "value_cny": yuan(first - fall * (step - 1)),
        }
        for (place, sku, freshness), (cases, first, fall, steps) in CURVES.items()
        for step in range(1, steps + 1)
    ]


def lot_credits() -> list[dict[str, Any]]:
    return [
        {
            "warehouse_id": "C",
            "sku_id": "K1",
            "lot_id": lot,
            "credit_cny": yuan(CREDIT_FEN.get(lot, 0)),
        }
        for lot in ("L1", "L2")
    ]


def objective(tables: Tables) -> Decimal:
    """Return the objective of the published rows, for tests that change values."""
    value = sum(
        row["value_cny"]
        for row in tables["plan_lines"]
        if row["status"] != "HELD_CREDIT"
    )
    return Decimal(sum(row["cost_cny"] for row in tables["costs"]) - value)


def legal_night() -> Night:
    """Return the tables and the header of a night without a breach."""
    tables: Tables = copy.deepcopy(INPUTS)
    lines = plan_lines()
    tables |= {
        "plan_lines": lines,
        "needs": needs(),
        "ledger": ledger(lines),
        "prices": [{"price_id": 1, "kind": "PICKING", "price_cny": Decimal("0.10")}],
        "costs": costs(),
        "case_values": case_values(),
        "lot_credits": lot_credits(),
    }
    best = float(objective(tables))
    run: Run = {
        "as_of": AS_OF,
        "settings": {
            "night": {
                "release_time": "06:00",
                "transfer_dwell_days": 2,
                "departure_horizon_days": 28,
                "default_review_days": 7,
            },
            "data": {"promo_statuses": ["CONFIRMED"]},
            "money": {"default_penalty_share": 0.03},
        },
        "solver": {
            "status": "PROVED",
            "objective": best,
            "bound": best - 0.01,
            "gap": 1e-5,
            "max_integrality_error": 1e-9,
            "relative_gap": 1e-4,
        },
        "greedy_objective": best + 5,
        "rows": row_counts(tables),
    }
    return tables, run


def row_counts(tables: Tables) -> dict[str, dict[str, int]]:
    return {
        name: {
            "read": len(tables[name]) + 1,
            "accepted": len(tables[name]),
            "repaired": 0,
            "quarantined": 1,
            "duplicate": 0,
        }
        for name in (*INPUTS, "sales")
        if name in tables
    }
