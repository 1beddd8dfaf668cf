"""How events move demand: one factor per category and event, shrunk to 1."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.events import EventDays
from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.pooling import one_hot

__all__ = ["event_factors"]

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SMALLEST_NOISE = 0.02
MAD_TO_DEVIATION = 1.4826
FEWEST_PLAIN_DAYS = 14
ROWS_PER_SLICE = 1024
# Days before and after that tell how far the expected sales are off anyway.
TREND_DAYS = 21


def event_factors(
    panel: Panel,
    events: EventDays,
    weight: Floats32,
    plain: Floats32,
    rate: Floats32,
) -> Floats32:
    """Return the demand factor of each category and event, shape (g, labels).

    The log ratio of sales to expected sales on the event's days, as a ridge
    estimate: shrunk by the noise of ordinary days over the number of days.

    Parameters
    ----------
    events : EventDays of the history's columns
    weight : shape (n, periods)
        Exposure times weekday factor.
    plain : shape (n, periods)
        Exposure outside promotions (event days included).
    rate : shape (n, blocks), units per period
        Local level of each block.
    """
    sold, awaited = _category_sums(panel, weight, plain, rate)
    mean, days, noise = _log_ratios(sold, awaited, events)
    # The days of one occurrence err together: they count as one observation.
    variance = noise[:, None] ** 2 / np.minimum(
        _occurrences(events), np.maximum(days, 1)
    )
    prior = events.deviation**2
    trust = prior / (prior + variance)
    common = np.where(days[-1] > 0, trust[-1] * mean[-1], 0.0)
    own = np.where(days[:-1] > 0, trust[:-1] * (mean[:-1] - common), 0.0)
    log_factor = common + own
    log_factor[:, 0] = 0.0
    return np.asarray(np.exp(log_factor), dtype=np.float32)


def _category_sums(
    panel: Panel, weight: Floats32, plain: Floats32, rate: Floats32
) -> tuple[Floats, Floats]:
    """Return sales and expected sales per category and period; last row: all."""
    groups, block = panel.categories, panel.line.block
    total = np.zeros((2, groups + 1, panel.line.periods))
    # In slices of rows that fit the processor's cache.
    for first in range(0, len(panel.rows), ROWS_PER_SLICE):
        part = slice(first, first + ROWS_PER_SLICE)
        member = one_hot(panel.category[part], groups).toarray().astype(np.float32)
        used = (plain[part] > 0).astype(np.float32)
        total[0, :-1] += member @ (panel.units[part] * used)
        used *= weight[part]
        used.reshape(len(used), -1, block)[...] *= rate[part, :, None]
        total[1, :-1] += member @ used
    total[:, -1] = total[:, :-1].sum(axis=1)
    return total[0], total[1]


def _occurrences(events: EventDays) -> Floats:
    """Return how often each event starts, at least 1, shape (labels,)."""
    starts = np.diff(events.code, prepend=0) != 0
    count = np.bincount(events.code[starts], minlength=len(events.labels))
    return np.maximum(count, 1).astype(np.float64)


def _log_ratios(
    sold: Floats, awaited: Floats, events: EventDays
) -> tuple[Floats, Floats, Floats]:
    """Return mean log ratio and days per group and event, and the daily noise."""
    known = awaited > 0
    ratio = np.where(known, np.log((sold + 1) / (awaited + 1)), 0.0)
    ordinary = known & events.is_ordinary
    ratio = np.where(known, ratio - _trend(ratio, ordinary), 0.0)
    is_event = np.zeros((len(events.code), len(events.labels)))
    is_event[np.arange(len(events.code)), events.code] = 1.0
    days = known @ is_event
    mean = (ratio @ is_event) / np.maximum(days, 1)
    pairs = zip(ratio, ordinary, strict=True)
    noise = np.array([_noise(r[is_used]) for r, is_used in pairs])
    return mean, days, noise


def _trend(ratio: Floats, ordinary: npt.NDArray[np.bool_]) -> Floats:
    """Return the mean of the ordinary days around each day, shrunk to 0."""
    width = 2 * TREND_DAYS + 1
    padded = np.zeros((2, len(ratio), ratio.shape[1] + width))
    start = TREND_DAYS + 1
    padded[:, :, start : start + ratio.shape[1]] = (
        np.where(ordinary, ratio, 0),
        ordinary,
    )
    total, days = np.cumsum(padded, axis=2)
    around = total[:, width:] - total[:, :-width]
    count = days[:, width:] - days[:, :-width]
    return np.asarray(around / (count + 1))


def _noise(ratio: Floats) -> float:
    """Return a robust standard deviation of ordinary days' log ratios."""
    if len(ratio) < FEWEST_PLAIN_DAYS:
        return 1.0
    spread = np.median(np.abs(ratio - np.median(ratio))) * MAD_TO_DEVIATION
    return max(float(spread), SMALLEST_NOISE)
