"""Steps of the curves: multiples, first quantities, room, falling values."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.inventory.curves import LONGEST_CURVE, falling, step_grid

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


def column(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


@given(
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 3000),
    st.integers(0, 4000),
    st.integers(1, 24),
)
def test_steps_obey_multiples_first_quantity_and_room(
    multiple: int, times: int, wanted: int, room: int, per_case: int
) -> None:
    """Any prefix of the steps is a quantity the listing and the shelf allow."""
    first = multiple * times
    grid = step_grid(
        column(first), column(multiple), column(wanted), column(room), column(per_case)
    )
    total = np.cumsum(grid.cases)
    assert (total % multiple == 0).all()
    assert (total >= first).all()
    assert (total <= room).all()
    assert len(total) <= LONGEST_CURVE + 1
    assert (grid.end_units == total * per_case).all()
    if wanted and room >= first + wanted + multiple * (1 + wanted // 64):
        assert total[-1] >= wanted


def test_room_for_less_than_the_first_quantity_has_no_steps() -> None:
    """Nothing can be shipped where the minimum does not fit."""
    one = column(1)
    assert not len(step_grid(3 * one, one, 9 * one, 2 * one, one).cases)


def test_values_fall_within_each_pair_and_not_across() -> None:
    """The running minimum starts anew with every pair."""
    one = column(1, 1)
    grid = step_grid(one, one, 3 * one, 3 * one, one)
    found = falling(grid, np.array([5.0, 7.0, 1.0, 9.0, 2.0, 4.0]))
    assert found.tolist() == [5.0, 5.0, 1.0, 9.0, 2.0, 2.0]
