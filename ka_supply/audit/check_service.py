"""R13: needs, fill rates and the floors an account was promised."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ka_supply.audit.casefile import CaseFile, PairKey
from ka_supply.audit.lines import CostRow, Need
from ka_supply.audit.masters import Account
from ka_supply.audit.model import Breach, Check

__all__ = ["Floor", "check_fill_floors", "check_need_keys", "check_needs", "floors_of"]

ORDER, TARGET = "ORDER", "TARGET"
TOLERANCE = Decimal("0.01")


def check_need_keys(case: CaseFile) -> Check:
    """I07: the need of a destination and SKU is stated once."""
    stated = Counter((*need.pair, need.account_id) for need in case.outputs.needs)
    breaches = [
        Breach("needs", " ".join(key[:3]), f"stated {times} times")
        for key, times in sorted(stated.items())
        if times > 1
    ]
    title = "The need of a destination and SKU is counted once (R13)"
    return Check("I07", title, len(case.outputs.needs), tuple(breaches))


def check_needs(case: CaseFile) -> Check:
    """I08: every open order is a need, and shortage is need less what is planned."""
    breaches = [
        Breach("needs", " ".join(need.pair), problem)
        for need in case.outputs.needs
        for problem in need_problems(case, need)
    ]
    stated = {(need.destination_id, need.sku_id) for need in case.outputs.needs}
    breaches.extend(
        Breach(
            "needs", " ".join(pair), f"{units} units on order, but no need is stated"
        )
        for pair, units in sorted(case.order_units.items())
        if pair not in stated and is_order_need(case, pair[0])
    )
    breaches.extend(unstated_breaches(case))
    title = "Needs equal open orders; shortage is need less planned (R13)"
    return Check("I08", title, len(case.outputs.needs), tuple(breaches))


def unstated_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the open orders without a departure that no need states."""
    stated = {(n.destination_id, n.account_id, n.sku_id) for n in case.outputs.needs}
    for key, units in sorted(case.unserved_units.items()):
        if key not in stated:
            said = f"{units} units on order nobody serves, but no need is stated"
            yield Breach("needs", " ".join(key), said)


def is_order_need(case: CaseFile, place_id: str) -> bool:
    """Whether the needs of a customer come from orders: it has any open line."""
    customer = case.network.customers.get(place_id)
    return customer is not None and customer.account_id in case.ordering_accounts


def need_problems(case: CaseFile, need: Need) -> Iterable[str]:
    """Yield what is wrong with a need by itself."""
    if need.need_units < 0 or need.short_units < 0:
        yield f"need {need.need_units} and shortage {need.short_units} units"
    short_units = max(0, need.need_units - need.planned_units)
    if need.short_units != short_units:
        yield f"shortage {need.short_units} units; need less planned is {short_units}"
    by_order = need.is_shipment and need.account_id in case.ordering_accounts
    right_source = ORDER if by_order else TARGET
    if need.need_source != right_source:
        yield f"source {need.need_source}; derived {right_source}"
    network = case.network
    departures = network.shipments if need.is_shipment else network.transfers
    departure = departures.get(need.destination_id)
    arrival = None if departure is None else departure.arrival
    if need.arrival_date != arrival:
        yield f"arrival {need.arrival_date}; derived {arrival}"
    if departure is not None:
        yield from quantity_problems(case, need, right_source)
    elif need.is_shipment:
        key = need.destination_id, need.account_id, need.sku_id
        ordered = case.unserved_units.get(key, 0)
        if need.need_units != ordered:
            yield f"need {need.need_units} units; {ordered} are on order"


def quantity_problems(case: CaseFile, need: Need, source: str) -> Iterable[str]:
    """Yield how the quantity of a need misses the open orders or whole cases."""
    size = case.case_units(need.sku_id)
    ordered = case.order_units.get((need.destination_id, need.sku_id), 0)
    if source == ORDER and need.need_units != ordered:
        yield f"need {need.need_units} units; {ordered} are on order"
    if source == TARGET and need.need_units % size:
        yield f"need {need.need_units} units; not whole cases of {size}"


