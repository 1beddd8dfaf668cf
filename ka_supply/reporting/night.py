"""One night's objects, typed once and joined with money and names."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.plan import Plan
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.stock import store_positions

__all__ = [
    "Names",
    "Night",
    "add_money",
    "day_date",
    "expected_units",
    "gather",
    "look_up",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LINE_TEXTS = (
    "movement_type",
    "order_basis",
    "origin_id",
    "destination_id",
    "account_id",
    "sku_id",
    "lot_id",
    "lane_id",
    "status",
    "reason",
    "freshness_class",
)
LINE_DATES = (
    "production_date",
    "expiry_date",
    "departure_date",
    "arrival_date",
    "customer_receipt_date",
)
NEED_TEXTS = (
    "destination_id",
    "account_id",
    "sku_id",
    "freshness_class",
    "need_source",
    "reason",
)
NEED_NUMBERS = ("need_units", "planned_units", "held_units", "short_units")


@dataclass(frozen=True)
class Names:
    """Names to print, by id; an id without a name prints as itself."""

    accounts: Mapping[str, str]
    places: Mapping[str, str]
    skus: Mapping[str, str]

    def account(self, account_id: str) -> str:
        """Return the name of an account."""
        return self.accounts.get(account_id, account_id)

    def place(self, place_id: str) -> str:
        """Return the name of a store, retailer DC or warehouse."""
        return self.places.get(place_id, place_id)

    def sku(self, sku_id: str) -> str:
        """Return the name of a SKU."""
        return self.skus.get(sku_id, sku_id)


@dataclass(frozen=True)
class Night:
    """What every figure of the report is computed from.

    Parameters
    ----------
    pairs : DataFrame
        Of `ka_supply.domain.pairs.build_pairs`.
    positions : DataFrame
        Of `ka_supply.domain.stock.store_positions`.
    lines : DataFrame
        plan_lines, dates as datetime64[s], text missing as "", with
        is_counted (False for HELD_CREDIT), cost_cny, price_cny, margin_cny
        (yuan per unit), kg and m3 (of the line).
    needs : DataFrame
        needs of destinations that are customers, with met_units = min(planned,
        need), held_units (at most what is then missing), short_units (the
        rest), and money per unit.
    names : Names
    """

    snapshot: Snapshot
    forecast: Forecast
    plan: Plan
    network: Network
    pairs: pd.DataFrame
    positions: pd.DataFrame
    lines: pd.DataFrame
    needs: pd.DataFrame
    names: Names

    @property
    def account_of_place(self) -> dict[str, str]:
        """Account of each store and retailer DC."""
        stores = self.snapshot["stores"]
        found = dict(zip(stores["store_id"], stores["account_id"], strict=True))
        return found | {
            place: d.account_id
            for place, d in self.network.destinations.items()
            if d.account_id
        }


def day_date(day: int) -> dt.date:
    """Return the date of days since 1970-01-01.

    Examples
    --------
    >>> day_date(1)
    datetime.date(1970, 1, 2)
    """
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))


def look_up(keys: pd.Series, values: pd.Series | Mapping[str, object]) -> pd.Series:
    """Return the value of each key, missing where there is none.

    Unlike `Series.map` it keeps the type of the values when there are no keys.

    Examples
    --------
    >>> look_up(pd.Series(["b", "c"]), {"a": 1.0, "b": 2.0}).tolist()
    [2.0, nan]
    """
    known = values if isinstance(values, pd.Series) else pd.Series(dict(values))
    if not len(known):
        known = known.astype("float64") if known.dtype == object else known
    found = known.reindex(pd.Index(keys))
    return found.set_axis(keys.index)


def expected_units(
    forecast: Forecast, pairs: pd.DataFrame, first: Ints | int, last: Ints | int
) -> Floats:
    """Return expected demand of stores or retailer DCs over days first..last.

    Parameters
    ----------
    pairs : DataFrame, n rows
        destination_id, sku_id; a pair without a forecast has no demand.
    first, last : shape (n,) or one number, days since 1970-01-01
    """
    n = len(pairs)
    if not n or not len(forecast.rows):
        return np.zeros(n)
    rows = forecast.row_index(pairs.assign(freshness_class=""))
    ends = [np.broadcast_to(np.asarray(d, dtype=np.int64), n) for d in (first, last)]
    return forecast.mean(rows, ends[0], ends[1])


def _mapping(frame: pd.DataFrame, key: str, value: str = "name") -> dict[str, str]:
    named = frame[frame[value].notna()]
    return dict(zip(named[key].astype(str), named[value].astype(str), strict=True))


def _names(snapshot: Snapshot) -> Names:
    places = (
        _mapping(snapshot["warehouses"], "warehouse_id")
        | _mapping(snapshot["ship_tos"], "ship_to_id")
        | _mapping(snapshot["stores"], "store_id")
    )
    return Names(
        accounts=_mapping(snapshot["accounts"], "account_id"),
        places=places,
        skus=_mapping(snapshot["skus"], "sku_id"),
    )


def add_money(
    frame: pd.DataFrame, snapshot: Snapshot, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Return `frame` with cost_cny, price_cny and margin_cny per unit.

    The price is that of the destination's pair if there is one, else the
    account's contract price, else the list price; the margin is never negative.

    Parameters
    ----------
    frame : DataFrame
        account_id, sku_id and, where known, destination_id.
    """
    skus = snapshot["skus"].set_index("sku_id")
    terms = snapshot["account_skus"]
    wide = terms[terms["store_id"].isna()].set_index(["account_id", "sku_id"])
    keys = pd.MultiIndex.from_frame(frame[["account_id", "sku_id"]])
    contract = wide["contract_price_cny"][~wide.index.duplicated(keep="last")]
    price = pd.Series(contract.reindex(keys).to_numpy(float), index=frame.index)
    price = price.fillna(look_up(frame["sku_id"], skus["list_price_cny"]))
    if "destination_id" in frame:
        sold = pairs[pairs["kind"] == "SHIPMENT"]
        own = sold.set_index(["destination_id", "sku_id"])["price_cny"]
        places = pd.MultiIndex.from_frame(frame[["destination_id", "sku_id"]])
        found = pd.Series(own.reindex(places).to_numpy(float), index=frame.index)
        price = found.fillna(price)
    cost = look_up(frame["sku_id"], skus["cost_cny"])
    return frame.assign(
        cost_cny=cost, price_cny=price, margin_cny=(price - cost).clip(lower=0)
    )


