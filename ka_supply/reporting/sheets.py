"""Which figures go on which sheet of the workbook."""

import json

import pandas as pd

from ka_supply.domain.plan import SolveStatus
from ka_supply.reporting.age_sheets import lots_sheet, stock_age_sheet
from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names
from ka_supply.reporting.sheet_words import coded, named_columns, spoken
from ka_supply.reporting.texts import DASH, texts_of
from ka_supply.reporting.workbook import Sheet

__all__ = ["build_sheets"]

BOTH = "{zh} / {en}"
FACTS = (
    "as_of",
    "run_date",
    "first_date",
    "cases",
    "vehicles",
    "load_frac",
    "freight_cny",
    "plan_cases",
    "plan_value_cny",
    "held_cases",
    "fill_frac",
    "missed_floors",
    "quarantined_rows",
    "read_rows",
)


def _said(value: object, name: str) -> str:
    """Return a fact of the headline as text, formatted by its name."""
    zh = texts_of("zh")
    if isinstance(value, float):
        return zh.percent(value) if name.endswith("_frac") else zh.cny(value)
    return f"{value:,}" if isinstance(value, int) else str(value or DASH)


def _overview(figures: Figures, solver: SolveStatus) -> Sheet:
    zh, en = texts_of("zh"), texts_of("en")
    rows = [(name, _said(getattr(figures.headline, name), name)) for name in FACTS]
    net = float(figures.plan_value["value_cny"].sum())
    after = FACTS.index("plan_value_cny") + 1
    rows.insert(after, ("net_cny", zh.cny(net)))
    rows.append(("solver", zh.code("solver", solver.status)))
    rows.append(("gap", zh.percent(solver.gap, 3)))
    frame = pd.DataFrame(
        {
            "figure": [
                BOTH.format(zh=zh(f"overview.{name}"), en=en(f"overview.{name}"))
                for name, _ in rows
            ],
            "value": [text for _, text in rows],
        }
    )
    return Sheet(
        "overview", frame, named_columns(("figure", "text"), ("value", "text"))
    )


def _exceptions(figures: Figures, names: Names) -> Sheet:
    zh = texts_of("zh")
    rows = spoken(figures.exceptions, names)
    details = [json.loads(text) for text in rows["message_args"]]
    rows = rows.assign(
        message=[
            zh.message(key, row)
            for key, row in zip(rows["message_id"], details, strict=True)
        ],
        action=[
            zh.message(key, row)
            for key, row in zip(rows["action"], details, strict=True)
        ],
    )
    rows = coded(rows, kind="kind", severity="severity")
    columns = named_columns(
        ("exception_id", "units"),
        ("kind", "text"),
        ("severity", "text"),
        ("value_cny", "bar"),
        ("deadline", "date"),
        ("message", "text"),
        ("action", "text"),
        ("account", "text"),
        ("store", "text"),
        ("sku", "text"),
        ("lot_id", "text"),
        ("account_id", "text"),
        ("store_id", "text"),
        ("sku_id", "text"),
    )
    return Sheet("exceptions", rows, columns)


def _fill_rate(figures: Figures, names: Names) -> Sheet:
    rows = coded(
        spoken(figures.fill_rate, names), main_reason="reason", need_source="need"
    )
    columns = named_columns(
        ("account_id", "text"),
        ("account", "text"),
        ("need_source", "text"),
        ("need_units", "units"),
        ("met_units", "units"),
        ("held_units", "units"),
        ("short_units", "units"),
        ("fill_frac", "percent"),
        ("supply_frac", "percent"),
        ("floor_frac", "percent"),
        ("short_cny", "bar"),
        ("main_reason", "text"),
    )
    return Sheet("fill_rate", rows, columns)


def _needs(needs: pd.DataFrame, names: Names) -> Sheet:
    needs = needs[needs["need_units"] > 0]
    rows = needs.assign(short_cny=needs["short_units"] * needs["price_cny"])
    rows = coded(spoken(rows, names), reason="reason", need_source="need")
    columns = named_columns(
        ("account", "text"),
        ("place", "text"),
        ("sku", "text"),
        ("need_source", "text"),
        ("arrival_date", "date"),
        ("need_units", "units"),
        ("met_units", "units"),
        ("held_units", "units"),
        ("short_units", "units"),
        ("short_cny", "bar"),
        ("reason", "text"),
        ("account_id", "text"),
        ("destination_id", "text"),
        ("sku_id", "text"),
    )
    return Sheet("needs", rows, columns)


def _visible(figures: Figures, names: Names) -> Sheet:
    rows = coded(spoken(figures.visible_pairs, names), state="state")
    columns = named_columns(
        ("account", "text"),
        ("store", "text"),
        ("sku", "text"),
        ("average_visible_units", "number"),
        ("sold_units", "units"),
        ("visible_turns", "number"),
        ("visible_cover_days", "number"),
        ("visible_units", "units"),
        ("backroom_units", "units"),
        ("backroom_frac", "percent"),
        ("count_age_days", "units"),
        ("state", "text"),
    )
    return Sheet("visible", rows, columns)


def _cover(figures: Figures, names: Names) -> Sheet:
    columns = named_columns(
        ("account_id", "text"),
        ("account", "text"),
        ("pairs", "units"),
        ("stock_units", "units"),
        ("cover_days", "number"),
        ("short_frac", "percent"),
        ("planned_units", "units"),
        ("planned_cover_days", "number"),
        ("short_planned_frac", "percent"),
        ("safety_stock_units", "units"),
    )
    return Sheet("cover", spoken(figures.cover, names), columns)


def _credit(figures: Figures, names: Names) -> Sheet:
    holds = figures.credit_holds.rename(columns={"held_units": "held_line_units"})
    rows = coded(spoken(holds, names), status="credit")
    columns = named_columns(
        ("account_id", "text"),
        ("account", "text"),
        ("status", "text"),
        ("limit_cny", "cny"),
        ("open_cny", "cny"),
        ("overdue_cny", "cny"),
        ("overdue_days", "units"),
        ("held_lines", "units"),
        ("held_line_units", "units"),
        ("held_cny", "cny"),
        ("held_target_frac", "percent"),
        ("held_margin_cny", "bar"),
        ("collect_cny", "cny"),
    )
    return Sheet("credit", rows, columns)


def build_sheets(
    figures: Figures, needs: pd.DataFrame, names: Names, solver: SolveStatus
) -> list[Sheet]:
    """Return the sheets of the workbook in the order of the page."""
    return [
        _overview(figures, solver),
        _exceptions(figures, names),
        _fill_rate(figures, names),
        _needs(needs, names),
        stock_age_sheet(figures, names),
        lots_sheet(figures, names),
        _visible(figures, names),
        _cover(figures, names),
        _credit(figures, names),
    ]
