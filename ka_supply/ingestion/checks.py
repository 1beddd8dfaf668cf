"""Which checks each table passes, in order."""

from ka_supply.ingestion import fact_rules, lot_rules, master_rules
from ka_supply.ingestion.references import check_references
from ka_supply.ingestion.review import Review
from ka_supply.ingestion.row_rules import Check, Night

__all__ = ["ROW_CHECKS", "check_table"]


def _dated(column: str) -> Check:
    def check(review: Review, night: Night) -> None:
        fact_rules.not_after(review, column, night.as_of)

    return check


def _superseded(place: str) -> Check:
    def check(review: Review, night: Night) -> None:
        lot_rules.drop_superseded(review, night, place)

    return check


ROW_CHECKS: dict[str, tuple[Check, ...]] = {
    "accounts": (master_rules.check_account, master_rules.check_keys),
    "warehouses": (master_rules.check_keys, master_rules.check_weekdays),
    "skus": (master_rules.check_sku, master_rules.check_keys),
    "ship_tos": (master_rules.check_ship_to, master_rules.check_weekdays),
    "stores": (
        master_rules.check_store,
        master_rules.check_keys,
        master_rules.check_weekdays,
    ),
    "lanes": (master_rules.check_lane, master_rules.check_weekdays),
    "lane_stops": (master_rules.check_lane_stops,),
    "account_skus": (master_rules.check_listing,),
    "lots": (
        lot_rules.check_lot,
        lot_rules.check_lot_life,
        _superseded("warehouse_id"),
    ),
    "store_stock": (fact_rules.check_store_stock,),
    "store_lots": (_dated("as_of_date"),),
    "store_visible_counts": (_dated("count_date"),),
    "sales": (fact_rules.check_sales,),
    "file_receipts": (_dated("date"),),
    "orders": (fact_rules.check_order,),
    "shipments": (fact_rules.check_shipment,),
    "receipts": (fact_rules.check_receipt,),
    "inbound_supply": (fact_rules.check_inbound,),
    "promo_calendar": (fact_rules.check_promotion,),
    "freshness_contracts": (fact_rules.check_freshness,),
    "receivables": (fact_rules.check_receivable, _superseded("")),
    "credit_limits": (fact_rules.check_credit,),
}


def check_table(review: Review, night: Night) -> None:
    """Run the reference checks and the row checks of a table."""
    if review.table.name == "lanes":
        # A lane falls if all its stops do: stops are checked for their places first.
        stops = night.reviews["lane_stops"]
        check_references(stops, night.reviews, only="destination_id")
    check_references(review, night.reviews)
    for check in ROW_CHECKS.get(review.table.name, ()):
        check(review, night)
