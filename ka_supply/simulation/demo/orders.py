"""Open customer orders: retailer DCs weekly, regional accounts store by store."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.world import World

__all__ = ["make_orders"]

DC_TARGET_DAYS, DC_LINE_SHARE = 13.0, 0.92
STORE_TARGET_DAYS, STORE_LINE_SHARE = 12.0, 0.9
LAST_LINE_OF_VALIDITY = 6
BIG_ORDER_SHARE_OF_STOCK = 1.25
ORDER_ACCOUNTS = ("KA03", "KA04")

Floats = npt.NDArray[np.float64]


def make_orders(
    rng: np.random.Generator, world: World, dcs: pd.DataFrame, lots: pd.DataFrame
) -> pd.DataFrame:
    """Return open lines, some about to lapse, one too big, one ordered twice."""
    table = pd.concat(
        [_dc_lines(rng, world, dcs), _store_lines(rng, world)], ignore_index=True
    )
    table = _numbered(rng, world, table)
    table = _partly_shipped(rng, table)
    table = _lapsing(world, table)
    table = _too_big(world, table, lots)
    return _ordered_twice(world, table)


def _dc_lines(
    rng: np.random.Generator, world: World, dcs: pd.DataFrame
) -> pd.DataFrame:
    stock = dcs.groupby(["store_id", "sku_id"])["on_hand"].sum()
    skus = world.masters.skus
    hubs = world.masters.ship_tos.query("type == 'RETAILER_DC'")
    parts = []
    for hub, account in zip(hubs["ship_to_id"], hubs["account_id"], strict=True):
        rate = world.rates.destination.loc[hub].to_numpy()
        here = stock.loc[hub].reindex(skus["sku_id"]).fillna(0.0).to_numpy()
        wanted = DC_TARGET_DAYS * rate - here
        asked = (wanted > 0) & (rng.random(len(rate)) < DC_LINE_SHARE)
        parts.append(_lines(world, np.flatnonzero(asked), wanted, account, hub))
    return pd.concat(parts, ignore_index=True)


def _store_lines(rng: np.random.Generator, world: World) -> pd.DataFrame:
    shops, pairs = world.shops, world.pairs
    position = shops.stock[-1] + shops.transit
    wanted = STORE_TARGET_DAYS * world.rates.pair + 0.5 * pairs.presentation - position
    wanted = np.minimum(wanted, pairs.max_stock - position - pairs.case)
    ours = np.isin(world.pair_column("stores", "account_id"), ORDER_ACCOUNTS)
    asked = (wanted > 0.25 * pairs.case) & (world.rates.pair > 0) & ours
    asked &= rng.random(len(wanted)) < STORE_LINE_SHARE
    parts = []
    stores = world.masters.stores
    for store in np.unique(pairs.store[asked]):
        mine = np.flatnonzero(asked & (pairs.store == store))
        by_sku = np.zeros(len(world.masters.skus))
        by_sku[pairs.sku[mine]] = wanted[mine]
        row = stores.iloc[store]
        lines = _lines(
            world, pairs.sku[mine], by_sku, row["account_id"], row["store_id"]
        )
        parts.append(lines)
    return pd.concat(parts, ignore_index=True)


def _lines(
    world: World,
    sku: npt.NDArray[np.int64],
    wanted: Floats,
    account: str,
    ship_to: str,
) -> pd.DataFrame:
    pack = world.masters.skus["units_per_case"].to_numpy()[sku]
    return pd.DataFrame(
        {
            "account_id": account,
            "ship_to_id": ship_to,
            "sku_id": world.masters.skus["sku_id"].to_numpy()[sku],
            "qty_original": (np.ceil(wanted[sku] / pack) * pack).astype(int),
            "_pack": pack,
        }
    )


def _numbered(
    rng: np.random.Generator, world: World, table: pd.DataFrame
) -> pd.DataFrame:
    """Two orders per ship-to, placed on the last days before the planning day."""
    later = rng.integers(0, 2, len(table)) == 1
    ship_no = pd.factorize(table["ship_to_id"])[0]
    back = np.where(later, ship_no % 2, 2 + ship_no % 3)
    table = table.assign(
        order_date=world.as_of - pd.to_timedelta(back, unit="D"),
        order_id=[
            f"SO{world.as_of:%y%m}{n:03d}{'B' if late else 'A'}"
            for n, late in zip(ship_no + 1, later, strict=True)
        ],
    )
    table = table.sort_values(["order_id", "sku_id"], ignore_index=True)
    price = world.pairs.account_skus.drop_duplicates(["account_id", "sku_id"])
    table = table.merge(
        price[["account_id", "sku_id", "contract_price_cny"]],
        on=["account_id", "sku_id"],
        how="left",
    ).rename(columns={"contract_price_cny": "price_cny"})
    days = pd.to_timedelta(np.where(table["account_id"] < "KA03", 9, 12), unit="D")
    return table.assign(
        line_no=table.groupby("order_id").cumcount() + 1,
        due_date=table["order_date"] + pd.Timedelta(days=5),
        valid_until=table["order_date"] + days,
        qty_confirmed=table["qty_original"],
        qty_shipped=0,
        replaces_line="",
        reason="REPLENISHMENT",
        status="OPEN",
    )


def _partly_shipped(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    part = rng.integers(0, 33, len(table))
    several = table["qty_original"] >= 2 * table["_pack"]
    shipped = np.where((part == 0) & several, table["_pack"], 0)
    cut = np.where((part == 1) & several, table["_pack"], 0)
    return table.assign(qty_shipped=shipped, qty_confirmed=table["qty_original"] - cut)


def _lapsing(world: World, table: pd.DataFrame) -> pd.DataFrame:
    """Let a few lines end before the next truck arrives, a few on that very day."""
    hub = np.flatnonzero((table["ship_to_id"] == "DC-HT-GZ").to_numpy())
    ends = table["valid_until"].copy()
    ends.iloc[hub[:LAST_LINE_OF_VALIDITY]] = world.as_of + pd.Timedelta(days=2)
    nearly = hub[LAST_LINE_OF_VALIDITY : 2 * LAST_LINE_OF_VALIDITY]
    ends.iloc[nearly] = world.as_of + pd.Timedelta(days=3)
    return table.assign(valid_until=ends)


def _too_big(world: World, table: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """Let a DC order more of a scarce article than the central warehouse has fresh."""
    scarce = world.masters.skus.loc[world.story.scarce, "sku_id"]
    fresh = lots[
        (lots["warehouse_id"] == "CDC-NC")
        & (lots["status"] == "AVAILABLE")
        & (lots["production_date"] > world.as_of - pd.Timedelta(days=30))
    ]
    held = fresh.groupby("sku_id")["on_hand"].sum()
    which = table["sku_id"].isin(scarce) & table["ship_to_id"].str.startswith("DC-HT")
    row = np.flatnonzero((which & table["sku_id"].isin(held.index)).to_numpy())[0]
    pack = int(table["_pack"].iloc[row])
    stock = float(held[table["sku_id"].iloc[row]])
    units = int(np.ceil(BIG_ORDER_SHARE_OF_STOCK * stock / pack)) * pack
    table = table.copy()
    table.loc[row, ["qty_original", "qty_confirmed"]] = units
    table.loc[row, "reason"] = "PROMOTION"
    return table


def _ordered_twice(world: World, table: pd.DataFrame) -> pd.DataFrame:
    """Add an order that repeats a line of another: `replaces_line` says so."""
    row = int(np.flatnonzero((table["ship_to_id"] == "DC-YL-JA").to_numpy())[0])
    old = table.iloc[row]
    again = old.copy()
    again["order_id"] = "SO2611R01"
    again["line_no"] = 1
    again["order_date"] = world.as_of
    again["valid_until"] = world.as_of + pd.Timedelta(days=9)
    again["replaces_line"] = f"{old['order_id']}/{old['line_no']}"
    again["reason"] = "SHORTAGE"
    both = pd.concat([table, again.to_frame().T], ignore_index=True)
    return both.astype(table.dtypes).drop(columns="_pack")
