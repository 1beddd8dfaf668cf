"""Folders, workbooks and saved snapshots to a snapshot."""

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ka_supply.domain.errors import InputRejected
from ka_supply.domain.schema import schema
from ka_supply.domain.settings import NightSettings, Settings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion import (
    plain_rows,
    read_saved_snapshot,
    read_snapshot,
    write_snapshot,
)

AS_OF = "2026-11-23"
BASE = Path(__file__).parents[1] / "corpus" / "base"
Read = Callable[[Path], Snapshot]


@pytest.fixture(scope="module")
def base() -> Snapshot:
    """Return the snapshot of the small valid input."""
    return read_snapshot(BASE, AS_OF)


def _assert_same_tables(one: Snapshot, other: Snapshot) -> None:
    source = ["source_file", "source_row"]
    for name in schema():
        left, right = one[name].drop(columns=source), other[name].drop(columns=source)
        pd.testing.assert_frame_equal(left, right)


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


def _as_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for file in sorted(BASE.glob("*.csv")):
            sheet = book.add_worksheet(file.stem)
            for i, row in enumerate(_rows_of(file)):
                sheet.write_row(i, 0, row)


def _rows_of(file: Path) -> list[list[str]]:
    options = pv.ReadOptions(autogenerate_column_names=True)
    names = len(file.read_text().splitlines()[0].split(","))
    kinds = {f"f{i}": pa.string() for i in range(names)}
    convert = pv.ConvertOptions(column_types=kinds, strings_can_be_null=False)
    table = pv.read_csv(file, options, convert_options=convert)
    return [list(row.values()) for row in table.to_pylist()]


def test_workbook_gives_the_same_tables(tmp_path: Path, base: Snapshot) -> None:
    """One workbook whose sheets are the tables is the same input."""
    path = tmp_path / "all.xlsx"
    _as_workbook(path)
    snapshot = read_snapshot(path, AS_OF)
    _assert_same_tables(base, snapshot)
    assert snapshot["lots"]["source_file"].unique().tolist() == ["all.xlsx#lots"]
    _assert_same_tables(base, read_snapshot(tmp_path, AS_OF))


