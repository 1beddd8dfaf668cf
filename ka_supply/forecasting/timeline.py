"""The columns of the panel: periods of history that end with `as_of`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.forecasting.sales_rows import SalesRows

__all__ = ["HORIZON_DAYS", "Timeline", "timeline"]

Ints = npt.NDArray[np.int64]

HORIZON_DAYS = 120
HISTORY_DAYS = 39 * 28
BLOCK_DAYS = (28, 14, 7)
FEWEST_BLOCKS = 4
DAYS_PER_WEEK = 7
# 1970-01-01 was a Thursday; Monday = 0.
WEEKDAY_OF_DAY_ZERO = 3


@dataclass(frozen=True)
class Timeline:
    """Periods in columns, cut into whole blocks of a rolling origin.

    Parameters
    ----------
    first_day : days since 1970-01-01, first day of column 0
    periods : number of columns, a multiple of `block`
    period_days : 1 or 7
    block : periods per block
    start_day : first forecast day
    """

    first_day: int
    periods: int
    period_days: int
    block: int
    start_day: int

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return self.periods // self.block

    def column(self, day: Ints) -> Ints:
        """Return the column of each day, also outside 0..periods-1."""
        return np.asarray((day - self.first_day) // self.period_days)

    def columns_between(self, first: int, last: int) -> slice:
        """Return the columns that lie mostly in first..last, both included."""
        half = self.period_days // 2
        start = (first + half - self.first_day) // self.period_days
        end = (last - half - self.first_day) // self.period_days + 1
        return slice(max(start, 0), max(min(end, self.periods), 0))

    def weekdays(self) -> Ints:
        """Return the weekday of each column (Monday = 0), 0 for weeks."""
        if self.period_days > 1:
            return np.zeros(self.periods, dtype=np.int64)
        return weekdays(self.first_day, self.periods)


def weekdays(first_day: int, days: int) -> Ints:
    """Return the weekday of consecutive days, Monday = 0.

    Examples
    --------
    >>> weekdays(4, 3)
    array([0, 1, 2])
    """
    return (np.arange(first_day, first_day + days) + WEEKDAY_OF_DAY_ZERO) % (
        DAYS_PER_WEEK
    )


def timeline(snapshot: Snapshot, sales: SalesRows) -> Timeline:
    """Return the columns that hold the last three years of history.

    Weekly rows carry the last day of their week: the columns end with the latest
    of them. Blocks have 28 days, fewer where four of them would not fit.
    """
    run_day = int(to_days(snapshot.run_date))
    period = snapshot.settings.data.period_days
    end = run_day
    if period > 1 and len(sales.day):
        end = int(sales.day.max()) + 1
    earliest = int(sales.day.min()) if len(sales.day) else end - 1
    days = min(end - earliest + period - 1, HISTORY_DAYS)
    fits = [b for b in BLOCK_DAYS if days >= FEWEST_BLOCKS * b]
    block = (fits[0] if fits else BLOCK_DAYS[-1]) // period
    periods = -(-max(days // period, 1) // block) * block
    return Timeline(end - periods * period, periods, period, block, run_day)
