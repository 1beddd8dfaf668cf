"""Snapshot and case values become a plan; the only package that imports PuLP.

Names are resolved on first use, so that the solver's process starts without
loading the whole package.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ka_supply.allocation.doctor import check_solvers
    from ka_supply.allocation.night_allocation import allocate
    from ka_supply.allocation.problem import Problem, build_problem
    from ka_supply.allocation.process import SolverProcess
    from ka_supply.allocation.solution import Solution
    from ka_supply.allocation.solve import solve_allocation

__all__ = [
    "Problem",
    "Solution",
    "SolverProcess",
    "allocate",
    "build_problem",
    "check_solvers",
    "solve_allocation",
]

_HOME = {
    "Problem": "problem",
    "Solution": "solution",
    "SolverProcess": "process",
    "allocate": "night_allocation",
    "build_problem": "problem",
    "check_solvers": "doctor",
    "solve_allocation": "solve",
}


def __getattr__(name: str) -> object:
    """Return a public name."""
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
