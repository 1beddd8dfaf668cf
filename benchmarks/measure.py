"""Run a night in a process of its own and read what it says about itself."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.registry import Row

__all__ = ["night_rows", "run_night"]


def run_night(
    data: Path,
    as_of: dt.date,
    out: Path,
    *options: str,
    variables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run `ka-supply nightly` and return run.json with wall seconds and peak memory.

    Parameters
    ----------
    variables : mapping of str to str, optional
        Environment variables that differ from this process's.

    Raises
    ------
    SystemExit
        If the night failed.
    """
    start = time.perf_counter()
    command = [sys.executable, "-m", "ka_supply", "nightly", str(data)]
    command += ["--as-of", as_of.isoformat(), "--out", str(out), *options]
    done = subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=os.environ | dict(variables or {}),
    )
    if done.returncode not in (0, 3):
        msg = f"night on {data} ended with {done.returncode}:\n{done.stderr}"
        raise SystemExit(msg)
    run: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return run | {
        "wall_seconds": time.perf_counter() - start,
        "peak_mb": max(stage["peak_rss_mb"] for stage in run["stages"]),
        "printed": done.stdout,
    }


def night_rows(
    case: str, out: Path, run: dict[str, Any], bars: dict[str, float]
) -> list[Row]:
    """Return the figures of one night; `bars` names the values to reach."""
    certificate = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    served, pairs = run["served"]
    rows = [
        Row(case, "seconds, whole night", run["wall_seconds"], "s"),
        Row(case, "peak memory", run["peak_mb"], "MB"),
        Row(case, "audit breaches", certificate["breaches"], ""),
        Row(case, "pairs served", served / max(pairs, 1), "share", better="higher"),
        Row(case, "proven gap", run["solver"]["gap"], ""),
    ]
    rows += [Row(case, f"stage {s['name']}", s["seconds"], "s") for s in run["stages"]]
    return [
        Row(r.case, r.metric, r.value, r.unit, bars.get(r.metric), r.better)
        for r in rows
    ]
