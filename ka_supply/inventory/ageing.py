"""When goods at a destination are withdrawn, and which unit will still be there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.domain.demand import Demand
from ka_supply.domain.freshness import DAYS_PER_MONTH
from ka_supply.domain.snapshot import to_days
from ka_supply.inventory.options import LotOptions, contract_terms
from ka_supply.inventory.setting import Setting
from ka_supply.inventory.windows import Windows

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


def _still_there(
    options: LotOptions, free_units: Ints, windows: Windows, pooled_units: Floats
) -> npt.NDArray[np.bool_]:
    """Return which options the pair can still expect at its next departure.

    A lot must be eligible then, and older lots together with it must outlast
    what all pairs of its warehouse and SKU draw until then.
    """
    pair = options.pair
    again = options.last_receipt_day >= options.receipt_day + windows.review_days[pair]
    units = free_units[options.lot]
    running = np.cumsum(units)
    _, first = np.unique(pair, return_index=True)
    base = np.repeat(running[first] - units[first], np.diff([*first, len(pair)]))
    return np.asarray(again & (running - base > pooled_units[pair]))


def _pooled_units(setting: Setting) -> Floats:
    """Return what all pairs of the origin and SKU draw in a pair's review, (n,)."""
    windows = setting.windows
    rate = windows.during.mean / np.maximum(windows.review_days, 1)
    return np.asarray(
        np.bincount(setting.group, weights=rate)[setting.group] * windows.review_days
    )


def build_ageing(setting: Setting) -> Ageing:
    """Return withdrawals of the lot FEFO serves tonight and of the next one.

    Without a lot on hand that can be expected next time, the next lot is as
    much fresher as the departure is later.
    """
    options, windows, lots = setting.options, setting.windows, setting.lots
    lock = setting.snapshot.settings.night.store_lock_days
    expiry = lots["expiry_day"].to_numpy(dtype=np.int64)
    today = _first_of(options.pair, expiry[options.lot], _unknown_expiry(setting))
    per_case = np.zeros(len(lots), dtype=np.int64)
    per_case[options.lot] = setting.units_per_case[options.pair]
    free = lots["free_cases"].to_numpy(dtype=np.int64) * per_case
    kept = _still_there(options, free, windows, _pooled_units(setting))
    shifted = today + windows.review_days
    later = _first_of(options.pair[kept], expiry[options.lot][kept], shifted)
    later = np.maximum(later, today)
    return Ageing(
        today - lock,
        later - lock,
        setting.demand_until(today - lock),
        setting.demand_until(later - lock),
    )
