"""M5 (Walmart), 28 items in ten stores: daily intermittent sales.

Source: M5 competition data (Kaggle), local use only. The last 730 days are used.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from benchmarks.adapters.world import RealSource, write_world

__all__ = ["adapt_m5"]

HISTORY_DAYS = 730
LIVES_DAYS = (30, 60, 90, 180, 365)


def adapt_m5(folder: Path, target: Path) -> dt.date:
    """Write canonical tables; return the last day of sales."""
    raw = pd.read_parquet(folder / "m5_tiny_28items_10stores_d1_d1857.parquet")
    raw["date"] = pd.to_datetime(raw["date"]).astype("datetime64[s]")
    raw = raw[raw["date"] > raw["date"].max() - pd.Timedelta(days=HISTORY_DAYS)]
    sales = raw[["date", "store_id", "units"]].assign(
        sku_id=raw["item_id"], in_stock_frac=1.0, units=raw["units"].astype(int)
    )
    price = raw.groupby("item_id")["sell_price"].median().round(2)
    first = raw.drop_duplicates("item_id").set_index("item_id")
    skus = pd.DataFrame(
        {
            "sku_id": price.index,
            "category": first["dept_id"].reindex(price.index).to_numpy(),
            "list_price_cny": price.to_numpy(),
        }
    )
    source = RealSource(
        sales=sales,
        skus=skus,
        lives_days=LIVES_DAYS,
        lead_days=2,
        dispatch_weekdays="1,3,5",
        window_days=6,
    )
    return write_world(source, target)
