"""Order fill rate 订单满足率 by account, and why the rest was missed."""

import pandas as pd

from ka_supply.domain.credit import credit_state
from ka_supply.reporting.night import Night, look_up

__all__ = ["compute_fill_rate", "compute_miss_reasons", "compute_overall_fill"]

SMALLEST_GAP = 1e-6
UNITS = ["need_units", "met_units", "held_units", "short_units"]


def compute_overall_fill(needs: pd.DataFrame) -> float:
    """Return sum of min(planned, need) over sum of need, NaN without a need."""
    need = float(needs["need_units"].sum())
    return float(needs["met_units"].sum()) / need if need else float("nan")


def compute_fill_rate(night: Night) -> pd.DataFrame:
    """Return the fill rate of each account by quantity, worst first.

    Returns
    -------
    DataFrame
        account_id, need_source (ORDER or TARGET), need_units, met_units,
        held_units (for credit), short_units; they add up: need = met + held +
        short. fill_frac = met / need (customer view), supply_frac = met /
        (need - held) (supply view), floor_frac (NaN = none, or the account is
        blocked), floor_gap (units, or yuan where the contract counts value),
        is_missed, short_cny (at price), main_reason ("" if nothing is short).

    References
    ----------
    docs/rules.md, R13.
    """
    needs = night.needs.assign(
        short_cny=night.needs["short_units"] * night.needs["price_cny"]
    )
    groups = needs.groupby("account_id", sort=True)
    frame = groups[[*UNITS, "short_cny"]].sum()
    frame["need_source"] = groups["need_source"].min()
    frame = frame[frame["need_units"] > 0]
    frame["fill_frac"] = frame["met_units"] / frame["need_units"]
    free = frame["need_units"] - frame["held_units"]
    frame["supply_frac"] = frame["met_units"] / free.where(free > 0)
    frame = frame.join(_floors(night))
    frame["is_missed"] = frame["floor_gap"] > SMALLEST_GAP
    reasons = compute_miss_reasons(night, ["account_id"])
    worst = reasons.sort_values(
        ["short_units", "reason"], ascending=[False, True]
    ).drop_duplicates("account_id")
    reason = worst.set_index("account_id")["reason"].reindex(frame.index)
    frame["main_reason"] = reason.fillna("").astype("str")
    frame = frame.reset_index()
    return frame.sort_values(["fill_frac", "account_id"], ignore_index=True)


def _floors(night: Night) -> pd.DataFrame:
    """Return each account's floor and what ordered goods lack to it (rule R13).

    Only whole cases count; a blocked account has no floor.
    """
    needs = night.needs[night.needs["need_source"] == "ORDER"]
    skus = night.snapshot["skus"].set_index("sku_id")
    per_case = look_up(needs["sku_id"], skus["units_per_case"])
    whole = needs["met_units"] // per_case * per_case
    sums = pd.DataFrame(
        {
            "need": needs["need_units"],
            "need_value": needs["need_units"] * needs["price_cny"],
            "met": whole,
            "met_value": whole * needs["price_cny"],
        }
    )
    sums = sums.groupby(needs["account_id"]).sum()
    accounts = night.snapshot["accounts"].set_index("account_id").reindex(sums.index)
    state = credit_state(night.snapshot, night.network).set_index("account_id")
    blocked = state["status"].reindex(sums.index) == "BLOCKED"
    floor = accounts["fill_floor_frac"].astype(float).mask(blocked)
    by_value = accounts["service_metric"] == "VALUE"
    units = floor * sums["need"] - sums["met"]
    money = floor * sums["need_value"] - sums["met_value"]
    gap = units.mask(by_value, money)
    return pd.DataFrame(
        {
            "floor_frac": floor,
            "floor_gap": gap.clip(lower=0),
            "is_floor_value": by_value,
        }
    )


def compute_miss_reasons(night: Night, by: list[str]) -> pd.DataFrame:
    """Return units short by `by` and reason; held units count as CREDIT_HOLD.

    Returns
    -------
    DataFrame
        `by`..., reason, short_units, short_cny (at price). The units add up to
        need - met.
    """
    needs = night.needs
    reason = needs["reason"].where(needs["reason"] != "", "UNSTATED")
    short = needs.assign(reason=reason, missing=needs["short_units"])
    held = needs.assign(reason="CREDIT_HOLD", missing=needs["held_units"])
    rows = pd.concat([short, held], ignore_index=True)
    rows = rows[rows["missing"] > 0]
    rows = rows.assign(value=rows["missing"] * rows["price_cny"])
    found = rows.groupby([*by, "reason"], sort=True)[["missing", "value"]].sum()
    return found.set_axis(["short_units", "short_cny"], axis=1).reset_index()
