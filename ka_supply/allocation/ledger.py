"""What each line is worth by component, and the ledger of both its sums."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import sums_by
from ka_supply.allocation.quantity_bridge import UNIT_COMPONENTS
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues

__all__ = [
    "LEDGER_COMPONENTS",
    "ledger_table",
    "part_values",
]

Ints = npt.NDArray[np.int64]

LEDGER_COMPONENTS = (*VALUE_COMPONENTS, "LOT_CREDIT", "ROUNDING")


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
