"""Master data as the auditor reads it: places, goods, terms of trade."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ka_supply.audit.dates import (
    Spans,
    clock_minutes,
    day_spans,
    weekday_set,
)
from ka_supply.audit.fields import (
    amount,
    amount_or_none,
    day_or_none,
    flag,
    text,
    text_or_blank,
    whole,
    whole_or_none,
)

__all__ = [
    "Account",
    "Listing",
    "ShipTo",
    "Sku",
    "Store",
    "Warehouse",
    "weekdays",
]

Fields = Mapping[str, object]

EVERY_DAY = "1,2,3,4,5,6,7"
LONGEST_LIFE = 4_000
DAYS_PER_MONTH = 30
KILO = 1_000
MILLION = 1_000_000


def weekdays(row: Fields, column: str) -> frozenset[int]:
    """Return a weekday list; an absent column is every day, a blank never."""
    if column not in row:
        return weekday_set(EVERY_DAY)
    return weekday_set(text_or_blank(row, column))


@dataclass(frozen=True, slots=True)
class Account:
    """A key account."""

    account_id: str
    priority_weight: Decimal
    by_value: bool
    fill_floor_frac: Decimal | None
    penalty_short_frac: Decimal
    order_validity_days: int | None
    supplier_managed: bool
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def read(cls, row: Fields) -> "Account":
        """Return the account of a row."""
        return cls(
            account_id=text(row, "account_id"),
            priority_weight=amount(row, "priority_weight", "1"),
            by_value=text_or_blank(row, "service_metric") == "VALUE",
            fill_floor_frac=amount_or_none(row, "fill_floor_frac"),
            penalty_short_frac=amount(row, "penalty_short_frac", "0"),
            order_validity_days=whole_or_none(
                row, "order_validity_days", most=LONGEST_LIFE
            ),
            supplier_managed=flag(row, "supplier_managed", default=False),
            valid_from=day_or_none(row, "valid_from"),
            valid_to=day_or_none(row, "valid_to"),
        )


@dataclass(frozen=True, slots=True)
class Store:
    """A store of an account."""

    store_id: str
    account_id: str
    ship_to_id: str
    opened: date | None
    closed: date | None
    receiving_weekdays: frozenset[int]

    @classmethod
    def read(cls, row: Fields) -> "Store":
        """Return the store of a row."""
        return cls(
            store_id=text(row, "store_id"),
            account_id=text(row, "account_id"),
            ship_to_id=text_or_blank(row, "ship_to_id"),
            opened=day_or_none(row, "opened"),
            closed=day_or_none(row, "closed"),
            receiving_weekdays=weekdays(row, "receiving_weekdays"),
        )


@dataclass(frozen=True, slots=True)
class ShipTo:
    """A delivery address: store, retailer DC or own regional warehouse."""

    ship_to_id: str
    is_retailer_dc: bool
    account_id: str
    max_cases_per_day: int | None
    receiving_weekdays: frozenset[int]
    receiving_blackouts: Spans

    @classmethod
    def read(cls, row: Fields) -> "ShipTo":
        """Return the ship-to of a row."""
        return cls(
            ship_to_id=text(row, "ship_to_id"),
            is_retailer_dc=text(row, "type") == "RETAILER_DC",
            account_id=text_or_blank(row, "account_id"),
            max_cases_per_day=whole_or_none(row, "max_cases_per_day"),
            receiving_weekdays=weekdays(row, "receiving_weekdays"),
            receiving_blackouts=day_spans(text_or_blank(row, "receiving_blackouts")),
        )


@dataclass(frozen=True, slots=True)
class Sku:
    """An article: case, weight, volume, shelf life, price, term of sale."""

    sku_id: str
    category: str
    units_per_case: int
    case_grams: int
    case_cm3: int
    life_value: int
    life_in_months: bool
    life_starts_next_day: bool
    list_price_cny: Decimal
    launch: date | None
    delist: date | None

    @property
    def master_life_days(self) -> int:
        """Shelf life of the master in days, a month counted as 30."""
        return self.life_value * (DAYS_PER_MONTH if self.life_in_months else 1)

    @classmethod
    def read(cls, row: Fields) -> "Sku":
        """Return the article of a row; weights and volumes are rounded up."""
        return cls(
            sku_id=text(row, "sku_id"),
            category=text_or_blank(row, "category"),
            units_per_case=whole(row, "units_per_case", least=1),
            case_grams=rounded_up(amount(row, "case_kg") * KILO),
            case_cm3=rounded_up(amount(row, "case_m3") * MILLION),
            life_value=whole(row, "shelf_life_value", least=1, most=LONGEST_LIFE),
            life_in_months=text(row, "shelf_life_unit") == "MONTH",
            life_starts_next_day=text_or_blank(row, "shelf_life_start") == "NEXT_DAY",
            list_price_cny=amount(row, "list_price_cny"),
            launch=day_or_none(row, "launch"),
            delist=day_or_none(row, "delist"),
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """Terms of an article at an account, or at one of its stores."""

    account_id: str
    sku_id: str
    store_id: str
    listed_from: date | None
    listed_to: date | None
    order_multiple_units: int | None
    moq_units: int
    contract_price_cny: Decimal | None
    max_stock_units: int | None

    @classmethod
    def read(cls, row: Fields) -> "Listing":
        """Return the listing of a row; a blank store is the whole account."""
        return cls(
            account_id=text(row, "account_id"),
            sku_id=text(row, "sku_id"),
            store_id=text_or_blank(row, "store_id"),
            listed_from=day_or_none(row, "listed_from"),
            listed_to=day_or_none(row, "listed_to"),
            order_multiple_units=whole_or_none(row, "order_multiple_units", 1),
            moq_units=whole(row, "moq_units", 0),
            contract_price_cny=amount_or_none(row, "contract_price_cny"),
            max_stock_units=whole_or_none(row, "max_stock_units"),
        )


@dataclass(frozen=True, slots=True)
class Warehouse:
    """An own warehouse."""

    warehouse_id: str
    is_central: bool
    pick_capacity_cases_day: int | None
    cutoff_minutes: int | None
    working_weekdays: frozenset[int]
    blackouts: Spans

    @classmethod
    def read(cls, row: Fields) -> "Warehouse":
        """Return the warehouse of a row."""
        cutoff = text_or_blank(row, "cutoff_time")
        return cls(
            warehouse_id=text(row, "warehouse_id"),
            is_central=text(row, "kind") == "CENTRAL",
            pick_capacity_cases_day=whole_or_none(row, "pick_capacity_cases_day"),
            cutoff_minutes=clock_minutes(cutoff) if cutoff else None,
            working_weekdays=weekdays(row, "working_weekdays"),
            blackouts=day_spans(text_or_blank(row, "blackouts")),
        )


def rounded_up(value: Decimal) -> int:
    """Return the smallest whole number not below a value.

    Examples
    --------
    >>> rounded_up(Decimal("12000.5"))
    12001
    """
    whole_part = int(value)
    return whole_part + (value > whole_part)
