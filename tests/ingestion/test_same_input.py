"""The same input in another form, order or state of damage."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ka_supply.domain.errors import InputRejected
from ka_supply.domain.schema import schema
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion import read_snapshot, write_snapshot

AS_OF = "2026-11-23"
BASE = Path(__file__).parents[1] / "corpus" / "base"
Read = Callable[[Path], Snapshot]


def _assert_same_tables(one: Snapshot, other: Snapshot) -> None:
    source = ["source_file", "source_row"]
    for name in schema():
        left, right = one[name].drop(columns=source), other[name].drop(columns=source)
        pd.testing.assert_frame_equal(left, right)


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


def _as_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for file in sorted(BASE.glob("*.csv")):
            sheet = book.add_worksheet(file.stem)
            for i, row in enumerate(_rows_of(file)):
                sheet.write_row(i, 0, row)


@settings(
    max_examples=4,
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


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    row=st.integers(1, 3),
    column=st.integers(0, 7),
    text=st.sampled_from(["x", "#REF!", "1,234", "01/02/2026", "-7", "1e9"]),
)
def test_damage_never_frees_stock(
    row: int, column: int, text: str, folder: Path, read: Read, base: Snapshot
) -> None:
    """An unreadable cell of a lot never makes more units available."""
    header, *lots = _rows_of(BASE / "lots.csv")
    lots[row - 1][column] = text
    lines = [",".join(f'"{cell}"' for cell in cells) for cells in [header, *lots]]
    (folder / "lots.csv").write_text("\n".join(lines) + "\n")
    try:
        damaged = read(folder)
    except InputRejected:
        return
    before, after = _free_units(base), _free_units(damaged)
    assert set(after) <= set(before) | {key for key in after if text in key}
    assert sum(after.values()) <= sum(before.values())


def _free_units(snapshot: Snapshot) -> dict[tuple[str, ...], int]:
    lots = snapshot["lots"]
    lots = lots[lots["status"] == "AVAILABLE"]
    free = lots["on_hand"] - lots["allocated"] - lots["blocked"]
    keys = lots[["warehouse_id", "sku_id", "lot_id"]].itertuples(index=False, name=None)
    return dict(zip(keys, free.tolist(), strict=True))
