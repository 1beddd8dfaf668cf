"""Bad input through the command line: a clear message, or a counted finding."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.nightly.calls import call
from tests.nightly.folders import write_csv
from tests.nightly.small_nights import two_echelons
from tests.worlds import AS_OF

REQUIRED = (
    "accounts",
    "stores",
    "skus",
    "warehouses",
    "lanes",
    "lots",
    "store_stock",
    "sales",
)
LONGEST_LINE = 400


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write the world with two echelons; its 112 rows of sales are clean."""
    return write_csv(two_echelons(), tmp_path / "data")


def _night(data: Path, *options: object) -> tuple[int, str]:
    out = data.parent / "night"
    return call("nightly", data, "--as-of", AS_OF, "--out", out, *options)


def _refused(data: Path, *words: str) -> str:
    """Run a night that must be refused; return its message."""
    before = {path.name for path in data.parent.iterdir()}
    exit_code, output = _night(data)
    assert exit_code == 1, output
    assert {path.name for path in data.parent.iterdir()} == before
    for word in words:
        assert word in output
    assert "Traceback" not in output
    assert max(map(len, output.splitlines())) < LONGEST_LINE
    return output


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("table", REQUIRED)
def test_missing_table(data: Path, table: str) -> None:
    """A missing required table is named with what to add."""
    (data / f"{table}.csv").unlink()
    _refused(data, "TABLE_MISSING", table, "add the file or sheet of that name")


def test_misspelt_table(data: Path) -> None:
    """A file with a nearly right name does not stand in for the table."""
    (data / "store_stock.csv").rename(data / "store_stocks.csv")
    _refused(data, "TABLE_MISSING", "store_stock")


def test_missing_column(data: Path) -> None:
    """A missing required column is named with its file and the closest header."""
    _edit(data / "skus.csv", "units_per_case", "unit_per_case")
    _refused(
        data, "COLUMN_MISSING", "skus.csv", "'units_per_case'", "found 'unit_per_case'"
    )


def test_wholly_wrong_type(data: Path) -> None:
    """A required column without one readable value names file, row and value."""
    table = pd.read_csv(data / "lots.csv", dtype=str)
    table.assign(on_hand="viele").to_csv(data / "lots.csv", index=False)
    _refused(data, "COLUMN_WRONG_TYPE", "lots.csv column on_hand row 2", "'viele'")


@pytest.mark.parametrize("content", [b"", b"store_id,sku_id,on_hand\n"])
def test_empty_required_file(data: Path, content: bytes) -> None:
    """A required file without bytes or without rows is refused."""
    (data / "store_stock.csv").write_bytes(content)
    _refused(data, "store_stock.csv", "export the")


def test_unreadable_encoding(data: Path) -> None:
    """Bytes of no known encoding are refused, with the encoding to use."""
    (data / "stores.csv").write_bytes(b"store_id,account_id,name\nS1,A,\xff\x81\xfe\n")
    _refused(data, "stores.csv", "UTF-8")


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("accounts", "A,甲,LKA\n", "A,甲,LKA\nA,甲,NKA\n"),
        ("stores", "S1,A,一店\n", "S1,A,一店\nS1,A,别名\n"),
        (
            "skus",
            "K,可乐,饮料,6,5,0.01",
            "K,可乐,饮料,9,5,0.01,180,DAY,3,5\nK,可乐,饮料,6,5,0.01",
        ),
    ],
)
def test_duplicate_master_key(data: Path, table: str, old: str, new: str) -> None:
    """Two different rows of one account, store or SKU are refused, rows named."""
    _edit(data / f"{table}.csv", old, new)
    output = _refused(
        data, "KEY_DUPLICATE_MASTER", f"{table}.csv", "keep the right row"
    )
    assert "row 2" in output or "rows 2" in output
    assert "3" in output


def test_all_problems_at_once(data: Path) -> None:
    """Every reason for refusal is told in one go, one per line."""
    (data / "lanes.csv").unlink()
    _edit(data / "skus.csv", "units_per_case", "pack")
    (data / "store_stock.csv").write_bytes(b"")
    output = _refused(data, "3 problems in the input:")
    rules = ("TABLE_MISSING", "COLUMN_MISSING", "FILE_EMPTY")
    assert [sum(rule in line for line in output.splitlines()) for rule in rules] == [
        1,
        1,
        1,
    ]


def _add_bad_sales(data: Path, rows: int) -> None:
    day = AS_OF - dt.timedelta(days=100)
    with (data / "sales.csv").open("a", encoding="utf-8") as file:
        for number in range(rows):
            file.write(f"{day},S1,K,many{number}\n")


def test_few_bad_rows_pass(data: Path) -> None:
    """Up to one per cent of bad rows are counted and named; the exit code stays 0."""
    _add_bad_sales(data, 1)
    exit_code, output = call("check", data, "--as-of", AS_OF)
    assert exit_code == 0, output
    assert "1 QUARANTINE  sales: CELL_NOT_NUMBER" in output
    (counts,) = [row for row in output.splitlines() if row.startswith("sales ")]
    assert counts.split()[1:] == ["113", "112", "0", "1", "0"]


