"""R11: no shipment beyond an account's credit, none to an account on hold."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.credit import Standing
from ka_supply.audit.lines import PlanLine
from ka_supply.audit.model import Breach, Check

__all__ = ["check_credit"]


def check_credit(case: CaseFile) -> Check:
    """I16: what ships fits the credit; what is held could not have shipped."""
    planned = value_by_account(case, case.counting)
    held = value_by_account(case, case.held)
    breaches: list[Breach] = []
    for account_id in sorted(planned | held):
        standing = case.standings.get(account_id)
        sums = planned.get(account_id), held.get(account_id)
        breaches.extend(
            Breach("plan_lines", f"account {account_id}", problem)
            for problem in credit_problems(standing, *sums)
        )
    breaches.extend(
        Breach("plan_lines", f"line {line.line_id}", "a transfer is held for credit")
        for line in case.held
        if not line.is_shipment
    )
    title = "Shipments fit the credit; accounts on hold get nothing (R11)"
    return Check("I16", title, len(planned | held), tuple(breaches))


def value_by_account(case: CaseFile, lines: Iterable[PlanLine]) -> dict[str, Decimal]:
    """Return the value of shipment lines by account of the destination, in yuan."""
    value_cny: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.is_shipment:
            customer = case.network.customers.get(line.destination_id)
            owner = line.account_id if customer is None else customer.account_id
            price_cny = case.price_cny(line.destination_id, line.sku_id)
            value_cny[owner] += line.units * price_cny
    return dict(value_cny)


def credit_problems(
    standing: Standing | None, planned_cny: Decimal | None, held_cny: Decimal | None
) -> Iterable[str]:
    """Yield how an account's planned and held values miss its standing.

    None stands for no line at all. An account at its limit is one whose planned
    and held lines together exceed its headroom.
    """
    if standing is None:
        yield "the account is unknown and so on hold"
    elif standing.blocked:
        if planned_cny is not None:
            yield f"on hold, but {planned_cny} yuan ship"
    elif standing.headroom_cny is None:
        if held_cny is not None:
            yield "held, but no credit limit applies"
    else:
        left_cny, ship_cny = standing.headroom_cny, planned_cny or Decimal(0)
        if ship_cny > left_cny:
            yield f"{ship_cny} yuan ship; the credit left is {left_cny}"
        if held_cny is not None and ship_cny + held_cny <= left_cny:
            yield f"{held_cny} yuan held, but the credit left is {left_cny}"
