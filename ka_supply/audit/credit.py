"""R11: overdue invoices, blocked accounts and the credit that is left."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ka_supply.audit.eligibility import Assortment
from ka_supply.audit.header import Night
from ka_supply.audit.inputs import Inputs
from ka_supply.audit.network import Network
from ka_supply.audit.positions import CreditLimit, Invoice

__all__ = ["Standing", "standings_of"]

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """An account's credit: blocked, or free up to a headroom in yuan.

    `headroom_cny` is None where no limit applies.
    """

    blocked: bool
    headroom_cny: Decimal | None


FREE = Standing(blocked=False, headroom_cny=None)
ON_HOLD = Standing(blocked=True, headroom_cny=NOTHING)


def standings_of(
    inputs: Inputs, night: Night, network: Network, assortment: Assortment
) -> dict[str, Standing]:
    """Return the standing of every account; without any credit data all are free."""
    if not inputs.limits and not inputs.invoices:
        return dict.fromkeys(inputs.accounts, FREE)
    limits = limits_in_force(inputs, night)
    invoices: defaultdict[str, list[Invoice]] = defaultdict(list)
    for invoice in inputs.invoices:
        invoices[invoice.account_id].append(invoice)
    moving_cny = value_in_transit(inputs, network, assortment)
    return {
        account_id: standing(
            limits.get(account_id),
            invoices[account_id],
            moving_cny.get(account_id, NOTHING),
            night.as_of,
        )
        for account_id in inputs.accounts
    }


def limits_in_force(inputs: Inputs, night: Night) -> dict[str, CreditLimit]:
    """Return each account's limit row with the latest start not after the run."""
    in_force: dict[str, CreditLimit] = {}
    for limit in sorted(inputs.limits, key=lambda row: row.valid_from or date.min):
        if limit.valid_from is None or limit.valid_from <= night.run_date:
            in_force[limit.account_id] = limit
    return in_force


def standing(
    limit: CreditLimit | None,
    invoices: list[Invoice],
    moving_cny: Decimal,
    as_of: date,
) -> Standing:
    """Return the standing of one account from its limit row and invoices.

    Examples
    --------
    >>> row = CreditLimit("A", None, Decimal(1000), 0, NOTHING, True)
    >>> due = Invoice("A", "1", date(2026, 11, 22), Decimal(300), NOTHING, None)
    >>> standing(row, [due], Decimal(100), date(2026, 11, 22)).headroom_cny
    Decimal('600')
    >>> standing(row, [due], Decimal(100), date(2026, 11, 23)).blocked
    True
    """
    if limit is None:
        return ON_HOLD
    if not limit.holds:
        return FREE
    late = [row for row in invoices if row.due_date < as_of]
    owed = [row.due_date for row in late if row.open_cny > row.disputed_cny]
    overdue_cny = sum((row.open_cny - row.disputed_cny for row in late), NOTHING)
    overdue_days = (as_of - min(owed)).days if owed else 0
    if overdue_cny > limit.tolerance_cny and overdue_days > limit.grace_days:
        return ON_HOLD
    open_cny = sum((row.open_cny for row in invoices), NOTHING)
    headroom_cny = limit.limit_cny - open_cny - moving_cny
    return Standing(blocked=False, headroom_cny=max(NOTHING, headroom_cny))


def value_in_transit(
    inputs: Inputs, network: Network, assortment: Assortment
) -> dict[str, Decimal]:
    """Return the value on the way to each account, in yuan.

    Goods for a store behind a DC are its account's too.
    """
    owners = {key: store.account_id for key, store in inputs.stores.items()}
    owners |= {key: found.account_id for key, found in network.customers.items()}
    units: defaultdict[tuple[str, str], int] = defaultdict(int)
    for pair, moving in inputs.transit_units.items():
        units[pair] += moving
    for pair, stock in inputs.stock.items():
        units[pair] += stock.in_transit
    value_cny: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (place_id, sku_id), moving in units.items():
        owner = owners.get(place_id, "")
        sku = inputs.skus.get(sku_id)
        if moving and owner and sku is not None:
            value_cny[owner] += moving * assortment.transit_price_cny(owner, sku)
    return dict(value_cny)
