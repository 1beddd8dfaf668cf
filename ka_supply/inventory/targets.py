"""Service targets and the three named safety-stock policies."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.listing import listed_members
from ka_supply.inventory.ageing import Ageing
from ka_supply.inventory.links import member_stores
from ka_supply.inventory.setting import Setting

__all__ = ["REP_FACTOR", "Targets", "build_targets", "service_terms"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REP_FACTOR = 1.5
HIGHEST_TARGET = 0.9999
SCOPES = ("ALL", "SKU_CLASS", "TIER", "ACCOUNT")


@dataclass(frozen=True)
class Targets:
    """Order-up-to levels of each pair, shape (n,) each.

    Parameters
    ----------
    policy : {"rep_1_5x", "presentation", "statistical"}
    level_units : effective minimum, mean demand until the next arrival included
    safety_stock_units : statistical level - mean demand until the next arrival
    presentation_units : minimum display
    alpha_frac : P(no shortage) the level stands for; 0 = no target in money
    """

    policy: npt.NDArray[np.object_]
    level_units: Ints
    safety_stock_units: Floats
    presentation_units: Ints
    alpha_frac: Floats


def service_terms(setting: Setting) -> pd.DataFrame:
    """Return the terms of the most specific service target of each pair.

    ACCOUNT beats TIER beats SKU_CLASS beats ALL; without any row the account's
    own target holds, for a transfer the weighted mean of those behind it.

    Returns
    -------
    DataFrame, n rows
        target_frac, ss_policy, presentation_units (float).
    """
    pairs, snapshot = setting.pairs, setting.snapshot
    accounts = snapshot["accounts"].set_index("account_id")
    skus = snapshot["skus"].set_index("sku_id")
    account = pairs["account_id"]
    own = account.map(accounts["service_target_frac"]).astype("float64")
    found = pd.DataFrame(
        {"target_frac": own, "ss_policy": "statistical", "presentation_units": np.nan}
    )
    keys = {
        "ALL": pd.Series("", index=pairs.index),
        "SKU_CLASS": pairs["sku_id"].map(skus["category"]),
        "TIER": account.map(accounts["tier"]),
        "ACCOUNT": account,
    }
    rows = snapshot["service_targets"].rename(
        columns={"presentation_min_units": "presentation_units"}
    )
    for scope in SCOPES:
        chosen = rows[rows["scope"] == scope]
        if chosen.empty:
            continue
        table = chosen.set_index(chosen["scope_value"].fillna(""))
        if scope == "ALL":
            table = table.set_axis([""] * len(table)).iloc[:1]
        for name in found:
            value = keys[scope].map(table[name])
            if name != "ss_policy":
                value = value.astype("float64")
            found[name] = value.where(value.notna(), found[name])
    behind = setting.links.average(np.asarray(own.fillna(0), np.float64))
    found["target_frac"] = found["target_frac"].fillna(pd.Series(behind))
    return found


def _presentation(setting: Setting, default_units: pd.Series) -> Ints:
    """Return the minimum display of each pair, summed over its stores."""
    pairs = setting.pairs
    members = listed_members(setting.snapshot, setting.network).merge(
        pairs[["destination_id", "sku_id"]]
        .assign(pair=np.arange(len(pairs)), default=default_units.fillna(0))
        .loc[pairs["kind"] == "SHIPMENT"],
        on=["destination_id", "sku_id"],
    )
    units = members["presentation_min_units"].astype("float64")
    units = units.fillna(members["default"])
    found = np.zeros(len(pairs))
    np.add.at(found, members["pair"].to_numpy(np.int64), units.to_numpy(float))
    return np.rint(found + setting.links.total(found)).astype(np.int64)


def last_cycle_units(setting: Setting) -> Floats:
    """Return what the stores of each pair sold in a review period, shape (n,).

    The last whole periods up to `as_of` that cover a review, scaled to it.
    """
    pairs, snapshot, windows = setting.pairs, setting.snapshot, setting.windows
    period = snapshot.settings.data.period_days
    review = np.maximum(windows.review_days, 1)
    days = -(-review // period) * period
    own = pairs.loc[pairs["kind"] == "SHIPMENT", ["destination_id", "sku_id"]]
    own = own.rename(columns={"destination_id": "store_id"}).reset_index(names="pair")
    places = pd.concat([own, member_stores(pairs, setting.network)], ignore_index=True)
    sales = snapshot["sales"][["date", "store_id", "sku_id", "units"]]
    age = (pd.Timestamp(snapshot.as_of) - sales["date"]).dt.days
    sales = sales[(age >= 0) & (age < days.max(initial=1))]
    joined = places.merge(sales.assign(age=age), on=["store_id", "sku_id"])
    pair = joined["pair"].to_numpy(dtype=np.int64)
    inside = joined["age"].to_numpy() < days[pair]
    found = np.zeros(len(pairs))
    np.add.at(found, pair[inside], joined["units"].to_numpy(dtype=float)[inside])
    scaled = np.maximum(found, 0) * review / days
    return np.asarray(scaled + setting.links.total(scaled))


def build_targets(setting: Setting, ageing: Ageing) -> Targets:
    """Return the effective minimum of each pair as an order-up-to level.

    statistical: max(quantile of demand until the next arrival at the target,
    mean demand until then + minimum display); presentation: the second alone;
    rep_1_5x: 1.5 times the last cycle's sales. No level exceeds the mean demand
    until the lot that would be sent is withdrawn.
    """
    service = service_terms(setting)
    policy = service["ss_policy"].to_numpy(dtype=object)
    alpha = service["target_frac"].to_numpy(dtype=float).clip(0, HIGHEST_TARGET)
    demand = setting.windows.until_next
    shown = _presentation(setting, service["presentation_units"])
    statistical = demand.quantile(alpha).astype(float)
    display = demand.mean + shown
    level = np.where(
        policy == "presentation", display, np.maximum(statistical, display)
    )
    is_rep = policy == "rep_1_5x"
    if is_rep.any():
        level = np.where(is_rep, REP_FACTOR * last_cycle_units(setting), level)
    capped = np.minimum(level, setting.demand_until(ageing.withdrawal_day).mean)
    stands_for = np.minimum(demand.cdf(capped), HIGHEST_TARGET)
    # The money behind a target follows the level that is really aimed at.
    lower = np.where(capped < level, np.minimum(alpha, stands_for), alpha)
    alpha = np.where(is_rep, stands_for, lower)
    return Targets(
        policy,
        np.ceil(capped - 1e-6).astype(np.int64),
        np.maximum(statistical - demand.mean, 0),
        shown,
        np.where(policy == "presentation", 0.0, alpha),
    )
