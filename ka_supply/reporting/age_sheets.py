"""The sheets of stock age."""

import numpy as np
import pandas as pd

from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names
from ka_supply.reporting.sheet_words import coded, named_columns, spoken
from ka_supply.reporting.stock_age import BRACKETS
from ka_supply.reporting.workbook import Sheet

__all__ = ["lots_sheet", "stock_age_sheet"]

EPOCH = pd.Timestamp("1970-01-01")


def stock_age_sheet(figures: Figures, names: Names) -> Sheet:
    """Return stock by place and SKU with its units by age bracket."""
    ages = figures.stock_age
    keys = ["location_kind", "location_id", "account_id", "sku_id"]
    groups = ages.groupby(keys, sort=True)
    rows = groups[["units", "cost_cny", "risk_units", "risk_cny"]].sum()
    rows["age_frac"] = groups["age_frac"].max()
    for bracket in BRACKETS:
        found = ages[ages["bracket"] == bracket].groupby(keys)["units"].sum()
        rows[bracket] = found.reindex(rows.index)
    rows = rows.reset_index().sort_values(
        ["risk_cny", *keys], ascending=[False, True, True, True, True]
    )
    # Most of six thousand rows carry no risk: a blank reads better than a nought.
    risky = ["risk_units", "risk_cny"]
    rows[risky] = rows[risky].where(rows[risky] > 0)
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


def lots_sheet(figures: Figures, names: Names) -> Sheet:
    """Return every lot in our warehouses."""
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
