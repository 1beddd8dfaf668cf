"""The auditor never raises, reads rows in any order, and stands alone."""

import ast
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ka_supply.audit
from ka_supply.audit import Breach, Certificate, Check, certify
from tests.audit.changes import flagged, judge, recount
from tests.audit.legal_night import legal_night, objective

PACKAGE = Path(ka_supply.audit.__file__).parent

LEGAL_TABLES, LEGAL_RUN = legal_night()
CELLS = [(name, c) for name, rows in LEGAL_TABLES.items() for r in rows for c in r]
GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(-(10**5000)),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.text(max_size=8),
    st.sampled_from(["", "-1", "1/0/0", "2027-02-01..", "7,8", "K1", "DC1", "R", "A"]),
    st.sampled_from([Decimal("sNaN"), Decimal("1E+999999"), date.max, date.min]),
    st.just(datetime(2026, 11, 22)),  # noqa: DTZ001
    st.lists(st.integers(), max_size=2),
)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(st.sampled_from(CELLS), st.integers(0, 40), GARBAGE),
        min_size=1,
        max_size=6,
    )
)
def test_garbage_in_any_cell_never_raises(
    hits: list[tuple[tuple[str, str], int, object]],
) -> None:
    """Whatever a few cells hold, the answer is a certificate."""
    tables, run = legal_night()
    for (table, column), index, value in hits:
        rows = tables[table]
        rows[index % len(rows)][column] = value
    certificate = certify(tables, run)
    assert json.loads(certificate.to_json())["breaches"] == certificate.breaches


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(sorted(LEGAL_TABLES)),
        st.lists(st.dictionaries(st.text(max_size=9), GARBAGE, max_size=4), max_size=3),
    ),
    st.dictionaries(st.sampled_from(sorted(LEGAL_RUN)), GARBAGE),
)
def test_garbage_rows_never_raise(
    tables: dict[str, list[dict[str, Any]]], run: dict[str, Any]
) -> None:
    """Rows and headers of pure garbage are breaches, not errors."""
    assert certify(tables, run).breaches > 0


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(sorted(LEGAL_TABLES)), GARBAGE)
def test_rows_that_are_no_mappings_never_raise(table: str, row: object) -> None:
    """A row of another type is a breach."""
    tables: dict[str, Any] = legal_night()[0]
    tables[table] = [row, *tables[table]]
    assert certify(tables, legal_night()[1]).breaches > 0


def test_the_header_may_be_garbage() -> None:
    """A header that is no mapping is a breach."""
    header: Any = 7
    assert "I26" in flagged(certify(LEGAL_TABLES, header))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    """Shuffled rows of every table give the same certificate, byte for byte."""
    tables, run = legal_night()
    tables["plan_lines"][4]["cases"] = 6
    tables["lots"][1]["on_hand"] = 100
    first = certify(tables, run).to_json()
    generator = random.Random(seed)
    for name, rows in tables.items():
        if name != "lane_stops":
            generator.shuffle(rows)
    assert certify(tables, run).to_json() == first


def test_tables_may_be_read_only_once() -> None:
    """Generators serve as tables."""
    tables, run = legal_night()
    once = {name: iter(rows) for name, rows in tables.items()}
    assert certify(once, run).breaches == 0


def test_inputs_are_not_changed() -> None:
    """Nothing handed over is mutated."""
    tables, run = legal_night()
    certify(tables, run)
    assert (tables, run) == legal_night()


def test_every_invariant_is_judged_or_excused() -> None:
    """The certificate names I01 to I48 once each; excuses carry a reason."""
    checks = judge().checks
    assert [c.invariant for c in checks] == [f"I{n:02}" for n in range(1, 49)]
    excused = {c.invariant for c in checks if c.not_applicable}
    assert {"I06", "I18", "I28"} == {name for name in excused if name < "I29"}
    assert all(c.rows_checked > 0 for c in checks if not c.not_applicable)


def test_a_certificate_is_plain_json() -> None:
    """The JSON form carries each breach with table, key and message."""
    breach = Breach("plan_lines", "line 1", "0 cases")
    certificate = Certificate((Check("I02", "whole", 1, (breach,)),))
    assert json.loads(certificate.to_json()) == {
        "breaches": 1,
        "checks": [
            {
                "invariant": "I02",
                "title": "whole",
                "rows_checked": 1,
                "not_applicable": None,
                "breaches": [
                    {"table": "plan_lines", "key": "line 1", "message": "0 cases"}
                ],
            }
        ],
    }


def imported_names(path: Path) -> set[str]:
    """Return the top-level modules a file imports, our own package's by full path."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or ".")
    return names


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda p: p.name)
def test_the_auditor_imports_the_standard_library_alone(path: Path) -> None:
    """No module of the auditor imports a third party or another package of ours."""
    for name in imported_names(path):
        ours = name.startswith("ka_supply.audit")
        assert ours or name.split(".")[0] in sys.stdlib_module_names, name


def test_importing_the_auditor_loads_no_third_party() -> None:
    """A fresh process that imports the auditor holds only the standard library."""
    script = (
        "import sys; before = set(sys.modules); import ka_supply.audit;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}"
        " - set(sys.stdlib_module_names)))"
    )
    root = PACKAGE.parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
    )
    assert done.stdout.split() == ["ka_supply"]


def large_night(stores: int) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Return the legal night with one more line for each of many stores."""
    tables, run = legal_night()
    line, need = tables["plan_lines"][3], tables["needs"][4]
    books = [row for row in tables["ledger"] if row["line_id"] == line["line_id"]]
    curve = [row for row in tables["case_values"] if row["destination_id"] == "S5"]
    names = [f"S5-{number:06}" for number in range(stores)]
    tables["lots"][2]["on_hand"] = 10**9
    tables["warehouses"][0]["pick_capacity_cases_day"] = None
    later = tables["plan_lines"][4:]
    tables["plan_lines"] = tables["plan_lines"][:4]
    for row in later + [r for r in tables["ledger"] if r["line_id"] > line["line_id"]]:
        row["line_id"] += stores
    for number, name in enumerate(names, start=line["line_id"] + 1):
        tables["stores"].append(dict(tables["stores"][4], store_id=name))
        tables["lane_stops"].append(
            {"lane_id": "L5", "destination_id": name, "extra_days": 0}
        )
        tables["plan_lines"].append(dict(line, line_id=number, destination_id=name))
        tables["needs"].append(dict(need, destination_id=name))
        tables["ledger"] += [dict(row, line_id=number) for row in books]
        tables["case_values"] += [dict(row, destination_id=name) for row in curve]
    tables["store_calendar"] += [
        dict(tables["store_calendar"][0], store_id=name) for name in names
    ]
    tables["lane_stops"].append(
        {"lane_id": "L5", "destination_id": "S5", "extra_days": 0}
    )
    tables["plan_lines"] += later
    recount(tables, run)
    best = float(objective(tables))
    run["solver"] |= {"objective": best, "bound": best}
    run["greedy_objective"] = best
    return tables, run


def test_the_work_grows_with_the_lines_alone() -> None:
    """A night of 2,000 stores takes seconds, also under a coverage tracer."""
    tables, run = large_night(2_000)
    start = time.process_time()
    certificate = certify(tables, run)
    assert certificate.breaches == 0
    assert time.process_time() - start < 5


@pytest.mark.parametrize("was_on", [True, False])
def test_the_cycle_collector_is_left_as_found(was_on: bool) -> None:
    """Pausing the collector does not outlast the audit."""
    (gc.enable if was_on else gc.disable)()
    try:
        judge()
        assert gc.isenabled() is was_on
    finally:
        gc.enable()
