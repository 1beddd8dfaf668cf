"""Exceptions seen in stores and at the dock: hidden, over-aged and refused goods."""

import numpy as np
import pandas as pd

from ka_supply.domain.snapshot import to_days
from ka_supply.reporting.exception_rows import exception_rows, name_rows
from ka_supply.reporting.night import (
    Night,
    add_money,
    day_date,
    expected_units,
    look_up,
)

__all__ = ["hidden_stock", "over_aged_store_stock", "refused_at_dock"]

RECENT_DAYS = 14
LOST_WEEK_DAYS = 7


def hidden_stock(night: Night, visible: pd.DataFrame) -> pd.DataFrame:
    """Return stores with empty shelves and full backrooms.

    Value = margin of a week's demand that the backroom could serve. Only counts
    of the last 14 days speak.
    """
    empty = (visible["visible_units"] <= 0) & (visible["backroom_units"] > 0)
    fresh = visible["count_age_days"] <= RECENT_DAYS
    rows = visible.loc[
        empty & fresh, ["store_id", "account_id", "sku_id", "backroom_units"]
    ].rename(columns={"store_id": "destination_id"})
    start = int(to_days(night.snapshot.run_date))
    last = start + LOST_WEEK_DAYS - 1
    demand = expected_units(night.forecast, rows, start, last)
    rows = add_money(rows, night.snapshot, night.pairs)
    hidden = rows["backroom_units"].to_numpy(float)
    rows["value_cny"] = np.minimum(demand, hidden) * rows["margin_cny"]
    rows = rows.sort_values(["value_cny", "sku_id"], ascending=[False, True])
    found = rows.groupby(["account_id", "destination_id"], as_index=False).agg(
        sku_id=("sku_id", "first"),
        skus=("sku_id", "nunique"),
        backroom_units=("backroom_units", "sum"),
        value_cny=("value_cny", "sum"),
    )
    found = found.rename(columns={"destination_id": "store_id"}).assign(
        deadline=pd.Timestamp(day_date(start))
    )
    named = name_rows(found, night)
    return exception_rows(
        named, "HIDDEN_STOCK", ("account", "store", "sku", "skus", "backroom_units")
    )


def over_aged_store_stock(night: Night, ages: pd.DataFrame) -> pd.DataFrame:
    """Return stores with stock the forecast will not sell in time; value at cost."""
    rows = ages[(ages["location_kind"] != "WAREHOUSE") & (ages["risk_units"] >= 1)]
    rows = rows.sort_values(["risk_cny", "sku_id"], ascending=[False, True])
    found = rows.groupby(["account_id", "location_id"], as_index=False).agg(
        sku_id=("sku_id", "first"),
        skus=("sku_id", "nunique"),
        risk_units=("risk_units", "sum"),
        expiry_day=("expiry_day", "min"),
        value_cny=("risk_cny", "sum"),
    )
    lock = night.snapshot.settings.night.store_lock_days
    start = int(to_days(night.snapshot.run_date))
    last = np.maximum(found["expiry_day"] - lock - 1, start)
    found = found.rename(columns={"location_id": "store_id"}).assign(
        risk_units=found["risk_units"].round().astype(np.int64),
        deadline=pd.Series([day_date(day) for day in last], dtype="datetime64[s]"),
    )
    named = name_rows(found, night)
    arguments = ("account", "store", "sku", "skus", "risk_units")
    return exception_rows(named, "OVER_AGED_STORE_STOCK", arguments)


def refused_at_dock(night: Night) -> pd.DataFrame:
    """Return goods refused in the last 14 days; value = their price."""
    line = ["shipment_id", "line_no", "lot_id"]
    end = pd.Timestamp(night.snapshot.as_of)
    start = end - pd.Timedelta(days=RECENT_DAYS)
    receipts = night.snapshot["receipts"]
    recent = receipts["received_date"].between(start, end)
    refused = receipts[recent & (receipts["qty_refused"] > 0)]
    sent = night.snapshot["shipments"][[*line, "ship_to_id", "sku_id"]]
    rows = refused.merge(sent, on=line).rename(columns={"ship_to_id": "store_id"})
    rows["account_id"] = look_up(rows["store_id"], night.account_of_place).fillna("")
    rows["reason"] = rows["refuse_reason"].fillna("UNSTATED")
    rows = add_money(rows, night.snapshot, night.pairs)
    rows["value_cny"] = rows["qty_refused"] * rows["price_cny"]
    keys = ["account_id", "store_id", "sku_id", "lot_id", "reason"]
    found = rows.groupby(keys, as_index=False).agg(
        refused_units=("qty_refused", "sum"),
        received_date=("received_date", "max"),
        value_cny=("value_cny", "sum"),
    )
    found["deadline"] = pd.Timestamp(night.snapshot.run_date)
    found["variant"] = np.where(found["reason"] == "AGE", "AGE", "")
    arguments = (
        "account",
        "store",
        "sku",
        "lot_id",
        "refused_units",
        "received_date",
        "reason",
    )
    return exception_rows(name_rows(found, night), "REFUSED_AT_DOCK", arguments)
