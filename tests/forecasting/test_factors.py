"""Weekday, event and promotion factors are recovered from simulated sales."""

import datetime as dt

import numpy as np
import pytest

from ka_supply.domain.snapshot import to_days
from ka_supply.forecasting.events import event_days, holidays, packaged_holidays
from ka_supply.forecasting.factors import learn_factors
from ka_supply.forecasting.panel import build_panel
from tests.forecasting.builders import dates_until, forecast_of, long_world
from tests.worlds import AS_OF, Row

DAY = dt.timedelta(days=1)
PROFILE = np.array([0.8, 0.8, 0.8, 0.9, 1.1, 1.4, 1.2])


def promotion(first: int, last: int, **other: object) -> Row:
    return {
        "promo_id": f"P{first}",
        "account_id": "A",
        "sku_id": "K1",
        "sale_start": AS_OF + first * DAY,
        "sale_end": AS_OF + last * DAY,
        **other,
    }


def test_weekday_pattern_is_recovered() -> None:
    """Saturday's factor of 1.4 comes back within three percent."""
    weekday = dates_until(280).day_of_week.to_numpy()
    random = np.random.default_rng(1)
    units = random.poisson(40 * PROFILE[weekday], (4, 3, 280))
    forecast = forecast_of(long_world(units))
    ahead = (weekday[-1] + 1 + np.arange(28)) % 7
    shape = forecast.daily_mean[:, :28].mean(axis=0)
    found = np.array([shape[ahead == k].mean() for k in range(7)])
    np.testing.assert_allclose(
        found / found.mean(), PROFILE / PROFILE.mean(), rtol=0.03
    )


def test_sku_with_little_history_takes_the_pattern_of_its_category() -> None:
    """Three days of a new SKU do not make a weekday profile of their own."""
    weekday = dates_until(140).day_of_week.to_numpy()
    random = np.random.default_rng(2)
    units = random.poisson(20 * PROFILE[weekday], (4, 5, 140))
    units[:, 4, :-3] = 0
    units[:, 4, -3:] = 1
    panel = build_panel(long_world(units))
    profile = learn_factors(long_world(units), panel).weekday[:, :7]
    np.testing.assert_allclose(profile[4], profile[3], rtol=0.35)


def test_promotion_uplift_is_recovered_and_kept_out_of_the_level() -> None:
    """Past promotions at three times the base do not raise the base."""
    random = np.random.default_rng(3)
    promos = [promotion(-6, -1), promotion(-60, -53), promotion(3, 9)]
    units = random.poisson(10, (10, 1, 140))
    for first, last in ((-6, -1), (-60, -53)):
        window = slice(139 + first, 140 + last)
        units[:, :, window] = random.poisson(30, units[:, :, window].shape)
    daily = forecast_of(long_world(units, promo_calendar=promos)).daily_mean
    assert daily[:, 9:].mean() == pytest.approx(10, rel=0.08)
    assert daily[:, 2:9].mean() == pytest.approx(30, rel=0.12)


def test_agreed_uplift_wins_over_the_estimate() -> None:
    """An uplift in the calendar is used as it is, on its sale days and stores."""
    calendar = [promotion(3, 9, uplift=4, store_id="S1")]
    units = np.full((2, 1, 140), 10)
    daily = forecast_of(long_world(units, promo_calendar=calendar)).daily_mean
    np.testing.assert_allclose(daily[0, 2:9], 40, rtol=1e-3)
    np.testing.assert_allclose(daily[0, [1, 9]], 10, rtol=1e-3)
    np.testing.assert_allclose(daily[1], 10, rtol=1e-3)


def test_cancelled_promotion_does_not_count() -> None:
    """Only statuses in the settings move demand."""
    calendar = [promotion(3, 9, uplift=4, status="CANCELLED")]
    units = np.full((1, 1, 140), 10)
    daily = forecast_of(long_world(units, promo_calendar=calendar)).daily_mean
    np.testing.assert_allclose(daily, 10, rtol=1e-3)


def test_overlapping_promotions_take_the_larger_factor() -> None:
    """Two promotions on one day do not multiply."""
    calendar = [promotion(1, 5, uplift=2), promotion(3, 9, uplift=3)]
    units = np.full((1, 1, 140), 10)
    daily = forecast_of(long_world(units, promo_calendar=calendar)).daily_mean[0]
    np.testing.assert_allclose(daily[:9], [20] * 2 + [30] * 7, rtol=1e-3)


