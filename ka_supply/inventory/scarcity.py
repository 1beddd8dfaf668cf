"""The price of tonight's cases when supply cannot last until more comes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.demand import Demand
from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.inventory.curves import StepGrid
from ka_supply.inventory.lot_credit import last_dispatch_day
from ka_supply.inventory.setting import Setting

__all__ = ["Horizon", "build_horizon", "longer_window", "marginal_value"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LONGEST_WAIT_DAYS = 60
LIKELY = 0.99


@dataclass(frozen=True)
class Horizon:
    """How long tonight's supply must last.

    Parameters
    ----------
    group : shape (n,)
        Number of the pair's origin and SKU.
    supply_cases : shape (groups,)
        Free cases that at least one pair of the group may take.
    end_day : shape (n,), days since 1970-01-01
        First day served by a later supply, one review after it can arrive.
    is_scarce : shape (n,)
        Whether supply may fall short until then and waiting is an option.
    """

    group: Ints
    supply_cases: Ints
    end_day: Ints
    is_scarce: Bools


def _inbound_days(snapshot: Snapshot, run_day: int) -> pd.Series:
    """Return the day of the next sure inbound by (warehouse_id, sku_id)."""
    rows = snapshot["inbound_supply"]
    days = pd.Series(to_days(rows["eta_date"]), index=rows.index)
    sure = rows["status"].isin(["CONFIRMED", "IN_TRANSIT"]) & (days >= run_day)
    keys = [rows.loc[sure, "warehouse_id"], rows.loc[sure, "sku_id"]]
    return days[sure].groupby(keys).min()


def _next_supply_day(setting: Setting) -> Ints:
    """Return when each group's warehouse can next be supplied, shape (groups,).

    The next sure inbound or, at a regional warehouse, tonight's transfer; else
    the last day on which a lot on hand may leave; at most 60 days from now.
    """
    snapshot, pairs, options = setting.snapshot, setting.pairs, setting.options
    group, run_day = setting.group, setting.windows.start_day
    latest = run_day + LONGEST_WAIT_DAYS
    count = int(group.max(initial=-1)) + 1
    none = latest + 1
    inbound = _inbound_days(snapshot, run_day)
    keys = pd.MultiIndex.from_frame(pairs[["origin_id", "sku_id"]])
    known = inbound.reindex(keys, fill_value=none).to_numpy(dtype=np.int64)
    moved = pairs[pairs["kind"] == "TRANSFER"]
    moved = moved[np.isin(moved.index, options.pair)]
    transfer = pd.Series(to_days(moved["arrival_date"]), index=moved.index).groupby(
        [moved["destination_id"], moved["sku_id"]]
    )
    other = transfer.min().reindex(keys, fill_value=none).to_numpy(dtype=np.int64)
    first = np.full(count, none)
    np.minimum.at(first, group, np.minimum(known, other))
    last = np.full(count, run_day, dtype=np.int64)
    leave = last_dispatch_day(options, setting.departure_day)
    np.maximum.at(last, group[options.pair], leave)
    return np.minimum(np.where(first < none, first, last), latest)


def build_horizon(setting: Setting, stock_units: Ints) -> Horizon:
    """Return until when supply must last and where it may not.

    Parameters
    ----------
    stock_units : shape (n,), echelon stock of each pair
    """
    windows, options, group = setting.windows, setting.options, setting.group
    following = _next_supply_day(setting)
    reach = following[group] + windows.transit_days + windows.review_days
    end = np.maximum(reach, windows.end_day)
    likely = setting.demand_until(end).quantile(LIKELY)
    drawn = np.maximum(likely - stock_units, 0) / setting.units_per_case
    supply = np.zeros(len(following), dtype=np.int64)
    lot, first = np.unique(options.lot, return_index=True)
    free = setting.lots["free_cases"].to_numpy(dtype=np.int64)
    np.add.at(supply, group[options.pair[first]], free[lot])
    short = np.bincount(group, weights=drawn, minlength=len(supply)) > supply
    waits = np.zeros(len(supply), dtype=bool)
    np.logical_or.at(waits, group, end > windows.end_day)
    scarce = short & waits & (supply > 0)
    return Horizon(group, supply, end, scarce[group])


def longer_window(setting: Setting, horizon: Horizon) -> Demand:
    """Return demand from arrival to the horizon; none where supply lasts."""
    windows = setting.windows
    rows = np.where(horizon.is_scarce, windows.rows, -1)
    return setting.forecast.window(rows, windows.arrival_day, horizon.end_day - 1)


def marginal_value(grid: StepGrid, per_case_cny: Floats, horizon: Horizon) -> Floats:
    """Return the value of the first case supply cannot serve, by group, in yuan.

    All curves of a group merge in falling order; 0 where supply suffices.

    Parameters
    ----------
    per_case_cny : shape (k,)
        Value per case of each step over the longer window, never rising.
    """
    group = horizon.group[grid.pair]
    order = np.lexsort((grid.step, grid.pair, -per_case_cny, group))
    ordered, cases = group[order], grid.cases[order]
    running = np.cumsum(cases)
    _, first = np.unique(ordered, return_index=True)
    base = np.repeat(running[first] - cases[first], np.diff([*first, len(order)]))
    served = running - base <= horizon.supply_cases[ordered]
    price = np.zeros(len(horizon.supply_cases))
    unserved = np.maximum(per_case_cny[order][~served], 0)
    np.maximum.at(price, ordered[~served], unserved)
    return price
