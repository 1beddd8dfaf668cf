"""Averaging half-lives by their error at the rolling origins."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.level import origins_of
from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.pooling import sum_by

__all__ = ["half_life_weights"]

Floats = npt.NDArray[np.float32]

# Sharpness of the softmax over relative squared errors.
SHARPNESS = 0.05
SMALLEST_VARIANCE = 1e-3


def half_life_weights(panel: Panel, weight: Floats, level: Floats) -> Floats:
    """Return the share of each half-life in a series' level, shape (n, k).

    Softmax of minus the squared error over the rolling origins, in units of the
    best half-life's mean squared error, plus its category's mean.

    Parameters
    ----------
    weight : shape (n, periods)
        Exposure times all demand factors.
    level : shape (n, origins + 1, k), units per period
    """
    origins = origins_of(panel.line.blocks)
    n, _, k = level.shape
    if not origins:
        return np.full((n, k), 1 / k, dtype=np.float32)
    block = panel.line.block
    shape = (n, origins, block)
    sold = panel.units[:, -origins * block :].reshape(shape)
    shown = weight[:, -origins * block :].reshape(shape)
    square = np.einsum("noj,noj->no", sold, sold)
    cross = np.einsum("noj,noj->no", sold, shown)
    scale = np.einsum("noj,noj->no", shown, shown)
    rate = level[:, :-1]
    error = square[:, :, None] - 2 * rate * cross[:, :, None]
    error += rate**2 * scale[:, :, None]
    total = np.maximum(error.sum(axis=1), 0)
    unit = total.min(axis=1, keepdims=True) / (origins * block) + SMALLEST_VARIANCE
    relative = total / unit
    count = np.bincount(panel.category, minlength=panel.categories)
    pooled = sum_by(panel.category, relative, panel.categories)
    pooled /= np.maximum(count, 1)[:, None]
    score = -0.5 * SHARPNESS * (relative + pooled[panel.category])
    score -= score.max(axis=1, keepdims=True)
    share = np.exp(score)
    return np.asarray(share / share.sum(axis=1, keepdims=True), dtype=np.float32)
