"""What each pair needs, from its order or its target (rule R13)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.inventory.positions import Positions
from ka_supply.inventory.setting import Setting
from ka_supply.inventory.targets import Targets

__all__ = ["with_needs"]

Floats = npt.NDArray[np.float64]

CAUSES = ["baseline", "weekday", "event", "promotion"]


def _promotion_share(setting: Setting) -> Floats:
    """Return the promotion's share of expected demand of each pair, shape (n,)."""
    causes = setting.forecast.causes[CAUSES].to_numpy(dtype=float)
    total = causes.sum(axis=1)
    share = np.clip(causes[:, -1] / np.where(total > 0, total, 1), 0, 1)
    rows = setting.windows.rows
    return np.where((rows >= 0) & (total[rows] > 0), share[rows], 0.0)


def with_needs(
    setting: Setting, positions: Positions, targets: Targets
) -> pd.DataFrame:
    """Return the pairs with the columns `CaseValues.pairs` adds to them.

    An account with open order lines needs what it ordered and nothing else;
    any other pair needs its target less its echelon stock and transit, rounded
    up to whole cases.
    """
    pairs = setting.pairs
    per_case = setting.units_per_case
    gap = targets.level_units - positions.stock_units - positions.transit_units
    rounded = -(-np.maximum(gap, 0) // per_case) * per_case
    orders = pairs["has_orders"].to_numpy(dtype=bool)
    ordered = pairs["open_order_units"].to_numpy(dtype=np.int64)
    need = np.where(orders, ordered, rounded)
    mean = setting.windows.until_next.mean
    return pairs.assign(
        target_units=targets.level_units,
        safety_stock_units=targets.safety_stock_units,
        presentation_units=targets.presentation_units,
        mean_until_next_units=mean,
        promotion_units=mean * _promotion_share(setting),
        ss_policy=pd.Series(targets.policy, index=pairs.index, dtype="str"),
        need_units=need,
        need_source=pd.Series(
            np.where(orders, "ORDER", "TARGET"), index=pairs.index, dtype="str"
        ),
        need_cases=need // per_case,
        stock_units=positions.stock_units,
        transit_units=positions.transit_units,
    )
