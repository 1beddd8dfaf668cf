"""Shipments of the last five weeks and their receipts."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.deliveries import production_offsets
from ka_supply.simulation.demo.shelf_life import lot_ids
from ka_supply.simulation.demo.world import HISTORY_DAYS, World

__all__ = ["make_receipts", "make_shipments"]

SHOWN_DAYS = 35
HUB_LINE_SHARE = 0.75
HUB_AGE_LIMIT = 0.25
REFUSED_AGE_SHARE = 0.41


def make_shipments(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Return what left for stores, retailer DCs and regional warehouses.

    `_received` is the day it arrived or will arrive.
    """
    table = pd.concat([_to_stores(world), _to_hubs(rng, world)], ignore_index=True)
    table = table.sort_values(
        ["shipped_date", "warehouse_id", "ship_to_id", "sku_id"], ignore_index=True
    )
    lot = lot_ids(table["production_date"])
    trip = table.groupby(["shipped_date", "warehouse_id", "ship_to_id"], sort=False)
    number = trip.ngroup() + 1
    table = table.assign(
        shipment_id=[f"SH{n:05d}" for n in number],
        line_no=trip.cumcount() + 1,
        lot_id=lot,
        eta_date=table["_received"],
    )
    return _refused(world, table)


def _to_stores(world: World) -> pd.DataFrame:
    """Return the simulated deliveries to stores that our own lanes serve."""
    sent = world.shops.sent[-SHOWN_DAYS:].copy()
    ship_to = world.pair_column("stores", "ship_to_id")
    sent[:, ship_to != ""] = 0
    day, pair = np.nonzero(sent)
    transit = world.shops.arrives[-SHOWN_DAYS:][day, pair]
    shipped = HISTORY_DAYS - SHOWN_DAYS + day
    store = world.pair_column("stores", "store_id")[pair]
    return _goods(
        world,
        pair,
        shipped,
        shipped + transit,
        pd.DataFrame(
            {
                "ship_to_id": store,
                "sku": world.pairs.sku[pair],
                "qty": sent[day, pair],
                "limit": world.pair_age_limit()[pair],
            }
        ),
    )


def _to_hubs(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Lines sized to the days between departures of retailer DCs and warehouses."""
    pack = world.masters.skus["units_per_case"].to_numpy()
    parts = []
    for hub, transit in world.network.hub_transit.items():
        own = hub in world.rates.warehouse.index
        rates = world.rates.warehouse if own else world.rates.destination
        rate = rates.loc[hub].to_numpy()
        gap = 7 / sum(t >= 0 for t in transit)
        for shipped in range(HISTORY_DAYS - SHOWN_DAYS, HISTORY_DAYS):
            days = transit[world.history[shipped].day_of_week]
            if days < 0:
                continue
            cases = rng.poisson(gap * rate / pack / HUB_LINE_SHARE)
            cases *= rng.random(len(rate)) < HUB_LINE_SHARE
            sku = np.flatnonzero(cases)
            lines = pd.DataFrame(
                {
                    "ship_to_id": hub,
                    "sku": sku,
                    "qty": (cases * pack)[sku],
                    "limit": HUB_AGE_LIMIT,
                }
            )
            day = np.full(len(sku), shipped)
            parts.append(_goods(world, sku, day, day + days, lines))
    return pd.concat(parts, ignore_index=True)


def _goods(
    world: World,
    key: npt.NDArray[np.int64],
    shipped: npt.NDArray[np.int64],
    received: npt.NDArray[np.int64],
    lines: pd.DataFrame,
) -> pd.DataFrame:
    skus = world.masters.skus
    life = skus["_life_days"].to_numpy()[lines["sku"]]
    made = production_offsets(key, received, life, lines["limit"].to_numpy())
    made = np.minimum(made, shipped - 1)
    first = world.history[0]
    origin = lines["ship_to_id"].map(world.network.origin)
    return pd.DataFrame(
        {
            "warehouse_id": origin,
            "ship_to_id": lines["ship_to_id"],
            "sku_id": skus["sku_id"].to_numpy()[lines["sku"]],
            "shipped_date": first + pd.to_timedelta(shipped, unit="D"),
            "_received": first + pd.to_timedelta(received, unit="D"),
            "production_date": first + pd.to_timedelta(made, unit="D"),
            "qty": lines["qty"],
        }
    )


def _refused(world: World, table: pd.DataFrame) -> pd.DataFrame:
    """Make one line to a third-of-life account too old on the day it arrived."""
    row = _refused_row(world, table)
    life = world.masters.skus.set_index("sku_id")["_life_days"]
    age = int(REFUSED_AGE_SHARE * int(life[table["sku_id"].iloc[row]])) + 1
    made = table["_received"].iloc[row] - pd.Timedelta(days=age)
    table = table.copy()
    table.loc[row, "production_date"] = made
    table.loc[row, "lot_id"] = lot_ids(pd.Series([made])).iloc[0]
    return table


def _refused_row(world: World, table: pd.DataFrame) -> int:
    stores = world.masters.stores.query("account_id == 'KA04'")["store_id"]
    recent = table["_received"].between(
        world.as_of - pd.Timedelta(days=6), world.as_of - pd.Timedelta(days=1)
    )
    found = np.flatnonzero((table["ship_to_id"].isin(stores) & recent).to_numpy())
    return int(found[len(found) // 2])


def make_receipts(world: World, shipments: pd.DataFrame) -> pd.DataFrame:
    """Return the receipts: one refused for age, one short, one damaged, one lost."""
    pack = world.masters.skus.set_index("sku_id")["units_per_case"]
    case = shipments["sku_id"].map(pack).to_numpy()
    qty = shipments["qty"].to_numpy()
    arrived = (shipments["_received"] <= world.as_of).to_numpy(copy=True)
    to_dc = shipments["ship_to_id"].str.startswith("DC-").to_numpy()
    large = np.flatnonzero(to_dc & arrived & (qty > 3 * case))
    short, damaged, lost = large[-1], large[-5], large[3]
    aged = _refused_row(world, shipments)
    refused, missing = np.zeros_like(qty), np.zeros_like(qty)
    refused[aged], refused[damaged] = qty[aged], case[damaged]
    missing[short] = case[short]
    reason = np.full(len(qty), "", dtype=object)
    reason[aged], reason[damaged] = "AGE", "DAMAGE"
    arrived[lost] = False
    keys = ["shipment_id", "line_no", "lot_id"]
    return shipments[keys].assign(
        received_date=shipments["_received"],
        qty_received=qty - refused - missing,
        qty_refused=refused,
        refuse_reason=reason,
    )[arrived]
