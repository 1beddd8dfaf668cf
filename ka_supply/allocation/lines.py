"""Plan lines: who gets which cases of which lot, on what basis, in which status."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import Decided
from ka_supply.allocation.solution import Solution
from ka_supply.domain.plan import PLAN_LINE_ORDER
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.values import CaseValues

__all__ = ["LINE_COLUMNS", "line_parts", "line_table"]

LINE_COLUMNS = (
    "line_id",
    "movement_type",
    "order_basis",
    "origin_id",
    "destination_id",
    "account_id",
    "sku_id",
    "lot_id",
    "production_date",
    "expiry_date",
    "freshness_class",
    "lane_id",
    "departure_date",
    "arrival_date",
    "customer_receipt_date",
    "cases",
    "units",
    "status",
    "value_cny",
    "reason",
)
TEXT_COLUMNS = (
    "movement_type",
    "order_basis",
    "origin_id",
    "destination_id",
    "account_id",
    "sku_id",
    "lot_id",
    "freshness_class",
    "lane_id",
    "status",
    "reason",
)
PAIR_COLUMNS = (
    "origin_id",
    "destination_id",
    "account_id",
    "sku_id",
    "freshness_class",
    "lane_id",
    "departure_date",
    "arrival_date",
    "customer_receipt_date",
)


def _ranges(values: CaseValues, solution: Solution) -> pd.DataFrame:
    """Return pair, lot, start and end (case numbers), first expiring first."""
    lots = values.lots
    flows = solution.flows[["pair", "lot", "cases"]].assign(
        expiry_day=lots["expiry_day"].to_numpy()[solution.flows["lot"]],
        lot_id=lots["lot_id"].to_numpy()[solution.flows["lot"]],
    )
    flows = flows.sort_values(["pair", "expiry_day", "lot_id"], ignore_index=True)
    end = flows.groupby("pair", sort=False)["cases"].cumsum()
    found = flows[["pair", "lot"]].assign(start=end - flows["cases"], end=end)
    return found.astype(np.int64)


def _held_ranges(decided: Decided) -> pd.DataFrame:
    """Return what stopped accounts would get beyond what they do get."""
    if decided.shadow is None:
        return _ranges(decided.case_values, decided.solution).iloc[:0]
    ranges = _ranges(decided.case_values, decided.shadow)
    ranges = ranges[decided.is_stopped[ranges["pair"]]]
    shipped = decided.solution.cases[ranges["pair"]]
    ranges = ranges.assign(start=np.maximum(ranges["start"], shipped))
    return ranges[ranges["start"] < ranges["end"]]


def _split_by_order(ranges: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return ranges cut where the open order quantity of their pair ends."""
    ordered = (pairs["open_order_units"] // pairs["units_per_case"]).to_numpy()
    is_transfer = (pairs["kind"] == "TRANSFER").to_numpy()[ranges["pair"]]
    limit = ordered[ranges["pair"]]
    transfers = ranges[is_transfer].assign(order_basis="NONE")
    against = ranges.assign(
        end=np.minimum(ranges["end"], limit), order_basis="AGAINST_ORDER"
    )
    suggested = ranges.assign(
        start=np.maximum(ranges["start"], limit), order_basis="SUGGESTED_ORDER"
    )
    found = pd.concat([transfers, against[~is_transfer], suggested[~is_transfer]])
    return found[found["start"] < found["end"]]


def line_parts(decided: Decided) -> pd.DataFrame:
    """Return the lines to be, one row per pair, lot, basis and held or not.

    The oldest lots of a pair stand against its open order first; what is held
    follows what is shipped.

    Returns
    -------
    DataFrame, sorted by pair, start
        pair, lot (indices), start, end (case numbers within the pair's value
        curve, half open), order_basis, is_held.

    References
    ----------
    docs/rules.md, R8, R11 and R12.
    """
    shipped = _ranges(decided.case_values, decided.solution).assign(is_held=False)
    held = _held_ranges(decided).assign(is_held=True)
    both = pd.concat([shipped, held], ignore_index=True)
    parts = _split_by_order(both, decided.pairs)
    return parts.sort_values(["pair", "start"], ignore_index=True)


def _next_night_dispatch(snapshot: Snapshot) -> pd.Series:
    """Return per warehouse the first day the next night could still change."""
    first = pd.Timestamp(snapshot.run_date + dt.timedelta(days=1))
    release = snapshot.settings.night.release_time
    warehouses = snapshot["warehouses"].set_index("warehouse_id")
    late = [
        isinstance(text, str) and dt.time.fromisoformat(text) < release
        for text in warehouses["cutoff_time"]
    ]
    days = pd.to_timedelta(np.array(late, dtype=np.int64), unit="D")
    return pd.Series(first + days, index=warehouses.index)


def _status(
    lines: pd.DataFrame, is_held: npt.NDArray[np.bool_], snapshot: Snapshot
) -> npt.NDArray[np.str_]:
    """Return the status of each line (rule R12)."""
    accounts = snapshot["accounts"]
    managed = accounts.loc[accounts["supplier_managed"].astype(bool), "account_id"]
    asks = (lines["order_basis"] == "SUGGESTED_ORDER") & ~lines["account_id"].isin(
        managed
    )
    following = lines["origin_id"].map(_next_night_dispatch(snapshot))
    leaves = lines["departure_date"] < following
    return np.select(
        [is_held, asks, leaves],
        ["HELD_CREDIT", "NEEDS_APPROVAL", "RELEASABLE"],
        "PLANNED",
    )


def line_table(
    decided: Decided,
    parts: pd.DataFrame,
    value_fen: npt.NDArray[np.int64],
    reasons: npt.NDArray[np.str_],
) -> pd.DataFrame:
    """Return plan_lines, and in `part` the row of `parts` behind each line.

    Parameters
    ----------
    parts : DataFrame
        Of `line_parts`.
    value_fen : shape (parts,), fen
    reasons : shape (pairs,)
        Why each pair does not get more.

    Returns
    -------
    DataFrame
        LINE_COLUMNS and part, in PLAN_LINE_ORDER.
    """
    pairs = decided.pairs.iloc[parts["pair"]].reset_index(drop=True)
    lots = decided.case_values.lots.iloc[parts["lot"]].reset_index(drop=True)
    cases = (parts["end"] - parts["start"]).astype(np.int64)
    is_held = parts["is_held"].to_numpy(dtype=bool)
    lines = pd.DataFrame(
        {
            "movement_type": pairs["kind"],
            "order_basis": parts["order_basis"],
            **{name: pairs[name] for name in PAIR_COLUMNS},
            "lot_id": lots["lot_id"],
            "production_date": _dates(lots["production_day"]),
            "expiry_date": _dates(lots["expiry_day"]),
            "cases": cases,
            "units": cases * pairs["units_per_case"],
            "value_cny": value_fen / 100,
            "reason": np.where(is_held, "CREDIT_HOLD", reasons[parts["pair"]]),
            "part": np.arange(len(parts)),
        }
    )
    lines["status"] = _status(lines, is_held, decided.snapshot)
    lines = lines.sort_values(list(PLAN_LINE_ORDER), ignore_index=True)
    lines["line_id"] = np.arange(1, len(lines) + 1)
    lines = lines.astype(dict.fromkeys(TEXT_COLUMNS, "str"))
    return lines[[*LINE_COLUMNS, "part"]]


def _dates(days: pd.Series) -> pd.Series:
    """Return days since 1970-01-01 as datetime64[s]."""
    values = days.to_numpy(dtype=np.int64).astype("datetime64[D]")
    return pd.Series(values.astype("datetime64[s]"))
