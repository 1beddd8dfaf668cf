"""Codes that refer to other tables, checked in the order in which rows fall."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ka_supply.ingestion.cells import Cells, Mask
from ka_supply.ingestion.review import Review

__all__ = ["PASS_ORDER", "check_references", "unknown_codes"]

# Each table comes after the tables it refers to: a row set aside takes the rows
# that name it along, in one pass.
PASS_ORDER = (
    *("accounts", "warehouses", "skus", "ship_tos", "stores", "lanes", "lane_stops"),
    *("account_skus", "lots", "store_stock", "store_lots", "store_visible_counts"),
    *("sales", "file_receipts", "store_calendar", "orders", "shipments", "receipts"),
    *("inbound_supply", "promo_calendar", "holidays", "freshness_contracts"),
    *("service_targets", "receivables", "credit_limits", "ka_targets", "agreements"),
)
_ANY_PLACE = (
    ("warehouses", "warehouse_id"),
    ("ship_tos", "ship_to_id"),
    ("stores", "store_id"),
)
_SEVERAL_TABLES = {
    ("lanes", "to_id"): _ANY_PLACE,
    ("lane_stops", "destination_id"): _ANY_PLACE,
    ("shipments", "ship_to_id"): _ANY_PLACE,
}
# Informative links: an unknown one is cleared, the row stays.
_INFORMATIVE = {("accounts", "parent_account_id"), ("skus", "replaces_sku_id")}


def check_references(
    review: Review, reviews: Mapping[str, Review], only: str = ""
) -> None:
    """Set aside rows that name a code without an accepted row of its own.

    Parameters
    ----------
    only : str
        Check this column alone; "" = every column.
    """
    for column in review.table.columns:
        if only and column.name != only:
            continue
        place = (column.table, column.name)
        targets = _SEVERAL_TABLES.get(place, column.references)
        if not targets:
            continue
        unknown = unknown_codes(review.cells[column.name], targets, reviews)
        if place in _INFORMATIVE:
            review.flag("REF_CLEARED", unknown, column.name)
            _clear(review, column.name, unknown)
        else:
            review.flag("REF_UNKNOWN", unknown, column.name)


def unknown_codes(
    cells: Cells, targets: tuple[tuple[str, str], ...], reviews: Mapping[str, Review]
) -> Mask:
    """Return the rows whose code none of the target tables has accepted."""
    known = pa.concat_arrays(
        [reviews[table].keys_accepted(column) for table, column in targets]
    )
    found = np.append(np.asarray(pc.is_in(cells.levels, value_set=known)), True)
    unknown: Mask = ~found[cells.codes]  # code -1, a blank, refers to nothing
    return unknown


def _clear(review: Review, column: str, where: Mask) -> None:
    cells = review.cells[column]
    codes = np.where(where, -1, cells.codes).astype(np.int32)
    review.cells[column] = Cells(codes, cells.levels, cells.raw, cells.notes)
