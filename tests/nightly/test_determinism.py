"""One plan, whatever the order, the file format, the place and the hash seed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.nightly.calls import run
from tests.nightly.folders import shuffled, write_csv, write_parquet, write_workbook
from tests.nightly.market import market
from tests.nightly.small_nights import Tables

pytestmark = pytest.mark.slow

OUTPUTS = (
    "plan_lines.parquet",
    "needs.parquet",
    "ledger.parquet",
    "prices.parquet",
    "costs.parquet",
    "case_values.parquet",
    "lot_credits.parquet",
    "forecast.parquet",
    "exceptions.parquet",
    "certificate.json",
    "report.zh.html",
    "report.en.html",
)


@dataclass(frozen=True)
class Variant:
    """The same market, written and run in another way."""

    write: Callable[[Tables, Path], Path]
    file: str
    seed: int
    variables: dict[str, str] = field(default_factory=dict)


ASCII_ONLY = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
IN_SHANGHAI = Variant(
    write_csv, "csv", 1, {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}
)
ELSEWHERE = {
    "Parquet in New York": Variant(
        write_parquet, "parquet", 2, ASCII_ONLY | {"TZ": "America/New_York"}
    ),
    "Excel on Kiritimati": Variant(
        write_workbook,
        "market.xlsx",
        3,
        {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
    ),
}


def _night(variant: Variant, place: Path) -> Path:
    """Publish the market's night in the variant's way; return its folder."""
    data = variant.write(shuffled(market(), variant.seed), place / variant.file)
    seed = str(variant.seed)
    done = run(
        *("nightly", data, "--as-of", "2026-11-23", "--out", place / "night"),
        **variant.variables | {"PYTHONHASHSEED": seed},
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return place / "night"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the night from CSV files in Shanghai."""
    return _night(IN_SHANGHAI, tmp_path_factory.mktemp("reference"))


def test_market_is_rich(reference: Path) -> None:
    """The market's plan serves many but not all pairs of all three accounts."""
    run_json = json.loads((reference / "run.json").read_text(encoding="utf-8"))
    served, pairs = run_json["served"]
    assert 50 <= served < pairs
    assert run_json["solver"]["status"] == "PROVED"
    page = (reference / "report.en.html").read_text(encoding="utf-8")
    assert all(account in page for account in ("大润发", "永辉", "小店"))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_one_plan(reference: Path, tmp_path: Path, name: str) -> None:
    """Rows and columns shuffled, elsewhere, in another format: the same bytes."""
    out = _night(ELSEWHERE[name], tmp_path)
    hashes = {
        json.loads((folder / "run.json").read_text(encoding="utf-8"))["plan_hash"]
        for folder in (reference, out)
    }
    assert len(hashes) == 1
    different = [
        file
        for file in OUTPUTS
        if (reference / file).read_bytes() != (out / file).read_bytes()
    ]
    assert different == []
