"""What accounts ask for: freshness contracts, service targets, agreements."""

import pandas as pd

from ka_supply.simulation.demo.world import World

__all__ = ["make_agreements", "make_freshness_contracts", "make_service_targets"]

COLUMNS = [
    "account_id",
    "sku_id",
    "sku_class",
    "life_band",
    "is_promo",
    "max_age_num",
    "max_age_den",
    "min_remaining_days",
    "exception_max_num",
    "exception_max_den",
    "exception_approver",
]
BY_TIER = {"NKA": (1, 3), "RKA": (1, 3), "LKA": (1, 2), "NON_KA": (2, 3)}


def make_freshness_contracts(world: World) -> pd.DataFrame:
    """Return a general row per account, and the stricter and looser exceptions."""
    rows: list[tuple[object, ...]] = []
    for account, tier in zip(
        world.masters.accounts["account_id"],
        world.masters.accounts["tier"],
        strict=True,
    ):
        num, den = BY_TIER[tier]
        exception = (1, 2, "采购经理") if tier in {"NKA", "RKA"} else ("", "", "")
        rows.append((account, "", "", "", 0, num, den, "", *exception))
        if tier == "NKA":
            rows.append((account, "", "", "0-60", 0, 1, 4, "", "", "", ""))
    blank = ("", "", "")
    # Goods bought for a promotion may be older; staples must keep half a year.
    rows.append(("KA04", "", "", "", 1, 1, 2, "", *blank))
    rows.append(("KA02", "", "粮油调味", "", 0, 1, 3, 180, *blank))
    rows.append(("KA05", "", "日化", "", 0, 2, 3, 120, *blank))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(
        valid_from="2026-01-01",
        lock_days=7,
        alert_days=30,
        no_date_regression=(table["account_id"] == "KA01").astype(int),
    )


def make_service_targets() -> pd.DataFrame:
    """Return availability targets: the tier's, one category's, the rest."""
    rows = [
        ("ALL", "", 0.95, "statistical", 1.645),
        ("TIER", "NKA", 0.98, "statistical", 2.054),
        ("TIER", "LKA", 0.92, "statistical", 1.405),
        ("TIER", "NON_KA", 0.90, "statistical", 1.282),
        ("SKU_CLASS", "日化", 0.93, "statistical", 1.476),
    ]
    columns = ["scope", "scope_value", "target_frac", "ss_policy", "z"]
    return pd.DataFrame(rows, columns=columns).assign(metric="AVAILABILITY")


def make_agreements() -> pd.DataFrame:
    """Return the measurable terms of the year's agreements."""
    rows = [
        ("KA01", "FILL_RATE", 0.95, "GE", "fill_rate_quantity"),
        ("KA01", "FRESHNESS", 0.3334, "LE", "age_frac_at_receipt"),
        ("KA01", "PROMO_SLOTS", 12, "GE", "promo_slots"),
        ("KA02", "FILL_RATE", 0.92, "GE", "fill_rate_value"),
        ("KA02", "PAYMENT_DAYS", 60, "LE", "payment_days"),
        ("KA03", "FILL_RATE", 0.90, "GE", "fill_rate_quantity"),
        ("KA03", "PAYMENT_DAYS", 60, "LE", "payment_days"),
        ("KA04", "FILL_RATE", 0.90, "GE", "fill_rate_quantity"),
        ("KA05", "PAYMENT_DAYS", 30, "LE", "payment_days"),
        ("KA06", "LEAD_TIME_DAYS", 3, "LE", "lead_time_days"),
    ]
    columns = [
        *("account_id", "term_code", "target_value", "operator", "evidence_metric"),
    ]
    return pd.DataFrame(rows, columns=columns).assign(year=2026)
