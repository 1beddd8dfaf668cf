"""Benchmarks are registered, judged against their bar and shown in the READMEs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import readme, registry
from benchmarks.__main__ import main
from benchmarks.measure import night_rows
from benchmarks.registry import CASES, Row, real_data, write_results

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "bar", "better", "ok"),
    [
        (1.0, None, "lower", None),
        (20.0, 20.0, "lower", True),
        (20.1, 20.0, "lower", False),
        (0.2, 0.2, "higher", True),
        (0.1, 0.2, "higher", False),
    ],
)
def test_bar(value: float, bar: float | None, better: str, ok: bool | None) -> None:
    """A figure reaches its bar from the better side; without a bar it informs."""
    row = Row("case", "metric", value, "s", bar, better)  # type: ignore[arg-type]
    assert row.ok is ok
    assert row.as_dict() == {
        "case": "case",
        "metric": "metric",
        "value": value,
        "unit": "s",
        "bar": bar,
        "better": better,
        "ok": ok,
    }


def test_cases() -> None:
    """The demo's night, its determinism and the real sources are registered."""
    assert {"demo_night", "determinism", "real_nights"} <= set(CASES)
    assert all(case.__doc__ for case in CASES.values())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out two small READMEs and an absent folder of results."""
    for name in readme.HEADS:
        text = f"# {name}\n\n{readme.BEGIN}\nold\n{readme.END}\n\nthe end\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    for module in (readme, registry):
        monkeypatch.setattr(module, "RESULTS", tmp_path / "results")
    return tmp_path


def test_results_are_written(place: Path) -> None:
    """The rows of a case become one JSON list, in a folder made when missing."""
    path = write_results("speed", [Row("speed", "time", 12.5, "s", 20.0)])
    assert path == place / "results" / "speed.json"
    assert json.loads(path.read_text(encoding="utf-8")) == [
        {
            "case": "speed",
            "metric": "time",
            "value": 12.5,
            "unit": "s",
            "bar": 20.0,
            "better": "lower",
            "ok": True,
        }
    ]


def test_tables_are_written_once(place: Path) -> None:
    """Both READMEs get the table between their marks and nothing else changes."""
    rows = [
        Row("speed", "time", 12.345678, "s", 20.0),
        Row("speed", "share", 0.1, "", 0.2, "higher"),
        Row("speed", "memory", 3, "MB"),
    ]
    write_results("speed", rows)
    assert not readme.write_tables(only_check=True)
    assert "old" in (place / "README.md").read_text(encoding="utf-8")
    assert readme.write_tables(only_check=False)
    assert readme.write_tables(only_check=True)
    text = (place / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# README.md\n\n")
    assert text.endswith("\n\nthe end\n")
    assert "| speed | time | 12.35 s | ≤ 20 | ✓ |" in text
    assert "| speed | share | 0.1 | ≥ 0.2 | ✗ |" in text
    assert "| speed | memory | 3 MB |  |  |" in text
    chinese = (place / "README.zh-CN.md").read_text(encoding="utf-8")
    assert "| 案例 | 指标 | 数值 | 目标 | 达成 |" in chinese


def test_lost_marks_are_told(place: Path) -> None:
    """A README without its closing mark is not cut off but complained about."""
    path = place / "README.md"
    path.write_text(f"# x\n{readme.BEGIN}\nmuch to lose\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="put both back"):
        readme.write_tables(only_check=False)
    assert "much to lose" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_real_data_is_asked_for(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Without a folder of real data the message names the variable and the sources."""
    monkeypatch.setenv("KA_SUPPLY_DATA", folder)
    with pytest.raises(SystemExit, match=r"KA_SUPPLY_DATA .*benchmarks/README\.md"):
        real_data()


def test_real_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder named by the variable is the one used."""
    monkeypatch.setenv("KA_SUPPLY_DATA", str(tmp_path))
    assert real_data() == tmp_path


def test_figures_of_a_night(tmp_path: Path) -> None:
    """A night's figures come from its run and certificate; bars go by metric."""
    (tmp_path / "certificate.json").write_text('{"breaches": 0}')
    run = {
        "wall_seconds": 21.0,
        "peak_mb": 900.0,
        "served": [30, 40],
        "solver": {"gap": 0.0},
        "stages": [{"name": "read", "seconds": 1.5, "peak_rss_mb": 900.0}],
    }
    bars = {"seconds, whole night": 20.0, "audit breaches": 0.0}
    rows = {row.metric: row for row in night_rows("demo", tmp_path, run, bars)}
    assert rows["seconds, whole night"].ok is False
    assert rows["audit breaches"].ok is True
    assert rows["pairs served"].value == 0.75
    assert rows["pairs served"].better == "higher"
    assert rows["stage read"].value == 1.5
    assert rows["peak memory"].ok is None


def test_a_missed_bar_fails_the_run(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`run` writes the results, says which bar is missed and ends with 1."""
    run = main.commands["run"].callback
    assert run is not None
    CASES["too_slow"] = lambda: [Row("too_slow", "time", 30.0, "s", 20.0)]
    try:
        with pytest.raises(SystemExit) as ended:
            run(cases=("too_slow",))
    finally:
        del CASES["too_slow"]
    assert ended.value.code == 1
    assert "MISSED too_slow time: 30, bar 20" in capsys.readouterr().out
    assert (place / "results" / "too_slow.json").is_file()


def test_unknown_case() -> None:
    """A case that is not registered is a usage error that lists those that are."""
    result = CliRunner().invoke(main, ["run", "demo_nihgt"])
    assert result.exit_code == 2
    assert "determinism" in result.output


def test_module_starts() -> None:
    """`python -m benchmarks` works from the project's folder."""
    command = [sys.executable, "-m", "benchmarks", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert all(word in done.stdout for word in ("run", "readme", "adapt"))
