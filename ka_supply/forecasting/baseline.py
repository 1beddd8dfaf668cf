"""The local level of a series, against which patterns are measured."""

import numpy as np
import numpy.typing as npt

__all__ = ["local_rate"]

Floats = npt.NDArray[np.float32]

# Periods of exposure at which the local and the long-run rate weigh the same.
STRENGTH_PERIODS = 2.0


def local_rate(units: Floats, plain: Floats, block: int) -> Floats:
    """Return units per period of exposure around each block, shape (n, blocks).

    Each block with its two neighbours, shrunk to the series' mean; promotions and
    events (plain = 0) do not enter.

    Examples
    --------
    >>> ones = np.ones((1, 14), dtype=np.float32)
    >>> local_rate(3 * ones, ones, 7)
    array([[3., 3.]], dtype=float32)
    """
    n, periods = units.shape
    shape = (n, periods // block, block)
    sold = np.where(plain > 0, units, 0).reshape(shape).sum(axis=2)
    open_periods = plain.reshape(shape).sum(axis=2)
    total = open_periods.sum(axis=1, keepdims=True)
    mean = sold.sum(axis=1, keepdims=True) / np.maximum(total, 1e-6)
    around = np.zeros((2, n, sold.shape[1] + 2), dtype=np.float32)
    around[:, :, 1:-1] = sold, open_periods
    sold3, open3 = around[:, :, :-2] + around[:, :, 1:-1] + around[:, :, 2:]
    rate = (sold3 + STRENGTH_PERIODS * mean) / (open3 + STRENGTH_PERIODS)
    return np.asarray(rate, dtype=np.float32)
