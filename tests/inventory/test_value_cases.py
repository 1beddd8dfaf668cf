"""The whole stage on small worlds."""

import numpy as np
import pandas as pd
import pytest

from ka_supply.domain.network import build_network
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues
from ka_supply.inventory import value_cases
from tests.inventory.forecasts import constant_forecast
from tests.worlds import Row, basic_rows, world


def values_of(rows: dict[str, list[Row]], daily: float = 2.0) -> CaseValues:
    snapshot = world(**rows)
    forecast = constant_forecast({("S1", "", "K"): daily}, 0.05)
    return value_cases(snapshot, forecast, build_network(snapshot))


def test_components_sum_to_the_value_and_no_case_is_worth_more_than_the_last() -> None:
    """Components are whole fen that add up; the value per case never rises."""
    steps = values_of(basic_rows()).steps
    assert (steps[list(VALUE_COMPONENTS)].sum(axis=1) == steps["value_fen"]).all()
    assert (steps.dtypes == np.int64).all()
    per_case = steps["value_fen"] / steps["cases"]
    assert (per_case.groupby(steps["pair"]).diff().dropna() <= 0).all()
    assert (steps["SCARCITY"] <= 0).all()


def test_zero_demand_ships_nothing_for_its_own_sake() -> None:
    """Without demand no case earns anything and nothing is NaN."""
    found = values_of(basic_rows(), daily=0.0)
    assert (found.steps["value_fen"] <= 0).all()
    assert not found.pairs.drop(columns="room_units").isna().any(axis=None)
    assert found.pairs["need_cases"].tolist() == [0]


def test_more_stock_lowers_every_value() -> None:
    """A unit on the shelf already takes the place of one shipped."""
    rows = basic_rows()
    poor = values_of(rows).steps["value_fen"]
    rows["store_stock"] = [{"store_id": "S1", "sku_id": "K", "on_hand": 6}]
    rich = values_of(rows).steps["value_fen"]
    shared = min(len(poor), len(rich))
    assert (rich[:shared] <= poor[:shared]).all()
    assert rich[0] < poor[0]


def test_the_night_does_not_depend_on_row_order() -> None:
    """Shuffled input rows give the same frames."""
    rows = basic_rows()
    found = values_of(rows)
    turned = values_of({name: list(reversed(part)) for name, part in rows.items()})
    pd.testing.assert_frame_equal(found.pairs, turned.pairs)
    pd.testing.assert_frame_equal(found.steps, turned.steps)
    pd.testing.assert_frame_equal(found.lots, turned.lots)


@pytest.mark.parametrize("units", [1, 6, 600])
def test_order_steps_are_always_there(units: int) -> None:
    """Every whole case ordered has a step, also where it is worth nothing."""
    rows = basic_rows()
    rows["orders"] = [
        {
            "order_id": "O1",
            "line_no": 1,
            "account_id": "A",
            "ship_to_id": "S1",
            "sku_id": "K",
            "order_date": pd.Timestamp("2026-11-20").date(),
            "qty_original": units,
        }
    ]
    found = values_of(rows)
    assert found.pairs["need_units"].tolist() == [units]
    assert found.pairs["need_source"].tolist() == ["ORDER"]
    assert found.steps["cases"].sum() >= units // 6
