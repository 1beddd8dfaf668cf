"""How long each warehouse lot may still go to whom, and what will be left over."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.freshness import Contract, last_eligible_receipt
from ka_supply.domain.snapshot import to_days
from ka_supply.domain.stock import free_lots
from ka_supply.reporting.night import Night, expected_units, look_up

__all__ = ["compute_lot_chances", "compute_warehouse_risk", "left_over_units"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LOT_KEY = ["warehouse_id", "sku_id", "lot_id"]


def left_over_units(group: Ints, units: Floats, sellable: Floats) -> Floats:
    """Return what of each lot demand will not take before the lot's limit.

    Lots of a group are taken first-expiring first; demand up to a lot's limit
    serves the earlier lots before it.

    Parameters
    ----------
    group : shape (n,), int, sorted; within a group in order of expiry
    units : shape (n,), units of each lot
    sellable : shape (n,), units
        Demand of the group from today until the lot's limit.

    Examples
    --------
    Ten old units and ten fresh ones; four can be sold in time, then fifteen:

    >>> left_over_units(np.array([0, 0]), np.array([10.0, 10.0]), np.array([4.0, 15.0]))
    array([6., 0.])
    """
    left = np.zeros(len(group))
    if not len(group):
        return left
    starts = np.r_[True, group[1:] != group[:-1]]
    code = np.cumsum(starts) - 1
    rank = np.arange(len(group)) - np.flatnonzero(starts)[code]
    sold = np.zeros(code[-1] + 1)
    for step in range(int(rank.max()) + 1):
        at = rank == step
        taken = np.clip(sellable[at] - sold[code[at]], 0, units[at])
        left[at] = units[at] - taken
        sold[code[at]] += taken
    return left


def _reach(night: Night) -> pd.DataFrame:
    """Return each pair as reached from each warehouse, directly or by transfer."""
    direct = night.pairs[night.pairs["kind"] == "SHIPMENT"].copy()
    direct["warehouse_id"] = direct["origin_id"]
    direct["via_id"] = direct["destination_id"]
    direct["receipt_day"] = to_days(direct["customer_receipt_date"])
    interval = direct["next_arrival_date"] - direct["arrival_date"]
    direct["interval_days"] = interval.dt.days
    found = [direct]
    for place, departure in night.network.departures.items():
        if night.network.destinations[place].kind != "WAREHOUSE":
            continue
        behind = direct[direct["origin_id"] == place].copy()
        behind["warehouse_id"] = departure.origin_id
        behind["via_id"] = place
        behind["receipt_day"] = int(to_days(departure.customer_receipt_date))
        days = (departure.next_arrival_date - departure.arrival_date).days
        behind["interval_days"] = np.maximum(behind["interval_days"], days)
        found.append(behind)
    return pd.concat(found, ignore_index=True)


def _echelon_stock(night: Night) -> pd.Series:
    """Return stock on hand and on the way by destination, its stores included."""
    member = {
        store: place
        for place, d in night.network.destinations.items()
        if d.kind != "WAREHOUSE"
        for store in d.members
    }
    stock = night.positions.assign(
        destination_id=look_up(night.positions["store_id"], member)
    )
    stock["destination_id"] = stock["destination_id"].fillna(stock["store_id"])
    units = stock["on_hand_units"] + stock["in_transit_units"]
    return units.groupby([stock["destination_id"], stock["sku_id"]]).sum()


def compute_lot_chances(night: Night) -> pd.DataFrame:
    """Return, per lot and destination it can reach, until when it may be received.

    Returns
    -------
    DataFrame
        warehouse_id, sku_id, lot_id, via_id (the next stop: the destination or
        a regional warehouse), destination_id, account_id, last_receipt_day,
        receipt_day (of the modelled departure, worst case), next_receipt_day,
        pull_units: what the destination could take until then, its demand
        through one more delivery interval less its stock, or its open orders
        if they are more.
    """
    lots = free_lots(night.snapshot).drop(columns="loose_units")
    rows = lots.merge(_reach(night), on=["warehouse_id", "sku_id"])
    last = np.zeros(len(rows), dtype=np.int64)
    for name, at in rows.groupby("contract", sort=True).indices.items():
        num, den, days = map(int, str(name).split("/"))
        made = rows["production_day"].to_numpy()[at]
        ends = rows["expiry_day"].to_numpy()[at]
        last[at] = last_eligible_receipt(made, ends, Contract(num, den, days))
    start = int(to_days(night.snapshot.run_date))
    until = last + rows["interval_days"].to_numpy()
    demand = expected_units(night.forecast, rows, start, until)
    keys = pd.MultiIndex.from_frame(rows[["destination_id", "sku_id"]])
    stock = _echelon_stock(night).reindex(keys).fillna(0).to_numpy(float)
    possible = rows["receipt_day"].to_numpy() <= last
    rows["last_receipt_day"] = last
    rows["next_receipt_day"] = rows["receipt_day"] + rows["interval_days"]
    ordered = rows["open_order_units"].to_numpy(float)
    pull = np.maximum(demand - stock, ordered)
    rows["pull_units"] = np.where(possible, np.maximum(pull, 0.0), 0.0)
    columns = [
        *LOT_KEY,
        "via_id",
        "destination_id",
        "account_id",
        "last_receipt_day",
        "receipt_day",
        "next_receipt_day",
        "pull_units",
    ]
    return rows[columns]


def _net_pull(chances: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """Return pull and last receipt of each lot, net of stock on the way there.

    What a regional warehouse already holds serves the stores behind it first.
    """
    usable = chances[chances["last_receipt_day"] >= chances["receipt_day"]]
    by_stop = usable.groupby([*LOT_KEY, "via_id"], as_index=False).agg(
        pull_units=("pull_units", "sum"), last_receipt_day=("last_receipt_day", "max")
    )
    held = lots.groupby(["warehouse_id", "sku_id"])["free_units"].sum()
    stops = pd.MultiIndex.from_frame(by_stop[["via_id", "sku_id"]])
    there = held.reindex(stops).fillna(0).to_numpy(float)
    by_stop["pull_units"] = (by_stop["pull_units"] - there).clip(lower=0)
    return by_stop.groupby(LOT_KEY, as_index=False).agg(
        pull_units=("pull_units", "sum"), last_receipt_day=("last_receipt_day", "max")
    )


def _planned(night: Night, lots: pd.DataFrame) -> pd.Series:
    """Return the units of each lot that counting lines take away."""
    lines = night.lines[night.lines["is_counted"]]
    taken = lines.groupby(["origin_id", "sku_id", "lot_id"])["units"].sum()
    units = taken.reindex(pd.MultiIndex.from_frame(lots[LOT_KEY])).fillna(0)
    return pd.Series(units.to_numpy(np.int64), index=lots.index)


def compute_warehouse_risk(night: Night, chances: pd.DataFrame) -> pd.DataFrame:
    """Return what of each lot no destination is expected to take in time.

    Returns
    -------
    DataFrame, sorted by warehouse_id, sku_id, expiry_day, lot_id
        warehouse_id, sku_id, lot_id, production_day, expiry_day, free_units,
        pull_units, last_receipt_day (-1: nobody may take it), risk_units.

    Notes
    -----
    What tonight's plan takes has left the lot and is served from the pull; held
    lines have not.
    """
    lots = free_lots(night.snapshot)
    per_case = look_up(
        lots["sku_id"], night.snapshot["skus"].set_index("sku_id")["units_per_case"]
    )
    lots["free_units"] = lots["free_cases"] * per_case + lots["loose_units"]
    lots = lots.merge(_net_pull(chances, lots), on=LOT_KEY, how="left")
    lots["last_receipt_day"] = lots["last_receipt_day"].fillna(-1).astype(np.int64)
    lots["pull_units"] = lots["pull_units"].fillna(0.0)
    keys = pd.MultiIndex.from_frame(lots[["warehouse_id", "sku_id"]])
    planned = _planned(night, lots)
    sent = planned.groupby([lots["warehouse_id"], lots["sku_id"]]).transform("sum")
    group = keys.factorize()[0].astype(np.int64)
    lots["risk_units"] = left_over_units(
        group,
        (lots["free_units"] - planned).to_numpy(float),
        (lots["pull_units"] - sent).clip(lower=0).to_numpy(float),
    )
    columns = [
        *LOT_KEY,
        "production_day",
        "expiry_day",
        "free_units",
        "pull_units",
        "last_receipt_day",
        "risk_units",
    ]
    return lots[columns]
