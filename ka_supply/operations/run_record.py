"""What a night says about itself: run.json."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from ka_supply.domain.outputs import output_columns
from ka_supply.domain.plan import Plan, SolveStatus
from ka_supply.domain.settings import Settings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.operations.output_tables import arrow_table

__all__ = ["code_version", "plan_hash", "run_facts", "run_record", "settings_hash"]

PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "pulp", "highspy", "matplotlib")


def code_version() -> str:
    """Return the version of this package."""
    try:
        return version("ka-supply")
    except PackageNotFoundError:
        return "unknown"


def plan_hash(lines: pd.DataFrame) -> str:
    """Return the sha256 of the plan lines as canonical CSV, sorted by line_id."""
    names = list(output_columns()["plan_lines"])
    rows = arrow_table("plan_lines", lines.sort_values("line_id")).to_pylist()
    text = [",".join(names)]
    text += [
        ",".join("" if row[name] is None else str(row[name]) for name in names)
        for row in rows
    ]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def served_pairs(lines: pd.DataFrame) -> int:
    """Return how many destination-SKU pairs get something that counts."""
    counted = lines[lines["status"] != "HELD_CREDIT"]
    pair = ["destination_id", "freshness_class", "sku_id"]
    return len(counted[pair].drop_duplicates())


def settings_hash(settings: Settings) -> str:
    """Return the sha256 of the settings as JSON."""
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()


def run_facts(snapshot: Snapshot, solver: SolveStatus) -> dict[str, Any]:
    """Return what the auditor must know about a run beside its tables."""
    quality = asdict(solver)
    return {
        "as_of": snapshot.as_of,
        "settings": snapshot.settings.model_dump(),
        "solver": quality | {"relative_gap": snapshot.settings.solver.relative_gap},
        "greedy_objective": solver.greedy_objective,
        "rows": {k: asdict(v) for k, v in snapshot.quarantine.counts.items()},
    }


def run_record(
    snapshot: Snapshot,
    plan: Plan,
    pairs: int,
    stages: Sequence[dict[str, object]],
    exit_code: int,
) -> dict[str, object]:
    """Return the content of run.json.

    The run id depends on inputs, settings and code alone, so a rerun of the
    same night has the same id and the same plan hash.
    """
    hashes = dict(sorted(snapshot.input_hashes.items()))
    settings = settings_hash(snapshot.settings)
    identity = f"{snapshot.as_of}|{hashes}|{settings}|{code_version()}"
    facts = run_facts(snapshot, plan.solver)
    return {
        "run_id": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "as_of": snapshot.as_of.isoformat(),
        "scenario": "base",
        "exit_code": exit_code,
        "plan_hash": plan_hash(plan.lines),
        "served": [served_pairs(plan.lines), pairs],
        "input_hashes": hashes,
        "settings_hash": settings,
        "settings": snapshot.settings.model_dump(mode="json"),
        "code_version": code_version(),
        "seed": snapshot.settings.solver.seed,
        "rows": facts["rows"],
        "solver": facts["solver"],
        "greedy_objective": plan.solver.greedy_objective,
        "notes": list(plan.notes),
        "stages": list(stages),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
    }
