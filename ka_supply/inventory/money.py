"""What a unit earns, costs and loses, from the one money table."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.settings import Settings
from ka_supply.inventory.links import Links

__all__ = ["UnitMoney", "service_price", "sold_day_share", "unit_money"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class UnitMoney:
    """Yuan per unit of each pair, shape (n,) each.

    Parameters
    ----------
    margin_cny : lost when a shopper finds none
    write_off_cny : lost when a unit ages out, net of its salvage
    holding_cny_day, stock_cny_day : holding and price of stock per unit and day
    """

    margin_cny: Floats
    write_off_cny: Floats
    holding_cny_day: Floats
    stock_cny_day: Floats


def unit_money(pairs: pd.DataFrame, links: Links, settings: Settings) -> UnitMoney:
    """Return the money of each pair; a transfer earns what the stores behind earn.

    A price below cost counts as a margin of zero.
    """
    money = settings.money
    cost = pairs["cost_cny"].to_numpy(dtype=float)
    price = pairs["price_cny"].to_numpy(dtype=float)
    margin = np.maximum(price - cost, 0) * money.lost_shopper_share
    write_off = (
        cost * (money.write_off_share - money.salvage_share)
        + money.disposal_cny_per_unit
    )
    return UnitMoney(
        links.average(margin),
        np.maximum(write_off, 0),
        cost * money.holding_rate_per_year / DAYS_PER_YEAR,
        cost * money.price_of_stock_per_day,
    )


def sold_day_share(review_days: Ints, period_days: int) -> Floats:
    """Return the share of a window's stock days that a sold unit does not cost.

    Stock is charged at the close of each of the window's n periods and a sold
    unit leaves in any of them alike: it costs (n - 1) / 2 of n periods.

    Examples
    --------
    >>> sold_day_share(np.array([7, 7]), 7)
    array([1., 1.])
    >>> sold_day_share(np.array([9]), 1).round(3)
    array([0.556])
    """
    periods = np.maximum(review_days / period_days, 1)
    return np.asarray((periods + 1) / (2 * periods))


def service_price(
    target_frac: Floats, margin_cny: Floats, kept_cny: Floats, saved_cny: Floats
) -> Floats:
    """Return b, the yuan per unit short that a service target implies beyond margin.

    At the target quantile a unit sells with probability 1 - alpha. It costs
    `kept_cny` less `saved_cny` if it sells, so it breaks even where
    (m + b) (1 - alpha) = kept - saved (1 - alpha). Where the margin already
    pays for more, b is 0 and the target does not bind.

    Parameters
    ----------
    target_frac : shape (n,), 0 to below 1
        alpha; 0 means no target.
    kept_cny : shape (n,)
        Holding, price of stock and ageing of a unit left over.
    saved_cny : shape (n,)
        The part of it that a sold unit does not cost.

    Examples
    --------
    >>> service_price(np.array([0.9]), np.array([1.0]), np.array([0.2]),
    ...               np.array([0.2])).round(3)
    array([0.8])
    """
    sells = 1 - target_frac
    needed = kept_cny / sells - saved_cny
    return np.where(target_frac > 0, np.maximum(needed - margin_cny, 0), 0.0)
