"""Lots in the central and regional warehouses, and what is on its way to them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.masters import Masters
from ka_supply.simulation.demo.shelf_life import batch_days, expiry_dates, lot_ids
from ka_supply.simulation.demo.story import Rates, Story

__all__ = ["make_inbound", "make_lots"]

CENTRAL = "CDC-NC"
# Days of demand in stock: central, scarce, surplus, regional.
CENTRAL_COVER, SCARCE_COVER, SURPLUS_COVER = (11.0, 17.0), (2.4, 4.5), (5.0, 9.0)
REGIONAL_COVER, MISSING_SHARE = (7.5, 12.0), 0.015
FRESHEST_LIFE_SHARE, REGIONAL_LIFE_SHARE = 0.15, 0.22
OLD_LOT_SHARE, SCARCE_OLD_SHARE, OLD_LOT_COVER, OLD_AGE = (
    0.3,
    0.6,
    (0.2, 0.6),
    (0.36, 0.48),
)
# Tomorrow's truck is received on the second day after at the latest.
LAST_CALL_RECEIPT_DAYS = 3
SHARES = (0.5, 0.3, 0.2)

Floats = npt.NDArray[np.float64]


def make_lots(
    rng: np.random.Generator,
    masters: Masters,
    rates: Rates,
    story: Story,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return the lots table: fresh, ageing, too old, and a few out of use."""
    parts = [_central(rng, masters, rates.warehouse.loc[CENTRAL].to_numpy(), story)]
    for warehouse in rates.warehouse.index.drop(CENTRAL):
        rate = rates.warehouse.loc[warehouse].to_numpy()
        parts.append(_regional(rng, masters, warehouse, rate))
    table = pd.concat([*parts, _leftovers(masters)], ignore_index=True)
    table = table.drop_duplicates(["warehouse_id", "sku", "age"])
    lots = _dated(masters, table, as_of)
    return _out_of_use(rng, lots, as_of)


def _central(
    rng: np.random.Generator, masters: Masters, rate: Floats, story: Story
) -> pd.DataFrame:
    life = masters.skus["_life_days"].to_numpy()
    sku = np.arange(len(life))
    cover = rng.uniform(*CENTRAL_COVER, len(life))
    cover = np.where(story.scarce, rng.uniform(*SCARCE_COVER, len(life)), cover)
    cover = np.minimum(cover, FRESHEST_LIFE_SHARE * life)
    first = 1 + rng.integers(0, batch_days(life))
    parts = [
        _rows(CENTRAL, sku, first + k * batch_days(life), share * cover * rate)
        for k, share in enumerate(SHARES)
    ]
    third = life // 3
    old = rng.random(len(life)) < OLD_LOT_SHARE
    old |= story.scarce & (rng.random(len(life)) < SCARCE_OLD_SHARE)
    old_age = np.ceil(rng.uniform(*OLD_AGE, len(life)) * life).astype(int)
    old_units = rng.uniform(*OLD_LOT_COVER, len(life)) * rate
    soon = third - LAST_CALL_RECEIPT_DAYS
    extra = [
        (old, old_age, old_units),
        (story.last_call, soon, 1.0 * rate),
        (story.closing_soon, soon - rng.integers(2, 7, len(life)), 1.2 * rate),
    ]
    surplus = rng.uniform(*SURPLUS_COVER, len(life)) * rate
    for share, offset in ((0.45, 9), (0.35, 22), (0.2, -6)):
        extra.append((story.surplus, soon - offset, share * surplus))
    for flag, age, units in extra:
        parts.append(_rows(CENTRAL, sku[flag], age[flag], units[flag]))
    return pd.concat(parts, ignore_index=True)


def _regional(
    rng: np.random.Generator, masters: Masters, warehouse: str, rate: Floats
) -> pd.DataFrame:
    life = masters.skus["_life_days"].to_numpy()
    sku = np.arange(len(life))
    cover = rng.uniform(*REGIONAL_COVER, len(life))
    cover *= rng.random(len(life)) >= MISSING_SHARE
    cover = np.minimum(cover, REGIONAL_LIFE_SHARE * life)
    first = 1 + rng.integers(0, 2 * batch_days(life))
    old = np.flatnonzero(rng.random(len(life)) < OLD_LOT_SHARE / 2)
    old_age = np.ceil(rng.uniform(*OLD_AGE, len(life)) * life).astype(int)
    old_units = rng.uniform(*OLD_LOT_COVER, len(life)) * rate
    return pd.concat(
        [
            _rows(warehouse, sku, first, 0.6 * cover * rate),
            _rows(warehouse, sku, first + batch_days(life), 0.4 * cover * rate),
            _rows(warehouse, old, old_age[old], old_units[old]),
        ],
        ignore_index=True,
    )


