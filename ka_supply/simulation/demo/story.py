"""Who is short, who has too much, and whose days are numbered tonight."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.listings import Pairs
from ka_supply.simulation.demo.masters import Masters
from ka_supply.simulation.demo.network import Network

__all__ = ["Rates", "Story", "make_rates", "make_story"]

SCARCE, SURPLUS, LAST_CALL, CLOSING_SOON = 15, 10, 12, 10
SHORTEST_STORY_LIFE_DAYS = 90
RATE_DAYS = 14

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Story:
    """Flags per SKU; an article plays at most one part.

    Parameters
    ----------
    scarce : fresh central stock is short of need
    surplus : ageing lots well above need
    last_call : a lot a third-of-life account can take only if it leaves tomorrow
    closing_soon : a lot with a few such days left
    """

    scarce: Flags
    surplus: Flags
    last_call: Flags
    closing_soon: Flags


@dataclass(frozen=True)
class Rates:
    """Expected demand of the two weeks ahead, units per day.

    Parameters
    ----------
    pair : array, pairs
    destination : DataFrame, destination x SKU position
        Stores that receive themselves, and retailer DCs.
    warehouse : DataFrame, warehouse x SKU position
        Regional: the stores behind; central: everything.
    """

    pair: Floats
    destination: pd.DataFrame
    warehouse: pd.DataFrame


def make_story(rng: np.random.Generator, masters: Masters) -> Story:
    """Return the parts, drawn among the better-known articles sold all year."""
    skus = masters.skus
    steady = (skus["is_season"] == 0) & (skus["launch"] == "")
    known = skus["_popularity"] >= skus["_popularity"].median()
    lasting = skus["_life_days"] >= SHORTEST_STORY_LIFE_DAYS
    eligible = np.flatnonzero(steady & known & lasting)
    sizes = np.cumsum([SCARCE, SURPLUS, LAST_CALL, CLOSING_SOON])
    chosen = rng.choice(eligible, size=sizes[-1], replace=False)
    parts = np.split(chosen, sizes[:-1])
    flags = [np.isin(np.arange(len(skus)), part) for part in parts]
    return Story(*flags)


def make_rates(
    masters: Masters, network: Network, pairs: Pairs, mean: Floats, history_days: int
) -> Rates:
    """Return the rates per pair, per destination and per warehouse."""
    rate = mean[history_days : history_days + RATE_DAYS].mean(axis=0)
    stores = masters.stores
    ship_to = stores["ship_to_id"].where(stores["ship_to_id"] != "", stores["store_id"])
    destination = ship_to.to_numpy()[pairs.store]
    origin = np.array([network.origin[d] for d in destination])
    central = masters.warehouses.query("kind == 'CENTRAL'")["warehouse_id"].iloc[0]
    width = len(masters.skus)
    by_warehouse = _pivot(origin, pairs.sku, rate, width)
    by_warehouse.loc[central] = by_warehouse.sum(axis=0)
    return Rates(rate, _pivot(destination, pairs.sku, rate, width), by_warehouse)


def _pivot(
    place: npt.NDArray[np.str_], sku: npt.NDArray[np.int64], rate: Floats, width: int
) -> pd.DataFrame:
    names, row = np.unique(place, return_inverse=True)
    table = np.zeros((len(names), width))
    np.add.at(table, (row, sku), rate)
    return pd.DataFrame(table, index=names)
