"""PuLP problems as arrays and back."""

import numpy as np
import pulp
import pytest

from ka_supply.allocation.bridge import from_arrays, to_arrays
from ka_supply.allocation.frames import (
    HEADER_BYTES,
    FrameError,
    frame_length,
    pack,
    unpack,
)
from ka_supply.allocation.model import build_model, columns_of
from ka_supply.allocation.objective import empty_plan_cost
from tests.allocation.small_problems import (
    best_by_enumeration,
    everything,
    random_problem,
)


def assert_same(one: object, other: object) -> None:
    """Check that two sets of arrays are equal, to the bit."""
    for name, array in vars(one).items():
        np.testing.assert_array_equal(array, vars(other)[name], err_msg=name)


def test_round_trip_keeps_every_number() -> None:
    """Arrays of a model become a model with the same arrays."""
    model = build_model(everything())
    arrays = to_arrays(model.lp, model.variables)
    assert_same(arrays, to_arrays(*from_arrays(arrays)))


def test_free_and_unbounded_columns_survive() -> None:
    """Missing bounds are infinite on the way out and missing on the way back."""
    lp = pulp.LpProblem("free", pulp.LpMinimize)
    x = lp.add_variable("x", None, None)
    lp.setObjective(pulp.LpAffineExpression({x: 1.0}, 2.5))
    expression = pulp.LpAffineExpression({x: 3.0})
    lp.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintGE, "c", 6))
    arrays = to_arrays(lp, [x])
    assert arrays.lower[0] == -np.inf
    assert arrays.upper[0] == np.inf
    assert arrays.offset.tolist() == [2.5]
    assert_same(arrays, to_arrays(*from_arrays(arrays)))


def test_a_plan_satisfies_the_model_and_costs_the_same() -> None:
    """The columns of a feasible plan keep all rows and give its objective."""
    for seed in range(15):
        case = random_problem(seed)
        best = best_by_enumeration(case)
        model = build_model(case)
        arrays = to_arrays(model.lp, model.variables)
        columns = columns_of(case, best)
        use = [
            arrays.value[a:b] @ columns[arrays.index[a:b]]
            for a, b in zip(arrays.start, arrays.start[1:], strict=False)
        ]
        assert (np.array(use) <= arrays.row_upper + 1e-9).all(), seed
        assert (np.array(use) >= arrays.row_lower - 1e-9).all(), seed
        cost = arrays.cost @ columns + arrays.offset[0] + empty_plan_cost(case)
        assert cost == pytest.approx(best.objective_fen / 100, abs=0.006), seed


def test_frames_refuse_what_is_not_arrays() -> None:
    """A broken header or body is refused with what was read."""
    with pytest.raises(FrameError, match="not a length"):
        frame_length(b"\xff" * HEADER_BYTES)
    with pytest.raises(FrameError, match="not a length"):
        frame_length(b"\x00" * 3)
    with pytest.raises(FrameError, match="not arrays"):
        unpack(b"PK nonsense")
    body = pack({"x": np.array([{"a": 1}], dtype=object)})[HEADER_BYTES:]
    with pytest.raises(FrameError, match="not arrays"):
        unpack(body)
