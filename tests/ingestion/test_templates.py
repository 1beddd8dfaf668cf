"""Templates: generated from the schema, committed, and readable when filled."""

import datetime as dt
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]

from ka_supply.domain.schema import schema
from ka_supply.ingestion import read_snapshot, write_templates

COMMITTED = Path(__file__).parents[2] / "data" / "templates"
WORKBOOK = "ka_supply_template.xlsx"
FILLED: dict[str, dict[str, object]] = {
    "accounts": {"account_id": "K1", "name": "客户", "tier": "NKA"},
    "stores": {"store_id": "001", "account_id": "K1", "name": "门店"},
    "skus": {
        "sku_id": "007",
        "name": "单品",
        "category": "A",
        "case_kg": 5.5,
        "units_per_case": 12,
        "case_m3": 0.01,
        "shelf_life_value": 9,
        "shelf_life_unit": "MONTH",
        "cost_cny": 3,
        "list_price_cny": 4.5,
    },
    "warehouses": {"warehouse_id": "W1", "kind": "CENTRAL"},
    "lanes": {
        "lane_id": "L1",
        "from_id": "W1",
        "to_id": "001",
        "lead_time_days": 2,
    },
    "lots": {
        "warehouse_id": "W1",
        "sku_id": "007",
        "lot_id": "0001",
        "on_hand": 120,
        "production_date": dt.date(2026, 11, 1),
        "status": "AVAILABLE",
    },
    "store_stock": {"store_id": "001", "sku_id": "007", "on_hand": 3},
    "sales": {
        "date": dt.date(2026, 11, 23),
        "store_id": "001",
        "sku_id": "007",
        "units": 2,
    },
}


def test_committed_templates_are_current(tmp_path: Path) -> None:
    """Generating the templates again gives the committed bytes."""
    write_templates(tmp_path)
    made = {path.name: path.read_bytes() for path in (tmp_path / "templates").iterdir()}
    kept = {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    assert made == kept


def test_csv_template_holds_the_header(tmp_path: Path) -> None:
    """A CSV template is the header of its table with a byte-order mark."""
    write_templates(tmp_path)
    content = (tmp_path / "templates" / "lots.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfwarehouse_id,sku_id,lot_id,on_hand")
    assert content.count(b"\n") == 1


def test_workbook_guides_the_hand(tmp_path: Path) -> None:
    """Headers are frozen and noted, codes are text, lists drop down."""
    write_templates(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "templates" / WORKBOOK)
    assert book.sheetnames == [*schema(), "data_dictionary"]
    lots = book["lots"]
    assert lots.freeze_panes == "A2"
    assert lots.column_dimensions["B"].number_format == "@"
    assert "单品" in lots["B1"].comment.text
    lists = {str(v.sqref): v.formula1 for v in lots.data_validations.dataValidation}
    assert '"AVAILABLE,BLOCKED,RECALLED,QUARANTINED"' in lists.values()
    rows = sum(len(table.columns) for table in schema().values())
    assert book["data_dictionary"].max_row == rows + 1


def test_filled_workbook_is_read(tmp_path: Path) -> None:
    """A workbook filled in by hand is an input; empty sheets are no tables."""
    write_templates(tmp_path)
    path = tmp_path / "templates" / WORKBOOK
    book = openpyxl.load_workbook(path)
    for table, cells in FILLED.items():
        names = [column.name for column in schema()[table].columns]
        for name, value in cells.items():
            book[table].cell(2, names.index(name) + 1, value)
    book.save(tmp_path / "filled.xlsx")
    snapshot = read_snapshot(tmp_path / "filled.xlsx", "2026-11-23")
    lot = snapshot["lots"].iloc[0]
    assert (lot["lot_id"], lot["on_hand"]) == ("0001", 120)
    counts = snapshot.quarantine.counts
    assert {name for name, count in counts.items() if count.read} == set(FILLED)
    # A template holds a blank cell where the default is every day: never.
    rules = set(snapshot.quarantine.findings["rule_id"])
    assert rules == {"WEEKDAYS_EMPTY"}
