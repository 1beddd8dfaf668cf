"""What the auditor reads and what it hands back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["Breach", "Certificate", "Check", "Row"]

Value = str | int | float | bool | date | Decimal | None
Row = Mapping[str, Value]


@dataclass(frozen=True, order=True)
class Breach:
    """One row that breaks one invariant.

    Parameters
    ----------
    table : str
        Table of the row, or ``run`` for the header of the night.
    key : str
        Key of the row, readable by a person.
    message : str
        What is wrong, with the offending and the right value.

    Examples
    --------
    >>> print(Breach("plan_lines", "line 7", "0 cases; drop the line"))
    plan_lines line 7: 0 cases; drop the line
    """

    table: str
    key: str
    message: str

    def __str__(self) -> str:
        """Return the breach as one line."""
        return f"{self.table} {self.key}: {self.message}"


@dataclass(frozen=True)
class Check:
    """The outcome of one invariant.

    Parameters
    ----------
    invariant : str
        Stable id, ``I01`` to ``I48``.
    title : str
        The invariant in one sentence.
    rows_checked : int
        How many rows, pairs or totals were judged.
    breaches : tuple of Breach
        Every row that fails, in the order of the plan.
    not_applicable : str or None
        Why the invariant was not judged, or None where it was.
    """

    invariant: str
    title: str
    rows_checked: int
    breaches: tuple[Breach, ...] = ()
    not_applicable: str | None = None


@dataclass(frozen=True)
class Certificate:
    """The auditor's answer: every invariant, judged or named as not applicable.

    Examples
    --------
    >>> breach = Breach("plan_lines", "line 1", "0 cases")
    >>> Certificate((Check("I02", "whole cases", 1, (breach,)),)).breaches
    1
    """

    checks: tuple[Check, ...]

    @property
    def breaches(self) -> int:
        """Number of breaches over all invariants; 0 means the plan may be used."""
        return sum(len(check.breaches) for check in self.checks)

    def to_dict(self) -> dict[str, object]:
        """Return the certificate as plain lists, dicts, texts and numbers."""
        return {
            "breaches": self.breaches,
            "checks": [
                {
                    "invariant": check.invariant,
                    "title": check.title,
                    "rows_checked": check.rows_checked,
                    "not_applicable": check.not_applicable,
                    "breaches": [
                        {"table": b.table, "key": b.key, "message": b.message}
                        for b in check.breaches
                    ],
                }
                for check in self.checks
            ],
        }

    def to_json(self) -> str:
        """Return the certificate as JSON text, the same bytes for the same answer."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=True) + "\n"
