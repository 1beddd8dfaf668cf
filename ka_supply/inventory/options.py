"""Which lots a pair may take tonight, and which it could still take next time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.freshness import (
    Contract,
    eligible,
    last_eligible_receipt,
)
from ka_supply.domain.snapshot import to_days

__all__ = ["LotOptions", "contract_terms", "eligible_by_contract", "lot_options"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LotOptions:
    """Every lot with free cases that a pair may take, oldest expiry first.

    Parameters
    ----------
    pair, lot : shape (k,)
        Indices into the pairs and the lots, sorted by pair, then lot.
    last_receipt_day : shape (k,), days since 1970-01-01
        Last day the customer may receive the lot.
    receipt_day : shape (k,), days since 1970-01-01
        The pair's day on which freshness is judged.
    """

    pair: Ints
    lot: Ints
    last_receipt_day: Ints
    receipt_day: Ints


def contract_terms(contracts: pd.Series) -> Ints:
    """Return num, den and min_remaining of texts "num/den/min", shape (k, 3).

    Examples
    --------
    >>> contract_terms(pd.Series(["1/3/0", "1/2/30"]))
    array([[ 1,  3,  0],
           [ 1,  2, 30]])
    """
    parts = [[int(part) for part in text.split("/")] for text in contracts]
    return np.array(parts, dtype=np.int64).reshape(-1, 3)


def eligible_by_contract(
    contracts: npt.NDArray[np.object_], production: Ints, expiry: Ints, receipt: Ints
) -> tuple[Bools, Ints]:
    """Return eligibility on `receipt` and the last eligible receipt, shape (k,).

    Parameters
    ----------
    contracts : shape (k,)
        Texts "num/den/min_remaining".
    production, expiry, receipt : shape (k,), days since 1970-01-01
    """
    allowed = np.zeros(len(contracts), dtype=bool)
    last = np.zeros(len(contracts), dtype=np.int64)
    for text in sorted(set(contracts)):
        rows = contracts == text
        contract = Contract(*(int(part) for part in text.split("/")))
        made, ends = production[rows], expiry[rows]
        allowed[rows] = eligible(made, ends, contract, receipt[rows])
        last[rows] = last_eligible_receipt(made, ends, contract)
    return allowed, last


def lot_options(pairs: pd.DataFrame, lots: pd.DataFrame, run_day: int) -> LotOptions:
    """Return the eligible lots of each pair.

    Parameters
    ----------
    pairs : DataFrame of `ka_supply.domain.pairs.build_pairs`
    lots : DataFrame of `ka_supply.domain.stock.free_lots`
    run_day : days since 1970-01-01

    References
    ----------
    docs/rules.md, R6 and R7.
    """
    wanted = pairs[["origin_id", "sku_id", "contract"]].assign(
        pair=np.arange(len(pairs)), receipt=to_days(pairs["customer_receipt_date"])
    )
    offered = lots.loc[
        (lots["free_cases"] > 0) & (lots["production_day"] <= run_day),
        ["warehouse_id", "sku_id", "production_day", "expiry_day"],
    ].reset_index(names="lot")
    joined = wanted.merge(
        offered,
        left_on=["origin_id", "sku_id"],
        right_on=["warehouse_id", "sku_id"],
    ).sort_values(["pair", "lot"], ignore_index=True)
    allowed, last = eligible_by_contract(
        joined["contract"].to_numpy(dtype=object),
        joined["production_day"].to_numpy(dtype=np.int64),
        joined["expiry_day"].to_numpy(dtype=np.int64),
        joined["receipt"].to_numpy(dtype=np.int64),
    )
    return LotOptions(
        joined["pair"].to_numpy(dtype=np.int64)[allowed],
        joined["lot"].to_numpy(dtype=np.int64)[allowed],
        last[allowed],
        joined["receipt"].to_numpy(dtype=np.int64)[allowed],
    )
