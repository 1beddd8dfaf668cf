"""Which store days are known: files received, stores open."""

import numpy as np
import numpy.typing as npt

from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.forecasting.sales_rows import Keys, SalesRows, codes_of
from ka_supply.forecasting.timeline import Timeline

__all__ = ["open_share", "received"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


def received(snapshot: Snapshot, keys: Keys, sales: SalesRows, line: Timeline) -> Bools:
    """Return which (store, period) has a sales file, shape (stores, periods).

    One sales row makes a received file. Between the first and the last day of
    `file_receipts` that table alone decides.
    """
    shape = (len(keys.stores), line.periods)
    seen = np.zeros(shape, dtype=bool)
    column = line.column(sales.day)
    inside = column >= 0
    seen[sales.store[inside], column[inside]] = True
    table = snapshot["file_receipts"]
    store = codes_of(table["store_id"], keys.stores)
    day = to_days(table["date"])
    known = store >= 0
    column = line.column(day[known])
    kept = (column >= 0) & (column < line.periods)
    if kept.any():
        first, last = column[kept].min(), column[kept].max()
        seen[:, first : last + 1] = False
        seen[store[known][kept], column[kept]] = True
    return seen


def open_share(
    snapshot: Snapshot, keys: Keys, first_day: int, periods: int, period_days: int = 1
) -> Floats:
    """Return the share of days a store was open, shape (stores, periods)."""
    table = snapshot["store_calendar"]
    shut = table[~table["is_open"].astype(bool)]
    store = codes_of(shut["store_id"], keys.stores)
    column = (to_days(shut["date"]) - first_day) // period_days
    share = np.ones((len(keys.stores), periods), dtype=np.float32)
    kept = (store >= 0) & (column >= 0) & (column < periods)
    np.subtract.at(share, (store[kept], column[kept]), np.float32(1 / period_days))
    return share
