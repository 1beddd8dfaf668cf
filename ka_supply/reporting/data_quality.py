"""What was refused or repaired in the input, by rule."""

import pandas as pd

from ka_supply.domain.snapshot import Snapshot

__all__ = ["compute_data_quality"]

ORDER = {"QUARANTINE": 0, "REPAIR": 1, "WARNING": 2}


def compute_data_quality(snapshot: Snapshot) -> pd.DataFrame:
    """Return findings by severity, rule and table, the most serious first.

    Returns
    -------
    DataFrame
        severity, rule_id, table, rows, example_file, example_row,
        example_column, example_value, message, message_zh (of the first row).
    """
    findings = snapshot.quarantine.findings
    key = ["severity", "rule_id", "table"]
    ordered = findings.sort_values([*key, "source_file", "source_row", "column"])
    groups = ordered.groupby(key, sort=True, dropna=False)
    first = groups[
        ["source_file", "source_row", "column", "value", "message", "message_zh"]
    ].first()
    first = first.rename(
        columns={
            "source_file": "example_file",
            "source_row": "example_row",
            "column": "example_column",
            "value": "example_value",
        }
    )
    frame = first.assign(rows=groups.size()).reset_index()
    rank = [ORDER.get(severity, len(ORDER)) for severity in frame["severity"]]
    frame = frame.assign(rank=rank).sort_values(
        ["rank", "rows", "rule_id", "table"],
        ascending=[True, False, True, True],
        ignore_index=True,
    )
    return frame.drop(columns="rank")
