"""Changes of the legal night, and what the auditor says to them."""

from collections.abc import Callable

from ka_supply.audit import Certificate, certify
from tests.audit.legal_night import Run, Tables, legal_night, row_counts

Change = Callable[[Tables, Run], object]


def judge(*changes: Change) -> Certificate:
    """Return the certificate of the legal night after some changes."""
    tables, run = legal_night()
    for change in changes:
        change(tables, run)
    return certify(tables, run)


def recount(tables: Tables, run: Run) -> None:
    """Make the row accounts tie again after input rows came or went."""
    run["rows"] = row_counts(tables)


def flagged(certificate: Certificate) -> set[str]:
    """Return the invariants with a breach."""
    return {check.invariant for check in certificate.checks if check.breaches}


def breach_texts(certificate: Certificate) -> str:
    """Return all breaches as text, for messages of failed tests."""
    return "\n".join(
        f"{check.invariant} {breach}"
        for check in certificate.checks
        for breach in check.breaches
    )


def put(table: str, index: int, **fields: object) -> Change:
    """Return a change that sets fields of one row of a table."""

    def change(tables: Tables, _run: Run) -> None:
        tables[table][index].update(fields)

    return change


def add(table: str, **fields: object) -> Change:
    """Return a change that appends a row; fields left out are those of the last."""

    def change(tables: Tables, _run: Run) -> None:
        rows = tables[table]
        rows.append((rows[-1] if rows else {}) | fields)

    return change


def drop(table: str, index: int) -> Change:
    """Return a change that deletes one row of a table."""
    return lambda tables, _run: tables[table].pop(index)


def both(*changes: Change) -> Change:
    """Return several changes as one."""

    def change(tables: Tables, run: Run) -> None:
        for part in changes:
            part(tables, run)

    return change


def claim(**fields: object) -> Change:
    """Return a change of what the solver claims."""
    return lambda _tables, run: run["solver"].update(fields)
