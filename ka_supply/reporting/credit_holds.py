"""What each credit hold costs, and what would release it."""

import pandas as pd

from ka_supply.domain.credit import credit_state
from ka_supply.reporting.night import Night

__all__ = ["compute_credit_holds"]


def compute_credit_holds(night: Night) -> pd.DataFrame:
    """Return accounts that are blocked, over their limit or warned, dearest first.

    Returns
    -------
    DataFrame
        The columns of `ka_supply.domain.credit.credit_state`, plus held_lines,
        held_places, held_units, held_cny (at price), held_margin_cny,
        collect_cny (what must be paid so that the overdue is cleared and all
        lines fit under the limit with what is owed and on its way), target_cny
        (sell-in target of the run date's month, NaN = none), held_target_frac
        (held value as a share of it).
    """
    state = credit_state(night.snapshot, night.network).set_index("account_id")
    held = night.lines[~night.lines["is_counted"]]
    money = held.assign(
        value=held["units"] * held["price_cny"],
        margin=held["units"] * held["margin_cny"],
    )
    groups = money.groupby("account_id")
    state["held_lines"] = groups.size().reindex(state.index).fillna(0).astype(int)
    places = groups["destination_id"].nunique().reindex(state.index)
    state["held_places"] = places.fillna(0).astype(int)
    for target, source in (
        ("held_units", "units"),
        ("held_cny", "value"),
        ("held_margin_cny", "margin"),
    ):
        state[target] = groups[source].sum().reindex(state.index).fillna(0.0)
    going = night.lines[night.lines["is_counted"]]
    going = going[going["movement_type"] == "SHIPMENT"]
    value = (going["units"] * going["price_cny"]).groupby(going["account_id"]).sum()
    owed = state["open_cny"] + state["in_transit_cny"] + state["held_cny"]
    over = owed + value.reindex(state.index).fillna(0.0) - state["limit_cny"]
    over = over.where(state["held_cny"] > 0, 0.0)
    late = state["overdue_cny"].where(state["status"] == "BLOCKED", 0.0)
    state["collect_cny"] = pd.concat([late, over], axis=1).max(axis=1).clip(lower=0)
    targets = night.snapshot["ka_targets"]
    month = night.snapshot.run_date.strftime("%Y-%m")
    wanted = targets[(targets["month"] == month) & (targets["metric"] == "SELL_IN_CNY")]
    goal = wanted.set_index("account_id")["target"].astype(float)
    state["target_cny"] = goal[~goal.index.duplicated()].reindex(state.index)
    state["held_target_frac"] = state["held_cny"] / state["target_cny"].where(
        state["target_cny"] > 0
    )
    shown = (state["held_lines"] > 0) | state["status"].isin(("BLOCKED", "WARN"))
    found = state[shown].reset_index()
    return found.sort_values(
        ["held_margin_cny", "overdue_cny", "account_id"],
        ascending=[False, False, True],
        ignore_index=True,
    )
