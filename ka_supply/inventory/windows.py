"""The days a delivery tonight must cover, and the demand in them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.demand import Demand
from ka_supply.domain.forecast import Forecast
from ka_supply.domain.snapshot import to_days
from ka_supply.inventory.links import Links

__all__ = ["Windows", "build_windows", "daily_units"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Windows:
    """Days and demand of each pair; a delivery serves from its day of arrival.

    Parameters
    ----------
    rows : shape (n,)
        Rows of the forecast; -1 has no demand.
    start_day : int
        The run date, in days since 1970-01-01.
    received_day : shape (n,), days since 1970-01-01
        When the goods reach the destination.
    arrival_day, end_day : shape (n,), days since 1970-01-01
        First day of demand the goods can serve, and the same for the next
        delivery. For a warehouse: plus the leg to the stores behind it.
    transit_days : shape (n,), days
        From departure to `arrival_day`.
    before, during, until_next : Demand
        Of [start, arrival), [arrival, end) and [start, end).
    """

    rows: Ints
    start_day: int
    received_day: Ints
    arrival_day: Ints
    end_day: Ints
    transit_days: Ints
    before: Demand
    during: Demand
    until_next: Demand

    @property
    def review_days(self) -> Ints:
        """Days from the arrival to the next one."""
        return self.end_day - self.arrival_day


def daily_units(pairs: pd.DataFrame, forecast: Forecast) -> Floats:
    """Return mean demand per day of each pair over its own review, shape (n,)."""
    arrival = to_days(pairs["arrival_date"])
    following = to_days(pairs["next_arrival_date"])
    mean = forecast.mean(forecast.row_index(pairs), arrival, following - 1)
    return np.asarray(mean / np.maximum(following - arrival, 1))


def build_windows(
    pairs: pd.DataFrame, forecast: Forecast, links: Links, start_day: int
) -> Windows:
    """Return the windows of each pair."""
    departure = to_days(pairs["departure_date"])
    received = to_days(pairs["arrival_date"])
    lane = (received - departure).astype(float)
    onward = np.where(pairs["kind"] == "TRANSFER", links.average(lane), 0.0)
    onward[~np.isin(np.arange(len(pairs)), links.transfer)] = 0.0
    leg = np.rint(onward).astype(np.int64)
    arrival, end = received + leg, to_days(pairs["next_arrival_date"]) + leg
    rows = forecast.row_index(pairs)
    start = np.full(len(pairs), start_day, dtype=np.int64)
    return Windows(
        rows,
        start_day,
        received,
        arrival,
        end,
        arrival - departure,
        forecast.window(rows, start, arrival - 1),
        forecast.window(rows, arrival, end - 1),
        forecast.window(rows, start, end - 1),
    )
