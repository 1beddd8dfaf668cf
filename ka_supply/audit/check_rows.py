"""Row accounts: every input row read was used, quarantined or a duplicate."""

from collections.abc import Iterable, Mapping

from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.model import Breach, Check

__all__ = ["check_numbers", "check_row_accounts"]

INPUT_TABLES = (
    "accounts",
    "stores",
    "ship_tos",
    "skus",
    "account_skus",
    "warehouses",
    "lanes",
    "lane_stops",
    "lots",
    "store_stock",
    "store_lots",
    "store_visible_counts",
    "sales",
    "file_receipts",
    "store_calendar",
    "orders",
    "shipments",
    "receipts",
    "inbound_supply",
    "promo_calendar",
    "holidays",
    "freshness_contracts",
    "service_targets",
    "credit_limits",
    "receivables",
    "ka_targets",
    "agreements",
)
COUNTS = ("read", "accepted", "repaired", "quarantined", "duplicate")


def check_row_accounts(case: CaseFile) -> Check:
    """I25: every input row read was accepted, quarantined or a duplicate."""
    counts = case.night.row_counts
    breaches = list(case.inputs.unreadable)
    for table in sorted({*map(str, counts), *INPUT_TABLES}):
        given = case.input_row_counts.get(table, 0)
        breaches.extend(
            Breach("run", f"rows.{table}", problem)
            for problem in account_problems(table, counts.get(table), given)
        )
    title = "Rows read = accepted + quarantined + duplicate, per table"
    return Check("I25", title, len(counts), tuple(breaches))


def account_problems(table: str, counts: object, given: int) -> Iterable[str]:
    """Yield how the counts of a table do not tie; sales may be handed over in part."""
    if counts is None and not given:
        return
    stated = counts if isinstance(counts, Mapping) else {}
    numbers = [stated.get(name) for name in COUNTS]
    whole = [number for number in numbers if type(number) is int and number >= 0]
    if len(whole) < len(COUNTS):
        yield f"{', '.join(COUNTS)} must be whole numbers"
        return
    read, accepted, repaired, quarantined, duplicate = whole
    if read != accepted + quarantined + duplicate:
        yield f"{read} read, {accepted} + {quarantined} + {duplicate} accounted for"
    if repaired > accepted:
        yield f"{repaired} repaired of {accepted} accepted"
    if given != accepted and table in INPUT_TABLES and table != "sales":
        yield f"{accepted} accepted, {given} handed over"


def check_numbers(case: CaseFile) -> Check:
    """I27: no NaN, infinity, text or blank in a numeric published column."""
    breaches = tuple(case.outputs.faults.get("I27", ()))
    title = "Numeric columns hold finite numbers"
    return Check("I27", title, sum(case.outputs.row_counts.values()), breaches)
