"""The forecast as a whole: examples to check by hand, calibration, robustness."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.settings import DataSettings, Settings
from ka_supply.domain.snapshot import to_days
from tests.forecasting.builders import forecast_of, long_world, replaced
from tests.worlds import AS_OF

DAY = dt.timedelta(days=1)
START = int(to_days(AS_OF)) + 1


def days_ahead(rows: int, first: int, last: int) -> tuple[npt.NDArray[np.int64], ...]:
    at = np.full(rows, START)
    return np.arange(rows), at + first - 1, at + last - 1


def assert_sound(forecast: Forecast) -> None:
    """No mean is negative, missing or infinite; variances are positive."""
    for values in (
        forecast.daily_mean,
        forecast.tail_mean,
        forecast.relative_variance,
        forecast.causes.to_numpy(),
    ):
        assert np.isfinite(values).all()
    assert (forecast.daily_mean >= 0).all()
    assert (forecast.tail_mean >= 0).all()
    assert (forecast.relative_variance > 0).all()


def test_constant_sales_are_continued() -> None:
    """Four units a day for ever: four units a day, 28 a week, little spread."""
    forecast = forecast_of(long_world(np.full((2, 3, 140), 4)))
    np.testing.assert_allclose(forecast.daily_mean, 4, rtol=1e-4)
    np.testing.assert_allclose(forecast.tail_mean, 4, rtol=1e-4)
    week = forecast.window(*days_ahead(6, 1, 7))
    np.testing.assert_allclose(week.mean, 28, rtol=1e-4)
    assert (week.quantile(0.95) <= 28 + 1.65 * 28**0.5 + 4).all()


def test_causes_add_up_to_the_mean_of_28_days() -> None:
    """Baseline, weekday, event and promotion are the next 28 days' mean."""
    promo = {
        "promo_id": "P",
        "account_id": "A",
        "sku_id": "K1",
        "sale_start": AS_OF + 3 * DAY,
        "sale_end": AS_OF + 5 * DAY,
        "uplift": 3,
    }
    units = np.random.default_rng(5).poisson(6, (2, 2, 200))
    forecast = forecast_of(long_world(units, promo_calendar=[promo]))
    total = forecast.daily_mean[:, :28].sum(axis=1)
    np.testing.assert_allclose(forecast.causes.sum(axis=1), total, rtol=1e-4)
    rows, first, last = days_ahead(4, 1, 28)
    np.testing.assert_allclose(
        forecast.promotion(rows, first, last), forecast.causes["promotion"], rtol=1e-4
    )
    assert (forecast.causes["promotion"] > 0).tolist() == [True, False, True, False]


def test_level_follows_a_step_within_weeks() -> None:
    """Sales that doubled eight weeks ago are forecast at the new level."""
    units = np.full((3, 2, 280), 5)
    units[:, :, -56:] = 10
    daily = forecast_of(long_world(units)).daily_mean
    np.testing.assert_allclose(daily[:, :14], 10, rtol=0.05)


def test_dead_series_fades() -> None:
    """Four months without a sale leave less than two percent of the old level."""
    units = np.full((3, 2, 280), 5)
    units[0, 0, -120:] = 0
    daily = forecast_of(long_world(units)).daily_mean
    assert daily[0].max() < 0.1
    np.testing.assert_allclose(daily[1:], 5, rtol=0.03)


def test_stock_outs_are_repaired() -> None:
    """Demand of 8 a day, three of seven days half or wholly empty: still 8."""
    random = np.random.default_rng(6)
    share = np.ones((8, 4, 196))
    share[:, :, 0::7] = 0.0
    share[:, :, 1::7] = 0.0
    share[:, :, 3::7] = 0.5
    units = random.poisson(8 * share)
    known = long_world(units, columns={"in_stock_frac": share})
    blind = long_world(units)
    assert forecast_of(known).daily_mean.mean() == pytest.approx(8, rel=0.03)
    assert forecast_of(blind).daily_mean.mean() < 6


def test_missing_files_do_not_lower_the_level() -> None:
    """Three weeks without a file leave the level where it was."""
    snapshot = long_world(np.full((2, 2, 140), 5))
    sales = snapshot["sales"]
    gone = (sales["store_id"] == "S1") & (sales["date"] > str(AS_OF - 21 * DAY))
    daily = forecast_of(replaced(snapshot, sales=sales[~gone])).daily_mean
    np.testing.assert_allclose(daily, 5, rtol=0.01)


def test_new_pair_starts_from_its_siblings() -> None:
    """A SKU never sold here: its rate elsewhere times the store's factor."""
    units = np.broadcast_to(np.array([4, 4, 12])[:, None, None], (3, 5, 140)).copy()
    units[:, 4] //= 2
    snapshot = long_world(units)
    sales = snapshot["sales"]
    is_new = (sales["store_id"] == "S3") & (sales["sku_id"] == "K5")
    forecast = forecast_of(replaced(snapshot, sales=sales[~is_new]))
    assert forecast.daily_mean[14, 0] == pytest.approx(6, rel=0.25)


