"""The solver's process: started, watched, killed, never left behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ka_supply.allocation import check_solvers
from ka_supply.allocation.bridge import ModelArrays, to_arrays
from ka_supply.allocation.model import build_model
from ka_supply.allocation.process import SolverProcess
from ka_supply.allocation.warm import warm_process
from ka_supply.domain.settings import SolverSettings
from tests.allocation.small_problems import everything

ROOT = Path(__file__).resolve().parents[2]
FAKE = str(Path(__file__).with_name("fake_solver.py"))
PARENT = """
import sys, time
from ka_supply.allocation.process import SolverProcess
from ka_supply.domain.settings import SolverSettings
solver = SolverProcess(SolverSettings())
solver.start()
print(solver.process_id, flush=True)
time.sleep(60)
"""


def _arrays() -> ModelArrays:
    model = build_model(everything())
    return to_arrays(model.lp, model.variables)


def _is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"


def _ends(number: int, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _is_alive(number):
            return True
        time.sleep(0.02)
    return False


def test_both_solvers_find_the_known_answer() -> None:
    """The doctor's known-answer test passes for HiGHS and CBC."""
    found = check_solvers()
    assert [name for name, _, _, _ in found] == ["HiGHS", "CBC"]
    assert all(is_ok for _, _, is_ok, _ in found), found
    assert all(version for _, version, _, _ in found)


def test_one_process_serves_many_solves() -> None:
    """The second solve meets the worker of the first; closing ends it."""
    arrays = _arrays()
    with SolverProcess(SolverSettings()) as solver:
        first = solver.solve(arrays, "HIGHS")
        worker = solver.process_id
        second = solver.solve(arrays, "HIGHS_PLAIN")
        assert solver.process_id == worker
    assert first.objective == pytest.approx(second.objective)
    assert _ends(worker)


def test_watchdog_kills_and_the_next_solve_starts_anew() -> None:
    """After a timeout no worker is left and the process can be used again."""
    settings = SolverSettings(watchdog_seconds=1.0)
    with SolverProcess(settings, (sys.executable, FAKE, "hangs")) as solver:
        solver.start()
        worker = solver.process_id
        started = time.monotonic()
        answer = solver.solve(_arrays(), "HIGHS")
        assert time.monotonic() - started < 5
        assert answer.outcome == "TIMEOUT"
        assert "watchdog_seconds" in answer.message
        assert _ends(worker)
        assert not solver.is_running
        solver._command[:] = [sys.executable, "-m", "ka_supply.allocation.worker"]
        solver._command.append("4000")
        solver.settings = SolverSettings()
        assert solver.solve(_arrays(), "HIGHS").outcome == "SOLUTION"


def test_worker_dies_with_its_parent() -> None:
    """A parent killed without a chance to clean up leaves no worker behind."""
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(0.5)
        assert _is_alive(worker)
        os.kill(parent.pid, signal.SIGKILL)
    assert _ends(worker)


def test_too_little_memory_is_an_answer_not_a_crash_of_ours() -> None:
    """A worker that cannot even load its solver is reported, not raised."""
    settings = SolverSettings().model_copy(update={"memory_mb": 40})
    with SolverProcess(settings) as solver:
        answer = solver.solve(_arrays(), "HIGHS")
    assert answer.outcome in {"CRASHED", "ERROR"}
    assert len(answer.values) == 0


def test_a_program_that_cannot_start_is_reported() -> None:
    """A missing program is an answer as well."""
    with SolverProcess(SolverSettings(), ("/nonexistent/solver",)) as solver:
        assert solver.solve(_arrays(), "HIGHS").outcome == "CRASHED"


def test_an_unknown_model_is_an_error_of_the_worker() -> None:
    """What the worker cannot solve comes back as an error with its cause."""
    arrays = _arrays()
    with SolverProcess(SolverSettings()) as solver:
        solver.settings = SolverSettings().model_copy(update={"max_nodes": "many"})
        answer = solver.solve(arrays, "HIGHS")
    assert answer.outcome == "ERROR"
    assert "many" in answer.message


def test_warm_process_is_kept_between_calls() -> None:
    """Equal settings meet the same process."""
    assert warm_process(SolverSettings()) is warm_process(SolverSettings())


def test_cbc_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files CBC works through are gone after its answer and after a timeout."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with SolverProcess(SolverSettings()) as solver:
        assert solver.solve(_arrays(), "CBC").outcome == "SOLUTION"
        assert list(tmp_path.iterdir()) == []
    settings = SolverSettings(watchdog_seconds=0.3)
    with SolverProcess(settings, (sys.executable, FAKE, "hangs")) as solver:
        assert solver.solve(_arrays(), "CBC").outcome == "TIMEOUT"
    assert list(tmp_path.iterdir()) == []
