"""The demand distribution against scipy's negative binomial."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ka_supply.domain.demand import Demand

means = st.floats(0.001, 5_000)
variances = st.floats(0.001, 50)


def one(mean: float, variance: float) -> Demand:
    return Demand(np.array([mean]), np.array([variance]))


@given(means, variances, st.integers(-5, 20_000))
def test_probabilities_are_those_of_scipy(mean: float, r: float, units: int) -> None:
    """Cdf and survival function agree with scipy and add up to one."""
    demand, expected = one(mean, r), stats.nbinom(1 / r, 1 / (1 + r * mean))
    at = np.array([units])
    assert demand.cdf(at)[0] == pytest.approx(expected.cdf(units), abs=1e-9)
    assert demand.sf(at)[0] == pytest.approx(expected.sf(units), abs=1e-9)
    assert demand.cdf(at)[0] + demand.sf(at)[0] == pytest.approx(1)


@given(means, variances, st.floats(0.0001, 0.9999))
def test_quantile_is_the_first_count_that_reaches_the_level(
    mean: float, r: float, level: float
) -> None:
    """The quantile reaches the level, one unit less does not."""
    demand = one(mean, r)
    found = demand.quantile(level)
    assert demand.cdf(found)[0] >= level
    assert found[0] == 0 or demand.cdf(found - 1)[0] < level


@settings(max_examples=50)
@given(st.floats(0.01, 60), st.floats(0.01, 3), st.integers(-3, 80))
def test_expected_shortage_is_the_sum_over_the_tail(
    mean: float, r: float, stock: int
) -> None:
    """E[(D - s)+] equals the sum of survival probabilities from s on."""
    demand = one(mean, r)
    far = int(demand.quantile(1 - 1e-12)[0]) + 2
    units = np.arange(max(stock, 0), max(far, stock + 1))
    tail = demand.sf(units[None, :]).sum() - min(stock, 0)
    short = demand.expected_shortage(np.array([stock]))[0]
    assert short == pytest.approx(tail, rel=1e-6, abs=1e-8)


@given(st.floats(0.01, 40), st.floats(0.001, 3))
def test_mass_function_has_the_mean_and_the_variance(mean: float, r: float) -> None:
    """The probabilities of single counts carry mean and variance m + r m^2."""
    demand = one(mean, r)
    mass = demand.pmf(int(demand.quantile(1 - 1e-13)[0]) + 5)[0]
    count = np.arange(len(mass))
    assert mass.sum() == pytest.approx(1)
    assert mass @ count == pytest.approx(mean, rel=1e-5)
    spread = mass @ (count - mean) ** 2
    assert spread == pytest.approx(mean + r * mean**2, rel=1e-3)


def test_no_relative_variance_is_a_poisson_distribution() -> None:
    """With relative variance zero the distribution is Poisson."""
    mean = np.array([0.2, 3.0, 400.0])
    demand = Demand(mean, np.zeros(3))
    expected = stats.poisson.ppf(0.95, mean)
    np.testing.assert_array_equal(demand.quantile(0.95), expected)


def test_no_demand_needs_no_stock() -> None:
    """A mean of zero puts all probability on zero, whatever the variance."""
    demand = Demand(np.zeros(2), np.array([0.0, 8.0]))
    np.testing.assert_array_equal(demand.quantile(0.999), [0, 0])
    np.testing.assert_array_equal(demand.sf(np.zeros(2)), [0.0, 0.0])
    np.testing.assert_array_equal(demand.expected_shortage(np.zeros(2)), [0.0, 0.0])


def test_huge_means_stay_finite() -> None:
    """A billion units a window gives finite quantiles and shortages."""
    demand = Demand(np.array([1e9]), np.array([0.3]))
    assert demand.quantile(0.98)[0] > 1e9
    assert np.isfinite(demand.expected_shortage(np.array([10**9]))).all()


def test_level_outside_zero_and_one_is_refused() -> None:
    """A level of 95 instead of 0.95 is named."""
    with pytest.raises(ValueError, match="level 95 is no probability"):
        one(1.0, 1.0).quantile(95)
