"""Why this many: the quantity bridge in units and the value ledger in fen."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import sums_by
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues

__all__ = [
    "LEDGER_COMPONENTS",
    "UNIT_COMPONENTS",
    "ledger_table",
    "pair_bridges",
    "part_bridges",
    "part_values",
]

Ints = npt.NDArray[np.int64]

LEDGER_COMPONENTS = (*VALUE_COMPONENTS, "LOT_CREDIT", "ROUNDING")
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


def _cumulative(amounts: Ints, cases: Ints, at: Ints) -> Ints:
    """Return the amounts of the first `at` cases, those inside a step floored.

    Parameters
    ----------
    amounts : shape (steps, k), fen
        Of each step.
    cases : shape (steps,), > 0
    at : shape (n,)
        Numbers of cases over all steps, 0 to the sum of `cases`.
    """
    first = np.cumsum(cases) - cases
    before = np.cumsum(amounts, axis=0) - amounts
    step = np.searchsorted(first, at, side="right") - 1
    inside = (amounts[step] * (at - first[step])[:, None]) // cases[step][:, None]
    return np.asarray(before[step] + inside)


def part_values(values: CaseValues, parts: pd.DataFrame) -> Ints:
    """Return what each part of the plan is worth, by component, in fen.

    A step that two parts share is split by cases; what the floors leave over
    is the part's ROUNDING.

    Parameters
    ----------
    parts : DataFrame
        Of `ka_supply.allocation.lines.line_parts`.

    Returns
    -------
    shape (parts, len(LEDGER_COMPONENTS))
        Each row adds up to the value of the part; the values of the parts of a
        pair add up to those of its steps and lots.
    """
    result = np.zeros((len(parts), len(LEDGER_COMPONENTS)), dtype=np.int64)
    if not len(parts):
        return result
    steps = values.steps
    cases = steps["cases"].to_numpy(dtype=np.int64)
    by_pair = sums_by(steps["pair"], cases, len(values.pairs))
    base = (np.cumsum(by_pair) - by_pair)[parts["pair"]]
    amounts = steps[[*VALUE_COMPONENTS, "value_fen"]].to_numpy(dtype=np.int64)
    upper = _cumulative(amounts, cases, base + parts["end"].to_numpy())
    lower = _cumulative(amounts, cases, base + parts["start"].to_numpy())
    shares = upper - lower
    credit = values.lots["credit_fen"].to_numpy(dtype=np.int64)[parts["lot"]]
    result[:, :-2] = shares[:, :-1]
    result[:, -2] = credit * (parts["end"] - parts["start"]).to_numpy()
    result[:, -1] = shares[:, -1] - shares[:, :-1].sum(axis=1)
    return result


def _rounded(column: pd.Series) -> Ints:
    return np.asarray(np.rint(column.astype("float64").fillna(0)), dtype=np.int64)


def _wanted_cases(
    values: CaseValues, shipped: Ints
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the cases worth something to each pair, and whether scarcity cut them.

    What is shipped beyond those (for a lot's credit or a fill-rate floor) counts
    as wanted.
    """
    steps, n_pairs = values.steps, len(values.pairs)
    pays = steps["value_fen"] > 0
    cases = sums_by(steps["pair"][pays], steps["cases"][pays], n_pairs)
    scarcity = sums_by(steps["pair"], steps["SCARCITY"], n_pairs)
    return np.maximum(cases, shipped), scarcity < 0


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


def pair_bridges(
    values: CaseValues, shipped_cases: Ints, reasons: npt.NDArray[np.str_]
) -> Ints:
    """Return the quantity bridge of each pair, in units.

    Demand until the next arrival and the target's other parts, less what is
    there; then the step from the target to the cases that are worth something
    (rounding to whole steps, the rest safety stock or a cut); then what was cut
    from those, by the reason why the pair does not get more.

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
    wanted_cases, is_scarce = _wanted_cases(values, shipped_cases)
    wanted = wanted_cases * per_case
    change = wanted - gap
    step = per_case * pairs["multiple_cases"].to_numpy(dtype=np.int64)
    up = np.where(gap > 0, np.clip(change, 0, -gap % step), 0)
    down = np.where(gap > 0, np.clip(-change, 0, gap % step), 0)
    beyond = change - up + down
    cut = wanted - shipped_cases * per_case
    cause = np.array([CUT_BY_REASON.get(str(r), "AGE_RISK") for r in reasons])
    zero = np.zeros(len(pairs), dtype=np.int64)
    bridge = {name: found.get(name, zero) for name in UNIT_COMPONENTS}
    bridge["SAFETY_STOCK"] = bridge["SAFETY_STOCK"] + np.maximum(beyond, 0)
    less = np.minimum(beyond, 0)
    bridge["AGE_RISK"] = bridge["AGE_RISK"] + np.where(is_scarce, 0, less)
    bridge["SCARCITY"] = np.where(is_scarce, less, 0)
    bridge["ROUNDING"] = up - down
    for name in ("AGE_RISK", "SCARCITY", "CAPACITY"):
        bridge[name] = bridge[name] - np.where(cause == name, cut, 0)
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


def ledger_table(lines: pd.DataFrame, bridges: Ints, amounts_fen: Ints) -> pd.DataFrame:
    """Return the ledger: per line its bridge in units, then its value in yuan.

    Parameters
    ----------
    lines : DataFrame
        line_id, part (row of the two arrays).
    bridges : shape (parts, len(UNIT_COMPONENTS)), units
    amounts_fen : shape (parts, len(LEDGER_COMPONENTS)), fen

    Returns
    -------
    DataFrame, sorted by line_id
        line_id, component, units, value_cny; one of the last two is NaN. Rows
        of zero are left out.
    """
    part = lines["part"].to_numpy()
    amounts = np.hstack([bridges[part], amounts_fen[part]])
    row, column = np.nonzero(amounts)
    amount = amounts[row, column].astype(np.float64)
    is_units = column < len(UNIT_COMPONENTS)
    names = np.array([*UNIT_COMPONENTS, *LEDGER_COMPONENTS])
    return pd.DataFrame(
        {
            "line_id": lines["line_id"].to_numpy(dtype=np.int64)[row],
            "component": pd.Series(names[column], dtype="str"),
            "units": np.where(is_units, amount, np.nan),
            "value_cny": np.where(is_units, np.nan, amount / 100),
        }
    )
