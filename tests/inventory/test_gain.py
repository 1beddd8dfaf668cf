"""The components of the gain against brute force."""

import datetime as dt

import numpy as np
import pytest
from scipy import stats

from ka_supply.domain.network import build_network
from ka_supply.domain.settings import Money, NightSettings, Settings
from ka_supply.domain.values import CaseValues
from ka_supply.inventory import value_cases
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import Rows, lot, weekly_rows
from tests.worlds import AS_OF, world

RELATIVE = 0.2
Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


def values_of(
    rows: Rows, daily: float = 1.0, settings: Settings | None = None
) -> CaseValues:
    snapshot = world(settings=settings, **rows)
    forecast = constant_forecast({("S1", "", "K"): daily}, RELATIVE)
    return value_cases(snapshot, forecast, build_network(snapshot))


def window_sample(mean: float, size: int, seed: int) -> Counts:
    shape = 1 / RELATIVE
    law = stats.nbinom(shape, shape / (shape + mean))
    return np.asarray(law.rvs(size=size, random_state=seed), dtype=np.int64)


def pmf(mean: float, count: int = 300) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    shape = 1 / RELATIVE
    return np.asarray(stats.nbinom(shape, shape / (shape + mean)).pmf(np.arange(count)))


@pytest.mark.parametrize("stock", [0, 4, 15])
def test_lost_sales_equal_the_difference_of_expected_losses(stock: int) -> None:
    """Two stages enumerated: two days before arrival, seven in the window."""
    rows = weekly_rows()
    rows["store_stock"] = [{"store_id": "S1", "sku_id": "K", "on_hand": stock}]
    steps = values_of(rows).steps
    before, during = pmf(2.0), pmf(7.0)
    left = np.maximum(stock - np.arange(300), 0)

    def lost(shipped: int) -> float:
        have = left[:, None] + shipped
        short = np.maximum(np.arange(300)[None, :] - have, 0)
        return float(before @ short @ during)

    for row in steps[steps["step"] < 3].itertuples():
        first = int(row.step)  # type: ignore[arg-type]
        wanted = 200 * (lost(6 * first) - lost(6 * first + 6))
        assert abs(float(row.LOST_SALES) - wanted) <= 1  # type: ignore[arg-type]


def test_stock_on_the_way_serves_from_its_own_day() -> None:
    """A delivery inside the window is not lost to demand before arrival."""
    rows = weekly_rows()

    def first_value(eta: int) -> int:
        rows["shipments"] = [
            {
                "shipment_id": "X",
                "line_no": 1,
                "lot_id": "B0",
                "ship_to_id": "S1",
                "sku_id": "K",
                "shipped_date": AS_OF,
                "eta_date": AS_OF + dt.timedelta(days=eta),
                "qty": 6,
            }
        ]
        return int(values_of(rows, daily=3.0).steps["LOST_SALES"].iloc[0])

    early, late, after = (first_value(eta) for eta in (1, 5, 12))
    assert late < early
    assert after >= early


def test_write_off_is_the_unit_that_demand_does_not_reach() -> None:
    """An old lot against a fresher one next time: tails of both lives."""
    rows = weekly_rows(shelf_life_value=30)
    rows["freshness_contracts"] = [
        {"account_id": "A", "max_age_num": 1, "max_age_den": 2}
    ]
    rows["lots"] = [lot("W", "B1", 10, 600)]
    rows["store_stock"] = [{"store_id": "S1", "sku_id": "K", "on_hand": 8}]
    steps = values_of(rows).steps
    # Expiry in 20 days: on the shelf through day 19; next time a week longer.
    now, later = np.cumsum(pmf(19.0)), np.cumsum(pmf(26.0))
    for row in steps.itertuples():
        first = 8 + 6 * int(row.step)  # type: ignore[arg-type]
        ages = float(np.sum(now[first : first + 6] - later[first : first + 6]))
        assert abs(float(row.WRITE_OFF) + 300 * ages) <= 1  # type: ignore[arg-type]


