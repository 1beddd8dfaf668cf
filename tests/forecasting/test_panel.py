"""Sales rows become a matrix: what is zero, what is missing, what is capped."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ka_supply.domain.settings import DataSettings, Settings
from ka_supply.forecasting.panel import build_panel
from tests.forecasting.builders import dates_until, long_world, replaced, sales_frame
from tests.worlds import AS_OF

DAY = dt.timedelta(days=1)


def test_absent_row_of_a_received_file_is_a_zero() -> None:
    """A SKU without a row on a day its store reported another sold nothing."""
    snapshot = long_world(np.full((1, 2, 60), 3))
    sales = snapshot["sales"]
    gone = (sales["sku_id"] == "K2") & (sales["date"] == str(AS_OF - 3 * DAY))
    panel = build_panel(replaced(snapshot, sales=sales[~gone]))
    assert panel.units[1, -4] == 0
    assert panel.exposure[1, -4] == 1


def test_day_without_any_row_of_a_store_is_missing() -> None:
    """A store day without a file has no exposure, other stores keep theirs."""
    snapshot = long_world(np.full((2, 2, 60), 3))
    sales = snapshot["sales"]
    gone = (sales["store_id"] == "S1") & (sales["date"] == str(AS_OF - 3 * DAY))
    panel = build_panel(replaced(snapshot, sales=sales[~gone]))
    np.testing.assert_array_equal(panel.exposure[:, -4], [0, 0, 1, 1])


def test_file_receipts_override_what_the_rows_suggest() -> None:
    """Inside the dates of file_receipts a store day counts only if listed there."""
    received = [{"date": AS_OF - i * DAY, "store_id": "S1"} for i in (0, 2)]
    snapshot = long_world(np.full((1, 1, 60), 3), file_receipts=received)
    panel = build_panel(snapshot)
    np.testing.assert_array_equal(panel.exposure[0, -4:], [1, 1, 0, 1])
    assert panel.units[0, -2] == 0


def test_closed_day_is_no_evidence_and_no_future_demand() -> None:
    """A closed day has no exposure in the past and is shut in the future."""
    closed = [
        {"store_id": "S1", "date": AS_OF + i * DAY, "is_open": 0} for i in (-2, 1)
    ]
    units = np.full((1, 1, 60), 3)
    units[0, 0, -3] = 0
    panel = build_panel(long_world(units, store_calendar=closed))
    assert panel.exposure[0, -3] == 0
    np.testing.assert_array_equal(panel.future_open[0, :3], [0, 1, 1])


def test_returns_count_as_no_sale() -> None:
    """A negative sum of a day is zero demand, not negative demand."""
    units = np.full((1, 1, 60), 3)
    units[0, 0, -1] = -50
    panel = build_panel(long_world(units))
    assert panel.units.min() == 0
    assert panel.exposure[0, -1] == 1


def test_channels_of_a_day_add_up() -> None:
    """Two channels of one store, SKU and day are one cell."""
    snapshot = long_world(np.full((1, 1, 60), 3))
    other = snapshot["sales"].assign(channel="APP", units=2)
    both = pd.concat([snapshot["sales"], other])
    panel = build_panel(replaced(snapshot, sales=both))
    assert set(panel.units[0, -60:]) == {5}


def test_group_purchase_is_capped() -> None:
    """A single sale of a billion is cut to the usual times a constant."""
    units = np.full((1, 1, 60), 3)
    units[0, 0, 30] = 10**8
    panel = build_panel(long_world(units))
    assert 3 < panel.units.max() < 150
    assert (panel.units == 3).sum() == 59


def test_large_but_usual_sales_are_not_capped() -> None:
    """A weekly peak of eight times an ordinary day stays as it is."""
    units = np.full((1, 1, 70), 3)
    units[0, 0, ::7] = 24
    panel = build_panel(long_world(units))
    np.testing.assert_array_equal(panel.units[0, -70:], units[0, 0])


def test_days_before_the_first_sale_are_missing() -> None:
    """A series starts with its first sale."""
    units = np.full((1, 2, 60), 3)
    units[0, 0, :20] = 0
    panel = build_panel(long_world(units))
    assert panel.exposure[0, -41] == 0
    assert panel.exposure[0, -40] == 1


def test_listed_pair_without_any_row_has_no_exposure() -> None:
    """Listed but never on the file: nothing is known of its demand."""
    snapshot = long_world(np.full((1, 2, 60), 3))
    sales = snapshot["sales"]
    panel = build_panel(replaced(snapshot, sales=sales[sales["sku_id"] == "K1"]))
    assert list(panel.rows["sku_id"]) == ["K1", "K2"]
    assert panel.exposure[1].sum() == 0


def test_listing_decides_which_pairs_are_forecast() -> None:
    """Listed within 28 days or sold within 91 days, nothing else."""
    listing = [
        {"account_id": "A", "sku_id": "K1", "listed_from": AS_OF + 28 * DAY},
        {"account_id": "A", "sku_id": "K2", "listed_from": AS_OF + 29 * DAY},
        {"account_id": "A", "sku_id": "K3", "listed_to": AS_OF - 100 * DAY},
        {"account_id": "A", "sku_id": "K4", "listed_to": AS_OF - 100 * DAY},
    ]
    snapshot = long_world(np.full((1, 4, 120), 1), account_skus=listing)
    sales = snapshot["sales"]
    old = sales["date"] < str(AS_OF - 91 * DAY)
    kept = (sales["sku_id"] == "K4") | ((sales["sku_id"] == "K3") & old)
    panel = build_panel(replaced(snapshot, sales=sales[kept]))
    assert list(panel.rows["sku_id"]) == ["K1", "K4"]
    assert panel.future_open[0].argmax() == 27
    assert panel.future_open[1].all()


def test_without_a_listing_table_every_pair_with_a_row_is_forecast() -> None:
    """An empty account_skus table falls back on the sales history."""
    panel = build_panel(long_world(np.ones((2, 2, 200)), account_skus=[]))
    assert len(panel.rows) == 4


def test_delisted_sku_has_no_future() -> None:
    """From the delisting day on a SKU is off sale."""
    snapshot = long_world(np.ones((1, 1, 60)))
    skus = snapshot["skus"].copy()
    skus["delist"] = np.datetime64(AS_OF + 11 * DAY, "s")
    panel = build_panel(replaced(snapshot, skus=skus))
    assert panel.future_open[0].sum() == 10


def test_weekly_rows_are_columns_that_end_with_the_last_week() -> None:
    """Weekly data gives one column per week, dated at the week's end."""
    weekly = Settings(data=DataSettings(period_days=7))
    panel = build_panel(long_world(np.full((1, 1, 30), 14), weekly))
    assert panel.line.block == 4
    assert panel.line.periods == 32
    np.testing.assert_array_equal(panel.units[0, -30:], 14)
    np.testing.assert_array_equal(panel.exposure[0], [0, 0, *[1] * 30])


