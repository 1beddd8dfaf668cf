"""Prices: the service target in yuan, and the share of days a sold unit saves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ka_supply.domain.demand import Demand
from ka_supply.domain.network import build_network
from ka_supply.domain.settings import DataSettings, Money, Settings
from ka_supply.inventory import value_cases
from ka_supply.inventory.money import service_price, sold_day_share
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import weekly_rows
from tests.worlds import world

# A hundred times 0.2 and 1, so that no gain is lost in rounding to fen.
HOLDING_PER_WEEK = 20.0
MARGIN = 100.0
RATE = 5.0
COST = HOLDING_PER_WEEK * 365 / 7 / RATE
WEEKLY = Settings(
    money=Money(holding_rate_per_year=RATE), data=DataSettings(period_days=7)
)


def units_worth_shipping(
    daily: float, target: float | None = None
) -> tuple[int, Demand]:
    """Ship by the unit to an empty shelf; 0.2 per unit-week, 1 per lost unit."""
    rows = weekly_rows(
        units_per_case=1,
        cost_cny=COST,
        list_price_cny=COST + MARGIN,
        shelf_life_value=4000,
    )
    rows["lots"] = [{**rows["lots"][0], "on_hand": 10_000}]
    if target is not None:
        rows["service_targets"] = [{"scope": "ALL", "target_frac": target}]
    snapshot = world(settings=WEEKLY, **rows)
    forecast = constant_forecast({("S1", "", "K"): daily}, 0.3)
    steps = value_cases(snapshot, forecast, build_network(snapshot)).steps
    window = Demand(np.array([np.float32(daily) * 7.0]), np.array([0.3]))
    return int(steps.loc[steps["value_fen"] > 0, "cases"].sum()), window


@pytest.mark.parametrize("daily", [0.3, 4.3])
def test_a_weekly_review_ships_to_the_critical_ratio(daily: float) -> None:
    """At 0.2 to hold and 1 to lose a unit goes while p > 0.2 (1 - p): .8333."""
    shipped, window = units_worth_shipping(daily)
    assert [shipped] == window.quantile(1 / 1.2).tolist()


@pytest.mark.parametrize("target", [0.9, 0.97])
def test_a_binding_target_ships_to_its_quantile(target: float) -> None:
    """Above the critical ratio b makes the quantile unit just break even."""
    shipped, window = units_worth_shipping(1.7, target)
    assert [shipped] == window.quantile(target).tolist()


def test_a_target_below_what_margin_asks_for_does_not_bind() -> None:
    """Where the margin alone ships more, b is 0."""
    shipped, window = units_worth_shipping(1.7, 0.6)
    assert [shipped] == window.quantile(1 / 1.2).tolist()


@settings(deadline=None)
@given(st.floats(0.01, 0.999), st.floats(0, 10), st.floats(0, 5), st.floats(0, 1))
def test_the_quantile_unit_breaks_even(
    alpha: float, margin: float, kept: float, share: float
) -> None:
    """(m + b)(1 - alpha) = kept - saved (1 - alpha) wherever b is positive."""
    saved = kept * share
    price = service_price(*(np.array([x]) for x in (alpha, margin, kept, saved)))[0]
    assert price >= 0
    gain = (margin + price) * (1 - alpha) - kept + saved * (1 - alpha)
    assert gain == pytest.approx(0, abs=1e-9) if price else gain >= -1e-9


@pytest.mark.parametrize(("days", "period"), [(7, 7), (7, 1), (1, 1), (14, 7), (3, 1)])
def test_a_sold_unit_pays_for_the_closes_before_it_left(days: int, period: int) -> None:
    """The mean over the n periods in which it may have been sold."""
    periods = days // period
    paid = np.mean([k * period for k in range(periods)])
    share = sold_day_share(np.array([days]), period)[0]
    assert days * (1 - share) == pytest.approx(paid)