def test_an_older_lot_is_worth_less() -> None:
    """The same case closer to withdrawal earns no more."""
    totals = []
    for age in (2, 12):
        rows = weekly_rows(shelf_life_value=30, units_per_case=12)
        rows["freshness_contracts"] = [
            {"account_id": "A", "max_age_num": 1, "max_age_den": 2}
        ]
        rows["lots"] = [lot("W", "B1", age, 600)]
        totals.append(values_of(rows).steps["value_fen"].iloc[0])
    assert totals[0] > totals[1]


def test_a_longer_window_is_worth_more() -> None:
    """With rarer deliveries each case spares more lost sales."""
    rows = weekly_rows()
    weekly = values_of(rows).steps["LOST_SALES"]
    rows["lanes"] = [{**rows["lanes"][0], "dispatch_weekdays": "2,5"}]
    often = values_of(rows).steps["LOST_SALES"]
    shared = min(len(weekly), len(often))
    assert (weekly[:shared] >= often[:shared]).all()
    assert weekly[1] > often[1]


def test_holding_counts_the_close_of_each_day() -> None:
    """A unit never sold pays every day; one sold pays the days before."""
    money = Money(holding_rate_per_year=3.65, price_of_stock_per_day=0.01)
    rows = weekly_rows(units_per_case=1)
    rows["orders"] = [
        {
            "order_id": "O",
            "line_no": 1,
            "account_id": "A",
            "ship_to_id": "S1",
            "sku_id": "K",
            "order_date": AS_OF,
            "qty_original": 200,
        }
    ]
    steps = values_of(rows, settings=Settings(money=money)).steps
    assert steps["HOLDING"].iloc[-1] == -21
    assert steps["STOCK_PRICE"].iloc[-1] == -21
    assert steps["HOLDING"].iloc[0] == pytest.approx(-300 * 0.01 * 3, abs=1)


def test_the_display_falls_in_thirds() -> None:
    """Simulated display at both ends of the window, priced in thirds."""
    rows = weekly_rows(units_per_case=1)
    rows["account_skus"] = [
        {"account_id": "A", "sku_id": "K", "presentation_min_units": 9}
    ]
    rows["store_stock"] = [{"store_id": "S1", "sku_id": "K", "on_hand": 5}]
    money = Money(presentation_cny_per_facing_day=1.0)
    steps = values_of(rows, settings=Settings(money=money)).steps
    before, during = window_sample(2.0, 400_000, 1), window_sample(7.0, 400_000, 2)
    left = np.maximum(5 - before, 0)

    def display(shipped: int) -> float:
        ends = (left + shipped, np.maximum(left + shipped - during, 0))
        missing = [np.maximum(level - s, 0) for s in ends for level in (3, 6, 9)]
        return float(np.mean(missing) * 700)

    for unit in (0, 3, 8, 12):
        wanted = display(unit) - display(unit + 1)
        assert steps["SHORTFALL"].iloc[unit] == pytest.approx(wanted, abs=4)


def test_freight_above_the_margin_fails_the_life_test() -> None:
    """A case that earns less in its whole life than its freight stays away."""
    rows = weekly_rows()
    rows["lanes"] = [{**rows["lanes"][0], "var_cny_per_case": 13}]
    steps = values_of(rows).steps
    assert (steps["value_fen"] < 0).all()
    assert (steps["FREIGHT"] == 0).all()
    assert steps["SCARCITY"].iloc[0] < 0


def test_shoppers_who_take_the_freshest_cost_more_age() -> None:
    """Last in, first out strands the marginal unit of a short life."""
    rows = weekly_rows(shelf_life_value=30, units_per_case=2)
    rows["lots"] = [lot("W", "B1", 5, 600)]
    first = values_of(rows).steps["WRITE_OFF"].iloc[1]
    night = NightSettings(fifo_share=0.0)
    last = values_of(rows, settings=Settings(night=night)).steps["WRITE_OFF"].iloc[1]
    assert last < first <= 0
