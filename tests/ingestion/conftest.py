"""A small valid input that tests change, and how to read it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ka_supply.domain.settings import DataSettings, Settings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion import read_snapshot

CORPUS = Path(__file__).parents[1] / "corpus"
AS_OF = "2026-11-23"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a small valid input: 2 accounts, 3 stores, 3 SKUs."""
    return Path(shutil.copytree(CORPUS / "base", tmp_path / "input"))


@pytest.fixture
def read() -> Callable[[Path], Snapshot]:
    """Read a folder as of the day of the small input, whatever share is dirty."""
    lenient = Settings(data=DataSettings(stop_share=1.0))
    return lambda path: read_snapshot(path, AS_OF, lenient)


@pytest.fixture(scope="session")
def base() -> Snapshot:
    """Return the snapshot of the small valid input."""
    return read_snapshot(CORPUS / "base", AS_OF)
