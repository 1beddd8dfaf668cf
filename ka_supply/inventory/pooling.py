"""Own stock of a regional warehouse, shared out over its freshness classes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.freshness import shelf_life_end
from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.domain.stock import free_lots, open_deliveries
from ka_supply.inventory.options import contract_terms, eligible_by_contract
from ka_supply.inventory.windows import Windows

__all__ = ["PooledStock", "pooled_stock", "share_out"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_DATE = np.iinfo(np.int64).min


@dataclass(frozen=True)
class PooledStock:
    """Units of a warehouse counted for each transfer pair, shape (n,) each."""

    stock_units: Ints
    before_units: Ints
    during_units: Ints
    beyond_units: Ints


def share_out(units: Ints, allowed: Bools, cover: Floats) -> Ints:
    """Return how many units of each supply count for each class.

    The oldest supply goes to the loosest class that may take it, up to the
    class's cover; what is left over is split in proportion to cover, so that no
    unit counts twice.

    Parameters
    ----------
    units : shape (s,)
        Supplies, oldest first.
    allowed : shape (s, c)
        Classes that may take a supply, loosest first.
    cover : shape (c,), units
        Mean demand of each class.

    Returns
    -------
    shape (s, c), int64; a row sums to its units if any class may take it.

    Examples
    --------
    >>> share_out(np.array([10, 10]), np.array([[True, False], [True, True]]),
    ...           np.array([12.0, 6.0]))
    array([[10,  0],
           [ 3,  7]])
    """
    left = np.ceil(cover).astype(np.int64)
    given = np.zeros(allowed.shape, dtype=np.int64)
    for i, amount in enumerate(units):
        rest = int(amount)
        chosen = np.flatnonzero(allowed[i])
        for c in chosen:
            take = min(rest, int(left[c]))
            given[i, c] += take
            left[c] -= take
            rest -= take
        if rest and len(chosen):
            weight = cover[chosen] + 1e-9
            part = np.floor(rest * weight / weight.sum()).astype(np.int64)
            part[-1] += rest - part.sum()
            given[i, chosen] += part
    return given


def _lots(snapshot: Snapshot) -> pd.DataFrame:
    """Return free stock in the warehouses: units and dates."""
    lots = free_lots(snapshot)
    per_case = (
        lots["sku_id"]
        .map(snapshot["skus"].set_index("sku_id")["units_per_case"])
        .astype(np.int64)
    )
    return lots[["warehouse_id", "sku_id", "production_day", "expiry_day"]].assign(
        units=lots["free_cases"] * per_case, eta_day=NO_DATE
    )


def _coming(snapshot: Snapshot) -> pd.DataFrame:
    """Return open deliveries to own warehouses; an unknown age counts as fresh."""
    own = set(snapshot["warehouses"]["warehouse_id"])
    found = open_deliveries(snapshot)
    found = found[found["ship_to_id"].isin(own)].reset_index(drop=True)
    made = found["production_date"].fillna(found["eta_date"])
    life = snapshot["skus"].set_index("sku_id").reindex(found["sku_id"])
    ends = [
        shelf_life_end(day.date(), int(value), unit, start)
        for day, value, unit, start in zip(
            made,
            life["shelf_life_value"],
            life["shelf_life_unit"],
            life["shelf_life_start"],
            strict=True,
        )
    ]
    return pd.DataFrame(
        {
            "warehouse_id": found["ship_to_id"],
            "sku_id": found["sku_id"],
            "production_day": to_days(made),
            "expiry_day": to_days(pd.Series(ends, dtype="datetime64[s]")),
            "units": found["units"],
            "eta_day": to_days(found["eta_date"]),
        }
    )


def _joined(
    snapshot: Snapshot, pairs: pd.DataFrame, windows: Windows
) -> tuple[pd.DataFrame, Bools]:
    """Return supplies joined to the transfer pairs they may serve, loosest first."""
    supply = pd.concat([_lots(snapshot), _coming(snapshot)], ignore_index=True)
    supply = supply[supply["units"] > 0]
    order = ["warehouse_id", "sku_id", "eta_day", "expiry_day", "production_day"]
    supply = supply.sort_values([*order, "units"], ignore_index=True)
    parts = contract_terms(pairs["contract"])
    chosen = pairs[["destination_id", "sku_id", "contract"]].assign(
        pair=np.arange(len(pairs)),
        receipt=to_days(pairs["customer_receipt_date"]),
        looseness=-(parts[:, 0] / parts[:, 1]),
        remaining=parts[:, 2],
        cover=windows.until_next.mean,
    )
    joined = chosen[pairs["kind"] == "TRANSFER"].merge(
        supply.reset_index(names="supply"),
        left_on=["destination_id", "sku_id"],
        right_on=["warehouse_id", "sku_id"],
    )
    order = ["destination_id", "sku_id", "supply", "looseness", "remaining", "pair"]
    joined = joined.sort_values(order, ignore_index=True)
    allowed, _ = eligible_by_contract(
        joined["contract"].to_numpy(dtype=object),
        joined["production_day"].to_numpy(dtype=np.int64),
        joined["expiry_day"].to_numpy(dtype=np.int64),
        joined["receipt"].to_numpy(dtype=np.int64),
    )
    return joined, allowed


def pooled_stock(
    snapshot: Snapshot, pairs: pd.DataFrame, windows: Windows
) -> PooledStock:
    """Return stock and deliveries of the destination of each transfer pair.

    A supply counts for the classes it is eligible for on the transfer's
    `customer_receipt_date`.
    """
    found = np.zeros((4, len(pairs)), dtype=np.int64)
    if not pairs["kind"].eq("TRANSFER").any():
        return PooledStock(*found)
    joined, allowed = _joined(snapshot, pairs, windows)
    units = np.zeros(len(joined), dtype=np.int64)
    amount = joined["units"].to_numpy(dtype=np.int64)
    supply = joined["supply"].to_numpy(dtype=np.int64)
    cover = joined["cover"].to_numpy(dtype=float)
    groups = joined.groupby(["destination_id", "sku_id"], sort=True).indices
    for rows in groups.values():
        classes = int(np.searchsorted(supply[rows], supply[rows[0]], side="right"))
        units[rows] = share_out(
            amount[rows[::classes]],
            allowed[rows].reshape(-1, classes),
            cover[rows[:classes]],
        ).ravel()
    pair = joined["pair"].to_numpy(dtype=np.int64)
    eta = joined["eta_day"].to_numpy(dtype=np.int64)
    is_lot = eta == NO_DATE
    before = ~is_lot & (eta < windows.received_day[pair])
    beyond = ~is_lot & (eta >= windows.end_day[pair])
    for i, chosen in enumerate((is_lot, before, ~is_lot & ~before & ~beyond, beyond)):
        np.add.at(found[i], pair[chosen], units[chosen])
    return PooledStock(*found)
