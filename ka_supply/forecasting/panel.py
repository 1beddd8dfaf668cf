"""The history as a matrix: series in rows, periods in columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.snapshot import Snapshot
from ka_supply.forecasting.assortment import Assortment, assortment
from ka_supply.forecasting.exposure import effective_exposure
from ka_supply.forecasting.outliers import winsorised
from ka_supply.forecasting.receipts import open_share, received
from ka_supply.forecasting.sales_rows import Keys, keys_of, sales_rows
from ka_supply.forecasting.stockouts import (
    in_stock_share,
    pair_rows,
    with_sales_as_proof,
)
from ka_supply.forecasting.timeline import HORIZON_DAYS, Timeline, timeline

__all__ = ["Panel", "build_panel"]

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """History and known future of every forecast pair.

    Parameters
    ----------
    rows : DataFrame, n rows
        store_id, sku_id, account_id, category in canonical order.
    store, sku, category : shape (n,), codes
    predecessor : shape (skus,)
        Code of the SKU that a SKU replaces, -1 = none.
    line : Timeline
    units : shape (n, periods), units, >= 0
        0 wherever the exposure is 0.
    exposure : shape (n, periods), 0 to 1
        Share of the period in which shoppers could buy; 0 = missing.
    is_promo : shape (n, periods)
        Cells flagged as promotion by their sales row; none without a
        `promo_calendar`: promotions nobody announces belong to the level.
    future_open : shape (n, HORIZON_DAYS), 0 or 1
        Days on which the pair is on sale.
    """

    rows: pd.DataFrame
    store: Ints
    sku: Ints
    category: Ints
    predecessor: Ints
    line: Timeline
    units: Floats
    exposure: Floats
    is_promo: Bools
    future_open: Floats

    @property
    def categories(self) -> int:
        """Number of categories, at least one."""
        return int(self.category.max(initial=0)) + 1


def build_panel(snapshot: Snapshot) -> Panel:
    """Return the panel of a snapshot.

    An absent row of a received file is a zero; a store day without a file is
    missing. Negative sums (returns) count as zero, group purchases are capped
    (`winsorised`).
    """
    keys = keys_of(snapshot)
    sales = sales_rows(snapshot, keys)
    line = timeline(snapshot, sales)
    pairs = assortment(snapshot, keys, sales)
    row = pair_rows(pairs, keys, sales.store, sales.sku)
    column = line.column(sales.day)
    kept = (row >= 0) & (column >= 0)
    cell = row[kept] * line.periods + column[kept]
    shape = (len(pairs.rows), line.periods)
    sold = np.bincount(cell, sales.units[kept], minlength=shape[0] * shape[1])
    raw = np.maximum(sold, 0).astype(np.float32).reshape(shape)
    flagged = np.zeros(shape, dtype=bool)
    if snapshot.has("promo_calendar"):
        flagged.reshape(-1)[cell[sales.is_promo[kept]]] = True
    known = received(snapshot, keys, sales, line)
    share = in_stock_share(snapshot, keys, pairs, sales, line)
    exposure = with_sales_as_proof(share, raw) * known[pairs.store]
    exposure *= _on_sale(snapshot, keys, pairs, line, raw)
    first_row = _first_cell(raw, row[kept], column[kept])
    exposure *= np.arange(line.periods) >= first_row[:, None]
    units = winsorised(np.where(exposure > 0, raw, np.float32(0)), pairs.sku)
    exposure = effective_exposure(units, exposure)
    return Panel(
        pairs.rows,
        pairs.store,
        pairs.sku,
        pairs.category,
        _predecessors(snapshot, keys),
        line,
        units,
        exposure,
        _spread_flags(flagged, pairs, row[kept], column[kept]),
        _future_open(snapshot, keys, pairs, line.start_day),
    )


def _first_cell(raw: Floats, row: Ints, column: Ints) -> Ints:
    """Return the first column in which a series is known to have been on sale.

    The first positive sale; without one, the first row of any kind; without that,
    none (a listed pair that never had a row says nothing about demand).
    """
    n, periods = raw.shape
    first = np.full(n, periods)
    np.minimum.at(first, row, column)
    positive = raw > 0
    return np.where(positive.any(axis=1), positive.argmax(axis=1), first)


def _on_sale(
    snapshot: Snapshot, keys: Keys, pairs: Assortment, line: Timeline, raw: Floats
) -> Floats:
    """Return the share of each period on sale; a sale proves it was on sale."""
    period = line.period_days
    start = line.first_day + np.arange(line.periods) * period
    inside = (start >= pairs.first_day[:, None]) & (
        start + period <= pairs.end_day[:, None]
    )
    share = open_share(snapshot, keys, line.first_day, line.periods, period)
    share = np.maximum(share, 0)[pairs.store] * inside
    return np.where((share <= 0) & (raw > 0), np.float32(1), share)


def _future_open(
    snapshot: Snapshot, keys: Keys, pairs: Assortment, start_day: int
) -> Floats:
    day = start_day + np.arange(HORIZON_DAYS)
    inside = (day >= pairs.first_day[:, None]) & (day < pairs.end_day[:, None])
    share = open_share(snapshot, keys, start_day, HORIZON_DAYS)
    return np.asarray(np.maximum(share, 0)[pairs.store] * inside, dtype=np.float32)


def _predecessors(snapshot: Snapshot, keys: Keys) -> Ints:
    replaces = snapshot["skus"].set_index("sku_id")["replaces_sku_id"].loc[keys.skus]
    return np.asarray(keys.skus.get_indexer(pd.Index(replaces)), dtype=np.int64)


def _spread_flags(flagged: Bools, pairs: Assortment, row: Ints, column: Ints) -> Bools:
    """Return the flags, also on unsold cells of a promotion.

    A row exists mostly where something was sold. Where at least half of an
    account's rows of a SKU and day are flagged, its stores without a row count as
    flagged too, else the estimated uplift would only see the stores that sold.
    """
    if not flagged.any():
        return flagged
    has_row = np.zeros_like(flagged)
    has_row[row, column] = True
    account = pd.factorize(pairs.rows["account_id"], sort=True)[0]
    group = account * (int(pairs.sku.max()) + 1) + pairs.sku
    code = np.unique(group, return_inverse=True)[1]
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    flags = np.add.reduceat(flagged[order], starts, axis=0, dtype=np.int32)
    rows = np.add.reduceat(has_row[order], starts, axis=0, dtype=np.int32)
    mostly = (2 * flags >= rows) & (flags > 0)
    return flagged | (mostly[code] & ~has_row)
