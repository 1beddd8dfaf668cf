"""The value of a case now instead of at the next departure, by component."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.domain.demand import Demand
from ka_supply.inventory.curves import StepGrid
from ka_supply.inventory.lattice import ShortTail
from ka_supply.inventory.money import UnitMoney

__all__ = ["Economics", "Stay", "deferral_gain", "left_over_units", "life_value"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

THIRDS = 3
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Economics:
    """What does not depend on the window; shape (n,) each, by pair.

    Parameters
    ----------
    money : UnitMoney
    shortage_price_cny : b, the price of the service target per unit short
    presentation_units : units on display at least (stores; 0 elsewhere)
    presentation_cny_day : yuan per missing unit of the display and day
    stock_units : units ahead of the first one shipped
    before_units, during_units : the part that serves before arrival, and after
    before : Demand before arrival
    fifo_share : share of shoppers who take the oldest
    """

    money: UnitMoney
    shortage_price_cny: Floats
    presentation_units: Ints
    presentation_cny_day: float
    stock_units: Ints
    before_units: Ints
    during_units: Ints
    before: Demand
    fifo_share: float


@dataclass(frozen=True)
class Stay:
    """A window at the destination, and what becomes of goods after it.

    Parameters
    ----------
    tail : ShortTail of the window
    review_days : shape (n,), length of the window
    sold_share : shape (n,), of the window's days a sold unit does not cost
    life_windows : shape (n,), windows from arrival to withdrawal, >= 1
    now, later : Demand until withdrawal of tonight's lot, and of the next one
    """

    tail: ShortTail
    review_days: Ints
    sold_share: Floats
    life_windows: Floats
    now: Demand
    later: Demand


def left_over_units(grid: StepGrid, demand: Demand, stock_units: Ints) -> Floats:
    """Return units of each step that `demand` is expected not to reach, shape (k,).

    First in, first out: the unit with y ahead of it is left if demand <= y, so
    the first y units leave E[(y - demand)+].

    Parameters
    ----------
    demand : of each pair
    stock_units : shape (n,), units ahead of the first step
    """

    def total(pair: Ints, units: Ints) -> Floats:
        part = Demand(demand.mean[pair], demand.relative_variance[pair])
        return part.expected_left_over(stock_units[pair] + units)

    last = np.zeros(len(stock_units), dtype=np.int64)
    np.maximum.at(last, grid.pair, grid.end_units)
    some = demand.cdf(stock_units + last) > NEGLIGIBLE
    chosen = some[grid.pair]
    found = np.zeros(len(grid.pair))
    found[chosen] = grid.select(chosen).rise(total)
    return found


def _missed(grid: StepGrid, tail: ShortTail, shift: Ints | None = None) -> Floats:
    """Return expected units of each step that would have been missed."""
    if shift is None:
        return grid.rise(tail.up_to)
    return grid.rise(lambda pair, units: tail.up_to(pair, units - shift[pair]))


def _display_at_start(grid: StepGrid, economics: Economics, level: Ints) -> Floats:
    """Return units of each step that raise the display at arrival up to `level`.

    Missing at arrival: E[(gap - stock left)+] for the gap the units ahead leave.
    """
    before = economics.before

    def missing(pair: Ints, units: Ints) -> Floats:
        gap = np.maximum(level[pair] - units - economics.during_units[pair], 0)
        stock = economics.before_units[pair]
        demand = Demand(before.mean[pair], before.relative_variance[pair])
        # (gap - (stock - demand)+)+ = gap - (stock - demand)+ + (rest - demand)+
        rest = demand.expected_left_over(stock - gap)
        return np.asarray(gap - demand.expected_left_over(stock) + rest)

    below = grid.begin_units < level[grid.pair]
    found = np.zeros(len(grid.pair))
    found[below] = -grid.select(below).rise(missing)
    return found


def _shortfall(grid: StepGrid, economics: Economics, stay: Stay) -> Floats:
    """Return yuan for the display each step fills, the price falling in thirds.

    The mean of the display at arrival and at the end of the window; a unit that
    sold out fills nothing at the end.
    """
    shown = economics.presentation_units
    total = np.zeros(len(grid.pair))
    has = shown[grid.pair] > 0
    if not has.any():
        return total
    part = grid.select(has)
    sold = _missed(part, stay.tail)
    for third in range(1, THIRDS + 1):
        level = -(-shown * third // THIRDS)
        at_end = _missed(part, stay.tail, level) - sold
        filled = (_display_at_start(part, economics, level) + at_end) / 2
        total[has] += filled / THIRDS
    return total * economics.presentation_cny_day * stay.review_days[grid.pair]


def _ageing_units(grid: StepGrid, economics: Economics, stay: Stay) -> Floats:
    """Return units of each step lost to age by shipping now, not later.

    Shoppers who take the freshest leave the marginal unit until a window runs
    short: with probability p per window and n windows of life it is lost at the
    rate a p / (1 - a) per window, a = (1 - p) ** n (renewal reward).
    """
    stock, share = economics.stock_units, economics.fifo_share
    now, later = (left_over_units(grid, d, stock) for d in (stay.now, stay.later))
    difference = np.maximum(now - later, 0)
    if share == 1:
        return difference
    windows = stay.life_windows[grid.pair]
    chance = np.clip(_missed(grid, stay.tail) / grid.units, 1e-6, 1)
    lost = (1 - chance) ** windows
    rate = np.where(
        lost < 1 - 1e-9, lost * chance / np.maximum(1 - lost, 1e-9), 1 / windows
    )
    return np.asarray(share * difference + (1 - share) * grid.units * rate)


def deferral_gain(
    grid: StepGrid, economics: Economics, stay: Stay
) -> dict[str, Floats]:
    """Return the gain of each step by component, in yuan, shape (k,) each.

    gain = (m + b) E[units that would have been missed]
         + display filled
         - (holding + price of stock) * unit-days in the window
         - write-off * (aged out if shipped now - if shipped next time)
         + freight now against the next departure of the same lane (0).
    """
    pair = grid.pair
    missed = _missed(grid, stay.tail)
    unit_days = stay.review_days[pair] * (grid.units - stay.sold_share[pair] * missed)
    money = economics.money
    price = money.margin_cny + economics.shortage_price_cny
    aged = _ageing_units(grid, economics, stay)
    return {
        "LOST_SALES": price[pair] * missed,
        "SHORTFALL": _shortfall(grid, economics, stay),
        "HOLDING": -money.holding_cny_day[pair] * unit_days,
        "STOCK_PRICE": -money.stock_cny_day[pair] * unit_days,
        "WRITE_OFF": -money.write_off_cny[pair] * aged,
        "FREIGHT": np.zeros(len(pair)),
    }


def life_value(
    grid: StepGrid, economics: Economics, stay: Stay, freight_cny_case: Floats
) -> Floats:
    """Return what each step earns while it is there, in yuan, shape (k,).

    margin * units sold before withdrawal - write-off * units aged out - freight.

    Parameters
    ----------
    freight_cny_case : shape (n,), yuan per case of the pair's lane
    """
    pair = grid.pair
    aged = left_over_units(grid, stay.now, economics.stock_units)
    if economics.fifo_share < 1:
        chance = np.clip(_missed(grid, stay.tail) / grid.units, 1e-6, 1)
        freshest = grid.units * (1 - chance) ** stay.life_windows[pair]
        aged = economics.fifo_share * aged + (1 - economics.fifo_share) * freshest
    money = economics.money
    return np.asarray(
        money.margin_cny[pair] * (grid.units - aged)
        - money.write_off_cny[pair] * aged
        - freight_cny_case[pair] * grid.cases
    )
