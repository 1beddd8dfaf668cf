"""A night that is stopped or killed leaves nothing half."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.nightly.calls import ROOT, call, command_line, environment
from tests.nightly.folders import write_csv
from tests.nightly.small_nights import two_echelons
from tests.worlds import AS_OF

pytestmark = pytest.mark.slow

WAIT_SECONDS = 120
GRACE_SECONDS = 10


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Write a small input; temporary files have a folder of their own."""
    write_csv(two_echelons(), tmp_path / "data")
    (tmp_path / "tmp").mkdir()
    return tmp_path


def _listen_to_the_keyboard() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def _night_after(place: Path, stage: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a night and wait until it tells that `stage` is done."""
    command = command_line(
        "nightly", "data", "--as-of", AS_OF.isoformat(), "--out", "out/night"
    )
    with subprocess.Popen(
        command,
        cwd=place,
        env=environment(TMPDIR=str(place / "tmp")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts background jobs deaf to the keyboard; a terminal does not.
        preexec_fn=_listen_to_the_keyboard,
    ) as night:
        assert night.stderr is not None
        for line in night.stderr:
            if line.startswith(stage):
                break
        yield night


def _left(place: Path) -> list[str]:
    """Return files a night left outside its input."""
    return [
        str(path.relative_to(place))
        for folder in ("out", "tmp")
        for path in (place / folder).rglob("*")
    ]


def _running(place: Path) -> list[str]:
    """Return processes whose temporary files belong to this test, after a grace."""
    deadline = time.monotonic() + GRACE_SECONDS
    while (found := _processes(place)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _processes(place: Path) -> list[str]:
    found = []
    for variables in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(place).encode() in variables.read_bytes():
                found.append(variables.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("stage", ["values", "report"])
def test_sigterm(place: Path, stage: str) -> None:
    """Asked to stop while solving or writing, a night cleans up and ends with 143."""
    with _night_after(place, stage) as night:
        night.send_signal(signal.SIGTERM)
        _, told = night.communicate(timeout=WAIT_SECONDS)
    assert night.returncode == 143
    assert "stopped by SIGTERM; nothing was published" in told
    assert "Traceback" not in told
    assert _left(place) == []
    assert _running(place) == []


def test_kill_while_writing(place: Path) -> None:
    """Killed while writing, a night leaves no target; the next one sweeps."""
    target = place / "out" / "night"
    with _night_after(place, "report") as night:
        while not list((place / "out").glob(".*/new/*")):
            assert night.poll() is None
            time.sleep(0.01)
        night.kill()
        night.wait(WAIT_SECONDS)
    assert _running(place) == []
    assert not target.exists()
    assert [path for path in (place / "tmp").rglob("*") if path.is_file()] == []
    exit_code, output = call(
        "nightly", place / "data", "--as-of", AS_OF, "--out", target
    )
    assert exit_code == 0, output
    assert [path.name for path in target.parent.iterdir()] == ["night"]
    assert call("audit", target)[0] == 0


def test_interrupt(place: Path) -> None:
    """Interrupted from the keyboard, a night ends with 1 and leaves nothing."""
    with _night_after(place, "forecast") as night:
        night.send_signal(signal.SIGINT)
        _, told = night.communicate(timeout=WAIT_SECONDS)
    assert night.returncode == 1
    assert "Aborted!" in told
    assert _left(place) == []
    assert _running(place) == []


def test_project_is_not_written_to() -> None:
    """The tests of this folder leave no output beside the project."""
    assert not (ROOT / "out" / "night").exists()
