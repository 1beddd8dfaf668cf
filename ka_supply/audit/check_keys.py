"""Keys: every key names something, and lines stand in canonical order."""

from collections import Counter
from collections.abc import Iterable, Mapping

from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.lines import Need, PlanLine, line_breach
from ka_supply.audit.model import Breach, Check

__all__ = ["check_keys"]


def check_keys(case: CaseFile) -> Check:
    """I26: every key names something, and line ids are 1..n in canonical order."""
    breaches = [
        *case.night.problems,
        *case.outputs.faults.get("I26", ()),
        *order_breaches(case.outputs.lines),
    ]
    for line in case.outputs.lines:
        breaches.extend(
            line_breach(line, said) for said in line_key_problems(case, line)
        )
    for need in case.outputs.needs:
        breaches.extend(
            Breach("needs", " ".join(need.pair), said)
            for said in need_key_problems(case, need)
        )
    breaches.extend((*other_key_breaches(case), *cost_key_breaches(case)))
    title = "Keys exist; line ids run 1..n in canonical order"
    rows = sum(case.outputs.row_counts.values())
    return Check("I26", title, rows, tuple(breaches))


def canonical_key(line: PlanLine) -> tuple[str, ...]:
    """Return what lines are sorted by."""
    return (
        line.movement_type,
        line.origin_id,
        line.departure_date.isoformat(),
        line.lane_id,
        line.destination_id,
        line.sku_id,
        line.freshness_class,
        line.expiry_date.isoformat(),
        line.lot_id,
        line.order_basis,
        line.status,
    )


def order_breaches(lines: tuple[PlanLine, ...]) -> Iterable[Breach]:
    """Yield the lines that are out of order, repeated or misnumbered."""
    last: tuple[str, ...] = ()
    for number, line in enumerate(lines, start=1):
        if line.line_id != number:
            yield line_breach(line, f"the {number}th line; ids run 1..n")
        key = canonical_key(line)
        if key <= last:
            yield line_breach(line, "out of canonical order, or the same key twice")
        last = key


def line_key_problems(case: CaseFile, line: PlanLine) -> Iterable[str]:
    """Yield the keys of a line that name nothing."""
    inputs = case.inputs
    if line.movement_type not in {"SHIPMENT", "TRANSFER"}:
        yield f"movement type {line.movement_type} is unknown"
    for word, key, known in (
        ("warehouse", line.origin_id, inputs.warehouses),
        ("SKU", line.sku_id, inputs.skus),
        ("lane", line.lane_id, inputs.lanes),
    ):
        if key not in known:
            yield f"{word} {key} is unknown"
    places: Mapping[str, object] = (
        case.network.customers if line.is_shipment else inputs.warehouses
    )
    if line.destination_id not in places:
        yield f"destination {line.destination_id} is unknown"
    customer = case.network.customers.get(line.destination_id)
    owner = customer.account_id if line.is_shipment and customer is not None else ""
    if line.account_id != owner:
        yield f"account {line.account_id!r}; the destination's is {owner!r}"


def need_key_problems(case: CaseFile, need: Need) -> Iterable[str]:
    """Yield the keys of a need that name nothing."""
    customer = case.network.customers.get(need.destination_id)
    if not need.is_shipment:
        if need.destination_id not in case.inputs.warehouses:
            yield f"warehouse {need.destination_id} is unknown"
    elif customer is None:
        # An order may name a place that nothing is sent to, such as a member of a DC.
        known = case.inputs.stores.keys() | case.inputs.ship_tos.keys()
        if need.destination_id not in known or need.planned_units or need.held_units:
            yield f"destination {need.destination_id} is no customer"
        if need.account_id not in case.inputs.accounts:
            yield f"account {need.account_id!r} is unknown"
    elif need.account_id != customer.account_id:
        yield f"account {need.account_id!r}; derived {customer.account_id!r}"
    if need.sku_id not in case.inputs.skus:
        yield f"SKU {need.sku_id} is unknown"


def other_key_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the keys of ledger, case values and lot credits naming nothing."""
    ids = {line.line_id for line in case.outputs.lines}
    for line_id in sorted(case.outputs.ledger.units.keys() - ids):
        yield Breach("ledger", f"line {line_id}", "no such line")
    places = case.network.customers.keys() | case.inputs.warehouses.keys()
    for pair in sorted(case.outputs.steps):
        if pair[0] not in places or pair[1] not in case.inputs.skus:
            yield Breach("case_values", " ".join(pair), "destination or SKU unknown")
    for key in sorted(case.outputs.credit_fen.keys() - case.inputs.lots.keys()):
        yield Breach("lot_credits", " ".join(key), "no such lot")


def cost_key_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the cost rows whose id is used twice or whose key names nothing."""
    times = Counter(row.cost_id for row in case.outputs.costs)
    for cost_id, count in sorted(times.items()):
        if count > 1:
            yield Breach("costs", cost_id, f"the id is used {count} times")
    for row in case.outputs.costs:
        if row.kind == "VEHICLE" and row.lane_id not in case.inputs.lanes:
            yield Breach("costs", row.cost_id, f"lane {row.lane_id!r} is unknown")
        if row.kind == "FILL_FLOOR" and row.account_id not in case.inputs.accounts:
            yield Breach("costs", row.cost_id, f"account {row.account_id!r} is unknown")
