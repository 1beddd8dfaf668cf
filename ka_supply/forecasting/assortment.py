"""Which store-SKU pairs are forecast, and on which days they are on sale."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.listing import listings
from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.forecasting.sales_rows import Keys, SalesRows, codes_of

__all__ = ["Assortment", "assortment"]

Codes = npt.NDArray[np.int64]

LISTED_AHEAD_DAYS = 28
SOLD_BACK_DAYS = 91
ALWAYS = np.iinfo(np.int64).min
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Assortment:
    """The forecast pairs in canonical order (store_id, sku_id).

    Parameters
    ----------
    rows : DataFrame, n rows
        store_id, sku_id, account_id, category.
    store, sku, category : shape (n,), codes
        Stores and SKUs as in `Keys`, categories in sorted order.
    first_day, end_day : shape (n,), days since 1970-01-01
        On sale on first_day <= day < end_day: listed, active and the store not
        closed for good. Two listing rows of one pair count as one span.
    """

    rows: pd.DataFrame
    store: Codes
    sku: Codes
    category: Codes
    first_day: Codes
    end_day: Codes


def _day(dates: pd.Series, blank: int) -> Codes:
    """Return days since 1970-01-01, `blank` where the date is missing."""
    return np.where(dates.isna(), blank, to_days(dates)).astype(np.int64)


def _span_by_key(key: Codes, first: Codes, end: Codes) -> tuple[Codes, Codes, Codes]:
    """Return distinct keys with the earliest first and the latest end day."""
    distinct, position = np.unique(key, return_inverse=True)
    earliest = np.full(len(distinct), NEVER)
    latest = np.full(len(distinct), ALWAYS)
    np.minimum.at(earliest, position, first)
    np.maximum.at(latest, position, end)
    return distinct, earliest, latest


def _listed(snapshot: Snapshot, keys: Keys) -> tuple[Codes, Codes, Codes]:
    """Return pair key, first and end day of the listed pairs."""
    rows = listings(snapshot)
    store = codes_of(rows["store_id"], keys.stores)
    sku = codes_of(rows["sku_id"], keys.skus)
    first = _day(rows["listed_from"], ALWAYS)
    end = _day(rows["listed_to"], NEVER)
    known = (store >= 0) & (sku >= 0)
    key = store * len(keys.skus) + sku
    return _span_by_key(key[known], first[known], end[known])


def _life(snapshot: Snapshot, keys: Keys, key: Codes) -> tuple[Codes, Codes]:
    """Return the days on which store, account and SKU of a pair all exist."""
    stores = snapshot["stores"].set_index("store_id").loc[keys.stores]
    accounts = snapshot["accounts"].set_index("account_id")
    accounts = accounts.loc[stores["account_id"]]
    skus = snapshot["skus"].set_index("sku_id").loc[keys.skus]
    place, item = key // len(keys.skus), key % len(keys.skus)
    first = np.maximum(
        np.maximum(
            _day(stores["opened"], ALWAYS), _day(accounts["valid_from"], ALWAYS)
        )[place],
        _day(skus["launch"], ALWAYS)[item],
    )
    end = np.minimum(
        np.minimum(_day(stores["closed"], NEVER), _day(accounts["valid_to"], NEVER))[
            place
        ],
        _day(skus["delist"], NEVER)[item],
    )
    return first, end


def assortment(snapshot: Snapshot, keys: Keys, sales: SalesRows) -> Assortment:
    """Return every pair that is listed soon or was sold lately.

    A pair is kept if it is listed on some day of the next 28 days (with an empty
    `account_skus` table: if it has any sales row) or was sold in the last 91 days.
    A pair that only its sales keep is not bound by listing dates: the listing
    table evidently does not describe it.
    """
    run_day = int(to_days(snapshot.run_date))
    key = sales.store * len(keys.skus) + sales.sku
    if snapshot.has("account_skus"):
        recent = (sales.day >= run_day - SOLD_BACK_DAYS) & (sales.units != 0)
        sold = np.unique(key[recent])
        listed, first, end = _listed(snapshot, keys)
    else:
        sold = np.unique(key)
        listed = first = end = np.empty(0, dtype=np.int64)
    life_first, life_end = _life(snapshot, keys, listed)
    first, end = np.maximum(first, life_first), np.minimum(end, life_end)
    soon = (first < run_day + LISTED_AHEAD_DAYS) & (end > run_day)
    listed, first, end = listed[soon], first[soon], end[soon]
    extra = np.setdiff1d(sold, listed)
    extra_first, extra_end = _life(snapshot, keys, extra)
    pairs = np.concatenate([listed, extra])
    order = np.argsort(pairs, kind="stable")
    return _assembled(
        snapshot,
        keys,
        pairs[order],
        np.concatenate([first, extra_first])[order],
        np.concatenate([end, extra_end])[order],
    )


def _assembled(
    snapshot: Snapshot, keys: Keys, pairs: Codes, first: Codes, end: Codes
) -> Assortment:
    store, sku = pairs // len(keys.skus), pairs % len(keys.skus)
    account_of = snapshot["stores"].set_index("store_id")["account_id"]
    category_of = snapshot["skus"].set_index("sku_id")["category"].loc[keys.skus]
    categories = pd.Index(category_of.unique()).sort_values()
    rows = pd.DataFrame(
        {
            "store_id": keys.stores[store],
            "sku_id": keys.skus[sku],
            "account_id": account_of.loc[keys.stores].to_numpy()[store],
            "category": category_of.to_numpy()[sku],
        }
    ).astype("str")
    category = codes_of(rows["category"], categories)
    return Assortment(rows, store, sku, category, first, end)
