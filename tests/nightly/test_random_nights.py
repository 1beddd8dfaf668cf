"""Random consistent markets: no plan breaks a rule, and changes have known effects."""

import datetime as dt
import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ka_supply as ka
from ka_supply.domain.plan import Plan
from ka_supply.domain.schema import schema
from ka_supply.nightly import Night, plan_night
from ka_supply.operations.run_record import plan_hash
from tests.nightly.folders import shuffled, write_csv
from tests.nightly.random_worlds import random_market
from tests.nightly.small_nights import Tables
from tests.worlds import AS_OF, Row, world

pytestmark = pytest.mark.slow

TWO_WEEKS = dt.timedelta(days=14)
# Markets whose plans ship, transfer and hold; found by trying.
SHIPPING = (6, 26)
NIGHTS: dict[int, Night] = {}
IDS = (
    {"from_id", "to_id", "replaces_line"}
    | {
        column.name
        for table in schema().values()
        for column in table.columns
        if column.name.endswith("_id")
    }
    | {"origin_id"}
)
examples = settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def _market(seed: int) -> Tables:
    return random_market(random.Random(seed))


def _night(tables: Tables, as_of: dt.date = AS_OF) -> Night:
    night = plan_night(world(**tables, as_of=as_of))
    broken = [check for check in night.certificate.checks if check.breaches]
    assert not broken
    return night


@examples
@given(seed=st.integers(0, 9_999))
def test_no_random_night_breaks_a_rule(seed: int) -> None:
    """The independent auditor finds nothing in the plan of any market."""
    _night(_market(seed))


def _base(seed: int) -> tuple[Tables, Night]:
    """Return a market whose plan is not empty, and its night."""
    tables = _market(seed)
    if seed not in NIGHTS:
        NIGHTS[seed] = _night(tables)
        assert len(NIGHTS[seed].plan.lines) > 2
    return tables, NIGHTS[seed]


def _lines(plan: Plan) -> pd.DataFrame:
    return plan.lines.drop(columns="reason")


def _useless_lots(tables: Tables) -> Tables:
    """Add lots nobody may get: expired, recalled, all given away."""
    blank: Row = {"on_hand": 500, "production_date": AS_OF}
    added: list[Row] = []
    for lot in tables["lots"]:
        place = {"warehouse_id": lot["warehouse_id"], "sku_id": lot["sku_id"]}
        kinds: list[Row] = [
            {"production_date": AS_OF - dt.timedelta(days=2000), "lot_id": "A0"},
            {"status": "RECALLED", "lot_id": "A1"},
            {"blocked": 300, "allocated": 200, "lot_id": "A2"},
        ]
        added += [{**place, **blank, **kind} for kind in kinds]
    unique = {str(sorted(map(str, row.items()))): row for row in added}
    return {**tables, "lots": [*tables["lots"], *unique.values()]}


@pytest.mark.parametrize("seed", SHIPPING)
def test_useless_lots_change_nothing(seed: int) -> None:
    """Lots that nobody may get leave the plan as it is."""
    tables, night = _base(seed)
    found = _night(_useless_lots(tables))
    pd.testing.assert_frame_equal(_lines(found.plan), _lines(night.plan))


def _renamed(tables: Tables) -> Tables:
    """Put a letter before every id; their order stays."""
    return {
        name: [
            {
                column: f"Z{value}" if column in IDS and value is not None else value
                for column, value in row.items()
            }
            for row in rows
        ]
        for name, rows in tables.items()
    }


@pytest.mark.parametrize("seed", SHIPPING)
def test_names_do_not_matter(seed: int) -> None:
    """Ids renamed in the same order give the same plan under the new names."""
    tables, night = _base(seed)
    found = _lines(_night(_renamed(tables)).plan)
    ids = [c for c in found.columns if c in IDS]
    expected = _lines(night.plan)
    named = expected[ids].where(expected[ids] == "", "Z" + expected[ids])
    new_names = {column: named[column] for column in ids}
    pd.testing.assert_frame_equal(found, expected.assign(**new_names))


def _later(value: object) -> object:
    if isinstance(value, dt.date):
        return value + TWO_WEEKS
    if isinstance(value, str) and value.startswith("2026-"):
        return str(dt.date.fromisoformat(value) + TWO_WEEKS)
    return value


def _in_days(tables: Tables) -> Tables:
    """Give every shelf life in days, as months are of different lengths."""
    skus = [
        {**row, "shelf_life_unit": "DAY", "shelf_life_value": 180}
        if row["shelf_life_unit"] == "MONTH"
        else row
        for row in tables["skus"]
    ]
    return {**tables, "skus": skus}


@pytest.mark.parametrize("seed", SHIPPING)
def test_a_later_start_shifts_the_plan(seed: int) -> None:
    """All dates two weeks later: the same plan, two weeks later."""
    tables = _in_days(_market(seed))
    shifted: Tables = {
        name: [{k: _later(v) for k, v in row.items()} for row in rows]
        for name, rows in tables.items()
    }
    # Pooled factors feel the date a little, so values move in their last fen.
    first = _lines(_night(tables).plan).drop(columns="value_cny")
    second = _lines(_night(shifted, AS_OF + TWO_WEEKS).plan)[[*first.columns]]
    days = [c for c in first.columns if c.endswith("_date")]
    moved = {c: (second[c] - TWO_WEEKS).astype(first[c].dtype) for c in days}
    pd.testing.assert_frame_equal(second.assign(**moved), first)


def _limits(tables: Tables, limit_cny: int, late_cny: int) -> Tables:
    """Give both accounts this limit and an overdue invoice of this amount."""
    limits: list[Row] = [{"account_id": a, "limit_cny": limit_cny} for a in ("A", "B")]
    due = AS_OF - dt.timedelta(days=99)
    invoices: list[Row] = [
        {"account_id": a, "invoice_no": "L", "due_date": due, "amount_cny": late_cny}
        for a in ("A", "B")
    ]
    return {**tables, "credit_limits": limits, "receivables": invoices}


@pytest.mark.parametrize(("limit_cny", "late_cny"), [(0, 0), (10**9, 1)])
def test_no_credit_means_no_shipment(limit_cny: int, late_cny: int) -> None:
    """Without credit, or overdue, nothing ships; what would have is held."""
    tables, _ = _base(SHIPPING[0])
    lines = _night(_limits(tables, limit_cny, late_cny)).plan.lines
    shipments = lines[lines["movement_type"] == "SHIPMENT"]
    assert set(shipments["status"]) == {"HELD_CREDIT"}


def test_no_demand_means_no_shipment() -> None:
    """Without sales, orders and promotions nothing is worth its freight."""
    tables, _ = _base(SHIPPING[0])
    still: Tables = {
        "sales": [{**row, "units": 0} for row in tables["sales"]],
        "orders": [],
        "promo_calendar": [],
    }
    plan = _night({**tables, **still}).plan
    assert plan.lines.empty


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    """The same rows in any order of rows and columns give the same plan."""
    tables = {k: v for k, v in _market(SHIPPING[0]).items() if v}
    folders = [
        write_csv(tables, tmp_path / "plain"),
        write_csv(shuffled(tables, 1), tmp_path / "shuffled"),
    ]
    plans = [plan_night(ka.read_snapshot(f, as_of=AS_OF)).plan for f in folders]
    assert plan_hash(plans[0].lines) == plan_hash(plans[1].lines)
