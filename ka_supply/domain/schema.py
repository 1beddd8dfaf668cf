"""The data dictionary: `schema.csv` read once, typed."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Column", "Table", "schema"]


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Parameters
    ----------
    type : str
        text, integer, number, money, date, time, flag, weekdays, dates or enum.
    values : tuple of str
        The allowed values of an enum.
    required : bool
        The column must be present and filled.
    either : bool
        At least one of the table's columns so marked must be filled.
    key : bool
        Part of the table's key.
    default : str
        What an absent column or, except for weekdays, a blank cell means.
    references : tuple of (table, column)
        Any of these must hold the value.
    """

    table: str
    name: str
    type: str
    values: tuple[str, ...]
    unit: str
    required: bool
    either: bool
    key: bool
    default: str
    references: tuple[tuple[str, str], ...]
    minimum: float | None
    maximum: float | None
    description: str
    description_zh: str


@dataclass(frozen=True)
class Table:
    """A canonical table: its columns in order, and its key."""

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def is_required(self) -> bool:
        """Whether a night needs this table."""
        return self.name in REQUIRED_TABLES

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(c for c in self.columns if c.name == name)


REQUIRED_TABLES = (
    "accounts",
    "stores",
    "skus",
    "warehouses",
    "lanes",
    "lots",
    "store_stock",
    "sales",
)


def _column(row: dict[str, str]) -> Column:
    kind, _, values = row["type"].partition(":")
    references = tuple(
        (table, column)
        for table, _, column in (
            r.partition(".") for r in row["references"].split(" or ") if r
        )
    )
    return Column(
        table=row["table"],
        name=row["column"],
        type=kind,
        values=tuple(values.split(",")) if values else (),
        unit=row["unit"],
        required=row["required"] == "required",
        either=row["required"] == "either",
        key=row["key"] == "key",
        default=row["default"],
        references=references,
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        description=row["description"],
        description_zh=row["description_zh"],
    )


@cache
def schema() -> dict[str, Table]:
    """Return every canonical table by name.

    Examples
    --------
    >>> schema()["lots"].key
    ('warehouse_id', 'sku_id', 'lot_id', 'as_of_date')
    >>> schema()["skus"]["shelf_life_unit"].values
    ('DAY', 'MONTH')
    """
    source = files("ka_supply.domain").joinpath("schema.csv")
    columns: dict[str, list[Column]] = {}
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        columns.setdefault(row["table"], []).append(_column(row))
    return {name: Table(name, tuple(found)) for name, found in columns.items()}
