"""The rule table: every finding by id, with its severity and its texts."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ka_supply.domain.errors import Problem

__all__ = ["Refused", "Rule", "problem", "rules"]


@dataclass(frozen=True)
class Rule:
    """What a rule means and what to do about it.

    Parameters
    ----------
    severity : str
        REJECT (the whole input), QUARANTINE (the row), REPAIR, WARNING.
    action : str
        REJECTED, SET_ASIDE, DROPPED, REPAIRED or ACCEPTED.
    """

    rule_id: str
    severity: str
    action: str
    message: str
    message_zh: str
    remedy: str
    remedy_zh: str


class Refused(Exception):
    """A file as a whole cannot be read; collected with the other problems."""

    def __init__(self, rule_id: str, where: str, value: str, hint: str = "") -> None:
        self.problem = problem(rule_id, where, value, hint)
        super().__init__(str(self.problem))


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by id.

    Examples
    --------
    >>> rules()["CELL_NOT_INTEGER"].severity
    'QUARANTINE'
    """
    source = files("ka_supply.ingestion").joinpath("rules.csv")
    lines = source.read_text(encoding="utf-8").splitlines()
    return {row["rule_id"]: Rule(**row) for row in csv.DictReader(lines)}


def problem(rule_id: str, where: str, value: str, hint: str = "") -> Problem:
    """Return a reason for refusing the input, with the remedy of its rule.

    Examples
    --------
    >>> print(problem("COLUMN_MISSING", "skus.csv", "name"))
    [COLUMN_MISSING] skus.csv: 'name': A required column is missing; add the column
    """
    rule = rules()[rule_id]
    remedy = f"{rule.message}; {rule.remedy}"
    return Problem(rule_id, where, value, f"{remedy} ({hint})" if hint else remedy)
