"""The output tables of one enumerated shipment, written from docs/rules.md."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count

from tests.oracle.brute_force import DEFAULT_PENALTY_SHARE, Point, vehicles
from tests.oracle.tiny_worlds import (
    ACCOUNT,
    DWELL_DAYS,
    LANE,
    LEAD_DAYS,
    LIFE_DAYS,
    ORIGIN,
    PAIRS,
    PRICE_FEN,
    RUN_DAY,
    UNITS_PER_CASE,
    Lot,
    TinyWorld,
)

__all__ = ["output_tables", "run_facts"]

Rows = list[dict[str, object]]
ARRIVAL = RUN_DAY + dt.timedelta(days=LEAD_DAYS)


def _yuan(fen: float) -> Decimal:
    return (Decimal(str(fen)) / 100).quantize(Decimal("0.01"))


def freshness_class(tiny: TinyWorld, pair: str) -> str | None:
    """Return the class of a transfer, None for a shipment."""
    num, den = tiny.contract["B"]
    return f"{num}/{den}/0" if pair == "R" else None


def _status(basis: str) -> str:
    # The accounts are not supplier-managed and every lane leaves at once.
    return "NEEDS_APPROVAL" if basis == "SUGGESTED_ORDER" else "RELEASABLE"


Piece = tuple[str, Lot, str, int, int]


def _split(tiny: TinyWorld, pair: str, start: int, cases: int) -> list[tuple[str, int]]:
    """Return (order basis, cases) of the cases from `start` on (R8)."""
    if pair == "R":
        return [("NONE", cases)]
    open_cases = tiny.order_cases if pair == "S1" else 0
    ordered = max(0, min(cases, open_cases - start))
    return [("AGAINST_ORDER", ordered), ("SUGGESTED_ORDER", cases - ordered)]


def _pieces(tiny: TinyWorld, point: Point, pair: str) -> Iterator[Piece]:
    """Yield (pair, lot, basis, first case, cases), oldest lots first."""
    start = 0
    lots = [w for w in tiny.lots if point.cases.get((pair, w.lot_id))]
    for lot in sorted(lots, key=lambda w: (-w.age_days, w.lot_id)):
        for basis, number in _split(tiny, pair, start, point.cases[pair, lot.lot_id]):
            if number:
                yield (pair, lot, basis, start, number)
                start += number


def _lines(tiny: TinyWorld, point: Point) -> tuple[Rows, Rows]:
    """Return plan lines and their ledger rows."""
    lines: Rows = []
    pieces = [piece for pair in PAIRS for piece in _pieces(tiny, point, pair)]
    for pair, lot, basis, start, cases in pieces:
        made = RUN_DAY - dt.timedelta(days=lot.age_days)
        wait = DWELL_DAYS + LEAD_DAYS if pair == "R" else 0
        value = sum(tiny.curves[pair][start : start + cases])
        lines.append(
            {
                "movement_type": "TRANSFER" if pair == "R" else "SHIPMENT",
                "order_basis": basis,
                "origin_id": ORIGIN[pair],
                "destination_id": pair,
                "account_id": ACCOUNT[pair],
                "sku_id": "K",
                "lot_id": lot.lot_id,
                "production_date": made,
                "expiry_date": made + dt.timedelta(days=LIFE_DAYS),
                "freshness_class": freshness_class(tiny, pair),
                "lane_id": LANE[pair],
                "departure_date": RUN_DAY,
                "arrival_date": ARRIVAL,
                "customer_receipt_date": ARRIVAL + dt.timedelta(days=wait),
                "cases": cases,
                "units": cases * UNITS_PER_CASE,
                "status": _status(basis),
                "value_cny": _yuan(value + cases * lot.credit_fen),
                "reason": "",
                "_value": value,
                "_credit": cases * lot.credit_fen,
            }
        )
    lines.sort(key=_canonical)
    ledger: Rows = []
    for line_id, line in enumerate(lines, 1):
        line["line_id"] = line_id
        parts = (
            ("LOST_SALES", line.pop("_value")),
            ("LOT_CREDIT", line.pop("_credit")),
        )
        ledger.append(_entry(line_id, "DEMAND", line["units"], None))
        ledger += [_entry(line_id, name, None, _yuan(fen)) for name, fen in parts]  # type: ignore[arg-type]
    return lines, ledger


def _canonical(line: Mapping[str, object]) -> tuple[str, ...]:
    names = (
        "movement_type",
        "origin_id",
        "departure_date",
        "lane_id",
        "destination_id",
        "sku_id",
        "freshness_class",
        "expiry_date",
        "lot_id",
        "order_basis",
        "status",
    )
    return tuple(str(line[n] or "") for n in names)


def _entry(
    line_id: int, component: str, units: object, value: Decimal | None
) -> dict[str, object]:
    return {
        "line_id": line_id,
        "component": component,
        "units": units,
        "value_cny": value,
    }


def _needs(tiny: TinyWorld, point: Point) -> Rows:
    rows: Rows = []
    for pair in PAIRS:
        planned = UNITS_PER_CASE * sum(
            n for (p, _), n in point.cases.items() if p == pair
        )
        ordered = tiny.order_cases * UNITS_PER_CASE if pair == "S1" else 0
        rows.append(
            {
                "destination_id": pair,
                "account_id": ACCOUNT[pair],
                "sku_id": "K",
                "freshness_class": freshness_class(tiny, pair),
                "arrival_date": ARRIVAL,
                "need_units": ordered,
                "need_source": "ORDER" if ordered else "TARGET",
                "planned_units": planned,
                "held_units": 0,
                "short_units": max(0, ordered - planned),
                "reason": "",
            }
        )
    return rows


def _costs(tiny: TinyWorld, point: Point) -> Rows:
    number = count(1)
    rows: Rows = []
    for pair in ("S1", "R"):
        load = sum(n for (p, _), n in point.cases.items() if p == pair)
        if tiny.vehicle_cases and load:
            used = vehicles(tiny, load)
            row = _cost("VEHICLE", used, Decimal(tiny.fixed_fen) / 100)
            rows.append(
                row
                | {
                    "cost_id": next(number),
                    "lane_id": LANE[pair],
                    "departure_date": RUN_DAY,
                }
            )
    if tiny.floor is not None and tiny.blocked != "A":
        need = tiny.order_cases * UNITS_PER_CASE
        cases = sum(n for (p, _), n in point.cases.items() if p == "S1")
        planned = min(cases, tiny.order_cases) * UNITS_PER_CASE
        slack = Decimal(str(tiny.floor)) * need - planned
        share = Decimal(str(tiny.penalty or DEFAULT_PENALTY_SHARE))
        if slack > 0:
            row = _cost("FILL_FLOOR", slack, share * PRICE_FEN / 100)
            rows.append(row | {"cost_id": next(number), "account_id": "A"})
    return rows


def _cost(kind: str, quantity: Decimal | int, unit: Decimal) -> dict[str, object]:
    return {
        "kind": kind,
        "lane_id": None,
        "departure_date": None,
        "account_id": None,
        "quantity": Decimal(quantity),
        "unit_cost_cny": unit,
        "cost_cny": (unit * quantity).quantize(Decimal("0.01")),
    }


def output_tables(tiny: TinyWorld, point: Point) -> dict[str, Rows]:
    """Return the tables the auditor reads beside the inputs."""
    lines, ledger = _lines(tiny, point)
    return {
        "plan_lines": lines,
        "ledger": ledger,
        "needs": _needs(tiny, point),
        "costs": _costs(tiny, point),
        "prices": [],
        "case_values": [
            {
                "destination_id": pair,
                "freshness_class": freshness_class(tiny, pair),
                "sku_id": "K",
                "step": step,
                "cases": 1,
                "value_cny": _yuan(value),
            }
            for pair in PAIRS
            for step, value in enumerate(tiny.curves[pair], 1)
        ],
        "lot_credits": [
            {
                "warehouse_id": lot.warehouse_id,
                "sku_id": "K",
                "lot_id": lot.lot_id,
                "credit_cny": _yuan(lot.credit_fen),
            }
            for lot in tiny.lots
        ],
    }


def run_facts(facts: Mapping[str, object], point: Point) -> dict[str, object]:
    """Return the run facts of a point: its own objective, no claim of optimality."""
    solver = {
        "status": "FEASIBLE",
        "objective": point.cost_fen / 100,
        "bound": point.cost_fen / 100 - 1e6,
        "gap": 1e9,
        "max_integrality_error": 0.0,
        "relative_gap": 0.0,
    }
    return {**facts, "solver": solver, "greedy_objective": point.cost_fen / 100}
