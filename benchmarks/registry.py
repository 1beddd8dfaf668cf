"""The registry of benchmarks and their result files."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

__all__ = ["CASES", "Row", "benchmark", "real_data", "write_results"]

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """One measured figure against its bar.

    Parameters
    ----------
    bar : float or None
        The value to reach; None when the figure only informs.
    better : {"lower", "higher"}
    """

    case: str
    metric: str
    value: float
    unit: str
    bar: float | None = None
    better: Literal["lower", "higher"] = "lower"

    @property
    def ok(self) -> bool | None:
        """Whether the bar is reached; None without a bar."""
        if self.bar is None:
            return None
        if self.better == "lower":
            return self.value <= self.bar
        return self.value >= self.bar

    def as_dict(self) -> dict[str, object]:
        """Return the row as written to JSON."""
        return asdict(self) | {"ok": self.ok}


Benchmark = Callable[[], Iterable[Row]]
CASES: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a function that measures one case."""

    def register(function: Benchmark) -> Benchmark:
        CASES[name] = function
        return function

    return register


def real_data() -> Path:
    """Return the folder of real data named by KA_SUPPLY_DATA.

    Raises
    ------
    SystemExit
        If the variable is not set or names no folder.
    """
    folder = Path(os.environ.get("KA_SUPPLY_DATA", ""))
    if not os.environ.get("KA_SUPPLY_DATA") or not folder.is_dir():
        msg = (
            "KA_SUPPLY_DATA does not name a folder: set it to the folder with the "
            "VN2, FreshRetailNet and M5 files (sources: benchmarks/README.md)"
        )
        raise SystemExit(msg)
    return folder


def write_results(case: str, rows: Iterable[Row]) -> Path:
    """Write one case's rows to results/<case>.json and return the path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{case}.json"
    content = [row.as_dict() for row in rows]
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path
