"""Cover 可销天数: how long stock lasts when the forecast is walked day by day."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.snapshot import to_days
from ka_supply.reporting.night import Night, look_up

__all__ = ["compute_cover", "compute_pair_cover", "cover_days"]

Floats = npt.NDArray[np.float64]


def cover_days(stock: Floats, daily: Floats, tail: Floats) -> Floats:
    """Return the days until stock is sold out, walking the forecast.

    Parameters
    ----------
    stock : shape (n,), units
    daily : shape (n, horizon), expected units per day
    tail : shape (n,), expected units per day beyond the horizon

    Examples
    --------
    Ten units at 4 a day, then 1 a day from the third day on:

    >>> daily = np.array([[4.0, 4.0, 1.0, 1.0]])
    >>> cover_days(np.array([10.0]), daily, np.array([1.0]))
    array([4.])
    """
    total = np.cumsum(daily, axis=1, dtype=float)
    horizon = daily.shape[1]
    if not horizon or not len(stock):
        return np.zeros(len(stock))
    whole = (total <= stock[:, None]).sum(axis=1)
    rows = np.arange(len(stock))
    before = np.where(whole > 0, total[rows, np.maximum(whole - 1, 0)], 0.0)
    inside = np.minimum(whole, horizon - 1)
    rate = np.where(whole < horizon, daily[rows, inside], tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(rate > 0, (stock - before) / rate, np.inf)
    return np.asarray(whole + part)


def compute_pair_cover(night: Night) -> pd.DataFrame:
    """Return the cover of each customer pair now and with tonight's plan.

    Returns
    -------
    DataFrame
        destination_id, account_id, sku_id, stock_units (on hand and on the
        way, at the destination itself), planned_units, cover_days,
        planned_cover_days, days_to_next (until the delivery after this one),
        mean_daily_units (28 days), is_short (stock lasts less than until the
        arrival), is_short_planned (with the plan, less than until the delivery
        after it).
    """
    pairs = night.pairs[night.pairs["kind"] == "SHIPMENT"].reset_index(drop=True)
    index = night.forecast.row_index(pairs)
    pairs, index = pairs[index >= 0].reset_index(drop=True), index[index >= 0]
    counted = night.lines[night.lines["is_counted"]]
    planned = counted.groupby(["destination_id", "sku_id"])["units"].sum()
    keys = pd.MultiIndex.from_frame(pairs[["destination_id", "sku_id"]])
    units = planned.reindex(keys).fillna(0).to_numpy(dtype=float)
    stock = (pairs["on_hand_units"] + pairs["in_transit_units"]).to_numpy(dtype=float)
    daily = night.forecast.daily_mean[index].astype(float)
    tail = night.forecast.tail_mean[index]
    start = int(to_days(night.snapshot.run_date))
    arrival = to_days(pairs["arrival_date"]) - start
    following = to_days(pairs["next_arrival_date"]) - start
    now = cover_days(stock, daily, tail)
    after = cover_days(stock + units, daily, tail)
    return pairs[["destination_id", "account_id", "sku_id"]].assign(
        stock_units=stock,
        planned_units=units,
        cover_days=now,
        planned_cover_days=after,
        days_to_next=following,
        mean_daily_units=daily[:, :28].mean(axis=1) if len(daily) else 0.0,
        is_short=now < arrival,
        is_short_planned=after < following,
    )


def compute_cover(night: Night) -> pd.DataFrame:
    """Return cover and safety stock by account, thinnest first.

    Returns
    -------
    DataFrame
        account_id, pairs, stock_units, planned_units, cover_days and
        planned_cover_days (median over pairs with demand), short_frac (pairs
        that run dry before the truck arrives), short_planned_frac (pairs that
        with the plan do not last until the delivery after it),
        safety_stock_units (in tonight's shipments, from the ledger).
    """
    rows = compute_pair_cover(night)
    rows = rows[rows["mean_daily_units"] > 0]
    groups = rows.groupby("account_id", sort=True)
    frame = groups[["stock_units", "planned_units"]].sum()
    frame.insert(0, "pairs", groups.size())
    for name in ("cover_days", "planned_cover_days"):
        frame[name] = groups[name].median()
    frame["short_frac"] = groups["is_short"].mean()
    frame["short_planned_frac"] = groups["is_short_planned"].mean()
    ledger = night.plan.ledger
    safety = ledger[ledger["component"] == "SAFETY_STOCK"]
    counted = night.lines[night.lines["is_counted"]]
    account = counted.set_index("line_id")["account_id"]
    lines = look_up(safety["line_id"].astype(np.int64), account)
    units = safety["units"].astype(float).groupby(lines).sum()
    frame["safety_stock_units"] = units.reindex(frame.index).fillna(0.0)
    frame = frame.reset_index()
    return frame.sort_values(["cover_days", "account_id"], ignore_index=True)
