"""Everything the demo tables are cut from, drawn once from the seed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.demand import Demand, make_demand
from ka_supply.simulation.demo.listings import Pairs, make_pairs
from ka_supply.simulation.demo.masters import Masters, make_masters
from ka_supply.simulation.demo.network import Network, make_network
from ka_supply.simulation.demo.promotions import make_promotions
from ka_supply.simulation.demo.reference_tables import generator
from ka_supply.simulation.demo.shops import Shops, age_limits, run_shops
from ka_supply.simulation.demo.story import Rates, Story, make_rates, make_story

__all__ = ["HISTORY_DAYS", "World", "make_world"]

HISTORY_DAYS = 280


@dataclass(frozen=True)
class World:
    """The drawn world, 40 weeks long."""

    as_of: pd.Timestamp
    history: pd.DatetimeIndex
    masters: Masters
    network: Network
    pairs: Pairs
    promotions: pd.DataFrame
    demand: Demand
    story: Story
    shops: Shops
    rates: Rates

    def pair_column(self, table: str, column: str) -> npt.NDArray[np.str_]:
        """Return a column of stores or skus, one value per pair."""
        position = self.pairs.store if table == "stores" else self.pairs.sku
        frame: pd.DataFrame = getattr(self.masters, table)
        return np.asarray(frame[column].to_numpy()[position])

    def pair_age_limit(self) -> npt.NDArray[np.float64]:
        """Return the largest age share at receipt of each pair's account."""
        return age_limits(self.masters, self.pairs)


def make_world(seed: int, as_of: date) -> World:
    """Return the world of a seed; each stage has its own random stream."""
    day = pd.Timestamp(as_of)
    history = pd.date_range(end=day, periods=HISTORY_DAYS)
    masters = make_masters(generator(seed, 0), day)
    network = make_network(masters, day)
    pairs = make_pairs(generator(seed, 1), masters)
    promotions = make_promotions(generator(seed, 2), masters, pairs, day)
    demand = make_demand(generator(seed, 3), masters, pairs, promotions, history)
    story = make_story(generator(seed, 4), masters)
    shops = run_shops(generator(seed, 5), masters, pairs, demand, network, story.scarce)
    return World(
        as_of=day,
        history=history,
        masters=masters,
        network=network,
        pairs=pairs,
        promotions=promotions,
        demand=demand,
        story=story,
        shops=shops,
        rates=make_rates(masters, network, pairs, demand.mean, HISTORY_DAYS),
    )
