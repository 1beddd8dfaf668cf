"""Echelon stock: what counts before the first unit shipped."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.domain.network import build_network
from ka_supply.domain.snapshot import records
from ka_supply.inventory import value_cases
from ka_supply.inventory.pooling import share_out
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import Rows, lot, regional_rows, retailer_dc_rows
from tests.worlds import AS_OF, world

STORES = {("S1", "", "K"): 1.0, ("S2", "", "K"): 1.0}


def pairs_of(
    rows: Rows, daily: dict[tuple[str, str, str], float]
) -> dict[tuple[str, str], dict[str, Any]]:
    snapshot = world(**rows)
    forecast = constant_forecast({**STORES, **daily}, 0.1)
    found = value_cases(snapshot, forecast, build_network(snapshot)).pairs
    return {(r["destination_id"], r["freshness_class"]): r for r in records(found)}


def test_one_store_s_excess_serves_no_other() -> None:
    """Behind a retailer DC a store counts up to its own cover, here 16 days."""
    rows = retailer_dc_rows()
    rows["store_stock"] = [
        {"store_id": "S1", "sku_id": "K", "on_hand": 500},
        {"store_id": "S2", "sku_id": "K", "on_hand": 3},
        {"store_id": "D", "sku_id": "K", "on_hand": 10, "in_transit": 4},
    ]
    pairs = pairs_of(rows, {("D", "", "K"): 2.0})
    # 24 November to the arrival after next, 10 December: 16 days at 1 a day.
    assert pairs["D", ""]["stock_units"] == 10 + 16 + 3
    assert pairs["D", ""]["transit_units"] == 4


def test_a_warehouse_counts_its_own_lots_and_capped_stores() -> None:
    """Each class counts lots it may take and the stores of that class."""
    rows = regional_rows()
    rows["lots"] = [
        lot("W", "C", 5, 600),
        lot("R", "R1", 70, 60),
        lot("R", "R2", 5, 24),
    ]
    rows["store_stock"] = [
        {"store_id": "S1", "sku_id": "K", "on_hand": 2},
        {"store_id": "S2", "sku_id": "K", "on_hand": 400},
    ]
    daily = {("R", "1/3/0", "K"): 1.0, ("R", "1/2/0", "K"): 1.0}
    pairs = pairs_of(rows, daily)
    strict, loose = pairs["R", "1/3/0"], pairs["R", "1/2/0"]
    # R1 is past one third: it counts for one half alone, and serves its cover.
    assert loose["stock_units"] >= 60
    assert strict["stock_units"] - 2 + loose["stock_units"] - 60 <= 24 + 20
    assert strict["stock_units"] >= 2 + 12


def test_deliveries_to_a_warehouse_count_once() -> None:
    """A transfer on the way stands before the one of tonight."""
    rows = regional_rows()
    rows["lots"] = [lot("W", "C", 5, 600)]
    rows["shipments"] = [
        {
            "shipment_id": "X",
            "line_no": 1,
            "lot_id": "C",
            "ship_to_id": "R",
            "sku_id": "K",
            "shipped_date": AS_OF,
            "production_date": AS_OF,
            "qty": 30,
        }
    ]
    daily = {("R", "1/3/0", "K"): 1.0, ("R", "1/2/0", "K"): 1.0}
    pairs = pairs_of(rows, daily)
    assert sum(pairs["R", c]["transit_units"] for c in ("1/2/0", "1/3/0")) == 30


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=5),
    st.lists(st.floats(0, 80), min_size=1, max_size=4),
    st.data(),
)
def test_shared_out_units_never_count_twice(
    units: list[int], cover: list[float], data: st.DataObject
) -> None:
    """Every supply is given whole to classes that may take it, or not at all."""
    flag = st.lists(st.booleans(), min_size=len(cover), max_size=len(cover))
    allowed = np.array([data.draw(flag) for _ in units])
    given_units = share_out(np.array(units), allowed, np.array(cover))
    assert (given_units >= 0).all()
    assert (given_units[~allowed] == 0).all()
    whole = np.where(allowed.any(axis=1), units, 0)
    assert given_units.sum(axis=1).tolist() == whole.tolist()


def test_a_transfer_earns_what_the_stores_behind_earn() -> None:
    """A unit short in the warehouse is worth its class's store margin."""
    rows = regional_rows()
    rows["lots"] = [lot("W", "C", 5, 6000)]
    snapshot = world(**rows)
    daily = {**STORES, ("R", "1/3/0", "K"): 1.0, ("R", "1/2/0", "K"): 1.0}
    forecast = constant_forecast(daily, 0.1)
    found = value_cases(snapshot, forecast, build_network(snapshot))
    pairs = found.pairs.set_index(["destination_id", "freshness_class"])
    order = pairs.reset_index().index[pairs.index.get_level_values(0) == "R"]
    first = found.steps[found.steps["step"] == 0].set_index("pair")["LOST_SALES"]
    loose, strict = first[order[0]], first[order[1]]
    assert pairs.index[order[0]] == ("R", "1/2/0")
    # The same demand: margins 9 - 3 and 5 - 3.
    assert abs(loose - 3 * strict) <= 2


def test_a_transfer_covers_the_leg_to_the_stores() -> None:
    """Its need reaches to the next transfer's arrival at the stores."""
    rows = regional_rows()
    rows["lots"] = [lot("W", "C", 5, 6000)]
    daily = {("R", "1/3/0", "K"): 1.0, ("R", "1/2/0", "K"): 1.0}
    pairs = pairs_of(rows, daily)
    # 24 November to 3 December, one day more on the lane to the store.
    assert pairs["R", "1/3/0"]["mean_until_next_units"] == 10.0
