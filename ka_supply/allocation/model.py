"""The PuLP model of a problem, and the way from columns back to decisions."""

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.constraints import add_constraints
from ka_supply.allocation.objective import add_objective
from ka_supply.allocation.outcome import Outcome
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.variables import Model, add_variables

__all__ = ["build_model", "columns_of", "taken_of"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# A pair's steps may each stray by the tolerance of a whole number.
FRACTION_TOLERANCE = 1e-3


def build_model(problem: Problem) -> Model:
    """Return the exact model of a problem: variables, constraints, objective.

    References
    ----------
    docs/rules.md, R6 to R14.
    """
    model = add_variables(problem)
    add_constraints(model, problem)
    add_objective(model, problem)
    return model


def columns_of(problem: Problem, outcome: Outcome) -> Floats:
    """Return the columns of a feasible plan, as `Model.variables` lists them."""
    steps, lots, drops = problem.steps, problem.lots, problem.drops
    position = np.arange(len(steps.pair)) - steps.start[steps.pair]
    flows = [
        outcome.ledger.held(member).get(lot, 0)
        for member, lot in zip(
            lots.arc_class.tolist(), lots.arc_lot.tolist(), strict=True
        )
    ]
    departures = problem.departures
    free = departures.fixed_fen == 0
    vehicles = np.where(free, departures.most_vehicles, outcome.vehicles)
    served = np.bincount(
        drops.of_pair, (outcome.cases > 0).astype(float), len(drops.least_cases)
    )
    return np.concatenate(
        [
            position < outcome.taken[steps.pair],
            np.array(flows, dtype=float),
            vehicles,
            served > 0,
            problem.floors.slack(outcome.cases),
        ],
        dtype=float,
    )


def taken_of(problem: Problem, columns: Floats) -> Ints:
    """Return the whole steps taken per pair.

    Steps of one size and falling value are counted: which of them the solver
    picked does not matter. A fraction left over is not taken.
    """
    steps = problem.steps
    found = np.bincount(
        steps.pair, columns[: len(steps.pair)], minlength=problem.pair_count
    )
    return np.asarray(np.floor(found + FRACTION_TOLERANCE), dtype=np.int64)
