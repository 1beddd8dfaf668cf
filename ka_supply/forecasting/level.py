"""Levels of many half-lives at every rolling origin, from block products."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.pooling import shrunk_ratio, sum_by

__all__ = ["HALF_LIVES_DAYS", "origins_of", "rolling_levels"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

HALF_LIVES_DAYS = (3.0, 5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 112.0, 224.0)
PRIOR_HALF_LIFE = HALF_LIVES_DAYS.index(56.0)
ORIGINS = 8
# Days of exposure at which a level weighs as much as what it is shrunk to: the
# longest half-life to the SKU x store prior, each other to the next longer one.
PRIOR_DAYS, CHAIN_DAYS = 7.0, 1.0
SKU_DAYS = 14.0
PREDECESSOR_DAYS = 28.0
STORE_UNITS = 5.0


def origins_of(blocks: int) -> int:
    """Return the number of rolling origins that leave one block before them."""
    return max(min(ORIGINS, blocks - 1), 0)


def rolling_levels(panel: Panel, weight: Floats) -> Floats:
    """Return the level at each origin and half-life, shape (n, origins + 1, k).

    Level = sum d^age * sales / sum d^age * exposure, units per period; the last
    origin is the end of the history.

    Parameters
    ----------
    weight : shape (n, periods)
        Exposure times all demand factors.
    """
    line = panel.line
    first = line.blocks - 1 - origins_of(line.blocks)
    sold = _decayed(panel.units, line.block, line.period_days)[:, first:]
    shown = _decayed(weight, line.block, line.period_days)[:, first:]
    prior = _prior(panel, sold[:, :, PRIOR_HALF_LIFE], shown[:, :, PRIOR_HALF_LIFE])
    level = np.empty_like(sold)
    own = np.float32(PRIOR_DAYS / line.period_days)
    chain = np.float32(CHAIN_DAYS / line.period_days)
    level[:, :, -1] = (sold[:, :, -1] + own * prior) / (shown[:, :, -1] + own)
    for k in range(len(HALF_LIVES_DAYS) - 2, -1, -1):
        longer = chain * level[:, :, k + 1]
        level[:, :, k] = (sold[:, :, k] + longer) / (shown[:, :, k] + chain)
    return level


def _decayed(matrix: Floats, block: int, period_days: int) -> Floats:
    """Return discounted sums at the end of each block, shape (n, blocks, k)."""
    n, periods = matrix.shape
    decay = 0.5 ** (period_days / np.array(HALF_LIVES_DAYS))
    age = np.arange(block - 1, -1, -1)
    within = (decay[None, :] ** age[:, None]).astype(np.float32)
    total = (matrix.reshape(-1, block) @ within).reshape(
        n, periods // block, len(HALF_LIVES_DAYS)
    )
    across = (decay**block).astype(np.float32)
    for j in range(1, total.shape[1]):
        total[:, j] += across * total[:, j - 1]
    return np.asarray(total)


def _prior(panel: Panel, sold: Floats, shown: Floats) -> Floats:
    """Return SKU rate x store factor of each series and origin, shape (n, o).

    A SKU's rate is shrunk to that of the SKU it replaces, else to its category's;
    a store's factor in a category to the store's over all.
    """
    line, skus = panel.line, len(panel.predecessor)
    groups = panel.categories
    sku_sold, sku_shown = (sum_by(panel.sku, x, skus) for x in (sold, shown))
    category_of = np.zeros(skus, dtype=np.int64)
    category_of[panel.sku] = panel.category
    total_sold, total_shown = (
        sum_by(category_of, x, groups) for x in (sku_sold, sku_shown)
    )
    every = total_sold.sum(axis=0) / np.maximum(total_shown.sum(axis=0), 1.0)
    strength = SKU_DAYS / line.period_days
    parent = shrunk_ratio(total_sold, total_shown, every, strength)[category_of]
    before = panel.predecessor
    enough = PREDECESSOR_DAYS / line.period_days
    is_known = (before >= 0)[:, None] & (sku_shown[before] >= enough)
    parent = np.where(
        is_known, sku_sold[before] / np.maximum(sku_shown[before], enough), parent
    )
    # A SKU's rate depends on the size of the stores that sell it, and their factors
    # on the rates: second round.
    first = shrunk_ratio(sku_sold, sku_shown, parent, strength)
    factor = _store_factor(panel, sold, first[panel.sku] * shown)
    weighed = sum_by(panel.sku, factor * shown, skus)
    rate = shrunk_ratio(sku_sold, weighed, parent, strength)[panel.sku]
    factor = _store_factor(panel, sold, rate * shown)
    return np.asarray(rate * factor, dtype=np.float32)


def _store_factor(panel: Panel, sold: Floats, expected: Doubles) -> Doubles:
    """Return the factor of each series' store in its category, shape (n, o)."""
    groups, stores = panel.categories, int(panel.store.max(initial=0)) + 1
    cell = panel.store * groups + panel.category
    of_store = np.repeat(np.arange(stores), groups)
    cell_sold, cell_expected = (
        sum_by(cell, x, stores * groups) for x in (sold, expected)
    )
    every = shrunk_ratio(
        sum_by(of_store, cell_sold, stores),
        sum_by(of_store, cell_expected, stores),
        1.0,
        STORE_UNITS,
    )
    factor = shrunk_ratio(cell_sold, cell_expected, every[of_store], STORE_UNITS)
    return np.asarray(factor[cell])
