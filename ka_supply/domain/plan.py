"""The plan: what goes where, why, and how good the solver says it is."""

from dataclasses import dataclass, field

import pandas as pd

__all__ = ["PLAN_LINE_ORDER", "Plan", "SolveStatus"]

PLAN_LINE_ORDER = (
    "movement_type",
    "origin_id",
    "departure_date",
    "lane_id",
    "destination_id",
    "sku_id",
    "freshness_class",
    "expiry_date",
    "lot_id",
    "order_basis",
    "status",
)


@dataclass(frozen=True)
class SolveStatus:
    """What is known about the quality of a plan; never copied from a solver.

    Parameters
    ----------
    status : {"PROVED", "FEASIBLE", "FALLBACK"}
        PROVED only if the recomputed gap is within the configured one.
    objective, bound : yuan
        Cost of the plan as recomputed from integers, and the proven bound.
    gap : float
        (objective - bound) / (value of the plan above shipping nothing), >= 0.
    max_integrality_error : float
        Largest distance of a used solver value from an integer.
    greedy_objective : yuan
        Cost of the greedy plan that existed before the solver started.
    """

    name: str
    version: str
    status: str
    objective: float
    bound: float
    gap: float
    max_integrality_error: float
    greedy_objective: float


@dataclass(frozen=True)
class Plan:
    """One night's plan; the frames have the columns of the output tables.

    Parameters
    ----------
    lines : DataFrame
        plan_lines, in PLAN_LINE_ORDER with line_id 1..n.
    needs, ledger, prices, costs : DataFrame
    case_values : DataFrame
        destination_id, freshness_class, sku_id, step, cases, value_cny.
    lot_credits : DataFrame
        warehouse_id, sku_id, lot_id, credit_cny.
    solver : SolveStatus
    notes : tuple of str
        What the reader must know, such as "no credit check".
    """

    lines: pd.DataFrame
    needs: pd.DataFrame
    ledger: pd.DataFrame
    prices: pd.DataFrame
    costs: pd.DataFrame
    case_values: pd.DataFrame
    lot_credits: pd.DataFrame
    solver: SolveStatus
    notes: tuple[str, ...] = field(default=())
