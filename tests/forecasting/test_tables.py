"""The forecast as tables: own windows, quantiles, and storage without loss."""

import dataclasses
import datetime as dt
import io
import json

import numpy as np
import pandas as pd
import pytest

from ka_supply.domain.network import build_network
from ka_supply.forecasting import forecast, forecast_table, from_tables, to_tables
from tests.forecasting.builders import forecast_of, long_world
from tests.worlds import AS_OF


def test_table_covers_each_destination_s_own_window() -> None:
    """Mean and quantiles belong to [arrival, next arrival) of the destination."""
    snapshot = long_world(np.full((2, 2, 140), 4))
    network = build_network(snapshot)
    table = forecast_table(snapshot, network, forecast(snapshot, network))
    departure = network.departures["S1"]
    row = table.iloc[0]
    assert row["window_start"].date() == departure.arrival_date
    assert row["window_end"].date() == departure.next_arrival_date
    days = (row["window_end"] - row["window_start"]).days
    assert row["mean"] == pytest.approx(4 * days, rel=1e-4)
    levels = table[["p50", "p90", "p95", "p98"]].to_numpy()
    assert (np.diff(levels, axis=1) >= 0).all()
    causes = json.loads(row["causes"])
    assert sum(causes.values()) == pytest.approx(row["mean"], abs=0.2)


def test_destination_without_departure_is_left_out() -> None:
    """A store no lane reaches has a forecast but no line in the table."""
    rows = {"lanes": [{"lane_id": "L", "from_id": "W", "to_id": "S1"}]}
    snapshot = long_world(
        np.full((2, 1, 60), 4), lanes=[{**rows["lanes"][0], "lead_time_days": 1}]
    )
    network = build_network(snapshot)
    demand = forecast(snapshot, network)
    table = forecast_table(snapshot, network, demand)
    assert list(demand.rows["destination_id"]) == ["S1", "S2"]
    assert list(table["destination_id"]) == ["S1"]


def test_forecast_of_another_day_is_refused() -> None:
    """A table of yesterday's forecast would name the wrong windows."""
    snapshot = long_world(np.full((1, 1, 60), 4))
    old = dataclasses.replace(snapshot, as_of=AS_OF - dt.timedelta(days=1))
    network = build_network(snapshot)
    with pytest.raises(ValueError, match=r"starts on 2026-11-23, .* is 2026-11-24"):
        forecast_table(snapshot, network, forecast(old, network))


def test_storage_loses_nothing() -> None:
    """Through Parquet and back, every array is equal to the bit."""
    before = forecast_of(long_world(np.random.default_rng(1).poisson(2, (3, 4, 90))))
    stored = {}
    for name, table in to_tables(before).items():
        buffer = io.BytesIO()
        table.to_parquet(buffer)
        stored[name] = pd.read_parquet(buffer)
    after = from_tables(stored)
    pd.testing.assert_frame_equal(after.rows, before.rows)
    pd.testing.assert_frame_equal(after.causes, before.causes)
    assert after.start == before.start
    for name in (
        "daily_mean",
        "tail_mean",
        "block_days",
        "relative_variance",
        "daily_event",
        "daily_promotion",
    ):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))


def test_empty_forecast_survives_storage() -> None:
    """A forecast without rows keeps its start and window lengths."""
    before = forecast_of(long_world(np.empty((1, 1, 0)), account_skus=[]))
    after = from_tables(to_tables(before))
    assert after.start == before.start
    assert len(after.rows) == 0
