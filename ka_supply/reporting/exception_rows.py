"""The shape of an exception: who, what, how much money, until when, what to do."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ka_supply.domain.snapshot import records
from ka_supply.reporting.night import Night

__all__ = ["EXCEPTION_COLUMNS", "exception_rows", "name_rows", "rank_exceptions"]

KEYS = ("account_id", "store_id", "sku_id", "lot_id")
EXCEPTION_COLUMNS = (
    "exception_id",
    "kind",
    "severity",
    *KEYS,
    "value_cny",
    "deadline",
    "action",
    "message_id",
    "message_args",
)
ROUNDED = 4
SEVERE_CNY = {"HIGH": 10_000.0, "MEDIUM": 1_000.0}
SMALLEST_CNY = 0.005


def name_rows(frame: pd.DataFrame, night: Night) -> pd.DataFrame:
    """Return `frame` with account, store and sku: the names of its ids."""
    named = frame
    for key, column, name in (
        ("account_id", "account", night.names.account),
        ("store_id", "store", night.names.place),
        ("sku_id", "sku", night.names.sku),
        ("warehouse_id", "warehouse", night.names.place),
    ):
        if key in frame:
            named = named.assign(
                **{column: [name(v) for v in frame[key].fillna("").astype("str")]}
            )
    return named


def _argument(value: object) -> object:
    if isinstance(value, float):
        return round(value, ROUNDED)
    return value if isinstance(value, (int, str)) or value is None else str(value)


def exception_rows(
    frame: pd.DataFrame, kind: str, arguments: Sequence[str]
) -> pd.DataFrame:
    """Return rows of the exceptions table, not yet ranked.

    Parameters
    ----------
    frame : DataFrame
        value_cny, deadline (datetime64, NaT = none), any of account_id,
        store_id, sku_id, lot_id, optionally variant (appended to the message
        id), and the columns named by `arguments`.
    kind : str
    arguments : column names kept as message_args; dates become ISO text
    """
    index = frame.index
    blank = pd.Series("", index=index, dtype="str")
    variant = frame.get("variant", blank)
    suffix = ("." + variant.astype("str")).where(variant != "", "")
    details = [
        json.dumps(
            {name: _argument(row[name]) for name in arguments},
            ensure_ascii=False,
            sort_keys=True,
        )
        for row in records(frame[list(arguments)])
    ]
    columns = {
        "kind": kind,
        **{key: frame[key].fillna("") if key in frame else blank for key in KEYS},
        "value_cny": frame["value_cny"].astype(float).round(2),
        "deadline": pd.to_datetime(frame["deadline"]).astype("datetime64[s]"),
        "action": f"action.{kind}" + suffix,
        "message_id": f"exception.{kind}" + suffix,
        "message_args": details,
    }
    return pd.DataFrame(columns, index=index)


def rank_exceptions(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return all exceptions worth a fen or more, dearest first, numbered from 1."""
    rows = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    rows = rows[rows["value_cny"] > SMALLEST_CNY]
    keys = ["kind", "account_id", "store_id", "sku_id", "lot_id", "message_args"]
    rows = rows.sort_values(
        ["value_cny", *keys], ascending=[False] + [True] * len(keys), ignore_index=True
    )
    value = rows["value_cny"]
    severity = np.select(
        [value >= SEVERE_CNY["HIGH"], value >= SEVERE_CNY["MEDIUM"]],
        ["HIGH", "MEDIUM"],
        "LOW",
    )
    ranked = rows.assign(exception_id=np.arange(1, len(rows) + 1), severity=severity)
    return ranked[list(EXCEPTION_COLUMNS)]
