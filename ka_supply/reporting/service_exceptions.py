"""Exceptions of service: short orders, missed floors, holds, missing departures."""

import numpy as np
import pandas as pd

from ka_supply.domain.orders import open_order_lines
from ka_supply.domain.snapshot import to_days
from ka_supply.reporting.exception_rows import exception_rows, name_rows
from ka_supply.reporting.night import Night, add_money, expected_units, look_up

__all__ = [
    "credit_hold",
    "expiring_shortage",
    "fill_floor_missed",
    "no_departure",
    "order_expiring",
    "short_supply",
]

SUPPLY_REASONS = ("NO_STOCK", "NO_FRESH_STOCK", "CAPACITY", "MASTER_DATA")
LOOK_AHEAD_DAYS = 28


def credit_hold(night: Night, holds: pd.DataFrame) -> pd.DataFrame:
    """Return accounts whose lines are held; value = the margin of these lines."""
    rows = holds[holds["held_lines"] > 0]
    held = night.lines[~night.lines["is_counted"]]
    first = held.groupby("account_id")["departure_date"].min()
    rows = name_rows(rows, night).assign(
        value_cny=rows["held_margin_cny"],
        deadline=look_up(rows["account_id"], first),
        variant=np.where(rows["status"] == "BLOCKED", "", "LIMIT"),
    )
    arguments = (
        "account",
        "overdue_cny",
        "overdue_days",
        "held_lines",
        "held_places",
        "held_cny",
        "collect_cny",
    )
    return exception_rows(rows, "CREDIT_HOLD", arguments)


def fill_floor_missed(night: Night, fill_rate: pd.DataFrame) -> pd.DataFrame:
    """Return accounts below their contracted floor; value = the penalty.

    Penalty = what lacks to the floor, in yuan (units at the account's mean
    ordered price), times the contract's share, or the settings' default where
    the contract names none.
    """
    rows = fill_rate[fill_rate["is_missed"]]
    needs = night.needs[night.needs["need_source"] == "ORDER"]
    groups = needs.groupby("account_id")
    units = groups["need_units"].sum()
    value = (needs["need_units"] * needs["price_cny"]).groupby(needs["account_id"])
    price = look_up(rows["account_id"], value.sum() / units)
    by_value = rows["is_floor_value"].astype(bool)
    accounts = night.snapshot["accounts"].set_index("account_id")
    share = look_up(rows["account_id"], accounts["penalty_short_frac"]).astype(float)
    share = share.where(share > 0, night.snapshot.settings.money.default_penalty_share)
    gap = rows["floor_gap"]
    rows = name_rows(rows, night).assign(
        missing_units=np.ceil((gap / price).where(by_value, gap)).astype(np.int64),
        value_cny=gap.where(by_value, gap * price) * share,
        deadline=look_up(rows["account_id"], groups["arrival_date"].min()),
    )
    arguments = ("account", "fill_frac", "floor_frac", "missing_units", "main_reason")
    return exception_rows(rows, "FILL_FLOOR_MISSED", arguments)


def _lost_units(night: Night, rows: pd.DataFrame) -> pd.Series:
    """Return units lost by being short.

    Of an order all; of a target the demand that stock and plan leave unserved
    until the next arrival.
    """
    keys = ["destination_id", "sku_id"]
    pairs = night.pairs[night.pairs["kind"] == "SHIPMENT"]
    terms = pairs[[*keys, "next_arrival_date", "on_hand_units", "in_transit_units"]]
    joined = rows[[*keys, "planned_units"]].merge(terms, on=keys, how="left")
    start = int(to_days(night.snapshot.run_date))
    last = np.maximum(to_days(joined["next_arrival_date"]) - 1, start)
    demand = expected_units(night.forecast, joined, start, last)
    stock = joined["on_hand_units"].fillna(0) + joined["in_transit_units"].fillna(0)
    gap = np.maximum(demand - stock - joined["planned_units"], 0).to_numpy()
    short = rows["short_units"].to_numpy(float)
    is_order = (rows["need_source"] == "ORDER").to_numpy()
    return pd.Series(np.where(is_order, short, np.minimum(short, gap)), rows.index)


def expiring_shortage(night: Night) -> pd.DataFrame:
    """Return the short units of each pair whose orders lapse before the next truck.

    Returns
    -------
    DataFrame
        destination_id, sku_id, account_id, expiring_units, last_day.
    """
    lines = open_order_lines(night.snapshot)
    keys = ["destination_id", "sku_id"]
    pairs = night.pairs[night.pairs["kind"] == "SHIPMENT"]
    dates = pairs[[*keys, "arrival_date", "next_arrival_date"]]
    lines = lines.rename(columns={"ship_to_id": "destination_id"}).merge(dates, on=keys)
    reachable = lines["last_day"] >= lines["arrival_date"]
    lapsing = lines[reachable & (lines["last_day"] < lines["next_arrival_date"])]
    by_pair = lapsing.groupby(keys, as_index=False).agg(
        open_units=("open_units", "sum"), last_day=("last_day", "min")
    )
    short = night.needs[night.needs["need_source"] == "ORDER"]
    joined = by_pair.merge(
        short[[*keys, "account_id", "short_units"]], on=keys, how="inner"
    )
    joined["expiring_units"] = joined[["open_units", "short_units"]].min(axis=1)
    return joined[joined["expiring_units"] > 0]


