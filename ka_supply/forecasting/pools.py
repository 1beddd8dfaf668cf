"""Rows for retailer DCs and warehouses: which store rows each one adds up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ka_supply.domain.contracts import ContractBook
from ka_supply.domain.network import Destination, Network
from ka_supply.domain.snapshot import Snapshot

__all__ = ["KEY", "Pools", "pools"]

KEY = ["destination_id", "freshness_class", "sku_id"]
COLUMNS = [*KEY, "kind", "account_id"]


@dataclass(frozen=True)
class Pools:
    """All rows of a forecast as sums of store rows.

    Parameters
    ----------
    rows : DataFrame, m rows, sorted by `KEY`
        destination_id, freshness_class, sku_id, kind, account_id.
    members : sparse, shape (m, n)
        1 where a store row belongs to a forecast row.
    """

    rows: pd.DataFrame
    members: sparse.csr_array


def pools(snapshot: Snapshot, network: Network, stores: pd.DataFrame) -> Pools:
    """Return the forecast rows of stores, retailer DCs and warehouses.

    A warehouse has one row per SKU and freshness class of the destinations it
    supplies; the class is that of the contract on the day the customer receives.

    Parameters
    ----------
    stores : DataFrame, n rows
        store_id, sku_id, account_id of the store rows.
    """
    own = pd.DataFrame(
        {
            "destination_id": stores["store_id"],
            "freshness_class": "",
            "sku_id": stores["sku_id"],
            "kind": "STORE",
            "account_id": stores["account_id"],
            "member": np.arange(len(stores)),
        }
    )
    at = {
        str(store): np.asarray(found, dtype=np.int64)
        for store, found in stores.groupby("store_id").indices.items()
    }
    parts = [own]
    book = ContractBook(snapshot)
    for place in network.destinations.values():
        if place.kind == "RETAILER_DC":
            parts.append(_centre_rows(place, stores, at))
        elif place.kind == "WAREHOUSE":
            parts += _warehouse_rows(place, network, stores, at, book)
    found = pd.concat([p for p in parts if len(p)] or [own], ignore_index=True)
    found[COLUMNS] = found[COLUMNS].astype("str")
    rows = found[COLUMNS].drop_duplicates(KEY)
    rows = rows.sort_values(KEY, ignore_index=True)
    index = pd.MultiIndex.from_frame(rows[KEY])
    code = index.get_indexer(pd.MultiIndex.from_frame(found[KEY]))
    member = found["member"].to_numpy(dtype=np.int64)
    matrix = sparse.csr_array(
        (np.ones(len(found)), (code, member)), shape=(len(rows), len(stores))
    )
    return Pools(rows, matrix)


def _members(
    place: Destination, at: Mapping[str, npt.NDArray[np.int64]]
) -> npt.NDArray[np.int64]:
    found = [at[store] for store in place.members if store in at]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _centre_rows(
    place: Destination, stores: pd.DataFrame, at: Mapping[str, npt.NDArray[np.int64]]
) -> pd.DataFrame:
    member = _members(place, at)
    return pd.DataFrame(
        {
            "destination_id": place.destination_id,
            "freshness_class": "",
            "sku_id": stores["sku_id"].to_numpy()[member],
            "kind": place.kind,
            "account_id": place.account_id,
            "member": member,
        }
    )


def _warehouse_rows(
    place: Destination,
    network: Network,
    stores: pd.DataFrame,
    at: Mapping[str, npt.NDArray[np.int64]],
    book: ContractBook,
) -> list[pd.DataFrame]:
    receipt = network.departures[place.destination_id].customer_receipt_date
    parts = []
    for name in network.supplied_by(place.destination_id):
        behind = network.destinations[name]
        rows = _centre_rows(behind, stores, at)
        class_of = {
            sku: str(book.contract(behind.account_id, sku, receipt, behind.members))
            for sku in rows["sku_id"].unique()
        }
        parts.append(
            rows.assign(
                destination_id=place.destination_id,
                freshness_class=rows["sku_id"].map(class_of),
                kind=place.kind,
                account_id="",
            )
        )
    return parts
