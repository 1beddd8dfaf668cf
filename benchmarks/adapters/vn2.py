"""VN2 Inventory Planning Challenge: weekly grocery sales of 599 store-product pairs.

Source: N. Vandeput, DataSource.ai, 2025; local use only. A week's sales are dated on
its Sunday; an out-of-stock week has in_stock_frac 0. Prices are not published: list
price 3, cost 70 % of it.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from benchmarks.adapters.world import RealSource, write_world

__all__ = ["adapt_vn2"]

KEY = ["Store", "Product"]
LIVES_DAYS = (90, 180, 365)


def _long(path: Path, value: str) -> pd.DataFrame:
    wide = pd.read_csv(path)
    return wide.melt(KEY, var_name="week", value_name=value)


def adapt_vn2(folder: Path, target: Path) -> dt.date:
    """Write canonical tables; return the last Sunday of sales."""
    sold = _long(folder / "vn2_week_0_2024-04-08_sales.csv", "units")
    stock = _long(folder / "vn2_week0_in_stock.csv", "in_stock")
    rows = sold.merge(stock, on=[*KEY, "week"], validate="one_to_one")
    monday = pd.to_datetime(rows["week"]).astype("datetime64[s]")
    sales = pd.DataFrame(
        {
            "date": monday + pd.Timedelta(days=6),
            "store_id": "S" + rows["Store"].astype(str).str.zfill(3),
            "sku_id": "P" + rows["Product"].astype(str).str.zfill(3),
            "units": rows["units"].astype(int),
            "in_stock_frac": rows["in_stock"].astype(float),
        }
    )
    master = pd.read_csv(folder / "vn2_week_0_master.csv")
    skus = pd.DataFrame(
        {
            "sku_id": "P" + master["Product"].astype(str).str.zfill(3),
            "category": master["DepartmentGroup"].astype(str),
            "list_price_cny": 3.0,
        }
    ).drop_duplicates("sku_id")
    source = RealSource(
        sales=sales,
        skus=skus,
        lives_days=LIVES_DAYS,
        lead_days=14,
        dispatch_weekdays="1",
        window_days=21,
        period_days=7,
    )
    return write_world(source, target)
