"""Sales look like a shop's: weekdays, festivals, promotions, empty shelves."""

import pandas as pd
import pytest

from tests.simulation.conftest import Demo


def _daily(demo: Demo, category: str) -> pd.Series:
    """Return units per day of one category."""
    sales = demo.snapshot["sales"]
    categories = demo.snapshot["skus"].set_index("sku_id")["category"]
    rows = sales[sales["sku_id"].map(categories) == category]
    return rows.groupby("date")["units"].sum()


def test_pairs_sell_about_one_unit_a_day(demo: Demo) -> None:
    """Most pairs sell less than one unit a day, a few more than five."""
    sales = demo.snapshot["sales"]
    recent = sales[sales["date"] > pd.Timestamp("2026-10-26")]
    per_day = recent.groupby(["store_id", "sku_id"])["units"].sum() / 28
    assert 0.8 <= per_day.mean() <= 1.6
    assert 0.45 <= (per_day < 1).mean() <= 0.75
    assert (per_day > 5).sum() >= 100


def test_four_to_six_percent_of_days_are_censored(demo: Demo) -> None:
    """The shelf was empty for part of 4 to 6 % of store-SKU-days."""
    sales = demo.snapshot["sales"]
    listed = len(demo.snapshot["store_stock"].query("source == 'POS'")) * 280
    short = (sales["in_stock_frac"] < 1).sum()
    assert 0.035 <= short / listed <= 0.065


def test_weekends_sell_more_than_weekdays(demo: Demo) -> None:
    """Saturday sells at least a quarter more than Tuesday."""
    sales = demo.snapshot["sales"]
    by_day = sales.groupby(sales["date"].dt.day_of_week)["units"].sum()
    assert by_day[5] > 1.25 * by_day[1]


@pytest.mark.parametrize("start", ["2026-06-15", "2026-09-21"])
def test_pastries_peak_before_lunar_festivals(demo: Demo, start: str) -> None:
    """The week of 端午 and of 中秋 sells more pastries than four weeks before."""
    daily = _daily(demo, "糕点")
    first = pd.Timestamp(start)
    week = pd.Timedelta(days=6)
    before = first - pd.Timedelta(days=28)
    assert daily[first : first + week].sum() > 1.3 * daily[before : before + week].sum()


def test_promoted_days_sell_as_the_calendar_says(demo: Demo) -> None:
    """Promotion days sell about the calendar's uplift times the days around them."""
    sales = demo.snapshot["sales"]
    promo = demo.snapshot["promo_calendar"]
    past = promo[promo["sale_end"] <= pd.Timestamp("2026-11-23")]
    stores = demo.snapshot["stores"][["store_id", "account_id"]]
    rows = sales.merge(stores, on="store_id")
    keys = ["account_id", "sku_id"]
    days = (past["sale_end"] - past["sale_start"]).dt.days + 1
    promoted = rows[rows["is_promo"].fillna(False)].groupby(keys)["units"].sum()
    rate = promoted / days.groupby([past[k] for k in keys]).sum()
    ordinary = rows[~rows["is_promo"].fillna(False)].groupby(keys)["units"].sum() / 250
    ratio = (rate / ordinary).dropna().median()
    assert abs(ratio / past["uplift"].median() - 1) < 0.3


def test_some_store_days_have_no_file(demo: Demo) -> None:
    """Nine store-days are missing; a day without sales can still have a file."""
    received = demo.snapshot["file_receipts"]
    sales = demo.snapshot["sales"][["date", "store_id"]].drop_duplicates()
    came = set(zip(received["date"], received["store_id"], strict=True))
    sold = set(zip(sales["date"], sales["store_id"], strict=True))
    assert len(came - sold) >= 2
    assert not sold - came
    stores = demo.snapshot["stores"].query("format != 'convenience'")
    always = (stores["opened"] < pd.Timestamp("2026-01-01")) & stores["closed"].isna()
    full = stores.loc[always, "store_id"]
    counts = received[received["store_id"].isin(full)].groupby("store_id").size()
    assert 3 <= (counts < 280).sum() <= 9


def test_sales_never_exceed_a_day_of_the_store(demo: Demo) -> None:
    """Nothing is sold before a store opens or after it closes."""
    sales = demo.snapshot["sales"].merge(demo.snapshot["stores"], on="store_id")
    assert not (sales["date"] < sales["opened"]).any()
    assert not (sales["date"] >= sales["closed"]).any()
