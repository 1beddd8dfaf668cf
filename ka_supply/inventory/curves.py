"""Steps of the value curves: how they are cut, rounded and ended."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["StepGrid", "falling", "step_grid"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FINE_STEPS = 192
COARSE_STEPS = 64
LONGEST_CURVE = FINE_STEPS + COARSE_STEPS


@dataclass(frozen=True)
class StepGrid:
    """Candidate steps of every pair, sorted by pair, then step; shape (k,) each.

    Parameters
    ----------
    pair, step : index of the pair, and of the step in its curve
    cases : in this step
    begin_units, end_units : units ahead of the step, and with it
    """

    pair: Ints
    step: Ints
    cases: Ints
    begin_units: Ints
    end_units: Ints

    @property
    def units(self) -> Ints:
        """Units in each step."""
        return self.end_units - self.begin_units

    def select(self, keep: Bools) -> "StepGrid":
        """Return some of the steps; whole pairs, or a prefix of each."""
        return StepGrid(
            self.pair[keep],
            self.step[keep],
            self.cases[keep],
            self.begin_units[keep],
            self.end_units[keep],
        )

    def rise(self, total: Callable[[Ints, Ints], Floats]) -> Floats:
        """Return total(pair, end) - total(pair, begin) of each step, shape (k,)."""
        end = total(self.pair, self.end_units)
        begin = np.empty_like(end)
        begin[1:] = end[:-1]
        first = self.step == 0
        begin[first] = total(self.pair[first], self.begin_units[first])
        return end - begin


def step_grid(
    first_cases: Ints,
    multiple_cases: Ints,
    wanted_cases: Ints,
    room_cases: Ints,
    units_per_case: Ints,
) -> StepGrid:
    """Return steps that reach `wanted_cases` without exceeding the room.

    The first step holds `first_cases`, each later one `multiple_cases`; a curve
    that would need more than 256 later steps bundles its far end.

    Parameters
    ----------
    first_cases, multiple_cases, wanted_cases, room_cases, units_per_case : shape (n,)

    Examples
    --------
    >>> one = np.array([1])
    >>> step_grid(3 * one, 2 * one, 6 * one, 9 * one, 12 * one).cases
    array([3, 2, 2])
    >>> step_grid(3 * one, 2 * one, 6 * one, 6 * one, 12 * one).cases
    array([3, 2])
    """
    beyond = np.maximum(wanted_cases - first_cases, 0)
    multiples = -(-beyond // multiple_cases)
    far = np.maximum(multiples - FINE_STEPS, 0)
    bundle = np.maximum(-(-far // COARSE_STEPS), 1) * multiple_cases
    later = np.minimum(multiples, FINE_STEPS) - (-far * multiple_cases // bundle)
    spare = np.maximum(room_cases - first_cases, 0)
    near = np.minimum(spare // multiple_cases, FINE_STEPS)
    fits = near + np.maximum(spare - FINE_STEPS * multiple_cases, 0) // bundle
    possible = (wanted_cases > 0) & (room_cases >= first_cases)
    count = np.where(possible, 1 + np.minimum(later, fits), 0)
    pair = np.repeat(np.arange(len(count)), count)
    start = np.cumsum(count) - count
    step = np.arange(len(pair)) - start[pair]
    one, many = multiple_cases[pair], bundle[pair]
    cases = np.where(step > FINE_STEPS, many, one)
    cases = np.where(step == 0, first_cases[pair], cases)
    end = first_cases[pair] + np.minimum(step, FINE_STEPS) * one
    end = end + np.maximum(step - FINE_STEPS, 0) * many
    per_case = units_per_case[pair]
    return StepGrid(pair, step, cases, (end - cases) * per_case, end * per_case)


def falling(grid: StepGrid, value_cny: Floats) -> Floats:
    """Return the running minimum of the value per case along each curve, yuan."""
    per_case = pd.Series(value_cny / grid.cases)
    return np.asarray(per_case.groupby(grid.pair, sort=False).cummin(), np.float64)
