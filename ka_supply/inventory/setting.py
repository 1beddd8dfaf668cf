"""One night's pairs with what all later steps look up."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.demand import Demand
from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.inventory.links import Links, shipments_behind
from ka_supply.inventory.options import LotOptions, lot_options
from ka_supply.inventory.windows import Windows, build_windows, daily_units

__all__ = ["Setting", "build_setting"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """The pairs of a night and their surroundings.

    Parameters
    ----------
    pairs : DataFrame of `ka_supply.domain.pairs.build_pairs`, n rows
    lots : DataFrame of `ka_supply.domain.stock.free_lots`, m rows
    links : transfers and the shipments behind them
    windows : days and demand of each pair
    options : the lots each pair may take
    group : shape (n,), number of the pair's origin and SKU
    """

    snapshot: Snapshot
    network: Network
    forecast: Forecast
    pairs: pd.DataFrame
    lots: pd.DataFrame
    links: Links
    windows: Windows
    options: LotOptions
    group: Ints

    @property
    def units_per_case(self) -> Ints:
        """Units per case of each pair, shape (n,)."""
        return self.pairs["units_per_case"].to_numpy(dtype=np.int64)

    @property
    def departure_day(self) -> Ints:
        """Day of departure of each pair, days since 1970-01-01, shape (n,)."""
        return to_days(self.pairs["departure_date"])

    def demand_until(self, day: Ints) -> Demand:
        """Return demand of each pair from the run date to the day before `day`."""
        start = np.full(len(self.pairs), self.windows.start_day, dtype=np.int64)
        return self.forecast.window(self.windows.rows, start, day - 1)


def build_setting(
    snapshot: Snapshot,
    network: Network,
    forecast: Forecast,
    pairs: pd.DataFrame,
    lots: pd.DataFrame,
) -> Setting:
    """Return the setting of a night."""
    run_day = int(to_days(snapshot.run_date))
    links = shipments_behind(pairs, snapshot, network, daily_units(pairs, forecast))
    windows = build_windows(pairs, forecast, links, run_day)
    options = lot_options(pairs, lots, run_day)
    group = pairs.groupby(["origin_id", "sku_id"], sort=True).ngroup()
    return Setting(
        snapshot,
        network,
        forecast,
        pairs,
        lots,
        links,
        windows,
        options,
        np.asarray(group, dtype=np.int64),
    )
