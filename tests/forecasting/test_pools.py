"""Retailer DCs and warehouses add up the stores behind them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ka_supply.domain.network import build_network
from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.forecasting import forecast
from ka_supply.forecasting.window_error import relative_variance
from tests.forecasting.builders import long_world, replaced
from tests.worlds import AS_OF, basic_rows


@pytest.fixture(scope="module")
def two_echelons() -> Snapshot:
    """Return W -> R -> (D with S1, S2; S3), S4 from W; K2 has its own contract."""
    rows = basic_rows()
    account, store, lane = (rows[t][0] for t in ("accounts", "stores", "lanes"))
    behind = {"S1": "D", "S2": "D"}
    lanes = [("W", "R", 1), ("R", "D", 1), ("R", "S3", 2), ("W", "S4", 1)]
    return long_world(
        np.random.default_rng(9).poisson(4, (4, 2, 300)),
        accounts=[account],
        stores=[
            {**store, "store_id": s, "ship_to_id": behind.get(s)}
            for s in ("S1", "S2", "S3", "S4")
        ],
        ship_tos=[{"ship_to_id": "D", "type": "RETAILER_DC", "account_id": "A"}],
        warehouses=[
            {"warehouse_id": "W", "kind": "CENTRAL"},
            {"warehouse_id": "R", "kind": "REGIONAL"},
        ],
        lanes=[
            {
                **lane,
                "lane_id": f"{a}{b}",
                "from_id": a,
                "to_id": b,
                "lead_time_days": d,
            }
            for a, b, d in lanes
        ],
        freshness_contracts=[
            {"account_id": "A", "sku_id": "K2", "max_age_num": 1, "max_age_den": 2}
        ],
    )


def test_pools_are_the_sums_of_their_stores(two_echelons: Snapshot) -> None:
    """DC and warehouse rows carry the bottom-up mean, per freshness class."""
    network = build_network(two_echelons)
    found = forecast(two_echelons, network)
    keys = found.rows[["destination_id", "freshness_class", "sku_id"]]
    daily = {tuple(k): found.daily_mean[i] for i, k in enumerate(keys.to_numpy())}
    pooled = {k: v for k, v in daily.items() if k[0] in ("D", "R")}
    assert set(pooled) == {
        ("D", "", "K1"),
        ("D", "", "K2"),
        ("R", "1/3/0", "K1"),
        ("R", "1/2/0", "K2"),
    }
    of_k1 = [daily[s, "", "K1"] for s in ("S1", "S2", "S3")]
    np.testing.assert_allclose(pooled["D", "", "K1"], sum(of_k1[:2]), rtol=1e-5)
    np.testing.assert_allclose(pooled["R", "1/3/0", "K1"], sum(of_k1), rtol=1e-5)
    assert dict(zip(found.rows["destination_id"], found.rows["kind"], strict=True)) == {
        "D": "RETAILER_DC",
        "R": "WAREHOUSE",
        **dict.fromkeys(("S1", "S2", "S3", "S4"), "STORE"),
    }
    kept = found.rows.sort_values(["destination_id", "freshness_class", "sku_id"])
    assert kept.index.is_monotonic_increasing


def test_pools_do_not_depend_on_row_order(two_echelons: Snapshot) -> None:
    """Shuffled tables give the same sums to the last bit."""
    mixed = {
        name: table.sample(frac=1, random_state=3, ignore_index=True)
        for name, table in two_echelons.tables.items()
    }
    other = replaced(two_echelons, **mixed)
    one = forecast(two_echelons, build_network(two_echelons))
    two = forecast(other, build_network(other))
    pd.testing.assert_frame_equal(one.rows, two.rows)
    np.testing.assert_array_equal(one.daily_mean, two.daily_mean)
    np.testing.assert_array_equal(one.relative_variance, two.relative_variance)


def test_sums_of_independent_stores_vary_relatively_less(
    two_echelons: Snapshot,
) -> None:
    """The relative spread of a DC's week is below that of its stores."""
    found = forecast(two_echelons, build_network(two_echelons))
    rows = np.arange(len(found.rows))
    first = np.full(len(rows), int(to_days(AS_OF + dt.timedelta(days=1))))
    week = found.window(rows, first, first + 6)
    spread = np.sqrt(1 / week.mean + week.relative_variance)
    kind = found.rows["kind"]
    assert spread[kind == "RETAILER_DC"].max() < spread[kind == "STORE"].min()


def test_common_shocks_stay_in_the_sum() -> None:
    """Stores that err together keep their relative variance when added."""
    random = np.random.default_rng(10)
    shock = random.gamma(4, 0.25, (1, 224))
    sold = random.poisson(np.full((200, 1), 30.0) * shock).astype(float)
    expected = np.full_like(sold, 30.0)
    one_group = np.zeros(200, dtype=np.int64)
    single = relative_variance(sold, expected, expected[:, 0], one_group, 1)
    total = relative_variance(
        sold.sum(axis=0, keepdims=True),
        expected.sum(axis=0, keepdims=True),
        np.array([6000.0]),
        np.array([0]),
        1,
    )
    assert np.median(single) == pytest.approx(0.25, rel=0.25)
    assert total[0] == pytest.approx(0.25, rel=0.3)
