"""Forecasts written by hand for the tests."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ka_supply.domain.forecast import Forecast
from tests.worlds import AS_OF

Key = tuple[str, str, str]
HORIZON_DAYS = 60


def constant_forecast(
    daily: Mapping[Key, float],
    relative_variance: float = 0.0,
    as_of: dt.date = AS_OF,
    promotion_share: float = 0.0,
) -> Forecast:
    """Return the same demand every day by (destination, class, SKU)."""
    keys = sorted(daily)
    rows = pd.DataFrame(keys, columns=["destination_id", "freshness_class", "sku_id"])
    rows = rows.astype("str").assign(kind="STORE", account_id="A")
    mean = np.array([daily[key] for key in keys], dtype=float)
    month = mean * 28
    causes = pd.DataFrame(
        {
            "baseline": month * (1 - promotion_share),
            "weekday": 0.0,
            "event": 0.0,
            "promotion": month * promotion_share,
        }
    )
    return Forecast(
        rows,
        as_of + dt.timedelta(days=1),
        np.repeat(mean[:, None], HORIZON_DAYS, axis=1).astype(np.float32),
        mean,
        np.array([1, 7, 28]),
        np.full((len(keys), 3), relative_variance),
        causes,
    )
