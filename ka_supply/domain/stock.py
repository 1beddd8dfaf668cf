"""Stock and goods on the way (rules R7 and R10)."""

import numpy as np
import pandas as pd

from ka_supply.domain.freshness import lot_dates
from ka_supply.domain.snapshot import Snapshot

__all__ = ["free_lots", "open_deliveries", "store_positions"]

DELIVERY_LIMIT_DAYS = 60


def free_lots(snapshot: Snapshot) -> pd.DataFrame:
    """Return what each lot can still give (rule R7).

    Returns
    -------
    DataFrame, sorted by warehouse_id, sku_id, expiry_day, lot_id
        warehouse_id, sku_id, lot_id, production_day, expiry_day (days since
        1970-01-01), free_cases (int64, may be 0), loose_units (free units that
        fill no case).
    """
    lots = snapshot["lots"]
    lots = lots[lots["as_of_date"] <= pd.Timestamp(snapshot.as_of)]
    newest = lots.groupby("warehouse_id")["as_of_date"].transform("max")
    lots = lots[lots["as_of_date"] == newest]
    dates = lot_dates(snapshot).loc[lots.index]
    per_case = (
        lots["sku_id"]
        .map(snapshot["skus"].set_index("sku_id")["units_per_case"])
        .astype(np.int64)
    )
    free = (lots["on_hand"] - lots["allocated"] - lots["blocked"]).clip(lower=0)
    free = free.where(lots["status"] == "AVAILABLE", 0)
    found = lots[["warehouse_id", "sku_id", "lot_id"]].assign(
        production_day=dates["production_day"],
        expiry_day=dates["expiry_day"],
        free_cases=(free // per_case).astype(np.int64),
        loose_units=(free % per_case).astype(np.int64),
    )
    order = ["warehouse_id", "sku_id", "expiry_day", "lot_id"]
    return found.sort_values(order, ignore_index=True)


def open_deliveries(snapshot: Snapshot) -> pd.DataFrame:
    """Return shipments on the way (rule R10).

    Returns
    -------
    DataFrame
        ship_to_id, sku_id, units, eta_date (datetime64, never before the run
        date), production_date.
    """
    sent = snapshot["shipments"]
    line = ["shipment_id", "line_no", "lot_id"]
    done = pd.MultiIndex.from_frame(snapshot["receipts"][line])
    waiting = ~pd.MultiIndex.from_frame(sent[line]).isin(done)
    as_of = pd.Timestamp(snapshot.as_of)
    oldest = as_of - pd.Timedelta(days=DELIVERY_LIMIT_DAYS)
    recent = sent["shipped_date"].between(oldest, as_of)
    found = sent[waiting & recent]
    run_date = pd.Timestamp(snapshot.run_date)
    eta = found["eta_date"].where(found["eta_date"] >= run_date, run_date)
    return (
        found[["ship_to_id", "sku_id", "production_date"]]
        .assign(units=found["qty"].astype(np.int64), eta_date=eta)
        .sort_values(["ship_to_id", "sku_id", "eta_date"], ignore_index=True)
    )


def store_positions(snapshot: Snapshot) -> pd.DataFrame:
    """Return stock and transit of each store or retailer DC and SKU (rule R10).

    Returns
    -------
    DataFrame, sorted by store_id, sku_id
        store_id, sku_id, on_hand_units (>= 0), in_transit_units (>= 0, with the
        open deliveries). A row of deliveries alone has no stock on hand.
    """
    stock = snapshot["store_stock"]
    stock = stock[stock["as_of_date"] <= pd.Timestamp(snapshot.as_of)]
    stock = stock.sort_values("as_of_date", kind="stable")
    latest = stock.drop_duplicates(["store_id", "sku_id"], keep="last")
    latest = latest.set_index(["store_id", "sku_id"])
    coming = open_deliveries(snapshot).rename(columns={"ship_to_id": "store_id"})
    own = snapshot["warehouses"]["warehouse_id"]
    coming = coming[~coming["store_id"].isin(own)]
    sent = coming.groupby(["store_id", "sku_id"], sort=True)["units"].sum()
    index = latest.index.union(sent.index).sort_values()
    on_hand = latest["on_hand"].reindex(index, fill_value=0).clip(lower=0)
    listed = latest["in_transit"].reindex(index, fill_value=0)
    return pd.DataFrame(
        {
            "on_hand_units": on_hand.astype(np.int64),
            "in_transit_units": (listed + sent.reindex(index, fill_value=0)).astype(
                np.int64
            ),
        },
        index=index,
    ).reset_index()
