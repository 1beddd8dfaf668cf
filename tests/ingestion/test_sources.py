"""What bears a table's name but is no file is refused, never left out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ka_supply.domain.errors import InputRejected
from ka_supply.ingestion import read_snapshot

AS_OF = "2026-11-23"
MAKE: dict[str, Callable[[Path], object]] = {
    "broken link": lambda path: path.symlink_to("missing.csv"),
    "link to itself": lambda path: path.symlink_to(path),
    "folder": lambda path: path.mkdir(),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("name", ["receivables.csv", "credit_limits.parquet"])
def test_a_table_that_is_no_file(folder: Path, kind: str, name: str) -> None:
    """A credit feed behind a broken link must not pass for an absent one."""
    for path in folder.glob(f"{Path(name).stem}.*"):
        path.unlink()
    MAKE[kind](folder / name)
    with pytest.raises(InputRejected, match=f"FILE_UNREADABLE.*{name}") as caught:
        read_snapshot(folder, AS_OF)
    assert len(caught.value.problems) == 1


def test_other_places_are_left_alone(folder: Path) -> None:
    """Folders of other names, and links to files, do not disturb."""
    (folder / "night").mkdir()
    (folder / "lots.csv").rename(folder / "export.txt")
    (folder / "lots.csv").symlink_to(folder / "export.txt")
    assert len(read_snapshot(folder, AS_OF)["lots"]) > 0


@pytest.mark.parametrize("day", [20261123, None, "23.11.2026", "2026-02-30", ""])
def test_a_day_that_is_none(folder: Path, day: str) -> None:
    """Whatever is no date is refused with the form to write it in."""
    with pytest.raises(InputRejected, match=r"AS_OF_INVALID.*YYYY-MM-DD"):
        read_snapshot(folder, day)
