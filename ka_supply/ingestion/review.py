"""One table under review: its typed cells, and what became of each row."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ka_supply.domain.schema import Column, Table
from ka_supply.domain.snapshot import RowCounts
from ka_supply.ingestion.cells import Cells, Mask, understand
from ka_supply.ingestion.headers import Headers
from ka_supply.ingestion.raw import BrokenRow, RawColumn, RawTable, constant_column
from ka_supply.ingestion.rules import rules

__all__ = ["Batch", "Review", "absent_review", "begin_review", "without_blank_rows"]

Positions = npt.NDArray[np.int64]

_TOTALS = ("合计", "总计", "小计", "汇总", "合計", "總計")
_TOTALS_LATIN = ("total", "totals", "subtotal", "grand total", "sum")
# A blank status is no promise that the goods may be sold.
_BLANK_IS_FAULT = {("lots", "status"): "LOT_STATUS_BLANK"}


@dataclass(frozen=True)
class Batch:
    """Findings of one rule on one column: row numbers of the source and cells."""

    table: str
    source_file: str
    column: str
    rule_id: str
    rows: Positions
    texts: list[str]


@dataclass
class Review:
    """The rows of a table and their fate; filled by the checks, pass by pass.

    Parameters
    ----------
    rows : (rows,) int64
        Row numbers in the source.
    cells : mapping of column name to Cells
        Every column of the schema.
    broken : tuple of BrokenRow
        Rows set aside before they became cells.
    quarantined, dropped, repaired, key_unreadable : (rows,) masks
    order : (rows,) positions, optional
        Canonical order, once it is known.
    """

    table: Table
    source_file: str
    rows: Positions
    cells: dict[str, Cells]
    broken: tuple[BrokenRow, ...] = ()
    batches: list[Batch] = field(default_factory=list)
    quarantined: Mask = field(init=False)
    dropped: Mask = field(init=False)
    repaired: Mask = field(init=False)
    key_unreadable: Mask = field(init=False)
    order: Positions | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        size = len(self.rows)
        self.quarantined = np.zeros(size, bool)
        self.dropped = np.zeros(size, bool)
        self.repaired = np.zeros(size, bool)
        self.key_unreadable = np.zeros(size, bool)
        for row in self.broken:
            at = np.array([row.row], np.int64)
            self._log(row.rule_id, "", at, [row.text])

    @property
    def accepted(self) -> Mask:
        """Rows neither set aside nor dropped."""
        return ~self.quarantined & ~self.dropped

    def flag(self, rule_id: str, where: Mask, column: str = "") -> None:
        """Note `rule_id` at rows not set aside yet, and act on its severity."""
        at = np.flatnonzero(where)
        is_fault = rules()[rule_id].action == "SET_ASIDE"
        self.note(
            rule_id,
            at[~self.quarantined[at] if is_fault else self.accepted[at]],
            column,
        )

    def note(self, rule_id: str, at: Positions, column: str = "") -> None:
        """Note `rule_id` at these row positions, and act on its severity."""
        if not len(at):
            return
        action = rules()[rule_id].action
        target = {
            "SET_ASIDE": self.quarantined,
            "DROPPED": self.dropped,
            "REPAIRED": self.repaired,
        }.get(action)
        if target is not None:
            target[at] = True
        self._log(rule_id, column, self.rows[at], self.texts(column, at))

    def texts(self, column: str, at: Positions) -> list[str]:
        """Return the cells of a column as they were read."""
        if not column:
            return [""] * len(at)
        raw = self.cells[column].raw
        found: list[str] = raw.texts.take(pa.array(raw.codes[at])).to_pylist()
        return found

    def _log(
        self, rule_id: str, column: str, rows: Positions, texts: list[str]
    ) -> None:
        batch = Batch(self.table.name, self.source_file, column, rule_id, rows, texts)
        self.batches.append(batch)

    def values(self, column: str, missing: object = None) -> npt.NDArray[Any]:
        """Return a column, one value per row; a missing date is NaT."""
        if missing is None:
            kind = self.table[column].type
            missing = {"date": np.datetime64("NaT"), "integer": 0, "flag": False}.get(
                kind, np.nan
            )
        return self.cells[column].values(missing)

    def keys_accepted(self, column: str) -> pa.Array:
        """Return the distinct texts of a column among the accepted rows."""
        cells = self.cells[column]
        codes = np.unique(cells.codes[self.accepted])
        return cells.levels.take(pa.array(codes[codes >= 0]))

    def counts(self) -> RowCounts:
        """Return where the rows went."""
        refused = int(self.quarantined.sum()) + len(self.broken)
        return RowCounts(
            read=len(self.rows) + len(self.broken),
            accepted=int(self.accepted.sum()),
            repaired=int((self.repaired & self.accepted).sum()),
            quarantined=refused,
            duplicate=int((self.dropped & ~self.quarantined).sum()),
        )


def begin_review(
    table: Table, raw: RawTable, headers: Headers, as_of: dt.date
) -> Review:
    """Return the review of a table with every cell understood and noted."""
    cells: dict[str, Cells] = {}
    raw = without_blank_rows(raw)
    for column in table.columns:
        default = as_of.isoformat() if column.name == "as_of_date" else column.default
        if column.name in headers.positions:
            source = raw.columns[headers.positions[column.name]]
            is_fault = (table.name, column.name) in _BLANK_IS_FAULT
            blank_as = "" if column.type == "weekdays" or is_fault else default
        else:
            source, blank_as = constant_column(default, len(raw.rows)), ""
        cells[column.name] = understand(column, source, blank_as)
    review = Review(table, raw.source_file, raw.rows, cells, raw.broken)
    no_data = _note_lines(review, raw, headers)
    for column in table.columns:
        _note_cells(review, column, no_data)
    return review


def absent_review(table: Table) -> Review:
    """Return the review of a table that was not given: no rows."""
    return Review(table, "", np.array([], np.int64), dict(_no_cells(table)))


@cache
def _no_cells(table: Table) -> dict[str, Cells]:
    nothing = constant_column("", 0)
    return {c.name: understand(c, nothing, "") for c in table.columns}


def without_blank_rows(raw: RawTable) -> RawTable:
    """Return `raw` without the rows all of whose cells are blank."""
    blank = np.ones(len(raw.rows), bool)
    for column in raw.columns:
        if not (column.is_blank.any() and blank.any()):
            return raw
        blank &= ~column.filled_rows
    if not blank.any():
        return raw
    columns = tuple(RawColumn(c.codes[~blank], c.texts) for c in raw.columns)
    rows = raw.rows[~blank]
    return RawTable(
        raw.table, raw.source_file, raw.headers, columns, rows, raw.broken, raw.notes
    )


def _note_lines(review: Review, raw: RawTable, headers: Headers) -> Mask:
    """Set aside repeated headers and total lines; return where they are."""
    repeated = np.ones(len(review.rows), bool)
    total = np.zeros(len(review.rows), bool)
    for name, position in headers.positions.items():
        column = raw.columns[position]
        if repeated.any():
            repeated &= _is_one_of(column, (raw.headers[position],))
        if review.table[name].key:
            total |= _is_one_of(column, (*_TOTALS, *_TOTALS_LATIN))
    first = review.table.columns[0].name
    review.flag("ROW_REPEATED_HEADER", repeated, first)
    review.flag("ROW_TOTAL", total, first)
    review.key_unreadable |= repeated | total
    return repeated | total


def _is_one_of(column: RawColumn, texts: tuple[str, ...]) -> Mask:
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(column.texts))
    wanted = pa.array([text.strip().lower() for text in texts])
    found = np.asarray(pc.is_in(plain, value_set=wanted))
    if not found.any():
        return np.zeros(len(column.codes), bool)
    return found[column.codes]


def _note_cells(review: Review, column: Column, no_data: Mask) -> None:
    """Log what was found in the cells; a line without data has its finding."""
    cells = review.cells[column.name]
    fault = _BLANK_IS_FAULT.get((column.table, column.name))
    if fault is not None:
        cells.notes[fault] = cells.raw.is_blank
    for rule_id, at in cells.noted_rows().items():
        review.note(rule_id, at[~no_data[at]], column.name)
    if column.key:
        unreadable = cells.is_missing & (column.required | cells.raw.filled_rows)
        review.key_unreadable |= unreadable
