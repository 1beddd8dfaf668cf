"""The sales files: one row per sale, and per day on which the shelf stood empty."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ka_supply.simulation.demo.demand import QUIET_DAYS, QUIET_STORE
from ka_supply.simulation.demo.world import World

__all__ = ["make_file_receipts", "make_sales", "missing_store_days"]

MISSING_DAYS = 9
RETURN_ROWS = 25


def missing_store_days(rng: np.random.Generator, world: World) -> set[tuple[int, int]]:
    """Return (day, store position) pairs whose sales file never came."""
    stores = rng.choice(len(world.masters.stores), size=MISSING_DAYS, replace=False)
    days = rng.integers(len(world.history) // 2, len(world.history) - 5, MISSING_DAYS)
    return {(int(d), int(s)) for d, s in zip(days, stores, strict=True)}


def make_sales(
    rng: np.random.Generator, world: World, missing: set[tuple[int, int]]
) -> dict[str, pa.Array]:
    """Return the columns of the sales table, in (date, store, SKU) order."""
    shops, pairs = world.shops, world.pairs
    days = len(world.history)
    is_open = world.demand.is_open[:days]
    short = (shops.in_stock_frac < 1) & is_open
    shown = (shops.sold > 0) | short
    for day, store in missing:
        shown[day, pairs.store == store] = False
    # A power cut: the file came, without a single line.
    quiet = world.pair_column("stores", "store_id") == QUIET_STORE
    shown[np.ix_(QUIET_DAYS, quiet)] = False
    at, pair = np.nonzero(shown)
    units = shops.sold[at, pair].astype(np.int64)
    row = world.demand.promo[at, pair].astype(np.int64)
    promotions = world.promotions
    discount = np.append(promotions["discount_frac"].to_numpy(), 0.0)[row]
    price = world.masters.skus["list_price_cny"].to_numpy()[pairs.sku[pair]]
    # Shops add about a quarter to the price they pay.
    shelf_price = np.round(price * 1.25 * (1 - discount), 2)
    returns = np.zeros(len(units), dtype=np.int64)
    returns[rng.choice(np.flatnonzero(units > 1), RETURN_ROWS, replace=False)] = 1
    frac = shops.in_stock_frac[at, pair].astype(np.float64).round(2)
    ids = np.array([*promotions["promo_id"], None], dtype=object)
    store_id = world.masters.stores["store_id"].to_numpy(dtype=object)
    sku_id = world.masters.skus["sku_id"].to_numpy(dtype=object)
    dates = world.history.to_numpy().astype("datetime64[D]")
    return {
        "date": pa.array(dates[at]),
        "store_id": _text(store_id, pairs.store[pair]),
        "sku_id": _text(sku_id, pairs.sku[pair]),
        "units": pa.array(units),
        "net_cny": pa.array(np.round(units * shelf_price, 2)),
        "is_promo": pa.array(row >= 0),
        "promo_id": _text(ids, np.where(row < 0, len(ids) - 1, row)),
        "returns_units": pa.array(returns),
        "in_stock_frac": pa.array(frac, mask=frac == 1),
    }


def _text(values: npt.NDArray[np.object_], position: npt.NDArray[np.int64]) -> pa.Array:
    """Return values[position] as strings without a Python object per row."""
    encoded = pa.DictionaryArray.from_arrays(pa.array(position), pa.array(values))
    return encoded.cast(pa.string())


def make_file_receipts(world: World, missing: set[tuple[int, int]]) -> pd.DataFrame:
    """Return every (day, open store) whose file came, also those without a sale."""
    is_open = world.demand.is_open[: len(world.history)]
    count = len(world.masters.stores)
    came = np.zeros((len(is_open), count), dtype=bool)
    first = np.searchsorted(world.pairs.store, np.arange(count))
    came |= np.logical_or.reduceat(is_open, first, axis=1)
    for day, store in missing:
        came[day, store] = False
    at, position = np.nonzero(came)
    return pd.DataFrame(
        {
            "date": world.history[at],
            "store_id": world.masters.stores["store_id"].to_numpy()[position],
        }
    )
