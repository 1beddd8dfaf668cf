"""Stock, orders, movements, contracts and credit as the auditor reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ka_supply.audit.fields import (
    Unreadable,
    amount,
    day,
    day_or_none,
    flag,
    text,
    text_or_blank,
    whole,
    whole_or_none,
)

__all__ = [
    "Contract",
    "CreditLimit",
    "Invoice",
    "Lot",
    "Movement",
    "OrderLine",
    "Promotion",
    "Stock",
]

Fields = Mapping[str, object]

LONGEST_GRACE_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot in a warehouse; one of its two dates may be blank."""

    warehouse_id: str
    sku_id: str
    lot_id: str
    on_hand: int
    withheld: int
    available: bool
    production_date: date | None
    expiry_date: date | None
    as_of_date: date | None

    @classmethod
    def read(cls, row: Fields) -> "Lot":
        """Return the lot of a row; `withheld` is allocated plus blocked."""
        return cls(
            warehouse_id=text(row, "warehouse_id"),
            sku_id=text(row, "sku_id"),
            lot_id=text(row, "lot_id"),
            on_hand=whole(row, "on_hand"),
            withheld=whole(row, "allocated", 0) + whole(row, "blocked", 0),
            available=(text_or_blank(row, "status") or "AVAILABLE") == "AVAILABLE",
            production_date=day_or_none(row, "production_date"),
            expiry_date=day_or_none(row, "expiry_date"),
            as_of_date=day_or_none(row, "as_of_date"),
        )


@dataclass(frozen=True, slots=True)
class Stock:
    """Stock of an article at a store or retailer DC; a negative count is 0."""

    place_id: str
    sku_id: str
    on_hand: int
    in_transit: int
    as_of_date: date | None

    @classmethod
    def read(cls, row: Fields) -> "Stock":
        """Return the stock of a row."""
        return cls(
            place_id=text(row, "store_id"),
            sku_id=text(row, "sku_id"),
            on_hand=max(0, whole(row, "on_hand", least=-(10**12))),
            in_transit=whole(row, "in_transit", 0),
            as_of_date=day_or_none(row, "as_of_date"),
        )


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of a customer order."""

    key: str
    account_id: str
    ship_to_id: str
    sku_id: str
    order_date: date
    valid_until: date | None
    open_units: int
    is_open: bool
    replaces_line: str

    @classmethod
    def read(cls, row: Fields) -> "OrderLine":
        """Return the order line of a row; `open_units` is what is still owed."""
        original = whole(row, "qty_original")
        confirmed = whole(row, "qty_confirmed", original)
        return cls(
            key=f"{text(row, 'order_id')}/{whole(row, 'line_no')}",
            account_id=text(row, "account_id"),
            ship_to_id=text(row, "ship_to_id"),
            sku_id=text(row, "sku_id"),
            order_date=day(row, "order_date"),
            valid_until=day_or_none(row, "valid_until"),
            open_units=min(confirmed, original) - whole(row, "qty_shipped", 0),
            is_open=(text_or_blank(row, "status") or "OPEN") == "OPEN",
            replaces_line=text_or_blank(row, "replaces_line"),
        )


@dataclass(frozen=True, slots=True)
class Movement:
    """A row of shipments: goods that left a warehouse."""

    key: tuple[str, int, str]
    ship_to_id: str
    sku_id: str
    shipped_date: date
    units: int

    @classmethod
    def read(cls, row: Fields) -> "Movement":
        """Return the movement of a row."""
        return cls(
            key=Movement.receipt_key(row),
            ship_to_id=text(row, "ship_to_id"),
            sku_id=text(row, "sku_id"),
            shipped_date=day(row, "shipped_date"),
            units=whole(row, "qty"),
        )

    @staticmethod
    def receipt_key(row: Fields) -> tuple[str, int, str]:
        """Return shipment, line and lot: what a receipt is matched by."""
        return text(row, "shipment_id"), whole(row, "line_no"), text(row, "lot_id")


@dataclass(frozen=True, slots=True)
class Contract:
    """A freshness contract row of an account."""

    account_id: str
    sku_id: str
    sku_class: str
    life_band: tuple[int, int] | None
    is_promo: bool
    valid_from: date | None
    max_age_num: int
    max_age_den: int
    min_remaining_days: int | None

    @classmethod
    def read(cls, row: Fields) -> "Contract":
        """Return the contract of a row."""
        band = text_or_blank(row, "life_band")
        return cls(
            account_id=text(row, "account_id"),
            sku_id=text_or_blank(row, "sku_id"),
            sku_class=text_or_blank(row, "sku_class"),
            life_band=read_band(band) if band else None,
            is_promo=flag(row, "is_promo", default=False),
            valid_from=day_or_none(row, "valid_from"),
            max_age_num=whole(row, "max_age_num", 1),
            max_age_den=whole(row, "max_age_den", 3, least=1),
            min_remaining_days=whole_or_none(row, "min_remaining_days"),
        )


def read_band(text_of_band: str) -> tuple[int, int]:
    """Return the ends of a span of shelf-life days, both included.

    Raises
    ------
    Unreadable
        If the text is not ``from-to``.

    Examples
    --------
    >>> read_band("0-60")
    (0, 60)
    """
    first, dash, last = text_of_band.partition("-")
    if not (dash and first.strip().isdecimal() and last.strip().isdecimal()):
        raise Unreadable("life_band", text_of_band, "from-to in days")
    return int(first), int(last)


@dataclass(frozen=True, slots=True)
class Promotion:
    """The buy window of a promotion, both days included."""

    account_id: str
    sku_id: str
    store_id: str
    buy_start: date
    buy_end: date
    status: str

    @classmethod
    def read(cls, row: Fields) -> "Promotion":
        """Return the promotion of a row; the buy window defaults to the sale's."""
        return cls(
            account_id=text(row, "account_id"),
            sku_id=text(row, "sku_id"),
            store_id=text_or_blank(row, "store_id"),
            buy_start=day_or_none(row, "buy_start") or day(row, "sale_start"),
            buy_end=day_or_none(row, "buy_end") or day(row, "sale_end"),
            status=text_or_blank(row, "status") or "CONFIRMED",
        )


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """A credit limit row of an account."""

    account_id: str
    valid_from: date | None
    limit_cny: Decimal
    grace_days: int
    tolerance_cny: Decimal
    holds: bool

    @classmethod
    def read(cls, row: Fields) -> "CreditLimit":
        """Return the limit of a row; `holds` unless the action is NONE or WARN."""
        return cls(
            account_id=text(row, "account_id"),
            valid_from=day_or_none(row, "valid_from"),
            limit_cny=amount(row, "limit_cny"),
            grace_days=whole(row, "grace_days", 0, most=LONGEST_GRACE_DAYS),
            tolerance_cny=amount(row, "tolerance_cny", "0"),
            holds=text_or_blank(row, "action") not in {"NONE", "WARN"},
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """An open invoice or credit note of an account."""

    account_id: str
    invoice_no: str
    due_date: date
    open_cny: Decimal
    disputed_cny: Decimal
    as_of_date: date | None

    @classmethod
    def read(cls, row: Fields) -> "Invoice":
        """Return the invoice of a row; `open_cny` is the amount less what is paid."""
        return cls(
            account_id=text(row, "account_id"),
            invoice_no=text(row, "invoice_no"),
            due_date=day(row, "due_date"),
            open_cny=amount(row, "amount_cny") - amount(row, "paid_cny", "0"),
            disputed_cny=amount(row, "disputed_cny", "0"),
            as_of_date=day_or_none(row, "as_of_date"),
        )
