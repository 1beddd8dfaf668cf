"""What limits a night in whole numbers: vehicles, drops, picking, receiving, credit.

Grams, cubic centimetres, cases and millionths of a yuan: every sum is exact.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.snapshot import Snapshot

__all__ = [
    "NO_LIMIT",
    "Departures",
    "Drops",
    "Limit",
    "build_credit",
    "build_departures",
    "build_drops",
    "build_picking",
    "build_receiving",
    "numbered",
]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_LIMIT = -1
GRAMS_PER_KG = 1_000
CM3_PER_M3 = 1_000_000
FEN_PER_CNY = 100
MICROS_PER_CNY = 1_000_000


@dataclass(frozen=True)
class Departures:
    """Departures of lanes, by lane and day (rule R9).

    Parameters
    ----------
    keys : DataFrame
        lane_id, departure_date.
    of_pair : shape (pairs,)
    grams, cm3 : shape (pairs,)
        Of one case of the pair.
    cap_grams, cap_cm3 : shape (departures,)
        Per vehicle, NO_LIMIT where not given.
    most_vehicles : shape (departures,)
    fixed_fen : shape (departures,)
        Per vehicle.
    carries : shape (departures,)
        False where nothing can be loaded.
    """

    keys: pd.DataFrame
    of_pair: Ints
    grams: Ints
    cm3: Ints
    cap_grams: Ints
    cap_cm3: Ints
    most_vehicles: Ints
    fixed_fen: Ints
    carries: Flags


@dataclass(frozen=True)
class Drops:
    """Stops of departures and the fewest cases worth a stop.

    Parameters
    ----------
    keys : DataFrame
        lane_id, departure_date, destination_id.
    of_pair : shape (pairs,)
    least_cases : shape (drops,)
        0 or 1 where nothing is asked.
    """

    keys: pd.DataFrame
    of_pair: Ints
    least_cases: Ints


@dataclass(frozen=True)
class Limit:
    """A family of upper limits: sum of per_case * cases <= cap.

    Parameters
    ----------
    keys : DataFrame
        key and date of each row.
    of_pair : shape (pairs,)
        Row of the pair, -1 if none.
    per_case : shape (pairs,)
        What a case uses.
    cap : shape (rows,)
    scale : int
        How many of the whole units make one natural unit.
    """

    keys: pd.DataFrame
    of_pair: Ints
    per_case: Ints
    cap: Ints
    scale: int = 1


def _scaled(numbers: pd.Series, scale: int, rounding: str) -> Ints:
    """Return numbers times `scale` as whole numbers; missing is NO_LIMIT."""
    known = {
        value: int((Decimal(repr(value)) * scale).to_integral_value(rounding))
        for value in numbers.astype(float).dropna().unique().tolist()
    }
    found = [known.get(value, NO_LIMIT) for value in numbers.astype(float).tolist()]
    return np.array(found, dtype=np.int64)


def numbered(pairs: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, Ints]:
    """Return the distinct keys of the pairs, sorted, and each pair's position."""
    number = pairs.groupby(key, sort=True).ngroup().to_numpy().astype(np.int64)
    first = np.unique(number, return_index=True)[1]
    return pairs[key].iloc[first].reset_index(drop=True), number


def build_departures(snapshot: Snapshot, pairs: pd.DataFrame) -> Departures:
    """Return the departures of the pairs with capacities and costs."""
    key = ["lane_id", "departure_date"]
    keys, of_pair = numbered(pairs, key)
    lanes = snapshot["lanes"].set_index("lane_id").loc[keys["lane_id"]]
    skus = snapshot["skus"].set_index("sku_id").loc[pairs["sku_id"]]
    cap_grams = _scaled(lanes["cap_kg"], GRAMS_PER_KG, ROUND_FLOOR)
    cap_cm3 = _scaled(lanes["cap_m3"], CM3_PER_M3, ROUND_FLOOR)
    unknown = (cap_grams == NO_LIMIT) | (cap_cm3 == NO_LIMIT)
    most = lanes["vehicles_max"].to_numpy(np.int64)
    full_truck = lanes["mode"].eq("FTL").to_numpy()
    return Departures(
        keys,
        of_pair,
        _scaled(skus["case_kg"], GRAMS_PER_KG, ROUND_CEILING),
        _scaled(skus["case_m3"], CM3_PER_M3, ROUND_CEILING),
        cap_grams,
        cap_cm3,
        most,
        np.rint(lanes["fixed_cny"].to_numpy(float) * FEN_PER_CNY).astype(np.int64),
        (most > 0) & ~(full_truck & unknown),
    )


