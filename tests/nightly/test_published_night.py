"""A published folder is all that audit, report and replay need."""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ka_supply.domain.errors import Conflict, InputRejected
from ka_supply.nightly import audit_folder, report_folder, run_night
from tests.nightly.calls import call
from tests.nightly.folders import write_csv
from tests.nightly.small_nights import one_store, two_echelons
from tests.worlds import AS_OF

REPORTS = ("report.zh.html", "report.en.html", "report.xlsx")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a night of the world with two echelons; its input is gone."""
    place = tmp_path_factory.mktemp("published")
    data = write_csv(two_echelons(), place / "data")
    run_night(data, AS_OF, place / "night")
    shutil.rmtree(data)
    return place / "night"


@pytest.fixture
def night(published: Path, tmp_path: Path) -> Path:
    """Copy the published night elsewhere, to be tampered with."""
    return Path(shutil.copytree(published, tmp_path / "moved"))


def _hashes(folder: Path, names: tuple[str, ...]) -> list[str]:
    return [hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names]


def test_files_of_a_night(published: Path) -> None:
    """The folder holds the files the README lists and nothing hidden beside it."""
    names = {path.name for path in published.iterdir()}
    tables = "plan_lines needs ledger prices costs exceptions quarantine forecast"
    assert {f"{name}.parquet" for name in tables.split()} <= names
    assert {"run.json", "certificate.json", "snapshot", *REPORTS} <= names
    assert [p.name for p in published.parent.iterdir()] == [published.name]


def test_run_json(published: Path) -> None:
    """The run says what it read, solved and published."""
    run = json.loads((published / "run.json").read_text(encoding="utf-8"))
    assert (run["as_of"], run["scenario"], run["exit_code"]) == (
        "2026-11-23",
        "base",
        0,
    )
    assert run["solver"]["status"] == "PROVED"
    assert run["rows"]["sales"]["read"] == 112
    assert run["served"] == [2, 3]
    names = [stage["name"] for stage in run["stages"]]
    assert names[0] == "read"
    assert names[-2:] == ["report", "write"]
    assert set(run["input_hashes"]) == {f"{name}.csv" for name in two_echelons()}
    certificate = json.loads((published / "certificate.json").read_text())
    assert certificate["breaches"] == 0


def test_audit_needs_only_the_folder(night: Path) -> None:
    """A moved folder audits clean and says what was checked."""
    exit_code, output = call("audit", night)
    assert exit_code == 0
    assert "I10        2 rows  0 breaches" in output


@pytest.mark.slow
def test_report_writes_equal_bytes(night: Path) -> None:
    """Writing the report again gives the bytes the night gave."""
    before = _hashes(night, REPORTS)
    for name in REPORTS:
        (night / name).unlink()
    exit_code, output = call("report", night)
    assert exit_code == 0
    assert all(name in output for name in REPORTS)
    assert _hashes(night, REPORTS) == before


@pytest.mark.slow
def test_report_in_one_language_elsewhere(night: Path, tmp_path: Path) -> None:
    """`report --language en --out` writes there, in that language alone."""
    folder = tmp_path / "elsewhere"
    exit_code, _ = call("report", night, "--out", folder, "--language", "en")
    assert exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "report.en.html",
        "report.xlsx",
    ]


@pytest.mark.slow
def test_a_replay_gives_the_same_plan(night: Path) -> None:
    """A night planned again from its own folder replaces it by an equal one."""
    before = json.loads((night / "run.json").read_text())
    exit_code, output = call("nightly", night, "--as-of", AS_OF, "--out", night)
    assert exit_code == 0, output
    after = json.loads((night / "run.json").read_text())
    changing = {"stages"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert call("audit", night)[0] == 0


def test_a_snapshot_of_another_day(night: Path, tmp_path: Path) -> None:
    """Replaying a saved night as of another day is refused."""
    out = tmp_path / "out"
    exit_code, output = call("nightly", night, "--as-of", "2026-11-22", "--out", out)
    assert exit_code == 1
    assert "AS_OF_DIFFERS" in output
    assert not out.exists()


Change = Callable[[pa.Table], pa.Table]


def _each(column: str, change: Callable[[Any], Any]) -> Change:
    """Return a table change that replaces the values of one column."""

    def apply(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index(column)
        field = table.schema.field(column)
        cells = [None if v is None else change(v) for v in table[column].to_pylist()]
        return table.set_column(place, field, pa.array(cells, field.type))

    return apply


def _later(days: int) -> Callable[[dt.date], dt.date]:
    return lambda day: day + dt.timedelta(days=days)


TAMPERED = {
    "more cases than the lot holds": (
        "plan_lines",
        _each("cases", lambda cases: cases * 100),
        {"I01", "I04"},
    ),
    "a lot made younger": (
        "plan_lines",
        _each("production_date", _later(10)),
        {"I10", "I11"},
    ),
    "a receipt before the truck": (
        "plan_lines",
        _each("customer_receipt_date", _later(-5)),
        {"I12"},
    ),
    "a lot that was always too old": (
        "snapshot/lots",
        _each("production_date", _later(-90)),
        {"I10"},
    ),
    "an empty lot": ("snapshot/lots", _each("on_hand", lambda _: 0), {"I01"}),
    "a smaller truck": ("snapshot/lanes", _each("cap_kg", lambda kg: kg / 2), {"I19"}),
    "a line less": ("plan_lines", lambda table: table.slice(1), {"I24", "I26"}),
    "value out of nothing": (
        "ledger",
        _each("value_cny", lambda money: money + money),
        {"I24"},
    ),
    "a better objective": (
        "costs",
        _each("cost_cny", lambda money: money + 1),
        {"I22"},
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_audit_names_what_was_tampered_with(night: Path, name: str) -> None:
    """`audit` exits 1 and names the broken invariant with the row."""
    table, change, expected = TAMPERED[name]
    path = night / f"{table}.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    exit_code, output = call("audit", night)
    broken = {c.invariant for c in audit_folder(night).checks if c.breaches}
    assert exit_code == 1
    assert broken & expected, broken
    for invariant in broken:
        (line,) = [row for row in output.splitlines() if row.startswith(invariant)]
        assert not line.endswith(" 0 breaches")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.json", None),
        ("run.json", b"{"),
        ("run.json", b"{}"),
        ("run.json", b"[]"),
        ("plan_lines.parquet", b"PAR1"),
        ("plan_lines.parquet", None),
        ("snapshot/lots.parquet", b"PAR1"),
        ("snapshot/lots.parquet", None),
    ],
)
@pytest.mark.parametrize("command", ["audit", "report"])
def test_a_damaged_folder(
    night: Path, command: str, name: str, content: bytes | None
) -> None:
    """A folder with a missing or broken file is refused in plain words."""
    path = night / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    exit_code, output = call(command, night)
    assert exit_code == 1
    assert str(night) in output
    assert "name the --out folder" in output or "export the file again" in output


def test_a_folder_that_is_no_night(tmp_path: Path) -> None:
    """Functions for published nights refuse any other folder."""
    with pytest.raises(InputRejected, match=r"run\.json.*name the --out folder"):
        audit_folder(tmp_path)
    with pytest.raises(InputRejected, match=r"run\.json"):
        report_folder(tmp_path, tmp_path, ("en",))


def test_a_conflict_is_found_before_any_work(tmp_path: Path) -> None:
    """A target that is not a night is refused before the input is even opened."""
    target = tmp_path / "mine"
    target.mkdir()
    (target / "notes.txt").write_text("keep")
    with pytest.raises(Conflict, match="mine: exists and is not"):
        run_night(tmp_path / "missing", AS_OF, target)
    data = write_csv(one_store(), tmp_path / "data")
    exit_code, output = call("nightly", data, "--as-of", AS_OF, "--out", target)
    assert exit_code == 1
    assert "choose another --out" in output
    assert [path.name for path in target.iterdir()] == ["notes.txt"]
