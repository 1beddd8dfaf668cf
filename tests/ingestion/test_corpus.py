"""Every bad input of the corpus has the outcome its `expect.json` states.

A case is a folder of files that replace those of `base`, of which only the required
tables and those the case is about are kept; `remove` names files that go as well.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ka_supply.domain.errors import InputRejected
from ka_supply.domain.schema import REQUIRED_TABLES
from ka_supply.domain.snapshot import Snapshot

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = sorted(path.parent.name for path in CORPUS.glob("*/expect.json"))
# Tables besides the required ones that a case about a table needs.
PARTNERS = {
    "accounts": ["credit_limits"],
    "credit_limits": ["receivables"],
    "lanes": ["lane_stops"],
    "receipts": ["shipments"],
}
Read = Callable[[Path], Snapshot]


def _expected(case: str, folder: Path) -> dict[str, Any]:
    """Lay the files of a case over the base and return what is expected."""
    expect: dict[str, Any] = json.loads((CORPUS / case / "expect.json").read_text())
    table = expect["table"]
    wanted = {*REQUIRED_TABLES, "ship_tos", table, *PARTNERS.get(table, ())}
    for path in folder.iterdir():
        if path.stem not in wanted:
            path.unlink()
    for name in expect.pop("remove", []):
        (folder / name).unlink()
    for path in (CORPUS / case).iterdir():
        if path.name != "expect.json":
            shutil.copy(path, folder / path.name)
    return expect


def _of(outcome: str) -> list[str]:
    return [
        case
        for case in CASES
        if json.loads((CORPUS / case / "expect.json").read_text())["outcome"] == outcome
    ]


def test_corpus_is_large() -> None:
    """The corpus holds at least seventy cases and each states its outcome."""
    known = {case for o in ("rejected", "quarantined", "accepted") for case in _of(o)}
    assert len(CASES) >= 70
    assert known == set(CASES)


@pytest.mark.parametrize("case", _of("rejected"))
def test_rejected(case: str, folder: Path, read: Read) -> None:
    """The whole input is refused, naming the file, the value and a remedy."""
    expect = _expected(case, folder)
    with pytest.raises(InputRejected, match=expect["rule"]) as caught:
        read(folder)
    found = {problem.rule_id: problem for problem in caught.value.problems}
    problem = found[expect["rule"]]
    assert expect["table"] in problem.where
    assert problem.value
    assert len(problem.remedy) > 10
    assert expect.get("hint", "") in problem.remedy


@pytest.mark.parametrize("case", [*_of("quarantined"), *_of("accepted")])
def test_counted(case: str, folder: Path, read: Read) -> None:
    """Each row ends where the case says, with the rule it says, in zh and en."""
    expect = _expected(case, folder)
    snapshot = read(folder)
    table = expect["table"]
    counts = snapshot.quarantine.counts[table]
    assert (counts.read, counts.accepted) == (expect["read"], expect["accepted"])
    assert counts.quarantined == expect["quarantined"]
    assert counts.duplicate == expect.get("duplicate", 0)
    assert len(snapshot[table]) == counts.accepted
    findings = snapshot.quarantine.findings
    here = findings[findings["table"] == table]
    if expect["rule"]:
        row = here[here["rule_id"] == expect["rule"]].iloc[0]
        is_row = expect["outcome"] == "quarantined"
        assert (row["severity"] == "QUARANTINE") == is_row
        assert row["source_file"].startswith(table)
        assert row["message"]
        assert row["message_zh"]
    else:
        # The base itself has one store that receives on no day.
        assert set(here["rule_id"]) <= {"WEEKDAYS_EMPTY"}
