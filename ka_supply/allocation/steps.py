"""Active steps of the value curves: what room, multiples and lots leave open."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.lot_classes import LotClasses
from ka_supply.domain.values import CaseValues

__all__ = ["Steps", "build_steps"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Steps:
    """Active steps in pair order; a pair takes a prefix of its steps.

    Parameters
    ----------
    start : shape (pairs + 1,)
        Steps of pair p are start[p]..start[p + 1] - 1.
    pair, cases, value_fen : shape (steps,)
    cases_through : shape (steps,)
        Cases of the pair once this step and all before it go.
    curve_steps : shape (steps,)
        Steps of the pair's value curve that are complete once this one goes.
    """

    start: Ints
    pair: Ints
    cases: Ints
    value_fen: Ints
    cases_through: Ints
    curve_steps: Ints


def _grouped(values: CaseValues) -> tuple[Ints, ...]:
    """Return pair, cases, value, curve steps, merged to what may be ordered.

    Steps are joined until the quantity is one that the order multiple and the
    smallest quantity allow (rule R9); a rest that never gets there is left out.
    """
    curve = values.steps.sort_values(["pair", "step"], kind="stable")
    pair = curve["pair"].to_numpy(np.int64)
    cases = curve["cases"].to_numpy(np.int64)
    value = curve["value_fen"].to_numpy(np.int64)
    multiple = values.pairs["multiple_cases"].to_numpy(np.int64)[pair]
    smallest = values.pairs["first_cases"].to_numpy(np.int64)[pair]
    total, worth = np.cumsum(cases), np.cumsum(value)
    first = np.searchsorted(pair, pair)
    so_far = total - total[first] + cases[first]
    stops = (so_far % multiple == 0) & (so_far >= smallest)
    at = np.flatnonzero(stops)
    joined = pair[at]
    again = np.append([False], joined[1:] == joined[:-1])[: len(at)]
    before = np.where(again, np.roll(at, 1), first[at] - 1)
    size = total[at] - np.where(before >= 0, total[before], 0)
    gain = worth[at] - np.where(before >= 0, worth[before], 0)
    return joined, size, gain, at - first[at] + 1, so_far[at]


def build_steps(
    values: CaseValues, lots: LotClasses, open_pairs: Flags, may_lose: Flags
) -> Steps:
    """Return the steps a solve may take.

    Parameters
    ----------
    open_pairs : shape (pairs,)
        Pairs that may get anything.
    may_lose : shape (pairs,)
        Pairs of which a step at a loss can pay elsewhere (a smallest drop or a
        fill-rate floor); of the others such steps are left out.
    """
    pair, cases, value, curve_steps, so_far = _grouped(values)
    room = values.pairs["room_units"].to_numpy(float)[pair]
    units = so_far * values.pairs["units_per_case"].to_numpy(np.int64)[pair]
    member = lots.class_of_pair[pair]
    known = np.append(lots.class_free, 0)[member]
    credit = np.append(lots.class_best_credit, 0)[member]
    keep = (
        open_pairs[pair]
        & ~(units > room)
        & (so_far <= known)
        & (may_lose[pair] | (value + credit * cases > 0))
    )
    # A later step never goes without the earlier ones.
    first = np.searchsorted(pair, pair)
    refused = np.cumsum(~keep)
    keep &= refused - refused[first] + ~keep[first] == 0
    pair, cases, value = pair[keep], cases[keep], value[keep]
    start = np.searchsorted(pair, np.arange(len(values.pairs) + 1))
    return Steps(
        start.astype(np.int64), pair, cases, value, so_far[keep], curve_steps[keep]
    )
