"""Promotions: a slot every four weeks per key account, three months ahead."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ka_supply.simulation.demo.listings import Pairs
from ka_supply.simulation.demo.masters import Masters

__all__ = ["make_promotions"]

SLOT_WEEKS = 4
SLOTS_BEHIND, SLOTS_AHEAD = 10, 3
SKUS_PER_SLOT = 5
FROZEN_DAYS, READY_DAYS = 14, 45
MECHANICS = ("直降", "第二件半价", "加量装", "满减")
DISPLAYS = ("堆头", "端架", "DM", "端架+DM")
NEW_YEAR_SALE = ("2027-01-08", "2027-01-28", "2027-01-15", "2027-01-28")
NEW_YEAR_ACCOUNTS = ("KA01", "KA02", "KA03", "KA05")


@dataclass(frozen=True)
class _Slot:
    promo_id: str
    account_id: str
    sale_start: pd.Timestamp
    days: int


def make_promotions(
    rng: np.random.Generator,
    masters: Masters,
    pairs: Pairs,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return the promotion calendar: past, running, planned, and the New Year sale."""
    common = pairs.account_skus[pairs.account_skus["store_id"] == ""]
    season = masters.skus.loc[masters.skus["is_season"] == 1, "sku_id"]
    common = common[~common["sku_id"].isin(season)]
    parts = [
        _rows(rng, slot, common.loc[common["account_id"] == slot.account_id, "sku_id"])
        for slot in _slots(masters, as_of)
    ]
    parts.append(_new_year(masters, pairs.account_skus))
    table = pd.concat(parts, ignore_index=True)
    ahead = (table["sale_start"] - as_of).dt.days
    status = np.select(
        [ahead <= FROZEN_DAYS, ahead <= READY_DAYS],
        ["FROZEN", "CONFIRMED"],
        "SUBMITTED",
    )
    table = table.assign(status=status)
    latest = table.index[ahead > READY_DAYS]
    table.loc[latest[:2], "status"] = "IDEA"
    table.loc[latest[2], "status"] = "CANCELLED"
    return table.assign(est_units=_estimate(masters, pairs, table))


def _estimate(masters: Masters, pairs: Pairs, table: pd.DataFrame) -> pd.Series:
    """Return base sales x uplift x days of sale over the account's stores."""
    stores = masters.stores["account_id"].to_numpy()[pairs.store]
    skus = masters.skus["sku_id"].to_numpy()[pairs.sku]
    base = pd.Series(pairs.level).groupby([stores, skus]).sum()
    keys = pd.MultiIndex.from_frame(table[["account_id", "sku_id"]])
    days = (table["sale_end"] - table["sale_start"]).dt.days + 1
    units = base.reindex(keys).to_numpy() * table["uplift"] * days
    estimate: pd.Series = units.round(-1).astype(int)
    return estimate


def _slots(masters: Masters, as_of: pd.Timestamp) -> list[_Slot]:
    accounts = masters.accounts
    ours = accounts.loc[accounts["tier"] != "NON_KA", "account_id"]
    friday = as_of - pd.Timedelta(days=(as_of.day_of_week - 4) % 7)
    return [
        _Slot(
            promo_id=f"P{account[-2:]}{start:%y%m%d}",
            account_id=account,
            sale_start=start,
            days=14 if account <= "KA02" else 10,
        )
        for k, account in enumerate(ours)
        for slot in range(-SLOTS_BEHIND, SLOTS_AHEAD + 1)
        for start in [
            friday + pd.Timedelta(weeks=SLOT_WEEKS * slot + (k + 1) % SLOT_WEEKS)
        ]
    ]


def _rows(rng: np.random.Generator, slot: _Slot, listed: pd.Series) -> pd.DataFrame:
    chosen = rng.choice(len(listed), size=SKUS_PER_SLOT, replace=False)
    discount = rng.choice([0.1, 0.15, 0.2, 0.25, 0.3], size=SKUS_PER_SLOT)
    uplift = 1 + 4.5 * discount * rng.uniform(0.7, 1.4, SKUS_PER_SLOT)
    end = slot.sale_start + pd.Timedelta(days=slot.days - 1)
    pick = int(rng.integers(len(MECHANICS)))
    return pd.DataFrame(
        {
            "promo_id": slot.promo_id,
            "account_id": slot.account_id,
            "sku_id": listed.to_numpy()[np.sort(chosen)],
            "store_id": "",
            "buy_start": slot.sale_start - pd.Timedelta(days=10),
            "buy_end": end - pd.Timedelta(days=2),
            "sale_start": slot.sale_start,
            "sale_end": end,
            "mechanic": MECHANICS[pick],
            "discount_frac": discount,
            "display_type": DISPLAYS[int(rng.integers(len(DISPLAYS)))],
            "uplift": uplift.round(2),
            "fee_cny": float(rng.integers(3, 20) * 500),
        }
    )


def _new_year(masters: Masters, account_skus: pd.DataFrame) -> pd.DataFrame:
    """Return the 年货节 of gift boxes: uplift 2.0 (display) x 1.4 (season)."""
    names = masters.skus.set_index("sku_id")["name"]
    gifts = names[names.str.contains("坚果礼盒|年货大礼包")].index
    rows = account_skus[
        account_skus["account_id"].isin(NEW_YEAR_ACCOUNTS)
        & account_skus["sku_id"].isin(gifts)
        & (account_skus["store_id"] == "")
    ][["account_id", "sku_id", "store_id"]]
    buy_start, buy_end, sale_start, sale_end = map(pd.Timestamp, NEW_YEAR_SALE)
    return rows.assign(
        promo_id="NHJ2027-" + rows["account_id"],
        buy_start=buy_start,
        buy_end=buy_end,
        sale_start=sale_start,
        sale_end=sale_end,
        mechanic="年货节",
        discount_frac=0.1,
        display_type="端架+DM",
        uplift=2.8,
        fee_cny=8000.0,
    )
