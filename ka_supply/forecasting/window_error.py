"""Relative variance of the errors of window sums at the rolling origins."""

import numpy as np
import numpy.typing as npt

__all__ = ["relative_variance"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Windows with a similar mean err alike: bounds of the strata, units per window.
VOLUME_BOUNDS = np.array([0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0])
STRATA = len(VOLUME_BOUNDS) + 1
# A stratum weighs as much as what it is shrunk to once it holds this many windows.
STRATUM_WINDOWS = 50.0
DEFAULT_VARIANCE = 0.5
SMALLEST, LARGEST = 0.003, 50.0


def relative_variance(
    sold: Floats, expected: Floats, now: Floats, group: Ints, length: int
) -> Floats:
    """Return r of each series: window variance = mean + r * mean ** 2.

    By moments over consecutive windows, in two parts. The typical r of a group and
    volume is sum((S - M)^2 - M) / sum(M^2) over the windows of that volume. A
    series' own factor on it, sum((S - M)^2 - M) / sum(r M^2), is shrunk to 1 by its
    sampling variance, sum(2 (M + r M^2)^2 + M) / sum(r M^2)^2.

    Parameters
    ----------
    sold, expected : shape (n, periods), units
        The last periods before the end of the history; `periods` is a multiple
        of `length`. Expected as forecast at each period's rolling origin.
    now : shape (n,), units per period
        The forecast for which r is wanted.
    group : shape (n,), codes
    length : periods per window

    Examples
    --------
    A window sum that always hits its mean of 100 has almost no variance:

    >>> ones = np.full((1, 280), 100.0)
    >>> one_group = np.array([0])
    >>> bool(relative_variance(ones, ones, ones[:, 0], one_group, 1)[0] < 0.01)
    True
    """
    n = len(sold)
    total = sold.reshape(n, -1, length).sum(axis=2, dtype=np.float64)
    mean = expected.reshape(n, -1, length).sum(axis=2, dtype=np.float64)
    over = (total - mean) ** 2 - mean
    stratum = _stratum(mean)
    typical = _typical(over, mean, stratum, group)
    usual = typical[group[:, None], stratum] * mean**2
    awaited = usual.sum(axis=1)
    noise = (2 * (mean + usual) ** 2 + mean).sum(axis=1)
    precision = awaited**2 / np.maximum(awaited**2 + noise, 1e-12)
    own = over.sum(axis=1) / np.maximum(awaited, 1e-12)
    factor = np.where(awaited > 0, precision * own + 1 - precision, 1.0)
    value = np.maximum(factor, 0) * typical[group, _stratum(now * length)]
    return np.asarray(np.clip(value, SMALLEST, LARGEST))


def _stratum(mean: Floats) -> Ints:
    return np.asarray(np.digitize(mean, VOLUME_BOUNDS), dtype=np.int64)


def _typical(over: Floats, mean: Floats, stratum: Ints, group: Ints) -> Floats:
    """Return the ratio of each group and volume stratum, shape (groups, strata).

    Shrunk to the stratum over all groups, that to the neighbouring larger volume.
    """
    groups = int(group.max(initial=0)) + 1
    code = (group[:, None] * STRATA + stratum).reshape(-1)
    cells = groups * STRATA
    parts = [
        np.bincount(code, over.reshape(-1), cells),
        np.bincount(code, np.square(mean).reshape(-1), cells),
        np.bincount(code, minlength=cells),
    ]
    sums = np.stack(parts, axis=1, dtype=np.float64).reshape(groups, STRATA, len(parts))
    every = sums.sum(axis=0)
    common = np.empty(STRATA)
    above = DEFAULT_VARIANCE
    for i in range(STRATA - 1, -1, -1):
        above = float(_ratio(every[i], above))
        common[i] = above
    return _ratio(sums, common)


def _ratio(sums: Floats, parent: Floats | float) -> Floats:
    """Return the ratio of sums (over, scale, windows), shrunk to the parent's."""
    over, scale, windows = np.moveaxis(sums, -1, 0)
    strength = STRATUM_WINDOWS * scale / np.maximum(windows, 1)
    total = scale + strength
    ratio = (over + strength * parent) / np.maximum(total, 1e-12)
    return np.asarray(np.clip(np.where(scale > 0, ratio, parent), SMALLEST, LARGEST))
