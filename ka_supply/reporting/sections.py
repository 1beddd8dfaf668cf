"""The sections of the page, in the order a tired manager reads at seven."""

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from ka_supply.reporting.action_sections import hidden_words, must_leave_table
from ka_supply.reporting.charts import chart_svg
from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names, day_date
from ka_supply.reporting.section_words import floor_words, price_words
from ka_supply.reporting.tables import PrintedTable, print_table
from ka_supply.reporting.texts import Texts

__all__ = ["Section", "build_sections"]

TOP_ROWS, LOAD_ROWS = 15, 60


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    id: str
    title: str
    note: str = ""
    svg: Markup | None = None
    words: tuple[str, ...] = ()
    tables: tuple[PrintedTable, ...] = ()


@dataclass(frozen=True)
class _Writer:
    figures: Figures
    names: Names
    texts: Texts

    def chart(self, name: str) -> Markup:
        svg = chart_svg(name, self.figures, self.names, self.texts)
        # Our own drawing, ids and label already escaped.
        return Markup(svg)  # noqa: S704

    def accounts(self, frame: pd.DataFrame) -> pd.DataFrame:
        names = [self.names.account(key) for key in frame["account_id"]]
        return frame.assign(account=names)


def _fill_rate(writer: _Writer) -> Section:
    texts = writer.texts
    rows = writer.accounts(writer.figures.fill_rate).head(TOP_ROWS)
    rows = rows.assign(
        basis=[texts.code("need", v) for v in rows["need_source"]],
        reason=[texts.code("reason", v) if v else "" for v in rows["main_reason"]],
        floor=floor_words(rows, texts),
    )
    columns = [
        ("account", "column.account", "text"),
        ("basis", "column.need_source", "text"),
        ("need_units", "column.need_units", "units"),
        ("met_units", "column.met_units", "units"),
        ("held_units", "column.held_units", "units"),
        ("short_units", "column.short_units", "units"),
        ("fill_frac", "column.fill_frac", "percent"),
        ("supply_frac", "column.supply_frac", "percent"),
        ("floor", "column.floor_frac", "text"),
        ("short_cny", "column.short_cny", "bar"),
        ("reason", "column.main_reason", "text"),
    ]
    return Section(
        "fill",
        texts("section.fill"),
        texts("section.fill.note"),
        writer.chart("fill-rate") if len(rows) else None,
        tables=(print_table(rows, columns, texts, rows["is_missed"]),),
    )


def _oldest(writer: _Writer, rows: pd.DataFrame) -> list[str]:
    found = []
    for sku, day in zip(
        rows["oldest_sku_id"], rows["oldest_production_day"], strict=True
    ):
        known = isinstance(sku, str) and day >= 0
        text = f"{writer.names.sku(sku)} {day_date(day).isoformat()}" if known else ""
        found.append(text)
    return found


def _age_table(writer: _Writer, rows: pd.DataFrame, place: str) -> PrintedTable:
    """Return units by bracket, value, oldest lot and risk of some places."""
    rows = rows.head(TOP_ROWS)
    rows = rows.assign(oldest=_oldest(writer, rows))
    columns = [
        ("place", f"column.{place}", "text"),
        ("units_LE_1_3", "bracket.LE_1_3", "units"),
        ("units_LE_1_2", "bracket.LE_1_2", "units"),
        ("units_LE_2_3", "bracket.LE_2_3", "units"),
        ("units_GT_2_3", "bracket.GT_2_3", "units"),
        ("units_EXPIRED", "bracket.EXPIRED", "units"),
        ("units_UNKNOWN", "bracket.UNKNOWN", "units"),
        ("cost_cny", "column.cost_cny", "cny"),
        ("oldest", "column.oldest", "text"),
        ("risk_units", "column.risk_units", "units"),
        ("risk_cny", "column.risk_cny", "bar"),
        ("estimated_frac", "column.estimated_frac", "percent"),
    ]
    return print_table(rows, columns, writer.texts)


def _stock_age(writer: _Writer) -> Section:
    inside, stores = writer.figures.warehouse_age, writer.figures.account_age
    places = [writer.names.place(key) for key in inside["location_id"]]
    accounts = [writer.names.account(key) for key in stores["account_id"]]
    return Section(
        "age",
        writer.texts("section.age"),
        writer.texts("section.age.note"),
        writer.chart("stock-age"),
        tables=(
            _age_table(writer, inside.assign(place=places), "location"),
            _age_table(writer, stores.assign(place=accounts), "account"),
        ),
    )


def _visible(writer: _Writer) -> Section:
    rows = writer.accounts(writer.figures.visible).head(TOP_ROWS)
    columns = [
        ("account", "column.account", "text"),
        ("average_visible_units", "column.average_visible_units", "units"),
        ("sold_units", "column.sold_units", "units"),
        ("visible_turns", "column.visible_turns", "number"),
        ("visible_cover_days", "column.visible_cover_days", "number"),
        ("availability_frac", "column.availability_frac", "percent"),
        ("presentation_frac", "column.presentation_frac", "percent"),
        ("backroom_frac", "column.backroom_frac", "percent"),
        ("stale_frac", "column.stale_frac", "percent"),
        ("no_sales_pairs", "column.no_sales_pairs", "units"),
        ("count_error_pairs", "column.count_error_pairs", "units"),
    ]
    return Section(
        "visible",
        writer.texts("section.visible"),
        writer.texts("section.visible.note"),
        writer.chart("visible") if len(rows) else None,
        hidden_words(writer.figures.exceptions, writer.texts),
        tables=(print_table(rows, columns, writer.texts),),
    )


