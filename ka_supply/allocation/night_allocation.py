"""One night's allocation: problem, solve, second solve as if released, plan."""

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
SHADOW_NODES = 50


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
        Used for every solve; by default a worker process kept warm between
        calls.

    References
    ----------
    docs/rules.md, R6 to R14.
    """
    settings = snapshot.settings.solver
    solver = solver or warm_process(settings)
    solver.start()
    credit = credit_state(snapshot, network)
    problem = build_problem(snapshot, network, values, credit)
    solution = solve_allocation(problem, settings, solver)
    shadow = None
    if _credit_binds(problem, solution, credit):
        released = build_problem(snapshot, network, values, credit, with_credit=False)
        shadow = solve_allocation(
            released, _shadow_settings(settings), solver, with_prices=False
        )
    return build_plan(snapshot, network, values, solution, shadow, credit)
