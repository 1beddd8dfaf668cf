"""R8: which order lines are open, and what each destination may still receive."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from ka_supply.audit.inputs import Inputs
from ka_supply.audit.network import Network
from ka_supply.audit.positions import OrderLine

__all__ = ["accounts_with_orders", "open_lines", "open_units", "unserved_units"]


def open_lines(inputs: Inputs) -> tuple[OrderLine, ...]:
    """Return the order lines that are open and not repeated by another line."""
    repeated = {
        line.replaces_line for line in inputs.orders if line.replaces_line != line.key
    }
    return tuple(
        line
        for line in inputs.orders
        if line.is_open and line.open_units > 0 and line.key not in repeated
    )


def last_receipt(line: OrderLine, inputs: Inputs) -> date | None:
    """Return the last day on which an order line may be received; None is never."""
    if line.valid_until is not None:
        return line.valid_until
    account = inputs.accounts.get(line.account_id)
    if account is None or account.order_validity_days is None:
        return None
    return line.order_date + timedelta(days=account.order_validity_days)


def open_units(
    lines: tuple[OrderLine, ...], inputs: Inputs, network: Network
) -> Mapping[tuple[str, str], int]:
    """Return the open units of destination and SKU, valid on the modelled arrival."""
    units: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        departure = network.shipments.get(line.ship_to_id)
        if departure is None or line.sku_id not in inputs.skus:
            continue
        until = last_receipt(line, inputs)
        if until is None or departure.arrival <= until:
            units[line.ship_to_id, line.sku_id] += line.open_units
    return dict(units)


def unserved_units(
    lines: tuple[OrderLine, ...], inputs: Inputs, network: Network, run_date: date
) -> Mapping[tuple[str, str, str], int]:
    """Return the open units of place, account and SKU that no departure serves.

    Of known places and SKUs, and of lines still valid on the run date.
    """
    units: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    places = inputs.stores.keys() | inputs.ship_tos.keys()
    for line in lines:
        is_known = line.ship_to_id in places and line.sku_id in inputs.skus
        if not is_known or line.ship_to_id in network.shipments:
            continue
        until = last_receipt(line, inputs)
        if until is None or run_date <= until:
            units[line.ship_to_id, line.account_id, line.sku_id] += line.open_units
    return dict(units)


def accounts_with_orders(lines: tuple[OrderLine, ...]) -> frozenset[str]:
    """Return the accounts that have any open order line."""
    return frozenset(line.account_id for line in lines)
