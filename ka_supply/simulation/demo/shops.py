"""The shelves of 40 weeks: deliveries in whole cases, sales limited by stock."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.simulation.demo.deliveries import production_offsets
from ka_supply.simulation.demo.demand import AHEAD_DAYS, Demand
from ka_supply.simulation.demo.listings import Pairs
from ka_supply.simulation.demo.masters import Masters
from ka_supply.simulation.demo.network import Network

__all__ = ["Shops", "age_limits", "run_shops"]

KEPT_DAYS = 42
LONGEST_TRANSIT = 14
SUPPLY_GAP_SHARE, ORDER_GAP_SHARE, GAP_WEEKS = 0.035, 0.035, 2
SCARCE_SHARE, SCARCE_DAYS = 0.5, 16
SHORTEST_IN_STOCK_FRAC = 0.05
KEPT_DELIVERIES = 6
OVERSTOCKED_SHARE, OVERSTOCK_FACTOR = 0.02, 3.0
# Stores take expired goods off the shelf; one pair in so many is forgotten.
FORGOTTEN_STEP = 31
# Largest age at receipt each tier takes, as a share of life.
AGE_LIMIT = {"NKA": 1 / 3, "RKA": 1 / 3, "LKA": 1 / 2, "NON_KA": 2 / 3}

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shops:
    """What happened in the stores.

    Parameters
    ----------
    sold : array, days x pairs, units
    in_stock_frac : array, days x pairs, 0 to 1
    stock : array, KEPT_DAYS x pairs, units
        Stock at the end of each of the last days.
    transit : array, pairs, units
        On the way at the end.
    sent : array, KEPT_DAYS x pairs, units
        Sent on each of the last days.
    arrives : array, KEPT_DAYS x pairs, days
        Transit days of what was sent.
    layers : array, KEPT_DELIVERIES x pairs, units
        What is left of the last deliveries, the newest first, oldest sold first.
    layer_day : array, KEPT_DELIVERIES x pairs
        Day number of each delivery.
    """

    sold: npt.NDArray[np.int32]
    in_stock_frac: npt.NDArray[np.float32]
    stock: Ints
    transit: Ints
    sent: Ints
    arrives: Ints
    layers: Ints
    layer_day: Ints


def age_limits(masters: Masters, pairs: Pairs) -> Floats:
    """Return the largest age share at receipt of each pair's account."""
    tier = masters.accounts.set_index("account_id")["tier"].map(AGE_LIMIT)
    accounts = masters.stores["account_id"].to_numpy()[pairs.store]
    return np.array(tier.reindex(accounts), dtype=np.float64)


