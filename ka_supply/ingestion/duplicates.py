"""Rows with equal keys: copies are dropped, contradictions refused."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ka_supply.domain.errors import Problem
from ka_supply.ingestion.cells import Mask
from ka_supply.ingestion.review import Positions, Review
from ka_supply.ingestion.rules import problem

__all__ = ["MASTER_TABLES", "canonical_order", "settle_duplicates"]

MASTER_TABLES = ("accounts", "stores", "skus", "warehouses", "lanes")
_LARGEST_KEY = 2**62
_LISTED = 20
_STRICTEST_FIRST = {"HOLD": 0, "WARN": 1, "NONE": 2}


def canonical_order(review: Review) -> Positions:
    """Return row positions sorted by the table's key; blank cells come first.

    Rows with equal keys keep the order of the source.
    """
    if review.order is None:
        review.order = _sorted_by_key(review)
    return review.order


def _sorted_by_key(review: Review) -> Positions:
    cells = [review.cells[name] for name in review.table.key]
    sizes = [len(c.levels) + 1 for c in cells]
    if np.prod([float(size) for size in sizes]) >= _LARGEST_KEY:
        return np.lexsort([c.codes for c in reversed(cells)])
    key = np.zeros(len(review.rows), np.int64)
    for column, size in zip(cells, sizes, strict=True):
        key *= size
        key += column.codes + 1
    if np.all(key[1:] >= key[:-1]):
        return np.arange(len(key))
    return np.argsort(key, kind="stable")


def settle_duplicates(review: Review) -> list[Problem]:
    """Flag rows that share a key; return the contradictions in master tables.

    Equal rows: all but the first are dropped. Different rows of a master table
    or two equally specific freshness rows refuse the input; of a credit limit
    the strictest row counts; of any other table none is used.
    """
    order = canonical_order(review)
    order = order[~review.key_unreadable[order]]
    group = _groups(review, order)
    shared = np.bincount(group, minlength=1)[group] > 1
    order, group = order[shared], group[shared]
    if not len(order):
        return []
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    group = np.cumsum(np.diff(group, prepend=group[0]) > 0)
    alike = _alike(review, order, group, starts)
    is_copy = alike[group]
    is_copy[starts] = False
    copies = np.sort(order[is_copy])
    copies = copies[review.accepted[copies]]
    review.note("KEY_REPEATED", copies, review.table.key[0])
    return _settle_contradictions(review, np.split(order, starts[1:]), alike)


def _groups(review: Review, order: Positions) -> Positions:
    """Return the number of the key of each row in `order`."""
    is_new = np.zeros(len(order), bool)
    for name in review.table.key:
        codes = review.cells[name].codes[order]
        is_new[1:] |= codes[1:] != codes[:-1]
    return np.cumsum(is_new)


def _alike(
    review: Review, order: Positions, group: Positions, starts: Positions
) -> Mask:
    """Return whether all rows of each group hold the same values."""
    alike = np.ones(len(starts), bool)
    for cells in review.cells.values():
        # Two unreadable cells are alike if they were written alike.
        codes = cells.codes[order].astype(np.int64)
        raw = cells.raw.codes[order].astype(np.int64)
        codes = np.where(codes < 0, -1 - raw, codes)
        same = codes == codes[starts][group]
        alike &= np.logical_and.reduceat(same, starts)
    return alike


def _settle_contradictions(
    review: Review, groups: list[Positions], alike: npt.NDArray[Any]
) -> list[Problem]:
    name = review.table.name
    contradictions = [g for g, same in zip(groups, alike, strict=True) if not same]
    if name in MASTER_TABLES or name == "freshness_contracts":
        is_master = name in MASTER_TABLES
        rule_id = "KEY_DUPLICATE_MASTER" if is_master else "FRESHNESS_AMBIGUOUS"
        return [_problem(review, rule_id, g) for g in contradictions[:_LISTED]]
    for group in contradictions:
        strictest = _strictest(review, group) if name == "credit_limits" else None
        if strictest is None:
            _set_aside(review, "KEY_DUPLICATE", group)
        else:
            _set_aside(review, "KEY_DUPLICATE_LENIENT", group[group != strictest])
    return []


def _set_aside(review: Review, rule_id: str, group: Positions) -> None:
    at = np.sort(group[~review.quarantined[group]])
    review.note(rule_id, at, review.table.key[0])


def _problem(review: Review, rule_id: str, group: Positions) -> Problem:
    at = np.sort(group)
    numbers = ", ".join(str(row) for row in review.rows[at][:_LISTED])
    key = [review.texts(name, at[:1])[0] for name in review.table.key]
    value = "/".join(part for part in key if part)
    return problem(rule_id, f"{review.source_file} rows {numbers}", value)


def _strictest(review: Review, group: Positions) -> int | None:
    """Return the row that is strictest in everything, if there is one."""
    action = review.values("action", "")[group]
    grades = np.column_stack(
        [
            [_STRICTEST_FIRST.get(str(a), len(_STRICTEST_FIRST)) for a in action],
            review.values("limit_cny")[group],
            review.values("tolerance_cny")[group],
            review.values("grace_days")[group],
        ]
    ).astype(float)
    is_readable = ~review.quarantined[group] & ~np.isnan(grades).any(axis=1)
    best = np.flatnonzero((grades == grades.min(axis=0)).all(axis=1) & is_readable)
    return int(group[best[0]]) if len(best) and is_readable.all() else None
