"""Who may take which lots: pairs with the same set of lots form a class."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.limits import numbered
from ka_supply.domain.freshness import Contract, eligible
from ka_supply.domain.snapshot import to_days
from ka_supply.domain.values import CaseValues

__all__ = ["LotClasses", "build_lot_classes"]

Ints = npt.NDArray[np.int64]
KEY = ["origin_id", "sku_id", "contract", "customer_receipt_date"]


@dataclass(frozen=True)
class LotClasses:
    """Lots, and the distinct sets of lots that pairs may take (rules R6, R7).

    Parameters
    ----------
    free_cases, credit_fen : shape (lots,)
        Cases a lot can give; what leaving is worth per case.
    expiry_day : shape (lots,)
        Days since 1970-01-01.
    rank : shape (lots,)
        Order in which lots go: highest credit, then first expiring.
    class_of_pair : shape (pairs,)
        -1 where no lot is eligible.
    arc_class, arc_lot : shape (arcs,)
        Which class may take which lot, by class, then rank.
    class_free, class_best_credit : shape (classes,)
        Free cases and highest credit over the lots of a class.
    """

    free_cases: Ints
    credit_fen: Ints
    expiry_day: Ints
    rank: Ints
    class_of_pair: Ints
    arc_class: Ints
    arc_lot: Ints
    class_free: Ints
    class_best_credit: Ints


def _eligible_lots(
    keys: pd.DataFrame, lots: pd.DataFrame, run_date: dt.date
) -> pd.DataFrame:
    """Return (key, lot) for every lot that a key may take (rule R6)."""
    made = lots[
        (lots["free_cases"] > 0) & (lots["production_day"] <= to_days(run_date))
    ]
    made = made.rename_axis("lot").reset_index()
    rows = keys.rename_axis("key").reset_index()
    rows = rows.merge(
        made, left_on=["origin_id", "sku_id"], right_on=["warehouse_id", "sku_id"]
    )
    found = []
    for name, part in rows.groupby("contract", sort=True):
        fresh = eligible(
            part["production_day"].to_numpy(np.int64),
            part["expiry_day"].to_numpy(np.int64),
            Contract(*map(int, str(name).split("/"))),
            to_days(part["customer_receipt_date"]),
        )
        found.append(part.loc[fresh, ["key", "lot"]])
    if not found:
        return rows[["key"]].assign(lot=0).iloc[:0]
    return pd.concat(found).sort_values(["key", "lot"], ignore_index=True)


def _ranks(lots: pd.DataFrame) -> Ints:
    """Return the order of going: highest credit, first expiring, as listed."""
    order = np.lexsort(
        (
            np.arange(len(lots)),
            lots["expiry_day"].to_numpy(np.int64),
            -lots["credit_fen"].to_numpy(np.int64),
        )
    )
    rank = np.empty(len(lots), dtype=np.int64)
    rank[order] = np.arange(len(lots))
    return rank


def build_lot_classes(values: CaseValues, run_date: dt.date) -> LotClasses:
    """Return the classes of the pairs, in order of their lots."""
    lots = values.lots
    keys, key_of_pair = numbered(values.pairs, KEY)
    arcs = _eligible_lots(keys, lots, run_date)
    found: dict[int, list[int]] = {}
    for key, lot in zip(arcs["key"].tolist(), arcs["lot"].tolist(), strict=True):
        found.setdefault(key, []).append(lot)
    sets = {key: tuple(members) for key, members in found.items()}
    classes = sorted(set(sets.values()))
    number = {lot_set: i for i, lot_set in enumerate(classes)}
    class_of_key = np.array(
        [number[sets[k]] if k in sets else -1 for k in range(len(keys))], dtype=np.int64
    )
    arc_class = np.repeat(np.arange(len(classes)), [len(c) for c in classes])
    arc_lot = np.array([lot for c in classes for lot in c], dtype=np.int64)
    rank = _ranks(lots)
    order = np.lexsort((rank[arc_lot], arc_class))
    arc_class, arc_lot = arc_class[order].astype(np.int64), arc_lot[order]
    free = lots["free_cases"].to_numpy(np.int64)
    credit = lots["credit_fen"].to_numpy(np.int64)
    class_free = np.zeros(len(classes), dtype=np.int64)
    np.add.at(class_free, arc_class, free[arc_lot])
    best = np.zeros(len(classes), dtype=np.int64)
    np.maximum.at(best, arc_class, credit[arc_lot])
    return LotClasses(
        free,
        credit,
        lots["expiry_day"].to_numpy(np.int64),
        rank,
        class_of_key[key_of_pair],
        arc_class,
        arc_lot,
        class_free,
        best,
    )
