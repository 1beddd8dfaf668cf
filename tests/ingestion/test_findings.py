"""Findings: complete for rows set aside, bounded for the rest."""

import numpy as np

from ka_supply.ingestion.findings import FINDING_COLUMNS, findings_frame
from ka_supply.ingestion.review import Batch


def _batch(rule_id: str, size: int) -> Batch:
    rows = np.arange(2, size + 2)
    return Batch("sales", "sales.csv", "units", rule_id, rows, ["-1"] * size)


def test_no_findings_is_an_empty_typed_frame() -> None:
    """Without findings the frame still has its columns and types."""
    found = findings_frame([])
    assert list(found) == list(FINDING_COLUMNS)
    assert found["source_row"].dtype == "int64"
    assert found["value"].dtype == "str"


def test_a_flood_of_warnings_is_cut_and_counted() -> None:
    """The first ten thousand are listed, the rest counted in one line."""
    found = findings_frame([_batch("SALES_NEGATIVE", 12_345)])
    assert len(found) == 10_001
    cut = found[found["rule_id"] == "FINDINGS_CUT"].iloc[0]
    assert cut["value"] == "SALES_NEGATIVE: 2345"


def test_rows_set_aside_are_all_listed() -> None:
    """A quarantined row is never hidden behind a count."""
    found = findings_frame([_batch("DATE_IN_FUTURE", 12_345)])
    assert len(found) == 12_345
    assert found["source_row"].is_monotonic_increasing
