"""One seed, one folder, to the byte."""

import hashlib
from datetime import date
from pathlib import Path

from ka_supply.simulation.demo import write_demo
from tests.simulation.conftest import Demo


def _hashes(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
    }


def test_same_seed_gives_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    """A second run writes every file byte by byte the same."""
    write_demo(tmp_path)
    assert _hashes(tmp_path) == _hashes(demo.folder)


def test_another_seed_and_day_give_another_world(demo: Demo, tmp_path: Path) -> None:
    """Another seed and planning day change sales, stock and lots."""
    write_demo(tmp_path, seed=7, as_of=date(2026, 11, 25))
    first, second = _hashes(demo.folder), _hashes(tmp_path)
    assert first.keys() == second.keys()
    changed = {name for name in first if first[name] != second[name]}
    assert {"sales.parquet", "store_stock.csv", "lots.csv"} <= changed
