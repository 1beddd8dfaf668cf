"""Visible inventory 可见库存: what shoppers can see, how fast it turns, what is hidden.

Visible is what stands on shelf, end cap, pile, checkout, cooler or side strip;
backroom and top stock are not. Figures rest on counts, days apart.
"""

import numpy as np
import pandas as pd

from ka_supply.reporting.night import Night, look_up

__all__ = ["PERIOD_DAYS", "compute_visible_pairs", "summarise_visible"]

PERIOD_DAYS = 28
STALE_DAYS = 14
HIDDEN_PLACES = ("BACKROOM", "TOP_STOCK")
KEY = ["store_id", "sku_id"]


def _counts(night: Night) -> pd.DataFrame:
    """Return visible and backroom units per store, SKU and day of count."""
    rows = night.snapshot["store_visible_counts"]
    rows = rows[rows["count_date"] <= pd.Timestamp(night.snapshot.as_of)]
    usual = ~rows["location_type"].isin(HIDDEN_PLACES)
    seen = rows["is_visible"].astype("boolean").fillna(usual).astype(bool)
    units = rows["units"].astype(float)
    split = rows.assign(visible=units.where(seen, 0), hidden=units.where(~seen, 0))
    found = split.groupby([*KEY, "count_date"], as_index=False)[
        ["visible", "hidden"]
    ].sum()
    day = (pd.Timestamp(night.snapshot.as_of) - found["count_date"]).dt.days
    return found.assign(day=PERIOD_DAYS - 1 - day).drop(columns="count_date")


def _window_area(counts: pd.DataFrame) -> pd.Series:
    """Return unit-days in the window by trapezoid, level beyond the end counts.

    `day` counts from the first day of the window (0) to its last.
    """
    last = float(PERIOD_DAYS - 1)
    first = ~counts.duplicated(KEY)
    final = ~counts.duplicated(KEY, keep="last")
    day = counts["day"].astype(float)
    ahead = day.shift(-1).where(~final, np.maximum(day, last))
    value = counts["visible"]
    next_value = value.shift(-1).where(~final, value)
    start, end = day.clip(0, last), ahead.clip(0, last)
    slope = ((next_value - value) / (ahead - day).where(ahead > day, 1)).fillna(0)
    left = value + slope * (start - day)
    right = value + slope * (end - day)
    area = (left + right) / 2 * (end - start)
    area += (value * day.clip(0, last)).where(first, 0.0)
    return area.groupby([counts["store_id"], counts["sku_id"]]).sum()


def _sold(night: Night) -> pd.Series:
    sales = night.snapshot["sales"]
    end = pd.Timestamp(night.snapshot.as_of)
    start = end - pd.Timedelta(days=PERIOD_DAYS - 1)
    recent = sales[sales["date"].between(start, end)]
    return recent.groupby(KEY)["units"].sum()


def compute_visible_pairs(night: Night) -> pd.DataFrame:
    """Return the visible inventory of each counted store and SKU over 28 days.

    Returns
    -------
    DataFrame, sorted by store_id, sku_id
        store_id, account_id, sku_id, average_visible_units (time-weighted mean
        of the counts), sold_units, visible_turns (times per 28 days),
        visible_cover_days, visible_units and backroom_units (last count),
        backroom_frac, count_age_days, is_stale (older than 14 days, or more
        than 14 days between counts), state:
        OK; NO_SALES (nothing sold: cover infinite); COUNT_ERROR (sold, yet
        nothing was ever visible: turnover unknown).

    References
    ----------
    Turnover = units sold / average visible; cover = average / (sold / days).
    """
    counts = _counts(night).sort_values([*KEY, "day"], ignore_index=True)
    area = _window_area(counts)
    latest = counts.drop_duplicates(KEY, keep="last").set_index(KEY)
    gap = (
        counts.groupby(KEY)["day"]
        .diff()
        .groupby([counts["store_id"], counts["sku_id"]])
    )
    frame = pd.DataFrame(index=area.index)
    frame["average_visible_units"] = area / (PERIOD_DAYS - 1)
    sold = _sold(night).reindex(area.index).fillna(0)
    frame["sold_units"] = sold.clip(lower=0).astype(np.int64)
    frame["visible_units"] = latest["visible"].reindex(area.index)
    frame["backroom_units"] = latest["hidden"].reindex(area.index)
    total = frame["visible_units"] + frame["backroom_units"]
    frame["backroom_frac"] = frame["backroom_units"] / total.where(total > 0)
    frame["count_age_days"] = PERIOD_DAYS - 1 - latest["day"].reindex(area.index)
    widest = gap.max().reindex(area.index).fillna(0)
    frame["is_stale"] = (frame["count_age_days"] > STALE_DAYS) | (widest > STALE_DAYS)
    shown, units = frame["average_visible_units"], frame["sold_units"]
    frame["state"] = np.select(
        [(units > 0) & (shown <= 0), units == 0], ["COUNT_ERROR", "NO_SALES"], "OK"
    )
    fine = frame["state"] == "OK"
    frame["visible_turns"] = (units / shown.where(fine)).where(
        frame["state"] != "NO_SALES", 0.0
    )
    cover = shown * PERIOD_DAYS / units.where(fine)
    frame["visible_cover_days"] = cover.where(frame["state"] != "NO_SALES", np.inf)
    frame = frame.reset_index()
    account = look_up(frame["store_id"], night.account_of_place).fillna("")
    return frame.assign(account_id=account.astype("str"))


def summarise_visible(pairs: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return visible inventory by `by`: ratios of sums, count errors left out.

    Returns
    -------
    DataFrame, sorted by `by`
        `by`, counted_pairs, average_visible_units, sold_units, visible_turns,
        visible_cover_days (inf if nothing sold), visible_units,
        backroom_units, backroom_frac, stale_frac, no_sales_pairs,
        count_error_pairs.
    """
    fine = pairs[pairs["state"] != "COUNT_ERROR"]
    groups = pairs.groupby(by, sort=True)
    frame = groups[["visible_units", "backroom_units"]].sum()
    frame["counted_pairs"] = groups.size()
    sums = fine.groupby(by)[["average_visible_units", "sold_units"]].sum()
    frame = frame.join(sums.reindex(frame.index).fillna(0.0))
    shown, sold = frame["average_visible_units"], frame["sold_units"]
    frame["visible_turns"] = sold / shown.where(shown > 0)
    cover = shown * PERIOD_DAYS / sold.where(sold > 0)
    frame["visible_cover_days"] = cover.where((sold > 0) | (shown <= 0), np.inf)
    total = frame["visible_units"] + frame["backroom_units"]
    frame["backroom_frac"] = frame["backroom_units"] / total.where(total > 0)
    frame["stale_frac"] = groups["is_stale"].mean()
    for state in ("NO_SALES", "COUNT_ERROR"):
        hits = pairs["state"].eq(state).groupby(pairs[by]).sum()
        frame[f"{state.lower()}_pairs"] = hits
    return frame.reset_index()
