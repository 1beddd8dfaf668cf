"""What each destination needs, what it gets, and why it gets no more."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import Decided, sums_by
from ka_supply.domain.network import Network

__all__ = ["NEED_COLUMNS", "needs_table"]

NEED_COLUMNS = (
    "destination_id",
    "account_id",
    "sku_id",
    "freshness_class",
    "arrival_date",
    "need_units",
    "need_source",
    "planned_units",
    "held_units",
    "short_units",
    "reason",
)


def _units_by_pair(
    parts: pd.DataFrame, pairs: pd.DataFrame, *, is_held: bool
) -> npt.NDArray[np.int64]:
    rows = parts[parts["is_held"] == is_held]
    cases = sums_by(rows["pair"], rows["end"] - rows["start"], len(pairs))
    return np.asarray(cases * pairs["units_per_case"].to_numpy(dtype=np.int64))


def _arrivals(network: Network) -> pd.Series:
    """Return the modelled arrival at each customer destination that has one."""
    days = {
        place: d.arrival_date
        for place, d in network.departures.items()
        if network.destinations[place].kind != "WAREHOUSE"
    }
    index = pd.Index(list(days), dtype="str")
    return pd.Series(list(days.values()), index=index, dtype="datetime64[s]")


def _orders_nobody_serves(decided: Decided) -> pd.DataFrame:
    """Return needs of open orders that belong to no pair.

    A destination without a departure: CALENDAR. A ship-to nothing is sent to,
    or a SKU not listed or not active there: MASTER_DATA.
    """
    lines = decided.order_lines
    pairs = decided.pairs
    served = pd.MultiIndex.from_frame(
        pairs.loc[pairs["kind"] == "SHIPMENT", ["destination_id", "sku_id"]]
    )
    ordered = pd.MultiIndex.from_frame(lines[["ship_to_id", "sku_id"]])
    lines = lines[~ordered.isin(served)]
    days = _arrivals(decided.network).reindex(lines["ship_to_id"])
    arrival = days.set_axis(lines.index)
    first = arrival.fillna(pd.Timestamp(decided.snapshot.run_date))
    lines = lines.assign(arrival_date=arrival)[first <= lines["last_day"]]
    known = lines["ship_to_id"].isin(list(decided.network.destinations))
    late = known & lines["arrival_date"].isna()
    found = lines.assign(
        destination_id=lines["ship_to_id"],
        reason=np.where(late, "CALENDAR", "MASTER_DATA"),
    )
    keys = ["destination_id", "account_id", "sku_id", "arrival_date", "reason"]
    sums = found.groupby(keys, dropna=False, sort=True)["open_units"].sum()
    needs = sums.rename("need_units").reset_index()
    return needs.assign(
        freshness_class="",
        need_source="ORDER",
        planned_units=0,
        held_units=0,
        short_units=needs["need_units"],
    )


def needs_table(
    decided: Decided, parts: pd.DataFrame, reasons: npt.NDArray[np.str_]
) -> pd.DataFrame:
    """Return the needs table: every pair, and open orders outside all pairs.

    Parameters
    ----------
    parts : DataFrame
        Of `ka_supply.allocation.lines.line_parts`.
    reasons : shape (pairs,)
        Of `ka_supply.allocation.reasons.miss_reasons`.

    Returns
    -------
    DataFrame, sorted by destination_id, freshness_class, sku_id, account_id
        NEED_COLUMNS; the reason is "" where nothing is short.

    References
    ----------
    docs/rules.md, R13.
    """
    pairs = decided.pairs
    planned = _units_by_pair(parts, pairs, is_held=False)
    held = _units_by_pair(parts, pairs, is_held=True)
    need = pairs["need_units"].to_numpy(dtype=np.int64)
    short = np.maximum(need - planned, 0)
    needs = pairs[
        [
            "destination_id",
            "account_id",
            "sku_id",
            "freshness_class",
            "arrival_date",
            "need_units",
            "need_source",
        ]
    ].assign(
        planned_units=planned,
        held_units=held,
        short_units=short,
        reason=np.where(short > 0, reasons, ""),
    )
    unserved = _orders_nobody_serves(decided)
    both = pd.concat([needs, unserved], ignore_index=True) if len(unserved) else needs
    order = ["destination_id", "freshness_class", "sku_id", "account_id"]
    both = both.sort_values(order, ignore_index=True)
    both["reason"] = both["reason"].astype("str")
    return both[list(NEED_COLUMNS)]
