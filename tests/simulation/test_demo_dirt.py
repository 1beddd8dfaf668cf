"""Only the intended rows are refused or repaired."""

from collections import Counter

from tests.simulation.conftest import Demo


def test_refused_rows_are_the_intended_ones(demo: Demo) -> None:
    """The quarantine holds the planted rows and nothing else."""
    findings = demo.snapshot.quarantine.findings
    refused = findings[findings["severity"] == "QUARANTINE"]
    counts = {
        name: count.quarantined
        for name, count in demo.snapshot.quarantine.counts.items()
        if count.quarantined
    }
    assert counts == {
        "lots": 2,
        "orders": 1,
        "sales": 5,
        "store_stock": 1,
        "store_visible_counts": 1,
    }
    assert "LOT_PRODUCED_IN_FUTURE" in set(refused["rule_id"])


def test_no_table_reaches_the_warning_share(demo: Demo) -> None:
    """Less than one row in a hundred of any table is refused."""
    assert 0 < demo.snapshot.quarantine.worst_share() < 0.01


def test_full_width_codes_are_repaired(demo: Demo) -> None:
    """Full-width digits and a stray space are repaired, not refused."""
    findings = demo.snapshot.quarantine.findings
    repaired = Counter(findings.loc[findings["severity"] == "REPAIR", "table"])
    assert repaired == Counter({"orders": 2, "account_skus": 1})


def test_unknown_column_and_encoding_are_warned_of(demo: Demo) -> None:
    """An unknown column and the GB18030 files are accepted with a warning."""
    rules = set(demo.snapshot.quarantine.findings["rule_id"])
    assert {"COLUMN_UNKNOWN", "FILE_DECODED_GB18030", "STOCK_NEGATIVE"} <= rules
