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
VARIANTS = {
    "CSV": Variant(
        write_csv, "csv", 1, {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}
    ),
    "Parquet": Variant(
        write_parquet, "parquet", 2, ASCII_ONLY | {"TZ": "America/New_York"}
    ),
    "Excel": Variant(
        write_workbook,
        "market.xlsx",
        3,
        {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
    ),
}


def _night(data: Path, out: Path, **variables: str) -> Path:
    done = run("nightly", data, "--as-of", "2026-11-23", "--out", out, **variables)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return out


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the market's night as it is written down, in plain UTF-8."""
    place = tmp_path_factory.mktemp("reference")
    data = write_csv(market(), place / "csv")
    return _night(data, place / "night", PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C")


def test_market_is_rich(reference: Path) -> None:
    """The market's plan has transfers, orders, holds, floors and binding limits."""
    run_json = json.loads((reference / "run.json").read_text(encoding="utf-8"))
    served, pairs = run_json["served"]
    assert 50 <= served < pairs
    assert run_json["solver"]["status"] == "PROVED"
    page = (reference / "report.en.html").read_text(encoding="utf-8")
    assert all(account in page for account in ("大润发", "永辉", "小店"))


@pytest.mark.parametrize("name", VARIANTS)
def test_one_plan(reference: Path, tmp_path: Path, name: str) -> None:
    """Rows and columns shuffled, elsewhere, in another format: the same bytes."""
    variant = VARIANTS[name]
    data = variant.write(shuffled(market(), variant.seed), tmp_path / variant.file)
    seed = str(variant.seed)
    out = _night(data, tmp_path / "night", PYTHONHASHSEED=seed, **variant.variables)
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
