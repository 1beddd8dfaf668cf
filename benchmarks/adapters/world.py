"""The simulated part of a real source: network, lots and stock.

The rule, the same for every source and drawn from one seed:

- one central warehouse, one account, one lane per store with the given lead time
  and dispatch weekdays, part loads without a vehicle limit;
- cost 70 % of price; case pack the size of {1, 2, 4, 6, 12, 24} nearest to five days
  of the median store's demand;
- shelf life drawn per SKU from the source's list; contract one third;
- three lots per SKU aged 4 %, 20 % and 40 % of life (the last is refused), which hold
  50 %, 40 % and 20 % of the demand of the protection window;
- each store holds 0 to 1.5 windows of its own demand, drawn uniformly.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["RealSource", "write_world"]

SEED = 20261123
PACKS = np.array([1, 2, 4, 6, 12, 24])
PACK_DAYS = 5
LOTS = ((0.04, 0.5), (0.20, 0.4), (0.40, 0.2))
LARGEST_STOCK_WINDOWS = 1.5
COST_SHARE = 0.7


@dataclass(frozen=True)
class RealSource:
    """Real sales and the few numbers the rule needs.

    Parameters
    ----------
    sales : DataFrame
        date, store_id, sku_id, units (int), in_stock_frac.
    skus : DataFrame
        sku_id, category, list_price_cny.
    lives_days : tuple of int
        Shelf lives to draw from.
    window_days : int
        Days from now to the delivery after next, for stocks and lots.
    """

    sales: pd.DataFrame
    skus: pd.DataFrame
    lives_days: tuple[int, ...]
    lead_days: int
    dispatch_weekdays: str
    window_days: int
    period_days: int = 1


def _daily(source: RealSource) -> pd.Series:
    """Return recent units per in-stock day of each store and SKU."""
    last = source.sales["date"].max()
    recent = source.sales[source.sales["date"] > last - pd.Timedelta(days=84)]
    sums = recent.groupby(["store_id", "sku_id"])[["units", "in_stock_frac"]].sum()
    days = sums["in_stock_frac"].clip(lower=1) * source.period_days
    rate: pd.Series = sums["units"] / days
    return rate


def _skus(
    source: RealSource, daily: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    skus = source.skus.sort_values("sku_id", ignore_index=True)
    median = daily.groupby("sku_id").median().reindex(skus["sku_id"]).fillna(0.1)
    wanted = median.to_numpy()[:, None] * PACK_DAYS
    pack = PACKS[np.abs(np.log(PACKS / np.maximum(wanted, 0.5))).argmin(1)]
    return skus.assign(
        name=skus["sku_id"],
        units_per_case=pack,
        case_kg=np.round(0.4 * pack + 0.2, 3),
        case_m3=np.round(0.0015 * pack + 0.001, 6),
        shelf_life_value=rng.choice(source.lives_days, len(skus)),
        shelf_life_unit="DAY",
        cost_cny=(skus["list_price_cny"] * COST_SHARE).round(2),
    )


def _lots(
    source: RealSource, skus: pd.DataFrame, daily: pd.Series, as_of: dt.date
) -> pd.DataFrame:
    total = daily.groupby("sku_id").sum().reindex(skus["sku_id"]).fillna(0).to_numpy()
    pack, life = skus["units_per_case"].to_numpy(), skus["shelf_life_value"].to_numpy()
    parts = []
    for number, (age, share) in enumerate(LOTS):
        cases = np.ceil(total * source.window_days * share / pack).astype(int)
        made = pd.Timestamp(as_of) - pd.to_timedelta(np.floor(life * age), unit="D")
        parts.append(
            pd.DataFrame(
                {
                    "warehouse_id": "DC",
                    "sku_id": skus["sku_id"],
                    "lot_id": f"LOT{number}",
                    "on_hand": cases * pack,
                    "production_date": made,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def write_world(source: RealSource, folder: Path) -> dt.date:
    """Write canonical tables (Parquet) to `folder`; return the as-of day."""
    rng = np.random.default_rng(SEED)
    as_of: dt.date = source.sales["date"].max().date()
    daily = _daily(source)
    skus = _skus(source, daily, rng)
    stores = sorted(source.sales["store_id"].unique())
    stock = daily.sort_index().reset_index(name="mean")
    windows = rng.uniform(0, LARGEST_STOCK_WINDOWS, len(stock))
    units = np.floor(stock["mean"] * source.window_days * windows).astype(int)
    tables = {
        "accounts": pd.DataFrame({"account_id": ["A"], "name": ["A"], "tier": ["NKA"]}),
        "stores": pd.DataFrame({"store_id": stores, "account_id": "A", "name": stores}),
        "skus": skus,
        "warehouses": pd.DataFrame({"warehouse_id": ["DC"], "kind": ["CENTRAL"]}),
        "lanes": pd.DataFrame(
            {
                "lane_id": [f"TO-{store}" for store in stores],
                "from_id": "DC",
                "to_id": stores,
                "lead_time_days": source.lead_days,
                "dispatch_weekdays": source.dispatch_weekdays,
            }
        ),
        "lots": _lots(source, skus, daily, as_of),
        "store_stock": stock[["store_id", "sku_id"]].assign(on_hand=units),
        "sales": source.sales,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return as_of
