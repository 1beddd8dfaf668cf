"""The variables of the allocation model.

Names carry numbers only: keys of accounts, stores or SKUs may collide once a
solver has cleaned them. The maps from variable to business are the list
positions, never the names.
"""

from dataclasses import dataclass

import numpy as np
import pulp

from ka_supply.allocation.limits import NO_LIMIT
from ka_supply.allocation.problem import Problem

__all__ = ["Model", "add_variables"]


@dataclass(frozen=True)
class Model:
    """A PuLP problem and its variables in the order of the problem's arrays.

    Parameters
    ----------
    lp : pulp.LpProblem
        Minimise cost in yuan.
    step : list of binary variables, one per active step
    flow : list of variables >= 0, cases, one per arc (class, lot)
    vehicles : list of integer variables, one per departure
    served : list of binary variables, one per drop
    slack : list of variables >= 0, units or yuan, one per floor
    """

    lp: pulp.LpProblem
    step: list[pulp.LpVariable]
    flow: list[pulp.LpVariable]
    vehicles: list[pulp.LpVariable]
    served: list[pulp.LpVariable]
    slack: list[pulp.LpVariable]

    @property
    def variables(self) -> list[pulp.LpVariable]:
        """All variables, in the canonical column order."""
        return [*self.step, *self.flow, *self.vehicles, *self.served, *self.slack]


def _fewest_vehicles(problem: Problem) -> list[int]:
    """Return the lower bound of vehicles: all of them where they cost nothing."""
    departures = problem.departures
    capped = (departures.cap_grams != NO_LIMIT) | (departures.cap_cm3 != NO_LIMIT)
    free = capped & (departures.fixed_fen == 0)
    fewest: list[int] = np.where(free, departures.most_vehicles, 0).tolist()
    return fewest


def add_variables(problem: Problem) -> Model:
    """Return an empty model with the variables of a problem.

    The steps and vehicles are integer. So are the flows at any solution that
    matters: with whole cases per class, lots form a transportation problem
    whose corners are whole, so declaring them integer would only slow the
    search down.
    """
    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    lots, departures, floors = problem.lots, problem.departures, problem.floors
    bounds = zip(
        _fewest_vehicles(problem), departures.most_vehicles.tolist(), strict=True
    )
    return Model(
        lp,
        [
            lp.add_variable(f"y{i:07d}", 0, 1, pulp.LpInteger)
            for i in range(len(problem.steps.pair))
        ],
        # No upper bound: it would take over the dual of the lot's own row.
        [lp.add_variable(f"f{i:07d}", 0) for i in range(len(lots.arc_lot))],
        [
            lp.add_variable(f"n{i:07d}", low, high, pulp.LpInteger)
            for i, (low, high) in enumerate(bounds)
        ],
        [
            lp.add_variable(f"u{i:07d}", 0, 1, pulp.LpInteger)
            for i in range(len(problem.drops.least_cases))
        ],
        [
            lp.add_variable(f"s{i:07d}", 0, most)
            for i, most in enumerate(floors.asked.tolist())
        ],
    )
