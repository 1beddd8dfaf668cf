"""What other programs import: names, README block, folder functions."""

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ka_supply as ka
from ka_supply import nightly
from tests.nightly.folders import write_csv
from tests.nightly.small_nights import retailer_dc

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def _fresh(code: str) -> str:
    """Return what a new interpreter prints."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def test_auditor_loads_no_third_party_package() -> None:
    """Importing the auditor loads the standard library and itself alone."""
    loaded = _fresh(
        "import sys; before = set(sys.modules); import ka_supply.audit;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    ).split()
    assert set(loaded) - sys.stdlib_module_names == {"ka_supply"}
    assert "ka_supply.domain" not in loaded


def test_import_is_lazy() -> None:
    """`import ka_supply` alone loads none of its packages, yet names them all."""
    shown = _fresh(
        "import sys, ka_supply;"
        "print([m for m in sys.modules if m.startswith('ka_supply.')], dir(ka_supply))"
    )
    assert shown.strip() == f"[] {sorted(ka.__all__)}"


def test_every_public_name_resolves() -> None:
    """Each name of `__all__` is found, and an unknown one is refused."""
    assert all(getattr(ka, name) is not None for name in ka.__all__)
    assert dir(ka) == sorted(ka.__all__) == list(ka.__all__)
    with pytest.raises(AttributeError, match="no attribute 'optimise'"):
        _ = ka.optimise


@pytest.mark.parametrize("module", ["nightly", "operations", "cli"])
def test_module_exports_exist(module: str) -> None:
    """Every name a composing module promises is there."""
    found = __import__(f"ka_supply.{module}", fromlist=["__all__"])
    assert all(hasattr(found, name) for name in found.__all__)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_block_uses_public_names(name: str) -> None:
    """Every `ka.` name of the README's block is public."""
    (block,) = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    used = set(re.findall(r"\bka\.(\w+)", block))
    assert used == {
        "allocate",
        "certify",
        "forecast",
        "read_snapshot",
        "report",
        "value_cases",
    }
    assert used <= set(ka.__all__)
    assert "import ka_supply as ka" in (ka.__doc__ or "")


@pytest.mark.slow
def test_readme_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's block runs as it stands and leaves a report."""
    write_csv(retailer_dc(), tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    (block,) = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - our own text
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.zh.html", "report.en.html", "report.xlsx"} <= written


def test_forecast_alone(tmp_path: Path) -> None:
    """`forecast_night` writes one table whose quantiles rise."""
    data = write_csv(retailer_dc(), tmp_path / "data")
    path = nightly.forecast_night(data, dt.date(2026, 11, 23), tmp_path / "out")
    table = pd.read_parquet(path)
    columns = ["p50", "p90", "p95", "p98"]
    assert len(table) > 0
    rising = np.diff(table[columns].to_numpy(dtype=float), axis=1)
    assert (rising >= 0).all()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["forecast.parquet"]
