"""R6: shelf life, freshness contracts, and the test of a lot against a contract.

All arithmetic is on integers: ages and lives in whole days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from ka_supply.audit.dates import add_months
from ka_supply.audit.eligibility import Assortment
from ka_supply.audit.header import Night
from ka_supply.audit.inputs import Inputs
from ka_supply.audit.lines import PlanLine
from ka_supply.audit.masters import Sku
from ka_supply.audit.network import Customer, Network
from ka_supply.audit.positions import Contract, Lot

__all__ = ["FreshnessBook", "Terms", "eligible", "lot_dates"]


class Terms(NamedTuple):
    """The freshness a lot must have: age share, remaining days, day of receipt."""

    max_age_num: int
    max_age_den: int
    min_remaining_days: int | None

    @property
    def text(self) -> str:
        """The freshness class as the plan writes it."""
        least = self.min_remaining_days or 0
        return f"{self.max_age_num}/{self.max_age_den}/{least}"


LONGEST_NUMBER = 6
ONE_THIRD = Terms(1, 3, None)


def lot_dates(lot: Lot, sku: Sku) -> tuple[date, date] | None:
    """Return production and expiry date of a lot; None if both are blank.

    Examples
    --------
    A calendar-month life that starts the day after production:

    >>> from decimal import Decimal as D
    >>> sku = Sku("K", "", 1, 1, 1, 6, True, True, D(1), None, None)
    >>> lot = Lot("W", "K", "L", 1, 0, True, date(2026, 8, 30), None, None)
    >>> lot_dates(lot, sku)
    (datetime.date(2026, 8, 30), datetime.date(2027, 2, 28))
    """
    wait = timedelta(days=1 if sku.life_starts_next_day else 0)
    made, expires = lot.production_date, lot.expiry_date
    if made is None and expires is None:
        return None
    if expires is None and made is not None:
        expires = later_by_life(made + wait, sku, 1)
    if made is None and expires is not None:
        made = later_by_life(expires, sku, -1) - wait
    return (made, expires) if made is not None and expires is not None else None


def later_by_life(start: date, sku: Sku, sign: int) -> date:
    """Return the day a shelf life after a day (`sign` 1) or before it (-1)."""
    life = sign * sku.life_value
    if sku.life_in_months:
        return add_months(start, life)
    return start + timedelta(days=life)


def eligible(terms: Terms, made: date, expires: date, receipt: date) -> bool:
    """Whether a lot is fresh enough on the day of receipt.

    Examples
    --------
    A third of 90 days is 30 days; 30 is accepted, 31 is not:

    >>> made, expires = date(2026, 1, 1), date(2026, 4, 1)
    >>> eligible(ONE_THIRD, made, expires, date(2026, 1, 31))
    True
    >>> eligible(ONE_THIRD, made, expires, date(2026, 2, 1))
    False
    """
    age_days, life_days = (receipt - made).days, (expires - made).days
    remaining_days = (expires - receipt).days
    least = terms.min_remaining_days
    return (
        terms.max_age_den * age_days <= terms.max_age_num * life_days
        and remaining_days > 0
        and (least is None or remaining_days >= least)
    )


def specificity(contract: Contract) -> tuple[bool, bool, bool, bool, date]:
    """Return what ranks a contract row: sku, class, band, promotion, latest start."""
    return (
        bool(contract.sku_id),
        bool(contract.sku_class),
        contract.life_band is not None,
        contract.is_promo,
        contract.valid_from or date.min,
    )


@dataclass
class FreshnessBook:
    """Answers which freshness a pair must have; each answer is worked out once.

    `ambiguous` names account, SKU and day of every pair of equally specific
    contract rows met on the way.
    """

    inputs: Inputs
    night: Night
    network: Network
    assortment: Assortment
    ambiguous: dict[tuple[str, str, date], Contract] = field(default_factory=dict)
    by_account: dict[tuple[str, str, date, bool], Terms] = field(default_factory=dict)
    by_class: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def terms(self, customer: Customer, sku: Sku, receipt: date) -> Terms:
        """Return the contract of a customer and SKU on the day of receipt."""
        account_id = customer.account_id
        promo = self.has_promo_rows(account_id) and self.in_buy_window(
            customer, sku.sku_id, receipt
        )
        key = account_id, sku.sku_id, receipt, promo
        known = self.by_account.get(key)
        if known is None:
            known = self.by_account[key] = self.best(account_id, sku, receipt, promo)
        return known

    def has_promo_rows(self, account_id: str) -> bool:
        """Whether an account has contract rows for promotional goods."""
        return any(row.is_promo for row in self.inputs.contracts.get(account_id, ()))

    def best(self, account_id: str, sku: Sku, receipt: date, promo: bool) -> Terms:
        """Return the most specific matching contract row, or one third."""
        rows = [
            row
            for row in self.inputs.contracts.get(account_id, ())
            if (row.valid_from is None or row.valid_from <= receipt)
            and matches(row, sku)
            and (promo or not row.is_promo)
        ]
        if not rows:
            return ONE_THIRD
        first = max(rows, key=specificity)
        if sum(specificity(row) == specificity(first) for row in rows) > 1:
            self.ambiguous[account_id, sku.sku_id, receipt] = first
        return Terms(first.max_age_num, first.max_age_den, first.min_remaining_days)

    def in_buy_window(self, customer: Customer, sku_id: str, receipt: date) -> bool:
        """Whether every member of a customer is inside a promotion's buy window."""
        running = {
            promo.store_id
            for promo in self.inputs.promotions.get((customer.account_id, sku_id), ())
            if promo.status in self.night.promo_statuses
            and promo.buy_start <= receipt <= promo.buy_end
        }
        return "" in running or (
            bool(running)
            and all(store.store_id in running for store in customer.members)
        )

    def classes(self, warehouse_id: str, sku: Sku, receipt: date) -> frozenset[str]:
        """Return the freshness classes a transfer of a SKU to a warehouse may carry."""
        key = warehouse_id, sku.sku_id
        known = self.by_class.get(key)
        if known is None:
            places = self.assortment.supplied_takers(warehouse_id, sku)
            known = self.by_class[key] = self.class_texts(places, sku, receipt)
        return known

    def class_texts(
        self, places: Iterable[Customer], sku: Sku, receipt: date
    ) -> frozenset[str]:
        """Return the classes of some customers' contracts on a day."""
        return frozenset(self.terms(place, sku, receipt).text for place in places)

    def line_terms(self, line: PlanLine) -> Terms | None:
        """Return the freshness a line must have; None if its class is unreadable."""
        if not line.is_shipment:
            return terms_of_class(line.freshness_class)
        customer = self.network.customers.get(line.destination_id)
        sku = self.inputs.skus.get(line.sku_id)
        if customer is None or sku is None:
            return None
        return self.terms(customer, sku, self.receipt_day(line))

    def receipt_day(self, line: PlanLine) -> date:
        """Return the re-derived day on which a line's freshness is judged."""
        departures = (
            self.network.shipments if line.is_shipment else self.network.transfers
        )
        departure = departures.get(line.destination_id)
        if departure is None:
            return line.customer_receipt_date
        return departure.customer_receipt


def matches(row: Contract, sku: Sku) -> bool:
    """Whether the blank or given SKU, category and life band of a row match."""
    return (
        row.sku_id in {"", sku.sku_id}
        and row.sku_class in {"", sku.category}
        and (
            row.life_band is None
            or row.life_band[0] <= sku.master_life_days <= row.life_band[1]
        )
    )


def terms_of_class(text: str) -> Terms | None:
    """Return the freshness of a class written num/den/min; None if it is not one.

    Examples
    --------
    >>> terms_of_class("1/3/0")
    Terms(max_age_num=1, max_age_den=3, min_remaining_days=0)
    >>> terms_of_class("fresh") is None
    True
    """
    parts = text.split("/")
    if len(parts) != len(Terms._fields) or not all(map(is_short_number, parts)):
        return None
    num, den, least = map(int, parts)
    return Terms(num, den, least) if den else None


def is_short_number(text: str) -> bool:
    """Whether a text is a whole number of a few ASCII digits."""
    return len(text) <= LONGEST_NUMBER and text.isascii() and text.isdecimal()
