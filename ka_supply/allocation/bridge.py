"""A PuLP problem as arrays, and back: one sweep instead of a call per object."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import pulp

__all__ = ["ModelArrays", "from_arrays", "to_arrays"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ModelArrays:
    """A minimisation over columns, rows in compressed sparse row form.

    Parameters
    ----------
    cost, lower, upper : shape (columns,)
    is_integer : shape (columns,), 0 or 1
    row_lower, row_upper : shape (rows,)
    start : shape (rows + 1,)
    index, value : shape (terms,)
        Columns and coefficients of row r at start[r]..start[r + 1] - 1.
    offset : shape (1,)
        Constant of the objective.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: Ints
    row_lower: Floats
    row_upper: Floats
    start: Ints
    index: Ints
    value: Floats
    offset: Floats


def to_arrays(lp: pulp.LpProblem, variables: Sequence[pulp.LpVariable]) -> ModelArrays:
    """Return a minimisation problem as arrays.

    Parameters
    ----------
    variables : sequence of LpVariable
        Every variable of the problem, in column order.
    """
    column = {id(v): i for i, v in enumerate(variables)}
    rows = lp.constraints()
    cost = np.zeros(len(variables))
    objective = lp.objective
    if objective is not None:
        at = [column[id(v)] for v in objective]
        cost[at] = list(objective.values())
    length = [len(c.expr) for c in rows]
    terms = sum(length)
    right = np.array([-c.constant for c in rows], dtype=float)
    sense = np.array([c.sense for c in rows], dtype=np.int64)
    index = chain.from_iterable(c.expr for c in rows)
    value = chain.from_iterable(c.expr.values() for c in rows)
    start = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum(length, out=start[1:])
    return ModelArrays(
        cost,
        np.array([-np.inf if v.lowBound is None else v.lowBound for v in variables]),
        np.array([np.inf if v.upBound is None else v.upBound for v in variables]),
        np.array([v.cat == pulp.LpInteger for v in variables], dtype=np.int32),
        np.where(sense >= 0, right, -np.inf),
        np.where(sense <= 0, right, np.inf),
        start,
        np.fromiter((column[id(v)] for v in index), np.int32, terms),
        np.fromiter(value, float, terms),
        np.array([0.0 if objective is None else objective.constant], dtype=float),
    )


def _sense_and_right(low: float, high: float) -> tuple[int, float]:
    if low == high:
        return pulp.LpConstraintEQ, low
    if np.isinf(low):
        return pulp.LpConstraintLE, high
    return pulp.LpConstraintGE, low


def from_arrays(arrays: ModelArrays) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Return the PuLP problem of arrays, and its variables in column order."""
    lp = pulp.LpProblem("arrays", pulp.LpMinimize)
    columns = zip(
        arrays.lower.tolist(),
        arrays.upper.tolist(),
        arrays.is_integer.tolist(),
        strict=True,
    )
    variables = [
        lp.add_variable(
            f"x{i:07d}",
            None if np.isinf(low) else low,
            None if np.isinf(high) else high,
            pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for i, (low, high, whole) in enumerate(columns)
    ]
    terms = dict(zip(variables, arrays.cost.tolist(), strict=True))
    lp.setObjective(pulp.LpAffineExpression(terms, float(arrays.offset[0])))
    limits = zip(arrays.row_lower.tolist(), arrays.row_upper.tolist(), strict=True)
    index, value = arrays.index.tolist(), arrays.value.tolist()
    for row, ((start, end), bounds) in enumerate(
        zip(pairwise(arrays.start.tolist()), limits, strict=True)
    ):
        chosen = [variables[i] for i in index[start:end]]
        expression = pulp.LpAffineExpression(
            dict(zip(chosen, value[start:end], strict=True))
        )
        sense, right = _sense_and_right(*bounds)
        lp.addConstraint(pulp.LpConstraint(expression, sense, f"r{row:07d}", right))
    return lp, variables
