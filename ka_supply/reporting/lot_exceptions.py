"""Exceptions of warehouse lots: what must leave now, what will be written off."""

import numpy as np
import pandas as pd

from ka_supply.domain.snapshot import to_days
from ka_supply.reporting.exception_rows import exception_rows, name_rows
from ka_supply.reporting.night import Night, add_money, day_date, look_up
from ka_supply.reporting.runway import LOT_KEY

__all__ = ["last_dispatch", "write_off_risk"]

# Less than half a case would read as "about 0 cases".
SMALLEST_CASES = 0.5


def _last_chances(chances: pd.DataFrame) -> pd.DataFrame:
    """Return lots and next stops for which the modelled departure is the last.

    `is_only` says that no other stop may take the lot at a later departure.
    """
    now = chances[chances["receipt_day"] <= chances["last_receipt_day"]]
    later = now["next_receipt_day"] <= now["last_receipt_day"]
    stops = now.assign(later=later).groupby([*LOT_KEY, "via_id"], as_index=False)
    found = stops.agg(later=("later", "any"), last_day=("last_receipt_day", "max"))
    any_later = found.groupby(LOT_KEY)["later"].transform("any")
    return found[~found["later"]].assign(is_only=~any_later)


def last_dispatch(night: Night, chances: pd.DataFrame) -> pd.DataFrame:
    """Return lots on the plan that the account takes on this departure or never.

    Value = the margin of the planned units; where nobody else may take them
    later, also their cost.
    """
    # What is held for credit is not loaded; the hold is an exception of its own.
    counted = night.lines[night.lines["is_counted"]]
    lines = counted.rename(
        columns={"origin_id": "warehouse_id", "destination_id": "via_id"}
    )
    rows = lines.merge(_last_chances(chances), on=[*LOT_KEY, "via_id"])
    unit = rows["margin_cny"] + rows["cost_cny"].where(rows["is_only"], 0.0)
    rows = rows.assign(value_cny=rows["units"] * unit)
    groups = rows.groupby([*LOT_KEY, "account_id", "is_only"], as_index=False)
    found = groups.agg(
        cases=("cases", "sum"),
        places=("via_id", "nunique"),
        production_date=("production_date", "min"),
        deadline=("departure_date", "min"),
        last_day=("last_day", "max"),
        value_cny=("value_cny", "sum"),
    )
    transfer = found["account_id"] == ""
    found = name_rows(found, night).assign(
        last_receipt=[day_date(day) for day in found["last_day"]],
        leave_by=found["deadline"],
        variant=np.where(transfer, "TRANSFER", np.where(found["is_only"], "ONLY", "")),
    )
    arguments = (
        "account",
        "sku",
        "warehouse",
        "lot_id",
        "cases",
        "places",
        "production_date",
        "leave_by",
        "last_receipt",
    )
    return exception_rows(found, "LOT_LAST_DISPATCH", arguments)


def _lots_at_risk(night: Night, risk: pd.DataFrame) -> pd.DataFrame:
    """Return lots at risk with money, cases, age, deadline and variant."""
    money = night.snapshot.settings.money
    rows = risk[risk["risk_units"] >= 1].assign(account_id="")
    rows = add_money(rows, night.snapshot, night.pairs)
    share = max(money.write_off_share - money.salvage_share, 0.0)
    unit = rows["cost_cny"] * share + money.disposal_cny_per_unit
    today = int(to_days(night.snapshot.as_of))
    closed = rows["last_receipt_day"] <= today
    expired = rows["expiry_day"] <= today
    last = rows["last_receipt_day"].where(~closed, rows["expiry_day"]).clip(today + 1)
    deadline = pd.Series(
        [day_date(day) for day in last], index=rows.index, dtype="datetime64[s]"
    )
    skus = night.snapshot["skus"].set_index("sku_id")
    per_case = look_up(rows["sku_id"], skus["units_per_case"]).astype(float)
    return rows.assign(
        value_cny=rows["risk_units"] * unit,
        deadline=deadline,
        risk_cases=rows["risk_units"] / per_case,
        free_cases=rows["free_units"] / per_case,
        age_days=today - rows["production_day"],
        days_left=rows["expiry_day"] - today,
        variant=np.select([expired, closed], ["EXPIRED", "CLOSED"], ""),
    )


def write_off_risk(night: Night, risk: pd.DataFrame) -> pd.DataFrame:
    """Return SKUs of which not every lot will be taken in time.

    One row per warehouse and SKU, named after the lot with most at risk. Value
    = units at risk times the cost of writing one off: the share of the cost we
    bear and the disposal fee, less the salvage. The deadline is the first of
    its lots' last days of receipt. Less than half a case is left out.
    """
    rows = _lots_at_risk(night, risk)
    rows = rows.sort_values(["value_cny", "lot_id"], ascending=[False, True])
    groups = rows.groupby(["warehouse_id", "sku_id", "variant"], as_index=False)
    found = groups.agg(
        lot_id=("lot_id", "first"),
        lots=("lot_id", "nunique"),
        value_cny=("value_cny", "sum"),
        deadline=("deadline", "min"),
        risk_cases=("risk_cases", "sum"),
        free_cases=("free_cases", "sum"),
        age_days=("age_days", "max"),
        days_left=("days_left", "min"),
    )
    found = found[found["risk_cases"] >= SMALLEST_CASES]
    found = name_rows(found, night).assign(
        last_receipt=found["deadline"],
        risk_cases=found["risk_cases"].round().astype(np.int64),
        free_cases=found["free_cases"].astype(np.int64),
    )
    arguments = (
        "sku",
        "warehouse",
        "lot_id",
        "lots",
        "risk_cases",
        "free_cases",
        "age_days",
        "days_left",
        "last_receipt",
    )
    return exception_rows(found, "LOT_WRITE_OFF_RISK", arguments)
