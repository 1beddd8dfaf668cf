"""The sheets of the plan itself: lines, loads, bridges, prices, data quality."""

import pandas as pd

from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names
from ka_supply.reporting.sheet_words import coded, named_columns, spoken
from ka_supply.reporting.workbook import Sheet

__all__ = ["build_line_sheets"]


def _lines(lines: pd.DataFrame, names: Names) -> Sheet:
    rows = coded(
        spoken(lines, names),
        movement_type="movement",
        order_basis="basis",
        status="status",
        reason="reason",
    )
    columns = named_columns(
        ("line_id", "units"),
        ("movement_type", "text"),
        ("status", "text"),
        ("account", "text"),
        ("place", "text"),
        ("sku", "text"),
        ("lot_id", "text"),
        ("production_date", "date"),
        ("expiry_date", "date"),
        ("cases", "units"),
        ("units", "units"),
        ("value_cny", "bar"),
        ("origin", "text"),
        ("lane_id", "text"),
        ("departure_date", "date"),
        ("arrival_date", "date"),
        ("customer_receipt_date", "date"),
        ("order_basis", "text"),
        ("reason", "text"),
        ("account_id", "text"),
        ("destination_id", "text"),
        ("sku_id", "text"),
    )
    return Sheet("lines", rows, columns)


def _components(key: str, frame: pd.DataFrame, kind: str) -> Sheet:
    total = frame.sum(axis=1)
    # A blank reads better than a nought among ten components.
    rows = frame.where(frame != 0).assign(_total=total).reset_index()
    columns = [("line_id", "column.line_id", "units")]
    columns += [(str(name), f"component.{name}", kind) for name in frame]
    columns.append(("_total", "bridge.sum", kind))
    return Sheet(key, rows, columns)


def _prices(figures: Figures) -> Sheet:
    columns = named_columns(
        ("kind", "text"),
        ("scarce", "text"),
        ("date", "date"),
        ("unit", "text"),
        ("price_cny", "bar"),
    )
    return Sheet(
        "prices", coded(figures.binding_prices, unit="unit", kind="scarce"), columns
    )


def _loads(figures: Figures, names: Names) -> Sheet:
    columns = named_columns(
        ("departure_date", "date"),
        ("lane_id", "text"),
        ("origin", "text"),
        ("vehicle", "text"),
        ("vehicles", "units"),
        ("stops", "units"),
        ("cases", "units"),
        ("kg", "number"),
        ("m3", "number"),
        ("load_frac", "percent"),
        ("freight_cny", "bar"),
    )
    return Sheet("loads", spoken(figures.loads, names), columns)


def _quality(figures: Figures) -> Sheet:
    rows = coded(figures.data_quality, severity="severity")
    example = [
        f"{file}:{row} {column}={value}"
        for file, row, column, value in zip(
            rows["example_file"],
            rows["example_row"],
            rows["example_column"],
            rows["example_value"],
            strict=True,
        )
    ]
    rows = rows.assign(example=example, message=rows["message_zh"])
    columns = named_columns(
        ("severity", "text"),
        ("rule_id", "text"),
        ("table", "text"),
        ("rows", "units"),
        ("message", "text"),
        ("example", "text"),
    )
    return Sheet("quality", rows, columns)


def build_line_sheets(
    figures: Figures, lines: pd.DataFrame, names: Names
) -> list[Sheet]:
    """Return the sheets after those of `build_sheets`."""
    return [
        _prices(figures),
        _loads(figures, names),
        _lines(lines, names),
        _components("bridge", figures.unit_bridges, "units"),
        _components("ledger", figures.value_ledgers, "cny"),
        _quality(figures),
    ]
