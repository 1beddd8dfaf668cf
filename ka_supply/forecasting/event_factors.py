"""How events move demand: one factor per category and event, shrunk to 1."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.events import EventDays
from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.pooling import sum_by

__all__ = ["event_factors"]

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SMALLEST_NOISE = 0.02
MAD_TO_DEVIATION = 1.4826
FEWEST_PLAIN_DAYS = 14
# Days before and after that tell how far the expected sales are off anyway.
TREND_DAYS = 21


def event_factors(
    panel: Panel, events: EventDays, expected: Floats32, plain: Floats32
) -> Floats32:
    """Return the demand factor of each category and event, shape (g, labels).

    The log ratio of sales to expected sales on the event's days, as a ridge
    estimate: shrunk by the noise of ordinary days over the number of days.

    Parameters
    ----------
    events : EventDays of the history's columns
    expected : shape (n, periods), units
        Expected sales without events.
    plain : shape (n, periods)
        Exposure outside promotions (event days included).
    """
    used = plain > 0
    sold = sum_by(panel.category, np.where(used, panel.units, 0), panel.categories)
    awaited = sum_by(panel.category, np.where(used, expected, 0), panel.categories)
    sold = np.vstack([sold, sold.sum(axis=0)])
    awaited = np.vstack([awaited, awaited.sum(axis=0)])
    mean, days, noise = _log_ratios(sold, awaited, events)
    # The days of one occurrence err together: they count as one observation.
    variance = noise[:, None] ** 2 / np.minimum(
        _occurrences(events), np.maximum(days, 1)
    )
    prior = events.deviation**2
    weight = prior / (prior + variance)
    common = np.where(days[-1] > 0, weight[-1] * mean[-1], 0.0)
    own = np.where(days[:-1] > 0, weight[:-1] * (mean[:-1] - common), 0.0)
    log_factor = common + own
    log_factor[:, 0] = 0.0
    return np.asarray(np.exp(log_factor), dtype=np.float32)


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
