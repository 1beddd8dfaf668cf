"""A folder or workbook to one frozen snapshot, in passes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from ka_supply.domain.errors import InputRejected, Problem
from ka_supply.domain.schema import Table, schema
from ka_supply.domain.settings import Settings
from ka_supply.domain.snapshot import Quarantine, Snapshot
from ka_supply.ingestion.adjustments import adjust
from ka_supply.ingestion.checks import check_table
from ka_supply.ingestion.duplicates import settle_duplicates
from ka_supply.ingestion.findings import findings_frame
from ka_supply.ingestion.frames import accepted_frame
from ka_supply.ingestion.headers import match_headers
from ka_supply.ingestion.references import PASS_ORDER
from ka_supply.ingestion.review import Batch, Review, absent_review, begin_review
from ka_supply.ingestion.row_rules import Night
from ka_supply.ingestion.rules import problem
from ka_supply.ingestion.shares import refuse_shares, wholly_wrong_columns
from ka_supply.ingestion.snapshot_files import find_saved_snapshot, read_saved_snapshot
from ka_supply.ingestion.sources import Intake, read_sources

__all__ = ["read_snapshot"]


def read_snapshot(
    path: str | Path, as_of: str | dt.date, settings: Settings | None = None
) -> Snapshot:
    """Return the accepted rows of a folder or workbook, and what was refused.

    Parameters
    ----------
    path : str or Path
        A folder of CSV, .xlsx and Parquet files named like the tables, an .xlsx
        workbook whose sheets are the tables, a saved snapshot, or the folder of
        a night that holds one.
    as_of : str or date
        The last closed sales day, YYYY-MM-DD.

    Raises
    ------
    InputRejected
        With every problem found, if the input as a whole cannot be used.
    """
    day, place = _day(as_of), Path(path)
    if not place.exists():
        raise InputRejected([problem("PATH_MISSING", str(path), str(path))])
    saved = find_saved_snapshot(place)
    if saved is not None:
        return _saved(saved, day, settings)
    intake = read_sources(place)
    reviews, problems = _begin(intake, day)
    for review in reviews.values():
        problems += settle_duplicates(review)
    if problems:
        raise InputRejected(problems)
    night = Night(np.datetime64(day, "D"), reviews)
    for name in PASS_ORDER:
        check_table(reviews[name], night)
    for review in reviews.values():
        adjust(review)
    settings = settings or Settings()
    refuse_shares(reviews, settings.data.stop_share)
    return _snapshot(intake, reviews, day, settings)


def _day(as_of: str | dt.date) -> dt.date:
    if isinstance(as_of, dt.datetime):
        return as_of.date()
    if isinstance(as_of, dt.date):
        return as_of
    try:
        return dt.date.fromisoformat(as_of)
    except (TypeError, ValueError) as error:
        found = problem("AS_OF_INVALID", "as_of", str(as_of))
        raise InputRejected([found]) from error


def _saved(directory: Path, day: dt.date, settings: Settings | None) -> Snapshot:
    snapshot = read_saved_snapshot(directory)
    if snapshot.as_of != day:
        found = f"{day}, saved {snapshot.as_of}"
        raise InputRejected([problem("AS_OF_DIFFERS", str(directory), found)])
    return snapshot if settings is None else replace(snapshot, settings=settings)


def _begin(intake: Intake, day: dt.date) -> tuple[dict[str, Review], list[Problem]]:
    """Return a review of every table, also the absent ones, and all problems."""
    problems = list(intake.problems)
    reviews: dict[str, Review] = {}
    for name, table in schema().items():
        raw = intake.tables.get(name)
        if raw is None:
            if table.is_required and name not in intake.refused:
                hints = [v for _, rule, v in intake.notes if rule == "FILE_UNKNOWN"]
                hint = next((h for h in hints if f"'{name}'" in h), "")
                problems.append(problem("TABLE_MISSING", name, name, hint))
            reviews[name] = absent_review(table)
            continue
        headers = match_headers(table, raw)
        problems += headers.problems
        intake.notes.extend(
            (raw.source_file, "COLUMN_UNKNOWN", header) for header in headers.unknown
        )
        review = begin_review(table, raw, headers, day)
        reviews[name] = review
        problems += _empty(table, review, intake)
        problems += wholly_wrong_columns(review)
    return reviews, problems


def _empty(table: Table, review: Review, intake: Intake) -> list[Problem]:
    if len(review.rows) or review.broken:
        return []
    if table.is_required:
        return [problem("FILE_NO_ROWS", review.source_file, table.name)]
    intake.notes.append((review.source_file, "FILE_HEADER_ONLY", table.name))
    return []


def _snapshot(
    intake: Intake, reviews: Mapping[str, Review], day: dt.date, settings: Settings
) -> Snapshot:
    table_of = {raw.source_file: name for name, raw in intake.tables.items()}
    batches = [
        Batch(table_of.get(file, ""), file, "", rule_id, np.zeros(1, np.int64), [value])
        for file, rule_id, value in intake.notes
    ]
    for name in schema():
        batches += reviews[name].batches
    tables = {name: accepted_frame(reviews[name]) for name in schema()}
    counts = {name: reviews[name].counts() for name in schema()}
    for name, count in counts.items():
        ends = count.accepted + count.quarantined + count.duplicate
        if count.read != ends or count.accepted != len(tables[name]):
            msg = f"{name}: {count.read} rows read but {ends} accounted for"
            raise RuntimeError(msg)
    quarantine = Quarantine(findings_frame(batches), counts)
    return Snapshot(day, tables, settings, quarantine, intake.hashes)