def _cover(writer: _Writer) -> Section:
    rows = writer.accounts(writer.figures.cover).head(TOP_ROWS)
    columns = [
        ("account", "column.account", "text"),
        ("pairs", "column.pairs", "units"),
        ("stock_units", "column.stock_units", "units"),
        ("cover_days", "column.cover_days", "number"),
        ("short_frac", "column.short_frac", "percent"),
        ("planned_units", "column.planned_units", "units"),
        ("planned_cover_days", "column.planned_cover_days", "number"),
        ("short_planned_frac", "column.short_planned_frac", "percent"),
        ("safety_stock_units", "column.safety_stock_units", "units"),
    ]
    return Section(
        "cover",
        writer.texts("section.cover"),
        writer.texts("section.cover.note"),
        tables=(print_table(rows, columns, writer.texts),),
    )


def _credit(writer: _Writer) -> Section:
    texts = writer.texts
    rows = writer.accounts(writer.figures.credit_holds).head(TOP_ROWS)
    rows = rows.assign(state=[texts.code("credit", v) for v in rows["status"]])
    columns = [
        ("account", "column.account", "text"),
        ("state", "column.credit_status", "flag"),
        ("limit_cny", "column.limit_cny", "cny"),
        ("open_cny", "column.open_cny", "cny"),
        ("overdue_cny", "column.overdue_cny", "cny"),
        ("overdue_days", "column.overdue_days", "units"),
        ("held_lines", "column.held_lines", "units"),
        ("held_cny", "column.held_cny", "cny"),
        ("held_target_frac", "column.held_target_frac", "percent"),
        ("held_margin_cny", "column.held_margin_cny", "bar"),
        ("collect_cny", "column.collect_cny", "cny"),
    ]
    checked = writer.figures.headline.is_credit_checked
    key = "section.credit.note" if checked else "section.credit.unchecked"
    table = print_table(rows, columns, texts, rows["status"] == "BLOCKED")
    return Section("credit", texts("section.credit"), texts(key), tables=(table,))


def _prices(writer: _Writer) -> Section:
    texts = writer.texts
    words = price_words(writer.figures.binding_prices, texts)
    return Section(
        "prices",
        texts("section.prices"),
        texts("section.prices.note"),
        words=words or (texts("prices.none"),),
    )


def _loads(writer: _Writer) -> Section:
    rows = writer.figures.loads.head(LOAD_ROWS)
    rows = rows.assign(origin=[writer.names.place(key) for key in rows["origin_id"]])
    columns = [
        ("departure_date", "column.departure_date", "date"),
        ("lane_id", "column.lane", "text"),
        ("origin", "column.origin", "text"),
        ("vehicle", "column.vehicle", "text"),
        ("vehicles", "column.vehicles", "units"),
        ("stops", "column.stops", "units"),
        ("cases", "column.cases", "units"),
        ("kg", "column.kg", "units"),
        ("m3", "column.m3", "number"),
        ("load_frac", "column.load_frac", "percent"),
        ("freight_cny", "column.freight_cny", "bar"),
    ]
    return Section(
        "loads",
        writer.texts("section.loads"),
        writer.texts("section.loads.note"),
        tables=(print_table(rows, columns, writer.texts),),
    )


def _must_leave(writer: _Writer) -> Section:
    texts = writer.texts
    table = must_leave_table(writer.figures.exceptions, texts)
    note = texts("section.must_leave.note")
    return Section("must-leave", texts("section.must_leave"), note, tables=(table,))


def _value(writer: _Writer) -> Section:
    texts = writer.texts
    note = texts("section.value.note") if len(writer.figures.plan_value) else ""
    return Section("value", texts("section.value"), note, writer.chart("plan-value"))


def _quality(writer: _Writer) -> Section:
    texts = writer.texts
    rows = writer.figures.data_quality.head(TOP_ROWS)
    said = rows["message_zh" if texts.language == "zh" else "message"]
    examples = [
        f"{file}:{row} {column}={value}"
        for file, row, column, value in zip(
            rows["example_file"],
            rows["example_row"],
            rows["example_column"],
            rows["example_value"],
            strict=True,
        )
    ]
    rows = rows.assign(
        level=[texts.code("severity", v) for v in rows["severity"]],
        example=examples,
        said=said,
    )
    columns = [
        ("level", "column.severity", "text"),
        ("rule_id", "column.rule_id", "text"),
        ("table", "column.table", "text"),
        ("rows", "column.rows", "units"),
        ("said", "column.message", "text"),
        ("example", "column.example", "text"),
    ]
    table = print_table(rows, columns, texts, rows["severity"] == "QUARANTINE")
    words = () if len(rows) else (texts("quality.clean"),)
    note = texts("section.quality.note")
    return Section("quality", texts("section.quality"), note, None, words, (table,))


def build_sections(figures: Figures, names: Names, texts: Texts) -> list[Section]:
    """Return the sections between the exceptions and the lines, in order."""
    writer = _Writer(figures, names, texts)
    parts = (
        _fill_rate,
        _must_leave,
        _loads,
        _stock_age,
        _visible,
        _cover,
        _credit,
        _prices,
        _value,
        _quality,
    )
    first = Section("do-first", texts("section.do_first"))
    return [first, *(part(writer) for part in parts)]
