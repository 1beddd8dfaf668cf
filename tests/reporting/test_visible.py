"""Visible inventory: trapezoid, turnover, cover and their guards."""

import numpy as np
import pytest

from ka_supply.reporting.availability import compute_availability, compute_presentation
from ka_supply.reporting.visible import compute_visible_pairs, summarise_visible
from tests.reporting.nights import Rows, make_night
from tests.reporting.nights import days_before as ago
from tests.worlds import AS_OF


def _counts(*counts: tuple[int, str, int]) -> Rows:
    return [
        {
            "count_date": ago(days),
            "store_id": "S1",
            "sku_id": "K1",
            "location_type": place,
            "units": units,
        }
        for days, place, units in counts
    ]


def _sales(units: int) -> Rows:
    return [{"date": ago(3), "store_id": "S1", "sku_id": "K1", "units": units}]


def test_average_is_the_trapezoid_between_counts() -> None:
    """Counts 40, 10, 20 at days 0, 18, 27: (25*18 + 15*9) / 27 = 65/3."""
    counts = _counts((27, "SHELF", 40), (9, "SHELF", 10), (0, "PILE", 20))
    night = make_night({"store_visible_counts": counts, "sales": _sales(130)}, {})
    row = compute_visible_pairs(night).iloc[0]
    assert row["average_visible_units"] == pytest.approx(65 / 3)
    assert row["visible_turns"] == pytest.approx(6.0)
    assert row["visible_cover_days"] == pytest.approx(28 / 6)
    assert row["is_stale"]  # 18 days between two counts


def test_before_and_after_the_counts_the_level_holds() -> None:
    """One count of 7 twelve days ago means 7 all along; backroom is hidden."""
    counts = _counts((12, "SHELF", 7), (12, "BACKROOM", 21))
    night = make_night({"store_visible_counts": counts, "sales": _sales(14)}, {})
    row = compute_visible_pairs(night).iloc[0]
    assert row["average_visible_units"] == pytest.approx(7.0)
    assert row["visible_turns"] == pytest.approx(2.0)
    assert row["backroom_frac"] == pytest.approx(0.75)
    assert not row["is_stale"]


def test_a_count_before_the_window_is_interpolated_to_its_edge() -> None:
    """From 37 at day -9 to 10 at day 18: 28 at the window's first day."""
    counts = _counts((36, "SHELF", 37), (9, "SHELF", 10))
    night = make_night({"store_visible_counts": counts, "sales": _sales(1)}, {})
    row = compute_visible_pairs(night).iloc[0]
    assert row["average_visible_units"] == pytest.approx((19 * 18 + 10 * 9) / 27)


@pytest.mark.parametrize(
    ("shown", "sold", "state", "cover"),
    [
        (5, 0, "NO_SALES", np.inf),
        (0, 3, "COUNT_ERROR", np.nan),
        (0, 0, "NO_SALES", np.inf),
    ],
)
def test_guards(shown: int, sold: int, state: str, cover: float) -> None:
    """Nothing sold: cover is infinite; sold from nothing visible: a count error."""
    counts = _counts((5, "SHELF", shown))
    night = make_night({"store_visible_counts": counts, "sales": _sales(sold)}, {})
    row = compute_visible_pairs(night).iloc[0]
    assert row["state"] == state
    assert row["visible_cover_days"] == pytest.approx(cover, nan_ok=True)


def test_a_summary_is_a_ratio_of_sums_without_count_errors() -> None:
    """28 sold over 7 visible on average: 4 turns, 7 days."""
    rows: Rows = [
        {**row, "store_id": store, "units": units}
        for store, units in (("S1", 6), ("S2", 8), ("S3", 0))
        for row in _counts((5, "SHELF", 0))
    ]
    sales: Rows = [
        {"date": ago(3), "store_id": s, "sku_id": "K1", "units": u}
        for s, u in (("S1", 20), ("S2", 36), ("S3", 5))
    ]
    night = make_night({"store_visible_counts": rows, "sales": sales}, {})
    found = summarise_visible(compute_visible_pairs(night), "account_id")
    found = found.set_index("account_id")
    assert found.loc["A", "visible_turns"] == pytest.approx(56 / 14)
    assert found.loc["A", "visible_cover_days"] == pytest.approx(7.0)
    assert found.loc["B", "count_error_pairs"] == 1
    assert found["visible_turns"].isna().to_list() == [False, True]


def test_availability_takes_record_then_stock_then_in_stock() -> None:
    """Four days: 0.5 as recorded, 0 by stock, 1 by stock, 1 unrecorded: 62.5 %."""
    sales: Rows = [
        {
            "date": ago(day),
            "store_id": "S1",
            "sku_id": "K1",
            "units": 1,
            "in_stock_frac": share,
        }
        for day, share in ((0, 0.5), (1, None), (2, None), (3, None))
    ]
    stock: Rows = [
        {"store_id": "S1", "sku_id": "K1", "on_hand": units, "as_of_date": ago(day)}
        for day, units in ((0, 9), (1, 0), (2, 4))
    ]
    found = compute_availability(make_night({"sales": sales, "store_stock": stock}, {}))
    assert found["availability_frac"].to_list() == [0.625]
    assert found["recorded_days"].to_list() == [3]


def test_availability_without_any_record_is_unknown() -> None:
    """No record at all is no proof of a full shelf."""
    night = make_night({"store_stock": [_stock_long_ago()]}, {})
    assert np.isnan(compute_availability(night)["availability_frac"].iloc[0])


def _stock_long_ago() -> dict[str, object]:
    return {"store_id": "S2", "sku_id": "K1", "on_hand": 1, "as_of_date": AS_OF}


def test_presentation_is_met_at_the_minimum() -> None:
    """Of two store-SKUs with a minimum of 6 one shows 6, one 5."""
    rows: Rows = [
        {**row, "store_id": store, "units": units}
        for store, units in (("S1", 6), ("S2", 5))
        for row in _counts((2, "SHELF", 0))
    ]
    listed: Rows = [
        {"account_id": "A", "sku_id": "K1", "presentation_min_units": 6},
        {"account_id": "B", "sku_id": "K1"},
    ]
    night = make_night({"store_visible_counts": rows, "account_skus": listed}, {})
    found = compute_presentation(night, compute_visible_pairs(night))
    assert found.to_dict("records") == [
        {"account_id": "A", "checked_pairs": 2, "presentation_frac": 0.5}
    ]
