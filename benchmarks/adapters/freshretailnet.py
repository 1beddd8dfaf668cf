"""FreshRetailNet-50K, city 16: perishable daily sales with out-of-stock hours.

Source: Dingdong, arXiv 2505.16319, CC BY 4.0. Units are normalised in steps of 0.1;
one step counts as one unit.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from benchmarks.adapters.world import RealSource, write_world

__all__ = ["adapt_freshretailnet"]

STEPS_PER_UNIT = 10
SELLING_HOURS = 16
LIVES_DAYS = (9, 12, 15, 21, 30)


def adapt_freshretailnet(folder: Path, target: Path) -> dt.date:
    """Write canonical tables; return the last day of sales."""
    raw = pd.read_parquet(folder / "frn_city16_2024-03-28_2024-06-11.parquet")
    sales = pd.DataFrame(
        {
            "date": pd.to_datetime(raw["dt"]).astype("datetime64[s]"),
            "store_id": "S" + raw["store_id"].astype(str).str.zfill(3),
            "sku_id": "P" + raw["product_id"].astype(str).str.zfill(4),
            "units": (raw["sale_amount"] * STEPS_PER_UNIT).round().astype(int),
            "in_stock_frac": 1 - raw["oos_hours_6_22"].clip(0, SELLING_HOURS) / 16,
        }
    )
    skus = pd.DataFrame(
        {"sku_id": sales["sku_id"], "category": raw["first_category_id"].astype(str)}
    ).drop_duplicates("sku_id")
    source = RealSource(
        sales=sales,
        skus=skus.assign(list_price_cny=2.0),
        lives_days=LIVES_DAYS,
        lead_days=1,
        dispatch_weekdays="1,2,3,4,5,6,7",
        window_days=3,
    )
    return write_world(source, target)