def build_drops(snapshot: Snapshot, pairs: pd.DataFrame) -> Drops:
    """Return the stops of the pairs with their fewest cases."""
    key = ["lane_id", "departure_date", "destination_id"]
    keys, of_pair = numbered(pairs, key)
    least = snapshot["lanes"].set_index("lane_id")["min_drop_cases"]
    return Drops(
        keys,
        of_pair,
        keys["lane_id"].map(least).fillna(0).to_numpy(np.int64),
    )


def _rows(keys: pd.Series, caps: pd.Series) -> tuple[pd.Series, Ints]:
    """Return the keys that have a cap, sorted, and their caps."""
    known = caps.dropna().sort_index()
    known = known[known.index.isin(set(keys))]
    return known.index.to_series(), known.to_numpy(np.int64)


def build_picking(snapshot: Snapshot, pairs: pd.DataFrame) -> Limit:
    """Return cases per warehouse and departure day."""
    caps = snapshot["warehouses"].set_index("warehouse_id")["pick_capacity_cases_day"]
    caps = caps.astype("float64").dropna()
    key = ["origin_id", "departure_date"]
    keys = pairs.loc[pairs["origin_id"].isin(set(caps.index)), key]
    keys = keys.drop_duplicates().sort_values(key, ignore_index=True)
    numbered = keys.reset_index(names="row")
    row = pairs[key].merge(numbered, on=key, how="left")["row"]
    return Limit(
        keys.set_axis(["key", "date"], axis=1),
        row.fillna(-1).to_numpy(np.int64),
        np.ones(len(pairs), dtype=np.int64),
        caps.loc[keys["origin_id"]].to_numpy().astype(np.int64),
    )


def build_receiving(snapshot: Snapshot, pairs: pd.DataFrame) -> Limit:
    """Return cases per shipment destination, also by the ship-to a store names."""
    caps = snapshot["ship_tos"].set_index("ship_to_id")["max_cases_per_day"]
    named = snapshot["stores"].set_index("store_id")["ship_to_id"].dropna().map(caps)
    caps = pd.concat([caps.astype("float64"), named.astype("float64")])
    caps = caps.groupby(level=0).min()
    sent = pairs["destination_id"].where(pairs["kind"].eq("SHIPMENT"))
    keys, cap = _rows(sent.dropna(), caps)
    number = pd.Series(np.arange(len(keys)), index=keys.to_numpy())
    return Limit(
        pd.DataFrame({"key": keys.to_numpy(), "date": pd.NaT}),
        sent.map(number).fillna(-1).to_numpy(np.int64),
        np.ones(len(pairs), dtype=np.int64),
        cap,
    )


def build_credit(pairs: pd.DataFrame, state: pd.DataFrame) -> Limit:
    """Return yuan per account with a finite headroom (rule R11)."""
    finite = state[np.isfinite(state["headroom_cny"])].set_index("account_id")
    sent = pairs["account_id"].where(pairs["kind"].eq("SHIPMENT"))
    keys, _ = _rows(sent.dropna(), finite["headroom_cny"] * 0)
    # Sums of fen in floats stray by less than a millionth of a yuan.
    headroom = finite["headroom_cny"].reindex(keys.to_numpy()).round(6)
    number = pd.Series(np.arange(len(keys)), index=keys.to_numpy())
    units = pairs["units_per_case"].to_numpy(np.int64)
    return Limit(
        pd.DataFrame({"key": keys.to_numpy(), "date": pd.NaT}),
        sent.map(number).fillna(-1).to_numpy(np.int64),
        _scaled(pairs["price_cny"], MICROS_PER_CNY, ROUND_CEILING) * units,
        _scaled(headroom, MICROS_PER_CNY, ROUND_FLOOR),
        MICROS_PER_CNY,
    )
