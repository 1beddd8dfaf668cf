"""Shelf life and the freshness rule, in integers (rule R6)."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.calendars import add_months
from ka_supply.domain.snapshot import Snapshot, to_days

__all__ = [
    "Contract",
    "eligible",
    "last_eligible_receipt",
    "lot_dates",
    "shelf_life_end",
    "shelf_life_start",
]

Days = npt.NDArray[np.int64]
ONE_THIRD = (1, 3)
DAYS_PER_MONTH = 30


@dataclass(frozen=True, order=True)
class Contract:
    """A freshness limit: age at receipt <= num/den of life, and days left.

    Examples
    --------
    >>> str(Contract(1, 3, 0))
    '1/3/0'
    """

    max_age_num: int = 1
    max_age_den: int = 3
    min_remaining_days: int = 0

    def __str__(self) -> str:
        """Return the freshness class, "num/den/min_remaining"."""
        return f"{self.max_age_num}/{self.max_age_den}/{self.min_remaining_days}"


def shelf_life_end(
    production: dt.date, value: int, unit: str, start: str = "PRODUCTION_DAY"
) -> dt.date:
    """Return the expiry date of goods made on `production`.

    Examples
    --------
    >>> shelf_life_end(dt.date(2026, 8, 31), 6, "MONTH")
    datetime.date(2027, 2, 28)
    >>> shelf_life_end(dt.date(2026, 8, 31), 6, "DAY", "NEXT_DAY")
    datetime.date(2026, 9, 7)
    """
    first = production + dt.timedelta(days=int(start == "NEXT_DAY"))
    if unit == "MONTH":
        return add_months(first, value)
    return first + dt.timedelta(days=value)


def shelf_life_start(
    expiry: dt.date, value: int, unit: str, start: str = "PRODUCTION_DAY"
) -> dt.date:
    """Return the production date that belongs to an expiry date.

    Examples
    --------
    >>> shelf_life_start(dt.date(2027, 2, 28), 6, "MONTH")
    datetime.date(2026, 8, 28)
    """
    if unit == "MONTH":
        first = add_months(expiry, -value)
    else:
        first = expiry - dt.timedelta(days=value)
    return first - dt.timedelta(days=int(start == "NEXT_DAY"))


def eligible(
    production: Days, expiry: Days, contract: Contract, receipt: Days | int
) -> npt.NDArray[np.bool_]:
    """Return whether goods may be received on a day, in integers, inclusive.

    Parameters
    ----------
    production, expiry, receipt : int64 days since 1970-01-01

    Examples
    --------
    >>> one_third = Contract(1, 3)
    >>> eligible(np.array([0]), np.array([180]), one_third, np.array([60, 61]))
    array([ True, False])
    """
    age, life = receipt - production, expiry - production
    fresh = contract.max_age_den * age <= contract.max_age_num * life
    left = expiry - receipt
    return fresh & (left >= max(contract.min_remaining_days, 1))


def last_eligible_receipt(production: Days, expiry: Days, contract: Contract) -> Days:
    """Return the last day on which goods may be received.

    Examples
    --------
    >>> last_eligible_receipt(np.array([0]), np.array([180]), Contract(1, 3))
    array([60])
    """
    life = expiry - production
    by_age = production + life * contract.max_age_num // contract.max_age_den
    return np.minimum(by_age, expiry - max(contract.min_remaining_days, 1))


def lot_dates(snapshot: Snapshot, table: str = "lots") -> pd.DataFrame:
    """Return production and expiry of each row of a table with lots.

    Returns
    -------
    DataFrame
        production_day, expiry_day : int64 days since 1970-01-01, indexed as the
        table; the given expiry wins, a missing date follows from shelf life.
    """
    lots = snapshot[table]
    life = snapshot["skus"].set_index("sku_id")[
        ["shelf_life_value", "shelf_life_unit", "shelf_life_start"]
    ]
    terms = life.reindex(lots["sku_id"])
    rows = []
    for production, expiry, value, unit, start in zip(
        lots["production_date"],
        lots["expiry_date"],
        terms["shelf_life_value"],
        terms["shelf_life_unit"],
        terms["shelf_life_start"],
        strict=True,
    ):
        made = None if pd.isna(production) else production.date()
        ends = None if pd.isna(expiry) else expiry.date()
        if made is None and ends is not None:
            made = shelf_life_start(ends, int(value), unit, start)
        if ends is None and made is not None:
            ends = shelf_life_end(made, int(value), unit, start)
        rows.append((made, ends))
    frame = pd.DataFrame(rows, columns=["made", "ends"], index=lots.index)
    return pd.DataFrame(
        {
            "production_day": to_days(frame["made"].astype("datetime64[s]")),
            "expiry_day": to_days(frame["ends"].astype("datetime64[s]")),
        },
        index=lots.index,
    )
