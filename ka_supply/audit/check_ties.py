"""Ties: plan, needs, ledger and costs say the same."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ka_supply.audit.capacity import fewest_vehicles
from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.lines import CostRow, PlanLine, line_breach
from ka_supply.audit.model import Breach, Check

__all__ = ["check_ties"]

HALF_A_FEN = Decimal("0.005")


def check_ties(case: CaseFile) -> Check:
    """I24: plan, needs, ledger and costs say the same."""
    breaches = [
        *(Breach(name, "table", "not published") for name in case.outputs.missing),
        *case.outputs.faults.get("I24", ()),
        *ledger_breaches(case),
        *need_breaches(case),
        *vehicle_breaches(case),
    ]
    title = "Plan, needs, ledger and costs add up to one another"
    rows = sum(case.outputs.row_counts.values())
    return Check("I24", title, rows, tuple(breaches))


def ledger_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the lines whose ledger does not sum to their units or their value."""
    ledger = case.outputs.ledger
    for line in case.outputs.lines:
        units = ledger.units.get(line.line_id, 0)
        value_fen = ledger.value_fen.get(line.line_id, 0)
        if units != line.units:
            said = f"{line.units} units; the ledger sums to {units}"
            yield line_breach(line, said)
        if value_fen != line.value_fen:
            said = f"value {line.value_fen} fen; the ledger sums to {value_fen}"
            yield line_breach(line, said)


def need_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield needs that miss the plan's quantities, and pairs without a need."""
    planned, held = units_by_pair(case.counting), units_by_pair(case.held)
    stated = set()
    for need in case.outputs.needs:
        stated.add(need.pair)
        right = planned.get(need.pair, 0), held.get(need.pair, 0)
        if (need.planned_units, need.held_units) != right:
            said = (
                f"planned {need.planned_units} and held {need.held_units} units; "
                f"the lines say {right[0]} and {right[1]}"
            )
            yield Breach("needs", " ".join(need.pair), said)
    for pair in sorted((planned.keys() | held.keys()) - stated):
        yield Breach("needs", " ".join(pair), "shipped or held, but no need is stated")


def units_by_pair(lines: Iterable[PlanLine]) -> dict[tuple[str, str, str], int]:
    """Return units by destination, SKU and freshness class."""
    units: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        units[line.pair] += line.units
    return dict(units)


def vehicle_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield loaded departures without their cost row, and rows without a load."""
    rows: dict[tuple[str, str], list[CostRow]] = {}
    for row in case.outputs.costs:
        if row.kind == "VEHICLE":
            rows.setdefault((row.lane_id, str(row.departure_date)), []).append(row)
        elif row.kind != "FILL_FLOOR":
            yield Breach("costs", row.cost_id, f"kind {row.kind} is unknown")
    loads = {(lane, day.isoformat()): load for (lane, day), load in case.loads.items()}
    for key in sorted(rows.keys() | loads.keys()):
        lane = case.inputs.lanes.get(key[0])
        needed = 0
        if lane is not None and key in loads:
            needed = fewest_vehicles(lane, loads[key]) or 0
        fixed_cny = Decimal(0) if lane is None else lane.fixed_cny
        for problem in vehicle_problems(rows.get(key, []), needed, fixed_cny):
            yield Breach("costs", f"VEHICLE {' '.join(key)}", problem)


def vehicle_problems(
    rows: list[CostRow], needed: int, fixed_cny: Decimal
) -> Iterable[str]:
    """Yield how the cost rows of a departure miss its vehicles.

    Vehicles that cost nothing need no row.
    """
    if len(rows) > 1 or (not rows and needed * fixed_cny) or (rows and not needed):
        yield f"{len(rows)} rows; {needed} vehicles need one row"
    for row in rows:
        if row.quantity != needed:
            yield f"{row.quantity} vehicles; the load needs {needed}"
        if abs(row.unit_cost_cny - fixed_cny) > HALF_A_FEN:
            yield f"{row.unit_cost_cny} yuan a vehicle; the lane says {fixed_cny}"
        if abs(Decimal(row.cost_fen) / 100 - needed * fixed_cny) > HALF_A_FEN:
            yield f"cost {row.cost_fen} fen; {needed} vehicles at {fixed_cny} yuan"