def test_stock_counts_reveal_empty_days() -> None:
    """Two empty closings in a row: out of stock; a first one: partly."""
    stock = [
        {"store_id": "S1", "sku_id": "K1", "on_hand": on_hand, "as_of_date": day}
        for on_hand, day in ((0, AS_OF - 2 * DAY), (0, AS_OF - DAY), (9, AS_OF))
    ]
    units = np.full((1, 1, 60), 3)
    units[0, 0, -2] = 0
    panel = build_panel(long_world(units, store_stock=stock))
    assert 0.5 <= panel.exposure[0, -3] <= 1
    np.testing.assert_array_equal(panel.exposure[0, -2:], [0, 1])


def test_sales_prove_that_the_shelf_was_not_empty() -> None:
    """Units sold on a day marked empty keep the day with some exposure."""
    share = np.ones((1, 1, 60))
    share[0, 0, -1] = 0
    snapshot = long_world(np.full((1, 1, 60), 3), columns={"in_stock_frac": share})
    assert build_panel(snapshot).exposure[0, -1] >= 0.25


def test_flags_without_a_promotion_calendar_do_not_count() -> None:
    """Promotions that nobody announces belong to the level."""
    flags = {"is_promo": np.ones((1, 1, 60), dtype=bool)}
    assert not build_panel(
        long_world(np.ones((1, 1, 60)), columns=flags)
    ).is_promo.any()


@pytest.mark.parametrize("days", [1, 6, 28, 57, 300])
def test_columns_are_whole_blocks_up_to_as_of(days: int) -> None:
    """Whatever the length of history, columns form whole blocks."""
    line = build_panel(long_world(np.ones((1, 1, days)))).line
    assert line.periods % line.block == 0
    assert line.first_day + line.periods == line.start_day
    assert line.periods >= days


def test_sales_frame_matches_the_types_of_a_snapshot() -> None:
    """The builder's sales table has the dtypes ingestion promises."""
    built = sales_frame(["S1"], ["K1"], np.ones((1, 1, 2)), dates_until(2))
    promised = long_world(np.ones((1, 1, 2)))["sales"]
    assert (built.dtypes == promised.dtypes).all()
