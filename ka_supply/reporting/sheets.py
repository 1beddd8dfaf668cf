"""Which figures go on which sheet of the workbook."""

import json

import numpy as np
import pandas as pd

from ka_supply.domain.plan import SolveStatus
from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names
from ka_supply.reporting.stock_age import BRACKETS
from ka_supply.reporting.texts import DASH, texts_of
from ka_supply.reporting.workbook import Sheet, SheetColumn

__all__ = ["build_sheets", "coded", "named_columns", "spoken"]

BOTH = "{zh} / {en}"
EPOCH = pd.Timestamp("1970-01-01")


def named_columns(*names: tuple[str, str]) -> list[SheetColumn]:
    """Return sheet columns whose head is the text of their own name."""
    return [(name, f"column.{name}", kind) for name, kind in names]


def spoken(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return `frame` with the names of its ids."""
    for key, column, name in (
        ("account_id", "account", names.account),
        ("destination_id", "place", names.place),
        ("location_id", "location", names.place),
        ("store_id", "store", names.place),
        ("sku_id", "sku", names.sku),
        ("origin_id", "origin", names.place),
    ):
        if key in frame:
            ids = frame[key].fillna("").astype("str")
            frame = frame.assign(**{column: [name(v) for v in ids]})
    return frame


def coded(frame: pd.DataFrame, **families: str) -> pd.DataFrame:
    """Return `frame` with codes replaced by Chinese words."""
    zh = texts_of("zh")
    words = {
        column: [zh.code(family, v) if v else "" for v in frame[column].fillna("")]
        for column, family in families.items()
    }
    return frame.assign(**words)


def _overview(figures: Figures, solver: SolveStatus) -> Sheet:
    zh, en = texts_of("zh"), texts_of("en")
    top = figures.headline
    facts: list[tuple[str, object]] = [
        (name, getattr(top, name))
        for name in (
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
    ]
    rows = []
    for name, value in facts:
        if name.endswith("_frac"):
            text = zh.percent(float(str(value)))
        elif name.endswith("_cny"):
            text = zh.cny(float(str(value)))
        else:
            text = f"{value:,}" if isinstance(value, int) else str(value or DASH)
        rows.append((name, text))
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


def _stock_age(figures: Figures, names: Names) -> Sheet:
    ages = figures.stock_age
    keys = ["location_kind", "location_id", "account_id", "sku_id"]
    groups = ages.groupby(keys, sort=True)
    rows = groups[["units", "cost_cny", "risk_units", "risk_cny"]].sum()
    rows["age_frac"] = groups["age_frac"].max()
    for bracket in BRACKETS:
        found = ages[ages["bracket"] == bracket].groupby(keys)["units"].sum()
        rows[bracket] = found.reindex(rows.index).fillna(0)
    rows = rows.reset_index().sort_values(
        ["risk_cny", *keys], ascending=[False, True, True, True, True]
    )
    rows = coded(spoken(rows, names), location_kind="location_kind")
    columns = named_columns(
        ("location_kind", "text"),
        ("location", "text"),
        ("account", "text"),
        ("sku", "text"),
        ("units", "units"),
    )
    columns += [(name, f"bracket.{name}", "units") for name in BRACKETS]
    columns += named_columns(
        ("age_frac", "percent"),
        ("cost_cny", "cny"),
        ("risk_units", "units"),
        ("risk_cny", "bar"),
    )
    return Sheet("stock_age", rows, columns)


def _lots(figures: Figures, names: Names) -> Sheet:
    ages = figures.stock_age
    rows = ages[ages["location_kind"] == "WAREHOUSE"]
    rows = rows.assign(
        production_date=_dates(rows["production_day"]),
        expiry_date=_dates(rows["expiry_day"]),
    )
    rows = coded(spoken(rows, names), bracket="bracket")
    columns = named_columns(
        ("location", "text"),
        ("category", "text"),
        ("sku_id", "text"),
        ("sku", "text"),
        ("lot_id", "text"),
        ("production_date", "date"),
        ("expiry_date", "date"),
        ("age_frac", "percent"),
        ("bracket", "text"),
        ("units", "units"),
        ("cost_cny", "cny"),
        ("risk_units", "units"),
        ("risk_cny", "bar"),
    )
    return Sheet("lots", rows, columns)


def _dates(days: pd.Series) -> pd.Series:
    return pd.Series(
        EPOCH + pd.to_timedelta(days.astype(np.int64), unit="D"), index=days.index
    )


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
    rows = coded(spoken(figures.credit_holds, names), status="credit")
    columns = named_columns(
        ("account_id", "text"),
        ("account", "text"),
        ("status", "text"),
        ("limit_cny", "cny"),
        ("open_cny", "cny"),
        ("overdue_cny", "cny"),
        ("overdue_days", "units"),
        ("held_lines", "units"),
        ("held_units", "units"),
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
        _stock_age(figures, names),
        _lots(figures, names),
        _visible(figures, names),
        _cover(figures, names),
        _credit(figures, names),
    ]
