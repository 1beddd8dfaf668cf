"""What each store lists, how fast it sells there, and the account's terms for it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.masters import Masters

__all__ = ["Pairs", "make_pairs"]

MEAN_UNITS_PER_DAY = 1.2
SLOWEST_UNITS_PER_DAY, FASTEST_UNITS_PER_DAY = 0.06, 20.0
CORE_SKUS = 20
EXTRA_SKUS = {"A": 7, "B": 3, "C": 0}
MAX_STOCK_COVER_DAYS = 45
GIFT_NAMES = ("坚果礼盒", "年货大礼包")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """The store x SKU pairs on list, in (store, SKU) order.

    Parameters
    ----------
    store, sku : array, pairs
        Positions in the master tables.
    level : array, pairs, units per day
        Long-run mean demand on an ordinary day.
    case : array, pairs, units per case
    presentation, max_stock : array, pairs, units
        `max_stock` is a large number where no limit is agreed.
    account_skus : DataFrame
        The canonical table.
    """

    store: Ints
    sku: Ints
    level: Floats
    case: Ints
    presentation: Ints
    max_stock: Ints
    account_skus: pd.DataFrame


def make_pairs(rng: np.random.Generator, masters: Masters) -> Pairs:
    """Return the listed pairs and the listing table they come from."""
    listed = _listed(rng, masters)
    store, sku = np.nonzero(listed)
    level = _levels(rng, masters, store, sku)
    table = _account_skus(rng, masters, listed)
    terms = _terms_of_pairs(masters, table, store, sku, level)
    case = masters.skus["units_per_case"].to_numpy()[sku]
    return Pairs(store, sku, level, case, terms[0], terms[1], terms[2])


def _listed(rng: np.random.Generator, masters: Masters) -> npt.NDArray[np.bool_]:
    """Account assortments, plus a few extras in the large stores."""
    skus, stores = masters.skus, masters.stores
    weight = skus["_popularity"].to_numpy() ** 0.5
    weight = weight / weight.sum()
    order = np.argsort(-skus["_popularity"].to_numpy(), kind="stable")
    always = np.zeros(len(skus), dtype=bool)
    always[order[:CORE_SKUS]] = True
    gifts = skus["name"].str.contains("|".join(GIFT_NAMES)).to_numpy()
    always |= gifts & (skus["category"] == "休闲坚果").to_numpy()
    account = np.zeros((len(masters.accounts), len(skus)), dtype=bool)
    for k, wanted in enumerate(masters.accounts["_assortment"]):
        chosen = rng.choice(len(skus), size=2 * wanted, replace=False, p=weight)
        chosen = chosen[~always[chosen]][: max(0, wanted - always.sum())]
        account[k, chosen] = True
        account[k] |= always
    # Whatever nobody chose is listed by one of the four large chains.
    orphans = np.flatnonzero(~account.any(axis=0))
    account[np.arange(len(orphans)) % 4, orphans] = True
    number = masters.accounts["account_id"].tolist()
    of_store = np.array([number.index(a) for a in stores["account_id"]])
    listed: npt.NDArray[np.bool_] = account[of_store]
    for row, rank in enumerate(stores["class"]):
        spare = np.flatnonzero(~listed[row])
        chance = weight[spare] / weight[spare].sum()
        extra = rng.choice(spare, size=EXTRA_SKUS[rank], replace=False, p=chance)
        listed[row, extra] = True
    return listed


def _levels(
    rng: np.random.Generator, masters: Masters, store: Ints, sku: Ints
) -> Floats:
    popularity = masters.skus["_popularity"].to_numpy() ** 1.7
    scale = masters.stores["_scale"].to_numpy()
    noise = rng.lognormal(0.0, 0.6, len(store))
    level = popularity[sku] * scale[store] * noise
    # Dear articles sell more slowly.
    price = masters.skus["list_price_cny"].to_numpy()
    level *= (price[sku] / 8.0) ** -0.35
    level = level * MEAN_UNITS_PER_DAY / level.mean()
    return np.asarray(np.clip(level, SLOWEST_UNITS_PER_DAY, FASTEST_UNITS_PER_DAY))


def _account_skus(
    rng: np.random.Generator, masters: Masters, listed: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """One row per account and SKU all its stores list; one per store's extra."""
    stores, skus, accounts = masters.stores, masters.skus, masters.accounts
    parts = []
    for account in accounts.to_dict("records"):
        mine = np.flatnonzero(
            (stores["account_id"] == account["account_id"]).to_numpy()
        )
        common = listed[mine].all(axis=0)
        where, extra = np.nonzero(listed[mine] & ~common)
        everywhere = np.flatnonzero(common)
        sku = np.concatenate([everywhere, extra])
        frac = float(account["_price_frac"])
        parts.append(
            pd.DataFrame(
                {
                    "account_id": account["account_id"],
                    "sku_id": skus["sku_id"].to_numpy()[sku],
                    "store_id": [""] * len(everywhere)
                    + stores["store_id"].to_numpy()[mine[where]].tolist(),
                    "listed_from": "2025-03-01",
                    "listed_to": "",
                    "contract_price_cny": (
                        skus["list_price_cny"].to_numpy()[sku] * frac
                    ).round(2),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    number = table.groupby("account_id").cumcount() + 1
    prefix = table["account_id"].str[-2:]
    item_no = prefix + "-" + number.astype(str).str.zfill(4)
    pack = table["sku_id"].map(skus.set_index("sku_id")["units_per_case"])
    # One article in twenty is ordered in double cases, one has a minimum of two.
    part = rng.integers(0, 20, len(table))
    return table.assign(
        account_item_no=item_no,
        order_multiple_units=np.where(part == 0, 2 * pack, pack),
        moq_units=np.where(part == 1, 2 * pack, 0),
    )


def _terms_of_pairs(
    masters: Masters, table: pd.DataFrame, store: Ints, sku: Ints, level: Floats
) -> tuple[Ints, Ints, pd.DataFrame]:
    """Facings, presentation minimum and maximum stock: the same for a row's pairs."""
    stores, skus = masters.stores, masters.skus
    store_id = stores["store_id"].to_numpy()[store]
    pair = pd.DataFrame(
        {
            "account_id": stores["account_id"].to_numpy()[store],
            "sku_id": skus["sku_id"].to_numpy()[sku],
            "store_id": store_id,
            "level": level,
        }
    )
    own = pair.merge(
        table[["account_id", "sku_id", "store_id"]].assign(own=True),
        on=["account_id", "sku_id", "store_id"],
        how="left",
    )["own"].notna()
    pair["store_id"] = pair["store_id"].where(own, "")
    keys = ["account_id", "sku_id", "store_id"]
    mean = pair.groupby(keys, as_index=False)["level"].agg(["mean", "max"])
    rows = table.merge(mean, on=keys, how="left")
    pack = rows["sku_id"].map(skus.set_index("sku_id")["units_per_case"])
    facings = np.clip(np.ceil(rows["mean"] * 1.2), 1, 8).astype(int)
    # A limit on what a store can hold is agreed for every third article.
    limited = np.arange(len(rows)) % 3 == 0
    most = np.ceil(rows["max"] * MAX_STOCK_COVER_DAYS).astype(int) + 4 * pack
    rows = rows.assign(
        facings=facings,
        presentation_min_units=np.minimum(3 * facings, pack),
        max_stock_units=most.astype("Int64").where(limited),
    )
    found = pair[keys].merge(rows, on=keys, how="left")
    limit = found["max_stock_units"].fillna(10**6).to_numpy(dtype=np.int64)
    presentation = found["presentation_min_units"].to_numpy(dtype=np.int64)
    return presentation, limit, rows.drop(columns=["mean", "max"])
