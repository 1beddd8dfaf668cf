"""Tables to print: which columns of which figures, in which format."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from ka_supply.domain.snapshot import records
from ka_supply.reporting.texts import Texts

__all__ = ["Cell", "PrintedTable", "Row", "print_table"]

SHARE_KINDS = ("bar",)


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its format class, the length of its bar in percent."""

    text: str
    kind: str
    bar: int = 0


@dataclass(frozen=True)
class Row:
    """One row; `mark` is a style class such as "bad"."""

    cells: tuple[Cell, ...]
    mark: str = ""


@dataclass(frozen=True)
class PrintedTable:
    """Head and rows, ready for the template."""

    head: tuple[dict[str, str], ...]
    rows: tuple[Row, ...]
    empty: str = field(default="")


def spoken(value: object, kind: str, texts: Texts) -> str:
    """Return a value as text in the format `kind`.

    Kinds: text, units, number, cny, bar (yuan with a bar), percent, date, flag.
    """
    if kind == "text" or kind == "flag":
        return "" if value is None else str(value)
    if kind == "date":
        return texts.date(value)  # type: ignore[arg-type]
    amount = None if value is None else float(str(value))
    formats = {
        "units": texts.units,
        "number": texts.number,
        "percent": texts.percent,
        "cny": texts.cny,
        "bar": texts.cny,
    }
    return formats[kind](amount)


def print_table(
    frame: pd.DataFrame,
    columns: Sequence[tuple[str, str, str]],
    texts: Texts,
    bad: pd.Series | None = None,
) -> PrintedTable:
    """Return a frame as a printed table.

    Parameters
    ----------
    columns : sequence of (frame column, text id of the head, kind)
    bad : Series of bool, optional
        Rows to mark.
    """
    widest = {
        name: max(float(frame[name].max()), 1e-9) if len(frame) else 1.0
        for name, _, kind in columns
        if kind in SHARE_KINDS
    }
    marks = [False] * len(frame) if bad is None else list(bad)
    rows = []
    for row, is_bad in zip(records(frame), marks, strict=True):
        cells = tuple(
            Cell(
                spoken(row[name], kind, texts),
                kind,
                round(100 * max(row[name] or 0, 0) / widest[name])
                if name in widest and kind in SHARE_KINDS
                else 0,
            )
            for name, _, kind in columns
        )
        rows.append(Row(cells, "bad" if is_bad else ""))
    head = tuple({"label": texts(key), "kind": kind} for _, key, kind in columns)
    return PrintedTable(head, tuple(rows), texts("empty"))
