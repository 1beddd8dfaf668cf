"""Accounts, stores, ship-to addresses, SKUs and warehouses."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ka_supply.simulation.demo.reference_tables import reference

__all__ = ["Masters", "make_masters"]

PLACES = (
    "人民路",
    "中山路",
    "解放路",
    "文明大道",
    "滨江",
    "新城",
    "步行街",
    "客运站",
    "体育馆",
    "红旗大道",
    "龙腾广场",
    "学府路",
)
DAYS_PER_MONTH = 30.4375
CLASS_SCALE = {"A": 1.45, "B": 1.0, "C": 0.7}
# A: every third store of a chain, then B, B, C, C in turn.
CLASS_CYCLE = ("A", "B", "C", "B", "C")
VARIANT_SHARE = (1.0, 0.8, 0.6, 0.5)
LATE_OPENING, CLOSED, CLOSING = "03005", "05014", "06012"
NEW_SKU_NAME, COMING_SKU_NAME = "益生菌", "夏威夷果"


@dataclass(frozen=True)
class Masters:
    """Master tables; columns starting with `_` are the generator's own.

    Parameters
    ----------
    accounts, stores, ship_tos, skus, warehouses : DataFrame
        Schema columns, plus `_scale` (stores), `_popularity`, `_life_days`
        (skus) and `_shape` columns used only to draw the world.
    """

    accounts: pd.DataFrame
    stores: pd.DataFrame
    ship_tos: pd.DataFrame
    skus: pd.DataFrame
    warehouses: pd.DataFrame


def make_masters(rng: np.random.Generator, as_of: pd.Timestamp) -> Masters:
    """Return the masters of the demo as they stand on `as_of`."""
    return Masters(
        accounts=_accounts(),
        stores=_stores(rng, as_of),
        ship_tos=_ship_tos(),
        skus=_skus(rng, as_of),
        warehouses=_warehouses(),
    )


def _accounts() -> pd.DataFrame:
    table = reference("accounts").rename(
        columns={
            "short": "_short",
            "stores": "_stores",
            "assortment": "_assortment",
            "store_scale": "_scale",
            "price_frac": "_price_frac",
        }
    )
    return table.assign(
        _scale=table["_scale"].astype(float),
        _assortment=table["_assortment"].astype(int),
        _price_frac=table["_price_frac"].astype(float),
        valid_from="2024-01-01",
    )


def _stores(rng: np.random.Generator, as_of: pd.Timestamp) -> pd.DataFrame:
    rows = [
        row
        for number, account in enumerate(_accounts().to_dict("records"), start=1)
        for row in _stores_of(number, account)
    ]
    table = pd.DataFrame(rows)
    noise = rng.lognormal(0.0, 0.15, len(table))
    opened = pd.Series("2019-06-01", index=table.index)
    late = table["store_id"] == LATE_OPENING
    opened[late] = f"{as_of - pd.Timedelta(days=130):%Y-%m-%d}"
    closed = pd.Series("", index=table.index)
    closed[table["store_id"] == CLOSED] = f"{as_of - pd.Timedelta(days=36):%Y-%m-%d}"
    closed[table["store_id"] == CLOSING] = f"{as_of + pd.Timedelta(days=24):%Y-%m-%d}"
    return table.assign(_scale=table["_scale"] * noise, opened=opened, closed=closed)


def _stores_of(number: int, account: dict[Hashable, Any]) -> list[dict[str, object]]:
    counts = str(account["_stores"]).split("|")
    tier = str(account["tier"])
    rows: list[dict[str, object]] = []
    for region_no, region in enumerate(reference("regions").to_dict("records")):
        towns = region["towns"].split("|")
        for k in range(int(counts[region_no])):
            serial = len(rows)
            town = towns[(k + 2 * number) % len(towns)]
            place = PLACES[(5 * number + serial) % len(PLACES)]
            rank = CLASS_CYCLE[serial % len(CLASS_CYCLE)]
            rows.append(
                {
                    "store_id": f"{number:02d}{serial + 1:03d}",
                    "account_id": account["account_id"],
                    "name": f"{account['_short']}{town}{place}店",
                    "account_store_no": f"{1000 * number + serial + 1}",
                    "format": _format(tier, rank),
                    "class": rank,
                    "city": town,
                    "prefecture": region["prefecture"],
                    "region_code": region["region_code"],
                    "rep_id": f"YD{region_no + 1}{k % 3 + 1}",
                    "ship_to_id": _dc(str(account["account_id"]), region),
                    "receiving_weekdays": _receiving(tier, serial),
                    "visit_weekdays": str(serial % 5 + 1),
                    "_scale": float(str(account["_scale"])) * CLASS_SCALE[rank],
                }
            )
    return rows


def _format(tier: str, rank: str) -> str:
    if tier == "NON_KA":
        return "convenience"
    return "hyper" if rank == "A" else "super"


def _receiving(tier: str, serial: int) -> str:
    if tier == "RKA" and serial % 4 == 0:
        return "2,3,5,6"
    return "1,2,3,4,5,6,7" if tier == "NON_KA" else "1,2,3,4,5,6"


def _dc(account_id: str, region: dict[Hashable, Any]) -> str:
    dcs = reference("retailer_dcs")
    serves = dcs["regions"].str.split("|").map(lambda r: region["region_code"] in r)
    found = dcs.loc[(dcs["account_id"] == account_id) & serves, "ship_to_id"]
    return str(found.iloc[0]) if len(found) else ""


def _ship_tos() -> pd.DataFrame:
    dcs = reference("retailer_dcs").drop(columns="regions")
    dcs = dcs.assign(
        type="RETAILER_DC",
        appointment_required="1",
        receiving_blackouts="2027-01-31..2027-02-14",
    )
    own = reference("warehouses").query("kind == 'REGIONAL'")
    rdc = pd.DataFrame(
        {
            "ship_to_id": own["warehouse_id"],
            "type": "RDC",
            "name": own["name"],
            "warehouse_id": own["warehouse_id"],
            "receiving_weekdays": own["working_weekdays"],
        }
    )
    return pd.concat([dcs, rdc], ignore_index=True).fillna("")


def _skus(rng: np.random.Generator, as_of: pd.Timestamp) -> pd.DataFrame:
    table = _variants()
    count = len(table)
    pack, price = table["units_per_case"], table["price_cny"].round(2)
    months = table["life_value"] * np.where(table["life_unit"] == "MONTH", 1, 0)
    days = np.where(months > 0, np.floor(months * DAYS_PER_MONTH), table["life_value"])
    return pd.DataFrame(
        {
            "sku_id": "1" + table["number"],
            "name": table["brand"]
            + table["variant"]
            + table["product"]
            + table["size"],
            "category": table["category"],
            "brand": table["brand"],
            "gtin_unit": ("6971234" + table["number"]).map(_with_check_digit),
            "is_season": table["delist"].ne("").astype(int),
            "units_per_case": pack,
            "case_kg": (pack * table["unit_kg"] * 1.02 + 0.35).round(2),
            "case_m3": (pack * table["unit_litre"] * 1.08e-3 + 5e-4).round(4),
            "shelf_life_value": table["life_value"],
            "shelf_life_unit": table["life_unit"],
            "shelf_life_start": table["life_start"],
            "cost_cny": (price * rng.uniform(0.55, 0.75, count)).round(2),
            "list_price_cny": price,
            "vat_rate": np.where(table["category"] == "粮油调味", 0.09, 0.13),
            "launch": _launch(table, as_of),
            "delist": table["delist"],
            "_popularity": table["popularity"] * rng.lognormal(0, 0.3, count),
            "_life_days": days.astype(int),
        }
    )


def _variants() -> pd.DataFrame:
    """Return one row per variant; the first of a product sells best."""
    lines = reference("catalogue")
    variants = lines["variants"].str.split("|")
    rank = [k for found in variants for k in range(len(found))]
    table = lines.assign(variant=variants).explode("variant", ignore_index=True)
    numbers = ["units_per_case", "life_value"]
    table[numbers] = table[numbers].astype(int)
    decimals = ["unit_kg", "unit_litre", "price_cny", "popularity"]
    table[decimals] = table[decimals].astype(float)
    table["popularity"] *= np.asarray(VARIANT_SHARE)[rank]
    category = pd.Series(pd.factorize(table["category"])[0] + 1)
    serial = table.groupby("category").cumcount() + 1
    number = category.astype(str).str.zfill(2) + serial.astype(str).str.zfill(3)
    return table.assign(number=number)


def _launch(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    launch = table["launch"].copy()
    launch[table["variant"] == NEW_SKU_NAME] = (
        f"{as_of - pd.Timedelta(days=38):%Y-%m-%d}"
    )
    coming = f"{as_of + pd.Timedelta(days=8):%Y-%m-%d}"
    launch[table["variant"] == COMING_SKU_NAME] = coming
    return launch


def _with_check_digit(digits: str) -> str:
    total = sum(int(c) * (3 if k % 2 else 1) for k, c in enumerate(digits))
    return f"{digits}{-total % 10}"


def _warehouses() -> pd.DataFrame:
    return reference("warehouses").assign(blackouts="2027-02-05..2027-02-11")
