"""The report as an Excel workbook a manager can filter.

Two head rows on every sheet, English above Chinese; the filter sits on the
Chinese one. No cell holds a formula: text that looks like one stays text.
"""

import datetime as dt
import io
import math
from collections.abc import Sequence

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ka_supply.reporting.texts import texts_of

__all__ = ["Sheet", "SheetColumn", "workbook_bytes"]

FORMATS = {
    "text": {},
    "units": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.0"},
    "cny": {"num_format": "#,##0.00"},
    "bar": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"},
}
WIDTHS = {
    "text": 14,
    "units": 11,
    "number": 11,
    "cny": 14,
    "bar": 16,
    "percent": 10,
    "date": 12,
}
WIDEST = 60
LONG_TEXT = 20
HEAD_ROWS = 2
BAR_COLOUR = "#8ab4d1"
SheetColumn = tuple[str, str, str]


class Sheet:
    """One sheet: a frame and its columns.

    Parameters
    ----------
    key : str
        Text id after "sheet.".
    columns : sequence of (frame column, text id of the head, kind)
    """

    def __init__(
        self, key: str, frame: pd.DataFrame, columns: Sequence[SheetColumn]
    ) -> None:
        self.key = key
        self.frame = frame
        self.columns = tuple(columns)


def _plain(column: pd.Series) -> list[object]:
    """Return plain Python values, None for every missing one."""
    return list(column.astype(object).where(column.notna(), None))


def _write_column(
    sheet: Worksheet, place: int, values: Sequence[object], kind: str, form: Format
) -> None:
    """Write the values of one column; a missing one leaves its cell empty."""
    for row, value in enumerate(values, start=HEAD_ROWS):
        if value is None or value == "":
            continue
        if kind == "text":
            sheet.write_string(row, place, str(value), form)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, value, form)
        elif isinstance(value, (int, float)) and not math.isinf(value):
            sheet.write_number(row, place, value, form)
        else:
            sheet.write_string(row, place, "\N{INFINITY}", form)


def _write_sheet(
    book: xlsxwriter.Workbook, sheet: Sheet, forms: dict[str, Format]
) -> None:
    """Write one sheet with its heads, filter, frozen panes and bars."""
    zh, en = texts_of("zh"), texts_of("en")
    page = book.add_worksheet(zh(f"sheet.{sheet.key}"))
    page.set_row(0, None, forms["head.en"])
    for place, (name, key, kind) in enumerate(sheet.columns):
        page.write_string(0, place, en(key), forms["head.en"])
        page.write_string(1, place, zh(key), forms["head.zh"])
        width = WIDTHS[kind]
        if kind == "text" and len(sheet.frame):
            longest = int(sheet.frame[name].astype("str").str.len().quantile(0.95))
            width = min(
                max(width, longest + 4 if longest < LONG_TEXT else longest), WIDEST
            )
        page.set_column(place, place, width)
        _write_column(page, place, _plain(sheet.frame[name]), kind, forms[kind])
    count = len(sheet.frame)
    last = HEAD_ROWS + count - 1
    page.autofilter(1, 0, max(last, 1), len(sheet.columns) - 1)
    page.freeze_panes(HEAD_ROWS, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1)
    for place, (_, _, kind) in enumerate(sheet.columns):
        if kind == "bar" and count:
            page.conditional_format(
                HEAD_ROWS,
                place,
                last,
                place,
                {"type": "data_bar", "bar_color": BAR_COLOUR},
            )


def workbook_bytes(sheets: Sequence[Sheet], as_of: dt.date) -> bytes:
    """Return the workbook: same sheets, same bytes.

    Parameters
    ----------
    as_of : date
        Written as the day of creation.
    """
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(target, options) as book:
        created = dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC)
        book.set_properties({"created": created.replace(tzinfo=None)})
        forms = {
            kind: book.add_format(
                {"font_name": "Microsoft YaHei", "font_size": 10, **form}
            )
            for kind, form in FORMATS.items()
        }
        head = {"font_name": "Microsoft YaHei", "text_wrap": True, "valign": "vcenter"}
        forms["head.zh"] = book.add_format(
            {**head, "bold": True, "font_size": 10, "bg_color": "#E7EEF4", "bottom": 1}
        )
        forms["head.en"] = book.add_format(
            {**head, "font_size": 9, "font_color": "#5F6B77"}
        )
        for sheet in sheets:
            _write_sheet(book, sheet, forms)
    return target.getvalue()
