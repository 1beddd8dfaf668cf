"""Until when lots may go to whom, and what will be left over."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.domain.snapshot import to_days
from ka_supply.reporting.runway import (
    compute_lot_chances,
    compute_warehouse_risk,
    left_over_units,
)
from tests.reporting.nights import Tables, day, line, make_night, make_plan

RATES = {("S1", "K1"): 3.0, ("S2", "K1"): 2.0, ("S3", "K1"): 1.0}
REGIONAL: Tables = {
    "warehouses": [
        {"warehouse_id": "W", "kind": "CENTRAL"},
        {"warehouse_id": "R", "kind": "REGIONAL"},
    ],
    "lanes": [
        {"lane_id": "T", "from_id": "W", "to_id": "R", "lead_time_days": 2},
        {"lane_id": "L1", "from_id": "R", "to_id": "S1", "lead_time_days": 1},
    ],
    "lane_stops": [],
}
LOTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 80)), max_size=20
)


@given(LOTS)
def test_left_over_never_exceeds_the_lot_and_sales_never_the_demand(
    lots: list[tuple[int, int, int]],
) -> None:
    """Each lot keeps 0 to all of its units; a group sells at most its demand."""
    rows = np.array(sorted(lots), dtype=float).reshape(-1, 3)
    group = rows[:, 0].astype(np.int64)
    left = left_over_units(group, rows[:, 1], rows[:, 2])
    assert ((left >= 0) & (left <= rows[:, 1])).all()
    for name in np.unique(group):
        at = group == name
        assert (rows[at, 1] - left[at]).sum() <= rows[at, 2].max(initial=0)


def test_a_lot_counts_until_the_last_receipt_of_each_contract() -> None:
    """One third of 180 days is day 60, one half day 90."""
    chances = compute_lot_chances(make_night({}, RATES)).set_index("destination_id")
    made = int(to_days(day("2026-11-13")))
    last = chances.loc[chances["sku_id"] == "K1", "last_receipt_day"]
    assert last.to_dict() == {"S1": made + 60, "S2": made + 60, "S3": made + 90}


def test_risk_is_what_all_destinations_together_will_not_take() -> None:
    """Demand to the last receipt and one interval more, less the shelf's stock.

    S1: 51 days x 3 - 24; S2: 51 x 2; S3: 81 x 1; of 1,200 units 888 stay.
    """
    night = make_night({}, RATES)
    risk = compute_warehouse_risk(night, compute_lot_chances(night))
    assert risk["pull_units"].to_list() == [129 + 102 + 81]
    assert risk["risk_units"].to_list() == [888.0]


def test_a_regional_warehouse_is_reached_through_its_transfer() -> None:
    """Lots at the centre may go to stores behind the region, later."""
    night = make_night(REGIONAL, RATES, make_plan())
    chances = compute_lot_chances(night)
    assert set(chances["via_id"]) == {"R"}
    # Two days to the region, two of dwell, one to the store.
    expected = int(to_days(day("2026-11-24"))) + 2 + 2 + 1
    assert set(chances["receipt_day"]) == {expected}


def test_stock_in_the_region_serves_the_stores_behind_it_first() -> None:
    """S1 pulls 51 + 1 days of 3 less 24; 100 of that are in the region already.

    The region's own truck and the transfer both come daily.
    """
    lots = [
        {
            "warehouse_id": place,
            "sku_id": "K1",
            "lot_id": "N1",
            "production_date": day("2026-11-13"),
            "on_hand": units,
        }
        for place, units in (("W", 1200), ("R", 108))
    ]
    night = make_night({**REGIONAL, "lots": lots}, RATES)
    risk = compute_warehouse_risk(night, compute_lot_chances(night))
    pull = risk.set_index("warehouse_id")["pull_units"]
    assert pull.to_dict() == {"R": 129.0, "W": 129.0 - 108}


def test_what_the_plan_takes_is_not_at_risk() -> None:
    """Of 1,200 units 60 leave and are served from the pull of 312: 888 stay."""
    night = make_night({}, RATES, make_plan(lines=[line()]))
    risk = compute_warehouse_risk(night, compute_lot_chances(night))
    assert risk["risk_units"].to_list() == [1200 - 60 - (312 - 60)]
