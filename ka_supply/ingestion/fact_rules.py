"""Row rules of stock, sales, orders, shipments, promotions and credit."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ka_supply.ingestion.cells import Mask
from ka_supply.ingestion.master_rules import foreign_store
from ka_supply.ingestion.review import Review
from ka_supply.ingestion.row_rules import Night, ends_before_start, looked_up

__all__ = [
    "check_credit",
    "check_freshness",
    "check_inbound",
    "check_order",
    "check_promotion",
    "check_receipt",
    "check_receivable",
    "check_sales",
    "check_shipment",
    "check_store_stock",
    "not_after",
]

_BAND = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")


def not_after(review: Review, column: str, last: np.datetime64) -> None:
    """Set aside rows dated after `last`."""
    review.flag("DATE_IN_FUTURE", review.values(column) > last, column)


def check_store_stock(review: Review, night: Night) -> None:
    """Warn of negative stock (used as 0) and of stock in a closed store."""
    not_after(review, "as_of_date", night.as_of)
    review.flag("STOCK_NEGATIVE", review.values("on_hand") < 0, "on_hand")
    stores = night.reviews["stores"]
    closed = looked_up(review, "store_id", stores, "store_id", "closed")
    is_closed = (closed <= review.values("as_of_date")) & (review.values("on_hand") > 0)
    review.flag("STOCK_STORE_CLOSED", is_closed, "store_id")


def check_sales(review: Review, night: Night) -> None:
    """Set aside future sales; warn of sales outside the store's life, returns."""
    not_after(review, "date", night.as_of)
    stores, day = night.reviews["stores"], review.values("date")
    opened = looked_up(review, "store_id", stores, "store_id", "opened")
    review.flag("SALES_BEFORE_OPENING", day < opened, "date")
    closed = looked_up(review, "store_id", stores, "store_id", "closed")
    review.flag("SALES_AFTER_CLOSING", day >= closed, "date")
    review.flag("SALES_NEGATIVE", review.values("units") < 0, "units")


def check_order(review: Review, night: Night) -> None:
    """Set aside future orders and foreign ship-tos; warn of odd quantities."""
    placed = review.values("order_date")
    review.flag("ORDER_IN_FUTURE", placed > night.run_date, "order_date")
    review.flag("ORDER_DUE_EARLY", review.values("due_date") < placed, "due_date")
    account = review.values("account_id", "")
    for table, key in (("stores", "store_id"), ("ship_tos", "ship_to_id")):
        target = night.reviews[table]
        owner = looked_up(review, "ship_to_id", target, key, "account_id")
        foreign = (owner != "") & (owner != account)
        review.flag("ORDER_OTHER_ACCOUNT", foreign, "ship_to_id")
    confirmed = review.values("qty_confirmed")
    above = confirmed > review.values("qty_original")
    review.flag("ORDER_CONFIRMED_ABOVE", above, "qty_confirmed")
    _check_replaced(review)


def _check_replaced(review: Review) -> None:
    """Warn of lines that replace a line which is not there."""
    if review.cells["replaces_line"].is_missing.all():
        return
    lines = review.values("line_no").tolist()
    orders = review.values("order_id", "").tolist()
    known = {f"{o}/{n}" for o, n in zip(orders, lines, strict=True)}
    cells = review.cells["replaces_line"]
    lost = [line not in known for line in cells.levels.to_pylist()]
    unknown = np.array([*lost, False])[cells.codes]
    review.flag("ORDER_REPLACES_UNKNOWN", unknown, "replaces_line")


def check_shipment(review: Review, night: Night) -> None:
    """Set aside shipments that arrive before they leave; warn of late ones."""
    early = ends_before_start(review, "shipped_date", "eta_date", may_be_equal=True)
    review.flag("SHIPMENT_DATES", early, "eta_date")
    made = review.values("production_date") > review.values("shipped_date")
    review.flag("SHIPMENT_DATES", made, "production_date")
    received = night.reviews["receipts"].keys_accepted("shipment_id")
    cells = review.cells["shipment_id"]
    has_receipt = np.append(np.asarray(pc.is_in(cells.levels, received)), False)
    late = (review.values("eta_date") <= night.as_of) & ~has_receipt[cells.codes]
    review.flag("SHIPMENT_LATE", late, "eta_date")


def check_receipt(review: Review, night: Night) -> None:
    """Set aside receipts in the future or before their shipment."""
    not_after(review, "received_date", night.as_of)
    shipments = night.reviews["shipments"]
    shipped = looked_up(review, "shipment_id", shipments, "shipment_id", "shipped_date")
    early = review.values("received_date") < shipped
    review.flag("SHIPMENT_DATES", early, "received_date")


def check_inbound(review: Review, night: Night) -> None:
    """Warn of inbound supply that is late."""
    late = review.values("eta_date") <= night.as_of
    review.flag("SHIPMENT_LATE", late, "eta_date")


def check_promotion(review: Review, night: Night) -> None:
    """Set aside reversed windows and stores of another account."""
    for start, end in (("sale_start", "sale_end"), ("buy_start", "buy_end")):
        reversed_ = ends_before_start(review, start, end, may_be_equal=True)
        review.flag("PERIOD_REVERSED", reversed_, end)
    review.flag("PROMO_OTHER_ACCOUNT", foreign_store(review, night), "store_id")


def check_freshness(review: Review, night: Night) -> None:  # noqa: ARG001
    """Set aside limits above the whole life and bands that are no range."""
    for part in ("max_age", "exception_max"):
        above = review.values(f"{part}_num") > review.values(f"{part}_den")
        given = ~review.cells[f"{part}_den"].is_missing
        review.flag("FRESHNESS_FRACTION", above & given, f"{part}_num")
    cells = review.cells["life_band"]
    wrong = [not _is_band(str(band)) for band in cells.levels.to_pylist()]
    review.flag("FRESHNESS_BAND", np.array([*wrong, False])[cells.codes], "life_band")


def _is_band(text: str) -> bool:
    found = _BAND.fullmatch(text)
    return found is not None and int(found[1]) <= int(found[2])


def check_receivable(review: Review, night: Night) -> None:
    """Set aside lists of the future; warn of overpaid invoices."""
    not_after(review, "as_of_date", night.as_of)
    paid, amount = review.values("paid_cny"), review.values("amount_cny")
    review.flag("RECEIVABLE_PAID_ABOVE", (amount > 0) & (paid > amount), "paid_cny")


def check_credit(review: Review, night: Night) -> None:
    """Hold accounts with an unreadable invoice: their limit rows are set aside.

    An account without a limit is held by the rules of a night, so that a wrong
    invoice can only ever let less be shipped.
    """
    invoices = night.reviews["receivables"]
    cells = invoices.cells["account_id"]
    codes = np.unique(cells.codes[invoices.quarantined])
    accounts = cells.levels.take(pa.array(codes[codes >= 0]))
    review.flag("CREDIT_HELD_BY_RECEIVABLE", _is_among(review, accounts), "account_id")
    if not len(review.rows) and not len(invoices.rows):
        return
    customers = night.reviews["accounts"]
    limited = review.keys_accepted("account_id")
    without = ~_is_among(customers, limited)
    customers.flag("CREDIT_MISSING", without, "account_id")


def _is_among(review: Review, accounts: pa.Array) -> Mask:
    cells = review.cells["account_id"]
    found = np.asarray(pc.is_in(cells.levels, value_set=accounts))
    among: Mask = np.append(found, False)[cells.codes]
    return among
