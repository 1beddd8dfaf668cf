"""Findings of every table in one long frame."""

import numpy as np
import pandas as pd

from ka_supply.ingestion.review import Batch
from ka_supply.ingestion.rules import rules

__all__ = ["FINDING_COLUMNS", "findings_frame"]

FINDING_COLUMNS = (
    *("table", "source_file", "source_row", "column", "value"),
    *("rule_id", "severity", "action", "message", "message_zh"),
)
_MOST_LISTED = 10_000
_LONGEST_VALUE = 200


def findings_frame(batches: list[Batch]) -> pd.DataFrame:
    """Return one line per finding, in the order of tables, rows and columns.

    Rows set aside are all listed. Of a warning or repair that more than 10 000
    rows of a column share, the first 10 000 are listed and the rest counted in
    one line FINDINGS_CUT.
    """
    frames = [_frame(batch) for batch in _cut(batches)]
    if not frames:
        dtypes = {c: "int64" if c == "source_row" else "str" for c in FINDING_COLUMNS}
        return pd.DataFrame({c: pd.Series([], dtype=t) for c, t in dtypes.items()})
    order = {batch.table: i for i, batch in reversed(list(enumerate(batches)))}
    found = pd.concat(frames, ignore_index=True)
    rank = found["table"].map(order)
    found = found.assign(rank=rank).sort_values(
        ["rank", "source_row", "column", "rule_id"], kind="stable", ignore_index=True
    )
    return found[list(FINDING_COLUMNS)]


def _cut(batches: list[Batch]) -> list[Batch]:
    cut: list[Batch] = []
    for batch in batches:
        is_listed = rules()[batch.rule_id].severity == "QUARANTINE"
        if is_listed or len(batch.rows) <= _MOST_LISTED:
            cut.append(batch)
            continue
        rows, texts = batch.rows[:_MOST_LISTED], batch.texts[:_MOST_LISTED]
        place = (batch.table, batch.source_file, batch.column)
        cut.append(Batch(*place, batch.rule_id, rows, texts))
        rest = f"{batch.rule_id}: {len(batch.rows) - _MOST_LISTED}"
        last = np.array([int(rows[-1])], np.int64)
        cut.append(Batch(*place, "FINDINGS_CUT", last, [rest]))
    return cut


def _frame(batch: Batch) -> pd.DataFrame:
    rule = rules()[batch.rule_id]
    size = len(batch.rows)
    constant = {
        "table": batch.table,
        "source_file": batch.source_file,
        "column": batch.column,
        "rule_id": rule.rule_id,
        "severity": rule.severity,
        "action": rule.action,
        "message": rule.message,
        "message_zh": rule.message_zh,
    }
    columns = {n: pd.Series([text] * size, dtype="str") for n, text in constant.items()}
    columns["source_row"] = pd.Series(batch.rows)
    shown = [text[:_LONGEST_VALUE] for text in batch.texts]
    columns["value"] = pd.Series(shown, dtype="str")
    return pd.DataFrame(columns)[list(FINDING_COLUMNS)]
