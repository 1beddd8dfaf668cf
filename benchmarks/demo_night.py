"""One night on the generated demo network."""

import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import night_rows, run_night
from benchmarks.registry import Row, benchmark
from ka_supply.simulation.demo import write_demo

BARS = {"seconds, whole night": 20.0, "peak memory": 1000.0, "audit breaches": 0.0}


@benchmark("demo_night")
def demo_night() -> Iterable[Row]:
    """Return time, memory and quality of the demo's night."""
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder) / "demo", Path(folder) / "night"
        write_demo(data)
        run = run_night(data, dt.date(2026, 11, 23), out)
        return night_rows("demo_night", out, run, BARS)
