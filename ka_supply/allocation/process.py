"""The solver in its own process, behind a pipe and a wall clock.

A solver may hang, crash, fill the memory or answer nonsense. Whatever it does,
the caller gets an `Answer` in bounded time, and no process is left behind.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.bridge import ModelArrays
from ka_supply.allocation.frames import (
    HEADER_BYTES,
    FrameError,
    frame_length,
    pack,
    unpack,
)
from ka_supply.domain.settings import SolverSettings

__all__ = ["METHODS", "Answer", "Effort", "SolverProcess"]

Floats = npt.NDArray[np.float64]

METHODS = ("HIGHS", "HIGHS_PLAIN", "CBC")
CHUNK_BYTES = 1 << 20
WAIT_SECONDS = 10


@dataclass(frozen=True)
class Effort:
    """How hard a solver tries, in whole numbers, never in seconds.

    Parameters
    ----------
    max_nodes : int
    relative_gap : float
    with_sub_mips : bool
        Whether neighbourhoods are searched, or solutions of the relaxation
        rounded; the first is better for small models, the second for large.
    """

    max_nodes: int
    relative_gap: float
    with_sub_mips: bool = True


@dataclass(frozen=True)
class Answer:
    """What a solver said; nothing in it is trusted yet.

    Parameters
    ----------
    outcome : {"SOLUTION", "NO_SOLUTION", "ERROR", "TIMEOUT", "CRASHED", "MALFORMED"}
    values : shape (columns,), or empty without a solution
    row_duals : shape (rows,), or empty
    objective, bound : yuan, as claimed; bound -inf if not known
    """

    method: str
    outcome: str
    message: str
    version: str = ""
    values: Floats = field(default_factory=lambda: np.zeros(0))
    row_duals: Floats = field(default_factory=lambda: np.zeros(0))
    objective: float = np.nan
    bound: float = -np.inf


def _read_answer(method: str, body: bytes, columns: int, rows: int) -> Answer:
    """Return the answer in a frame, refusing wrong shapes and odd numbers."""
    found = unpack(body)
    try:
        outcome, message = str(found["outcome"]), str(found["message"])
        values = np.asarray(found["values"], dtype=float)
        duals = np.asarray(found["row_duals"], dtype=float)
        objective, bound = float(found["objective"]), float(found["bound"])
        version = str(found["version"])
    except (KeyError, TypeError, ValueError) as error:
        msg = f"answer of {method}: {error}; a field is missing or of a wrong type"
        raise FrameError(msg) from error
    if outcome != "SOLUTION":
        outcome = outcome if outcome == "NO_SOLUTION" else "ERROR"
        return Answer(method, outcome, message, version)
    if values.shape != (columns,) or not np.isfinite(values).all():
        msg = f"answer of {method}: values {values.shape}, not {columns} finite numbers"
        raise FrameError(msg)
    if duals.shape != (rows,) or not np.isfinite(duals).all():
        duals = np.zeros(0)
    bound = bound if np.isfinite(bound) else -np.inf
    return Answer(method, outcome, message, version, values, duals, objective, bound)


class SolverProcess:
    """A worker process that solves one model after another.

    Parameters
    ----------
    settings : SolverSettings
    command : sequence of str, optional
        Program to start instead of the worker; it gets the memory limit in MB
        as its last argument.

    Examples
    --------
    >>> with SolverProcess(SolverSettings()) as solver:
    ...     solver.is_running
    False
    """

    def __init__(
        self, settings: SolverSettings, command: Sequence[str] | None = None
    ) -> None:
        worker = (sys.executable, "-m", "ka_supply.allocation.worker")
        self.settings = settings
        self._command = [*(command or worker), str(settings.memory_mb)]
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    @property
    def is_running(self) -> bool:
        """Whether a worker is up."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """Number of the worker's process, 0 if none was started."""
        return 0 if self._process is None else self._process.pid

    def __enter__(self) -> Self:
        """Return the process; it starts with the first solve."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker."""
        self.close()

    def start(self) -> None:
        """Start the worker if it is not up, without waiting for it."""
        if self.is_running:
            return
        self.close()
        package_root = str(Path(__file__).resolve().parents[2])
        path = [package_root, os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, path)),
        }
        # A program that cannot start is told by the next solve, as an answer.
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                process_group=0,
                bufsize=0,
            )

    def close(self) -> None:
        """Kill the worker with its children."""
        process, self._process = self._process, None
        if process is not None:
            try:
                # Not reaped yet, so the number still names our own group.
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait(WAIT_SECONDS)

    def solve(
        self,
        arrays: ModelArrays,
        method: str,
        start_values: Floats | None = None,
        effort: Effort | None = None,
    ) -> Answer:
        """Return a solver's answer, at the latest when the watchdog bites.

        Parameters
        ----------
        method : {"HIGHS", "HIGHS_PLAIN", "CBC"}
        start_values : shape (columns,), optional
            A feasible point to start from.
        effort : Effort, optional
            By default the nodes and the gap of the settings.
        """
        settings = self.settings
        effort = effort or Effort(settings.max_nodes, settings.relative_gap)
        request: dict[str, npt.NDArray[np.generic]] = {
            k: np.asarray(v) for k, v in vars(arrays).items()
        } | {
            "method": np.asarray(method),
            "relative_gap": np.asarray(effort.relative_gap),
            "max_nodes": np.asarray(effort.max_nodes),
            "with_sub_mips": np.asarray(effort.with_sub_mips),
            "seed": np.asarray(settings.seed),
            "start_values": np.zeros(0) if start_values is None else start_values,
        }
        # Only CBC works through files; they go with its answer, or with its end.
        if method != "CBC":
            return self._answered(request)
        with tempfile.TemporaryDirectory(prefix="ka_supply_cbc_") as folder:
            return self._answered(request | {"folder": np.asarray(folder)})

    def _answered(self, request: dict[str, npt.NDArray[np.generic]]) -> Answer:
        """Return the answer to a request, whatever becomes of the worker."""
        method = str(request["method"])
        deadline = time.monotonic() + self.settings.watchdog_seconds
        columns, rows = len(request["cost"]), len(request["row_lower"])
        try:
            with self._one_at_a_time:
                body = self._exchange(pack(request), deadline)
            return _read_answer(method, body, columns, rows)
        except TimeoutError as error:
            self.close()
            return Answer(method, "TIMEOUT", str(error))
        except FrameError as error:
            self.close()
            return Answer(method, "MALFORMED", str(error))
        except (OSError, EOFError) as error:
            self.close()
            return Answer(method, "CRASHED", str(error))
        except BaseException:  # an interrupt: nobody may read the late answer
            self.close()
            raise

    def _exchange(self, frame: bytes, deadline: float) -> bytes:
        self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            msg = f"the solver process {self._command[0]} did not start"
            raise OSError(msg)
        _send(process.stdin.fileno(), frame, deadline)
        header = _receive(process.stdout.fileno(), HEADER_BYTES, deadline)
        return _receive(process.stdout.fileno(), frame_length(header), deadline)


def _await(readable: list[int], writable: list[int], deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0 or not any(select.select(readable, writable, [], left)):
        msg = "no answer within watchdog_seconds; the solver process was killed"
        raise TimeoutError(msg)


def _send(pipe: int, frame: bytes, deadline: float) -> None:
    os.set_blocking(pipe, False)
    view = memoryview(frame)
    while view:
        _await([], [pipe], deadline)
        try:
            view = view[os.write(pipe, view[:CHUNK_BYTES]) :]
        except BlockingIOError:
            continue


def _receive(pipe: int, size: int, deadline: float) -> bytes:
    found = bytearray()
    while len(found) < size:
        _await([pipe], [], deadline)
        part = os.read(pipe, min(size - len(found), CHUNK_BYTES))
        if not part:
            msg = f"the solver process ended after {len(found)} of {size} bytes"
            raise EOFError(msg)
        found += part
    return bytes(found)
