"""What to do by name: lots that must leave, shelves to fill from the backroom."""

import json

import pandas as pd

from ka_supply.domain.snapshot import records
from ka_supply.reporting.tables import PrintedTable, print_table
from ka_supply.reporting.texts import Texts

__all__ = ["hidden_words", "must_leave_table"]

MUST_LEAVE_ROWS, HIDDEN_ROWS = 15, 5


def must_leave_table(exceptions: pd.DataFrame, texts: Texts) -> PrintedTable:
    """Return the lots that leave on this departure or never, soonest first.

    Parameters
    ----------
    exceptions : DataFrame
        As of `rank_exceptions`.
    """
    found = exceptions[exceptions["kind"] == "LOT_LAST_DISPATCH"]
    found = found.sort_values(
        ["deadline", "value_cny", "exception_id"], ascending=[True, False, True]
    )
    found = found.head(MUST_LEAVE_ROWS)
    details = [json.loads(text) for text in found["message_args"]]
    names = ("account", "sku", "lot_id", "warehouse", "cases", "leave_by")
    rows = pd.DataFrame(
        {
            **{name: [row[name] for row in details] for name in names},
            "last_receipt": [row["last_receipt"] for row in details],
            "value_cny": found["value_cny"].to_numpy(float),
        }
    )
    rows = rows.assign(
        account=rows["account"].where(rows["account"] != "", texts("movement.TRANSFER"))
    )
    for name in ("leave_by", "last_receipt"):
        rows[name] = pd.to_datetime(rows[name])
    columns = [
        ("leave_by", "column.leave_by", "date"),
        ("warehouse", "column.origin", "text"),
        ("account", "column.account", "text"),
        ("sku", "column.sku", "text"),
        ("lot_id", "column.lot", "text"),
        ("cases", "column.cases", "units"),
        ("last_receipt", "column.last_receipt", "date"),
        ("value_cny", "column.value_cny", "bar"),
    ]
    return print_table(rows, columns, texts)


def hidden_words(exceptions: pd.DataFrame, texts: Texts) -> tuple[str, ...]:
    """Return the dearest stores with an empty shelf and a full backroom, as text."""
    found = exceptions[exceptions["kind"] == "HIDDEN_STOCK"].head(HIDDEN_ROWS)
    return tuple(
        texts(
            "visible.hidden",
            message=texts.message(row["message_id"], json.loads(row["message_args"])),
            value=texts.cny(row["value_cny"]),
        )
        for row in records(found)
    )
