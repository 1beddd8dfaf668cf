"""Small worlds for tests: rows as dictionaries, typed and completed by the schema."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import cast

import numpy as np
import pandas as pd
from pandas.api.types import pandas_dtype

from ka_supply.domain.schema import Column, Table, schema
from ka_supply.domain.settings import Settings
from ka_supply.domain.snapshot import Quarantine, RowCounts, Snapshot

AS_OF = dt.date(2026, 11, 23)
FINDINGS = [
    "table",
    "source_file",
    "source_row",
    "column",
    "value",
    "rule_id",
    "severity",
    "action",
    "message",
    "message_zh",
]

Row = Mapping[str, object]


def _number(value: object) -> object:
    return None if value is None else float(str(value))


def _flag(value: object) -> object:
    return None if value is None else str(value) in ("1", "True")


def _integer(value: object) -> object:
    return None if value is None else int(str(value))


def _text(value: object) -> object:
    return None if value is None else str(value)


PARSERS = {
    "integer": (_integer, "int64", "Int64"),
    "number": (_number, "float64", "float64"),
    "money": (_number, "float64", "float64"),
    "flag": (_flag, "bool", "boolean"),
    "date": (lambda value: value, "datetime64[s]", "datetime64[s]"),
}


def _typed(column: Column, values: list[object]) -> pd.Series:
    """Return a column in the snapshot's type, defaults filled in."""
    filled = [column.default if v is None and column.default else v for v in values]
    parse, full, partial = PARSERS.get(column.type, (_text, "str", "str"))
    found = pd.Series([parse(v) for v in filled], dtype=object)
    kind = pandas_dtype(partial if found.isna().any() else full)
    return found.astype(kind)


def frame(table: Table, rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as a typed canonical table in key order."""
    listed = list(rows)
    unknown = {k for r in listed for k in r} - {c.name for c in table.columns}
    if unknown:
        msg = f"{table.name}: no column {sorted(unknown)}"
        raise ValueError(msg)
    columns = {
        c.name: _typed(c, [r.get(c.name) for r in listed]) for c in table.columns
    }
    found = pd.DataFrame(columns)
    if table.name == "lanes":
        longest = found["lead_time_max_days"].astype("float64")
        found["lead_time_max_days"] = longest.fillna(found["lead_time_days"]).astype(
            "int64"
        )
    found = found.assign(
        source_file=table.name + ".csv", source_row=np.arange(2, len(listed) + 2)
    )
    return found.sort_values(list(table.key), ignore_index=True)


@cache
def _no_rows(name: str) -> pd.DataFrame:
    """Return an empty canonical table; most tables of a small world are empty."""
    return frame(schema()[name], ())


def world(**tables: object) -> Snapshot:
    """Return a snapshot of hand-written rows.

    Each keyword names a table and gives its rows; `as_of` and `settings` may be
    given too. `as_of_date` defaults to `as_of`.
    """
    as_of = tables.pop("as_of", AS_OF)
    settings = tables.pop("settings", None) or Settings()
    assert isinstance(as_of, dt.date)
    assert isinstance(settings, Settings)
    found = {}
    for name, table in schema().items():
        rows = [dict(r) for r in cast("Iterable[Row]", tables.pop(name, ()))]
        if "as_of_date" in {c.name for c in table.columns}:
            rows = [{"as_of_date": as_of, **row} for row in rows]
        found[name] = frame(table, rows) if rows else _no_rows(name)
    assert not tables, f"no table {sorted(tables)}"
    counts = {k: RowCounts(len(f), len(f), 0, 0, 0) for k, f in found.items()}
    findings = pd.DataFrame(columns=FINDINGS)
    return Snapshot(as_of, found, settings, Quarantine(findings, counts), {})


def basic_rows() -> dict[str, list[Row]]:
    """Return the rows of a world with one warehouse, one store and one SKU."""
    return {
        "accounts": [{"account_id": "A", "name": "甲", "tier": "LKA"}],
        "stores": [{"store_id": "S1", "account_id": "A", "name": "一店"}],
        "skus": [
            {
                "sku_id": "K",
                "name": "可乐",
                "category": "饮料",
                "units_per_case": 6,
                "case_kg": 5,
                "case_m3": "0.01",
                "shelf_life_value": 180,
                "shelf_life_unit": "DAY",
                "cost_cny": 3,
                "list_price_cny": 5,
            }
        ],
        "warehouses": [{"warehouse_id": "W", "kind": "CENTRAL"}],
        "lanes": [
            {"lane_id": "L1", "from_id": "W", "to_id": "S1", "lead_time_days": 2}
        ],
        "lots": [
            {
                "warehouse_id": "W",
                "sku_id": "K",
                "lot_id": "B1",
                "production_date": dt.date(2026, 11, 1),
                "on_hand": 60,
            }
        ],
        "store_stock": [{"store_id": "S1", "sku_id": "K", "on_hand": 2}],
        "account_skus": [{"account_id": "A", "sku_id": "K"}],
        "sales": [
            {
                "date": AS_OF - dt.timedelta(days=i),
                "store_id": "S1",
                "sku_id": "K",
                "units": 2,
            }
            for i in range(56)
        ],
    }
