"""Destination-SKU pairs of a night and their terms (rules R5 and R8 to R10)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.contracts import ContractBook
from ka_supply.domain.listing import listed_members
from ka_supply.domain.network import Network
from ka_supply.domain.orders import open_order_lines
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.stock import store_positions

__all__ = ["PAIR_KEY", "build_pairs"]

PAIR_KEY = ("destination_id", "freshness_class", "sku_id")


def _departures(network: Network) -> pd.DataFrame:
    columns = {
        "destination_id": [d.destination_id for d in network.departures.values()],
        "origin_id": [d.origin_id for d in network.departures.values()],
        "lane_id": [d.lane_id for d in network.departures.values()],
    }
    for name in (
        "departure_date",
        "arrival_date",
        "customer_receipt_date",
        "next_arrival_date",
    ):
        days = [getattr(d, name) for d in network.departures.values()]
        columns[name] = np.array(days, dtype="datetime64[s]")  # type: ignore[assignment]
    texts = ("destination_id", "origin_id", "lane_id")
    return pd.DataFrame(columns).astype(dict.fromkeys(texts, "str"))


def _shipments(members: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return one row per destination and SKU with the terms of rule R9."""
    pairs = members.groupby(["destination_id", "sku_id"], sort=True).agg(
        account_id=("account_id", "first"),
        multiple_cases=("multiple_cases", "min"),
        first_cases=("first_cases", "min"),
        price_cny=("price_cny", "min"),
        max_stock_units=("max_stock_units", "min"),
    )
    pairs = pairs.reset_index()
    kinds = pairs["destination_id"].map(
        {k: d.kind for k, d in network.destinations.items()}
    )
    limit = pairs["max_stock_units"].where(kinds == "STORE")
    return pairs.assign(kind="SHIPMENT", destination_kind=kinds, max_stock_units=limit)


def _contracts(
    pairs: pd.DataFrame, days: pd.Series, network: Network, book: ContractBook
) -> list[str]:
    members = {k: d.members for k, d in network.destinations.items()}
    return [
        str(book.contract(account, sku, day.date(), members[place]))
        for account, sku, place, day in zip(
            pairs["account_id"],
            pairs["sku_id"],
            pairs["destination_id"],
            days,
            strict=True,
        )
    ]


def _transfers(
    shipments: pd.DataFrame, network: Network, book: ContractBook
) -> pd.DataFrame:
    """Return one row per warehouse, freshness class and SKU behind it."""
    found = []
    for place, departure in network.departures.items():
        if network.destinations[place].kind != "WAREHOUSE":
            continue
        behind = shipments[shipments["origin_id"] == place]
        day = pd.Series(
            pd.Timestamp(departure.customer_receipt_date), index=behind.index
        )
        classes = _contracts(behind, day, network, book)
        rows = behind[["sku_id"]].assign(
            destination_id=place, freshness_class=classes, contract=classes
        )
        found.append(rows.drop_duplicates())
    if not found:
        texts = ("sku_id", "destination_id", "freshness_class", "contract")
        none = pd.DataFrame({name: pd.Series(dtype="str") for name in texts})
        return none.assign(kind="", destination_kind="", account_id="")
    return pd.concat(found).assign(
        kind="TRANSFER", destination_kind="WAREHOUSE", account_id=""
    )


def _open_orders(
    pairs: pd.DataFrame, snapshot: Snapshot
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return open units of each pair, and whether its account orders at all."""
    lines = open_order_lines(snapshot)
    numbered = pairs.reset_index(names="pair")
    joined = numbered[numbered["kind"] == "SHIPMENT"].merge(
        lines[["ship_to_id", "sku_id", "open_units", "last_day"]],
        left_on=["destination_id", "sku_id"],
        right_on=["ship_to_id", "sku_id"],
    )
    valid = joined[joined["arrival_date"] <= joined["last_day"]]
    units = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(units, valid["pair"].to_numpy(), valid["open_units"].to_numpy())
    orders = pairs["account_id"].isin(set(lines["account_id"])).to_numpy()
    return units, orders


def build_pairs(snapshot: Snapshot, network: Network) -> pd.DataFrame:
    """Return every pair that may receive something tonight.

    Returns
    -------
    DataFrame, sorted by destination_id, freshness_class, sku_id
        kind (SHIPMENT, TRANSFER), destination_kind (STORE, RETAILER_DC,
        WAREHOUSE), destination_id, account_id ("" for transfers), sku_id,
        freshness_class ("" for shipments), contract ("num/den/min_remaining"),
        origin_id, lane_id, departure_date, arrival_date,
        customer_receipt_date, next_arrival_date (datetime64),
        units_per_case, multiple_cases, first_cases (smallest cases if any),
        price_cny, cost_cny (yuan per unit), on_hand_units, in_transit_units
        (at the destination itself), room_units (float, NaN = no limit),
        open_order_units, has_orders (the account has open order lines).

    References
    ----------
    docs/rules.md, R5 and R8 to R10.
    """
    book = ContractBook(snapshot)
    departures = _departures(network)
    shipments = _shipments(listed_members(snapshot, network), network).merge(
        departures, on="destination_id"
    )
    shipments["freshness_class"] = ""
    shipments["contract"] = _contracts(
        shipments, shipments["customer_receipt_date"], network, book
    )
    transfers = _transfers(shipments, network, book).merge(
        departures, on="destination_id"
    )
    pairs = pd.concat([shipments, transfers], ignore_index=True)
    pairs = pairs.sort_values(list(PAIR_KEY), ignore_index=True)
    skus = snapshot["skus"].set_index("sku_id")
    for name in ("units_per_case", "cost_cny"):
        found = pairs["sku_id"].map(skus[name])
        pairs[name] = found.astype(skus[name].dtype)
    for name in ("multiple_cases", "first_cases"):
        pairs[name] = pairs[name].fillna(1).astype(np.int64)
    list_price = pairs["sku_id"].map(skus["list_price_cny"])
    pairs["price_cny"] = pairs["price_cny"].fillna(list_price)
    position = store_positions(snapshot).rename(columns={"store_id": "destination_id"})
    pairs = pairs.merge(position, on=["destination_id", "sku_id"], how="left")
    for name in ("on_hand_units", "in_transit_units"):
        pairs[name] = pairs[name].fillna(0).astype(np.int64)
    room = pairs["max_stock_units"].astype("float64") - (
        pairs["on_hand_units"] + pairs["in_transit_units"]
    )
    pairs["room_units"] = room.clip(lower=0)
    pairs["open_order_units"], pairs["has_orders"] = _open_orders(pairs, snapshot)
    return pairs.drop(columns="max_stock_units")