def test_successor_starts_from_the_sku_it_replaces() -> None:
    """A new SKU without sales takes its predecessor's rate, not the category's."""
    units = np.full((3, 3, 140), 2)
    units[:, 0] = 20
    snapshot = long_world(units)
    sales, skus = snapshot["sales"], snapshot["skus"].copy()
    skus["replaces_sku_id"] = pd.Series(["", "", "K1"], dtype="str").replace("", None)
    sales = sales[sales["sku_id"] != "K3"]
    forecast = forecast_of(replaced(snapshot, sales=sales, skus=skus))
    assert forecast.daily_mean[2, 0] == pytest.approx(20, rel=0.1)


@pytest.mark.parametrize("window", [1, 7, 14, 28])
def test_quantiles_cover_what_they_promise(window: int) -> None:
    """Of 600 overdispersed series 95 % stay within their 0.95 quantile."""
    random = np.random.default_rng(window)
    mean = random.gamma(1.0, 2.0, (30, 20, 1)) + 0.05
    every = random.poisson(mean * random.gamma(2, 0.5, (30, 20, 280 + 28)))
    forecast = forecast_of(long_world(every[:, :, :280]))
    demand = forecast.window(*days_ahead(600, 1, window))
    actual = every[:, :, 280 : 280 + window].sum(axis=2).reshape(-1)
    order = forecast.rows.assign(
        at=[
            (int(s[1:]) - 1) * 20 + int(k[1:]) - 1
            for s, k in zip(
                forecast.rows["destination_id"], forecast.rows["sku_id"], strict=True
            )
        ]
    )["at"]
    covered = (actual[order] <= demand.quantile(0.95)).mean()
    assert 0.925 <= covered <= 0.985


def test_row_order_does_not_matter() -> None:
    """Shuffled tables give the same forecast to the last bit."""
    random = np.random.default_rng(7)
    units = random.poisson(3, (6, 5, 150))
    share = random.choice([0.3, 1.0], units.shape)
    snapshot = long_world(units, columns={"in_stock_frac": share})
    mixed = {
        name: table.sample(frac=1, random_state=8, ignore_index=True)
        for name, table in snapshot.tables.items()
    }
    one, two = forecast_of(snapshot), forecast_of(replaced(snapshot, **mixed))
    pd.testing.assert_frame_equal(one.rows, two.rows)
    np.testing.assert_array_equal(one.daily_mean, two.daily_mean)
    np.testing.assert_array_equal(one.relative_variance, two.relative_variance)


@pytest.mark.parametrize(
    "units",
    [
        np.zeros((2, 2, 120)),
        np.full((2, 2, 120), -3),
        np.full((1, 1, 1), 7),
        np.full((2, 1, 8), 1),
        np.full((1, 1, 1), 10**8),
        np.where(np.arange(120) == 60, 10**8, 0)[None, None, :],
        np.where(np.arange(120) == 119, 10**8, 1)[None, None, :],
        np.where(np.arange(120) % 2, -(10**6), 10**6)[None, None, :],
    ],
    ids=["zero", "returns", "one day", "8 days", "huge", "spike", "last", "swing"],
)
def test_degenerate_series_are_defined(units: npt.NDArray[np.int64]) -> None:
    """No series, however odd, gives a negative, missing or infinite forecast."""
    forecast = forecast_of(long_world(units))
    assert_sound(forecast)
    assert len(forecast.rows) == units.shape[0] * units.shape[1]


def test_spike_does_not_explode_the_level() -> None:
    """A group purchase of a hundred million adds at most a few units a day."""
    units = np.full((3, 3, 200), 4)
    units[0, 0, 190] = 10**8
    assert forecast_of(long_world(units)).daily_mean.max() < 12


def test_snapshot_without_sales_or_listing_gives_an_empty_forecast() -> None:
    """Nothing to forecast is an answer, not an error."""
    forecast = forecast_of(long_world(np.empty((1, 1, 0)), account_skus=[]))
    assert len(forecast.rows) == 0
    none = np.array([-1, -1])
    assert forecast.window(none, none + START, none + START + 7).mean.sum() == 0


def test_listed_skus_without_any_sales_have_zero_mean() -> None:
    """A whole panel without history: zero, finite."""
    forecast = forecast_of(long_world(np.empty((2, 2, 0))))
    assert len(forecast.rows) == 4
    assert_sound(forecast)


def test_weekly_history_gives_a_flat_daily_mean() -> None:
    """Fourteen a week are two a day; windows of one to four weeks are measured."""
    weekly = Settings(data=DataSettings(period_days=7))
    forecast = forecast_of(long_world(np.full((2, 2, 60), 14), weekly))
    np.testing.assert_allclose(forecast.daily_mean, 2, rtol=1e-3)
    np.testing.assert_array_equal(forecast.block_days, [7, 14, 28])


def test_window_beyond_the_horizon_uses_the_tail() -> None:
    """Days after the horizon count the tail mean; row -1 has no demand."""
    forecast = forecast_of(long_world(np.full((1, 1, 140), 4)))
    first = np.array([START + 115, START])
    mean = forecast.mean(np.array([0, -1]), first, first + 9)
    np.testing.assert_allclose(mean, [40, 0], rtol=1e-3)
