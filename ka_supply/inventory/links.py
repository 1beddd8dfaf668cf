"""Which shipments stand behind a transfer, and which stores behind a retailer DC."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.contracts import ContractBook
from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot

__all__ = ["Links", "member_stores", "shipments_behind"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Links:
    """The shipment pairs that a transfer pair finally serves.

    Parameters
    ----------
    transfer, shipment : shape (k,)
        Indices into the pairs, sorted by transfer, then shipment.
    weight : shape (k,), >= 0
        Mean daily demand of the shipment pair; equal weights where a transfer's
        links have none.
    """

    transfer: Ints
    shipment: Ints
    weight: Floats

    def total(self, values: Floats) -> Floats:
        """Return, per pair, the sum of `values` over the shipments behind it."""
        found = np.zeros(len(values))
        np.add.at(found, self.transfer, values[self.shipment])
        return found

    def average(self, values: Floats) -> Floats:
        """Return `values`, those of transfers replaced by the weighted mean behind.

        A transfer without links keeps its value.
        """
        top, bottom = np.zeros(len(values)), np.zeros(len(values))
        np.add.at(top, self.transfer, self.weight * values[self.shipment])
        np.add.at(bottom, self.transfer, self.weight)
        return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1), values)


def _candidates(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return transfers joined to the shipments that leave their destination."""
    numbered = pairs.reset_index(names="pair")
    transfers = numbered.loc[
        numbered["kind"] == "TRANSFER",
        ["pair", "destination_id", "sku_id", "freshness_class"],
    ]
    shipments = numbered.loc[
        numbered["kind"] == "SHIPMENT",
        ["pair", "origin_id", "sku_id", "account_id", "destination_id"],
    ]
    joined = transfers.merge(
        shipments,
        left_on=["destination_id", "sku_id"],
        right_on=["origin_id", "sku_id"],
        suffixes=("", "_behind"),
    )
    return joined.sort_values(["pair", "pair_behind"], ignore_index=True)


def shipments_behind(
    pairs: pd.DataFrame, snapshot: Snapshot, network: Network, daily_units: Floats
) -> Links:
    """Return the links from transfers to the shipments of their class.

    Parameters
    ----------
    daily_units : shape (n,), units/day
        Mean demand of each pair.

    References
    ----------
    docs/rules.md, R5 and R6: contracts behind a warehouse are looked up on the
    transfer's `customer_receipt_date`.
    """
    joined = _candidates(pairs)
    if joined.empty:
        none = np.zeros(0, dtype=np.int64)
        return Links(none, none, np.zeros(0))
    book = ContractBook(snapshot)
    classes = [
        str(
            book.contract(
                account,
                sku,
                network.departures[warehouse].customer_receipt_date,
                network.destinations[place].members,
            )
        )
        for account, sku, warehouse, place in zip(
            joined["account_id"],
            joined["sku_id"],
            joined["destination_id"],
            joined["destination_id_behind"],
            strict=True,
        )
    ]
    found = joined[joined["freshness_class"] == np.array(classes, dtype=object)]
    transfer = found["pair"].to_numpy(dtype=np.int64)
    shipment = found["pair_behind"].to_numpy(dtype=np.int64)
    weight = daily_units[shipment]
    total = np.bincount(transfer, weights=weight, minlength=len(pairs))
    return Links(transfer, shipment, np.where(total[transfer] > 0, weight, 1.0))


def member_stores(pairs: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return the stores behind each retailer DC pair.

    Returns
    -------
    DataFrame
        pair (index into pairs), store_id, sku_id.
    """
    chosen = pairs.loc[pairs["destination_kind"] == "RETAILER_DC"]
    members = pd.DataFrame(
        [
            (place, store)
            for place in sorted(set(chosen["destination_id"]))
            for store in network.destinations[place].members
        ],
        columns=["destination_id", "store_id"],
    ).astype("str")
    joined = chosen.reset_index(names="pair")[["pair", "destination_id", "sku_id"]]
    return joined.merge(members, on="destination_id")[["pair", "store_id", "sku_id"]]
