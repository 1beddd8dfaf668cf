"""Real demand as canonical tables; lots, lives and stock simulated by a stated rule."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from benchmarks.adapters.freshretailnet import adapt_freshretailnet
from benchmarks.adapters.m5 import adapt_m5
from benchmarks.adapters.vn2 import adapt_vn2

__all__ = ["ADAPTERS"]

Adapter = Callable[[Path, Path], dt.date]

ADAPTERS: dict[str, Adapter] = {
    "freshretailnet": adapt_freshretailnet,
    "m5": adapt_m5,
    "vn2": adapt_vn2,
}
