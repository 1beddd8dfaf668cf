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
        return size, size / (size + self.mean)

    def cdf(self, units: npt.ArrayLike) -> Floats:
        """Return P(demand <= units).

        Parameters
        ----------
        units : shape (n,) or (n, k)
            Below zero the probability is 0.
        """
        x, size, p = self._aligned(units)
        value = special.betainc(size, np.maximum(x, 0) + 1, p)
        return np.where(x < 0, 0.0, value)

    def sf(self, units: npt.ArrayLike) -> Floats:
        """Return P(demand > units), exact far out in the tail too."""
        x, size, p = self._aligned(units)
        value = special.betaincc(size, np.maximum(x, 0) + 1, p)
        return np.where(x < 0, 1.0, value)

    def _aligned(self, units: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Return whole units and the parameters in matching shapes."""
        x = np.floor(np.asarray(units, dtype=float))
        size, p = self._parameters()
        if x.ndim > self.mean.ndim:
            return x, size[:, None], p[:, None]
        return x, size, p

    def pmf(self, largest: int) -> Floats:
        """Return P(demand = k) for k = 0..largest, shape (n, largest + 1)."""
        k = np.broadcast_to(np.arange(-1, largest + 1), (len(self.mean), largest + 2))
        return np.diff(self.cdf(k), axis=1)

    def quantile(self, level: npt.ArrayLike) -> Ints:
        """Return the smallest whole number of units with cdf >= level.

        Raises
        ------
        ValueError
            If a level lies outside 0..1.
        """
        target = np.broadcast_to(np.asarray(level, dtype=float), self.mean.shape)
        if not ((target >= 0) & (target <= 1)).all():
            msg = f"quantile level {level!r} is no probability; give 0 to 1"
            raise ValueError(msg)
        low, high = self._bracket(target)
        while (high - low > 1).any():
            middle = np.floor((low + high) / 2)
            enough = self.cdf(middle) >= target
            high = np.where(enough, middle, high)
            low = np.where(enough, low, middle)
        return np.asarray(high, dtype=np.int64)

    def _bracket(self, target: Floats) -> tuple[Floats, Floats]:
        """Return whole units below and at or above the quantile.

        A Cornish-Fisher guess, widened until it holds.
        """
        deviation = np.sqrt(self.mean + self.relative_variance * self.mean**2)
        skew = (2 * deviation**2 - self.mean) / np.maximum(
            self.mean * deviation, SMALLEST_VARIANCE
        )
        z = special.ndtri(np.clip(target, 1e-9, 1 - 1e-9))
        guess = self.mean + deviation * (z + np.clip(skew, 0, 3) * (z**2 - 1) / 6)
        step = np.ceil(deviation / 8) + 1
        low = np.maximum(np.floor(guess - step), -1.0)
        high = np.maximum(np.ceil(guess + step), low + 1)
        while (wrong := (self.cdf(low) >= target) & (low >= 0)).any():
            step *= 2
            high = np.where(wrong, low, high)
            low = np.where(wrong, np.maximum(low - step, -1.0), low)
        while (short := self.cdf(high) < target).any():
            step *= 2
            low = np.where(short, high, low)
            high = np.where(short, high + step, high)
        return low, high

    def expected_shortage(self, stock_units: npt.ArrayLike) -> Floats:
        """Return E[(demand - stock)+] in units; a negative stock counts whole.

        References
        ----------
        E[(D - s)+] = m (1 - F'(s - 1)) - s (1 - F(s)), F' the negative binomial
        with size + 1 and the same p: the size-biased form of the loss function.
        """
        stock, size, p = self._aligned(stock_units)
        mean = self.mean[:, None] if stock.ndim > self.mean.ndim else self.mean
        at_least = np.maximum(stock, 0)
        above = special.betaincc(size, at_least + 1, p)
        biased = np.where(
            at_least > 0, special.betaincc(size + 1, np.maximum(at_least, 1), p), 1.0
        )
        return np.asarray(
            np.maximum(mean * biased - at_least * above, 0) - np.minimum(stock, 0)
        )

    def expected_left_over(self, stock_units: npt.ArrayLike) -> Floats:
        """Return E[(stock - demand)+] in units; a negative stock leaves nothing.

        The mirror of `expected_shortage`, from lower tails alone: many times
        faster where demand is far above the stock.
        """
        stock, size, p = self._aligned(stock_units)
        mean = self.mean[:, None] if stock.ndim > self.mean.ndim else self.mean
        whole = np.maximum(stock, 0)
        below = special.betainc(size, whole + 1, p)
        biased = special.betainc(size + 1, np.maximum(whole, 1), p)
        left = whole * below - mean * np.where(whole > 0, biased, 0.0)
        return np.asarray(np.maximum(left, 0))
