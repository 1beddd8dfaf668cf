"""The demo holds what was promised, in number."""

import pandas as pd
import pytest

from ka_supply.domain.schema import schema
from tests.simulation.conftest import Demo


def test_every_canonical_table_has_rows(demo: Demo) -> None:
    """No table of the data dictionary is missing from the demo."""
    assert [name for name in schema() if not demo.snapshot.has(name)] == []


def test_accounts_are_two_of_each_tier(demo: Demo) -> None:
    """There are eight accounts, two of each tier."""
    tiers = demo.snapshot["accounts"]["tier"].value_counts().to_dict()
    assert tiers == {"NKA": 2, "RKA": 2, "LKA": 2, "NON_KA": 2}


@pytest.mark.parametrize(
    ("table", "column", "count"),
    [
        ("stores", "store_id", 120),
        ("stores", "name", 120),
        ("stores", "region_code", 4),
        ("skus", "sku_id", 150),
        ("skus", "name", 150),
        ("skus", "category", 6),
        ("warehouses", "warehouse_id", 4),
    ],
)
def test_masters_have_the_promised_size(
    demo: Demo, table: str, column: str, count: int
) -> None:
    """Stores, SKUs, categories, regions and warehouses are as many as promised."""
    assert demo.snapshot[table][column].nunique() == count


def test_one_warehouse_is_central_and_three_are_regional(demo: Demo) -> None:
    """The network has one central and three regional warehouses."""
    kinds = demo.snapshot["warehouses"]["kind"].value_counts().to_dict()
    assert kinds == {"CENTRAL": 1, "REGIONAL": 3}


def test_store_names_are_chinese(demo: Demo) -> None:
    """Every store name survives its GB18030 file as Chinese characters."""
    names = demo.snapshot["stores"]["name"]
    assert names.str.fullmatch("[\u4e00-\u9fff]{6,}店").all()


def test_lives_run_from_thirty_days_to_two_years(demo: Demo) -> None:
    """Shelf lives come in days and months, from 30 days to 24 months."""
    skus = demo.snapshot["skus"]
    days = skus.loc[skus["shelf_life_unit"] == "DAY", "shelf_life_value"]
    months = skus.loc[skus["shelf_life_unit"] == "MONTH", "shelf_life_value"]
    assert days.min() == 30
    assert months.max() == 24
    assert set(skus["shelf_life_start"]) == {"PRODUCTION_DAY", "NEXT_DAY"}


def test_about_fifty_skus_are_listed_per_store(demo: Demo) -> None:
    """A store lists about 50 SKUs, a small shop fewer than a hypermarket."""
    stock = demo.snapshot["store_stock"]
    listed = stock[stock["source"] == "POS"].groupby("store_id").size()
    assert 45 <= listed.mean() <= 58
    assert listed.min() >= 30


def test_sales_cover_forty_weeks(demo: Demo) -> None:
    """Sales run over 280 days, the last of them the planning day."""
    dates = demo.snapshot["sales"]["date"]
    assert dates.max() == pd.Timestamp("2026-11-23")
    assert (dates.max() - dates.min()).days + 1 == 280


def test_folder_is_small_and_of_several_file_types(demo: Demo) -> None:
    """The folder takes far less than 60 MB and holds CSV, Excel and Parquet."""
    files = list(demo.folder.iterdir())
    assert sum(file.stat().st_size for file in files) < 15_000_000
    assert {file.suffix for file in files} == {".csv", ".xlsx", ".parquet"}
    assert (demo.folder / "accounts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    stores = (demo.folder / "stores.csv").read_bytes()
    assert "恒泰嘉年华" in stores.decode("gb18030")
    with pytest.raises(UnicodeDecodeError, match="utf-8"):
        stores.decode("utf-8")


def test_holidays_cover_this_year_and_the_next(demo: Demo) -> None:
    """The calendar table reaches past the New Year of the rolling horizon."""
    dates = demo.snapshot["holidays"]["date"]
    assert dates.min() == pd.Timestamp("2026-01-01")
    assert dates.max() >= pd.Timestamp("2027-10-01")
