"""Lots and shelves tell a story: fresh, ageing, too old, hidden, short."""

import datetime as dt

import numpy as np
import pandas as pd

from ka_supply.domain.freshness import lot_dates
from ka_supply.domain.snapshot import to_days
from tests.simulation.conftest import Demo

RECEIPT = dt.date(2026, 11, 26)


def _lots(demo: Demo) -> pd.DataFrame:
    """Return every lot with its age and life on the DC's next receiving day."""
    lots = demo.snapshot["lots"]
    dates = lot_dates(demo.snapshot).loc[lots.index]
    return lots.assign(
        expiry_day=dates["expiry_day"],
        age=int(to_days(RECEIPT)) - dates["production_day"],
        life=dates["expiry_day"] - dates["production_day"],
    )


def test_some_lots_are_too_old_for_a_third(demo: Demo) -> None:
    """Between 5 and 20 % of lots are past a third of their life on receipt."""
    lots = _lots(demo)
    assert len(lots) > 300
    too_old = 3 * lots["age"] > lots["life"]
    assert 0.05 <= too_old.mean() <= 0.20


def test_some_lots_must_leave_tomorrow(demo: Demo) -> None:
    """A dozen central lots reach a third of life on the very day of receipt."""
    central = _lots(demo).query("warehouse_id == 'CDC-NC'")
    left = central["life"] // 3 - central["age"]
    assert (left == 0).sum() >= 8
    assert left.between(1, 6).sum() >= 10


def test_blocked_recalled_and_expired_lots_exist(demo: Demo) -> None:
    """One lot is on quality hold, one recalled, one expired, a few promised."""
    lots = _lots(demo)
    assert lots["status"].value_counts().drop("AVAILABLE").to_dict() == {
        "BLOCKED": 1,
        "RECALLED": 1,
    }
    assert (lots["expiry_day"] <= int(to_days(demo.snapshot.as_of))).sum() == 1
    assert (lots["allocated"] > 0).sum() >= 20


def test_store_lots_add_up_to_store_stock(demo: Demo) -> None:
    """Where a store was counted, its lots by place sum to its stock."""
    lots = demo.snapshot["store_lots"]
    counted = lots.groupby(["store_id", "sku_id"])["units"].sum()
    stock = demo.snapshot["store_stock"].set_index(["store_id", "sku_id"])["on_hand"]
    both = pd.concat([counted, stock], axis=1, join="inner")
    assert len(both) > 4000
    assert (both["units"] == both["on_hand"]).mean() > 0.999


def test_stock_is_of_mixed_cover(demo: Demo) -> None:
    """Some shelves are empty, some nearly, some hold a quarter's sales."""
    stock = demo.snapshot["store_stock"].query("source == 'POS'")
    sales = demo.snapshot["sales"]
    recent = sales[sales["date"] > pd.Timestamp("2026-10-26")]
    rate = recent.groupby(["store_id", "sku_id"])["units"].sum() / 28
    rate = rate.reindex(pd.MultiIndex.from_frame(stock[["store_id", "sku_id"]]))
    cover = stock["on_hand"].to_numpy() / np.maximum(rate.fillna(0).to_numpy(), 0.02)
    assert 0.01 <= (stock["on_hand"] <= 0).mean() <= 0.10
    assert (cover < 3).mean() > 0.05
    assert (cover > 60).mean() > 0.02


def test_counts_are_recent_in_most_stores_and_stale_in_some(demo: Demo) -> None:
    """Most stores were counted within 14 days, about a dozen were not."""
    counts = demo.snapshot["store_visible_counts"]
    last = counts.groupby("store_id")["count_date"].max()
    age = (pd.Timestamp("2026-11-23") - last).dt.days
    assert len(age) >= 90
    assert (age <= 14).sum() >= 80
    assert 5 <= (age > 14).sum() <= 20
    assert (pd.Timestamp("2026-11-23") - counts["count_date"].min()).days <= 42


def test_some_goods_lie_hidden(demo: Demo) -> None:
    """In some places the shelf is empty while the back room is full."""
    counts = demo.snapshot["store_visible_counts"]
    counts = counts.assign(hidden=counts["location_type"] == "BACKROOM")
    keys = ["store_id", "sku_id", "count_date"]
    by_place = counts.pivot_table(
        index=keys, columns="hidden", values="units", aggfunc="sum", fill_value=0
    )
    hidden = by_place[(by_place[False] == 0) & (by_place[True] > 0)]
    assert hidden.reset_index().groupby(["store_id", "sku_id"]).ngroups >= 15


def test_every_selling_sku_is_supplied(demo: Demo) -> None:
    """Central stock and confirmed inbound cover two to four weeks of sales overall."""
    skus = demo.snapshot["skus"].set_index("sku_id")["units_per_case"]
    lots = demo.snapshot["lots"]
    sales = demo.snapshot["sales"]
    recent = sales[sales["date"] > pd.Timestamp("2026-10-26")]
    daily = (recent["units"] / recent["sku_id"].map(skus)).sum() / 28
    stock = (lots["on_hand"] / lots["sku_id"].map(skus)).sum()
    assert 14 <= stock / daily <= 30
    assert set(demo.snapshot["inbound_supply"]["status"]) == {
        "PLANNED",
        "CONFIRMED",
        "IN_TRANSIT",
    }
