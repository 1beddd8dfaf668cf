"""Values that follow from others in their row, once the row is accepted."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from ka_supply.ingestion.review import Review

__all__ = ["adjust"]

_FEN_HUNDREDTH = Decimal("0.0001")


def adjust(review: Review) -> None:
    """Bring the values of a table into the form the plan uses.

    Prices lose their VAT; negative store stock counts as 0; a missing worst
    lead time is the expected one.
    """
    if review.table.name == "skus":
        _remove_vat(review)
    if review.table.name == "store_stock":
        on_hand = review.values("on_hand")
        missing = review.cells["on_hand"].is_missing
        floored = np.maximum(on_hand, 0)
        review.cells["on_hand"] = review.cells["on_hand"].with_values(floored, missing)
    if review.table.name == "lanes":
        worst, lead = review.cells["lead_time_max_days"], review.cells["lead_time_days"]
        filled = np.where(worst.is_missing, lead.values(0), worst.values(0))
        cells = worst.with_values(filled, lead.is_missing)
        review.cells["lead_time_max_days"] = cells


def _remove_vat(review: Review) -> None:
    """Divide prices by 1 + VAT rate, rounded half up to 4 decimals."""
    with_vat = review.values("price_incl_vat") & review.accepted
    if not with_vat.any():
        return
    review.flag("PRICE_VAT_REMOVED", with_vat, "list_price_cny")
    rates = review.values("vat_rate")
    for column in ("cost_cny", "list_price_cny"):
        prices = review.values(column).copy()
        for i in np.flatnonzero(with_vat):
            rate = Decimal(repr(float(rates[i])))
            net = Decimal(repr(float(prices[i]))) / (1 + rate)
            prices[i] = float(net.quantize(_FEN_HUNDREDTH, ROUND_HALF_UP))
        cells = review.cells[column]
        review.cells[column] = cells.with_values(prices, cells.is_missing)
    flag = review.cells["price_incl_vat"]
    kept = review.values("price_incl_vat") & ~with_vat
    review.cells["price_incl_vat"] = flag.with_values(kept, flag.is_missing)
