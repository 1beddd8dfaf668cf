"""What the value of a case depends on, gathered pair by pair."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.domain.demand import Demand
from ka_supply.inventory.ageing import Ageing
from ka_supply.inventory.gain import Economics, Stay
from ka_supply.inventory.lattice import ShortTail, short_tail
from ka_supply.inventory.money import UnitMoney, service_price, sold_day_share
from ka_supply.inventory.positions import Positions
from ka_supply.inventory.setting import Setting
from ka_supply.inventory.targets import Targets

__all__ = ["Valuation", "build_economics", "longer_stay", "stay_until_next"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Valuation:
    """The inputs of the value curves.

    Parameters
    ----------
    need_cases : shape (n,), whole cases needed (rule R13)
    credit_fen : shape (m,), credit per case of each lot
    """

    setting: Setting
    positions: Positions
    ageing: Ageing
    targets: Targets
    money: UnitMoney
    need_cases: Ints
    credit_fen: Ints

    @property
    def displayed_units(self) -> Ints:
        """Minimum display where goods are sent to the store itself, else 0."""
        at_store = self.setting.pairs["destination_kind"] == "STORE"
        return np.where(at_store, self.targets.presentation_units, 0)

    def short_tail(self, during: Demand) -> ShortTail:
        """Return the chance that each further unit is missed in a window."""
        return short_tail(
            self.setting.windows.before,
            during,
            self.positions.before_units,
            self.positions.during_units,
            self.displayed_units,
        )


def _stay(valuation: Valuation, tail: ShortTail, end_day: Ints, later: Demand) -> Stay:
    windows, ageing = valuation.setting.windows, valuation.ageing
    period = valuation.setting.snapshot.settings.data.period_days
    days = end_day - windows.arrival_day
    on_shelf = np.maximum(ageing.withdrawal_day - windows.arrival_day, 0)
    return Stay(
        tail,
        days,
        sold_day_share(days, period),
        np.maximum(on_shelf // np.maximum(days, 1), 1).astype(float),
        ageing.now,
        later,
    )


def stay_until_next(valuation: Valuation) -> Stay:
    """Return the stay from the arrival to the next one."""
    windows = valuation.setting.windows
    tail = valuation.short_tail(windows.during)
    return _stay(valuation, tail, windows.end_day, valuation.ageing.later)


def longer_stay(valuation: Valuation, during: Demand, end_day: Ints) -> Stay:
    """Return the stay from the arrival to the end of the scarce time.

    Goods sent then are as much fresher as they leave later.

    Parameters
    ----------
    during : Demand of [arrival, end_day)
    """
    windows = valuation.setting.windows
    shift = end_day - windows.arrival_day
    later = valuation.setting.demand_until(valuation.ageing.withdrawal_day + shift)
    return _stay(valuation, valuation.short_tail(during), end_day, later)


def _shortage_price(valuation: Valuation, stay: Stay) -> Floats:
    """Return b of each pair: its target's quantile unit just breaks even."""
    money, targets = valuation.money, valuation.targets
    ahead = stay.tail.first_at_most(1 - targets.alpha_frac)
    place = valuation.positions.total_units + ahead
    ages = np.maximum(stay.now.cdf(place) - stay.later.cdf(place), 0)
    keeping = (money.holding_cny_day + money.stock_cny_day) * stay.review_days
    return service_price(
        targets.alpha_frac,
        money.margin_cny,
        keeping + money.write_off_cny * ages,
        keeping * stay.sold_share,
    )


def build_economics(valuation: Valuation, stay: Stay) -> Economics:
    """Return the terms of the gain that hold for any window."""
    settings = valuation.setting.snapshot.settings
    positions = valuation.positions
    return Economics(
        valuation.money,
        _shortage_price(valuation, stay),
        valuation.displayed_units,
        settings.money.presentation_cny_per_facing_day,
        positions.total_units,
        positions.before_units,
        positions.during_units,
        valuation.setting.windows.before,
        settings.night.fifo_share,
    )
