"""The folder of a night: written beside and renamed, never half."""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ka_supply.domain.errors import Conflict, InputRejected, Problem
from ka_supply.domain.plan import Plan, SolveStatus
from ka_supply.operations.output_tables import read_frame

__all__ = ["NightFolder", "publish_folder", "read_night_folder"]

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
    """A published night: its plan tables and run.json."""

    directory: Path
    plan: Plan
    run: dict[str, Any]

    def frame(self, name: str) -> pd.DataFrame:
        """Return one output table."""
        return read_frame(name, self.directory)


def publish_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder beside `target`, then rename it.

    An earlier night at `target` is replaced only after the new one is whole.

    Raises
    ------
    Conflict
        If `target` exists and is not a night, so that nothing else is lost.
    """
    if target.exists() and not (target / "run.json").is_file():
        msg = (
            f"{target}: exists and is not the folder of a night; "
            "choose another --out or move it away"
        )
        raise Conflict(msg)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        write(staged)
        staged.chmod(0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
            target.rename(old / "old")
            staged.rename(target)
            shutil.rmtree(old)
        else:
            staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _read_plan(directory: Path, solver: dict[str, Any]) -> Plan:
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
    )


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
        plan = _read_plan(directory, run["solver"])
    except (OSError, ValueError, KeyError) as error:
        problem = Problem(
            "NIGHT_FOLDER_BROKEN",
            str(path),
            str(error),
            "name the --out folder of a finished `ka-supply nightly`",
        )
        raise InputRejected([problem]) from error
    return NightFolder(directory, plan, run)
