"""Row rules of warehouse lots: a doubtful lot is never shipped."""

import numpy as np

from ka_supply.ingestion.fact_rules import not_after
from ka_supply.ingestion.review import Review
from ka_supply.ingestion.row_rules import Night

__all__ = ["check_lot", "check_lot_life", "drop_superseded"]

_FARTHEST_EXPIRY = np.timedelta64(20 * 365 + 5, "D")
_LIFE_TOLERANCE = 0.05
_DAYS_PER_MONTH = 30.4375


def check_lot(review: Review, night: Night) -> None:
    """Set aside lots whose dates or quantities cannot be."""
    made, expiry = review.values("production_date"), review.values("expiry_date")
    neither = np.isnat(made) & np.isnat(expiry)
    unread = review.quarantined & neither
    review.flag("CELL_EITHER_BLANK", neither & ~unread, "expiry_date")
    review.flag("LOT_PERIOD", expiry <= made, "expiry_date")
    review.flag("LOT_PRODUCED_IN_FUTURE", made > night.run_date, "production_date")
    far = expiry > night.run_date + _FARTHEST_EXPIRY
    review.flag("LOT_EXPIRY_FAR", far, "expiry_date")
    promised = review.values("allocated") + review.values("blocked")
    above = promised > review.values("on_hand")
    review.flag("LOT_PROMISED_ABOVE_STOCK", above, "allocated")
    not_after(review, "as_of_date", night.as_of)
    review.flag("LOT_EXPIRED", expiry <= night.as_of, "expiry_date")


def check_lot_life(review: Review, night: Night) -> None:
    """Warn of lots whose life differs from the master's by more than 5 %."""
    skus = night.reviews["skus"]
    life = skus.values("shelf_life_value").astype(float)
    is_month = skus.values("shelf_life_unit", "") == "MONTH"
    life = np.where(is_month, life * _DAYS_PER_MONTH, life)
    by_sku = dict(zip(skus.values("sku_id", "").tolist(), life, strict=True))
    levels = review.cells["sku_id"].levels.to_pylist()
    per_level = np.array([*(by_sku.get(sku, np.nan) for sku in levels), np.nan])
    master = per_level[review.cells["sku_id"].codes]
    span = review.values("expiry_date") - review.values("production_date")
    days = np.where(np.isnat(span), np.nan, span.astype(float))
    differs = np.abs(days - master) > np.maximum(1.0, _LIFE_TOLERANCE * master)
    review.flag("LOT_LIFE_DIFFERS", differs, "expiry_date")
    old = review.values("as_of_date") < night.as_of
    review.flag("LOT_LIST_OLD", old, "as_of_date")


def drop_superseded(review: Review, night: Night, place: str) -> None:
    """Drop rows of an older list where the same place sent a newer one.

    A place whose newest list was set aside has nothing: the old list does not
    come back.

    Parameters
    ----------
    place : str
        Column of the place; "" = the table is one list.
    """
    day = review.values("as_of_date")
    codes = review.cells[place].codes if place else np.zeros(len(day), np.int32)
    usable = ~np.isnat(day) & (codes >= 0) & (day <= night.as_of)
    latest = np.full(codes.max(initial=0) + 2, np.datetime64(0, "D"))
    np.maximum.at(latest, codes[usable], day[usable])
    older = usable & (day < latest[codes])
    review.flag("ROW_SUPERSEDED", older, "as_of_date")
