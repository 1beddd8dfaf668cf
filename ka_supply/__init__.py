"""Inventory and supply optimization for suppliers of retail key accounts.

Examples
--------
A night in Python::

    import ka_supply as ka

    snapshot = ka.read_snapshot("data/demo", as_of="2026-11-23")
    forecast = ka.forecast(snapshot)
    values = ka.value_cases(snapshot, forecast)
    plan = ka.allocate(snapshot, values)
    assert ka.certify(snapshot, plan).breaches == 0
    ka.report(snapshot, forecast, plan).write("out/")
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ka_supply.domain.errors import (
        AuditFailed,
        Conflict,
        InputRejected,
        KaSupplyError,
        SettingsRejected,
        SolverFault,
    )
    from ka_supply.domain.settings import Settings
    from ka_supply.ingestion import read_snapshot
    from ka_supply.nightly import (
        allocate,
        certify,
        forecast,
        plan_night,
        report,
        value_cases,
    )

__all__ = [
    "AuditFailed",
    "Conflict",
    "InputRejected",
    "KaSupplyError",
    "Settings",
    "SettingsRejected",
    "SolverFault",
    "allocate",
    "certify",
    "forecast",
    "plan_night",
    "read_snapshot",
    "report",
    "value_cases",
]

# Resolved on first use (PEP 562): `import ka_supply.audit` stays standard-library.
_HOMES = {
    "ka_supply.domain.errors": (
        "AuditFailed",
        "Conflict",
        "InputRejected",
        "KaSupplyError",
        "SettingsRejected",
        "SolverFault",
    ),
    "ka_supply.domain.settings": ("Settings",),
    "ka_supply.ingestion": ("read_snapshot",),
    "ka_supply.nightly": (
        "allocate",
        "certify",
        "forecast",
        "plan_night",
        "report",
        "value_cases",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Return a public name, importing its home on first use."""
    if name not in _HOME:
        msg = f"module 'ka_supply' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
