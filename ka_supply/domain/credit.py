"""Credit state of each account (rule R11)."""

import datetime as dt

import numpy as np
import pandas as pd

from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.stock import store_positions

__all__ = ["credit_state"]


def _in_transit_cny(snapshot: Snapshot, network: Network) -> pd.Series:
    """Return the value on its way to each account, in yuan."""
    account = {
        place: d.account_id for place, d in network.destinations.items() if d.account_id
    }
    account |= dict(
        zip(
            snapshot["stores"]["store_id"],
            snapshot["stores"]["account_id"],
            strict=True,
        )
    )
    coming = store_positions(snapshot)
    coming["account_id"] = coming["store_id"].map(account)
    coming = coming.dropna(subset="account_id")
    terms = snapshot["account_skus"]
    wide = terms[terms["store_id"].isna()]
    price = wide.set_index(["account_id", "sku_id"])["contract_price_cny"]
    keys = pd.MultiIndex.from_frame(coming[["account_id", "sku_id"]])
    listed = coming["sku_id"].map(
        snapshot["skus"].set_index("sku_id")["list_price_cny"]
    )
    unit = pd.Series(price.reindex(keys).to_numpy(), index=coming.index).fillna(listed)
    return (coming["in_transit_units"] * unit).groupby(coming["account_id"]).sum()


def _receivables(snapshot: Snapshot) -> pd.DataFrame:
    """Return open and overdue amounts and the oldest overdue day per account."""
    rows = snapshot["receivables"]
    rows = rows[rows["as_of_date"] <= pd.Timestamp(snapshot.as_of)]
    rows = rows[rows["as_of_date"] == rows["as_of_date"].max()]
    amount = rows["amount_cny"] - rows["paid_cny"]
    late = rows["due_date"] < pd.Timestamp(snapshot.as_of)
    undisputed = (amount - rows["disputed_cny"]).where(late, 0.0)
    oldest = rows["due_date"].where(undisputed > 0)
    frame = pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "open_cny": amount,
            "overdue_cny": undisputed,
            "oldest": oldest,
        }
    )
    return frame.groupby("account_id").agg(
        open_cny=("open_cny", "sum"),
        overdue_cny=("overdue_cny", "sum"),
        oldest=("oldest", "min"),
    )


def _limits(snapshot: Snapshot) -> pd.DataFrame:
    """Return the limit row in force for each account."""
    rows = snapshot["credit_limits"]
    start = rows["valid_from"].fillna(pd.Timestamp(dt.date(1970, 1, 1)))
    rows = rows.assign(start=start)[start <= pd.Timestamp(snapshot.run_date)]
    rows = rows.sort_values("start", kind="stable")
    return rows.drop_duplicates("account_id", keep="last").set_index("account_id")


def credit_state(snapshot: Snapshot, network: Network) -> pd.DataFrame:
    """Return who may be sent goods, and up to what value.

    Returns
    -------
    DataFrame, sorted by account_id
        account_id, status (NO_CHECK, CLEAR, WARN, BLOCKED), headroom_cny
        (inf where nothing limits, else >= 0), limit_cny, open_cny,
        in_transit_cny, overdue_cny, overdue_days, grace_days.

    References
    ----------
    docs/rules.md, R11.
    """
    accounts = sorted(snapshot["accounts"]["account_id"])
    state = pd.DataFrame(index=pd.Index(accounts, name="account_id"))
    if not (snapshot.has("credit_limits") or snapshot.has("receivables")):
        blank = dict.fromkeys(
            ("limit_cny", "open_cny", "in_transit_cny", "overdue_cny"), 0.0
        )
        return state.assign(
            status="NO_CHECK",
            headroom_cny=np.inf,
            overdue_days=0,
            grace_days=0,
            **blank,
        ).reset_index()
    limits = _limits(snapshot).reindex(accounts)
    owed = _receivables(snapshot).reindex(accounts)
    age = pd.Timestamp(snapshot.as_of) - owed["oldest"]
    state["limit_cny"] = limits["limit_cny"].fillna(0.0)
    state["open_cny"] = owed["open_cny"].fillna(0.0)
    state["in_transit_cny"] = _in_transit_cny(snapshot, network).reindex(accounts)
    state["in_transit_cny"] = state["in_transit_cny"].fillna(0.0)
    state["overdue_cny"] = owed["overdue_cny"].fillna(0.0).clip(lower=0)
    state["overdue_days"] = age.dt.days.fillna(0).astype(np.int64)
    state["grace_days"] = limits["grace_days"].astype("float64").fillna(0)
    late = (state["overdue_cny"] > limits["tolerance_cny"].fillna(0.0)) & (
        state["overdue_days"] > state["grace_days"]
    )
    action = limits["action"].fillna("HOLD")
    free = state["limit_cny"] - state["open_cny"] - state["in_transit_cny"]
    state["headroom_cny"] = free.clip(lower=0).where(action == "HOLD", np.inf)
    blocked = (action == "HOLD") & (late | limits["limit_cny"].isna())
    warned = (state["overdue_cny"] > 0) | (free < 0)
    state["status"] = np.select([blocked, warned], ["BLOCKED", "WARN"], "CLEAR")
    state.loc[blocked, "headroom_cny"] = 0.0
    return state.reset_index()
