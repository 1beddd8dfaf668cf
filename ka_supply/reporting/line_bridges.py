"""Every line with its quantity bridge and its value ledger."""

import numpy as np
import pandas as pd

from ka_supply.reporting.night import Night

__all__ = [
    "UNIT_COMPONENTS",
    "VALUE_COMPONENTS",
    "compute_bridges",
    "compute_plan_value",
]

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
VALUE_COMPONENTS = (
    "LOST_SALES",
    "SHORTFALL",
    "HOLDING",
    "STOCK_PRICE",
    "WRITE_OFF",
    "FREIGHT",
    "SMOOTHING",
    "SCARCITY",
    "LOT_CREDIT",
    "ROUNDING",
)


def _wide(night: Night, column: str, first: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per line and one column per component that ever occurs."""
    ledger = night.plan.ledger
    amounts = ledger[column].astype(float)
    rows = ledger.assign(amount=amounts, line_id=ledger["line_id"].astype(np.int64))
    rows = rows[amounts.notna() & (amounts != 0)]
    wide = rows.pivot_table(
        index="line_id", columns="component", values="amount", aggfunc="sum"
    )
    others = sorted(set(wide.columns) - set(first))
    names = [name for name in (*first, *others) if name in wide.columns]
    index = pd.Index(night.lines["line_id"], name="line_id")
    return wide[names].reindex(index).fillna(0.0)


def compute_bridges(night: Night) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the quantity bridge and the value ledger of every line.

    Returns
    -------
    units, value_cny : DataFrames indexed by line_id
        One column per component that occurs, in the order of explanation; the
        columns of a row sum to the line's units and to its value.
    """
    return (
        _wide(night, "units", UNIT_COMPONENTS),
        _wide(night, "value_cny", VALUE_COMPONENTS),
    )


def compute_plan_value(night: Night, value_cny: pd.DataFrame) -> pd.DataFrame:
    """Return the value of tonight's counting lines by component.

    Returns
    -------
    DataFrame
        component, value_cny; vehicle and slack costs of the plan as negative
        components VEHICLE and FILL_FLOOR. The sum is minus the objective.
    """
    counted = night.lines.set_index("line_id")["is_counted"]
    total = value_cny[counted.reindex(value_cny.index).to_numpy(bool)].sum()
    rows = pd.DataFrame({"component": total.index, "value_cny": total.to_numpy()})
    costs = night.plan.costs
    paid = -costs["cost_cny"].astype(float).groupby(costs["kind"]).sum()
    extra = pd.DataFrame({"component": paid.index, "value_cny": paid.to_numpy()})
    parts = [part for part in (rows, extra) if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else rows
    return found[found["value_cny"] != 0].reset_index(drop=True)
