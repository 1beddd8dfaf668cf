"""What tonight's cases are worth when supply must last."""

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.domain.network import build_network
from ka_supply.domain.values import CaseValues
from ka_supply.inventory import value_cases
from ka_supply.inventory.curves import step_grid
from ka_supply.inventory.scarcity import Horizon, marginal_value
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import lot, weekly_rows
from tests.worlds import AS_OF, world


def two_stores(cases: int, inbound_days: int) -> CaseValues:
    """Two stores at 1 and 3 a day and little stock until the next inbound."""
    rows = weekly_rows()
    store = rows["stores"][0]
    rows["stores"] = [store, {**store, "store_id": "S2"}]
    lane = rows["lanes"][0]
    rows["lanes"] = [lane, {**lane, "lane_id": "L2", "to_id": "S2"}]
    rows["lots"] = [lot("W", "B1", 5, cases * 6)]
    rows["inbound_supply"] = [
        {
            "supply_id": "I",
            "warehouse_id": "W",
            "sku_id": "K",
            "qty": 600,
            "eta_date": AS_OF + dt.timedelta(days=inbound_days),
            "status": "CONFIRMED",
        }
    ]
    snapshot = world(**rows)
    daily = {("S1", "", "K"): 1.0, ("S2", "", "K"): 3.0}
    return value_cases(snapshot, constant_forecast(daily, 0.2), build_network(snapshot))


def test_scarce_supply_goes_where_it_is_worth_most() -> None:
    """With four cases for five weeks those and the first unserved one pay."""
    found = two_stores(cases=4, inbound_days=28)
    steps = found.steps
    paying = steps[steps["value_fen"] > 0]
    assert (steps["SCARCITY"] < 0).any()
    assert 4 <= paying["cases"].sum() <= 5
    assert paying["pair"].value_counts().idxmax() == 1


def test_supply_that_lasts_has_no_price() -> None:
    """Plenty on hand until the inbound: nothing is held back."""
    assert (two_stores(cases=400, inbound_days=28).steps["SCARCITY"] >= -1).all()


def test_a_shortage_of_one_night_is_left_to_the_allocation() -> None:
    """If more comes before the next departure, holding back saves nothing."""
    assert (two_stores(cases=2, inbound_days=1).steps["SCARCITY"] >= -1).all()


@given(
    st.lists(
        st.lists(st.floats(-5, 20), min_size=1, max_size=5), min_size=1, max_size=4
    ),
    st.integers(0, 12),
)
def test_the_price_is_the_first_case_not_served(
    curves: list[list[float]], supply: int
) -> None:
    """All falling curves merge; the price is the next value, or 0."""
    falling = [sorted(curve, reverse=True) for curve in curves]
    one = np.ones(len(curves), dtype=np.int64)
    lengths = np.array([len(curve) for curve in curves])
    grid = step_grid(one, one, lengths, lengths, one)
    horizon = Horizon(
        np.zeros(len(curves), dtype=np.int64),
        np.array([supply]),
        np.zeros(len(curves), dtype=np.int64),
        np.ones(len(curves), dtype=bool),
    )
    flat = np.array([value for curve in falling for value in curve])
    merged = sorted(flat, reverse=True)
    wanted = max(merged[supply], 0.0) if supply < len(merged) else 0.0
    assert marginal_value(grid, flat, horizon).tolist() == [wanted]
