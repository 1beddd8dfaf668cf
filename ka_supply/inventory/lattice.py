"""Two stages of demand: what is left at arrival, then who finds the shelf empty."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from ka_supply.domain.demand import Demand

__all__ = ["ShortTail", "short_tail"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LATTICE_SIZES = (8, 16, 32, 64, 128, 256)
TAIL = 1e-6
CHUNK = 4096


@dataclass(frozen=True)
class ShortTail:
    """P(window demand > stock left at arrival + u) for u units ahead.

    Each pair has its own lattice of equal bins; the probability is constant
    inside a bin and zero beyond the last one.

    Parameters
    ----------
    first_unit : shape (n,)
        u of the first bin, <= 0.
    bin_units : shape (n,)
    size : shape (n,)
        Number of bins.
    offset : shape (n,)
        Where the pair's bins begin in `probability`, and bins + 1 edges in
        `cumulative` (offset + pair index).
    probability : shape (sum of size,)
    cumulative : shape (sum of size + 1,)
        Sum over the units from `first_unit` up to each edge of a bin.
    """

    first_unit: Ints
    bin_units: Ints
    size: Ints
    offset: Ints
    probability: Floats
    cumulative: Floats

    def up_to(self, pair: Ints, units: npt.ArrayLike) -> Floats:
        """Return the sum of probabilities over u from `first_unit` to units - 1."""
        place = (np.asarray(units) - self.first_unit[pair]) / self.bin_units[pair]
        place = np.clip(place, 0, self.size[pair])
        lower = np.minimum(place.astype(np.int64), self.size[pair] - 1)
        edge = self.offset[pair] + pair + lower
        low, high = self.cumulative[edge], self.cumulative[edge + 1]
        return np.asarray(low + (place - lower) * (high - low))

    def first_at_most(self, level: Floats) -> Ints:
        """Return the fewest units ahead (>= 0) with probability <= level, (n,)."""
        pair = np.repeat(np.arange(len(self.size)), self.size)
        index = np.arange(len(pair)) - self.offset[pair]
        unit = self.first_unit[pair] + index * self.bin_units[pair]
        above = (self.probability > level[pair]) & (unit >= 0)
        last = np.full(len(self.size), -1, dtype=np.int64)
        np.maximum.at(last, pair[above], unit[above] + self.bin_units[pair[above]])
        return np.maximum(last, 0)


@dataclass(frozen=True)
class _Stages:
    """Demand and stock of the pairs of one lattice size, shape (k,) each."""

    before: Demand
    during: Demand
    before_units: Ints
    during_units: Ints
    bin_units: Ints
    left_bins: Ints


def _left_over(stages: _Stages, size: int) -> Floats:
    """Return P(units left at arrival = j bins), shape (k, size), cut at the top."""
    step = stages.bin_units[:, None]
    threshold = np.arange(size + 1) * step - (step - 1) // 2
    need = threshold - stages.during_units[:, None]
    at_least = stages.before.cdf(stages.before_units[:, None] - need)
    at_least = np.where(need <= 0, 1.0, at_least)
    at_least[:, 0] = 1.0
    return np.asarray(-np.diff(at_least, axis=1))


def _tail(stages: _Stages, size: int) -> Floats:
    """Return P(short) in each bin, shape (k, size)."""
    step = stages.bin_units[:, None]
    bins = np.arange(size) - stages.left_bins[:, None]
    demand_tail = np.zeros((len(bins), 2 * size - 1))
    # Beyond its last bin the lattice has no demand left.
    demand_tail[:, :size] = 1 - stages.during.cdf(bins * step + (step - 1) // 2)
    views = sliding_window_view(demand_tail, size, axis=1)
    found = np.einsum("njx,nx->nj", views, _left_over(stages, size))
    # Mass cut at the top of the lattice meets no demand; rounding must not rise.
    return np.asarray(np.minimum.accumulate(np.clip(found, 0, 1), axis=1))


def _lattice(top: Ints, reach: Ints) -> tuple[Ints, Ints, Ints]:
    """Return bin width, bins below zero and number of bins, shape (n,) each."""
    sizes = np.array(LATTICE_SIZES)
    # One bin may be lost to rounding at either end.
    step = np.maximum(-(-(top + reach + 1) // (sizes[-1] - 2)), 1)
    left = -(-reach // step)
    chosen = np.searchsorted(sizes, left + top // step + 1)
    return step, left, sizes[chosen]


def _chunks(size: Ints) -> Iterator[Ints]:
    """Yield indices of pairs of one lattice size, in blocks that fit the cache."""
    for value in LATTICE_SIZES:
        rows = np.flatnonzero(size == value)
        block = max(1, CHUNK * LATTICE_SIZES[0] // value)
        for start in range(0, len(rows), block):
            yield rows[start : start + block]


def _take(demand: Demand, rows: Ints) -> Demand:
    return Demand(demand.mean[rows], demand.relative_variance[rows])


def short_tail(
    before: Demand,
    during: Demand,
    before_units: Ints,
    during_units: Ints,
    reach_units: Ints,
) -> ShortTail:
    """Return the probability that each further unit would have been missed.

    Parameters
    ----------
    before, during : Demand
        Of the days before arrival, and of the window.
    before_units, during_units : shape (n,), units
        Stock that serves from today, and stock that comes in the window.
    reach_units : shape (n,), units, >= 0
        How far below zero units ahead the lattice must reach.

    Notes
    -----
    P(short | u) = sum over x of P(x left at arrival) P(window demand > x + u),
    x = (stock - demand before)+ + stock of the window. Up to 256 units the
    lattice is exact; larger spans use equal bins.
    """
    step, left, size = _lattice(during.quantile(1 - TAIL), reach_units)
    offset = np.cumsum(size) - size
    probability = np.zeros(int(size.sum()))
    cumulative = np.zeros(int(size.sum()) + len(size))
    for rows in _chunks(size):
        stages = _Stages(
            _take(before, rows),
            _take(during, rows),
            before_units[rows],
            during_units[rows],
            step[rows],
            left[rows],
        )
        width = int(size[rows[0]])
        found = _tail(stages, width)
        places = offset[rows][:, None] + np.arange(width)
        probability[places] = found
        edges = places + rows[:, None] + 1
        cumulative[edges] = np.cumsum(found * step[rows][:, None], axis=1)
    return ShortTail(-left * step, step, size, offset, probability, cumulative)
