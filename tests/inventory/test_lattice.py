"""Two-stage chance of running short, against enumeration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ka_supply.domain.demand import Demand
from ka_supply.inventory.lattice import short_tail


def one(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([value], dtype=float)


def units(value: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([value], dtype=np.int64)


def enumerated(
    means: tuple[float, float], relative: float, stock: tuple[int, int], ahead: int
) -> float:
    """Return P(window demand > stock left at arrival + ahead) by summation."""
    size = 1 / relative
    first, second = (stats.nbinom(size, size / (size + m)) for m in means)
    before = np.arange(400)
    left = np.maximum(stock[0] - before, 0) + stock[1]
    tail: float = np.sum(first.pmf(before) * second.sf(left + ahead))
    return tail


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.05, 12),
    st.floats(0.05, 12),
    st.floats(0.01, 1),
    st.integers(0, 20),
    st.integers(0, 8),
)
def test_small_lattices_are_exact(
    before: float, during: float, relative: float, stock: int, coming: int
) -> None:
    """Up to 256 units each probability equals the sum over both stages."""
    tail = short_tail(
        Demand(one(before), one(relative)),
        Demand(one(during), one(relative)),
        units(stock),
        units(coming),
        units(0),
    )
    assert tail.bin_units.tolist() == [1]
    for ahead in (0, 1, 5):
        got = tail.up_to(units(0), units(ahead + 1)) - tail.up_to(
            units(0), units(ahead)
        )
        wanted = enumerated((before, during), relative, (stock, coming), ahead)
        assert got == pytest.approx(wanted, abs=2e-6)


def test_large_lattices_keep_the_expected_shortage() -> None:
    """Bins of many units give the units missed within half a percent."""
    before, during = Demand(one(900), one(0.05)), Demand(one(2500), one(0.04))
    tail = short_tail(before, during, units(1500), units(200), units(0))
    assert tail.bin_units[0] > 1
    demand = np.arange(6000)
    left = np.maximum(1500 - demand, 0) + 200
    short = Demand(np.full(6000, 2500.0), np.full(6000, 0.04))
    wanted = np.sum(before.pmf(5999)[0] * short.expected_shortage(left))
    got = tail.up_to(units(0), units(10_000)) - tail.up_to(units(0), units(0))
    assert got == pytest.approx(wanted, rel=5e-3)


def test_the_lattice_reaches_below_zero_units_ahead() -> None:
    """With more demand certain than stock, a unit removed is surely missed."""
    demand = Demand(one(5), one(0.1))
    tail = short_tail(Demand(one(0), one(0)), demand, units(10), units(0), units(7))
    assert tail.first_unit.tolist() == [-7]
    got = tail.up_to(units(0), units(-6)) - tail.up_to(units(0), units(-7))
    assert got == pytest.approx(demand.sf(np.array([3.0])), abs=2e-6)


def test_first_at_most_is_the_quantile() -> None:
    """With an empty shelf the first unit at 1 - alpha is the alpha quantile."""
    demand = Demand(np.array([0.4, 6.0, 30.0]), np.array([0.5, 0.2, 0.1]))
    none = np.zeros(3, dtype=np.int64)
    tail = short_tail(Demand(np.zeros(3), np.zeros(3)), demand, none, none, none)
    level = np.full(3, 0.95)
    assert tail.first_at_most(1 - level).tolist() == demand.quantile(level).tolist()


def test_no_demand_is_never_short() -> None:
    """A pair without demand has no tail at all."""
    nothing = Demand(one(0), one(0))
    tail = short_tail(nothing, nothing, units(0), units(0), units(0))
    assert tail.probability.max() == 0.0
