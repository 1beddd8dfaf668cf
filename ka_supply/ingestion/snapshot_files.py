"""Snapshots on disk: one Parquet file per table, restored exactly."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ka_supply.domain.errors import InputRejected
from ka_supply.domain.schema import schema
from ka_supply.domain.settings import Settings
from ka_supply.domain.snapshot import Quarantine, RowCounts, Snapshot
from ka_supply.ingestion.arrow_tables import arrow_table, snapshot_frame
from ka_supply.ingestion.rules import problem

__all__ = ["find_saved_snapshot", "read_saved_snapshot", "write_snapshot"]

_HEAD = "_snapshot.json"
_FINDINGS = "_findings.parquet"
_FORMAT = 1


def write_snapshot(snapshot: Snapshot, directory: Path) -> None:
    """Write a snapshot into `directory`: the same snapshot gives the same bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, frame in snapshot.tables.items():
        _write(arrow_table(name, frame), directory / f"{name}.parquet")
    findings = snapshot.quarantine.findings
    arrays = {
        name: pa.array(
            findings[name], pa.int64() if name == "source_row" else pa.string()
        )
        for name in findings.columns
    }
    _write(pa.table(arrays), directory / _FINDINGS)
    counts = snapshot.quarantine.counts
    head = {
        "format": _FORMAT,
        "as_of": snapshot.as_of.isoformat(),
        "input_hashes": dict(sorted(snapshot.input_hashes.items())),
        "rows": {name: vars(counts[name]) for name in counts},
        "settings": snapshot.settings.model_dump(mode="json"),
    }
    text = json.dumps(head, ensure_ascii=False, indent=1) + "\n"
    (directory / _HEAD).write_text(text, encoding="utf-8")


def _write(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd", store_schema=False)


def find_saved_snapshot(path: Path) -> Path | None:
    """Return the directory of a saved snapshot: `path` or its `snapshot/`."""
    for directory in (path, path / "snapshot"):
        if (directory / _HEAD).is_file():
            return directory
    return None


def read_saved_snapshot(directory: Path) -> Snapshot:
    """Return the snapshot that `write_snapshot` wrote into `directory`.

    Raises
    ------
    InputRejected
        If a file is missing or damaged.
    """
    try:
        head: dict[str, Any] = json.loads(
            (directory / _HEAD).read_text(encoding="utf-8")
        )
        tables = {
            name: snapshot_frame(name, pq.read_table(directory / f"{name}.parquet"))
            for name in schema()
        }
        findings = _findings(pq.read_table(directory / _FINDINGS))
        counts = {name: RowCounts(**row) for name, row in head["rows"].items()}
        return Snapshot(
            as_of=dt.date.fromisoformat(head["as_of"]),
            tables=tables,
            settings=Settings.model_validate_json(json.dumps(head["settings"])),
            quarantine=Quarantine(findings, counts),
            input_hashes=head["input_hashes"],
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        refused = problem("FILE_UNREADABLE", str(directory), reason)
        raise InputRejected([refused]) from error


def _findings(stored: pa.Table) -> pd.DataFrame:
    columns: dict[str, pd.Series[Any]] = {}
    for name in stored.column_names:
        cells = stored.column(name)
        is_text = name != "source_row"
        cells = cells.cast(pa.large_string()) if is_text else cells
        columns[name] = cells.to_pandas()
    return pd.DataFrame(columns)
