"""The solver's own process: reads models from a pipe, writes answers to it.

Started as ``python -m ka_supply.allocation.worker MEMORY_MB``. It limits its
memory, dies with its parent and keeps its output channel to itself, since
solvers print.
"""

import ctypes
import os
import resource
import signal
import sys
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.frames import HEADER_BYTES, frame_length, pack, unpack

__all__ = ["main"]

Arrays = dict[str, npt.NDArray[np.generic]]

PR_SET_PDEATHSIG = 1
BYTES_PER_MB = 2**20


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends."""
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the kernel was asked
        sys.exit(1)


def _limit_memory(megabytes: int) -> None:
    limit = megabytes * BYTES_PER_MB
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _numbers(request: Arrays, name: str) -> npt.NDArray[np.float64]:
    return np.ascontiguousarray(request[name], dtype=np.float64)


def _positions(request: Arrays, name: str) -> npt.NDArray[np.int32]:
    return np.ascontiguousarray(request[name], dtype=np.int32)


def _answer(outcome: str, message: str, version: str, **found: object) -> Arrays:
    texts = {"outcome": outcome, "message": message, "version": version}
    return {k: np.asarray(v) for k, v in (texts | found).items()}


def _options(request: Arrays) -> dict[str, bool | int | float | str]:
    search = bool(request["with_sub_mips"])
    return {
        "mip_heuristic_run_rins": search,
        "mip_heuristic_run_rens": search,
        # A start is given, and these two cost more than they find.
        "mip_heuristic_run_root_reduced_cost": False,
        "mip_heuristic_run_feasibility_jump": False,
        "mip_heuristic_run_zi_round": not search,
        "mip_heuristic_run_shifting": not search,
        "output_flag": False,
        "threads": 1,
        "random_seed": int(request["seed"]),
        "mip_rel_gap": float(request["relative_gap"]),
        "mip_max_nodes": int(request["max_nodes"]),
        "presolve": "off" if str(request["method"]) == "HIGHS_PLAIN" else "choose",
    }


def _model(request: Arrays, row_wise: int, minimize: int) -> tuple[Any, ...]:
    """Return the arguments of HiGHS's one-block model."""
    cost, rows = _numbers(request, "cost"), _numbers(request, "row_lower")
    terms = _numbers(request, "value")
    return (
        len(cost),
        len(rows),
        len(terms),
        row_wise,
        minimize,
        float(request["offset"][0]),
        cost,
        _numbers(request, "lower"),
        _numbers(request, "upper"),
        rows,
        _numbers(request, "row_upper"),
        _positions(request, "start"),
        _positions(request, "index"),
        terms,
        _positions(request, "is_integer"),
    )


def _solve_with_highs(request: Arrays) -> Arrays:
    """Return HiGHS's answer to a request."""
    # Loaded here: the other solver needs none of it.
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _options(request).items():
        solver.setOptionValue(name, value)
    whole = _positions(request, "is_integer")
    row_wise = int(highspy.MatrixFormat.kRowwise)
    solver.passModel(*_model(request, row_wise, int(highspy.ObjSense.kMinimize)))
    first = _numbers(request, "start_values")
    if len(first):
        every = np.arange(len(first), dtype=np.int32)
        solver.setSolution(len(first), every, first)
    solver.run()
    solution, info = solver.getSolution(), solver.getInfo()
    status = solver.getModelStatus()
    bound = info.mip_dual_bound
    if not whole.any():  # a linear program proves nothing before its end
        is_done = status == highspy.HighsModelStatus.kOptimal
        bound = info.objective_function_value if is_done else -np.inf
    return _answer(
        "SOLUTION" if solution.value_valid else "NO_SOLUTION",
        solver.modelStatusToString(status),
        solver.version(),
        values=np.array(solution.col_value),
        row_duals=np.array(solution.row_dual if solution.dual_valid else []),
        objective=info.objective_function_value,
        bound=bound,
    )


def _end_group(_number: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)


def _solve_with_cbc(request: Arrays) -> Arrays:
    """Return CBC's answer to a request; it gives no bound."""
    import pulp

    from ka_supply.allocation.bridge import ModelArrays, from_arrays

    names = ModelArrays.__dataclass_fields__
    lp, variables = from_arrays(ModelArrays(**{n: request[n] for n in names}))  # type: ignore[arg-type]
    # CBC reads a seed of 0 as the time of day.
    seed = int(request["seed"]) + 1
    solver = pulp.COIN_CMD(
        path=pulp.PULP_CBC_CMD.pulp_cbc_path,
        msg=False,
        threads=1,
        gapRel=float(request["relative_gap"]),
        maxNodes=int(request["max_nodes"]),
        options=[f"randomSeed {seed}", f"randomCbcSeed {seed}"],
    )
    solver.tmpDir = str(request["folder"])
    # CBC is a child: if this process is told to end, both must.
    usual = signal.signal(signal.SIGTERM, _end_group)
    try:
        lp.solve(solver)
    finally:
        signal.signal(signal.SIGTERM, usual)
    values = [0.0 if v.varValue is None else v.varValue for v in variables]
    return _answer(
        "NO_SOLUTION" if lp.sol_status <= 0 else "SOLUTION",
        pulp.LpSolution[lp.sol_status],
        pulp.__version__,
        values=np.array(values, dtype=float),
        row_duals=np.zeros(0),
        objective=float(pulp.value(lp.objective)),
        bound=-np.inf,
    )


def _respond(body: bytes) -> bytes:
    try:
        request = unpack(body)
        with_cbc = str(request["method"]) == "CBC"
        solve = _solve_with_cbc if with_cbc else _solve_with_highs
        return pack(solve(request))
    except Exception as error:  # noqa: BLE001 - told to the parent, which decides
        none = {"values": [], "row_duals": [], "objective": 0.0, "bound": -np.inf}
        return pack(_answer("ERROR", f"{type(error).__name__}: {error}", "", **none))


def main(memory_mb: int) -> None:
    """Answer requests until the pipe closes."""
    _die_with_parent()
    _limit_memory(memory_mb)
    channel = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(0, "rb") as requests, os.fdopen(channel, "wb") as answers:
        while header := requests.read(HEADER_BYTES):
            body = requests.read(frame_length(header))
            answers.write(_respond(body))
            answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
