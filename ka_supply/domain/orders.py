"""Open customer orders (rule R8)."""

import numpy as np
import pandas as pd

from ka_supply.domain.snapshot import Snapshot

__all__ = ["open_order_lines"]

FAR_FUTURE = pd.Timestamp("2262-01-01")


def open_order_lines(snapshot: Snapshot) -> pd.DataFrame:
    """Return open order lines that no later line repeats.

    Returns
    -------
    DataFrame, sorted by order_id, line_no
        order_id, line_no, account_id, ship_to_id, sku_id, order_date, due_date,
        last_day (datetime64, last valid day of receipt), open_units (> 0),
        qty_original.
    """
    lines = snapshot["orders"]
    name = lines["order_id"].astype(str) + "/" + lines["line_no"].astype(str)
    repeated = name.isin(set(lines["replaces_line"].dropna()))
    confirmed = lines["qty_confirmed"].fillna(lines["qty_original"])
    agreed = np.minimum(confirmed.astype(np.int64), lines["qty_original"])
    open_units = agreed - lines["qty_shipped"]
    days = lines["account_id"].map(
        snapshot["accounts"].set_index("account_id")["order_validity_days"]
    )
    by_account = lines["order_date"] + pd.to_timedelta(
        days.astype("float64").fillna(0), unit="D"
    )
    by_account = by_account.where(days.notna(), FAR_FUTURE)
    found = lines.assign(
        open_units=open_units.astype(np.int64),
        last_day=lines["valid_until"].fillna(by_account),
    )
    keep = lines["status"].eq("OPEN") & ~repeated & (open_units > 0)
    columns = [
        "order_id",
        "line_no",
        "account_id",
        "ship_to_id",
        "sku_id",
        "order_date",
        "due_date",
        "last_day",
        "open_units",
        "qty_original",
    ]
    kept: pd.DataFrame = found.loc[keep, columns]
    return kept.sort_values(["order_id", "line_no"], ignore_index=True)
