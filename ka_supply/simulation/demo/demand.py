"""What shoppers want: mean demand of every pair and day, then random draws of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.listings import Pairs
from ka_supply.simulation.demo.masters import Masters
from ka_supply.simulation.demo.seasons import category_factors

__all__ = ["QUIET_DAYS", "QUIET_STORE", "Demand", "make_demand"]

AHEAD_DAYS = 21
AFTER_PROMOTION_DAYS, AFTER_PROMOTION_FACTOR = 7, 0.85
DEAD_PAIRS, DEAD_DAYS = 14, 45
QUIET_STORE, QUIET_DAYS = "07009", (96, 97)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Demand:
    """Demand over the history and a few days beyond, days x pairs.

    Parameters
    ----------
    dates : DatetimeIndex
        The history, its last day the planning day, then `AHEAD_DAYS` more.
    mean : array, days x pairs, units per day
    units : array, history days x pairs, units
        What shoppers wanted, whether or not it was on the shelf.
    promo : array, days x pairs
        Row of the promotion table on sale that day, or -1.
    is_open : array, days x pairs
        Whether the store is open and the article on sale.
    """

    dates: pd.DatetimeIndex
    mean: Floats
    units: npt.NDArray[np.int64]
    promo: npt.NDArray[np.int16]
    is_open: npt.NDArray[np.bool_]


def make_demand(
    rng: np.random.Generator,
    masters: Masters,
    pairs: Pairs,
    promotions: pd.DataFrame,
    history: pd.DatetimeIndex,
) -> Demand:
    """Return seasonal, promoted, negative-binomial demand of every pair."""
    dates = pd.date_range(history[0], periods=len(history) + AHEAD_DAYS)
    promo = _promo_rows(masters, pairs, promotions, dates)
    is_open = _open(masters, pairs, dates)
    mean = _ordinary(rng, masters, pairs, dates)
    uplift = np.append(promotions["uplift"].to_numpy(), 1.0)
    mean *= uplift[promo]
    mean *= _after_promotion(promo)
    mean[~is_open] = 0.0
    dead = rng.choice(len(pairs.level), size=DEAD_PAIRS, replace=False)
    mean[len(history) - DEAD_DAYS :, dead] = 0.0
    quiet = masters.stores["store_id"].to_numpy()[pairs.store] == QUIET_STORE
    mean[np.ix_(QUIET_DAYS, quiet)] = 0.0
    return Demand(dates, mean, _draw(rng, mean[: len(history)]), promo, is_open)


def _ordinary(
    rng: np.random.Generator, masters: Masters, pairs: Pairs, dates: pd.DatetimeIndex
) -> Floats:
    """Level x weekday, month and holiday x a slow drift of store and article."""
    names = masters.skus["category"].drop_duplicates().tolist()
    of_sku = masters.skus["category"].map(names.index).to_numpy()
    factor = category_factors(dates, names)[:, of_sku[pairs.sku]]
    span = np.linspace(-1.0, 0.0, len(dates))[:, None]
    store_drift = rng.normal(0.0, 0.10, len(masters.stores))
    sku_drift = rng.normal(0.0, 0.15, len(masters.skus))
    drift = np.exp(span * (store_drift[pairs.store] + sku_drift[pairs.sku]))
    return np.asarray(pairs.level * factor * drift, dtype=np.float64)


def _promo_rows(
    masters: Masters, pairs: Pairs, promotions: pd.DataFrame, dates: pd.DatetimeIndex
) -> npt.NDArray[np.int16]:
    stores = masters.stores["account_id"].to_numpy()[pairs.store]
    skus = masters.skus["sku_id"].to_numpy()[pairs.sku]
    active = promotions["status"].isin(["FROZEN", "CONFIRMED", "SUBMITTED"])
    found = np.full((len(dates), len(skus)), -1, dtype=np.int16)
    columns: dict[tuple[str, str], list[int]] = {}
    for k, key in enumerate(zip(stores, skus, strict=True)):
        columns.setdefault(key, []).append(k)
    for number in np.flatnonzero(active.to_numpy()):
        row = promotions.iloc[number]
        first, last = dates.searchsorted([row["sale_start"], row["sale_end"]])
        if first < len(dates):
            which = columns.get((row["account_id"], row["sku_id"]), [])
            found[first : last + 1, which] = number
    return found


def _after_promotion(promo: npt.NDArray[np.int16]) -> Floats:
    """Demand borrowed by a promotion is missing in the week after it."""
    on_sale = promo >= 0
    factor = np.ones(promo.shape)
    for lag in range(1, AFTER_PROMOTION_DAYS + 1):
        hole = on_sale[:-lag] & ~on_sale[lag:]
        factor[lag:][hole] = AFTER_PROMOTION_FACTOR
    return factor


def _open(
    masters: Masters, pairs: Pairs, dates: pd.DatetimeIndex
) -> npt.NDArray[np.bool_]:
    day = dates.to_numpy()[:, None]
    stores, skus = masters.stores, masters.skus
    store_open = (day >= _first(stores["opened"])) & (day < _end(stores["closed"]))
    on_sale = (day >= _first(skus["launch"])) & (day < _end(skus["delist"]))
    small = (stores["format"] == "convenience").to_numpy()
    # Small shops close for the first three days of the New Year.
    new_year = pd.Timestamp("2026-02-17")
    holiday = (dates >= new_year) & (dates < new_year + pd.Timedelta(days=3))
    store_open &= ~(np.asarray(holiday)[:, None] & small)
    return np.asarray(store_open[:, pairs.store] & on_sale[:, pairs.sku])


def _first(column: pd.Series) -> npt.NDArray[np.datetime64]:
    return pd.to_datetime(column.replace("", "2000-01-01")).to_numpy()


def _end(column: pd.Series) -> npt.NDArray[np.datetime64]:
    return pd.to_datetime(column.replace("", "2100-01-01")).to_numpy()


def _draw(rng: np.random.Generator, mean: Floats) -> npt.NDArray[np.int64]:
    """Negative binomial: a gamma factor per pair and day, then Poisson."""
    size = rng.uniform(1.5, 6.0, mean.shape[1])
    return rng.poisson(mean * rng.gamma(size, 1 / size, mean.shape))
