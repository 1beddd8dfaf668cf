"""Known-answer tests of the solvers."""

import numpy as np
import pulp

from ka_supply.allocation.bridge import ModelArrays, to_arrays
from ka_supply.allocation.process import SolverProcess
from ka_supply.domain.settings import SolverSettings

__all__ = ["check_solvers"]

# Three items of worth 5, 4, 3 and weight 4, 3, 2 in a bag of 5: the last two.
WORTH, WEIGHT, ROOM, BEST = (5, 4, 3), (4, 3, 2), 5, -7.0
TOLERANCE = 1e-6


def _known_model() -> ModelArrays:
    lp = pulp.LpProblem("known", pulp.LpMinimize)
    items = [lp.add_variable(f"y{i}", 0, 1, pulp.LpInteger) for i in range(len(WORTH))]
    lp.setObjective(
        pulp.LpAffineExpression({v: -w for v, w in zip(items, WORTH, strict=True)})
    )
    load = pulp.LpAffineExpression(dict(zip(items, WEIGHT, strict=True)))
    lp.addConstraint(pulp.LpConstraint(load, pulp.LpConstraintLE, "room", ROOM))
    return to_arrays(lp, items)


def check_solvers() -> list[tuple[str, str, bool, str]]:
    """Return name, version, whether it works and a message for each solver."""
    arrays, found = _known_model(), []
    settings = SolverSettings(watchdog_seconds=30.0)
    with SolverProcess(settings) as solver:
        for name, method in (("HiGHS", "HIGHS"), ("CBC", "CBC")):
            answer = solver.solve(arrays, method)
            right = len(answer.values) > 0 and np.allclose(
                answer.values, (0, 1, 1), atol=TOLERANCE
            )
            message = (
                "known answer found"
                if right
                else f"{answer.outcome}: {answer.message}; reinstall {name}"
            )
            found.append((name, answer.version, bool(right), message))
    return found
