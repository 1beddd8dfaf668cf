"""Checks of rows against each other's columns and against other tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ka_supply.ingestion.cells import Mask
from ka_supply.ingestion.review import Review

__all__ = ["Check", "Night", "ends_before_start", "looked_up"]


@dataclass(frozen=True)
class Night:
    """The planning day and every table under review."""

    as_of: np.datetime64
    reviews: Mapping[str, Review]

    @property
    def run_date(self) -> np.datetime64:
        """The first day of the plan."""
        return self.as_of + np.timedelta64(1, "D")


Check = Callable[[Review, Night], None]


def ends_before_start(
    review: Review, start: str, end: str, *, may_be_equal: bool
) -> Mask:
    """Return the rows whose end date lies before the start date."""
    first, last = review.values(start), review.values(end)
    too_early: Mask = last < first if may_be_equal else last <= first
    return too_early


def looked_up(
    review: Review, column: str, target: Review, key: str, value: str
) -> npt.NDArray[Any]:
    """Return, per row, `value` of the accepted `target` row with that key.

    Dates are NaT and texts "" where there is none.
    """
    kind = target.table[value].type
    missing: object = np.datetime64("NaT") if kind == "date" else ""
    at = np.flatnonzero(target.accepted)
    keys = target.values(key, "")[at]
    found = target.values(value, missing)[at]
    by_key = dict(zip(keys.tolist(), found, strict=True))
    levels = np.asarray(review.cells[column].levels)
    per_level = [by_key.get(level, missing) for level in levels.tolist()]
    dtype = "datetime64[D]" if kind == "date" else object
    return np.array([*per_level, missing], dtype=dtype)[review.cells[column].codes]