@pytest.mark.slow
def test_more_bad_rows_warn(data: Path) -> None:
    """Between one and five per cent: published with its quarantine, exit code 3."""
    _add_bad_sales(data, 3)
    accounts = data / "accounts.csv"
    _edit(accounts, "tier\nA,甲,LKA", "tier,mood\nA,甲,LKA,good")
    exit_code, output = _night(data)
    assert exit_code == 3, output
    night = data.parent / "night"
    rows = pq.read_table(night / "quarantine.parquet").to_pylist()
    found = {row["rule_id"]: row for row in rows}
    bad, unknown = found["CELL_NOT_NUMBER"], found["COLUMN_UNKNOWN"]
    assert (bad["table"], bad["source_file"]) == ("sales", "sales.csv")
    assert (bad["source_row"], bad["column"], bad["value"]) == (116, "units", "many2")
    assert (bad["severity"], bad["action"]) == ("QUARANTINE", "SET_ASIDE")
    assert (unknown["severity"], unknown["value"]) == ("WARNING", "mood")
    run = json.loads((night / "run.json").read_text(encoding="utf-8"))
    assert run["exit_code"] == 3
    assert run["rows"]["sales"] == {
        "read": 115,
        "accepted": 112,
        "repaired": 0,
        "quarantined": 3,
        "duplicate": 0,
    }


def test_too_many_bad_rows_stop(data: Path) -> None:
    """Above five per cent nothing is published; share, rule and row are told."""
    _add_bad_sales(data, 10)
    _refused(
        data,
        "TABLE_STOP_SHARE",
        "sales.csv (sales)",
        "10 of 122 rows (8.2%)",
        "CELL_NOT_NUMBER x 10, first row 114 units='many0'",
    )


def test_a_repeated_fact_is_counted_once(data: Path) -> None:
    """An equal copy of a row is dropped with a warning; a different one holds both."""
    lines = (data / "sales.csv").read_text().splitlines()
    (data / "sales.csv").write_text("\n".join([*lines, lines[1], ""]))
    exit_code, output = call("check", data, "--as-of", AS_OF, "--json")
    assert exit_code == 0, output
    counts = json.loads(output)["rows"]["sales"]
    assert (counts["read"], counts["accepted"], counts["duplicate"]) == (113, 112, 1)


def test_facts_that_differ_are_set_aside(data: Path) -> None:
    """Two different rows of the same day, store and SKU are both quarantined."""
    lines = (data / "sales.csv").read_text().splitlines()
    (data / "sales.csv").write_text("\n".join([*lines, lines[1] + "0", ""]))
    exit_code, output = call("check", data, "--as-of", AS_OF, "--json")
    assert exit_code == 3, output
    found = json.loads(output)
    assert found["rows"]["sales"]["quarantined"] == 2
    assert ["sales", "QUARANTINE", "KEY_DUPLICATE", 2] in found["rules"]


SETTINGS = {
    "unknown key": ("[money]\nholding_rate_per_yaer = 0.1", "holding_rate_per_yaer"),
    "unknown table": ("[cash]\nx = 1", "cash"),
    "out of range": ("[data]\nwarn_share = 2.0", "warn_share"),
    "wrong type": ("[solver]\nmax_nodes = '9'", "max_nodes"),
    "not TOML": ("[data\n", "not valid TOML"),
    "not a number": ("[data]\nstop_share = nan", "stop_share"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_bad_settings(data: Path, name: str) -> None:
    """A bad setting is refused before anything is read, with its path and value."""
    text, word = SETTINGS[name]
    path = data.parent / "settings.toml"
    path.write_text(text, encoding="utf-8")
    exit_code, output = _night(data, "--settings", path)
    assert exit_code == 1
    assert word in output
    assert "settings.toml" in output
    assert not (data.parent / "night").exists()


def test_missing_settings(data: Path) -> None:
    """A settings file that is not there is named."""
    exit_code, output = _night(data, "--settings", data / "no.toml")
    assert exit_code == 1
    assert "no.toml: cannot be read" in output


Usage = Callable[[Path], tuple[object, ...]]
USAGE: dict[str, tuple[Usage, str]] = {
    "no as-of": (lambda data: ("nightly", data), "--as-of"),
    "no date": (lambda data: ("nightly", data, "--as-of", "tomorrow"), "tomorrow"),
    "no such day": (
        lambda data: ("nightly", data, "--as-of", "2026-02-30"),
        "2026-02-30",
    ),
    "no data": (lambda _: ("nightly", "--as-of", "2026-11-23"), "DATA"),
    "data not there": (lambda data: ("check", data / "x"), "does not exist"),
    "unknown command": (lambda data: ("nigthly", data), "nigthly"),
    "unknown option": (lambda data: ("check", data, "--as"), "--as"),
    "unknown language": (lambda data: ("report", data, "--language", "fr"), "'fr'"),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage(data: Path, name: str) -> None:
    """A command that cannot be understood ends with 2 and says which word."""
    arguments, word = USAGE[name]
    exit_code, output = call(*arguments(data))
    assert exit_code == 2
    assert word in output


def test_output_place_is_a_file(data: Path) -> None:
    """An output folder below a file is refused in one sentence."""
    (data.parent / "file").write_text("x")
    out = data.parent / "file" / "night"
    exit_code, output = call("forecast", data, "--as-of", AS_OF, "--out", out)
    assert exit_code == 1
    assert output.startswith(str(out))
    assert "check the path, its permissions and the free space" in output


@pytest.mark.parametrize("command", ["check", "forecast", "nightly"])
def test_data_is_no_table(data: Path, command: str) -> None:
    """A single file that is no workbook is refused with what to name instead."""
    path = data / "sales.csv"
    exit_code, output = call(command, path, "--as-of", AS_OF)
    assert exit_code == 1
    assert "sales.csv" in output
    assert "save it as" in output or "name a folder" in output


def test_day_before_all_data(data: Path) -> None:
    """A planning day before all sales and stock is refused, not planned blind."""
    exit_code, output = call(
        "nightly", data, "--as-of", "2025-01-31", "--out", data.parent / "night"
    )
    assert exit_code == 1
    assert "DATE_IN_FUTURE" in output
    assert not (data.parent / "night").exists()
