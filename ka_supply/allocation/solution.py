"""What a solve decides, in integers, before it becomes a plan."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.plan import SolveStatus

__all__ = ["Solution"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Solution:
    """One feasible answer to the allocation problem.

    Parameters
    ----------
    steps_taken : shape (pairs,)
        How many steps of each pair's value curve are shipped, always a prefix.
    cases : shape (pairs,)
        Cases shipped to each pair.
    flows : DataFrame
        pair, lot (indices into CaseValues.pairs and .lots), cases > 0, first
        expiring first within a pair.
    vehicles : DataFrame
        lane_id, departure_date, vehicles, fixed_cny (per vehicle).
    slack : DataFrame
        account_id, metric (QUANTITY, VALUE), slack (units or yuan),
        unit_cost_cny, for every account with a floor.
    duals : DataFrame
        kind (LOT, VEHICLE_KG, VEHICLE_M3, PICKING, FILL_FLOOR, CREDIT,
        MIN_DROP), key (lot index, or lane_id, warehouse_id, account_id,
        destination_id as text), date (departure, NaT if none), unit,
        price_cny (>= 0, yuan per unit), binding.
    status : SolveStatus
    """

    steps_taken: Ints
    cases: Ints
    flows: pd.DataFrame
    vehicles: pd.DataFrame
    slack: pd.DataFrame
    duals: pd.DataFrame
    status: SolveStatus
