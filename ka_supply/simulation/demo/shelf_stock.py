"""Stock in stores and retailer DCs: totals, lots by place, and reps' counts."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.deliveries import production_offsets
from ka_supply.simulation.demo.shops import KEPT_DAYS
from ka_supply.simulation.demo.world import World

__all__ = ["dc_stock", "make_store_lots", "make_store_stock", "make_visible_counts"]

DC_COVER_DAYS = (3.5, 9.0)
DC_AGE_SHARE, DC_EMPTY_SHARE = (0.08, 0.32), 0.06
UNCOUNTED_STORES = 14
STALE_STORES, STALE_DAYS = 12, 16
HIDDEN_PAIRS, HIDDEN_MIN_LEVEL = 40, 0.5
COUNTED_SHARE, MISCOUNT_SHARE = 0.5, 0.03
SHELF_COVER_DAYS = 6

Ints = npt.NDArray[np.int64]


def make_store_stock(world: World, dcs: pd.DataFrame) -> pd.DataFrame:
    """Return the closing stock of every open store's articles and of the DCs."""
    on_hand = world.shops.stock[-1]
    open_today = world.demand.is_open[len(world.history) - 1]
    stores = world.masters.stores
    trading = (stores["closed"] == "") | (stores["closed"] > f"{world.as_of:%Y-%m-%d}")
    kept = trading.to_numpy()[world.pairs.store] & (open_today | (on_hand > 0))
    table = pd.DataFrame(
        {
            "store_id": world.pair_column("stores", "store_id")[kept],
            "sku_id": world.pair_column("skus", "sku_id")[kept],
            "on_hand": on_hand[kept],
            "source": "POS",
        }
    )
    hubs = dcs.groupby(["store_id", "sku_id"], as_index=False)["on_hand"].sum()
    both = pd.concat([table, hubs.assign(source="RETAILER_PORTAL")], ignore_index=True)
    stock: pd.DataFrame = both.assign(as_of_date=world.as_of, in_transit=0)
    return stock


