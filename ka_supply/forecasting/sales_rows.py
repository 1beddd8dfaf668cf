"""Sales rows with integer codes in place of keys."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.snapshot import Snapshot, to_days

__all__ = ["Keys", "SalesRows", "codes_of", "keys_of", "sales_rows"]

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Keys:
    """The sorted ids behind the integer codes of a snapshot."""

    stores: pd.Index
    skus: pd.Index


@dataclass(frozen=True)
class SalesRows:
    """Sales up to `as_of`, one entry per row of the table.

    Parameters
    ----------
    store, sku : shape (m,), codes in `Keys`
    day : shape (m,), days since 1970-01-01
    units : shape (m,), units, may be negative
    is_promo : shape (m,)
    in_stock_frac : shape (m,), 0 to 1, NaN = unknown
    """

    store: Codes
    sku: Codes
    day: Codes
    units: npt.NDArray[np.float64]
    is_promo: npt.NDArray[np.bool_]
    in_stock_frac: npt.NDArray[np.float64]


def keys_of(snapshot: Snapshot) -> Keys:
    """Return the sorted store and SKU ids of a snapshot."""
    return Keys(
        pd.Index(snapshot["stores"]["store_id"]).sort_values(),
        pd.Index(snapshot["skus"]["sku_id"]).sort_values(),
    )


def codes_of(ids: pd.Series, index: pd.Index) -> Codes:
    """Return the position of each id in `index`, -1 where it is not there.

    Examples
    --------
    >>> codes_of(pd.Series(["b", "x"]), pd.Index(["a", "b"]))
    array([ 1, -1])
    """
    # Only distinct ids are looked up: sales repeat each id thousands of times.
    codes, distinct = pd.factorize(ids, use_na_sentinel=False)
    return np.asarray(index.get_indexer(pd.Index(distinct))[codes], dtype=np.int64)


def sales_rows(snapshot: Snapshot, keys: Keys) -> SalesRows:
    """Return the sales of known stores and SKUs up to `as_of`."""
    sales = snapshot["sales"]
    store = codes_of(sales["store_id"], keys.stores)
    sku = codes_of(sales["sku_id"], keys.skus)
    day = to_days(sales["date"])
    kept = (store >= 0) & (sku >= 0) & (day <= int(to_days(snapshot.as_of)))
    promo = sales["is_promo"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return SalesRows(
        store[kept],
        sku[kept],
        day[kept],
        sales["units"].to_numpy(dtype=np.float64)[kept],
        promo[kept],
        sales["in_stock_frac"].to_numpy(dtype=np.float64)[kept],
    )
