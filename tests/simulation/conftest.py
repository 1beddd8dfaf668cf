"""The demo folder, written and read once for all tests of this package."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from ka_supply.domain.network import Network, build_network
from ka_supply.domain.snapshot import Snapshot
from ka_supply.ingestion import read_snapshot
from ka_supply.simulation.demo import write_demo


@dataclass(frozen=True)
class Demo:
    """The folder, and what a night reads from it."""

    folder: Path
    snapshot: Snapshot
    network: Network


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return the canonical demo."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    snapshot = read_snapshot(folder, as_of="2026-11-23")
    return Demo(folder, snapshot, build_network(snapshot))
