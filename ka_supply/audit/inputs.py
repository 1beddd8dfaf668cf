"""The accepted input rows, read once and indexed by their keys."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from ka_supply.audit.fields import day, flag, mapping_of, text
from ka_supply.audit.lanes import Lane, Stop
from ka_supply.audit.masters import (
    Account,
    Listing,
    ShipTo,
    Sku,
    Store,
    Warehouse,
)
from ka_supply.audit.model import Breach, Row
from ka_supply.audit.positions import (
    Contract,
    CreditLimit,
    Invoice,
    Lot,
    Movement,
    OrderLine,
    Promotion,
    Stock,
)

__all__ = ["Inputs", "read_inputs"]

TRANSIT_MEMORY_DAYS = 60

Tables = Mapping[str, Iterable[Row]]
Record = TypeVar("Record")


class Dated(Protocol):
    """A row of a snapshot, which may carry the day of the snapshot."""

    @property
    def as_of_date(self) -> date | None:
        """Day of the snapshot; None is the planning day."""


DatedRecord = TypeVar("DatedRecord", bound=Dated)


@dataclass(frozen=True)
class Inputs:
    """Accepted rows by key; `unreadable` lists the rows that broke their own types.

    `listings` maps account and SKU to the rows by store (blank = whole account);
    `transit_units` counts by destination and SKU.
    """

    accounts: Mapping[str, Account]
    stores: Mapping[str, Store]
    ship_tos: Mapping[str, ShipTo]
    skus: Mapping[str, Sku]
    warehouses: Mapping[str, Warehouse]
    lanes: Mapping[str, Lane]
    stops: Mapping[str, tuple[Stop, ...]]
    listings: Mapping[tuple[str, str], Mapping[str, Listing]]
    sold_pairs: frozenset[tuple[str, str]]
    closed_days: frozenset[tuple[str, date]]
    lots: Mapping[tuple[str, str, str], Lot]
    stock: Mapping[tuple[str, str], Stock]
    transit_units: Mapping[tuple[str, str], int]
    orders: tuple[OrderLine, ...]
    contracts: Mapping[str, tuple[Contract, ...]]
    promotions: Mapping[tuple[str, str], tuple[Promotion, ...]]
    limits: tuple[CreditLimit, ...]
    invoices: tuple[Invoice, ...]
    unreadable: tuple[Breach, ...]


class Reader:
    """Reads tables row by row and remembers what could not be read."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.unreadable: list[Breach] = []

    def rows(self, table: str, read: Callable[[Row], Record]) -> list[Record]:
        """Return the readable rows of a table; an absent table has none."""
        records = []
        for number, row in enumerate(self.tables.get(table, ()), start=1):
            try:
                records.append(read(mapping_of(row)))
            except ValueError as error:
                self.unreadable.append(Breach(table, f"row {number}", str(error)))
        return records


def read_inputs(tables: Tables, as_of: date) -> Inputs:
    """Return the input tables indexed by key; unreadable rows are set aside."""
    reader = Reader(tables)
    listing_rows = reader.rows("account_skus", Listing.read)
    return Inputs(
        accounts={r.account_id: r for r in reader.rows("accounts", Account.read)},
        stores={r.store_id: r for r in reader.rows("stores", Store.read)},
        ship_tos={r.ship_to_id: r for r in reader.rows("ship_tos", ShipTo.read)},
        skus={r.sku_id: r for r in reader.rows("skus", Sku.read)},
        warehouses={
            r.warehouse_id: r for r in reader.rows("warehouses", Warehouse.read)
        },
        lanes={r.lane_id: r for r in reader.rows("lanes", Lane.read)},
        stops=grouped(reader.rows("lane_stops", Stop.read), lambda r: r.lane_id),
        listings=listings_by_store(listing_rows),
        sold_pairs=sold_pairs(reader, needed=not listing_rows),
        closed_days=frozenset(
            shut for shut in reader.rows("store_calendar", closed_day) if shut
        ),
        lots=lots_by_key(reader, as_of),
        stock=stock_by_key(reader, as_of),
        transit_units=transit_units(reader, as_of),
        orders=tuple(reader.rows("orders", OrderLine.read)),
        contracts=grouped(
            reader.rows("freshness_contracts", Contract.read), lambda r: r.account_id
        ),
        promotions=grouped(
            reader.rows("promo_calendar", Promotion.read),
            lambda r: (r.account_id, r.sku_id),
        ),
        limits=tuple(reader.rows("credit_limits", CreditLimit.read)),
        invoices=latest(
            reader.rows("receivables", Invoice.read), as_of, lambda _: "the list"
        ),
        unreadable=tuple(reader.unreadable),
    )