class Floor(NamedTuple):
    """An account's fill floor: what misses it, and what a unit of that costs.

    In units, or in yuan where the floor is counted by value.
    """

    account_id: str
    slack: Decimal
    slack_of_nothing: Decimal
    rate_cny: Decimal

    @property
    def cost_cny(self) -> Decimal:
        """Cost of the slack of the plan, in yuan."""
        return self.slack * self.rate_cny

    @property
    def cost_of_nothing_cny(self) -> Decimal:
        """Cost of the slack if nothing ships, in yuan."""
        return self.slack_of_nothing * self.rate_cny


def floors_of(case: CaseFile) -> list[Floor]:
    """Return the floors of all accounts that have one and are not blocked."""
    pairs: defaultdict[str, list[PairKey]] = defaultdict(list)
    for pair in sorted(case.order_units):
        customer = case.network.customers.get(pair[0])
        if customer is None or customer.account_id not in case.ordering_accounts:
            continue
        if case.assortment.takes(pair[0], case.inputs.skus[pair[1]]):
            pairs[customer.account_id].append(pair)
    return [
        floor_of(case, account, account.fill_floor_frac, pairs[account_id])
        for account_id, account in sorted(case.inputs.accounts.items())
        if account.fill_floor_frac is not None
        and not case.standings[account_id].blocked
        and pairs[account_id]
    ]


def floor_of(
    case: CaseFile, account: Account, floor_frac: Decimal, pairs: list[PairKey]
) -> Floor:
    """Return the floor of one account over its pairs with ORDER need."""
    need_units = planned = need = need_cny = Decimal(0)
    for pair in pairs:
        units, size = case.order_units[pair], case.case_units(pair[1])
        price_cny = case.price_cny(*pair)
        weight = price_cny if account.by_value else Decimal(1)
        filled_cases = min(max(0, case.planned_cases.get(pair, 0)), units // size)
        planned += weight * size * filled_cases
        need += weight * units
        need_units += units
        need_cny += price_cny * units
    share = account.penalty_short_frac or case.night.default_penalty_share
    unit_value_cny = Decimal(1) if account.by_value else need_cny / need_units
    return Floor(
        account_id=account.account_id,
        slack=max(Decimal(0), floor_frac * need - planned),
        slack_of_nothing=max(Decimal(0), floor_frac * need),
        rate_cny=share * unit_value_cny * account.priority_weight,
    )


def check_fill_floors(case: CaseFile) -> Check:
    """I21: a missed floor is a cost row with the right slack, rate and cost."""
    rows: defaultdict[str, list[CostRow]] = defaultdict(list)
    for row in case.outputs.costs:
        if row.kind == "FILL_FLOOR":
            rows[row.account_id].append(row)
    floors = {floor.account_id: floor for floor in floors_of(case)}
    breaches = [
        Breach("costs", f"FILL_FLOOR {account_id}", problem)
        for account_id in sorted(floors.keys() | rows.keys())
        for problem in floor_problems(floors.get(account_id), rows[account_id])
    ]
    title = "Every missed fill-rate floor is listed with its slack and cost (R13)"
    return Check("I21", title, len(floors), tuple(breaches))


def floor_problems(floor: Floor | None, rows: list[CostRow]) -> Iterable[str]:
    """Yield how the cost rows of an account miss its floor."""
    if floor is None:
        yield "the account has no floor tonight"
        return
    if len(rows) > 1:
        yield f"{len(rows)} rows; at most one"
    quantity = sum((row.quantity for row in rows), Decimal(0))
    cost_cny = Decimal(sum(row.cost_fen for row in rows)) / 100
    if abs(quantity - floor.slack) > TOLERANCE:
        yield f"slack {quantity}; derived {floor.slack}"
    if abs(cost_cny - floor.cost_cny) > TOLERANCE:
        yield f"cost {cost_cny} yuan; derived {floor.cost_cny:.4f}"
    for row in rows:
        if abs(row.unit_cost_cny - floor.rate_cny) > TOLERANCE:
            yield f"unit cost {row.unit_cost_cny}; derived {floor.rate_cny:.6f}"
