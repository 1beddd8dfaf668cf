"""Which store may receive which SKU, on which terms (rules R5 and R9)."""

import numpy as np
import pandas as pd

from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot

__all__ = ["listed_members", "listings"]

TERMS = (
    "order_multiple_units",
    "moq_units",
    "contract_price_cny",
    "max_stock_units",
    "presentation_min_units",
)
KEY = ["store_id", "sku_id"]
MEMBER_COLUMNS = (
    "destination_id",
    "store_id",
    "account_id",
    "sku_id",
    "arrival_date",
    "multiple_cases",
    "first_cases",
    "price_cny",
    "max_stock_units",
    "presentation_min_units",
)


def _valid(day: pd.Series, start: pd.Series, end: pd.Series) -> pd.Series:
    """Return whether each day lies in the half-open validity [start, end)."""
    return (start.isna() | (start <= day)) & (end.isna() | (day < end))


def listings(snapshot: Snapshot) -> pd.DataFrame:
    """Return listing rows per store: account-wide rows spread over its stores.

    Returns
    -------
    DataFrame
        store_id, account_id, sku_id, listed_from, listed_to, is_store_row, and
        the terms order_multiple_units, moq_units, contract_price_cny,
        max_stock_units, presentation_min_units. With an empty `account_skus`
        table every store and SKU with a sales row counts as listed.
    """
    stores = snapshot["stores"][["store_id", "account_id"]]
    rows = snapshot["account_skus"]
    if not len(rows):
        sold = snapshot["sales"][KEY].drop_duplicates()
        none = pd.DataFrame(np.nan, index=sold.index, columns=list(TERMS))
        dates = none.iloc[:, :2].set_axis(["listed_from", "listed_to"], axis=1)
        found = pd.concat([sold, none, dates.astype("datetime64[s]")], axis=1)
        return found.merge(stores, on="store_id").assign(is_store_row=True)
    columns = ["account_id", "sku_id", "store_id", "listed_from", "listed_to", *TERMS]
    rows = rows[columns]
    own = rows[rows["store_id"].notna()].assign(is_store_row=True)
    own = own.merge(stores, on=["store_id", "account_id"])
    wide = rows[rows["store_id"].isna()].drop(columns="store_id")
    spread = stores.merge(wide, on="account_id").assign(is_store_row=False)
    return pd.concat([own, spread], ignore_index=True)


def _places(network: Network) -> pd.DataFrame:
    """Return each store behind a destination with a departure, and its arrival."""
    rows = [
        (store, d.destination_id, network.departures[d.destination_id].arrival_date)
        for d in network.destinations.values()
        if d.kind != "WAREHOUSE" and d.destination_id in network.departures
        for store in d.members
    ]
    types = {
        "store_id": "str",
        "destination_id": "str",
        "arrival_date": "datetime64[s]",
    }
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _valid_listings(snapshot: Snapshot, network: Network) -> pd.DataFrame:
    """Return the listing rows that hold on their destination's arrival (R5)."""
    rows = listings(snapshot).merge(_places(network), on="store_id")
    # The store's own row comes last and wins over the account's, whole.
    rows = rows.sort_values([*KEY, "is_store_row"])
    rows = rows.drop_duplicates(KEY, keep="last")
    rows = rows.merge(snapshot["stores"][["store_id", "opened", "closed"]])
    rows = rows.merge(
        snapshot["skus"][["sku_id", "launch", "delist", "units_per_case"]]
    )
    rows = rows.merge(snapshot["accounts"][["account_id", "valid_from", "valid_to"]])
    day = rows["arrival_date"]
    can = (
        _valid(day, rows["listed_from"], rows["listed_to"])
        & _valid(day, rows["opened"], rows["closed"])
        & _valid(day, rows["launch"], rows["delist"])
        & _valid(day, rows["valid_from"], rows["valid_to"])
    )
    return rows[can]


def listed_members(snapshot: Snapshot, network: Network) -> pd.DataFrame:
    """Return stores and SKUs that rule R5 lets receive goods on arrival.

    Returns
    -------
    DataFrame, sorted by destination_id, store_id, sku_id
        destination_id, store_id, account_id, sku_id, arrival_date,
        multiple_cases, first_cases (int64), price_cny (NaN = list price),
        max_stock_units, presentation_min_units (NaN = not given).
    """
    rows = _valid_listings(snapshot, network)
    per_case = rows["units_per_case"].astype(np.int64)
    unit = rows["order_multiple_units"].astype("float64").fillna(1).astype(np.int64)
    multiple = np.lcm(unit, per_case) // per_case
    smallest = rows["moq_units"].astype("float64").fillna(0)
    cases = np.ceil(smallest / per_case).astype(np.int64)
    found = rows.assign(
        multiple_cases=multiple,
        first_cases=np.maximum(-(-cases // multiple), 1) * multiple,
        price_cny=rows["contract_price_cny"],
    )
    order = ["destination_id", *KEY]
    return found[list(MEMBER_COLUMNS)].sort_values(order, ignore_index=True)
