"""R5: who may get what - members open, articles listed and active.

Also the terms of a listing row that other rules need: price, multiple, minimum.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import lcm

from ka_supply.audit.dates import in_term
from ka_supply.audit.inputs import Inputs
from ka_supply.audit.masters import Listing, Sku, Store
from ka_supply.audit.network import Customer, Network

__all__ = ["Assortment"]


@dataclass
class Assortment:
    """Answers R5's questions about a customer and an article."""

    inputs: Inputs
    network: Network
    takers: dict[tuple[str, str], bool] = field(default_factory=dict)
    terms: dict[tuple[str, str], tuple[Listing, ...]] = field(default_factory=dict)

    def open_members(self, customer: Customer, day: date) -> tuple[Store, ...]:
        """Return the members that are open on a day."""
        return tuple(
            store
            for store in customer.members
            if in_term(day, store.opened, store.closed)
        )

    def is_listed(self, account_id: str, store_id: str, sku: Sku, day: date) -> bool:
        """Whether a SKU is listed for a store on a day."""
        if not self.inputs.listings:
            return (store_id, sku.sku_id) in self.inputs.sold_pairs
        row = self.listing(account_id, store_id, sku.sku_id)
        return row is not None and in_term(day, row.listed_from, row.listed_to)

    def listing(self, account_id: str, store_id: str, sku_id: str) -> Listing | None:
        """Return the whole listing row of the store, else of the account."""
        rows = self.inputs.listings.get((account_id, sku_id), {})
        return rows.get(store_id, rows.get(""))

    def account_is_valid(self, account_id: str, day: date) -> bool:
        """Whether an account is known and valid on a day."""
        account = self.inputs.accounts.get(account_id)
        return account is not None and in_term(
            day, account.valid_from, account.valid_to
        )

    def passing(self, customer: Customer, sku: Sku, day: date) -> tuple[Store, ...]:
        """Return the open members that have the SKU listed and active on a day."""
        if not in_term(day, sku.launch, sku.delist):
            return ()
        return tuple(
            store
            for store in self.open_members(customer, day)
            if self.is_listed(customer.account_id, store.store_id, sku, day)
        )

    def takes(self, place_id: str, sku: Sku) -> bool:
        """Whether a shipment of a SKU to a customer passes R5 on its arrival."""
        key = place_id, sku.sku_id
        known = self.takers.get(key)
        if known is None:
            day = self.network.shipments[place_id].arrival
            customer = self.network.customers[place_id]
            valid = self.account_is_valid(customer.account_id, day)
            known = valid and bool(self.passing(customer, sku, day))
            self.takers[key] = known
        return known

    def supplied_takers(self, warehouse_id: str, sku: Sku) -> list[Customer]:
        """Return the customers behind a warehouse that may get a SKU."""
        return [
            self.network.customers[place_id]
            for place_id in self.network.supplied.get(warehouse_id, ())
            if self.takes(place_id, sku)
        ]

    def listing_rows(self, customer: Customer, sku: Sku) -> tuple[Listing, ...]:
        """Return the listing rows of the members that pass R5 on arrival.

        If none passes, or nothing arrives, those of all members.
        """
        key = customer.place_id, sku.sku_id
        known = self.terms.get(key)
        if known is None:
            departure = self.network.shipments.get(customer.place_id)
            members: tuple[Store, ...] = ()
            if departure is not None:
                members = self.passing(customer, sku, departure.arrival)
            account_id = customer.account_id
            found = (
                self.listing(account_id, store.store_id, sku.sku_id)
                for store in members or customer.members
            )
            known = self.terms[key] = tuple(row for row in found if row is not None)
        return known

    def price_cny(self, customer: Customer, sku: Sku) -> Decimal:
        """Return R9's unit price: the smallest contract price, else the list price."""
        return min(
            (
                row.contract_price_cny
                for row in self.listing_rows(customer, sku)
                if row.contract_price_cny is not None
            ),
            default=sku.list_price_cny,
        )

    def transit_price_cny(self, account_id: str, sku: Sku) -> Decimal:
        """Return R11's unit price of goods in transit: the account's own row's."""
        row = self.listing(account_id, "", sku.sku_id)
        if row is None or row.contract_price_cny is None:
            return sku.list_price_cny
        return row.contract_price_cny

    def order_sizes(self, customer: Customer, sku: Sku) -> tuple[int, int]:
        """Return R9's order multiple and minimum, the smallest of the members'.

        In cases; the minimum is rounded up to the multiple.
        """
        size = sku.units_per_case
        rows = self.listing_rows(customer, sku)
        multiple = min(
            (lcm(row.order_multiple_units or size, size) // size for row in rows),
            default=1,
        )
        moq_units = min((row.moq_units for row in rows), default=0)
        minimum = -(-moq_units // size)
        return multiple, -(-minimum // multiple) * multiple
