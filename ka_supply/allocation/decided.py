"""What was decided in integers, beside everything it was decided on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.limits import (
    Departures,
    Limit,
    build_credit,
    build_departures,
    build_picking,
    build_receiving,
)
from ka_supply.allocation.solution import Solution
from ka_supply.domain.errors import SolverFault
from ka_supply.domain.network import Network
from ka_supply.domain.orders import open_order_lines
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.values import CaseValues

__all__ = ["Decided", "assert_consistent", "sums_by"]

Ints = npt.NDArray[np.int64]
HALF_FEN_CNY = 0.005


def sums_by(index: npt.ArrayLike, amounts: npt.ArrayLike, size: int) -> Ints:
    """Return whole amounts summed by index, exactly; an index of -1 counts nowhere.

    Examples
    --------
    >>> sums_by([0, 2, -1], [5, 7, 9], 3)
    array([5, 0, 7])
    """
    found = np.zeros(size + 1, dtype=np.int64)
    np.add.at(found, np.asarray(index), np.asarray(amounts, dtype=np.int64))
    return found[:-1]


@dataclass(frozen=True)
class Decided:
    """A night's decision and its grounds.

    Parameters
    ----------
    case_values : CaseValues
    solution : Solution
        What is planned.
    shadow : Solution or None
        What would be planned were no account stopped by credit; None if no
        account is, or if nobody knows.
    credit : DataFrame
        Of `ka_supply.domain.credit.credit_state`.
    """

    snapshot: Snapshot
    network: Network
    case_values: CaseValues
    solution: Solution
    shadow: Solution | None
    credit: pd.DataFrame

    @property
    def pairs(self) -> pd.DataFrame:
        """The pairs of the case values."""
        return self.case_values.pairs

    @cached_property
    def departures(self) -> Departures:
        """The departures of the pairs, with capacities and costs."""
        return build_departures(self.snapshot, self.pairs)

    @cached_property
    def order_lines(self) -> pd.DataFrame:
        """The open order lines of the snapshot."""
        return open_order_lines(self.snapshot)

    @cached_property
    def limits(self) -> tuple[Limit, Limit, Limit]:
        """Limits of picking, receiving and credit."""
        return (
            build_picking(self.snapshot, self.pairs),
            build_receiving(self.snapshot, self.pairs),
            build_credit(self.pairs, self.credit),
        )

    @cached_property
    def is_stopped(self) -> npt.NDArray[np.bool_]:
        """Which pairs belong to an account that credit keeps from more (R11).

        Such an account is blocked, or what it would get were it released is
        worth more than its headroom; shape (pairs,).
        """
        credit = self.credit
        stopped = set(credit.loc[credit["status"] == "BLOCKED", "account_id"])
        if self.shadow is not None:
            pairs = self.pairs[self.pairs["kind"] == "SHIPMENT"]
            units = self.shadow.cases[pairs.index] * pairs["units_per_case"]
            wanted = (units * pairs["price_cny"]).groupby(pairs["account_id"]).sum()
            limit = credit.set_index("account_id")["headroom_cny"].reindex(wanted.index)
            stopped |= set(wanted.index[wanted > limit + HALF_FEN_CNY])
        return np.asarray(self.pairs["account_id"].isin(stopped))


def assert_consistent(case_values: CaseValues, solution: Solution) -> None:
    """Check that steps, cases and flows of a solution tell the same story.

    Raises
    ------
    SolverFault
        If the cases of a pair differ from those of its steps or of its lots, or
        a lot gives more than it has.
    """
    pairs, lots, steps = case_values.pairs, case_values.lots, case_values.steps
    taken = steps["step"].to_numpy() < solution.steps_taken[steps["pair"].to_numpy()]
    flows = solution.flows
    told = {
        "steps": sums_by(steps["pair"][taken], steps["cases"][taken], len(pairs)),
        "lots": sums_by(flows["pair"], flows["cases"], len(pairs)),
    }
    for what, cases in told.items():
        odd = np.flatnonzero(cases != solution.cases)
        if len(odd):
            pair = int(odd[0])
            place = (
                f"{pairs['destination_id'].iloc[pair]}, {pairs['sku_id'].iloc[pair]}"
            )
            msg = (
                f"pair {place}: {solution.cases[pair]} cases shipped but "
                f"{cases[pair]} in its {what}; report this as a software fault"
            )
            raise SolverFault(msg)
    used = sums_by(flows["lot"], flows["cases"], len(lots))
    over = np.flatnonzero(used > lots["free_cases"].to_numpy())
    if len(over):
        lot = int(over[0])
        names = [lots[name].iloc[lot] for name in ("warehouse_id", "sku_id", "lot_id")]
        msg = (
            f"lot {', '.join(names)}: {used[lot]} cases shipped, more than are free; "
            "report this as a software fault"
        )
        raise SolverFault(msg)
