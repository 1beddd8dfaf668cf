"""How much of a period a SKU was in stock: the repair of censored sales."""

import numpy as np
import numpy.typing as npt

from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.forecasting.assortment import Assortment
from ka_supply.forecasting.sales_rows import Keys, SalesRows, codes_of
from ka_supply.forecasting.timeline import Timeline

__all__ = ["in_stock_share", "pair_rows", "with_sales_as_proof"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# A day that ends with an empty shelf after sales was cut short at an unknown hour.
SOLD_OUT_SHARE = 0.5
# Units that were sold prove that the shelf was not empty all day.
SMALLEST_SOLD_SHARE = 0.25


def pair_rows(pairs: Assortment, keys: Keys, store: Ints, sku: Ints) -> Ints:
    """Return the row of each (store, SKU) code in the assortment, or -1."""
    wanted = store * len(keys.skus) + sku
    have = pairs.store * len(keys.skus) + pairs.sku
    if not len(have):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(have, wanted), len(have) - 1)
    return np.where((have[at] == wanted) & (store >= 0) & (sku >= 0), at, -1)


def _empty_by_closing_stock(
    snapshot: Snapshot, keys: Keys, pairs: Assortment, line: Timeline
) -> npt.NDArray[np.bool_]:
    """Return where the counted stock at the end of the period was zero."""
    stock = snapshot["store_stock"]
    stock = stock[stock["on_hand"].to_numpy() <= 0]
    row = pair_rows(
        pairs,
        keys,
        codes_of(stock["store_id"], keys.stores),
        codes_of(stock["sku_id"], keys.skus),
    )
    column = line.column(to_days(stock["as_of_date"]))
    empty = np.zeros((len(pairs.rows), line.periods), dtype=bool)
    kept = (row >= 0) & (column >= 0) & (column < line.periods)
    empty[row[kept], column[kept]] = True
    return empty


def in_stock_share(
    snapshot: Snapshot,
    keys: Keys,
    pairs: Assortment,
    sales: SalesRows,
    line: Timeline,
) -> Floats:
    """Return the share of each period in stock, shape (n, periods), 0 to 1.

    `sales.in_stock_frac` where given. Else from the stock counts: a day that
    starts and ends empty is out of stock; one that ends empty counts half.
    """
    share = np.ones((len(pairs.rows), line.periods), dtype=np.float32)
    empty = _empty_by_closing_stock(snapshot, keys, pairs, line)
    if empty.any():
        before = np.zeros_like(empty)
        before[:, 1:] = empty[:, :-1]
        share[empty] = SOLD_OUT_SHARE
        share[empty & before] = 0.0
    given = np.isfinite(sales.in_stock_frac)
    row = pair_rows(pairs, keys, sales.store[given], sales.sku[given])
    column = line.column(sales.day[given])
    kept = (row >= 0) & (column >= 0)
    share[row[kept], column[kept]] = sales.in_stock_frac[given][kept]
    return share


def with_sales_as_proof(share: Floats, units: Floats) -> Floats:
    """Return the share raised where units were sold although it says empty."""
    doubtful = (share < SMALLEST_SOLD_SHARE) & (units > 0)
    return np.where(doubtful, np.float32(SMALLEST_SOLD_SHARE), share)