def test_parquet_gives_the_same_tables(tmp_path: Path, base: Snapshot) -> None:
    """Parquet files with exact types are the same input."""
    write_snapshot(base, tmp_path)
    for name in schema():
        path = tmp_path / f"{name}.parquet"
        table = pq.read_table(path).drop_columns(["source_file", "source_row"])
        pq.write_table(table, path) if len(table) else path.unlink()
    (tmp_path / "_snapshot.json").unlink()
    (tmp_path / "_findings.parquet").unlink()
    _assert_same_tables(base, read_snapshot(tmp_path, AS_OF))


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(random=st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_is_without_effect(
    random: Random, tmp_path: Path, base: Snapshot
) -> None:
    """Shuffled rows and columns give the same accepted tables."""
    for file in BASE.glob("*.csv"):
        header, *body = _rows_of(file)
        columns = list(range(len(header)))
        random.shuffle(body)
        random.shuffle(columns)
        lines = [[row[i] for i in columns] for row in [header, *body]]
        text = "".join(",".join(f'"{c}"' for c in line) + "\n" for line in lines)
        (tmp_path / file.name).write_text(text)
    _assert_same_tables(base, read_snapshot(tmp_path, AS_OF))


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    spoiled=st.lists(
        st.tuples(
            st.sampled_from(["lots", "sales", "store_stock", "orders", "receivables"]),
            st.integers(0, 100),
            st.integers(0, 20),
            st.sampled_from(
                ["", "x", "-1", "1.5", "2027-01-01", "\u200b", "K9", "7,8"]
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_counts_tie(
    spoiled: list[tuple[str, int, int, str]], folder: Path, read: Read
) -> None:
    """Every row read is accepted, set aside or dropped, whatever is spoiled."""
    for table, row, column, text in spoiled:
        lines = (BASE / f"{table}.csv").read_text().splitlines()
        at = 1 + row % (len(lines) - 1)
        cells = lines[at].split(",")
        cells[column % len(cells)] = text
        lines[at] = ",".join(cells)
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")
    try:
        snapshot = read(folder)
    except InputRejected:
        return
    for name, count in snapshot.quarantine.counts.items():
        assert count.read == count.accepted + count.quarantined + count.duplicate
        assert len(snapshot[name]) == count.accepted >= count.repaired
        findings = snapshot.quarantine.findings
        refused = findings[
            findings["table"].eq(name) & findings["severity"].eq("QUARANTINE")
        ]
        assert refused["source_row"].nunique() == count.quarantined


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


def test_saved_snapshot_is_restored_exactly(
    folder: Path, read: Read, tmp_path: Path
) -> None:
    """Tables, findings, counts, settings and hashes come back as they were."""
    path = folder / "sales.csv"
    path.write_text(path.read_text() + "2026-11-23,S9,001,1,2\n")
    before = read(folder)
    write_snapshot(before, tmp_path / "night" / "snapshot")
    after = read_snapshot(tmp_path / "night", AS_OF)
    for name in schema():
        pd.testing.assert_frame_equal(before[name], after[name])
    findings = before.quarantine.findings
    pd.testing.assert_frame_equal(findings, after.quarantine.findings)
    assert before.quarantine.counts == after.quarantine.counts
    assert before.input_hashes == after.input_hashes
    assert (before.as_of, before.settings) == (after.as_of, after.settings)


def test_saved_snapshot_has_the_same_bytes(base: Snapshot, tmp_path: Path) -> None:
    """Writing twice, or what was read back, gives the same files."""
    write_snapshot(base, tmp_path / "a")
    write_snapshot(read_saved_snapshot(tmp_path / "a"), tmp_path / "b")
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == len(schema()) + 2
    for name in files:
        one, other = (tmp_path / d / name for d in ("a", "b"))
        assert one.read_bytes() == other.read_bytes()


def test_saved_snapshot_of_another_day_is_refused(
    base: Snapshot, tmp_path: Path
) -> None:
    """A saved snapshot is not read as of another day."""
    write_snapshot(base, tmp_path)
    with pytest.raises(InputRejected, match="AS_OF_DIFFERS"):
        read_snapshot(tmp_path, "2026-11-24")
    changed = Settings(night=NightSettings(store_lock_days=3))
    assert read_snapshot(tmp_path, AS_OF, changed).settings == changed


def test_damaged_saved_snapshot_is_refused(base: Snapshot, tmp_path: Path) -> None:
    """A saved snapshot with a missing file is refused."""
    write_snapshot(base, tmp_path)
    (tmp_path / "lots.parquet").unlink()
    with pytest.raises(InputRejected, match="FILE_UNREADABLE"):
        read_snapshot(tmp_path, AS_OF)


def test_plain_rows_are_exact(base: Snapshot) -> None:
    """The auditor gets int, str, date, bool, exact Decimal and None."""
    rows = plain_rows(base, tables=["lanes", "lots", "sales"])
    assert list(rows) == ["lanes", "lots", "sales"]
    lane = rows["lanes"][1]
    assert lane["fixed_cny"] == Decimal("120.5000")
    assert lane["cap_kg"] is None
    assert rows["lots"][0]["production_date"] == dt.date(2026, 11, 1)
    assert rows["sales"][3]["net_cny"] == Decimal("17.6")
    assert "source_row" not in lane
    assert set(plain_rows(base)) == set(schema())


@given(st.integers(-(10**15), 10**15))
def test_money_survives_storage(hundredths_of_fen: int) -> None:
    """Money of four decimals is stored as the exact decimal and comes back."""
    value = Decimal(hundredths_of_fen).scaleb(-4)
    stored = pa.array([float(value)]).cast(pa.decimal128(18, 4))
    assert stored.to_pylist() == [value]
    assert stored.cast(pa.string()).cast(pa.float64()).to_pylist() == [float(value)]
