"""Rows for retailer DCs and warehouses: which store rows each one adds up."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ka_supply.domain.contracts import ContractBook
from ka_supply.domain.network import Destination, Network
from ka_supply.domain.snapshot import Snapshot

__all__ = ["KEY", "Pools", "pools"]

Ints = npt.NDArray[np.int64]
At = Mapping[str, Ints]

KEY = ["destination_id", "freshness_class", "sku_id"]


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


@dataclass(frozen=True)
class _Part:
    """Store rows that one destination adds up in one freshness class."""

    destination_id: str
    kind: str
    account_id: str
    freshness_class: str
    members: Ints


def pools(snapshot: Snapshot, network: Network, stores: pd.DataFrame) -> Pools:
    """Return the forecast rows of stores, retailer DCs and warehouses.

    A warehouse has one row per SKU and freshness class of the destinations it
    supplies; the class is that of the contract on the day the customer receives.

    Parameters
    ----------
    stores : DataFrame, n rows
        store_id, sku_id, account_id of the store rows.
    """
    groups = stores.groupby("store_id", sort=True).indices
    at = {str(k): np.asarray(v, dtype=np.int64) for k, v in groups.items()}
    account_of = stores.drop_duplicates("store_id").set_index("store_id")["account_id"]
    parts = [
        _Part(store, "STORE", account_of[store], "", rows) for store, rows in at.items()
    ]
    sku_code, skus = pd.factorize(stores["sku_id"], sort=True)
    for place in network.destinations.values():
        if place.kind == "RETAILER_DC":
            rows = _members(place, at)
            parts.append(
                _Part(place.destination_id, place.kind, place.account_id, "", rows)
            )
    book = ContractBook(snapshot)
    parts += _warehouse_parts(network, at, (sku_code, list(skus)), book)
    return _assembled(parts, sku_code, pd.Index(skus), len(stores))


def _members(place: Destination, at: At) -> Ints:
    found = [at[store] for store in place.members if store in at]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _warehouse_parts(
    network: Network, at: At, skus: tuple[Ints, list[str]], book: ContractBook
) -> Iterator[_Part]:
    """Yield the store rows behind each warehouse, by freshness class."""
    sku_code, sku_ids = skus
    for place in network.destinations.values():
        if place.kind != "WAREHOUSE":
            continue
        receipt = network.departures[place.destination_id].customer_receipt_date
        for name in network.supplied_by(place.destination_id):
            behind = network.destinations[name]
            rows = _members(behind, at)
            codes, inverse = np.unique(sku_code[rows], return_inverse=True)
            asked = [sku_ids[code] for code in codes]
            classes = np.array(_classes(behind, asked, receipt, book))
            for label in sorted(set(classes)):
                kept = rows[classes[inverse] == label]
                yield _Part(place.destination_id, place.kind, "", str(label), kept)


def _classes(
    behind: Destination, skus: Iterable[str], receipt: dt.date, book: ContractBook
) -> list[str]:
    """Return the freshness class of each SKU at a destination."""
    found = (
        book.contract(behind.account_id, sku, receipt, behind.members) for sku in skus
    )
    return [str(contract) for contract in found]


def _assembled(
    parts: list[_Part], sku_code: Ints, skus: pd.Index, stores: int
) -> Pools:
    """Return the rows in canonical order and the membership matrix."""
    heads = [(p.destination_id, p.freshness_class) for p in parts]
    order = {head: i for i, head in enumerate(sorted(set(heads)))}
    about = {head: (p.kind, p.account_id) for head, p in zip(heads, parts, strict=True)}
    sizes = [len(p.members) for p in parts]
    head_code = np.repeat(np.array([order[h] for h in heads], dtype=np.int64), sizes)
    member = np.concatenate([np.empty(0, dtype=np.int64), *(p.members for p in parts)])
    key = head_code * max(len(skus), 1) + sku_code[member]
    distinct, code = np.unique(key, return_inverse=True)
    place, sku = distinct // max(len(skus), 1), distinct % max(len(skus), 1)
    columns = [(*head, *about[head]) for head in order]
    table = pd.DataFrame(
        columns,
        columns=["destination_id", "freshness_class", "kind", "account_id"],
        dtype="str",
    )
    rows = table.iloc[place].reset_index(drop=True)
    rows.insert(2, "sku_id", skus.take(sku).astype("str"))
    matrix = sparse.csr_array(
        (np.ones(len(member)), (code, member)), shape=(len(rows), stores)
    )
    return Pools(rows, matrix)
