"""Seeded defects of money, service, ties, keys and accounts are flagged by name."""

from datetime import date
from decimal import Decimal

import pytest

from tests.audit.changes import (
    Change,
    add,
    both,
    breach_texts,
    claim,
    drop,
    flagged,
    judge,
    put,
)
from tests.audit.legal_night import MON, TUE, Run, Tables, objective

NAN = float("nan")


def header(**fields: object) -> Change:
    """Return a change of the run's header."""
    return lambda _tables, run: run.update(fields)


def without(table: str) -> Change:
    """Return a change that leaves a whole table out."""
    return lambda tables, _run: tables.pop(table)


def counts(table: str, **fields: object) -> Change:
    """Return a change of the row counts of a table."""
    return lambda _tables, run: run["rows"][table].update(fields)


def emptied(table: str) -> Change:
    """Return a change that takes all rows out of a table."""
    return lambda tables, _run: tables[table].clear()


def worthless(tables: Tables, run: Run) -> None:
    """Make every line cost far more than it is worth, the books still tying."""
    for row in (*tables["plan_lines"], *tables["case_values"]):
        row["value_cny"] = Decimal(-900)
    run["solver"]["objective"] = objective(tables)
    run["greedy_objective"] = objective(tables)


def swap_lines(tables: Tables, _run: Run) -> None:
    """Exchange the ids of two lines."""
    first, second = tables["plan_lines"][3:5]
    first["line_id"], second["line_id"] = second["line_id"], first["line_id"]


