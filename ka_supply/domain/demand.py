"""The distribution of demand over a window, for many rows at once.

A negative binomial with mean m and relative variance r: variance m + r m^2.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

__all__ = ["Demand"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SMALLEST_MEAN = 1e-9
SMALLEST_VARIANCE = 1e-6


@dataclass(frozen=True)
class Demand:
    """Demand of each row over its window, in units.

    Parameters
    ----------
    mean : shape (n,), units, >= 0
    relative_variance : shape (n,), >= 0
        Variance = mean + relative_variance * mean ** 2.

    Examples
    --------
    >>> demand = Demand(np.array([3.0]), np.array([0.5]))
    >>> demand.quantile(0.95)
    array([8])
    >>> np.round(demand.expected_shortage(np.array([8])), 3)
    array([0.131])
    """

    mean: Floats
    relative_variance: Floats

    def _parameters(self) -> tuple[Floats, Floats]:
        size = 1.0 / np.maximum(self.relative_variance, SMALLEST_VARIANCE)
        return size, size / (size + np.maximum(self.mean, SMALLEST_MEAN))

    def cdf(self, units: npt.ArrayLike) -> Floats:
        """Return P(demand <= units).

        Parameters
        ----------
        units : shape (n,) or (n, k)
            Below zero the probability is 0.
        """
        x = np.floor(np.asarray(units, dtype=float))
        size, p = self._parameters()
        if x.ndim > self.mean.ndim:
            size, p = size[:, None], p[:, None]
        value = special.betainc(size, np.maximum(x, 0) + 1, p)
        return np.where(x < 0, 0.0, value)

    def sf(self, units: npt.ArrayLike) -> Floats:
        """Return P(demand > units)."""
        return np.asarray(1.0 - self.cdf(units))

    def pmf(self, largest: int) -> Floats:
        """Return P(demand = k) for k = 0..largest, shape (n, largest + 1)."""
        k = np.broadcast_to(np.arange(-1, largest + 1), (len(self.mean), largest + 2))
        return np.diff(self.cdf(k), axis=1)

    def quantile(self, level: npt.ArrayLike) -> Ints:
        """Return the smallest whole number of units with cdf >= level."""
        target = np.broadcast_to(np.asarray(level, dtype=float), self.mean.shape)
        deviation = np.sqrt(self.mean + self.relative_variance * self.mean**2)
        high = np.ceil(self.mean + 8 * deviation + 4)
        while (short := self.cdf(high) < target).any():
            high = np.where(short, 2 * high, high)
        low = np.full_like(high, -1.0)
        while (high - low > 1).any():
            middle = np.floor((low + high) / 2)
            enough = self.cdf(middle) >= target
            high = np.where(enough, middle, high)
            low = np.where(enough, low, middle)
        return np.asarray(high, dtype=np.int64)

    def expected_shortage(self, stock_units: npt.ArrayLike) -> Floats:
        """Return E[(demand - stock)+] in units; a negative stock counts whole.

        References
        ----------
        E[(D - s)+] = m (1 - F'(s - 1)) - s (1 - F(s)), F' the negative binomial
        with size + 1 and the same p: the size-biased form of the loss function.
        """
        stock = np.floor(np.asarray(stock_units, dtype=float))
        size, p = self._parameters()
        mean = self.mean
        if stock.ndim > mean.ndim:
            size, p, mean = size[:, None], p[:, None], mean[:, None]
        at_least = np.maximum(stock, 0)
        above = 1 - special.betainc(size, at_least + 1, p)
        biased = np.where(
            at_least > 0, 1 - special.betainc(size + 1, np.maximum(at_least, 1), p), 1.0
        )
        return np.asarray(
            np.maximum(mean * biased - at_least * above, 0) - np.minimum(stock, 0)
        )
