"""The folder of a night: written beside and renamed, never half."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ka_supply.domain.errors import Conflict, InputRejected, Problem
from ka_supply.domain.outputs import output_columns
from ka_supply.domain.plan import Plan, SolveStatus
from ka_supply.domain.schema import schema
from ka_supply.operations.output_tables import read_frame, read_rows
from ka_supply.operations.staging import (
    staging_folder,
    swap_in,
    sweep_staging,
    sync_folder,
)

__all__ = [
    "NightFolder",
    "check_target",
    "publish_folder",
    "read_night_folder",
    "read_night_rows",
]

MARKS = ("run.json", "certificate.json", "plan_lines.parquet")
FACTS = ("as_of", "settings", "solver", "greedy_objective", "rows")
SOLD = ("store_id", "sku_id")  # all that the audit asks of the longest table
PLAN_TABLES = {
    "lines": "plan_lines",
    "needs": "needs",
    "ledger": "ledger",
    "prices": "prices",
    "costs": "costs",
    "case_values": "case_values",
    "lot_credits": "lot_credits",
}


@dataclass(frozen=True)
class NightFolder:
    """A published night.

    Parameters
    ----------
    facts : dict
        What the auditor must know of run.json, `as_of` as a date.
    breaches : int
        What the certificate says; 0 in any published night.
    """

    directory: Path
    plan: Plan
    facts: dict[str, Any]
    breaches: int

    def frame(self, name: str) -> pd.DataFrame:
        """Return one output table."""
        return read_frame(name, self.directory)


def check_target(target: Path) -> None:
    """Refuse a place that a night may not replace.

    Raises
    ------
    Conflict
        If `target` exists and is not a night, so that nothing else is lost.
    """
    if target.exists() and not all((target / name).is_file() for name in MARKS):
        msg = (
            f"{target}: exists and is not the folder of a night; "
            "choose another --out or move it away"
        )
        raise Conflict(msg)


def publish_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder beside `target`, then rename it.

    An earlier night at `target` is replaced only after the new one is whole and
    on the disk. Folders that killed runs of the same target left are removed.

    Raises
    ------
    Conflict
        If `target` exists and is not a night.
    """
    place = target.resolve()
    check_target(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    sweep_staging(place)
    with staging_folder(place) as staged:
        write(staged)
        sync_folder(staged)
        swap_in(staged, place)


def _read_plan(directory: Path, solver: dict[str, Any], notes: tuple[str, ...]) -> Plan:
    tables = {field: read_frame(name, directory) for field, name in PLAN_TABLES.items()}
    known = SolveStatus.__dataclass_fields__
    status = SolveStatus(**{k: v for k, v in solver.items() if k in known})
    return Plan(
        lines=tables["lines"],
        needs=tables["needs"],
        ledger=tables["ledger"],
        prices=tables["prices"],
        costs=tables["costs"],
        case_values=tables["case_values"],
        lot_credits=tables["lot_credits"],
        solver=status,
        notes=notes,
    )


def _broken(path: Path, error: Exception) -> InputRejected:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    problem = Problem(
        "NIGHT_FOLDER_BROKEN",
        str(path),
        reason,
        "name the --out folder of a finished `ka-supply nightly`, or run it again",
    )
    return InputRejected([problem])


def read_night_folder(directory: Path) -> NightFolder:
    """Return a published night.

    Raises
    ------
    InputRejected
        If the folder is not a whole night.
    """
    path = directory / "run.json"
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        facts = {name: run[name] for name in FACTS}
        facts["as_of"] = dt.date.fromisoformat(run["as_of"])
        plan = _read_plan(directory, run["solver"], tuple(run["notes"]))
        path = directory / "certificate.json"
        breaches = json.loads(path.read_text(encoding="utf-8"))["breaches"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(path, error) from error
    return NightFolder(directory, plan, facts, breaches)


def read_night_rows(directory: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every input and output table of a published night.

    Raises
    ------
    InputRejected
        If a table is missing or damaged: an absent one must never pass for empty.
    """
    places = dict.fromkeys(schema(), directory / "snapshot")
    places |= dict.fromkeys(output_columns(), directory)
    rows = {}
    for name, folder in places.items():
        path = folder / f"{name}.parquet"
        try:
            rows[name] = read_rows(path, SOLD if name == "sales" else ())
        except (OSError, ValueError) as error:
            raise _broken(path, error) from error
    return rows
