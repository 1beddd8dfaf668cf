"""Promotions: which cells they cover and how much more is sold."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.domain.snapshot import Snapshot, records, to_days
from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.pooling import shrunk_ratio, sum_by
from ka_supply.forecasting.timeline import HORIZON_DAYS

__all__ = ["PromotionRow", "future_uplift", "past_promotions", "promotion_rows"]
__all__ += ["uplift_by_sku"]

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# Prior of a promotion nobody has seen yet; an assumption, as published uplifts differ.
DEFAULT_UPLIFT = 1.5
DEFAULT_STRENGTH_UNITS = 10.0
STRENGTH_UNITS = 30.0
SMALLEST_UPLIFT, LARGEST_UPLIFT = 0.8, 10.0


@dataclass(frozen=True)
class PromotionRow:
    """One planned promotion and the series it covers.

    Parameters
    ----------
    series : shape (k,), rows of the panel
    first_day, last_day : sale window, days since 1970-01-01, both included
    uplift : float or None
        Agreed factor; None = estimated.
    """

    series: Ints
    first_day: int
    last_day: int
    uplift: float | None


def promotion_rows(snapshot: Snapshot, panel: Panel) -> list[PromotionRow]:
    """Return the promotions that count (`settings.data.promo_statuses`)."""
    statuses = set(snapshot.settings.data.promo_statuses)
    calendar = [
        r for r in records(snapshot["promo_calendar"]) if r["status"] in statuses
    ]
    if not calendar:
        return []
    members = panel.rows.groupby(["account_id", "sku_id"], sort=True).indices
    store_id = panel.rows["store_id"].to_numpy()
    found = []
    for row in calendar:
        series = members.get((row["account_id"], row["sku_id"]))
        if series is None:
            continue
        if row["store_id"] is not None:
            series = series[store_id[series] == row["store_id"]]
        first, last = _days(row["sale_start"], row["sale_end"])
        uplift = row["uplift"]
        agreed = None if uplift is None else float(uplift)
        found.append(PromotionRow(np.asarray(series), first, last, agreed))
    return found


def _days(first: dt.date, last: dt.date) -> tuple[int, int]:
    return int(to_days(first)), int(to_days(last))


def past_promotions(panel: Panel, promotions: list[PromotionRow]) -> Bools:
    """Return the promotion cells of the history, shape (n, periods)."""
    cells = panel.is_promo.copy()
    for promotion in promotions:
        columns = panel.line.columns_between(promotion.first_day, promotion.last_day)
        cells[promotion.series, columns] = True
    return cells


def uplift_by_sku(
    panel: Panel, promoted: Bools, weight: Floats, rate: Floats
) -> Floats:
    """Return the uplift of each SKU, shape (skus,).

    Sales over expected sales of its promotion cells, shrunk to the category's
    ratio, that to the ratio of all, that to 1.5; within 0.8 and 10.

    Parameters
    ----------
    weight : shape (n, periods)
        Exposure times all factors but the promotion's.
    rate : shape (n, blocks), units per period
        Local level of each block.
    """
    row, column = np.nonzero(promoted & (panel.exposure > 0))
    n, skus = len(panel.rows), len(panel.predecessor)
    sold = np.bincount(row, panel.units[row, column], minlength=n)
    base = weight[row, column] * rate[row, column // panel.line.block]
    awaited = np.bincount(row, base, minlength=n)
    by_sku = sum_by(panel.sku, np.stack([sold, awaited], axis=1), skus)
    category_of = np.zeros(skus, dtype=np.int64)
    category_of[panel.sku] = panel.category
    by_category = sum_by(category_of, by_sku, panel.categories)
    every = shrunk_ratio(
        by_category[:, 0].sum(),
        by_category[:, 1].sum(),
        DEFAULT_UPLIFT,
        DEFAULT_STRENGTH_UNITS,
    )
    pooled = shrunk_ratio(by_category[:, 0], by_category[:, 1], every, STRENGTH_UNITS)
    parent = pooled[category_of]
    own = shrunk_ratio(by_sku[:, 0], by_sku[:, 1], parent, STRENGTH_UNITS)
    return np.clip(own, SMALLEST_UPLIFT, LARGEST_UPLIFT).astype(np.float32)


def future_uplift(
    panel: Panel, promotions: list[PromotionRow], estimated: Floats
) -> Floats:
    """Return the promotion factor of each forecast day, shape (n, HORIZON_DAYS).

    The agreed uplift of a promotion wins over the estimate; of two promotions on
    one day the larger factor counts.
    """
    factor = np.ones((len(panel.rows), HORIZON_DAYS), dtype=np.float32)
    touched = np.zeros(factor.shape, dtype=bool)
    for series, days, uplift in _inside_horizon(panel, promotions, estimated):
        here = np.ix_(series, days)
        known = np.where(touched[here], factor[here], np.float32(0))
        factor[here] = np.maximum(known, uplift[:, None])
        touched[here] = True
    return factor


def _inside_horizon(
    panel: Panel, promotions: list[PromotionRow], estimated: Floats
) -> Iterator[tuple[Ints, Ints, Floats]]:
    start = panel.line.start_day
    for row in promotions:
        first = max(row.first_day - start, 0)
        last = min(row.last_day - start, HORIZON_DAYS - 1)
        if last < first or not len(row.series):
            continue
        uplift = estimated[panel.sku[row.series]]
        if row.uplift is not None:
            uplift = np.full(len(row.series), row.uplift, dtype=np.float32)
        yield row.series, np.arange(first, last + 1), uplift
