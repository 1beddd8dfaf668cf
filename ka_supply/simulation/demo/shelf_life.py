"""Dates of production and expiry, and the batches a factory makes."""

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["batch_days", "expiry_dates", "lot_ids"]

BATCHES_PER_LIFE = 14


def batch_days(life_days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the days between two batches of an article, about a 14th of its life."""
    return np.maximum(life_days // BATCHES_PER_LIFE, 1)


def expiry_dates(production: pd.Series, terms: pd.DataFrame) -> pd.Series:
    """Return the expiry date of each lot.

    Parameters
    ----------
    production : Series of dates
    terms : DataFrame
        shelf_life_value, shelf_life_unit, shelf_life_start in the same order.

    Examples
    --------
    >>> made = pd.Series(pd.to_datetime(["2026-08-31", "2026-08-31"]))
    >>> terms = pd.DataFrame({"shelf_life_value": [6, 30],
    ...     "shelf_life_unit": ["MONTH", "DAY"],
    ...     "shelf_life_start": ["PRODUCTION_DAY", "NEXT_DAY"]})
    >>> expiry_dates(made, terms).dt.strftime("%F").tolist()
    ['2027-02-28', '2026-10-01']
    """
    later = (terms["shelf_life_start"].to_numpy() == "NEXT_DAY").astype(int)
    start = production + pd.to_timedelta(later, unit="D")
    ends = [
        day + (pd.DateOffset(months=n) if unit == "MONTH" else pd.Timedelta(days=n))
        for day, n, unit in zip(
            start, terms["shelf_life_value"], terms["shelf_life_unit"], strict=True
        )
    ]
    return pd.Series(ends, index=production.index, dtype="datetime64[s]")


def lot_ids(production: pd.Series) -> pd.Series:
    """Return the lot number printed on the case: the day of production, line A.

    Examples
    --------
    >>> lot_ids(pd.Series(pd.to_datetime(["2026-11-05"]))).tolist()
    ['L261105A']
    """
    lots: pd.Series = production.dt.strftime("L%y%m%dA")
    return lots
