"""The allocation problem of a night as frozen integer arrays.

Everything a rule can decide before the solve is decided here: which pairs may
get anything at all, which lots they may take, which steps of their curve fit
their room and order multiple. The model, the greedy plan and the integer check
read these arrays and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.floors import Floors, build_floors
from ka_supply.allocation.limits import (
    Departures,
    Drops,
    Limit,
    build_credit,
    build_departures,
    build_drops,
    build_picking,
    build_receiving,
)
from ka_supply.allocation.lot_classes import LotClasses, build_lot_classes
from ka_supply.allocation.steps import Steps, build_steps
from ka_supply.domain.credit import credit_state
from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.values import CaseValues

__all__ = ["Problem", "build_problem"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Problem:
    """What one solve decides on; pairs and lots are indexed as in CaseValues.

    Parameters
    ----------
    steps : Steps
        The active steps of each pair, in pair order.
    lots : LotClasses
        Free cases and credits of lots, and who may take them.
    departures, drops : Departures, Drops
    limits : mapping of "PICKING", "RECEIVING", "CREDIT" to Limit
    floors : Floors
    """

    steps: Steps
    lots: LotClasses
    departures: Departures
    drops: Drops
    limits: Mapping[str, Limit]
    floors: Floors

    @property
    def pair_count(self) -> int:
        """Number of pairs, active or not."""
        return len(self.steps.start) - 1

    def cases_of(self, taken: Ints) -> Ints:
        """Return cases of each pair if the first `taken` active steps go."""
        last = np.maximum(self.steps.start[:-1] + taken - 1, 0)
        through = np.append(self.steps.cases_through, 0)
        return np.where(taken > 0, through[last], 0)


def build_problem(
    snapshot: Snapshot,
    network: Network,
    values: CaseValues,
    credit: pd.DataFrame | None = None,
    *,
    with_credit: bool = True,
) -> Problem:
    """Return the problem of one night.

    Parameters
    ----------
    credit : DataFrame, optional
        The result of `credit_state`; computed where absent.
    with_credit : bool
        False leaves rule R11 out: nobody is blocked, nobody has a limit.

    References
    ----------
    docs/rules.md, R6 to R14.
    """
    pairs = values.pairs
    state = credit_state(snapshot, network) if credit is None else credit
    if not with_credit:
        state = state.iloc[:0]
    blocked = set(state.loc[state["status"] == "BLOCKED", "account_id"])
    departures = build_departures(snapshot, pairs)
    drops = build_drops(snapshot, pairs)
    lots = build_lot_classes(values, snapshot.run_date)
    floors = build_floors(snapshot, pairs, blocked)
    open_pairs = (
        ~(pairs["kind"].eq("SHIPMENT") & pairs["account_id"].isin(blocked)).to_numpy()
        & departures.carries[departures.of_pair]
        & (lots.class_of_pair >= 0)
    )
    may_lose = (drops.least_cases[drops.of_pair] > 1) | (floors.of_pair >= 0)
    steps = build_steps(values, lots, open_pairs, may_lose)
    limits = {
        "PICKING": build_picking(snapshot, pairs),
        "RECEIVING": build_receiving(snapshot, pairs),
        "CREDIT": build_credit(pairs, state),
    }
    return Problem(steps, lots, departures, drops, limits, floors)