def run_shops(
    rng: np.random.Generator,
    masters: Masters,
    pairs: Pairs,
    demand: Demand,
    network: Network,
    scarce: npt.NDArray[np.bool_],
) -> Shops:
    """Return 40 weeks of replenishment and sales, `scarce` marking the short SKUs."""
    shelf = _Shelf(masters, pairs)
    state = _State(rng, pairs, demand, network)
    days = len(demand.units)
    gaps = _gaps(rng, pairs, days // 7 + 1)
    for day in range(days):
        served = ~gaps[day // 7]
        if day >= days - SCARCE_DAYS:
            served &= ~scarce[pairs.sku] | (rng.random(len(served)) > SCARCE_SHARE)
        state.receive(day, shelf)
        state.sell(day)
        shelf.clear(day, state)
        state.order(day, served)
        state.keep(day)
    return state.result(shelf)


def _gaps(rng: np.random.Generator, pairs: Pairs, weeks: int) -> npt.NDArray[np.bool_]:
    """Weeks in which a SKU could not be supplied, or a store did not order it."""
    supply = rng.random((weeks, pairs.sku.max() + 1)) < SUPPLY_GAP_SHARE
    order = rng.random((weeks, len(pairs.sku))) < ORDER_GAP_SHARE
    starts = supply[:, pairs.sku] | order
    gaps = starts.copy()
    for lag in range(1, GAP_WEEKS):
        gaps[lag:] |= starts[:-lag]
    return gaps


class _Shelf:
    """What each delivery left, and when it expires."""

    def __init__(self, masters: Masters, pairs: Pairs) -> None:
        self.life = masters.skus["_life_days"].to_numpy()[pairs.sku]
        self.limit = age_limits(masters, pairs)
        count = len(self.life)
        self.is_watched = np.arange(count) % FORGOTTEN_STEP != 0
        self.arrived = np.zeros((KEPT_DELIVERIES, count), dtype=np.int64)
        self.arrived_day = np.zeros((KEPT_DELIVERIES, count), dtype=np.int64)
        self.expiry_day = np.zeros((KEPT_DELIVERIES, count), dtype=np.int64)

    def put(self, day: int, units: Ints) -> None:
        """Put what arrives today before what is there."""
        came = np.flatnonzero(units)
        for rows in (self.arrived, self.arrived_day, self.expiry_day):
            rows[1:, came] = rows[:-1, came]
        received = np.full(len(came), day)
        life = self.life[came]
        made = production_offsets(came, received, life, self.limit[came])
        self.arrived[0, came] = units[came]
        self.arrived_day[0, came] = day
        self.expiry_day[0, came] = made + life

    def layers(self, stock: Ints) -> Ints:
        """Return what is left of each delivery, the oldest sold first."""
        newer = np.cumsum(self.arrived, axis=0) - self.arrived
        left = np.clip(stock - newer, 0, self.arrived)
        left[-1] += stock - left.sum(axis=0)
        return left

    def clear(self, day: int, state: "_State") -> None:
        """Take what expires tomorrow off the shelves that are watched."""
        gone = (self.expiry_day <= day + 1) & self.is_watched
        state.stock = state.stock - np.where(gone, self.layers(state.stock), 0).sum(0)


class _State:
    """The moving parts of the shop simulation."""

    def __init__(
        self, rng: np.random.Generator, pairs: Pairs, demand: Demand, network: Network
    ) -> None:
        self.pairs, self.demand = pairs, demand
        self.days, count = demand.units.shape
        self.transit_days = network.transit[:, pairs.store]
        self.weekday = demand.dates.day_of_week.to_numpy()
        self.cover = self._cover() * rng.lognormal(-0.1, 0.3, count)
        generous = rng.random(count) < OVERSTOCKED_SHARE
        self.factor = np.where(generous, OVERSTOCK_FACTOR, 1.0)
        # A running sum lets every cover be a difference of two rows.
        self.running = np.cumsum(demand.mean, axis=0)
        first = self._wanted(0)
        self.stock = np.ceil(first / pairs.case).astype(np.int64) * pairs.case
        self.pending = np.zeros((LONGEST_TRANSIT, count), dtype=np.int64)
        self.sold = np.zeros((self.days, count), dtype=np.int32)
        self.frac = np.ones((self.days, count), dtype=np.float32)
        self.kept = np.zeros((KEPT_DAYS, count), dtype=np.int64)
        self.sent = np.zeros((KEPT_DAYS, count), dtype=np.int64)
        self.arrives = np.zeros((KEPT_DAYS, count), dtype=np.int64)

    def _cover(self) -> Floats:
        """Days an order must last: the gap between departures plus transit."""
        leaves = (self.transit_days >= 0).sum(axis=0)
        transit = self.transit_days.max(axis=0)
        return np.asarray(7.0 / leaves + transit + 1.5)

    def _wanted(self, day: int) -> Floats:
        """Return the units to order up to: expected demand of the cover, and safety."""
        last = np.minimum(day + np.ceil(self.cover), day + AHEAD_DAYS).astype(int)
        columns = np.arange(len(self.cover))
        mean = self.running[last, columns] - self.running[day]
        safety = 0.8 * np.sqrt(1.3 * mean)
        wanted = (mean + safety) * self.factor
        wanted = np.where(mean > 0, wanted, 0.0)
        return np.minimum(wanted, self.pairs.max_stock)

    def receive(self, day: int, shelf: _Shelf) -> None:
        """Put on the shelf what arrives today."""
        slot = day % LONGEST_TRANSIT
        today = self.pending[slot]
        shelf.put(day, self.stock if not day else today)
        self.stock = self.stock + today
        self.pending[slot] = 0

    def sell(self, day: int) -> None:
        """Sell what is wanted and there; note how long the shelf was full."""
        wanted = self.demand.units[day]
        sold = np.minimum(wanted, self.stock)
        share = np.clip(self.stock / np.maximum(wanted, 1), SHORTEST_IN_STOCK_FRAC, 1)
        share = np.where(self.stock == 0, 0.0, np.where(sold < wanted, share, 1.0))
        self.frac[day] = np.round(np.where(self.demand.is_open[day], share, 1.0), 2)
        self.sold[day] = sold
        self.stock = self.stock - sold

    def order(self, day: int, served: npt.NDArray[np.bool_]) -> None:
        """Send whole cases up to the wanted stock, where a truck leaves today."""
        transit = self.transit_days[self.weekday[day]]
        gap = self._wanted(day) - self.stock - self.pending.sum(axis=0)
        cases = np.ceil(np.maximum(gap, 0.0) / self.pairs.case).astype(np.int64)
        units = np.where(served & (transit >= 0), cases * self.pairs.case, 0)
        columns = np.flatnonzero(units)
        slots = (day + transit[columns]) % LONGEST_TRANSIT
        self.pending[slots, columns] += units[columns]
        if day >= self.days - KEPT_DAYS:
            self.sent[day - self.days + KEPT_DAYS] = units
            self.arrives[day - self.days + KEPT_DAYS] = transit

    def keep(self, day: int) -> None:
        """Note the stock at the end of one of the last days."""
        if day >= self.days - KEPT_DAYS:
            self.kept[day - self.days + KEPT_DAYS] = self.stock

    def result(self, shelf: _Shelf) -> Shops:
        """Return the history; what is left is of the latest deliveries."""
        return Shops(
            sold=self.sold,
            in_stock_frac=self.frac,
            stock=self.kept,
            transit=self.pending.sum(axis=0),
            sent=self.sent,
            arrives=self.arrives,
            layers=shelf.layers(self.stock),
            layer_day=shelf.arrived_day,
        )
