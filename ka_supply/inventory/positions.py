"""Echelon stock: what already stands or travels for each pair's demand."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.domain.stock import open_deliveries, store_positions
from ka_supply.inventory.links import member_stores
from ka_supply.inventory.pooling import pooled_stock
from ka_supply.inventory.setting import Setting
from ka_supply.inventory.windows import Windows

__all__ = ["Positions", "build_positions"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Positions:
    """Echelon stock of each pair, shape (n,) each, in units.

    Parameters
    ----------
    stock_units : on hand here and, up to its own cover, at the places behind
    transit_units : on the way here, whenever it arrives
    before_units : what can serve demand before the pair's arrival
    during_units : what arrives in the window [arrival, end)
    """

    stock_units: Ints
    transit_units: Ints
    before_units: Ints
    during_units: Ints

    @property
    def total_units(self) -> Ints:
        """Units that stand before the first unit shipped tonight."""
        return self.before_units + self.during_units


def _deliveries(
    pairs: pd.DataFrame, snapshot: Snapshot, windows: Windows
) -> tuple[Ints, Ints]:
    """Return units that reach a shipment pair inside its window, and after it."""
    coming = open_deliveries(snapshot)
    numbered = pairs[["destination_id", "sku_id"]].assign(pair=np.arange(len(pairs)))
    joined = numbered[pairs["kind"] == "SHIPMENT"].merge(
        coming,
        left_on=["destination_id", "sku_id"],
        right_on=["ship_to_id", "sku_id"],
    )
    pair = joined["pair"].to_numpy(dtype=np.int64)
    units = joined["units"].to_numpy(dtype=np.int64)
    day = to_days(joined["eta_date"])
    inside = (day >= windows.received_day[pair]) & (day < windows.end_day[pair])
    after = day >= windows.end_day[pair]
    during, beyond = np.zeros((2, len(pairs)), dtype=np.int64)
    np.add.at(during, pair[inside], units[inside])
    np.add.at(beyond, pair[after], units[after])
    return during, beyond


def _whole_cover(mean_units: Floats) -> Ints:
    """Return whole units that cover a mean; noise of single precision forgiven."""
    return np.ceil(mean_units - 1e-6).astype(np.int64)


def _member_units(setting: Setting) -> Ints:
    """Return stock and transit of member stores, capped at their cover, (n,)."""
    windows = setting.windows
    found = np.zeros(len(windows.rows), dtype=np.int64)
    members = member_stores(setting.pairs, setting.network)
    if members.empty:
        return found
    known = store_positions(setting.snapshot)
    joined = members.merge(known, on=["store_id", "sku_id"], how="left")
    held = joined["on_hand_units"].fillna(0) + joined["in_transit_units"].fillna(0)
    pair = joined["pair"].to_numpy(dtype=np.int64)
    keys = joined.assign(destination_id=joined["store_id"], freshness_class="")
    rows = setting.forecast.row_index(keys)
    last = (windows.end_day + windows.review_days)[pair] - 1
    start = np.full(len(joined), windows.start_day, dtype=np.int64)
    cover = _whole_cover(setting.forecast.mean(rows, start, last))
    np.add.at(found, pair, np.minimum(held.to_numpy(dtype=np.int64), cover))
    return found


def _capped_behind(echelon: Ints, setting: Setting) -> Ints:
    """Return stock behind each transfer, each place no higher than its cover."""
    forecast, windows = setting.forecast, setting.windows
    transfer, shipment = setting.links.transfer, setting.links.shipment
    until = windows.end_day[transfer] + windows.review_days[shipment]
    start = np.full(len(transfer), windows.start_day, dtype=np.int64)
    cover = _whole_cover(forecast.mean(windows.rows[shipment], start, until - 1))
    found = np.zeros(len(windows.rows), dtype=np.int64)
    capped = np.minimum(echelon[shipment], cover)
    np.add.at(found, transfer, capped)
    return found


def build_positions(setting: Setting) -> Positions:
    """Return the echelon stock of each pair.

    One store's excess serves no other: stock behind a retailer DC or a
    warehouse counts only up to the mean demand of that place until the next
    arrival and one review more.
    """
    snapshot, pairs, windows = setting.snapshot, setting.pairs, setting.windows
    during, beyond = _deliveries(pairs, snapshot, windows)
    transit = pairs["in_transit_units"].to_numpy(dtype=np.int64)
    stock = pairs["on_hand_units"].to_numpy(dtype=np.int64) + _member_units(setting)
    behind = _capped_behind(stock + transit, setting)
    pool = pooled_stock(snapshot, pairs, windows)
    stock = stock + behind + pool.stock_units
    transit = transit + pool.before_units + pool.during_units + pool.beyond_units
    late = during + pool.during_units + beyond + pool.beyond_units
    return Positions(stock, transit, stock + transit - late, during + pool.during_units)
