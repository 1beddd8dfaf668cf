"""From decided integers to the tables of a plan; every sum ties in fen."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.costs import cost_table
from ka_supply.allocation.decided import Decided, assert_consistent, sums_by
from ka_supply.allocation.ledger import ledger_table, part_values
from ka_supply.allocation.lines import LINE_COLUMNS, line_parts, line_table
from ka_supply.allocation.needs import needs_table
from ka_supply.allocation.price_table import price_table
from ka_supply.allocation.quantity_bridge import pair_bridges, part_bridges
from ka_supply.allocation.reasons import miss_reasons
from ka_supply.allocation.solution import Solution
from ka_supply.domain.errors import SolverFault
from ka_supply.domain.network import Network
from ka_supply.domain.plan import Plan
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.values import CaseValues

__all__ = ["build_plan"]

# A fen, and the noise of floats.
OBJECTIVE_TOLERANCE_CNY = 0.010001


def _case_values(values: CaseValues) -> pd.DataFrame:
    steps = values.steps
    pairs = values.pairs.iloc[steps["pair"]].reset_index(drop=True)
    return pairs[["destination_id", "freshness_class", "sku_id"]].assign(
        # Published steps count from one.
        step=steps["step"].to_numpy(dtype=np.int64) + 1,
        cases=steps["cases"].to_numpy(dtype=np.int64),
        value_cny=steps["value_fen"].to_numpy(dtype=np.int64) / 100,
    )


def _lot_credits(values: CaseValues) -> pd.DataFrame:
    lots = values.lots[["warehouse_id", "sku_id", "lot_id"]].reset_index(drop=True)
    return lots.assign(credit_cny=values.lots["credit_fen"].to_numpy() / 100)


def _notes(decided: Decided) -> tuple[str, ...]:
    """Return message ids of what the reader must know."""
    credit, solver = decided.credit, decided.solution.status
    is_unknown = decided.shadow is None and bool(decided.is_stopped.any())
    return tuple(
        name
        for name, holds in (
            ("NO_CREDIT_CHECK", bool((credit["status"] == "NO_CHECK").any())),
            ("HELD_NOT_KNOWN", is_unknown),
            ("NO_OPEN_ORDERS", decided.order_lines.empty),
            ("PLAN_NOT_PROVED", solver.status == "FEASIBLE"),
            ("PLAN_IS_FALLBACK", solver.status == "FALLBACK"),
        )
        if holds
    )


def _assert_objective(
    decided: Decided,
    parts: pd.DataFrame,
    value_fen: npt.NDArray[np.int64],
    costs: pd.DataFrame,
) -> None:
    """Check that the tables add up to the solution's objective.

    Raises
    ------
    SolverFault
        If they differ by more than 0.01 yuan, and half a fen per slack row.
    """
    counted = ~parts["is_held"].to_numpy(dtype=bool)
    cost_fen = np.rint(costs["cost_cny"].to_numpy() * 100).astype(np.int64)
    found = (int(cost_fen.sum()) - int(value_fen[counted].sum())) / 100
    told = decided.solution.status.objective
    slack_rows = int((costs["kind"] == "FILL_FLOOR").sum())
    if not abs(found - told) <= OBJECTIVE_TOLERANCE_CNY * (1 + slack_rows / 2):
        msg = (
            f"objective: the plan's tables add up to {found:.2f} yuan, the solver's "
            f"answer to {told:.2f}; report this as a software fault"
        )
        raise SolverFault(msg)


def build_plan(
    snapshot: Snapshot,
    network: Network,
    values: CaseValues,
    solution: Solution,
    shadow: Solution | None,
    credit: pd.DataFrame,
) -> Plan:
    """Return the plan of a solution: lines, needs, ledger, prices and costs.

    Parameters
    ----------
    shadow : Solution or None
        What would be decided without rule R11; gives the HELD_CREDIT lines.
    credit : DataFrame
        Of `ka_supply.domain.credit.credit_state`.

    Raises
    ------
    SolverFault
        If steps, lots and cases of a solution disagree, or the tables do not
        add up to its objective.

    References
    ----------
    docs/rules.md, R6 to R14.
    """
    for decision in (solution, shadow):
        if decision is not None:
            assert_consistent(values, decision)
    decided = Decided(snapshot, network, values, solution, shadow, credit)
    parts = line_parts(decided)
    reasons = miss_reasons(decided)
    amounts_fen = part_values(values, parts)
    value_fen = amounts_fen.sum(axis=1)
    lines = line_table(decided, parts, value_fen, reasons)
    shipped = sums_by(parts["pair"], parts["end"] - parts["start"], len(values.pairs))
    bridges = pair_bridges(values, shipped, reasons)
    ledger = ledger_table(lines, part_bridges(values, bridges, parts), amounts_fen)
    costs = cost_table(decided)
    _assert_objective(decided, parts, value_fen, costs)
    return Plan(
        lines=lines[list(LINE_COLUMNS)],
        needs=needs_table(decided, parts, reasons),
        ledger=ledger,
        prices=price_table(values, solution),
        costs=costs,
        case_values=_case_values(values),
        lot_credits=_lot_credits(values),
        solver=solution.status,
        notes=_notes(decided),
    )
