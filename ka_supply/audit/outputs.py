"""The published tables, read strictly: a row that cannot be read is a breach."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ka_supply.audit.fields import Unreadable, mapping_of
from ka_supply.audit.lines import CostRow, Need, PlanLine
from ka_supply.audit.model import Breach, Row
from ka_supply.audit.published import (
    Unfit,
    count,
    fen,
    name,
    name_or_blank,
    number,
)

__all__ = [
    "OUTPUT_TABLES",
    "LedgerSums",
    "Outputs",
    "read_outputs",
]

OUTPUT_TABLES = (
    "plan_lines",
    "needs",
    "ledger",
    "prices",
    "costs",
    "case_values",
    "lot_credits",
)

UNIT_COMPONENTS = frozenset(
    {
        "DEMAND",
        "PROMOTION",
        "SAFETY_STOCK",
        "PRESENTATION",
        "ON_HAND",
        "IN_TRANSIT",
        "AGE_RISK",
        "SCARCITY",
        "CAPACITY",
        "ROUNDING",
    }
)
VALUE_COMPONENTS = frozenset(
    {
        "LOST_SALES",
        "SHORTFALL",
        "HOLDING",
        "STOCK_PRICE",
        "WRITE_OFF",
        "FREIGHT",
        "SMOOTHING",
        "SCARCITY",
        "LOT_CREDIT",
        "LOT_AGE",
        "ROUNDING",
    }
)
COMPONENTS = UNIT_COMPONENTS | VALUE_COMPONENTS


@dataclass(frozen=True)
class LedgerSums:
    """Units and fen of the ledger by line."""

    units: Mapping[int, int]
    value_fen: Mapping[int, int]


@dataclass(frozen=True)
class Outputs:
    """The published tables; `faults` holds unreadable rows by invariant.

    `steps` maps a pair to its steps as (step, cases, fen); `credit_fen` maps
    warehouse, SKU and lot to the credit of one case.
    """

    lines: tuple[PlanLine, ...]
    needs: tuple[Need, ...]
    ledger: LedgerSums
    costs: tuple[CostRow, ...]
    steps: Mapping[tuple[str, str, str], list[tuple[int, int, int]]]
    credit_fen: Mapping[tuple[str, str, str], int]
    missing: tuple[str, ...]
    row_counts: Mapping[str, int]
    faults: Mapping[str, list[Breach]]


Record = TypeVar("Record")


class Reader:
    """Reads published tables; sorts what cannot be read by the invariant it breaks."""

    def __init__(self, tables: Mapping[str, Iterable[Row]]) -> None:
        self.tables = tables
        self.faults: defaultdict[str, list[Breach]] = defaultdict(list)
        self.row_counts: dict[str, int] = {}

    def rows(self, table: str, read: Callable[[Row], Record]) -> list[Record]:
        """Return the readable rows of a published table."""
        records, number_of_rows = [], 0
        for number_of_rows, row in enumerate(self.tables.get(table, ()), start=1):
            try:
                records.append(read(mapping_of(row)))
            except (Unfit, Unreadable) as fault:
                breach = Breach(table, f"row {number_of_rows}", str(fault))
                invariant = fault.invariant if isinstance(fault, Unfit) else "I26"
                self.faults[invariant].append(breach)
        self.row_counts[table] = number_of_rows
        return records

    def ledger(self) -> LedgerSums:
        """Return the ledger summed by line."""
        units: defaultdict[int, int] = defaultdict(int)
        value_fen: defaultdict[int, int] = defaultdict(int)

        def add(row: Row) -> None:
            line_id, component = count(row, "line_id"), name(row, "component")
            in_units = row.get("units") is not None
            in_money = row.get("value_cny") is not None
            row_units = count(row, "units") if in_units else 0
            row_fen = fen(row, "value_cny") if in_money else 0
            units[line_id] += row_units
            value_fen[line_id] += row_fen
            if component.removesuffix("-") not in COMPONENTS:
                raise Unfit("I24", f"component {component!r} is unknown")
            if not (in_units or in_money):
                raise Unfit("I27", f"{component} of line {line_id} has no number")
            if row_units and row_fen:
                msg = f"{component} of line {line_id} is both in units and in yuan"
                raise Unfit("I24", msg)

        self.rows("ledger", add)
        return LedgerSums(dict(units), dict(value_fen))

    def steps(self) -> dict[tuple[str, str, str], list[tuple[int, int, int]]]:
        """Return the value curve of each pair, steps in rising order."""
        curves: defaultdict[tuple[str, str, str], list[tuple[int, int, int]]]
        curves = defaultdict(list)

        def add(row: Row) -> None:
            step = count(row, "step"), count(row, "cases"), fen(row, "value_cny")
            curves[
                name(row, "destination_id"),
                name(row, "sku_id"),
                name_or_blank(row, "freshness_class"),
            ].append(step)

        self.rows("case_values", add)
        return {pair: sorted(curve) for pair, curve in curves.items()}

    def credits(self) -> dict[tuple[str, str, str], int]:
        """Return the credit of a case of each lot, in fen."""

        def credit(row: Row) -> tuple[tuple[str, str, str], int]:
            key = name(row, "warehouse_id"), name(row, "sku_id"), name(row, "lot_id")
            return key, fen(row, "credit_cny")

        return dict(self.rows("lot_credits", credit))


def read_outputs(tables: Mapping[str, Iterable[Row]]) -> Outputs:
    """Return the published tables; lines come in the order of their ids."""
    reader = Reader(tables)
    lines = reader.rows("plan_lines", PlanLine.read)
    needs = reader.rows("needs", Need.read)
    costs = reader.rows("costs", CostRow.read)
    ledger, steps, credit_fen = reader.ledger(), reader.steps(), reader.credits()
    reader.rows("prices", lambda row: number(row, "price_cny"))
    return Outputs(
        lines=tuple(sorted(lines, key=lambda line: line.line_id)),
        needs=tuple(needs),
        ledger=ledger,
        costs=tuple(costs),
        steps=steps,
        credit_fen=credit_fen,
        missing=tuple(name for name in OUTPUT_TABLES if name not in tables),
        row_counts=reader.row_counts,
        faults=dict(reader.faults),
    )
