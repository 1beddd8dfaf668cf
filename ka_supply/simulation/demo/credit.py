"""Credit limits, receivables and targets: one account overdue, one at its limit."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.world import World

__all__ = ["make_credit_limits", "make_receivables", "make_targets"]

TERMS_DAYS = {"NKA": 60, "RKA": 45, "LKA": 30, "NON_KA": 7}
GRACE_DAYS = 7
FIRST_INVOICE_DAYS = 3
TOLERANCE_CNY = 2000.0
OVERDUE_ACCOUNT, OVERDUE_DAYS, OVERDUE_CNY = "KA03", 23, 186_400.0
NEAR_LIMIT_ACCOUNT, HEADROOM_DAYS = "KA06", 5.5
LIMIT_FACTOR = 1.6
TARGET_FACTOR = 1.04
DAYS_PER_MONTH = 30.4

Floats = npt.NDArray[np.float64]


def _daily_cny(world: World) -> pd.Series:
    """Sell-in per account and day at list price, in yuan."""
    price = world.masters.skus["list_price_cny"].to_numpy()[world.pairs.sku]
    value = pd.Series(world.rates.pair * price)
    return value.groupby(world.pair_column("stores", "account_id")).sum()


def make_receivables(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Return weekly invoices not yet paid, a credit note and a dispute among them."""
    accounts = world.masters.accounts.set_index("account_id")
    daily = _daily_cny(world)
    parts = []
    for account in accounts.index:
        terms = TERMS_DAYS[accounts.loc[account, "tier"]]
        weeks = (terms - FIRST_INVOICE_DAYS) // 7 + 1
        issued = [
            world.as_of - pd.Timedelta(days=FIRST_INVOICE_DAYS + 7 * k)
            for k in range(weeks)
        ]
        amount = 7 * daily[account] * rng.uniform(0.8, 1.2, weeks)
        parts.append(_invoices(account, terms, issued, amount.round(2)))
    parts.append(_overdue(world))
    table = pd.concat(parts, ignore_index=True)
    table.loc[table["account_id"] == "KA02", "disputed_cny"] = np.where(
        np.arange((table["account_id"] == "KA02").sum()) == 1, 3200.0, 0.0
    )
    credit_note = _invoices("KA01", 60, [world.as_of], np.array([-2450.0]))
    table = pd.concat([table, credit_note], ignore_index=True)
    serial = table.groupby("account_id").cumcount() + 1
    return table.assign(
        invoice_no=[
            f"FP{a}-{n:03d}" for a, n in zip(table["account_id"], serial, strict=True)
        ],
        as_of_date=world.as_of,
    )


def _invoices(
    account: str, terms: int, issued: list[pd.Timestamp], amount: Floats
) -> pd.DataFrame:
    start = pd.Series(issued)
    return pd.DataFrame(
        {
            "account_id": account,
            "invoice_date": start,
            "receipt_date": start,
            "due_date": start + pd.Timedelta(days=terms),
            "amount_cny": amount,
            "paid_cny": 0.0,
            "disputed_cny": 0.0,
        }
    )


def _overdue(world: World) -> pd.DataFrame:
    """Three invoices past their day; an older one of a good payer is settled."""
    terms = TERMS_DAYS["RKA"]
    ages = np.array([OVERDUE_DAYS, OVERDUE_DAYS - 7, OVERDUE_DAYS - 14])
    issued = [world.as_of - pd.Timedelta(days=int(terms + a)) for a in ages]
    share = np.array([0.5, 0.3, 0.2])
    late = _invoices(OVERDUE_ACCOUNT, terms, issued, OVERDUE_CNY * share)
    # Three days late is inside the grace period.
    day = [world.as_of - pd.Timedelta(days=terms + 3)]
    slow = _invoices("KA04", terms, day, np.array([6800.0])).assign(paid_cny=2000.0)
    return pd.concat([late, slow], ignore_index=True)


def make_credit_limits(
    world: World, receivables: pd.DataFrame, shipments: pd.DataFrame
) -> pd.DataFrame:
    """Return the limits, NEAR_LIMIT_ACCOUNT's only a few days' sales above its debt."""
    accounts = world.masters.accounts
    daily = _daily_cny(world)
    debt = (receivables["amount_cny"] - receivables["paid_cny"]).groupby(
        receivables["account_id"]
    )
    open_cny = debt.sum().reindex(accounts["account_id"]).fillna(0.0)
    exposure = open_cny + _in_transit_cny(world, shipments).reindex(open_cny.index)
    limit = LIMIT_FACTOR * exposure + 20 * daily.reindex(open_cny.index)
    near = exposure[NEAR_LIMIT_ACCOUNT] + HEADROOM_DAYS * daily[NEAR_LIMIT_ACCOUNT]
    limit = np.ceil(limit / 1000) * 1000
    limit[NEAR_LIMIT_ACCOUNT] = round(near, -2)
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "valid_from": "2026-01-01",
            "limit_cny": limit.to_numpy(),
            "grace_days": GRACE_DAYS,
            "tolerance_cny": TOLERANCE_CNY,
            "check_point": "RELEASE",
            "action": np.where(accounts["tier"] == "NON_KA", "WARN", "HOLD"),
            "terms_days": accounts["tier"].map(TERMS_DAYS),
            "terms_basis": "RECEIPT",
        }
    )


def _in_transit_cny(world: World, shipments: pd.DataFrame) -> pd.Series:
    """Value on its way to each account, at contract price."""
    stores, dcs = world.masters.stores, world.masters.ship_tos
    account = dict(zip(stores["store_id"], stores["account_id"], strict=True))
    hubs = dcs[dcs["type"] == "RETAILER_DC"]
    account |= dict(zip(hubs["ship_to_id"], hubs["account_id"], strict=True))
    coming = shipments[shipments["_received"] > world.as_of]
    coming = coming.assign(account_id=coming["ship_to_id"].map(account))
    coming = coming.dropna(subset="account_id")
    terms = world.pairs.account_skus.drop_duplicates(["account_id", "sku_id"])
    priced = coming.merge(
        terms[["account_id", "sku_id", "contract_price_cny"]],
        on=["account_id", "sku_id"],
        how="left",
    )
    value = priced["qty"] * priced["contract_price_cny"]
    total = value.groupby(priced["account_id"]).sum()
    return total.reindex(world.masters.accounts["account_id"]).fillna(0.0)


def make_targets(world: World) -> pd.DataFrame:
    """Return the sell-in targets of this month and the two after it."""
    season = {1: 1.35, 2: 0.9, 12: 1.15}
    daily = _daily_cny(world)
    rows = [
        (
            account,
            f"{month:%Y-%m}",
            "SELL_IN_CNY",
            round(
                DAYS_PER_MONTH
                * TARGET_FACTOR
                * season.get(month.month, 1.0)
                * daily[account],
                -3,
            ),
        )
        for account in world.masters.accounts["account_id"]
        for month in pd.date_range(f"{world.as_of:%Y-%m}-01", periods=3, freq="MS")
    ]
    return pd.DataFrame(rows, columns=["account_id", "month", "metric", "target"])
