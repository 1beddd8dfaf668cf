"""When the dirt of a table refuses the whole input."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from ka_supply.domain.errors import InputRejected, Problem
from ka_supply.domain.snapshot import RowCounts
from ka_supply.ingestion.review import Review
from ka_supply.ingestion.rules import problem, rules

__all__ = ["refuse_shares", "wholly_wrong_columns"]

_TOP_RULES = 3
# Their rows only forbid: without one, something forbidden would be allowed.
_RESTRICTIVE_TABLES = frozenset({"freshness_contracts", "store_calendar"})


def wholly_wrong_columns(review: Review) -> list[Problem]:
    """Return the required columns in which no filled cell can be read."""
    found = []
    for column in review.table.columns:
        cells = review.cells[column.name]
        if not column.required:
            continue
        filled = np.flatnonzero(cells.raw.filled_rows)
        if len(filled) and (cells.codes[filled] < 0).all():
            first = review.texts(column.name, filled[:1])[0]
            row = review.rows[filled[0]]
            where = f"{review.source_file} column {column.name} row {row}"
            hint = f"all {len(filled)} values"
            found.append(problem("COLUMN_WRONG_TYPE", where, first[:200], hint))
    return found


def refuse_shares(reviews: Mapping[str, Review], stop_share: float) -> None:
    """Refuse the input if a table lost all its rows, or too many.

    A table without any usable row is never taken for an empty one: an empty
    listing, credit or lot table would allow what its rows forbid.

    Raises
    ------
    InputRejected
        Naming each such table, its share and the most frequent rules.
    """
    problems = []
    for name, review in reviews.items():
        counts = review.counts()
        if not counts.quarantined:
            continue
        share = counts.quarantined / counts.read
        rule_id = _refusal(name, counts, stop_share)
        if not rule_id:
            continue
        value = f"{counts.quarantined} of {counts.read} rows ({share:.1%})"
        where = f"{review.source_file} ({name})"
        problems.append(problem(rule_id, where, value, _top_rules(review)))
    if problems:
        raise InputRejected(problems)


def _refusal(name: str, counts: RowCounts, stop_share: float) -> str:
    """Return the rule that refuses a table with rows set aside, or ""."""
    if not counts.accepted:
        return "TABLE_ALL_REFUSED"
    if counts.quarantined > stop_share * counts.read:
        return "TABLE_STOP_SHARE"
    return "TABLE_RESTRICTS" if name in _RESTRICTIVE_TABLES else ""


def _top_rules(review: Review) -> str:
    """Return the most frequent rules with a first row each."""
    counted: Counter[str] = Counter()
    first: dict[str, str] = {}
    for batch in review.batches:
        if rules()[batch.rule_id].action == "SET_ASIDE":
            counted[batch.rule_id] += len(batch.rows)
            place = f"row {batch.rows[0]} {batch.column}={batch.texts[0][:50]!r}"
            first.setdefault(batch.rule_id, place)
    top = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_TOP_RULES]
    return "; ".join(f"{rule} x {n}, first {first[rule]}" for rule, n in top)
