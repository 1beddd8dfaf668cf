"""The objective of the allocation model, in yuan (rule R14)."""

import pulp

from ka_supply.allocation.limits import FEN_PER_CNY
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.variables import Model

__all__ = ["add_objective", "empty_plan_cost"]


def empty_plan_cost(problem: Problem) -> float:
    """Return what shipping nothing costs: the slack of every floor, in yuan."""
    floors = problem.floors
    return float((floors.asked * floors.unit_cost_cny).sum())


def add_objective(model: Model, problem: Problem) -> None:
    """Minimise the cost above shipping nothing.

    - sum of step values - sum of lot credits + vehicles at their fixed cost
    + slack at its price - the slack cost of shipping nothing. The constant makes
    a solver's relative gap the one of `SolveStatus`.
    """
    lots, floors = problem.lots, problem.floors
    credit = lots.credit_fen[lots.arc_lot]
    parts = (
        (model.step, -problem.steps.value_fen / FEN_PER_CNY),
        (model.flow, -credit / FEN_PER_CNY),
        (model.vehicles, problem.departures.fixed_fen / FEN_PER_CNY),
        (model.slack, floors.unit_cost_cny),
    )
    terms = {
        variable: cost
        for variables, costs in parts
        for variable, cost in zip(variables, costs.tolist(), strict=True)
    }
    constant = -empty_plan_cost(problem)
    model.lp.setObjective(pulp.LpAffineExpression(terms, constant))
