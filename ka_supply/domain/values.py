"""Case values: what each case is worth to each destination, in fen."""

from dataclasses import dataclass

import pandas as pd

__all__ = ["VALUE_COMPONENTS", "CaseValues"]

VALUE_COMPONENTS = (
    "LOST_SALES",
    "SHORTFALL",
    "HOLDING",
    "STOCK_PRICE",
    "WRITE_OFF",
    "FREIGHT",
    "SMOOTHING",
    "SCARCITY",
)


@dataclass(frozen=True)
class CaseValues:
    """The value curves of a night and what bounds them.

    Parameters
    ----------
    pairs : DataFrame, index 0..n-1 in canonical order
        The columns of `ka_supply.domain.pairs.build_pairs`, plus
        target_units (effective minimum, an order-up-to level),
        safety_stock_units, presentation_units, mean_until_next_units (mean
        demand until the next arrival), promotion_units (its promotion part),
        ss_policy, need_units, need_source (ORDER or TARGET), need_cases,
        stock_units, transit_units (echelon stock as valued).
    steps : DataFrame, sorted by pair, step
        pair (index into pairs), step (0..), cases (in this step),
        value_fen (int64, of the whole step, never rising per case), and one
        int64 column per name in VALUE_COMPONENTS that sum to value_fen.
    lots : DataFrame, index 0..m-1 in canonical order
        warehouse_id, sku_id, lot_id, production_day, expiry_day, free_cases,
        credit_fen (int64 per case, >= 0, never lower for an older lot of the
        same warehouse and SKU).
    """

    pairs: pd.DataFrame
    steps: pd.DataFrame
    lots: pd.DataFrame