# Indices of the needs: 0 DC1 K1, 1 DC1 K2, 2 S3, 3 S4, 4 S5, 5 R.
# Indices of the costs: 0 floor of A, 1 LA, 2 LS, 3 LR, 4 L5.
DEFECTS: dict[str, tuple[Change, ...]] = {
    "I03": (
        claim(max_integrality_error=1e-4),
        claim(max_integrality_error=NAN),
        claim(max_integrality_error=None),
        claim(max_integrality_error=-1e-9),
        claim(max_integrality_error="small"),
    ),
    "I07": (
        add("needs"),
        add("needs", need_units=0, short_units=0),
        lambda tables, _run: tables["needs"].append(dict(tables["needs"][0])),
    ),
    "I08": (
        put("needs", 0, short_units=0),
        put("needs", 0, need_units=251, short_units=11),
        put("needs", 2, short_units=-12),
        put("needs", 2, need_units=-12, short_units=0),
        put("needs", 2, need_units=71, short_units=11),
        put("needs", 2, need_source="ORDER"),
        put("needs", 0, need_source="TARGET"),
        put("needs", 3, arrival_date=MON),
        put("needs", 3, arrival_date=None),
        put("needs", 5, arrival_date=MON),
        put("orders", 4, qty_confirmed=73),
        put("orders", 1, replaces_line=None),
        drop("needs", 1),
        add("orders", order_id="O7", ship_to_id="S1", valid_until=None),
        both(
            add("orders", order_id="O7", ship_to_id="S1", valid_until=None),
            add("needs", destination_id="S1", account_id="A", arrival_date=None),
            put("needs", -1, need_source="ORDER", freshness_class=None),
        ),
    ),
    "I16": (
        put("credit_limits", 0, limit_cny=Decimal(5521)),
        put("credit_limits", 0, valid_from=TUE),
        drop("credit_limits", 0),
        put("receivables", 0, amount_cny=Decimal(1479)),
        put("receivables", 0, due_date=date(2026, 11, 1)),
        put("shipments", 0, qty=108),
        both(put("shipments", 0, qty=108), put("shipments", 0, ship_to_id="S1")),
        add("store_stock", store_id="S1", on_hand=0, in_transit=900),
        put("receipts", 0, lot_id="other"),
        put("account_skus", 0, contract_price_cny=Decimal(12)),
        put("skus", 1, list_price_cny=Decimal(27)),
        put("plan_lines", 5, status="RELEASABLE"),
        put("receivables", 1, paid_cny=Decimal(101)),
        put("receivables", 1, due_date=date(2026, 11, 17)),
        put("credit_limits", 2, action="NONE"),
        put("plan_lines", 4, status="HELD_CREDIT"),
        put("plan_lines", 6, status="HELD_CREDIT"),
        both(emptied("credit_limits"), emptied("receivables")),
        emptied("credit_limits"),
        put("stores", 3, account_id="gone"),
    ),
    "I21": (
        drop("costs", 0),
        put("costs", 0, quantity=Decimal(11)),
        put("costs", 0, cost_cny=Decimal("14.00")),
        put("costs", 0, unit_cost_cny=Decimal("1.5")),
        put("costs", 0, account_id="B"),
        lambda tables, _run: tables["costs"].append(
            dict(tables["costs"][0], cost_id=9, quantity=0, cost_cny=0)
        ),
        put("accounts", 0, priority_weight=Decimal(3)),
        put("accounts", 0, service_metric="VALUE"),
        put("accounts", 0, penalty_short_frac=Decimal(0)),
        put("accounts", 0, fill_floor_frac=None),
        put("plan_lines", 0, cases=18),
    ),
    "I22": (
        claim(objective=0.0),
        claim(objective=None),
        claim(objective=NAN),
        claim(bound=1000.0),
        claim(bound=None),
        claim(gap=-0.1),
        claim(gap=NAN),
        claim(gap=0.01),
        claim(bound=-1e6),
        claim(status="OPTIMAL"),
        claim(status=None),
        put("plan_lines", 0, value_cny=Decimal(1)),
        put("plan_lines", 0, cases=19),
        put("lot_credits", 0, credit_cny=Decimal("0.51")),
        put("case_values", 0, value_cny=Decimal("40.01")),
        put("case_values", 1, value_cny=Decimal("40.01")),
        put("case_values", 1, step=9),
        put("case_values", 1, cases=0),
        drop("case_values", 0),
        put("costs", 1, cost_cny=Decimal(599)),
    ),
    "I23": (
        header(greedy_objective=-1e6),
        header(greedy_objective=None),
        header(greedy_objective=NAN),
        header(greedy_objective="good"),
        worthless,
    ),
    "I24": (
        without("plan_lines"),
        without("ledger"),
        without("prices"),
        without("lot_credits"),
        put("ledger", 0, units=1),
        put("ledger", 2, value_cny=Decimal(1)),
        put("ledger", 0, component="LUCK"),
        put("ledger", 0, value_cny=Decimal(1)),
        drop("ledger", 0),
        put("ledger", 2, value_cny=Decimal("0.005")),
        put("plan_lines", 0, value_cny=Decimal("1.001")),
        put("needs", 0, planned_units=252, short_units=0),
        put("needs", 3, held_units=0),
        put("needs", 5, planned_units=0, short_units=96),
        drop("needs", 4),
        drop("costs", 1),
        put("costs", 1, quantity=Decimal(3)),
        put("costs", 1, unit_cost_cny=Decimal(299)),
        put("costs", 1, cost_cny=Decimal(599)),
        put("costs", 1, departure_date=TUE),
        put("costs", 1, kind="TOLL"),
        put("costs", 4, lane_id="unknown"),
    ),
    "I25": (
        counts("lots", read=99),
        counts("lots", accepted=5, quarantined=2),
        counts("lots", repaired=7),
        counts("lots", duplicate=-1, read=6),
        counts("lots", accepted=6.0),
        counts("lots", read=None),
        lambda _tables, run: run["rows"].pop("lots"),
        lambda _tables, run: run["rows"].update(lots="six"),
        drop("lots", 0),
        put("lots", 0, on_hand=-1),
        put("lots", 0, on_hand=10**5000),
        put("skus", 0, units_per_case=0),
        put("lanes", 0, dispatch_weekdays="1,8"),
        put("lanes", 0, blackouts="soon"),
        put("warehouses", 1, cutoff_time="25:00"),
        put("warehouses", 1, cutoff_time="dawn"),
        put("freshness_contracts", 0, life_band="sixty"),
        put("stores", 0, opened="2026-01-01"),
        put("stores", 0, ship_to_id=7),
        put("accounts", 0, priority_weight=NAN),
        put("accounts", 0, supplier_managed="no"),
        put("skus", 0, case_kg=None),
        put("skus", 0, units_per_case=None),
        put("orders", 0, order_date=None),
    ),
    "I26": (
        put("plan_lines", 7, line_id=9),
        swap_lines,
        lambda tables, _run: tables["plan_lines"].append(
            dict(tables["plan_lines"][7], line_id=9)
        ),
        put("plan_lines", 0, movement_type="GIFT"),
        put("plan_lines", 0, origin_id="Q"),
        put("plan_lines", 0, sku_id="K9"),
        put("plan_lines", 0, lane_id="L99"),
        put("plan_lines", 0, destination_id="S99"),
        put("plan_lines", 6, destination_id="S3"),
        put("plan_lines", 0, account_id="B"),
        put("plan_lines", 0, account_id=None),
        put("plan_lines", 6, account_id="A"),
        put("plan_lines", 0, lot_id=None),
        put("plan_lines", 0, arrival_date=None),
        put("plan_lines", 0, account_id=3),
        put("needs", 0, destination_id="S1"),
        put("needs", 0, account_id="B"),
        put("needs", 0, sku_id="K9"),
        put("needs", 5, destination_id="Q"),
        add("ledger", line_id=99),
        add("lot_credits", lot_id="L99"),
        put("case_values", 0, sku_id="K9"),
        put("costs", 2, cost_id=2),
        put("costs", 1, lane_id="L99"),
        put("costs", 0, account_id="Q"),
        header(as_of=None),
        header(settings=None),
        lambda tables, _run: tables["plan_lines"].append(7),  # type: ignore[arg-type]
        lambda _tables, run: run["settings"]["night"].update(release_time="noon"),
        lambda _tables, run: run["settings"]["data"].update(promo_statuses=None),
    ),
    "I27": (
        put("plan_lines", 0, value_cny=Decimal("NaN")),
        put("plan_lines", 0, value_cny=Decimal("sNaN")),
        put("plan_lines", 0, cases=None),
        put("plan_lines", 0, units="240"),
        put("prices", 0, price_cny=float("inf")),
        put("needs", 0, need_units=None),
        put("ledger", 0, units=None),
        put("costs", 0, quantity=None),
        put("case_values", 0, value_cny=Decimal("Infinity")),
        put("lot_credits", 0, credit_cny=None),
        put("plan_lines", 0, line_id=True),
        put("plan_lines", 0, units=10**5000),
    ),
}
CASES = [
    pytest.param(invariant, change, id=f"{invariant}-{number}")
    for invariant, changes in DEFECTS.items()
    for number, change in enumerate(changes, start=1)
]


@pytest.mark.parametrize(("invariant", "change"), CASES)
def test_a_seeded_defect_is_flagged(invariant: str, change: Change) -> None:
    """One wrong field in books, header or input breaks the invariant named."""
    certificate = judge(change)
    assert invariant in flagged(certificate), breach_texts(certificate)


def test_every_invariant_here_has_three_defects() -> None:
    """No invariant is tested by fewer than three seeded defects."""
    assert all(len(changes) >= 3 for changes in DEFECTS.values())
