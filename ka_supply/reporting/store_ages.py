"""Ages of stock in stores: counted, else estimated from receipts, else unknown."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ka_supply.domain.freshness import lot_dates
from ka_supply.reporting.night import Night

__all__ = ["compute_store_lots"]

KEY = ["store_id", "sku_id"]
COLUMNS = [*KEY, "production_date", "expiry_date", "units", "age_source"]


def _counted(night: Night) -> pd.DataFrame:
    """Return the latest count of each store and SKU, newest goods first."""
    rows = night.snapshot["store_lots"]
    rows = rows[rows["as_of_date"] <= pd.Timestamp(night.snapshot.as_of)]
    latest = rows.groupby(KEY)["as_of_date"].transform("max")
    rows = rows[(rows["as_of_date"] == latest) & (rows["units"] > 0)]
    rows = rows.sort_values([*KEY, "production_date"], ascending=[True, True, False])
    return rows[[*KEY, "production_date", "expiry_date", "units", "as_of_date"]]


def _still_there(night: Night, counted: pd.DataFrame, stock: pd.Series) -> pd.DataFrame:
    """Return counted lots, older counts cut to the stock there is now.

    What was counted before today has been sold from, the oldest first: of an
    older count the newest goods are kept, up to the stock, as ESTIMATED.
    """
    old = counted["as_of_date"] < pd.Timestamp(night.snapshot.as_of)
    keys = pd.MultiIndex.from_frame(counted[KEY])
    room = pd.Series(stock.reindex(keys).fillna(0).to_numpy(), index=counted.index)
    before = counted.groupby(KEY)["units"].cumsum() - counted["units"]
    kept = np.minimum(counted["units"], (room - before).clip(lower=0))
    found = counted.assign(
        units=counted["units"].mask(old, kept.astype(np.int64)),
        age_source=np.where(old, "ESTIMATED", "COUNTED"),
    )
    return found.loc[found["units"] > 0, COLUMNS]


def _received(night: Night, short: pd.Index) -> pd.DataFrame:
    """Return goods received by the pairs `short` of known ages, newest first."""
    line = ["shipment_id", "line_no", "lot_id"]
    sent = night.snapshot["shipments"][
        [*line, "ship_to_id", "sku_id", "production_date"]
    ]
    rows = night.snapshot["receipts"][[*line, "received_date", "qty_received"]].merge(
        sent, on=line
    )
    rows = rows[rows["production_date"].notna() & (rows["qty_received"] > 0)]
    wanted = pd.MultiIndex.from_frame(rows[["ship_to_id", "sku_id"]]).isin(short)
    rows = rows[wanted]
    rows = rows.rename(columns={"ship_to_id": "store_id", "qty_received": "units"})
    order = [*KEY, "received_date", "production_date", "lot_id"]
    ascending = [True, True, False, False, True]
    return rows.sort_values(order, ascending=ascending, ignore_index=True)


def _estimated(night: Night, missing: pd.Series) -> pd.DataFrame:
    """Return the ages stock would have if the oldest goods had been sold first."""
    rows = _received(night, missing.index[missing > 0])
    keys = pd.MultiIndex.from_frame(rows[KEY])
    room = pd.Series(missing.reindex(keys).fillna(0).to_numpy(), index=rows.index)
    before = rows.groupby(KEY)["units"].cumsum() - rows["units"]
    units = np.minimum(rows["units"], (room - before).clip(lower=0)).astype(np.int64)
    unknown = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    found = rows.assign(units=units, expiry_date=unknown, age_source="ESTIMATED")
    return found.loc[found["units"] > 0, COLUMNS]


def _rest(missing: pd.Series, known: pd.DataFrame, source: str) -> pd.DataFrame:
    done = known.groupby(KEY)["units"].sum()
    rest = missing - done.reindex(missing.index).fillna(0).astype(np.int64)
    rows = rest[rest > 0].rename("units").reset_index()
    for name in ("production_date", "expiry_date"):
        rows[name] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    return rows.assign(age_source=source)[COLUMNS]


def compute_store_lots(night: Night) -> pd.DataFrame:
    """Return the stock of stores and retailer DCs by production date.

    Lots counted today come first, also where they exceed the stock record: the
    shelf was seen. Older counts are cut to the stock. Where they fall short or
    are missing, the rest is filled from receipts, newest first (the goods left
    if the oldest were sold first), and marked ESTIMATED; what no receipt
    explains is UNKNOWN.

    Returns
    -------
    DataFrame, sorted by store_id, sku_id, production_date
        store_id, sku_id, production_day, expiry_day (int64 days; 0 where
        UNKNOWN), units, age_source (COUNTED, ESTIMATED, UNKNOWN).
    """
    stock = night.positions.set_index(KEY)["on_hand_units"]
    counted = _still_there(night, _counted(night), stock)
    seen = counted.groupby(KEY)["units"].sum().reindex(stock.index).fillna(0)
    missing = (stock - seen.astype(np.int64)).clip(lower=0)
    estimated = _estimated(night, missing)
    parts = [counted, estimated, _rest(missing, estimated, "UNKNOWN")]
    rows = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    rows = rows.sort_values([*KEY, "production_date", "age_source"], ignore_index=True)
    tables = {**night.snapshot.tables, "store_lots": rows}
    dates = lot_dates(replace(night.snapshot, tables=tables), "store_lots")
    known = rows["age_source"] != "UNKNOWN"
    return rows[[*KEY, "units", "age_source"]].assign(
        units=rows["units"].astype(np.int64),
        production_day=dates["production_day"].where(known, 0),
        expiry_day=dates["expiry_day"].where(known, 0),
    )
