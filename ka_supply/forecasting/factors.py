"""All demand factors of a panel, in the order in which they are learned."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ka_supply.domain.snapshot import Snapshot
from ka_supply.forecasting.baseline import local_rate
from ka_supply.forecasting.event_factors import event_factors
from ka_supply.forecasting.events import EventDays, event_days, holidays
from ka_supply.forecasting.panel import Panel
from ka_supply.forecasting.promotions import (
    future_uplift,
    past_promotions,
    promotion_rows,
    uplift_by_sku,
)
from ka_supply.forecasting.timeline import HORIZON_DAYS, weekdays
from ka_supply.forecasting.weekday import weekday_profile

__all__ = ["Factors", "learn_factors"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Factors:
    """Multipliers of the level.

    Parameters
    ----------
    past : shape (n, periods)
        Exposure times weekday, event and promotion factor.
    weekday, event, promotion : shape (n, HORIZON_DAYS)
        Factors of the forecast days.
    """

    past: Floats
    weekday: Floats
    event: Floats
    promotion: Floats


def learn_factors(snapshot: Snapshot, panel: Panel) -> Factors:
    """Return weekday, event and promotion factors, learned one after another.

    Weekdays from days without promotion or event, events from days without
    promotion, promotions against both.
    """
    line = panel.line
    past_events, future_events = _events(snapshot, panel)
    planned = promotion_rows(snapshot, panel)
    promoted = past_promotions(panel, planned)
    unpromoted = np.where(promoted, np.float32(0), panel.exposure)
    plain = unpromoted * past_events.is_ordinary
    rate = local_rate(panel.units, plain, line.block)
    profile = weekday_profile(panel, plain, rate)
    past = profile[:, line.weekdays()]
    past *= panel.exposure
    event = np.ones((panel.categories, len(past_events.labels)), dtype=np.float32)
    if past_events.code.any():
        event = event_factors(panel, past_events, past, unpromoted, rate)
        days = np.flatnonzero(past_events.code)
        past[:, days] *= event[:, past_events.code[days]][panel.category]
    uplift = uplift_by_sku(panel, promoted, past, rate)
    row, column = np.nonzero(promoted)
    past[row, column] *= uplift[panel.sku[row]]
    ahead = weekdays(line.start_day, HORIZON_DAYS)
    return Factors(
        past,
        profile[:, ahead],
        event[:, future_events.code][panel.category],
        future_uplift(panel, planned, uplift),
    )


def _events(snapshot: Snapshot, panel: Panel) -> tuple[EventDays, EventDays]:
    """Return the events of history and horizon with common labels.

    Weekly history is too coarse to learn single days from: no events.
    """
    line = panel.line
    if line.period_days > 1:
        none = np.zeros(line.periods, dtype=np.int64)
        ahead = np.zeros(HORIZON_DAYS, dtype=np.int64)
        events = EventDays(none, ("",), np.zeros(1))
        return events, replace(events, code=ahead)
    days = line.periods + HORIZON_DAYS
    every = event_days(holidays(snapshot), line.first_day, days)
    return (
        replace(every, code=every.code[: line.periods]),
        replace(every, code=every.code[line.periods :]),
    )
