"""Published rows as the auditor reads them: plan lines, needs, costs."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ka_supply.audit.model import Breach, Row
from ka_supply.audit.published import (
    calendar_day,
    count,
    fen,
    identity,
    name,
    name_or_blank,
    number,
)

__all__ = ["CostRow", "Need", "PlanLine", "line_breach"]


class PlanLine(NamedTuple):
    """A published plan line; `value_fen` is its value in fen."""

    line_id: int
    movement_type: str
    order_basis: str
    origin_id: str
    destination_id: str
    account_id: str
    sku_id: str
    lot_id: str
    production_date: date
    expiry_date: date
    lane_id: str
    departure_date: date
    arrival_date: date
    customer_receipt_date: date
    cases: int
    units: int
    status: str
    value_fen: int
    freshness_class: str

    @classmethod
    def read(cls, row: Row) -> "PlanLine":
        """Return the plan line of a row."""
        return cls(
            count(row, "line_id"),
            name(row, "movement_type"),
            name(row, "order_basis"),
            name(row, "origin_id"),
            name(row, "destination_id"),
            name_or_blank(row, "account_id"),
            name(row, "sku_id"),
            name(row, "lot_id"),
            calendar_day(row, "production_date"),
            calendar_day(row, "expiry_date"),
            name(row, "lane_id"),
            calendar_day(row, "departure_date"),
            calendar_day(row, "arrival_date"),
            calendar_day(row, "customer_receipt_date"),
            count(row, "cases"),
            count(row, "units"),
            name(row, "status"),
            fen(row, "value_cny"),
            name_or_blank(row, "freshness_class"),
        )

    @property
    def is_shipment(self) -> bool:
        """Whether the line goes to a customer."""
        return self.movement_type == "SHIPMENT"

    @property
    def pair(self) -> tuple[str, str, str]:
        """Destination, SKU and freshness class: what a value curve belongs to."""
        return self.destination_id, self.sku_id, self.freshness_class

    @property
    def lot_key(self) -> tuple[str, str, str]:
        """Warehouse, SKU and lot."""
        return self.origin_id, self.sku_id, self.lot_id


class Need(NamedTuple):
    """A published need of a destination and SKU, in units."""

    destination_id: str
    account_id: str
    sku_id: str
    freshness_class: str
    arrival_date: date | None
    need_units: int
    need_source: str
    planned_units: int
    held_units: int
    short_units: int

    @classmethod
    def read(cls, row: Row) -> "Need":
        """Return the need of a row."""
        blank = row.get("arrival_date") is None
        return cls(
            name(row, "destination_id"),
            name_or_blank(row, "account_id"),
            name(row, "sku_id"),
            name_or_blank(row, "freshness_class"),
            None if blank else calendar_day(row, "arrival_date"),
            count(row, "need_units"),
            name(row, "need_source"),
            count(row, "planned_units"),
            count(row, "held_units"),
            count(row, "short_units"),
        )

    @property
    def pair(self) -> tuple[str, str, str]:
        """Destination, SKU and freshness class."""
        return self.destination_id, self.sku_id, self.freshness_class

    @property
    def is_shipment(self) -> bool:
        """Whether the need is a customer's; a transfer's names no account."""
        return bool(self.account_id)


class CostRow(NamedTuple):
    """One cost of the objective beyond the lines."""

    cost_id: str
    kind: str
    lane_id: str
    departure_date: date | None
    account_id: str
    quantity: Decimal
    unit_cost_cny: Decimal
    cost_fen: int

    @classmethod
    def read(cls, row: Row) -> "CostRow":
        """Return the cost of a row."""
        blank = row.get("departure_date") is None
        return cls(
            identity(row, "cost_id"),
            name(row, "kind"),
            name_or_blank(row, "lane_id"),
            None if blank else calendar_day(row, "departure_date"),
            name_or_blank(row, "account_id"),
            number(row, "quantity"),
            number(row, "unit_cost_cny"),
            fen(row, "cost_cny"),
        )


def line_breach(line: PlanLine, message: str) -> Breach:
    """Return a breach of one plan line."""
    return Breach("plan_lines", f"line {line.line_id}", message)