def dc_stock(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Return the lots in the retailer DCs: store_id, sku_id, on_hand, made."""
    skus = world.masters.skus
    pack = skus["units_per_case"].to_numpy()
    life = skus["_life_days"].to_numpy()
    parts = []
    for dc in world.masters.ship_tos.query("type == 'RETAILER_DC'")["ship_to_id"]:
        rate = world.rates.destination.loc[dc].to_numpy()
        cases = np.ceil(rng.uniform(*DC_COVER_DAYS, len(rate)) * rate / pack)
        cases *= rng.random(len(rate)) > DC_EMPTY_SHARE
        age = np.ceil(rng.uniform(*DC_AGE_SHARE, len(rate)) * life).astype(int)
        some = np.flatnonzero((rate > 0) & (cases > 0))
        parts.append(
            pd.DataFrame(
                {
                    "store_id": dc,
                    "sku_id": skus["sku_id"].to_numpy()[some],
                    "on_hand": (cases * pack).astype(np.int64)[some],
                    "made": world.as_of - pd.to_timedelta(age[some], unit="D"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def make_store_lots(
    rng: np.random.Generator, world: World, dcs: pd.DataFrame
) -> pd.DataFrame:
    """Return stock by production date and place: the oldest stands on the shelf."""
    room = _shelf_room(world)
    stores = world.masters.stores["store_id"].to_numpy()
    skipped = rng.choice(len(stores), size=UNCOUNTED_STORES, replace=False)
    counted = ~np.isin(world.pairs.store, skipped)
    place = _visible_place(world)
    parts = []
    for k in reversed(range(len(world.shops.layers))):
        layer = np.where(counted, world.shops.layers[k], 0)
        shown = np.minimum(layer, room)
        room = room - shown
        made = _made(world, world.shops.layer_day[k])
        parts.append(_places(world, shown, made, place))
        parts.append(_places(world, layer - shown, made, "BACKROOM"))
    hubs = dcs.rename(columns={"on_hand": "units", "made": "production_date"})
    table = pd.concat([*parts, hubs.assign(location_type="BACKROOM")])
    keys = ["store_id", "sku_id", "production_date", "location_type"]
    lots = table.groupby(keys)["units"].sum().reset_index()
    return lots.assign(
        as_of_date=world.as_of, counted_by="盘点", counted_at=world.as_of
    )


def _shelf_room(world: World) -> Ints:
    """Units a shelf holds; 0 where goods lie unseen in the back room."""
    cover = np.ceil(SHELF_COVER_DAYS * world.pairs.level).astype(np.int64)
    room = np.maximum(cover, 2 * world.pairs.presentation)
    room[hidden_pairs(world)] = 0
    return room


def hidden_pairs(world: World) -> Ints:
    """Return the pairs whose shelf is empty while the back room is full."""
    full = world.shops.stock[-1] >= 2 * world.pairs.case
    candidates = np.flatnonzero(full & (world.pairs.level > HIDDEN_MIN_LEVEL))
    step = max(1, len(candidates) // HIDDEN_PAIRS)
    return candidates[::step][:HIDDEN_PAIRS]


def _visible_place(world: World) -> npt.NDArray[np.str_]:
    today = world.demand.promo[len(world.history) - 1]
    on_pile = world.pair_column("stores", "format") == "hyper"
    promoted = np.where(on_pile, "PILE", "END_CAP")
    return np.where(today >= 0, promoted, "SHELF")


def _made(world: World, day: Ints) -> pd.DatetimeIndex:
    life = world.masters.skus["_life_days"].to_numpy()[world.pairs.sku]
    key = np.arange(len(life))
    offset = production_offsets(key, day, life, world.pair_age_limit())
    return world.history[0] + pd.to_timedelta(offset, unit="D")


def _places(
    world: World, units: Ints, made: pd.DatetimeIndex, place: object
) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "store_id": world.pair_column("stores", "store_id"),
            "sku_id": world.pair_column("skus", "sku_id"),
            "production_date": made,
            "location_type": place,
            "units": units,
        }
    )
    return table[units > 0]


def make_visible_counts(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Return what sales reps counted on their weekly visits of the last six weeks."""
    stores = world.masters.stores
    visited = stores["visit_weekdays"].astype(int).to_numpy() - 1
    skipped = rng.choice(len(stores), size=UNCOUNTED_STORES, replace=False)
    stale = np.arange(len(stores)) % (len(stores) // STALE_STORES) == 0
    room = _shelf_room(world)
    place = _visible_place(world)
    parts = []
    for k in range(KEPT_DAYS):
        day = world.as_of - pd.Timedelta(days=KEPT_DAYS - 1 - k)
        goes = (visited == day.day_of_week) & ~np.isin(np.arange(len(stores)), skipped)
        if KEPT_DAYS - 1 - k < STALE_DAYS:
            goes &= ~stale
        pick = goes[world.pairs.store] & (rng.random(len(room)) < COUNTED_SHARE)
        stock = world.shops.stock[k]
        slip = (rng.random(len(room)) < MISCOUNT_SHARE) & (np.minimum(stock, room) > 1)
        shown = np.minimum(stock, room) - slip
        parts.append(_count(world, day, place[pick], shown[pick], pick))
        hidden = pick & (stock > room)
        parts.append(_count(world, day, "BACKROOM", (stock - room)[hidden], hidden))
    return pd.concat(parts, ignore_index=True)


def _count(
    world: World,
    day: pd.Timestamp,
    place: object,
    units: Ints,
    pick: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "store_id": world.pair_column("stores", "store_id")[pick],
            "sku_id": world.pair_column("skus", "sku_id")[pick],
            "location_type": place,
            "units": np.maximum(units, 0),
            "counted_by": world.pair_column("stores", "rep_id")[pick],
        }
    )
    return table.assign(
        count_date=day, is_visible=(table["location_type"] != "BACKROOM").astype(int)
    )
