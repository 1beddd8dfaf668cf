"""R8, R9 and R12: order quantities, stock limits, multiples, status codes."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from ka_supply.audit.casefile import CaseFile, PairKey
from ka_supply.audit.lines import PlanLine, line_breach
from ka_supply.audit.model import Breach, Check

__all__ = ["check_limits", "check_multiples"]

AGAINST, SUGGESTED = "AGAINST_ORDER", "SUGGESTED_ORDER"
CUSTOMER_BASES, TRANSFER_BASES = (AGAINST, SUGGESTED), ("NONE",)


def check_limits(case: CaseFile) -> Check:
    """I05: no more than the store can hold and, as an order, than was ordered."""
    breaches = [
        *status_breaches(case),
        *order_breaches(case),
        *stock_limit_breaches(case),
    ]
    title = "Stock limits, order quantities, order basis and status (R8, R9, R12)"
    return Check("I05", title, len(case.outputs.lines), tuple(breaches))


def status_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the lines whose order basis or status is not the re-derived one."""
    for line in case.outputs.lines:
        allowed = CUSTOMER_BASES if line.is_shipment else TRANSFER_BASES
        if line.order_basis not in allowed:
            said = f"order basis {line.order_basis} on a {line.movement_type}"
            yield line_breach(line, said)
        if line.status == "HELD_CREDIT":
            continue
        right = right_status(case, line)
        if line.status != right:
            yield line_breach(line, f"status {line.status}; derived {right}")


def right_status(case: CaseFile, line: PlanLine) -> str:
    """Return the status of a line that is not held (R12)."""
    customer = case.network.customers.get(line.destination_id)
    owner = "" if customer is None else customer.account_id
    account = case.inputs.accounts.get(owner)
    managed = account is not None and account.supplier_managed
    if line.is_shipment and line.order_basis == SUGGESTED and not managed:
        return "NEEDS_APPROVAL"
    origin = case.inputs.warehouses.get(line.origin_id)
    cutoff = None if origin is None else origin.cutoff_minutes
    wait = 2 if case.night.has_passed(cutoff) else 1
    next_dispatch = case.night.run_date + timedelta(days=wait)
    return "RELEASABLE" if line.departure_date < next_dispatch else "PLANNED"


def order_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the pairs whose lines AGAINST_ORDER miss the open quantity.

    Counting lines: as much as is open goes against the order, the rest is
    suggested. Held lines: at most what is open.
    """
    against = against_order(case.counting)
    for pair, planned in sorted(case.planned_cases.items()):
        open_cases = open_cases_of(case, pair)
        right = min(planned, open_cases)
        if against.get(pair, 0) != right:
            said = (
                f"{against.get(pair, 0)} of {planned} cases against orders; "
                f"{open_cases} are open, so {right}"
            )
            yield Breach("plan_lines", " ".join(pair), said)
    for pair, cases in sorted(against_order(case.held).items()):
        if cases > open_cases_of(case, pair):
            said = (
                f"{cases} held cases against orders; {open_cases_of(case, pair)} open"
            )
            yield Breach("plan_lines", " ".join(pair), said)


def open_cases_of(case: CaseFile, pair: PairKey) -> int:
    """Return the open order quantity of a pair in whole cases."""
    return case.order_units.get(pair, 0) // case.case_units(pair[1])


def against_order(lines: Iterable[PlanLine]) -> dict[PairKey, int]:
    """Return cases AGAINST_ORDER by customer and SKU."""
    cases: defaultdict[PairKey, int] = defaultdict(int)
    for line in lines:
        if line.is_shipment and line.order_basis == AGAINST:
            cases[line.destination_id, line.sku_id] += line.cases
    return dict(cases)


def stock_limit_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the stores that would hold more than their maximum (R9)."""
    for pair, cases in sorted(case.planned_cases.items()):
        customer = case.network.customers.get(pair[0])
        sku = case.inputs.skus.get(pair[1])
        if customer is None or sku is None or customer.is_retailer_dc or cases <= 0:
            continue
        stock = case.inputs.stock.get(pair)
        held = 0 if stock is None else stock.on_hand + stock.in_transit
        held += case.inputs.transit_units.get(pair, 0)
        total = held + cases * sku.units_per_case
        for row in case.assortment.listing_rows(customer, sku):
            if row.max_stock_units is not None and total > row.max_stock_units:
                said = f"stock would be {total} units; at most {row.max_stock_units}"
                yield Breach("plan_lines", " ".join(pair), said)


def check_multiples(case: CaseFile) -> Check:
    """I09: order multiples, minimum quantities and minimum drops are kept."""
    breaches = [*multiple_breaches(case), *drop_breaches(case)]
    title = "Order multiples, minimum quantities, minimum drops (R9)"
    return Check("I09", title, len(case.planned_cases), tuple(breaches))


def multiple_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the pairs off their multiple or below their minimum."""
    for pair, cases in sorted(case.planned_cases.items()):
        customer = case.network.customers.get(pair[0])
        sku = case.inputs.skus.get(pair[1])
        if customer is None or sku is None:
            continue
        multiple, minimum = case.assortment.order_sizes(customer, sku)
        if cases % multiple:
            said = f"{cases} cases; the order multiple is {multiple}"
            yield Breach("plan_lines", " ".join(pair), said)
        if 0 < cases < minimum:
            said = f"{cases} cases; the minimum is {minimum}"
            yield Breach("plan_lines", " ".join(pair), said)


def drop_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the drops below their lane's minimum."""
    drops: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for line in case.counting:
        day = line.departure_date.isoformat()
        drops[line.lane_id, day, line.destination_id] += line.cases
    for key, cases in sorted(drops.items()):
        lane = case.inputs.lanes.get(key[0])
        if lane is not None and 0 < cases < lane.min_drop_cases:
            said = f"{cases} cases; the smallest drop is {lane.min_drop_cases}"
            yield Breach("plan_lines", " ".join(key), said)
