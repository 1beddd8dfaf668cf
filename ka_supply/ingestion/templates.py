"""Templates to fill in: one CSV per table and one workbook, from the schema."""

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

from ka_supply.domain.schema import Column, Table, schema

__all__ = ["DICTIONARY_SHEET", "write_templates"]

DICTIONARY_SHEET = "data_dictionary"
_WORKBOOK = "ka_supply_template.xlsx"
_CREATED = dt.datetime(2026, 11, 23)  # noqa: DTZ001 - fixed: the same bytes every time
_LAST_ROW = 1_048_575
_NARROWEST, _WIDEST = 12, 60
_NUMBER_FORMATS = {
    "integer": "0",
    "money": "0.00##",
    "number": "General",
    "date": "yyyy-mm-dd",
    "flag": "0",
}
_TYPES_ZH = {
    "text": "文本",
    "integer": "整数",
    "number": "数值",
    "money": "金额",
    "date": "日期 YYYY-MM-DD",
    "time": "时间 HH:MM",
    "flag": "是否 1/0",
    "weekdays": "星期列表 (1,3,5)",
    "dates": "日期列表 (2027-02-01..2027-02-12;2026-12-31)",
    "enum": "取值之一",
}
_DICTIONARY = (
    ("表 table", 22),
    ("列 column", 26),
    ("必填 required", 14),
    ("主键 key", 10),
    ("类型 type", 30),
    ("单位 unit", 14),
    ("默认 default", 16),
    ("取值 allowed", 44),
    ("引用 references", 44),
    ("说明", 50),
    ("description", 70),
)


def write_templates(directory: Path) -> None:
    """Write `templates/<table>.csv` and one workbook into `directory`.

    The CSV files hold a header only, in UTF-8 with a byte-order mark so that
    spreadsheets show Chinese. The workbook has a sheet per table (a note on each
    header, text format for codes, drop-downs for lists) and the data dictionary.
    The same schema gives the same bytes.
    """
    place = directory / "templates"
    place.mkdir(parents=True, exist_ok=True)
    for table in schema().values():
        header = ",".join(column.name for column in table.columns)
        path = place / f"{table.name}.csv"
        path.write_text(f"{header}\n", encoding="utf-8-sig", newline="")
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(place / _WORKBOOK), options) as book:
        book.set_properties({"title": "ka_supply", "created": _CREATED})
        formats = _formats(book)
        for table in schema().values():
            _add_table(book, table, formats)
        _add_dictionary(book, formats)


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    header = {"bold": True, "border": 1, "align": "left"}
    formats = {
        "required": book.add_format({**header, "bg_color": "#FCE4D6"}),
        "optional": book.add_format({**header, "bg_color": "#EDEDED"}),
        "text": book.add_format({"num_format": "@"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for kind, pattern in _NUMBER_FORMATS.items():
        formats[kind] = book.add_format({"num_format": pattern})
    return formats


def _add_table(
    book: xlsxwriter.Workbook, table: Table, formats: dict[str, Any]
) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(1, 0)
    for i, column in enumerate(table.columns):
        is_needed = column.required or column.either
        sheet.write_string(
            0, i, column.name, formats["required" if is_needed else "optional"]
        )
        sheet.write_comment(0, i, _note(column), {"x_scale": 2, "author": "ka_supply"})
        width = min(max(len(column.name) + 2, _NARROWEST), _WIDEST)
        sheet.set_column(i, i, width, formats.get(column.type, formats["text"]))
        values = column.values or (("1", "0") if column.type == "flag" else ())
        if values:
            rule = {"validate": "list", "source": list(values)}
            sheet.data_validation(1, i, _LAST_ROW, i, rule)


def _note(column: Column) -> str:
    """Return the note on a header: meaning, type and unit, default."""
    lines = [column.description_zh, column.description, _TYPES_ZH[column.type]]
    if column.unit:
        lines[-1] += f" [{column.unit}]"
    if column.required:
        lines.append("必填 required")
    elif column.default:
        lines.append(f"默认 default: {column.default}")
    return "\n".join(lines)


def _add_dictionary(book: xlsxwriter.Workbook, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(DICTIONARY_SHEET)
    sheet.freeze_panes(1, 2)
    for i, (title, width) in enumerate(_DICTIONARY):
        sheet.write_string(0, i, title, formats["optional"])
        sheet.set_column(i, i, width, formats["wrapped"])
    columns = [column for table in schema().values() for column in table.columns]
    for row, column in enumerate(columns, start=1):
        for i, text in enumerate(_described(column)):
            sheet.write_string(row, i, text)
    sheet.autofilter(0, 0, len(columns), len(_DICTIONARY) - 1)


def _described(column: Column) -> tuple[str, ...]:
    """Return the cells of a column's row in the dictionary."""
    needed = "是 yes" if column.required else "二选一 either" if column.either else ""
    bounds = [
        f"{sign} {bound:g}"
        for sign, bound in (("≥", column.minimum), ("≤", column.maximum))
        if bound is not None
    ]
    return (
        column.table,
        column.name,
        needed,
        "是 yes" if column.key else "",
        f"{column.type}  {_TYPES_ZH[column.type]}",
        column.unit,
        column.default,
        ", ".join(column.values) or ", ".join(bounds),
        " / ".join(f"{table}.{name}" for table, name in column.references),
        column.description_zh,
        column.description,
    )
