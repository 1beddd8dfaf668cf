"""One solver process kept between calls: starting one costs more than a small solve."""

import atexit
import os
from functools import lru_cache

from ka_supply.allocation.process import SolverProcess
from ka_supply.domain.settings import SolverSettings

__all__ = ["warm_process"]


@lru_cache(maxsize=2)
def _kept(
    settings: SolverSettings,
    process_id: int,  # noqa: ARG001
    number: int,  # noqa: ARG001
) -> SolverProcess:
    # The process id keeps a forked child from writing into its parent's pipes.
    solver = SolverProcess(settings)
    atexit.register(solver.close)
    return solver


def warm_process(settings: SolverSettings, number: int = 0) -> SolverProcess:
    """Return a solver process of this Python process, started on first use.

    Parameters
    ----------
    number : int
        0, or 1 for a second process that solves beside the first.
    """
    return _kept(settings, os.getpid(), number)