def order_expiring(night: Night, lapsing: pd.DataFrame) -> pd.DataFrame:
    """Return orders that lapse before goods can come; value = their margin.

    Both kinds: lapsing before the next possible receipt (no truck is in time),
    and, by `expiring_shortage`, short tonight and lapsing before the truck after.
    """
    lines = open_order_lines(night.snapshot).rename(
        columns={"ship_to_id": "destination_id", "open_units": "expiring_units"}
    )
    arrival = {k: d.arrival_date for k, d in night.network.departures.items()}
    due = pd.to_datetime(look_up(lines["destination_id"], arrival)).astype(
        "datetime64[s]"
    )
    alive = lines["last_day"] >= pd.Timestamp(night.snapshot.as_of)
    unreachable = lines[alive & due.notna() & (lines["last_day"] < due)]
    columns = ["destination_id", "sku_id", "account_id", "expiring_units", "last_day"]
    rows = pd.concat(
        [
            unreachable[columns].assign(variant=""),
            lapsing[columns].assign(variant="SHORT"),
        ],
        ignore_index=True,
    )
    rows = add_money(rows, night.snapshot, night.pairs)
    rows["value_cny"] = rows["expiring_units"] * rows["margin_cny"]
    groups = rows.groupby(["account_id", "sku_id", "variant"], as_index=False)
    found = groups.agg(
        expiring_units=("expiring_units", "sum"),
        places=("destination_id", "nunique"),
        last_day=("last_day", "min"),
        value_cny=("value_cny", "sum"),
    )
    found = name_rows(found.assign(deadline=found["last_day"]), night)
    arguments = ("account", "sku", "expiring_units", "places", "last_day")
    return exception_rows(found, "ORDER_EXPIRING", arguments)


def short_supply(night: Night, lapsing: pd.DataFrame) -> pd.DataFrame:
    """Return shortages by account, SKU and reason; value = margin of lost units.

    Units that `order_expiring` already counts are left out.
    """
    keys = ["destination_id", "sku_id"]
    needs = night.needs[night.needs["reason"].isin(SUPPLY_REASONS)]
    needs = needs[needs["short_units"] > 0].reset_index(drop=True)
    counted = lapsing[[*keys, "expiring_units"]]
    needs = needs.merge(counted, on=keys, how="left")
    rest = needs["short_units"] - needs["expiring_units"].fillna(0)
    needs["short_units"] = rest.clip(lower=0).astype(np.int64)
    needs["value_cny"] = _lost_units(night, needs) * needs["margin_cny"]
    groups = needs.groupby(["account_id", "sku_id", "reason"], as_index=False)
    found = groups.agg(
        short_units=("short_units", "sum"),
        places=("destination_id", "nunique"),
        store_id=("destination_id", "first"),
        deadline=("arrival_date", "min"),
        value_cny=("value_cny", "sum"),
    )
    found["store_id"] = found["store_id"].where(found["places"] == 1, "")
    found = name_rows(found, night)
    arguments = ("account", "sku", "short_units", "places")
    parts = [
        exception_rows(found[found["reason"] == reason], reason, arguments)
        for reason in SUPPLY_REASONS
    ]
    return pd.concat(parts, ignore_index=True)


def no_departure(night: Night) -> pd.DataFrame:
    """Return destinations no truck reaches; value = margin of the unserved demand.

    Demand of the next 28 days beyond stock on hand and on the way.
    """
    lost = [
        place
        for place, d in night.network.destinations.items()
        if d.kind != "WAREHOUSE" and place not in night.network.departures
    ]
    rows = night.forecast.rows
    rows = rows[rows["destination_id"].isin(lost)][
        ["destination_id", "account_id", "sku_id"]
    ]
    start = int(to_days(night.snapshot.run_date))
    last = start + LOOK_AHEAD_DAYS - 1
    demand = expected_units(night.forecast, rows, start, last)
    stock = night.positions.set_index(["store_id", "sku_id"]).sum(axis=1)
    keys = pd.MultiIndex.from_frame(rows[["destination_id", "sku_id"]])
    held = stock.reindex(keys).fillna(0).to_numpy(float)
    rows = add_money(rows.assign(gap=demand - held), night.snapshot, night.pairs)
    rows["value_cny"] = rows["gap"].clip(lower=0) * rows["margin_cny"]
    found = rows.groupby(["account_id", "destination_id"], as_index=False).agg(
        value_cny=("value_cny", "sum"), skus=("sku_id", "nunique")
    )
    found = found.rename(columns={"destination_id": "store_id"}).assign(
        deadline=pd.Timestamp(night.snapshot.run_date)
    )
    return exception_rows(
        name_rows(found, night), "NO_DEPARTURE", ("account", "store", "skus")
    )
