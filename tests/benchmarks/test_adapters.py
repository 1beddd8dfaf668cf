"""Adapters turn a source's own layout into tables that a night accepts."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.adapters import ADAPTERS
from benchmarks.adapters.world import RealSource, write_world
from benchmarks.determinism import shuffle_folder
from ka_supply.domain.settings import DataSettings, Settings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion import read_snapshot
from ka_supply.nightly import plan_night

DAYS = 60


def _vn2(folder: Path) -> None:
    """Write a year of weekly sales of six pairs, one of them once out of stock."""
    weeks = pd.date_range("2023-04-10", periods=53, freq="7D").strftime("%Y-%m-%d")
    keys = [(store, sku) for store in (1, 2) for sku in (10, 11, 12)]
    wide = pd.DataFrame(keys, columns=["Store", "Product"])
    sold = {week: [float(3 + s + p % 3) for s, p in keys] for week in weeks}
    here = {week: [True] * len(keys) for week in weeks}
    here[weeks[5]][0] = False
    wide.assign(**sold).to_csv(folder / "vn2_week_0_2024-04-08_sales.csv", index=False)
    wide.assign(**here).to_csv(folder / "vn2_week0_in_stock.csv", index=False)
    wide.assign(DepartmentGroup=[p % 2 for _, p in keys]).to_csv(
        folder / "vn2_week_0_master.csv", index=False
    )


def _freshretailnet(folder: Path) -> None:
    days = pd.date_range("2024-04-13", periods=DAYS).strftime("%Y-%m-%d")
    rows = [(d, s, p) for d in days for s in (0, 7) for p in (4, 5)]
    raw = pd.DataFrame(rows, columns=["dt", "store_id", "product_id"]).assign(
        sale_amount=0.5, oos_hours_6_22=0, first_category_id=3
    )
    raw.loc[0, "oos_hours_6_22"] = 8
    raw.to_parquet(folder / "frn_city16_2024-03-28_2024-06-11.parquet")


def _m5(folder: Path) -> None:
    days = pd.date_range("2014-01-01", periods=DAYS)
    rows = [(d, s, i) for d in days for s in ("CA_1", "TX_2") for i in ("F_1", "F_2")]
    raw = pd.DataFrame(rows, columns=["date", "store_id", "item_id"]).assign(
        units=2, sell_price=1.98, dept_id="FOODS"
    )
    raw.to_parquet(folder / "m5_tiny_28items_10stores_d1_d1857.parquet")


MADE = {"vn2": _vn2, "freshretailnet": _freshretailnet, "m5": _m5}
LAST_DAY = {
    "vn2": dt.date(2024, 4, 14),
    "freshretailnet": dt.date(2024, 6, 11),
    "m5": dt.date(2014, 3, 1),
}


def _read(source: str, folder: Path) -> Snapshot:
    MADE[source](folder)
    as_of = ADAPTERS[source](folder, folder / "tables")
    assert as_of == LAST_DAY[source]
    weekly = Settings(data=DataSettings(period_days=7))
    settings = weekly if source == "vn2" else Settings()
    return read_snapshot(folder / "tables", as_of, settings)


def test_every_adapter_is_tested() -> None:
    """Each registered source has a made-up input here."""
    assert set(MADE) == set(ADAPTERS)


@pytest.mark.parametrize("source", sorted(MADE))
def test_every_row_is_accepted(source: str, tmp_path: Path) -> None:
    """The canonical tables of a source have no row that is refused or repaired."""
    snapshot = _read(source, tmp_path)
    for counts in snapshot.quarantine.counts.values():
        assert counts.read == counts.accepted
        assert counts.repaired == 0
    assert (
        len(snapshot["sales"]) == {"vn2": 318, "freshretailnet": 240, "m5": 240}[source]
    )


def test_stock_outs_are_kept(tmp_path: Path) -> None:
    """A week out of stock has share 0, eight of sixteen hours a half."""
    weekly = _read("vn2", tmp_path)["sales"]
    assert (weekly["in_stock_frac"] == 0).sum() == 1
    hourly = _read("freshretailnet", tmp_path)["sales"]
    assert hourly["in_stock_frac"].min() == 0.5
    assert set(hourly["units"]) == {5}
    assert set(hourly["store_id"]) == {"S000", "S007"}


@pytest.mark.slow
@pytest.mark.parametrize("source", sorted(MADE))
def test_a_night_serves_pairs(source: str, tmp_path: Path) -> None:
    """A night on each source passes the audit and serves at least a fifth."""
    night = plan_night(_read(source, tmp_path))
    assert night.certificate.breaches == 0
    pair = ["destination_id", "sku_id"]
    served = night.plan.lines[pair].drop_duplicates()
    assert len(served) >= 0.2 * len(night.plan.needs)


def _source() -> RealSource:
    days = pd.date_range("2026-09-01", "2026-11-23")
    rows = [(d, s, p) for d in days for s in ("S2", "S1") for p in ("P2", "P1")]
    sales = pd.DataFrame(rows, columns=["date", "store_id", "sku_id"])
    skus = pd.DataFrame({"sku_id": ["P2", "P1"], "category": "x"})
    return RealSource(
        sales=sales.assign(units=3, in_stock_frac=1.0),
        skus=skus.assign(list_price_cny=2.0),
        lives_days=(100,),
        lead_days=1,
        dispatch_weekdays="1,3,5",
        window_days=4,
    )


def test_the_stated_rule(tmp_path: Path) -> None:
    """Pack, cost, lots and stock are those the rule states, by hand."""
    assert write_world(_source(), tmp_path) == dt.date(2026, 11, 23)
    skus = pd.read_parquet(tmp_path / "skus.parquet")
    # Three a day and store: five days are 15 units, nearest pack by ratio 12.
    assert list(skus["units_per_case"]) == [12, 12]
    assert list(skus["cost_cny"]) == [1.4, 1.4]
    lots = pd.read_parquet(tmp_path / "lots.parquet")
    # Six a day of each SKU: four days are 24 units; 50, 40 and 20 % in whole cases.
    assert list(lots[lots["sku_id"] == "P1"]["on_hand"]) == [12, 12, 12]
    ages = (pd.Timestamp(2026, 11, 23) - lots["production_date"]).dt.days
    assert sorted(set(ages)) == [4, 20, 40]
    stock = pd.read_parquet(tmp_path / "store_stock.parquet")
    assert stock["on_hand"].between(0, 1.5 * 4 * 3).all()


def test_the_rule_is_seeded(tmp_path: Path) -> None:
    """The same source gives the same tables."""
    for name in ("first", "second"):
        write_world(_source(), tmp_path / name)
    for path in (tmp_path / "first").iterdir():
        again = pd.read_parquet(tmp_path / "second" / path.name)
        pd.testing.assert_frame_equal(pd.read_parquet(path), again)


def test_shuffling_keeps_every_row(tmp_path: Path) -> None:
    """Shuffled files have the same rows and columns in another order."""
    count = 50
    table = pd.DataFrame(
        {"key": [f"{n:03d}" for n in range(count)], "名": "一店", "n": np.arange(count)}
    )
    text = table.astype(str)
    table.to_parquet(tmp_path / "a.parquet")
    text.to_csv(tmp_path / "b.csv", index=False, encoding="gb18030")
    text.to_csv(tmp_path / "c.csv", index=False, encoding="utf-8-sig")
    text.to_excel(tmp_path / "d.xlsx", index=False, engine="xlsxwriter")
    shuffle_folder(tmp_path, 1)
    found = {
        "a": pd.read_parquet(tmp_path / "a.parquet").astype(str),
        "b": pd.read_csv(tmp_path / "b.csv", dtype=str, encoding="gb18030"),
        "c": pd.read_csv(tmp_path / "c.csv", dtype=str, encoding="utf-8-sig"),
        "d": pd.read_excel(tmp_path / "d.xlsx", dtype=str, engine="calamine"),
    }
    for shuffled in found.values():
        assert list(shuffled["key"]) != list(text["key"])
        back = shuffled[list(text)].sort_values("key", ignore_index=True)
        pd.testing.assert_frame_equal(back, text)
    orders = {tuple(shuffled) for shuffled in found.values()}
    assert len(orders) > 1
