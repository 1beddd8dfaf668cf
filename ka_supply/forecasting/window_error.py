"""Relative variance of the errors of window sums at the rolling origins."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.pooling import sum_by

__all__ = ["relative_variance"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Series with a similar mean err alike: bounds of the strata, units per window.
VOLUME_BOUNDS = (0.5, 2.0, 6.0, 20.0, 80.0)
# A stratum weighs as much as its group once it holds this many series.
STRATUM_SERIES = 20.0
DEFAULT_VARIANCE = 0.5
SMALLEST, LARGEST = 0.003, 8.0


def relative_variance(
    sold: Floats, expected: Floats, group: Ints, length: int
) -> Floats:
    """Return r of each series: window variance = mean + r * mean ** 2.

    By moments, r = sum((S - M)^2 - M) / sum(M^2) over consecutive windows; shrunk
    to series of the same group and volume by the sampling variance of the ratio,
    sum(2 (M + r M^2)^2 + M) / sum(M^2)^2.

    Parameters
    ----------
    sold, expected : shape (n, periods), units
        The last periods before the end of the history; `periods` is a multiple
        of `length`. Expected as forecast at each period's rolling origin.
    group : shape (n,), codes
    length : periods per window

    Examples
    --------
    A window sum that always hits its mean of 100 has almost no variance:

    >>> ones = np.full((1, 280), 100.0)
    >>> bool(relative_variance(ones, ones, np.array([0]), 1)[0] < 0.01)
    True
    """
    n = len(sold)
    total = sold.reshape(n, -1, length).sum(axis=2, dtype=np.float64)
    mean = expected.reshape(n, -1, length).sum(axis=2, dtype=np.float64)
    over = ((total - mean) ** 2 - mean).sum(axis=1)
    scale = (mean**2).sum(axis=1)
    pooled = _pooled(over, scale, _strata(mean, group))
    r = pooled[:, None]
    noise = (2 * (mean + r * mean**2) ** 2 + mean).sum(axis=1)
    noise /= np.maximum(scale, 1e-9) ** 2
    weight = pooled**2 / (pooled**2 + noise)
    own = over / np.maximum(scale, 1e-9)
    value = np.where(scale > 0, weight * own + (1 - weight) * pooled, pooled)
    return np.clip(value, SMALLEST, LARGEST)


def _strata(mean: Floats, group: Ints) -> tuple[Ints, Ints]:
    """Return the stratum of each series (group x volume), and its group."""
    volume = np.digitize(mean.mean(axis=1), VOLUME_BOUNDS)
    return group * (len(VOLUME_BOUNDS) + 1) + volume, group


def _pooled(over: Floats, scale: Floats, strata: tuple[Ints, Ints]) -> Floats:
    """Return the pooled ratio of each series' stratum, shrunk to its group's."""
    parent = np.full(1, DEFAULT_VARIANCE)
    code = np.zeros(len(over), dtype=np.int64)
    for finer in (strata[1], strata[0]):
        groups = int(finer.max(initial=-1)) + 1
        sums = sum_by(finer, np.stack([over, scale, np.ones_like(over)], 1), groups)
        above = np.zeros(groups)
        above[finer] = parent[code]
        strength = STRATUM_SERIES * sums[:, 1] / np.maximum(sums[:, 2], 1)
        ratio = (sums[:, 0] + strength * above) / np.maximum(
            sums[:, 1] + strength, 1e-9
        )
        parent = np.where(sums[:, 1] > 0, ratio, above)
        parent, code = np.clip(parent, SMALLEST, LARGEST), finer
    return np.asarray(parent[code])
