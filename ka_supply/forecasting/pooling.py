"""Sums over groups of series, and ratios shrunk to a parent."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["one_hot", "shrunk_ratio", "sum_by"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def one_hot(codes: Codes, groups: int) -> sparse.csc_array:
    """Return the membership matrix, shape (groups, n): 1 where a row belongs."""
    n = len(codes)
    start = np.arange(n + 1)
    return sparse.csc_array((np.ones(n), codes, start), shape=(groups, n))


def sum_by(codes: Codes, values: npt.NDArray[np.floating], groups: int) -> Floats:
    """Return the sum of rows per group.

    Parameters
    ----------
    codes : shape (n,), 0..groups-1
    values : shape (n,) or (n, k)

    Returns
    -------
    shape (groups,) or (groups, k)

    Examples
    --------
    >>> sum_by(np.array([1, 0, 1]), np.array([[1.0], [2.0], [3.0]]), 2)
    array([[2.],
           [4.]])
    """
    return np.asarray(one_hot(codes, groups) @ values, dtype=np.float64)


def shrunk_ratio(
    observed: Floats, expected: Floats, parent: Floats | float, strength: float
) -> Floats:
    """Return observed / expected, shrunk to the parent's ratio.

    `strength` is the amount of `expected` at which own and parent's ratio weigh
    the same, in the unit of `expected`.

    Examples
    --------
    >>> shrunk_ratio(np.array([30.0]), np.array([10.0]), 1.0, 10.0)
    array([2.])
    """
    return np.asarray((observed + strength * parent) / (expected + strength))
