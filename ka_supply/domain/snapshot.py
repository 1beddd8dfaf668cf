"""The frozen input of a night: typed tables, what was refused, what was repaired."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.settings import Settings

__all__ = ["Quarantine", "RowCounts", "Snapshot", "records", "to_days"]


@dataclass(frozen=True)
class RowCounts:
    """Where the rows of one table went; read = the sum of the others.

    A repaired row is also accepted: `repaired` counts accepted rows that carry
    at least one logged repair and is not part of the sum.
    """

    read: int
    accepted: int
    repaired: int
    quarantined: int
    duplicate: int


@dataclass(frozen=True)
class Quarantine:
    """Refused rows and repairs, long form, one line per finding.

    Parameters
    ----------
    findings : DataFrame
        table, source_file, source_row, column, value, rule_id, severity
        (QUARANTINE, REPAIR, WARNING), action, message, message_zh.
    counts : mapping of table to RowCounts
    """

    findings: pd.DataFrame
    counts: Mapping[str, RowCounts]

    def worst_share(self) -> float:
        """Return the largest share of quarantined rows of any table, 0 to 1."""
        return max(
            (c.quarantined / c.read for c in self.counts.values() if c.read),
            default=0.0,
        )


@dataclass(frozen=True)
class Snapshot:
    """The accepted rows of every canonical table on one day.

    Parameters
    ----------
    as_of : date
        The last closed sales day; the first unknown day is the day after.
    tables : mapping of table name to DataFrame
        Every canonical table, also the empty ones, with every schema column
        and source_file, source_row, in canonical (key) order. Types: text,
        enum, weekdays, dates, time ("HH:MM") -> str with missing values as
        NaN; integer -> int64, or Int64 if a value may be missing; number,
        money -> float64 (NaN); date -> datetime64[s] (NaT); flag -> bool, or
        "boolean" if a value may be missing. Defaults are filled in.
    settings : Settings
    quarantine : Quarantine
    input_hashes : mapping of file name to sha256
    """

    as_of: dt.date
    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    quarantine: Quarantine
    input_hashes: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return one canonical table."""
        return self.tables[table]

    @property
    def run_date(self) -> dt.date:
        """The first day the plan can act on: the day after `as_of`."""
        return self.as_of + dt.timedelta(days=1)

    def has(self, table: str) -> bool:
        """Whether `table` has at least one accepted row."""
        return len(self.tables[table]) > 0


def to_days(dates: pd.Series | dt.date) -> npt.NDArray[np.int64]:
    """Return days since 1970-01-01; a missing date becomes the smallest int64.

    Examples
    --------
    >>> int(to_days(dt.date(1970, 1, 2)))
    1
    """
    values = np.asarray(dates, dtype="datetime64[D]")
    return values.astype(np.int64)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return plain rows: missing values as None, dates as `date`."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        {str(k): v.date() if isinstance(v, pd.Timestamp) else v for k, v in row.items()}
        for row in rows
    ]
