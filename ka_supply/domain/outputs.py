"""The data dictionary of a night's output tables: `outputs.csv` read once."""

import csv
from functools import cache
from importlib.resources import files

__all__ = ["output_columns"]


@cache
def output_columns() -> dict[str, dict[str, str]]:
    """Return, per output table, the type of each column in order.

    Examples
    --------
    >>> output_columns()["plan_lines"]["value_cny"]
    'money'
    """
    source = files("ka_supply.domain").joinpath("outputs.csv")
    tables: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        tables.setdefault(row["table"], {})[row["column"]] = row["type"]
    return tables
