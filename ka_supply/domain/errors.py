"""The exception tree.

::

    KaSupplyError
    ├── InputRejected      the input cannot be used; nothing was written
    ├── SettingsRejected   a settings file has an unknown key or a bad value
    ├── SolverFault        no solver gave a usable answer and no fallback exists
    ├── AuditFailed        the independent auditor found a breach
    └── Conflict           another run or an existing output stands in the way
"""

from dataclasses import dataclass

__all__ = [
    "AuditFailed",
    "Conflict",
    "InputRejected",
    "KaSupplyError",
    "Problem",
    "SettingsRejected",
    "SolverFault",
]


class KaSupplyError(Exception):
    """Root of all errors this package raises on purpose."""


@dataclass(frozen=True, order=True)
class Problem:
    """One reason for refusing an input: where, which value, what to do.

    Parameters
    ----------
    rule_id : str
        Stable id; messages are translated by id, never by text.
    where : str
        File and row, or the setting's path.
    value : str
        The offending value as it was read.
    remedy : str
        What to do about it.
    """

    rule_id: str
    where: str
    value: str
    remedy: str

    def __str__(self) -> str:
        """Return the problem as one line."""
        return f"[{self.rule_id}] {self.where}: {self.value!r}: {self.remedy}"


class InputRejected(KaSupplyError):
    """The input cannot be used; every problem found is listed.

    Examples
    --------
    >>> problem = Problem("R024", "stores.csv", "name", "add the column")
    >>> print(InputRejected([problem]))
    1 problem in the input:
    [R024] stores.csv: 'name': add the column
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        noun = "problem" if len(problems) == 1 else "problems"
        lines = [f"{len(problems)} {noun} in the input:", *map(str, problems)]
        super().__init__("\n".join(lines))


class SettingsRejected(KaSupplyError):
    """A settings file has an unknown key or a value out of range."""


class SolverFault(KaSupplyError):
    """No solver gave a usable answer."""


class AuditFailed(KaSupplyError):
    """The independent auditor found a breach; the plan was not written."""


class Conflict(KaSupplyError):
    """Another run or an existing output stands in the way."""
