"""One night on each real source: VN2, FreshRetailNet and M5."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.adapters import ADAPTERS
from benchmarks.measure import night_rows, run_night
from benchmarks.registry import Row, benchmark, real_data

BARS = {"audit breaches": 0.0, "pairs served": 0.2}
WEEKLY = "[data]\nperiod_days = 7\n"


@benchmark("real_nights")
def real_nights() -> Iterable[Row]:
    """Return time, memory and quality of one night per source."""
    rows: list[Row] = []
    for name, adapt in sorted(ADAPTERS.items()):
        with tempfile.TemporaryDirectory() as folder:
            data, out = Path(folder) / name, Path(folder) / "night"
            as_of = adapt(real_data(), data)
            settings = Path(folder) / "settings.toml"
            settings.write_text(WEEKLY if name == "vn2" else "", encoding="utf-8")
            run = run_night(data, as_of, out, "--settings", str(settings))
            rows += night_rows(name, out, run, BARS)
    return rows
