"""One night's allocation: problem, solve, second solve as if released, plan."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ka_supply.allocation.plan_tables import build_plan
from ka_supply.allocation.problem import Problem, build_problem
from ka_supply.allocation.process import SolverProcess
from ka_supply.allocation.solution import Solution
from ka_supply.allocation.solve import solve_allocation
from ka_supply.allocation.warm import warm_process
from ka_supply.domain.credit import credit_state
from ka_supply.domain.network import Network
from ka_supply.domain.plan import Plan
from ka_supply.domain.settings import SolverSettings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.values import CaseValues

__all__ = ["allocate"]

# On the demo the exact second solve took six times as long as the first, to move
# held lines, which ship nothing, by a quarter of a per cent of their value.
SHADOW_GAP = 2e-3
SHADOW_NODES = 1


def _credit_binds(problem: Problem, solution: Solution, credit: pd.DataFrame) -> bool:
    """Whether an account is blocked or too near its limit for its next step."""
    if credit["status"].eq("BLOCKED").any():
        return True
    limit, steps = problem.limits["CREDIT"], problem.steps
    used = np.zeros(len(limit.cap) + 1, dtype=np.int64)
    np.add.at(used, limit.of_pair, limit.per_case * solution.cases)
    spare = np.append(limit.cap, 0) - used
    row = limit.of_pair[steps.pair]
    ahead = steps.curve_steps > solution.steps_taken[steps.pair]
    wanted = limit.per_case[steps.pair] * steps.cases
    return bool(((row >= 0) & ahead & (wanted > spare[row])).any())


def _shadow_settings(settings: SolverSettings) -> SolverSettings:
    """Return when the plan "as if released" is good enough: it ships nothing."""
    return settings.model_copy(
        update={
            "relative_gap": max(settings.relative_gap, SHADOW_GAP),
            "max_nodes": min(settings.max_nodes, SHADOW_NODES),
        }
    )


def allocate(
    snapshot: Snapshot,
    network: Network,
    values: CaseValues,
    solver: SolverProcess | None = None,
) -> Plan:
    """Return the plan of a night.

    Parameters
    ----------
    values : CaseValues
    solver : SolverProcess, optional
        Used for every solve; by default worker processes kept warm between
        calls.

    References
    ----------
    docs/rules.md, R6 to R14.
    """
    settings = snapshot.settings.solver
    first = solver or warm_process(settings)
    first.start()
    credit = credit_state(snapshot, network)
    problem = build_problem(snapshot, network, values, credit)

    def released() -> Solution:
        free = build_problem(snapshot, network, values, credit, with_credit=False)
        second = solver or warm_process(settings, number=1)
        effort = _shadow_settings(settings)
        return solve_allocation(free, effort, second, with_prices=False)

    # A blocked account is known beforehand: both solves run side by side, each in
    # its process, unless the caller's one process must serve both.
    beside = solver is None and bool(credit["status"].eq("BLOCKED").any())
    with ThreadPoolExecutor(max_workers=1) as pool:
        early = pool.submit(released) if beside else None
        solution = solve_allocation(problem, settings, first)
        shadow = early.result() if early else None
    if shadow is None and _credit_binds(problem, solution, credit):
        shadow = released()
    return build_plan(snapshot, network, values, solution, shadow, credit)