def test_flagged_sales_mark_the_unsold_cells_of_a_promotion() -> None:
    """Stores that sold nothing during a flagged promotion lower the uplift."""
    units = np.full((4, 2, 140), 10)
    flags = np.zeros(units.shape, dtype=bool)
    flags[:2, 0, -20:-10] = True
    units[2:, 0, -20:-10] = 0
    snapshot = long_world(
        units, columns={"is_promo": flags}, promo_calendar=[promotion(200, 201)]
    )
    sales = snapshot["sales"]
    snapshot.tables["sales"] = sales[sales["units"] > 0]  # type: ignore[index]
    panel = build_panel(snapshot)
    of_k1 = (panel.rows["sku_id"] == "K1").to_numpy()
    assert panel.is_promo[of_k1, -15].all()
    assert not panel.is_promo[~of_k1].any()


def test_holiday_peak_is_learned_and_does_not_raise_the_level() -> None:
    """National Day at twice the base is expected again, ordinary days are not."""
    dates = dates_until(420)
    is_event = (dates.month == 10) & (dates.day <= 7)
    random = np.random.default_rng(4)
    units = random.poisson(np.where(is_event, 40, 20), (5, 4, 420))
    snapshot = long_world(units)
    panel = build_panel(snapshot)
    factors = learn_factors(snapshot, panel)
    plain = factors.past / panel.exposure.clip(1e-9)
    column = np.flatnonzero(is_event)[-4] - 420
    assert plain[:, column].mean() == pytest.approx(2, rel=0.15)
    assert forecast_of(snapshot).daily_mean[:, :7].mean() == pytest.approx(20, rel=0.06)


def test_holiday_never_seen_is_neutral() -> None:
    """Days before a New Year that the history does not hold change nothing."""
    daily = forecast_of(long_world(np.full((2, 2, 140), 10))).daily_mean
    np.testing.assert_allclose(daily, 10, rtol=2e-3)


def test_new_year_is_aligned_by_lunar_distance() -> None:
    """The eve of 2026 and that of 2027 are the same event, eleven days apart."""
    first = int(to_days(dt.date(2026, 1, 1)))
    days = event_days(packaged_holidays(), first, 500)
    eve26, eve27 = (
        int(to_days(d)) - first for d in (dt.date(2026, 2, 16), dt.date(2027, 2, 5))
    )
    assert days.code[eve26] == days.code[eve27] > 0
    assert days.labels[days.code[eve26]] == "new year +3..+1"


def test_holiday_has_shoulder_days() -> None:
    """The days around a holiday are events of their own, farther days are not."""
    first = int(to_days(dt.date(2026, 9, 1)))
    days = event_days(packaged_holidays(), first, 60)
    label = [days.labels[c] for c in days.code]
    assert label[24] == "中秋节 1"
    assert label[22] == "中秋节 -3..-1"
    assert label[30] == "国庆节 1"
    assert label[37] == "国庆节 +1..+3"
    assert label[45] == ""


def test_own_holidays_win_and_packaged_ones_fill_the_rest() -> None:
    """The snapshot's table rules between its first and last day."""
    own = [{"date": dt.date(2026, 10, 1), "name": "店庆"}]
    table = holidays(long_world(np.ones((1, 1, 30)), holidays=own))
    names = {h.name for h in table if h.day == int(to_days(dt.date(2026, 10, 1)))}
    assert names == {"店庆"}
    assert any(h.name == "中秋节" for h in table)


def test_packaged_table_has_the_published_dates() -> None:
    """New Year, Dragon Boat and Mid-Autumn fall on their published days."""
    name = {h.day: h.name for h in packaged_holidays()}
    published = {
        "春节": ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2033-01-31"],
        "端午节": ["2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09"],
        "中秋节": ["2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15"],
        "清明节": ["2026-04-05", "2027-04-05", "2028-04-04"],
    }
    for label, days in published.items():
        for day in days:
            assert name[int(to_days(dt.date.fromisoformat(day)))] == label
    years = {np.datetime64(d, "D").astype("datetime64[Y]").astype(int) for d in name}
    assert years == set(range(53, 66))
