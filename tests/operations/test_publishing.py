"""A folder is published whole or not at all, whatever kills the writer."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ka_supply.domain.errors import Conflict
from ka_supply.operations import check_target, publish_folder

ROOT = Path(__file__).parents[2]
FILES = ("run.json", "certificate.json", "plan_lines.parquet", "needs.parquet")


def _writer(text: str, stop_after: int | None = None) -> str:
    """Return a program that publishes four files and may kill itself on the way."""
    return f"""
import os, signal, sys
from pathlib import Path
from ka_supply.operations import publish_folder

def write(folder):
    for number, name in enumerate({FILES!r}):
        if number == {stop_after!r}:
            os.kill(os.getpid(), signal.SIGKILL)
        (folder / name).write_text({text!r})

publish_folder(Path(sys.argv[1]), write)
"""


def _fill(text: str, folder: Path) -> None:
    for name in FILES:
        (folder / name).write_text(text)


def _publish(target: Path, text: str) -> None:
    publish_folder(target, lambda folder: _fill(text, folder))


def _run(code: str, target: Path) -> int:
    command = [sys.executable, "-c", code, str(target)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _texts(target: Path) -> set[str]:
    assert {path.name for path in target.iterdir()} == set(FILES)
    return {path.read_text() for path in target.iterdir()}


def _others(target: Path) -> list[str]:
    return [path.name for path in target.parent.iterdir() if path != target]


def test_a_new_folder(tmp_path: Path) -> None:
    """A publication leaves the folder and nothing beside it, parents included."""
    target = tmp_path / "deep" / "night"
    _publish(target, "first")
    assert _texts(target) == {"first"}
    assert _others(target) == []


def test_an_earlier_night_is_replaced(tmp_path: Path) -> None:
    """A second publication replaces the first; no trace of the old one stays."""
    target = tmp_path / "night"
    _publish(target, "first")
    _publish(target, "second")
    assert _texts(target) == {"second"}
    assert _others(target) == []


def test_an_error_changes_nothing(tmp_path: Path) -> None:
    """An error while writing leaves the earlier night and nothing else."""
    target = tmp_path / "night"
    _publish(target, "first")

    def full(folder: Path) -> None:
        (folder / "run.json").write_text("second")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        publish_folder(target, full)
    assert _texts(target) == {"first"}
    assert _others(target) == []


@pytest.mark.parametrize("stop_after", [0, 2, 3])
def test_kill_while_writing(tmp_path: Path, stop_after: int) -> None:
    """A killed first run leaves no target; the next run succeeds and sweeps."""
    target = tmp_path / "night"
    assert _run(_writer("killed", stop_after), target) == -signal.SIGKILL
    assert not target.exists()
    assert all(name.startswith(".") for name in _others(target))
    _publish(target, "second")
    assert _texts(target) == {"second"}
    assert _others(target) == []


def test_kill_leaves_the_earlier_night(tmp_path: Path) -> None:
    """A killed rerun leaves the earlier night as it was."""
    target = tmp_path / "night"
    _publish(target, "first")
    assert _run(_writer("killed", 1), target) == -signal.SIGKILL
    assert _texts(target) == {"first"}
    _publish(target, "second")
    assert _others(target) == []


KILL_BETWEEN_RENAMES = """
import os, signal, sys
from pathlib import Path
from ka_supply.operations.staging import staging_folder, swap_in

class Dying(type(Path())):
    def rename(self, target):
        os.kill(os.getpid(), signal.SIGKILL)

target = Path(sys.argv[1])
with staging_folder(target) as new:
    (new / "run.json").write_text("killed")
    swap_in(Dying(new), target)
"""


def test_kill_between_the_renames(tmp_path: Path) -> None:
    """The night that was moved aside comes back, even if the next run fails."""
    target = tmp_path / "night"
    _publish(target, "first")
    assert _run(KILL_BETWEEN_RENAMES, target) == -signal.SIGKILL
    assert not target.exists()

    def failing(_: Path) -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        publish_folder(target, failing)
    assert _texts(target) == {"first"}
    assert _others(target) == []


def test_a_failed_second_rename_restores(tmp_path: Path) -> None:
    """If the new folder vanishes before the rename, the old one is put back."""
    target = tmp_path / "night"
    _publish(target, "first")

    def vanish(folder: Path) -> None:
        folder.rmdir()

    with pytest.raises(OSError, match="new"):
        publish_folder(target, vanish)
    assert _texts(target) == {"first"}
    assert _others(target) == []


def test_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    """Publishing while another run writes the same target disturbs neither."""
    target = tmp_path / "night"
    code = _writer("slow").replace(
        "    for number",
        "    print('writing', flush=True); sys.stdin.read()\n    for number",
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(target)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as slow:
        assert slow.stdout is not None
        assert slow.stdout.readline() == b"writing\n"
        _publish(target, "quick")
        assert _texts(target) == {"quick"}
        slow.communicate()
        assert slow.returncode == 0
    assert _texts(target) == {"slow"}
    assert _others(target) == []


def test_neighbours_are_not_swept(tmp_path: Path) -> None:
    """Only staging folders of the same target go; a similar name stays."""
    for name in (".night-2.staged-0123456789abcdef", ".night.staged-ab", ".night"):
        (tmp_path / name).mkdir()
    _publish(tmp_path / "night", "first")
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("name", ["notes.txt", "run.json"])
def test_a_foreign_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A folder that is not a night stays as it was."""
    target = tmp_path / "holiday"
    target.mkdir()
    (target / name).write_text("mine")
    with pytest.raises(Conflict, match=r"holiday: exists and is not .* another --out"):
        _publish(target, "first")
    assert (target / name).read_text() == "mine"
    assert _others(target) == []


def test_a_file_is_refused(tmp_path: Path) -> None:
    """A file in the place of the folder stays as it was."""
    target = tmp_path / "night"
    target.write_text("mine")
    with pytest.raises(Conflict, match="not the folder of a night"):
        check_target(target)
    assert target.read_text() == "mine"


def test_a_link_is_followed(tmp_path: Path) -> None:
    """Publishing through a link replaces the folder it names, not the link."""
    real, link = tmp_path / "real", tmp_path / "link"
    _publish(real, "first")
    link.symlink_to(real)
    _publish(link, "second")
    assert link.is_symlink()
    assert _texts(real) == {"second"}


def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    """A published folder has the rights any new folder would have."""
    (tmp_path / "plain").mkdir()
    _publish(tmp_path / "night", "first")
    rights = (tmp_path / "night").stat().st_mode
    assert rights == (tmp_path / "plain").stat().st_mode
