"""The report as written: complete, self-contained, safe, the same bytes."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pytest

from ka_supply.reporting import Report, build_report
from ka_supply.reporting.charts import CHARTS, chart_svg
from ka_supply.reporting.page import line_ledger
from ka_supply.reporting.texts import texts_of
from tests.reporting.nights import (
    Tables,
    base_tables,
    days_before,
    line,
    make_night,
    make_plan,
    need,
)
from tests.reporting.test_service import OVERDUE

RATES = {("S1", "K1"): 3.0, ("S2", "K1"): 2.0, ("S3", "K1"): 1.0}
EVIL = '=HYPERLINK("http://x","</script><b>")'
NOTES = (
    "NO_CREDIT_CHECK",
    "HELD_NOT_KNOWN",
    "NO_OPEN_ORDERS",
    "PLAN_NOT_PROVED",
    "PLAN_IS_FALLBACK",
)
LEDGER = [
    {"line_id": 1, "component": "DEMAND", "units": 50},
    {"line_id": 1, "component": "SAFETY_STOCK", "units": 20},
    {"line_id": 1, "component": "ON_HAND", "units": -10},
    {"line_id": 1, "component": "LOST_SALES", "value_cny": 90.0},
    {"line_id": 1, "component": "FREIGHT", "value_cny": -10.0},
]
COUNTS: Tables = {
    "store_visible_counts": [
        {
            "count_date": days_before(2),
            "store_id": "S1",
            "sku_id": "K1",
            "location_type": "SHELF",
            "units": 4,
        }
    ]
}


def _report(tables: Tables | None = None) -> Report:
    plan = make_plan(
        lines=[line(), line(sku_id="K2", status="HELD_CREDIT")],
        needs=[need(), need(sku_id="K2", planned_units=0, held_units=60)],
        ledger=LEDGER,
        prices=[
            {
                "price_id": 1,
                "kind": "LOT",
                "keys": "warehouse=W;sku=K1;lot=N1",
                "unit": "case",
                "price_cny": 12.5,
                "binding": True,
            }
        ],
        costs=[{"cost_id": 1, "kind": "VEHICLE", "lane_id": "L1", "cost_cny": 100.0}],
    )
    night = make_night({**OVERDUE, **COUNTS, **(tables or {})}, RATES, plan)
    return build_report(night.snapshot, night.forecast, plan, night.network, breaches=0)


@pytest.fixture(scope="module")
def report() -> Report:
    return _report()


@pytest.fixture(scope="module")
def empty() -> Report:
    night = make_night({}, {})
    return build_report(night.snapshot, night.forecast, night.plan, night.network)


def test_written_files_are_the_same_on_every_run(
    report: Report, tmp_path: Path
) -> None:
    """Three files, byte for byte the same from a second computation."""
    first = report.write(tmp_path / "a")
    second = _report().write(str(tmp_path / "b"))
    assert [p.name for p in first] == [
        "report.zh.html",
        "report.en.html",
        "report.xlsx",
    ]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_one_language_can_be_asked_for(report: Report, tmp_path: Path) -> None:
    """Only the pages wanted are written; an unknown language writes nothing."""
    paths = report.write(tmp_path, languages=("zh",))
    assert [p.name for p in paths] == ["report.zh.html", "report.xlsx"]
    with pytest.raises(ValueError, match="language 'de' is not known"):
        report.write(tmp_path / "none", languages=("de",))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_needs_nothing_else(report: Report, language: str) -> None:
    """No address outside the page except the names of XML namespaces."""
    page = report.html(language)
    found = set(re.findall(r"(?:https?:)?//[\w.]+", page))
    assert found <= {"http://www.w3.org"}
    assert not re.search(r"<(?:link|img|iframe)\b|@import|src=", page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_english_page_is_english(report: Report) -> None:
    """Hanzi appear only in names."""
    page = report.html("en")
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    for name in ("惠民联超", "惠民赣州店", "惠民吉安店", "步步乐一店", "步步乐"):
        text = text.replace(name, "")
    for name in ("原味牛奶", "坚果礼盒", "中央仓", "食品"):
        text = text.replace(name, "")
    assert not re.findall("[一-鿿]+", text)


def test_names_cannot_break_the_page_or_the_workbook() -> None:
    """Markup in a name is text; a name like a formula is no formula."""
    tables = base_tables()
    for row in tables["accounts"] + tables["stores"] + tables["skus"]:
        row["name"] = EVIL + row["name"]
    hostile = _report({k: tables[k] for k in ("accounts", "stores", "skus")})
    page = hostile.html("zh")
    assert "</script><b>" not in page
    assert page.count("</script>") == 2
    book = openpyxl.load_workbook(io.BytesIO(hostile.workbook()))
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
    assert not any(sheet._hyperlinks for sheet in book)


def test_the_workbook_filters_and_freezes(report: Report) -> None:
    """Two head rows, a filter on the second, the lines with their formats."""
    book = openpyxl.load_workbook(io.BytesIO(report.workbook()))
    sheet = book["发货明细"]
    heads = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    assert heads[0][0] == "Line"
    assert heads[1][0] == "行号"
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:V4"
    column = heads[1].index("箱数")
    cases = [row[column] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert cases == [5, 5]
    day = heads[1].index("发车日")
    assert sheet.cell(3, day + 1).number_format == "yyyy-mm-dd"


def test_bridge_and_ledger_of_a_line_add_up(report: Report) -> None:
    """50 + 20 - 10 = 60 units; 90 - 10 = 80 yuan, as on the line."""
    book = json.loads(line_ledger(report.figures, report.lines, texts_of("zh")))
    units, values = book["lines"][0]
    assert sum(units[1::2]) == report.lines["units"].iloc[0]
    assert sum(values[1::2]) == pytest.approx(report.lines["value_cny"].iloc[0])
    assert book["lines"][1] == [[], []]


def test_the_value_of_the_plan_counts_no_held_line(report: Report) -> None:
    """80 yuan of the counting line less 100 for its truck."""
    assert report.figures.plan_value["value_cny"].sum() == pytest.approx(-20.0)


def test_notes_of_the_plan_are_said_in_the_language(report: Report) -> None:
    """Every message id becomes a sentence at the top of the page."""
    noted = replace(report, facts=report.facts._replace(notes=NOTES))
    for language in ("zh", "en"):
        page = noted.html(language)
        assert all(texts_of(language)(f"note.{name}") in page for name in NOTES)


def test_prices_are_said_in_words(report: Report) -> None:
    """Ids become names."""
    assert "中央仓 · 原味牛奶 · N1" in report.html("zh")


def test_an_empty_night_has_a_page(empty: Report) -> None:
    """Nothing planned, nothing counted: every section still says so."""
    for language in ("zh", "en"):
        page = empty.html(language)
        assert texts_of(language)("empty") in page
        assert texts_of(language)("tile.leaves.none") in page
        assert texts_of(language)("section.credit.unchecked") in page
    assert len(empty.workbook()) > 0


@pytest.mark.parametrize("name", list(CHARTS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_charts_draw_with_nothing_and_with_a_row(
    report: Report, empty: Report, name: str, language: str
) -> None:
    """No warning, no failure, a title in the language."""
    texts = texts_of(language)
    for found in (report, empty):
        svg = chart_svg(name, found.figures, found.names, texts)
        assert svg.startswith("<svg role=")
        assert "aria-label" in svg
        assert "<text" not in svg


def test_long_plans_are_cut_on_the_page_only(report: Report) -> None:
    """The page lists the dearest 5,000 lines, says so, and stays small."""
    one = report.lines.iloc[[0]].assign(account_id="")
    many = pd.concat([one] * 5_100, ignore_index=True)
    many["line_id"] = range(1, len(many) + 1)
    figures = report.figures
    long = Report(figures, many, report.needs, report.names, report.facts)
    page = long.html("zh")
    texts = texts_of("zh")
    assert texts("lines.cut", shown="5,000", total="5,100") in page
    assert len(page.encode()) < 6_000_000
