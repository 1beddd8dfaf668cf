"""Cells: texts are understood, never guessed."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ka_supply.domain.schema import Column, schema
from ka_supply.ingestion.cells import Cells, understand
from ka_supply.ingestion.raw import RawColumn, encode

UNITS = schema()["store_stock"]["on_hand"]
PRICE = schema()["skus"]["list_price_cny"]
WEIGHT = schema()["skus"]["case_kg"]
CODE = schema()["skus"]["sku_id"]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NUMBERS = st.from_regex(r"-?[0-9]{1,7}(\.[0-9]{1,12})?", fullmatch=True)


def _cells(column: Column, texts: list[str], blank_as: str = "") -> Cells:
    return understand(column, encode(pa.chunked_array([pa.array(texts)])), blank_as)


def _one(column: Column, text: str) -> object:
    cells = _cells(column, [text])
    return None if cells.is_missing[0] else cells.values(np.zeros(1)[0])[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("12.0", 12), ("+7", 7), ("-3", -3), ("\N{MINUS SIGN}4", -4)],
)
def test_whole_numbers(text: str, value: int) -> None:
    """Whole numbers are read with sign and with a point and zeros."""
    assert _one(UNITS, text) == value


def test_prices_round_half_up() -> None:
    """A price keeps four decimals, rounded half up and not half to even."""
    assert _one(PRICE, "2.00005") == 2.0001
    assert _one(PRICE, "2.00015") == 2.0002


def test_rounding_noise_is_silent() -> None:
    """Noise of binary fractions in the last place is removed without a note."""
    cells = _cells(PRICE, ["12.340000000000002"])
    assert cells.values(0.0)[0] == 12.34
    assert not cells.noted_rows()


def test_bounds_are_inclusive() -> None:
    """The smallest and the largest value of the dictionary are allowed."""
    cells = _cells(schema()["skus"]["units_per_case"], ["0", "1", "10000", "10001"])
    assert {k: v.tolist() for k, v in cells.noted_rows().items()} == {
        "CELL_TOO_SMALL": [0],
        "CELL_TOO_LARGE": [3],
    }


def test_blank_takes_the_default() -> None:
    """A blank cell means the default of its column."""
    cells = _cells(schema()["skus"]["vat_rate"], ["", "0.09", "  "], "0.13")
    assert cells.values(0.0).tolist() == [0.13, 0.09, 0.13]


@pytest.mark.parametrize("code", ["NA", "NULL", "None", "nan", "1E5", "001", "True"])
def test_codes_are_never_reinterpreted(code: str) -> None:
    """Codes that look like missing values or numbers stay texts."""
    cells = _cells(CODE, [code])
    assert cells.levels.to_pylist() == [code]
    assert not cells.noted_rows()


def test_codes_sort_by_code_point() -> None:
    """Levels are sorted by code point whatever the order of the rows."""
    first = _cells(CODE, ["b", "A", "\u00e9", "a"])
    second = _cells(CODE, ["a", "\u00e9", "A", "b"])
    assert first.levels.to_pylist() == second.levels.to_pylist() == list("Aab\u00e9")


@settings(max_examples=60, deadline=None)
@given(st.lists(NUMBERS | TEXTS, min_size=1, max_size=4))
def test_many_texts_read_as_each_alone(texts: list[str]) -> None:
    """Reading by pattern gives what reading one by one gives."""
    for column in (UNITS, PRICE, WEIGHT, CODE):
        together = _cells(column, [*texts, *map(str, range(64))])
        missing = together.is_missing
        values = together.values("" if column is CODE else 0)
        for i, text in enumerate(texts):
            alone = _cells(column, [text])
            assert alone.is_missing[0] == missing[i]
            if not missing[i]:
                assert alone.values("" if column is CODE else 0)[0] == values[i]


@given(st.decimals(0, 10**6, allow_nan=False, places=9))
def test_decimals_are_nearest_floats(value: Decimal) -> None:
    """A decimal becomes the float nearest to it after rounding to its places."""
    kept = value.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert _one(PRICE, str(value)) == float(kept)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)))
def test_dates_in_all_their_forms(day: dt.date) -> None:
    """Every unambiguous form of a date gives the same day."""
    column = schema()["sales"]["date"]
    forms = [
        f"{day}",
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day} 00:00:00",
    ]
    found = _cells(column, forms).values(np.datetime64("NaT"))
    assert (found == np.datetime64(day)).all()


def test_raw_texts_stay_with_the_cells() -> None:
    """What was read can be shown again in a finding."""
    cells = _cells(UNITS, ["x", "1"])
    assert isinstance(cells.raw, RawColumn)
    assert cells.raw.texts.to_pylist() == ["x", "1"]
