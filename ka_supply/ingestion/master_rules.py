"""Row rules of accounts, stores, SKUs, listings, warehouses and lanes."""

from collections import Counter

import numpy as np
import pyarrow.compute as pc

from ka_supply.ingestion.cells import Mask
from ka_supply.ingestion.codes_in_text import is_look_alike
from ka_supply.ingestion.review import Review
from ka_supply.ingestion.row_rules import Night, ends_before_start, looked_up

__all__ = [
    "check_account",
    "check_keys",
    "check_lane",
    "check_lane_stops",
    "check_listing",
    "check_ship_to",
    "check_sku",
    "check_store",
    "check_weekdays",
]

_GTIN_LENGTHS = (8, 12, 13, 14)


def check_account(review: Review, night: Night) -> None:  # noqa: ARG001
    """Set aside accounts whose validity ends before it starts."""
    reversed_ = ends_before_start(review, "valid_from", "valid_to", may_be_equal=False)
    review.flag("PERIOD_REVERSED", reversed_, "valid_to")


def check_keys(review: Review, night: Night) -> None:  # noqa: ARG001
    """Warn of look-alike letters and of codes that differ in case only."""
    name = review.table.key[0]
    cells = review.cells[name]
    levels = [str(level) for level in cells.levels.to_pylist()]
    mixed = np.array([*map(is_look_alike, levels), False])
    review.flag("KEY_HOMOGLYPH", mixed[cells.codes], name)
    folded = [level.casefold() for level in levels]
    spellings = Counter(folded)
    is_twin = np.array([*(spellings[code] > 1 for code in folded), False])
    review.flag("KEY_CASE_TWIN", is_twin[cells.codes], name)


def check_weekdays(review: Review, night: Night) -> None:  # noqa: ARG001
    """Warn of blank weekdays that mean never."""
    for column in review.table.columns:
        if column.type == "weekdays" and column.default:
            is_blank = review.cells[column.name].is_missing
            review.flag("WEEKDAYS_EMPTY", is_blank, column.name)


def check_store(review: Review, night: Night) -> None:  # noqa: ARG001
    """Set aside stores that close before they open; warn of equal numbers."""
    reversed_ = ends_before_start(review, "opened", "closed", may_be_equal=False)
    review.flag("PERIOD_REVERSED", reversed_, "closed")
    account, number = review.cells["account_id"], review.cells["account_store_no"]
    pair = account.codes.astype(np.int64) * (len(number.levels) + 1) + number.codes
    _, inverse, count = np.unique(pair, return_inverse=True, return_counts=True)
    twice = (count[inverse] > 1) & ~number.is_missing
    review.flag("STORE_NUMBER_TWICE", twice, "account_store_no")


def check_ship_to(review: Review, night: Night) -> None:  # noqa: ARG001
    """Set aside retailer DCs without an account."""
    is_dc = review.values("type", "") == "RETAILER_DC"
    without = is_dc & review.cells["account_id"].is_missing
    review.flag("SHIP_TO_WITHOUT_ACCOUNT", without, "account_id")


def check_sku(review: Review, night: Night) -> None:  # noqa: ARG001
    """Set aside SKUs delisted before launch; warn of costs and barcodes."""
    reversed_ = ends_before_start(review, "launch", "delist", may_be_equal=False)
    review.flag("PERIOD_REVERSED", reversed_, "delist")
    above = review.values("cost_cny") > review.values("list_price_cny")
    review.flag("SKU_COST_ABOVE_PRICE", above, "cost_cny")
    for column in ("gtin_unit", "gtin_case"):
        cells = review.cells[column]
        wrong = [not _is_gtin(str(code)) for code in cells.levels.to_pylist()]
        review.flag("SKU_BARCODE", np.array([*wrong, False])[cells.codes], column)


def _is_gtin(code: str) -> bool:
    """Whether the check digit holds: weights 3, 1, 3, ... from the right."""
    if not (code.isascii() and code.isdigit() and len(code) in _GTIN_LENGTHS):
        return False
    digits = [int(digit) for digit in reversed(code)]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def check_listing(review: Review, night: Night) -> None:
    """Set aside listings that end before they start or name a foreign store."""
    reversed_ = ends_before_start(
        review, "listed_from", "listed_to", may_be_equal=False
    )
    review.flag("PERIOD_REVERSED", reversed_, "listed_to")
    review.flag("LISTING_OTHER_ACCOUNT", foreign_store(review, night), "store_id")


def foreign_store(review: Review, night: Night) -> Mask:
    """Return the rows whose store belongs to another account than the row's."""
    stores = night.reviews["stores"]
    owner = looked_up(review, "store_id", stores, "store_id", "account_id")
    foreign: Mask = (owner != "") & (owner != review.values("account_id", ""))
    return foreign


def check_lane(review: Review, night: Night) -> None:
    """Set aside lanes to themselves, with impossible times, without stops."""
    to_itself = review.values("from_id", "") == review.values("to_id", "")
    review.flag("LANE_TO_ITSELF", to_itself, "to_id")
    reversed_ = ends_before_start(review, "valid_from", "valid_to", may_be_equal=False)
    review.flag("PERIOD_REVERSED", reversed_, "valid_to")
    lead, worst = review.values("lead_time_days"), review.values("lead_time_max_days")
    given = ~review.cells["lead_time_max_days"].is_missing
    review.flag("LANE_LEAD_TIME", given & (worst < lead), "lead_time_max_days")
    is_full_truck = review.values("mode", "") == "FTL"
    for column in ("cap_kg", "cap_m3"):
        empty = ~(review.values(column) > 0) & is_full_truck
        review.flag("LANE_NO_CAPACITY", empty, column)
    stops = night.reviews["lane_stops"]
    named = stops.cells["lane_id"].levels
    lost = pc.invert(pc.is_in(named, value_set=stops.keys_accepted("lane_id")))
    cells = review.cells["lane_id"]
    without = pc.is_in(cells.levels, value_set=named.filter(lost))
    without = np.append(np.asarray(without), False)[cells.codes]
    review.flag("LANE_WITHOUT_STOPS", without, "lane_id")


def check_lane_stops(review: Review, night: Night) -> None:
    """Set aside stops at the origin of their lane."""
    origin = looked_up(review, "lane_id", night.reviews["lanes"], "lane_id", "from_id")
    at_origin = (origin != "") & (origin == review.values("destination_id", ""))
    review.flag("LANE_TO_ITSELF", at_origin, "destination_id")