Key = TypeVar("Key")


def grouped(
    records: Iterable[Record], key: Callable[[Record], Key]
) -> dict[Key, tuple[Record, ...]]:
    """Return records by key, in the order they came."""
    groups: defaultdict[Key, list[Record]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return {name: tuple(group) for name, group in groups.items()}


def latest(
    records: Iterable[DatedRecord],
    as_of: date,
    snapshot: Callable[[DatedRecord], Hashable],
) -> tuple[DatedRecord, ...]:
    """Return the rows of the latest day not after `as_of`, per snapshot (R10)."""
    dated = [(r.as_of_date or as_of, r) for r in records]
    newest: dict[Hashable, date] = {}
    for taken, record in dated:
        if taken <= as_of:
            known = newest.setdefault(snapshot(record), taken)
            newest[snapshot(record)] = max(taken, known)
    return tuple(r for taken, r in dated if newest.get(snapshot(r)) == taken)


def lots_by_key(reader: Reader, as_of: date) -> dict[tuple[str, str, str], Lot]:
    """Return each warehouse's latest lots by warehouse, SKU and lot."""
    lots = latest(reader.rows("lots", Lot.read), as_of, lambda r: r.warehouse_id)
    return {(lot.warehouse_id, lot.sku_id, lot.lot_id): lot for lot in lots}


def stock_by_key(reader: Reader, as_of: date) -> dict[tuple[str, str], Stock]:
    """Return the latest stock by place and SKU."""
    rows = latest(reader.rows("store_stock", Stock.read), as_of, stock_key)
    return {stock_key(stock): stock for stock in rows}


def stock_key(stock: Stock) -> tuple[str, str]:
    """Return place and SKU."""
    return stock.place_id, stock.sku_id


def listings_by_store(
    rows: Iterable[Listing],
) -> dict[tuple[str, str], dict[str, Listing]]:
    """Return the listing rows of each account and SKU by store, blank = all."""
    by_pair: defaultdict[tuple[str, str], dict[str, Listing]] = defaultdict(dict)
    for row in rows:
        by_pair[row.account_id, row.sku_id][row.store_id] = row
    return dict(by_pair)


def sold_pairs(reader: Reader, *, needed: bool) -> frozenset[tuple[str, str]]:
    """Return the store and SKU pairs with a sale, read only where they matter."""
    if not needed:
        return frozenset()
    return frozenset(
        reader.rows("sales", lambda row: (text(row, "store_id"), text(row, "sku_id")))
    )


def closed_day(row: Row) -> tuple[str, date] | None:
    """Return place and day of a calendar row without receiving, else None."""
    shut = not flag(row, "is_open", default=True) or not flag(
        row, "is_receiving", default=True
    )
    place_and_day = text(row, "store_id"), day(row, "date")
    return place_and_day if shut else None


def transit_units(reader: Reader, as_of: date) -> dict[tuple[str, str], int]:
    """Return units shipped within 60 days and not yet received, by place and SKU."""
    received = set(reader.rows("receipts", Movement.receipt_key))
    oldest = as_of - timedelta(days=TRANSIT_MEMORY_DAYS)
    units: defaultdict[tuple[str, str], int] = defaultdict(int)
    for movement in reader.rows("shipments", Movement.read):
        if movement.key not in received and oldest <= movement.shipped_date <= as_of:
            units[movement.ship_to_id, movement.sku_id] += movement.units
    return dict(units)
