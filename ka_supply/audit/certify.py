"""The auditor's table of contents: every invariant, in order, judged or excused."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Context, localcontext

from ka_supply.audit.casefile import CaseFile, open_case
from ka_supply.audit.check_arrival import (
    check_assortment,
    check_dates,
    check_freshness,
    check_open,
)
from ka_supply.audit.check_capacity import check_handling, check_vehicles
from ka_supply.audit.check_credit import check_credit
from ka_supply.audit.check_keys import check_keys
from ka_supply.audit.check_money import (
    check_integrality,
    check_not_worse,
    check_objective,
)
from ka_supply.audit.check_orders import check_limits, check_multiples
from ka_supply.audit.check_rows import check_numbers, check_row_accounts
from ka_supply.audit.check_service import (
    check_fill_floors,
    check_need_keys,
    check_needs,
)
from ka_supply.audit.check_stock import (
    check_fefo,
    check_free_cases,
    check_lot_in_warehouse,
    check_lot_state,
    check_units,
    check_whole_cases,
)
from ka_supply.audit.check_ties import check_ties
from ka_supply.audit.model import Certificate, Check, Row

__all__ = ["certify"]

DECIMAL_DIGITS = 60

CHECKS: tuple[Callable[[CaseFile], Check], ...] = (
    check_free_cases,
    check_whole_cases,
    check_integrality,
    check_units,
    check_limits,
    check_need_keys,
    check_needs,
    check_multiples,
    check_freshness,
    check_lot_state,
    check_dates,
    check_fefo,
    check_assortment,
    check_open,
    check_credit,
    check_lot_in_warehouse,
    check_vehicles,
    check_handling,
    check_fill_floors,
    check_objective,
    check_not_worse,
    check_ties,
    check_row_accounts,
    check_keys,
    check_numbers,
)

NO_DATABASE = "needs the reservation database, which this version does not have"
NO_WORKFLOW = "needs transfer requests, which this version does not have"
NO_HISTORY = "needs the audit trail, which this version does not have"
ONE_NIGHT = "a property of several runs; one night's tables cannot show it"

NOT_APPLICABLE: Mapping[str, tuple[str, str]] = {
    "I06": (
        "Warehouse balance: opening = closing + shipped + scrapped + held",
        "a plan has no closing stock; I01 limits what leaves each lot",
    ),
    "I18": (
        "Temperature and hazard class fit the vehicle",
        "the data carries no temperature or hazard class",
    ),
    "I28": (
        "Quarantining a row never permits what was forbidden with it",
        ONE_NIGHT,
    ),
    "I29": ("Live reservations of a lot are at most its free stock", NO_DATABASE),
    "I30": ("A lot's reserved quantity equals its reservations", NO_DATABASE),
    "I31": ("Requests move only along the state machine", NO_WORKFLOW),
    "I32": ("One effect per idempotency key", NO_WORKFLOW),
    "I33": ("Approver differs from requester and owns the source", NO_WORKFLOW),
    "I34": ("Cancelling releases exactly what was reserved", NO_DATABASE),
    "I35": ("Approval re-checks against current data", NO_WORKFLOW),
    "I36": ("Dispatched at most approved, received at most dispatched", NO_WORKFLOW),
    "I37": ("The audit trail is append-only", NO_HISTORY),
    "I38": ("The hash chain of the audit trail verifies", NO_HISTORY),
    "I39": ("Audit rows are complete and without secrets", NO_HISTORY),
    "I40": ("Published runs are immutable", NO_DATABASE),
    "I41": ("One published run per day and scenario", NO_DATABASE),
    "I42": ("A rerun gives the same plan", ONE_NIGHT),
    "I43": ("Readers never see a partial run", NO_DATABASE),
    "I44": ("A failed run leaves what was published unchanged", ONE_NIGHT),
    "I45": ("Time is monotone and the day comes from the header", NO_DATABASE),
    "I46": ("The order of input rows does not change the plan", ONE_NIGHT),
    "I47": ("Every input file is stored by content", NO_DATABASE),
    "I48": ("Staleness is visible", NO_DATABASE),
}


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cycle collector: rows hold no cycles, and scanning them costs a third.

    A caller who had it off finds it off.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def certify(
    tables: Mapping[str, Iterable[Row]], run: Mapping[str, object]
) -> Certificate:
    """Return the certificate of a night, every rule re-derived from plain rows.

    Parameters
    ----------
    tables : mapping of table name to rows
        Accepted input rows before any derived field (an absent table is empty),
        and the published tables plan_lines, needs, ledger, prices, costs,
        case_values, lot_credits (an absent one is a breach).
    run : mapping
        as_of; settings (night, data, money); solver (status, objective, bound,
        gap, max_integrality_error, relative_gap), in yuan; greedy_objective; rows
        per table (read, accepted, repaired, quarantined, duplicate).

    Returns
    -------
    Certificate
        Every invariant I01 to I48, judged or named as not applicable. Rows that
        cannot be read are breaches; nothing is raised for them.

    Examples
    --------
    An empty plan without its tables is refused:

    >>> from datetime import date
    >>> certify({}, {"as_of": date(2026, 11, 23)}).breaches > 0
    True
    """
    with localcontext(Context(prec=DECIMAL_DIGITS)), collector_paused():
        case = open_case(tables, run)
        judged = [check(case) for check in CHECKS]
    excused = [
        Check(invariant, title, 0, (), reason)
        for invariant, (title, reason) in NOT_APPLICABLE.items()
    ]
    return Certificate(tuple(sorted(judged + excused, key=lambda c: c.invariant)))
