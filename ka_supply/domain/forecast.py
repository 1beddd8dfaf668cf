"""The forecast: a distribution of demand over any window, per destination and SKU."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.demand import Demand

__all__ = ["Forecast"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Forecast:
    """Expected daily demand and the error of its sums.

    Parameters
    ----------
    rows : DataFrame, n rows, sorted by its first three columns
        destination_id, freshness_class ("" except for warehouses), sku_id,
        kind (STORE, RETAILER_DC, WAREHOUSE), account_id ("" for warehouses).
        Every store has its own rows, whether or not goods are sent to a
        retailer DC in front of it.
    start : date
        First forecast day, the day after the snapshot's `as_of`.
    daily_mean : shape (n, horizon), units/day
        Expected unconstrained demand of each day.
    tail_mean : shape (n,), units/day
        Expected demand of a day beyond the horizon.
    block_days : shape (b,), days, rising
        Window lengths at which the relative variance was measured.
    relative_variance : shape (n, b)
        Of the window sum: variance = mean + relative_variance * mean ** 2.
    causes : DataFrame, n rows
        Units of the next 28 days by cause: baseline, weekday, event,
        promotion; they add up to the mean of those days.
    daily_event, daily_promotion : shape (n, horizon), units/day, optional
        Parts of `daily_mean` that holidays and promotions add (or take away).
    """

    rows: pd.DataFrame
    start: dt.date
    daily_mean: npt.NDArray[np.float32]
    tail_mean: Floats
    block_days: Ints
    relative_variance: Floats
    causes: pd.DataFrame
    daily_event: npt.NDArray[np.float32] | None = None
    daily_promotion: npt.NDArray[np.float32] | None = None

    def row_index(self, keys: pd.DataFrame) -> Ints:
        """Return the row of each (destination_id, freshness_class, sku_id), or -1."""
        names = ["destination_id", "freshness_class", "sku_id"]
        index = pd.MultiIndex.from_frame(self.rows[names])
        return np.asarray(
            index.get_indexer(pd.MultiIndex.from_frame(keys[names])), dtype=np.int64
        )

    def mean(self, rows: Ints, first: Ints, last: Ints) -> Floats:
        """Return expected units over days first..last, both included.

        Parameters
        ----------
        rows : shape (k,)
            Row indices; -1 has no demand.
        first, last : shape (k,), days since 1970-01-01
            An empty window (last < first) has no demand; days before `start`
            count as `start`.
        """
        total = self._summed(self.daily_mean, self.tail_mean, rows, first, last)
        return np.maximum(total, 0)

    def event(self, rows: Ints, first: Ints, last: Ints) -> Floats:
        """Return the units of `mean` that holidays add; negative if they take."""
        return self._part(self.daily_event, rows, first, last)

    def promotion(self, rows: Ints, first: Ints, last: Ints) -> Floats:
        """Return the units of `mean` that promotions add."""
        return self._part(self.daily_promotion, rows, first, last)

    def _part(
        self,
        daily: npt.NDArray[np.float32] | None,
        rows: Ints,
        first: Ints,
        last: Ints,
    ) -> Floats:
        if daily is None:
            return np.zeros(len(rows))
        return self._summed(daily, np.zeros(len(self.rows)), rows, first, last)

    def _summed(
        self,
        daily: npt.NDArray[np.float32],
        tail: Floats,
        rows: Ints,
        first: Ints,
        last: Ints,
    ) -> Floats:
        """Return the sum of a daily series over first..last, 0 for row -1."""
        if not len(self.rows):
            return np.zeros(len(rows))
        horizon = daily.shape[1]
        origin = (self.start - dt.date(1970, 1, 1)).days
        cumulative = np.zeros((len(self.rows), horizon + 1))
        np.cumsum(daily, axis=1, dtype=np.float64, out=cumulative[:, 1:])

        def until(day: Ints) -> Floats:
            offset = np.maximum(day - origin, 0)
            inside = np.minimum(offset, horizon)
            beyond = offset - inside
            return np.asarray(cumulative[rows, inside] + beyond * tail[rows])

        total = until(last + 1) - until(first)
        return np.where((rows >= 0) & (last >= first), total, 0.0)

    def window(self, rows: Ints, first: Ints, last: Ints) -> Demand:
        """Return the distribution of demand over days first..last, both included.

        The relative variance is interpolated over the logarithm of the length
        between the measured blocks and held constant outside them.
        """
        if not len(self.rows):
            return Demand(np.zeros(len(rows)), np.zeros(len(rows)))
        length = np.maximum(last - first + 1, 1)
        at = np.log(np.clip(length, self.block_days[0], self.block_days[-1]))
        knots = np.log(self.block_days)
        upper = np.clip(np.searchsorted(knots, at), 1, max(len(knots) - 1, 1))
        if len(knots) == 1:
            return Demand(self.mean(rows, first, last), self.relative_variance[rows, 0])
        lower = upper - 1
        share = (at - knots[lower]) / (knots[upper] - knots[lower])
        table = self.relative_variance
        between = table[rows, lower] * (1 - share) + table[rows, upper] * share
        return Demand(self.mean(rows, first, last), between)
