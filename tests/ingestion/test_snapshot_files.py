"""Snapshots on disk and as plain rows: exact both ways."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
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
Read = Callable[[Path], Snapshot]


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
