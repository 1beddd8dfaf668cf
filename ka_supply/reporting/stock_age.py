"""Stock age 货龄: how old the stock is, what it cost, what will not sell in time."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.freshness import lot_dates
from ka_supply.domain.snapshot import to_days
from ka_supply.reporting.night import Night, expected_units, look_up
from ka_supply.reporting.runway import left_over_units
from ka_supply.reporting.store_ages import compute_store_lots

__all__ = [
    "BRACKETS",
    "age_bracket",
    "compute_stock_age",
    "summarise_stock_age",
]

BRACKETS = ("LE_1_3", "LE_1_2", "LE_2_3", "GT_2_3", "EXPIRED", "UNKNOWN")
Ints = npt.NDArray[np.int64]


def age_bracket(production: Ints, expiry: Ints, day: int) -> npt.NDArray[np.str_]:
    """Return the bracket of age over life, in integers, upper bound included.

    Parameters
    ----------
    production, expiry : int64 days since 1970-01-01
    day : the day the age is taken

    Examples
    --------
    A life of 180 days, aged 60, 61, 120, 121 and 180 days:

    >>> made = -np.array([60, 61, 120, 121, 180])
    >>> [str(b) for b in age_bracket(made, made + 180, 0)]
    ['LE_1_3', 'LE_1_2', 'LE_2_3', 'GT_2_3', 'EXPIRED']
    """
    age, life = day - production, expiry - production
    return np.select(
        [age >= life, 3 * age <= life, 2 * age <= life, 3 * age <= 2 * life],
        ["EXPIRED", "LE_1_3", "LE_1_2", "LE_2_3"],
        "GT_2_3",
    )


def _warehouse_rows(night: Night, risk: pd.DataFrame) -> pd.DataFrame:
    """Return lots in our warehouses; the risk is that of their free units."""
    lots = night.snapshot["lots"]
    lots = lots[lots["as_of_date"] == lots["as_of_date"].max()]
    dates = lot_dates(night.snapshot).loc[lots.index]
    rows = lots[["warehouse_id", "sku_id", "lot_id"]].assign(
        units=lots["on_hand"].astype(np.int64), **dict(dates.items())
    )
    key = ["warehouse_id", "sku_id", "lot_id"]
    rows = rows.merge(risk[[*key, "risk_units"]], on=key, how="left")
    found: pd.DataFrame = rows.rename(columns={"warehouse_id": "location_id"})
    return found.assign(location_kind="WAREHOUSE", account_id="", age_source="RECORDED")


def _store_rows(night: Night) -> pd.DataFrame:
    """Return stock in stores with the units their forecast will not sell."""
    rows = compute_store_lots(night).rename(columns={"store_id": "location_id"})
    kinds = {p: d.kind for p, d in night.network.destinations.items()}
    stores = set(night.snapshot["stores"]["store_id"])
    kind = look_up(rows["location_id"], kinds).fillna("STORE")
    kind = kind.where(~rows["location_id"].isin(stores), "STORE")
    account = look_up(rows["location_id"], night.account_of_place).fillna("")
    rows = rows.assign(
        lot_id="", location_kind=kind, account_id=account, risk_units=0.0
    )
    known = rows.index[rows["age_source"] != "UNKNOWN"]
    aged = rows.loc[known].sort_values(["location_id", "sku_id", "expiry_day"])
    keys = aged[["location_id", "sku_id"]].rename(
        columns={"location_id": "destination_id"}
    )
    start = int(to_days(night.snapshot.run_date))
    last = aged["expiry_day"] - night.snapshot.settings.night.store_lock_days - 1
    days = last.to_numpy(dtype=np.int64)
    demand = expected_units(night.forecast, keys, start, days)
    group = pd.MultiIndex.from_frame(keys).factorize()[0].astype(np.int64)
    left = left_over_units(group, aged["units"].to_numpy(float), demand)
    rows.loc[aged.index, "risk_units"] = left
    return rows


def compute_stock_age(night: Night, risk: pd.DataFrame) -> pd.DataFrame:
    """Return all stock by lot with its age bracket and the part at risk.

    Parameters
    ----------
    risk : DataFrame
        Of `ka_supply.reporting.runway.compute_warehouse_risk`.

    Returns
    -------
    DataFrame
        location_kind (WAREHOUSE, RETAILER_DC, STORE), location_id, account_id
        ("" in our warehouses), category, sku_id, lot_id, production_day,
        expiry_day, age_source, age_frac (NaN if unknown), bracket,
        units, cost_cny (value at cost),
        risk_units (what the forecast will not sell before the limit: in a store
        its withdrawal day, in a warehouse the last day an account accepts it),
        risk_cny (at cost).

    Notes
    -----
    Age is taken on the snapshot's day, from production (货龄), not from receipt.
    """
    parts = [_warehouse_rows(night, risk), _store_rows(night)]
    rows = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    rows = rows[rows["units"] > 0].reset_index(drop=True)
    day = int(to_days(night.snapshot.as_of))
    made = rows["production_day"].to_numpy(dtype=np.int64)
    ends = rows["expiry_day"].to_numpy(dtype=np.int64)
    bracket = pd.Series(age_bracket(made, ends, day), index=rows.index, dtype="str")
    skus = night.snapshot["skus"].set_index("sku_id")
    cost = look_up(rows["sku_id"], skus["cost_cny"])
    risk_units = rows["risk_units"].fillna(0.0).astype(float)
    life = np.maximum(ends - made, 1)
    rows = rows.assign(
        age_frac=np.where(ends > 0, (day - made) / life, np.nan),
        bracket=bracket.where(rows["age_source"] != "UNKNOWN", "UNKNOWN"),
        category=look_up(rows["sku_id"], skus["category"]),
        cost_cny=rows["units"] * cost,
        risk_units=risk_units,
        risk_cny=risk_units * cost,
    )
    columns = [
        "location_kind",
        "location_id",
        "account_id",
        "category",
        "sku_id",
        "lot_id",
        "production_day",
        "expiry_day",
        "age_source",
        "age_frac",
        "bracket",
        "units",
        "cost_cny",
        "risk_units",
        "risk_cny",
    ]
    return rows[columns].sort_values(columns[:7], ignore_index=True)


def summarise_stock_age(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return stock by `by` and bracket, the oldest sellable goods, and the totals.

    Parameters
    ----------
    rows : DataFrame
        Rows of `compute_stock_age`.
    by : column name
        location_id, account_id, category or any other text column.

    Returns
    -------
    DataFrame, most at risk first, then by cost
        `by`, units, cost_cny, risk_units, risk_cny, estimated_frac (share of
        units of estimated or unknown age), oldest_sku_id, oldest_lot_id,
        oldest_production_day (of goods not expired, by share of life; -1 if
        none), and per
        bracket units_<bracket> and cost_<bracket>.
    """
    totals = rows.groupby(by, sort=True)[
        ["units", "cost_cny", "risk_units", "risk_cny"]
    ].sum()
    for name in ("units", "cost_cny"):
        wide = rows.pivot_table(
            index=by, columns="bracket", values=name, aggfunc="sum", observed=True
        )
        for bracket in BRACKETS:
            column = f"{name.split('_')[0]}_{bracket}"
            totals[column] = wide.get(bracket, 0.0)
            totals[column] = totals[column].fillna(0.0)
    guessed = rows["units"].where(~rows["age_source"].isin(("RECORDED", "COUNTED")), 0)
    totals["estimated_frac"] = guessed.groupby(rows[by]).sum() / totals["units"]
    alive = rows[~rows["bracket"].isin(("EXPIRED", "UNKNOWN"))]
    oldest = alive.sort_values(
        ["age_frac", "sku_id", "lot_id"], ascending=[False, True, True]
    )
    oldest = oldest.drop_duplicates(by).set_index(by)
    for name in ("sku_id", "lot_id", "production_day"):
        totals[f"oldest_{name}"] = oldest[name].reindex(totals.index)
    day = totals["oldest_production_day"].fillna(-1).astype(np.int64)
    totals = totals.assign(oldest_production_day=day).reset_index()
    return totals.sort_values(
        ["risk_cny", "cost_cny", by], ascending=[False, False, True], ignore_index=True
    )
