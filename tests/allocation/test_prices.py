import pandas as pd

from ka_supply.allocation.price_table import PRICE_COLUMNS
from ka_supply.domain.outputs import output_columns
from tests.allocation.plan_worlds import TestNight, duals

DAY = pd.Timestamp("2026-11-24")


def test_prices_name_what_is_scarce_and_are_sorted() -> None:
    """Keys are readable text; ids follow kind, keys and date; fen are rounded."""
    night = TestNight()
    rows = [
        ("VEHICLE_KG", "L2", DAY, "kg", 1.239, True),
        ("LOT", 1, pd.NaT, "case", 8.0, True),
        ("LOT", "0", pd.NaT, "case", 0.0, False),
        ("CREDIT", "A", pd.NaT, "yuan", 0.126, True),
        ("MIN_DROP", "S1", DAY, "case", 2.0, False),
        ("PICKING", "W", DAY, "case", 0.5, True),
        ("FILL_FLOOR", "B", pd.NaT, "unit", 0.2, True),
        ("VEHICLE_M3", "L1", DAY, "m3", 30.0, True),
    ]
    plan = night.plan(night.solution({}, duals=duals(rows)))
    shown = plan.prices[["price_id", "kind", "keys", "price_cny"]]
    assert list(shown.itertuples(index=False, name=None)) == [
        (1, "CREDIT", "account=A", 0.13),
        (2, "FILL_FLOOR", "account=B", 0.2),
        (3, "LOT", "warehouse=W;sku=K;lot=B1", 0.0),
        (4, "LOT", "warehouse=W;sku=K;lot=B2", 8.0),
        (5, "MIN_DROP", "destination=S1", 2.0),
        (6, "PICKING", "warehouse=W", 0.5),
        (7, "VEHICLE_KG", "lane=L2", 1.24),
        (8, "VEHICLE_M3", "lane=L1", 30.0),
    ]
    assert set(PRICE_COLUMNS) == set(output_columns()["prices"])
