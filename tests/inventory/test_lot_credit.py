"""The credit for a case that leaves before its lot dies in the warehouse."""

import numpy as np
import pytest
from scipy import stats

from ka_supply.domain.network import build_network
from ka_supply.domain.values import CaseValues
from ka_supply.inventory import value_cases
from ka_supply.inventory.lot_credit import left_over_chance
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import lot, weekly_rows
from tests.worlds import Row, world


def values_of(*lots: Row, daily: float = 2.0) -> CaseValues:
    rows = weekly_rows()
    rows["lots"] = list(lots)
    snapshot = world(**rows)
    forecast = constant_forecast({("S1", "", "K"): daily}, 0.1)
    return value_cases(snapshot, forecast, build_network(snapshot))


def test_an_older_lot_never_has_less_credit() -> None:
    """A case of the oldest lot stands before every later one."""
    lots = values_of(
        lot("W", "B1", 50, 60), lot("W", "B2", 30, 6), lot("W", "B3", 2, 240)
    ).lots
    assert lots["lot_id"].tolist() == ["B1", "B2", "B3"]
    assert (lots["credit_fen"].diff().dropna() <= 0).all()
    assert lots["credit_fen"].iloc[0] > 0


def test_a_lot_nobody_may_take_has_no_credit() -> None:
    """Past one third of life there is nothing left to save."""
    lots = values_of(lot("W", "B1", 70, 60), lot("W", "B2", 5, 60)).lots
    assert lots["credit_fen"].iloc[0] == 0


def test_without_demand_the_whole_loss_is_saved() -> None:
    """Six units at a cost of 3 yuan are lost for certain."""
    lots = values_of(lot("W", "B1", 5, 60), daily=0.0).lots
    assert lots["credit_fen"].tolist() == [1800]


def test_the_chance_is_demand_until_the_last_eligible_dispatch() -> None:
    """One departure may still carry the lot; it serves until 3 December."""
    lots = values_of(lot("W", "B1", 56, 30)).lots
    law = stats.nbinom(10, 10 / (10 + 18.0))
    assert lots["credit_fen"].iloc[0] == pytest.approx(1800 * law.cdf(29), abs=1)


def test_credit_alone_does_not_flush_the_warehouse() -> None:
    """A case that a later departure would still draw gains nothing tonight."""
    found = values_of(lot("W", "B1", 5, 600))
    assert found.lots["credit_fen"].iloc[0] > 0
    # Nine days at 2 a day are the window; the lot may leave for eight weeks.
    assert found.steps["cases"].sum() * 6 < 60


def test_no_pull_leaves_everything() -> None:
    """Without any draw the lot is left over for certain."""
    nothing = np.zeros(1)
    assert left_over_chance(nothing, nothing, np.array([1])).tolist() == [1.0]
