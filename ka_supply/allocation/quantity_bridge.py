"""Why this many units: from demand to the shipped quantity, in whole units."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import sums_by
from ka_supply.domain.values import CaseValues

__all__ = ["UNIT_COMPONENTS", "pair_bridges", "part_bridges"]

Ints = npt.NDArray[np.int64]

UNIT_COMPONENTS = (
    "DEMAND",
    "PROMOTION",
    "SAFETY_STOCK",
    "PRESENTATION",
    "ON_HAND",
    "IN_TRANSIT",
    "AGE_RISK",
    "SCARCITY",
    "CAPACITY",
    "ROUNDING",
)
# Targets are rounded up to whole units less this much.
FLOAT_NOISE = 1e-9
# What a reason takes away from the cases that are worth something to a pair.
CUT_BY_REASON = {
    "NO_STOCK": "SCARCITY",
    "CAPACITY": "CAPACITY",
    "BELOW_MOQ": "CAPACITY",
    "CREDIT_HOLD": "CAPACITY",
    "DEFERRED": "CAPACITY",
}


def _rounded(column: pd.Series) -> Ints:
    return np.asarray(np.rint(column.astype("float64").fillna(0)), dtype=np.int64)


def _paying_cases(values: CaseValues) -> Ints:
    """Return the cases of each pair that are worth something by themselves."""
    steps = values.steps[values.steps["value_fen"] > 0]
    return sums_by(steps["pair"], steps["cases"], len(values.pairs))


def _is_scarce(values: CaseValues) -> npt.NDArray[np.bool_]:
    """Return whose value curve scarcity lowered."""
    steps = values.steps
    return sums_by(steps["pair"], steps["SCARCITY"], len(values.pairs)) < 0


def _to_target(pairs: pd.DataFrame) -> tuple[dict[str, Ints], Ints]:
    """Return components from demand to the gap below target, and that gap."""
    mean = _rounded(pairs["mean_until_next_units"])
    promotion = np.minimum(_rounded(pairs["promotion_units"]), mean)
    target = _rounded(pairs["target_units"])
    stock, transit = _rounded(pairs["stock_units"]), _rounded(pairs["transit_units"])
    level = pairs["mean_until_next_units"] + pairs["safety_stock_units"]
    policy = pairs["ss_policy"]
    base = _rounded(np.ceil(level - FLOAT_NOISE))
    base = np.where(policy == "presentation", mean, base)
    base = np.where(policy == "rep_1_5x", target, base)
    rest = target - base
    shown = _rounded(pairs["presentation_units"]) > 0
    found = {
        "DEMAND": mean - promotion,
        "PROMOTION": promotion,
        "SAFETY_STOCK": base - mean + np.where(shown, 0, np.maximum(rest, 0)),
        "PRESENTATION": np.where(shown, np.maximum(rest, 0), 0),
        "ON_HAND": -stock,
        "IN_TRANSIT": -transit,
        # A target below demand plus safety was capped by what sells in time.
        "AGE_RISK": np.minimum(rest, 0),
    }
    return found, target - stock - transit


def _rounding(gap: Ints, change: Ints, step: Ints) -> Ints:
    """Return what rounding a gap to whole steps adds, as far as `change` goes."""
    up = np.clip(change, 0, -gap % step)
    down = np.clip(-change, 0, gap % step)
    return np.asarray(np.where(gap > 0, up - down, 0), dtype=np.int64)


def _beyond_target(
    values: CaseValues, shipped_cases: Ints, beyond: Ints
) -> dict[str, Ints]:
    """Return what explains units beyond, or short of, the rounded target.

    Beyond: cases that pay by themselves are safety stock that margin asks for;
    others were ordered (DEMAND), or go because their lot would be left over (a
    positive AGE_RISK). Short: scarcity, where it lowered the values, else the
    risk and cost of ageing.
    """
    pairs = values.pairs
    per_case = pairs["units_per_case"].to_numpy(dtype=np.int64)
    paying = _paying_cases(values)
    is_ordered = (pairs["need_source"] == "ORDER").to_numpy()
    ordered = np.where(is_ordered, pairs["need_cases"].to_numpy(dtype=np.int64), 0)
    pushed = np.maximum(shipped_cases - paying, 0) * per_case
    pushed = np.clip(beyond, 0, pushed)
    asked = np.maximum(np.minimum(shipped_cases, ordered) - paying, 0) * per_case
    asked = np.minimum(pushed, asked)
    less = np.minimum(beyond, 0)
    is_scarce = _is_scarce(values)
    return {
        "DEMAND": asked,
        "AGE_RISK": pushed - asked + np.where(is_scarce, 0, less),
        "SAFETY_STOCK": np.maximum(beyond, 0) - pushed,
        "SCARCITY": np.where(is_scarce, less, 0),
    }


def pair_bridges(
    values: CaseValues, shipped_cases: Ints, reasons: npt.NDArray[np.str_]
) -> Ints:
    """Return the quantity bridge of each pair, in units.

    Demand until the next arrival and the target's other parts, less what is
    there; rounding to whole steps; what the value curve asks for beyond or
    short of that; then what was cut from it, by the reason why the pair does
    not get more.

    Parameters
    ----------
    shipped_cases : shape (pairs,)
        Held cases included.
    reasons : shape (pairs,)
        Of `ka_supply.allocation.reasons.miss_reasons`.

    Returns
    -------
    shape (pairs, len(UNIT_COMPONENTS))
        Each row adds up to the units of `shipped_cases`.
    """
    pairs = values.pairs
    per_case = pairs["units_per_case"].to_numpy(dtype=np.int64)
    found, gap = _to_target(pairs)
    wanted = np.maximum(_paying_cases(values), shipped_cases) * per_case
    step = per_case * pairs["multiple_cases"].to_numpy(dtype=np.int64)
    rounding = _rounding(gap, wanted - gap, step)
    curve = _beyond_target(values, shipped_cases, wanted - gap - rounding)
    cut = wanted - shipped_cases * per_case
    cause = np.array([CUT_BY_REASON.get(str(r), "AGE_RISK") for r in reasons])
    zero = np.zeros(len(pairs), dtype=np.int64)
    bridge = {
        name: found.get(name, zero)
        + curve.get(name, zero)
        - np.where(cause == name, cut, 0)
        for name in UNIT_COMPONENTS
    }
    bridge["ROUNDING"] = rounding
    return np.column_stack([bridge[name] for name in UNIT_COMPONENTS])


def part_bridges(values: CaseValues, bridges: Ints, parts: pd.DataFrame) -> Ints:
    """Return the bridge of each part: its share of the pair's, in units.

    Parameters
    ----------
    bridges : shape (pairs, len(UNIT_COMPONENTS))
    parts : DataFrame
        Of `ka_supply.allocation.lines.line_parts`.

    Returns
    -------
    shape (parts, len(UNIT_COMPONENTS))
        Each row adds up to the part's units: shares are cut towards zero and
        what is left goes to ROUNDING.
    """
    pair = parts["pair"].to_numpy()
    per_case = values.pairs["units_per_case"].to_numpy(dtype=np.int64)[pair]
    units = (parts["end"] - parts["start"]).to_numpy(dtype=np.int64) * per_case
    whole = bridges[pair]
    total = whole.sum(axis=1)
    shares = np.sign(whole) * (np.abs(whole) * units[:, None] // total[:, None])
    shares[:, -1] += units - shares.sum(axis=1)
    return np.asarray(shares)
