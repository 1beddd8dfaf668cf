"""When goods at a destination are withdrawn, and which unit will still be there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.domain.demand import Demand
from ka_supply.domain.freshness import DAYS_PER_MONTH
from ka_supply.domain.snapshot import to_days
from ka_supply.inventory.options import LotOptions, contract_terms
from ka_supply.inventory.setting import Setting

__all__ = ["Ageing", "build_ageing"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ageing:
    """Withdrawal of tonight's lot and of the one expected next time.

    Parameters
    ----------
    withdrawal_day, next_withdrawal_day : shape (n,), days since 1970-01-01
        First day the goods are off the shelf; next >= now.
    now, later : Demand
        Until the day before each withdrawal, from the run date on.
    """

    withdrawal_day: Ints
    next_withdrawal_day: Ints
    now: Demand
    later: Demand


def _first_of(pair: Ints, value: Ints, default: Ints) -> Ints:
    """Return the value of each pair's first option, else its default."""
    found = default.copy()
    chosen, first = np.unique(pair, return_index=True)
    found[chosen] = value[first]
    return found


def _unknown_expiry(setting: Setting) -> Ints:
    """Return the expiry of a lot that would just be accepted, shape (n,)."""
    pairs = setting.pairs
    skus = setting.snapshot["skus"].set_index("sku_id")
    is_month = skus["shelf_life_unit"].eq("MONTH")
    days = skus["shelf_life_value"].where(
        ~is_month, skus["shelf_life_value"] * DAYS_PER_MONTH
    )
    life = pairs["sku_id"].map(days).to_numpy(dtype=np.int64)
    parts = contract_terms(pairs["contract"])
    return np.asarray(
        to_days(pairs["customer_receipt_date"])
        + life
        - life * parts[:, 0] // parts[:, 1]
    )


def _units_up_to(options: LotOptions, free_units: Ints) -> Ints:
    """Return units of each option's lot and of the pair's older ones, shape (k,)."""
    units = free_units[options.lot]
    running = np.cumsum(units)
    _, first = np.unique(options.pair, return_index=True)
    count = np.diff([*first, len(options.pair)])
    return np.asarray(running - np.repeat(running[first] - units[first], count))


def _pooled(setting: Setting, units: Floats) -> Floats:
    """Return the sum over the pairs of the same origin and SKU, shape (n,)."""
    return np.asarray(np.bincount(setting.group, weights=units)[setting.group])


def _expiries(setting: Setting, stock_units: Ints) -> tuple[Ints, Ints]:
    """Return the expiry of the lots FEFO serves tonight and next time, (n,) each.

    FEFO is at the middle of what all pairs of the origin and SKU draw: tonight
    up to their mean demand until the next arrival, then a review's demand.
    Without a lot on hand that can be expected next time, the next one is as much
    fresher as the departure is later.
    """
    options, windows, lots = setting.options, setting.windows, setting.lots
    pair, expiry = options.pair, lots["expiry_day"].to_numpy(dtype=np.int64)
    per_case = np.zeros(len(lots), dtype=np.int64)
    per_case[options.lot] = setting.units_per_case[pair]
    reach = _units_up_to(options, lots["free_cases"].to_numpy(np.int64) * per_case)
    tonight = _pooled(setting, np.maximum(windows.until_next.mean - stock_units, 0))
    rate = windows.during.mean / np.maximum(windows.review_days, 1)
    review = _pooled(setting, rate) * windows.review_days
    offered = expiry[options.lot]
    freshest = _first_of(pair[::-1], offered[::-1], _unknown_expiry(setting))
    served = reach > tonight[pair] / 2
    now = _first_of(pair[served], offered[served], freshest)
    again = options.last_receipt_day >= options.receipt_day + windows.review_days[pair]
    left = again & (reach > tonight[pair] + review[pair] / 2)
    later = _first_of(pair[left], offered[left], now + windows.review_days)
    return now, np.maximum(later, now)


def build_ageing(setting: Setting, stock_units: Ints) -> Ageing:
    """Return when tonight's lot and the next one leave the shelf.

    Parameters
    ----------
    stock_units : shape (n,), echelon stock of each pair
    """
    lock = setting.snapshot.settings.night.store_lock_days
    now, later = (day - lock for day in _expiries(setting, stock_units))
    return Ageing(now, later, setting.demand_until(now), setting.demand_until(later))