def _texts(frame: pd.DataFrame, columns: tuple[str, ...]) -> dict[str, pd.Series]:
    empty = pd.Series("", index=frame.index, dtype="str")
    return {
        name: frame[name].astype("str").fillna("") if name in frame else empty
        for name in columns
    }


def _lines(snapshot: Snapshot, plan: Plan, pairs: pd.DataFrame) -> pd.DataFrame:
    lines = plan.lines
    dates = {name: pd.to_datetime(lines[name]) for name in LINE_DATES}
    typed = lines.assign(**_texts(lines, LINE_TEXTS), **dates)
    typed = typed.assign(
        line_id=lines["line_id"].astype(np.int64),
        cases=lines["cases"].astype(np.int64),
        units=lines["units"].astype(np.int64),
        value_cny=lines["value_cny"].astype(float),
    )
    skus = snapshot["skus"].set_index("sku_id")
    typed = add_money(typed, snapshot, pairs)
    return typed.assign(
        is_counted=typed["status"] != "HELD_CREDIT",
        kg=typed["cases"] * look_up(typed["sku_id"], skus["case_kg"]),
        m3=typed["cases"] * look_up(typed["sku_id"], skus["case_m3"]),
    )


def _needs(snapshot: Snapshot, plan: Plan, pairs: pd.DataFrame) -> pd.DataFrame:
    needs = plan.needs
    numbers = {name: needs[name].astype(np.int64) for name in NEED_NUMBERS}
    arrival = pd.to_datetime(needs["arrival_date"])
    typed = needs.assign(**_texts(needs, NEED_TEXTS), **numbers, arrival_date=arrival)
    typed = typed[typed["account_id"] != ""].reset_index(drop=True)
    met = typed[["planned_units", "need_units"]].min(axis=1)
    held = np.minimum(typed["held_units"], typed["need_units"] - met)
    typed = typed.assign(
        met_units=met,
        held_units=held,
        short_units=typed["need_units"] - met - held,
    )
    return add_money(typed, snapshot, pairs)


def gather(
    snapshot: Snapshot, forecast: Forecast, plan: Plan, network: Network
) -> Night:
    """Return the night's objects, typed once and joined with money and names."""
    pairs = build_pairs(snapshot, network)
    return Night(
        snapshot=snapshot,
        forecast=forecast,
        plan=plan,
        network=network,
        pairs=pairs,
        positions=store_positions(snapshot),
        lines=_lines(snapshot, plan, pairs),
        needs=_needs(snapshot, plan, pairs),
        names=_names(snapshot),
    )
