"""Folders to a snapshot: types, defaults, order, refusals."""

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ka_supply.domain.errors import InputRejected
from ka_supply.domain.schema import schema
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion import read_snapshot

AS_OF = "2026-11-23"
BASE = Path(__file__).parents[1] / "corpus" / "base"
Read = Callable[[Path], Snapshot]


def test_every_table_and_column_is_there(base: Snapshot) -> None:
    """Absent tables are empty and typed; every schema column is there, in order."""
    assert list(base.tables) == list(schema())
    for name, table in schema().items():
        expected = [column.name for column in table.columns]
        assert list(base[name]) == [*expected, "source_file", "source_row"]


def test_types_follow_the_data_dictionary(base: Snapshot) -> None:
    """Each column has the type a snapshot promises, also in empty tables."""
    kinds = {
        "integer": {"int64", "Int64"},
        "number": {"float64"},
        "money": {"float64"},
        "date": {"datetime64[s]"},
        "flag": {"bool", "boolean"},
    }
    for name, table in schema().items():
        for column in table.columns:
            found = str(base[name][column.name].dtype)
            assert found in kinds.get(column.type, {"str"}), (name, column.name)


def test_defaults_are_filled_in(base: Snapshot) -> None:
    """Absent columns and blank cells take the default of the dictionary."""
    assert base["lanes"]["vehicles_max"].tolist() == [1, 1, 1]
    assert base["sales"]["channel"].unique().tolist() == ["STORE"]
    assert base["store_stock"]["in_transit"].tolist() == [24, 0, 0, 0]
    assert (base["lots"]["as_of_date"] == pd.Timestamp(AS_OF)).all()
    assert base["lanes"]["lead_time_max_days"].tolist() == [3, 1, 2]


def test_blank_weekdays_mean_never_but_an_absent_column_every_day(
    base: Snapshot,
) -> None:
    """A blank cell is never; only an absent column takes the default."""
    days = base["stores"].set_index("store_id")["receiving_weekdays"]
    assert isinstance(days["S1"], float)
    assert math.isnan(days["S1"])
    assert days["S2"] == "1,2,3,4,5"
    assert base["ship_tos"]["receiving_weekdays"].tolist() == ["1,2,3,4,5,6,7"]


def test_rows_stand_in_key_order(base: Snapshot) -> None:
    """Rows are sorted by key; sales by date, store, SKU and channel."""
    assert base["skus"]["sku_id"].tolist() == ["001", "1E5", "NA"]
    sales = base["sales"]
    key = ["date", "store_id", "sku_id", "channel"]
    pd.testing.assert_frame_equal(sales, sales.sort_values(key, ignore_index=True))


def test_prices_lose_their_vat(folder: Path, read: Read) -> None:
    """4.5 yuan with 13 % VAT is 3.9823 yuan without."""
    path = folder / "skus.csv"
    text = path.read_text().replace("vat_rate", "vat_rate,price_incl_vat")
    path.write_text(text.replace("0.13\n", "0.13,1\n"))
    snapshot = read(folder)
    milk = snapshot["skus"].iloc[0]
    assert (milk["list_price_cny"], milk["cost_cny"]) == (3.9823, 2.8319)
    assert not snapshot["skus"]["price_incl_vat"].any()
    assert snapshot.quarantine.counts["skus"].repaired == 3


def test_negative_stock_counts_as_zero_and_stays_visible(
    folder: Path, read: Read
) -> None:
    """The stock is 0; the finding keeps what was read."""
    path = folder / "store_stock.csv"
    path.write_text(path.read_text().replace("S1,NA,5", "S1,NA,-5"))
    snapshot = read(folder)
    stock = snapshot["store_stock"].set_index(["store_id", "sku_id"])
    assert stock.loc[("S1", "NA"), "on_hand"] == 0
    findings = snapshot.quarantine.findings.set_index("rule_id")
    assert findings.loc["STOCK_NEGATIVE", "value"] == "-5"


def test_all_problems_are_told_at_once(folder: Path) -> None:
    """A missing table, a missing column and a wrong file are listed together."""
    (folder / "lots.csv").unlink()
    (folder / "sales.csv").write_bytes(b"")
    path = folder / "skus.csv"
    path.write_text(path.read_text().replace("units_per_case", "unit_per_case"))
    with pytest.raises(InputRejected, match="3 problems") as caught:
        read_snapshot(folder, AS_OF)
    found = {(p.rule_id, p.where) for p in caught.value.problems}
    assert found == {
        ("TABLE_MISSING", "lots"),
        ("FILE_EMPTY", "sales.csv"),
        ("COLUMN_MISSING", "skus.csv"),
    }


def test_unknown_files_are_named_and_ignored(folder: Path, read: Read) -> None:
    """A file that is no table is noted with the table it resembles."""
    (folder / "hollidays.csv").write_text("date,name\n2027-01-01,x\n")
    (folder / "readme.md").write_text("x")
    findings = read(folder).quarantine.findings
    row = findings[findings["rule_id"] == "FILE_UNKNOWN"].iloc[0]
    assert (row["source_file"], row["value"]) == ("hollidays.csv", "found 'holidays'")


def test_too_much_dirt_stops(folder: Path) -> None:
    """Above the stop share the table and its most frequent rules are named."""
    path = folder / "sales.csv"
    path.write_text(path.read_text().replace("S3,001", "S3,???"))
    with pytest.raises(InputRejected, match=r"sales.*1 of 4 rows \(25.0%\)") as caught:
        read_snapshot(folder, AS_OF)
    assert "REF_UNKNOWN x 1, first row 5" in caught.value.problems[0].remedy


def test_worst_share_is_left_to_the_caller(folder: Path, read: Read) -> None:
    """Below the stop share the snapshot tells its worst table."""
    path = folder / "sales.csv"
    path.write_text(path.read_text().replace("S3,001", "S3,???"))
    assert read(folder).quarantine.worst_share() == 0.25


@pytest.mark.parametrize(
    "day",
    ["2026-11-23", dt.date(2026, 11, 23), dt.datetime(2026, 11, 23, tzinfo=dt.UTC)],
)
def test_day_in_all_its_forms(day: str | dt.date, base: Snapshot) -> None:
    """The planning day is a text, a date or a date with time."""
    assert read_snapshot(BASE, day).as_of == base.as_of


def test_bad_day_and_path_are_refused(tmp_path: Path) -> None:
    """A day that is none and a path to nothing are refused."""
    with pytest.raises(InputRejected, match="AS_OF_INVALID"):
        read_snapshot(BASE, "23/11/2026")
    with pytest.raises(InputRejected, match="PATH_MISSING"):
        read_snapshot(tmp_path / "none", AS_OF)
    with pytest.raises(InputRejected, match="FILE_TYPE"):
        read_snapshot(BASE / "lots.csv", AS_OF)
