"""Weekday profiles: SKU shrunk to category, category to all."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.pooling import shrunk_ratio, sum_by
from ka_supply.forecasting.timeline import DAYS_PER_WEEK

__all__ = ["weekday_profile"]

Floats = npt.NDArray[np.float32]

# Expected units per weekday at which own and pooled ratio weigh the same.
STRENGTH_UNITS = 20.0
HISTORY_PERIODS = 364


def weekday_profile(panel: Panel, plain: Floats, rate: Floats) -> Floats:
    """Return the demand factor of each series and weekday, shape (n, 7), mean 1.

    Parameters
    ----------
    plain : shape (n, periods)
        Exposure outside promotions and major events.
    rate : shape (n, blocks), units per period
        Local level of each block.
    """
    n = len(panel.rows)
    line = panel.line
    if line.period_days > 1:
        return np.ones((n, DAYS_PER_WEEK), dtype=np.float32)
    blocks = max(min(line.blocks, HISTORY_PERIODS // line.block), 1)
    first = line.periods - blocks * line.block
    shape = (n, blocks, line.block // DAYS_PER_WEEK, DAYS_PER_WEEK)
    used = plain[:, first:]
    sold = np.where(used > 0, panel.units[:, first:], 0).reshape(shape)
    expected = used.reshape(shape).sum(axis=2) * rate[:, -blocks:, None]
    # Column 0 of the slice falls on this weekday.
    shift = int(line.weekdays()[first])
    observed = np.roll(sold.sum(axis=(1, 2)), shift, axis=1)
    awaited = np.roll(expected.sum(axis=1), shift, axis=1)
    return _shrunk(panel, observed, awaited)


def _shrunk(panel: Panel, observed: Floats, awaited: Floats) -> Floats:
    """Return the profiles of all series from sums per series and weekday."""
    skus = len(panel.predecessor)
    sku_sold = sum_by(panel.sku, observed, skus)
    sku_awaited = sum_by(panel.sku, awaited, skus)
    category_of = np.zeros(skus, dtype=np.int64)
    category_of[panel.sku] = panel.category
    sold = sum_by(category_of, sku_sold, panel.categories)
    wanted = sum_by(category_of, sku_awaited, panel.categories)
    everything = shrunk_ratio(sold.sum(axis=0), wanted.sum(axis=0), 1.0, STRENGTH_UNITS)
    pooled = shrunk_ratio(sold, wanted, everything, STRENGTH_UNITS)
    own = shrunk_ratio(sku_sold, sku_awaited, pooled[category_of], STRENGTH_UNITS)
    own /= own.mean(axis=1, keepdims=True)
    return own.astype(np.float32)[panel.sku]
