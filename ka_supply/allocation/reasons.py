"""Why a pair does not get more: one code per pair, from integers alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import Decided, sums_by
from ka_supply.allocation.lot_classes import LotClasses, build_lot_classes
from ka_supply.allocation.room import next_step_limits
from ka_supply.allocation.solution import Solution
from ka_supply.domain.values import CaseValues

__all__ = ["miss_reasons"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
FEN_PER_CNY = 100


@dataclass(frozen=True)
class _Stock:
    """Cases at the origin of each pair; each of shape (pairs,).

    Parameters
    ----------
    free, left : of any lot of the SKU, before and after the plan.
    fresh, fresh_left : of the lots the pair may take.
    credit_fen : highest credit per case among those left.
    """

    free: Ints
    left: Ints
    fresh: Ints
    fresh_left: Ints
    credit_fen: Ints


@dataclass(frozen=True)
class _NextStep:
    """The least more each pair may get; each of shape (pairs,).

    Parameters
    ----------
    cases : from what the pair gets to the next quantity it may order.
    value_fen : what those are worth, 0 past the end of the curve.
    is_in_curve : whether the curve reaches that far.
    is_cut_short : the curve goes on, but ends before that quantity.
    is_scarce : scarcity lowered the value of that, or of the last step.
    """

    cases: Ints
    value_fen: Ints
    is_in_curve: Flags
    is_cut_short: Flags
    is_scarce: Flags


def _stock(decided: Decided, classes: LotClasses, flows: pd.DataFrame) -> _Stock:
    lots, pairs = decided.case_values.lots, decided.pairs
    free = classes.free_cases
    left = free - sums_by(flows["lot"], flows["cases"], len(lots))
    places = pd.MultiIndex.from_frame(
        lots[["warehouse_id", "sku_id"]].drop_duplicates()
    )
    of_lot = places.get_indexer(
        pd.MultiIndex.from_frame(lots[["warehouse_id", "sku_id"]])
    )
    of_pair = places.get_indexer(
        pd.MultiIndex.from_frame(pairs[["origin_id", "sku_id"]])
    )
    size, arc = len(classes.class_free), classes.arc_lot
    credit = np.zeros(size + 1, dtype=np.int64)
    spare = left[arc] > 0
    np.maximum.at(credit, classes.arc_class[spare], classes.credit_fen[arc][spare])

    def at_place(cases: Ints) -> Ints:
        return np.append(sums_by(of_lot, cases, len(places)), 0)[of_pair]

    def in_class(cases: Ints) -> Ints:
        sums = sums_by(classes.arc_class, cases[arc], size)
        return np.append(sums, 0)[classes.class_of_pair]

    return _Stock(
        at_place(free),
        at_place(left),
        in_class(free),
        in_class(left),
        credit[classes.class_of_pair],
    )


def _next_steps(values: CaseValues, cases: Ints) -> _NextStep:
    """Return the least each pair could get beyond `cases`."""
    pairs, steps = values.pairs, values.steps
    first = pairs["first_cases"].to_numpy(dtype=np.int64)
    multiple = pairs["multiple_cases"].to_numpy(dtype=np.int64)
    wanted = np.where(cases > 0, multiple, first)
    curve = sums_by(steps["pair"], steps["cases"], len(pairs))
    base = np.cumsum(curve) - curve
    # Sentinels keep the look-ups in range for pairs without a curve.
    ends = np.append(np.cumsum(steps["cases"]), np.iinfo(np.int64).max)
    worth = np.append([0], np.cumsum(steps["value_fen"]))
    scarce = np.append(steps["SCARCITY"].to_numpy() < 0, False)
    start = np.searchsorted(ends, base + cases, side="right")
    at = np.searchsorted(ends, base + cases + wanted)
    is_in_curve = cases + wanted <= curve
    last = np.where(is_in_curve, at, np.searchsorted(ends, base + curve))
    return _NextStep(
        cases=np.where(is_in_curve, ends[at] - base - cases, wanted),
        value_fen=np.where(is_in_curve, worth[np.minimum(at + 1, len(worth) - 1)], 0)
        - np.where(is_in_curve, worth[np.minimum(start, len(worth) - 1)], 0),
        is_in_curve=is_in_curve,
        is_cut_short=~is_in_curve & (curve > cases),
        is_scarce=scarce[last] & (curve > 0),
    )


def _floor_fen(decided: Decided, solution: Solution, more: Ints) -> Ints:
    """Return what the next step saves in fill-rate slack, in fen per pair."""
    pairs = decided.pairs
    missed = solution.slack[solution.slack["slack"] > 0].set_index("account_id")
    unit = pairs["account_id"].map(missed["unit_cost_cny"]).astype("float64").fillna(0)
    is_value = pairs["account_id"].map(missed["metric"]) == "VALUE"
    unit = unit * pairs["price_cny"].where(is_value, 1.0)
    counts = (pairs["need_source"] == "ORDER") & (
        solution.cases < pairs["need_cases"].to_numpy()
    )
    price = FEN_PER_CNY * unit * more * pairs["units_per_case"]
    return np.asarray(np.rint(price.where(counts, 0.0)), dtype=np.int64)


def _reasons_of(
    decided: Decided, classes: LotClasses, solution: Solution
) -> npt.NDArray[np.str_]:
    """Return why each pair does not get more than in one solution."""
    pairs = decided.pairs
    stock = _stock(decided, classes, solution.flows)
    step = _next_steps(decided.case_values, solution.cases)
    limits = next_step_limits(decided, solution.cases, step.cases)
    per_case = pairs["units_per_case"].to_numpy(dtype=np.int64)
    missing = pairs["need_units"].to_numpy() - solution.cases * per_case
    worth = step.value_fen + step.cases * stock.credit_fen
    worth = worth + _floor_fen(decided, solution, step.cases)
    is_worthless = ~step.is_in_curve | (worth <= 0)
    is_kept = is_worthless & step.is_scarce
    is_gone = stock.fresh_left < step.cases
    is_planned = solution is decided.solution
    causes = [
        ("NO_STOCK", stock.free == 0),
        ("NO_FRESH_STOCK", stock.fresh == 0),
        ("BELOW_MOQ", (missing > 0) & (missing < step.cases * per_case)),
        ("CAPACITY", limits.is_full),
        ("BELOW_MOQ", step.is_cut_short),
        ("NO_STOCK", is_kept & is_gone),
        ("DEFERRED", is_kept),
        ("NOT_WORTH", is_worthless),
        ("NO_FRESH_STOCK", is_gone & (stock.left > stock.fresh_left)),
        ("NO_STOCK", is_gone),
        ("CAPACITY", limits.is_departure_full),
        ("CREDIT_HOLD", limits.is_credit_spent & is_planned),
        ("BELOW_MOQ", limits.is_below_drop),
    ]
    names, masks = zip(*causes, strict=True)
    return np.select(masks, names, "DEFERRED")


def miss_reasons(decided: Decided) -> npt.NDArray[np.str_]:
    """Return why each pair does not get more; the first cause that holds.

    ========================  ==================================================
    NO_STOCK, NO_FRESH_STOCK  no lot, or none young enough, at the origin
    BELOW_MOQ                 what is missing is less than the smallest step
    CAPACITY                  the store cannot hold another step
    BELOW_MOQ                 worth something only below the smallest quantity
    NO_STOCK, DEFERRED        worth nothing tonight because stock is scarce:
                              gone, or kept for a better use later
    NOT_WORTH                 another step is worth nothing tonight
    NO_FRESH_STOCK, NO_STOCK  others got the last lots
    CAPACITY                  vehicles, picking or the dock are full
    CREDIT_HOLD               the account's headroom is spent
    BELOW_MOQ                 the drop would be below the lane's minimum
    DEFERRED                  worth something, less than what it would use
    ========================  ==================================================

    An account stopped by credit is judged by what it would get if released;
    what that would give beyond the plan is CREDIT_HOLD.

    Returns
    -------
    shape (pairs,)
    """
    values = decided.case_values
    classes = build_lot_classes(values, decided.snapshot.run_date)
    found = _reasons_of(decided, classes, decided.solution)
    if decided.shadow is None:
        return np.where(decided.is_stopped, "CREDIT_HOLD", found)
    if not decided.is_stopped.any():
        return found
    released = _reasons_of(decided, classes, decided.shadow)
    held = decided.is_stopped & (decided.shadow.cases > decided.solution.cases)
    return np.select([held, decided.is_stopped], ["CREDIT_HOLD", released], found)