def _rows(
    warehouse: str,
    sku: npt.NDArray[np.int64],
    age: npt.NDArray[np.int64],
    units: Floats,
) -> pd.DataFrame:
    some = np.flatnonzero(units > 0)
    return pd.DataFrame(
        {
            "warehouse_id": warehouse,
            "sku": sku[some],
            "age": age[some],
            "units": units[some],
        }
    )


def _leftovers(masters: Masters) -> pd.DataFrame:
    """Season goods after their season: expired moon cakes, dumplings past half."""
    names = masters.skus["name"]
    cakes = np.flatnonzero(names.str.contains("月饼").to_numpy())
    dumplings = np.flatnonzero(names.str.contains("粽子").to_numpy())
    return pd.concat(
        [
            _rows(CENTRAL, cakes[:1], np.array([84]), np.array([36.0])),
            _rows("RDC-GZ", dumplings[:1], np.array([158]), np.array([60.0])),
        ]
    )


def _dated(masters: Masters, table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    skus = masters.skus.iloc[table["sku"]].reset_index(drop=True)
    age = table["age"].reset_index(drop=True)
    pack = skus["units_per_case"]
    cases = np.ceil(table["units"].to_numpy() / pack)
    production = as_of - pd.to_timedelta(age, unit="D")
    expiry = expiry_dates(production, skus)
    printed = skus["shelf_life_start"].eq("NEXT_DAY") | (
        table.index.to_numpy() % 3 == 0
    )
    arrival = np.minimum(age, 2 + 4 * (table["warehouse_id"].to_numpy() != CENTRAL))
    return pd.DataFrame(
        {
            "warehouse_id": table["warehouse_id"].to_numpy(),
            "sku_id": skus["sku_id"],
            "lot_id": lot_ids(production),
            "on_hand": (cases * pack).astype(int),
            "production_date": production,
            "expiry_date": expiry.where(printed),
            "allocated": 0,
            "blocked": 0,
            "block_reason": "",
            "status": "AVAILABLE",
            "received_date": production + pd.to_timedelta(arrival, unit="D"),
            "as_of_date": as_of,
            "_pack": pack,
        }
    )


def _out_of_use(
    rng: np.random.Generator, lots: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Loose units, promised units, one lot on quality hold and one recalled."""
    lots = lots.sort_values(["warehouse_id", "sku_id", "lot_id"], ignore_index=True)
    part = rng.integers(0, 12, len(lots))
    loose = np.where(part == 0, rng.integers(1, 6, len(lots)) % lots["_pack"], 0)
    promised = np.where((part == 1) & (lots["on_hand"] > 10 * lots["_pack"]), 2, 0)
    lots = lots.assign(
        on_hand=lots["on_hand"] + loose, allocated=promised * lots["_pack"]
    )
    fresh = lots["production_date"] > as_of - pd.Timedelta(days=60)
    central = np.flatnonzero((lots["warehouse_id"] == CENTRAL) & fresh)
    held, recalled = central[len(central) // 3], central[len(central) // 2]
    lots.loc[held, ["status", "block_reason"]] = ["BLOCKED", "质检待定"]
    lots.loc[held, "blocked"] = lots.loc[held, "on_hand"]
    lots.loc[recalled, ["status", "block_reason"]] = ["RECALLED", "厂家召回"]
    return lots.drop(columns="_pack")


def make_inbound(
    rng: np.random.Generator, masters: Masters, rates: Rates, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return two arrivals per article at the central warehouse, one confirmed."""
    skus = masters.skus
    rate = rates.warehouse.loc[CENTRAL].to_numpy()
    coming = (skus["launch"] > f"{as_of:%Y-%m-%d}").to_numpy()
    rate = np.where(coming, 3.0, rate)
    parts = []
    for status, earliest, latest in (("CONFIRMED", 3, 11), ("PLANNED", 15, 30)):
        eta = as_of + pd.to_timedelta(
            rng.integers(earliest, latest, len(skus)), unit="D"
        )
        cover = rng.uniform(10, 18, len(skus))
        pack = skus["units_per_case"]
        parts.append(
            pd.DataFrame(
                {
                    "warehouse_id": CENTRAL,
                    "sku_id": skus["sku_id"],
                    "qty": (np.ceil(cover * rate / pack) * pack).astype(int),
                    "eta_date": eta,
                    "status": status,
                    "assumed_age_days": np.clip(skus["_life_days"] // 40, 1, 12),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table = table[table["qty"] > 0].reset_index(drop=True)
    soonest = table["eta_date"] <= as_of + pd.Timedelta(days=4)
    confirmed = table["status"] == "CONFIRMED"
    table.loc[soonest & confirmed, "status"] = "IN_TRANSIT"
    return table.assign(supply_id=[f"PO{k:05d}" for k in table.index + 1])
