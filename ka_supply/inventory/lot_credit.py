"""What it is worth that a case leaves the warehouse before its lot dies there."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.demand import Demand
from ka_supply.inventory.options import LotOptions
from ka_supply.inventory.setting import Setting

__all__ = [
    "last_dispatch_day",
    "last_served_day",
    "left_over_chance",
    "lot_credit",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEN_PER_YUAN = 100


def last_dispatch_day(options: LotOptions, departure_day: Ints) -> Ints:
    """Return the last day each option may leave, shape (k,), days."""
    transit = options.receipt_day - departure_day[options.pair]
    return np.asarray(options.last_receipt_day - transit)


def last_served_day(setting: Setting) -> Ints:
    """Return the end of the window of each option's last departure, shape (k,).

    The first day, in days since 1970-01-01, that no departure with this lot can
    serve any more before a fresher delivery does.
    """
    options, windows = setting.options, setting.windows
    pair = options.pair
    review = np.maximum(windows.review_days[pair], 1)
    leave = setting.departure_day
    last = last_dispatch_day(options, leave)
    departures = np.maximum((last - leave[pair]) // review + 1, 0)
    return np.asarray(windows.arrival_day[pair] + departures * review)


def _pull(setting: Setting, stock_units: Ints) -> tuple[Floats, Floats]:
    """Return mean and variance of what each option's pair still draws.

    Demand until the lot can serve no more, less what already stands there.
    """
    windows, pair = setting.windows, setting.options.pair
    end = last_served_day(setting)
    start = np.full(len(pair), windows.start_day, dtype=np.int64)
    demand = setting.forecast.window(windows.rows[pair], start, end - 1)
    variance = demand.mean + demand.relative_variance * demand.mean**2
    return np.maximum(demand.mean - stock_units[pair], 0), variance


def left_over_chance(mean: Floats, variance: Floats, units: Ints) -> Floats:
    """Return P(pull < units) of each lot, the pull negative binomial, shape (m,).

    Examples
    --------
    >>> left_over_chance(np.array([0.0]), np.array([0.0]), np.array([5]))
    array([1.])
    """
    relative = (variance - mean) / np.maximum(mean, 1e-9) ** 2
    relative = np.where(mean > 0, np.maximum(relative, 0), 0.0)
    return Demand(mean, relative).cdf(units - 1)


def lot_credit(setting: Setting, stock_units: Ints, write_off_cny: Floats) -> Ints:
    """Return the credit of each lot, in fen per case, shape (m,).

    write-off * max over lots j that die no earlier of P(D_j < K_j): K_j counts
    cases up to lot j by expiry, D_j is what the destinations still allowed draw
    until lot j's last eligible dispatch. A lot that nobody may take has none.

    Parameters
    ----------
    stock_units : shape (n,), echelon stock of each pair
    write_off_cny : shape (n,), per unit of each pair, net of salvage
    """
    options, lots = setting.options, setting.lots
    mean, variance = _pull(setting, stock_units)
    count = len(lots)
    total, spread = np.zeros(count), np.zeros(count)
    np.add.at(total, options.lot, mean)
    np.add.at(spread, options.lot, variance)
    live = np.zeros(count, dtype=bool)
    live[options.lot] = True
    per_case, loss = np.zeros(count, dtype=np.int64), np.zeros(count)
    per_case[options.lot] = setting.units_per_case[options.pair]
    loss[options.lot] = write_off_cny[options.pair]
    keys = [lots["warehouse_id"], lots["sku_id"]]
    units = pd.Series(lots["free_cases"] * per_case)
    kept = units.groupby(keys).cumsum().to_numpy(dtype=np.int64)
    chance = np.where(live, left_over_chance(total, spread, kept), 0.0)
    # Lots are in order of expiry: in reversed order the last to die come first.
    worst = pd.Series(chance)[::-1].groupby(keys).cummax()[::-1].to_numpy(dtype=float)
    credit = np.floor(loss * per_case * worst * FEN_PER_YUAN)
    return np.where(live, credit, 0).astype(np.int64)
