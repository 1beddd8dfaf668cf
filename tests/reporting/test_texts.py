"""The words: complete in both languages, never mixed, numbers the same everywhere."""

import csv
import math
import re
from importlib.resources import files
from string import Formatter

import pytest

from ka_supply.domain.schema import schema
from ka_supply.reporting.line_bridges import UNIT_COMPONENTS, VALUE_COMPONENTS
from ka_supply.reporting.texts import DASH, texts_of

SOURCE = files("ka_supply.reporting").joinpath("texts.csv")
ROWS = list(csv.DictReader(SOURCE.read_text(encoding="utf-8").splitlines()))
HANZI = re.compile("[一-鿿]")
# Abbreviations a Chinese reader uses as they are.
BORROWED = {"Excel", "zh", "CN"}


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_with_the_same_slots() -> None:
    """Every text is there twice and takes the same arguments."""
    for row in ROWS:
        assert row["zh"], row["key"]
        assert row["en"], row["key"]
        assert _slots(row["en"]) == _slots(row["zh"]), row["key"]


def test_languages_do_not_mix() -> None:
    """No hanzi in English, no English word in Chinese."""
    for row in ROWS:
        bare = re.sub(r"\{[^}]*\}", "", row["zh"])
        assert not HANZI.search(row["en"]), row["key"]
        assert set(re.findall(r"[A-Za-z]{2,}", bare)) <= BORROWED, row["key"]


def test_keys_are_unique() -> None:
    """A key has one meaning."""
    keys = [row["key"] for row in ROWS]
    assert len(keys) == len(set(keys))


def test_a_transfer_is_never_an_allocation() -> None:
    """调拨 is a stock transfer; allocation means something else."""
    for row in ROWS:
        if "调拨" in row["zh"]:
            assert "ransfer" in row["en"]
        assert "llocation" not in row["en"]


def test_every_code_of_the_plan_has_a_word() -> None:
    """Components and refusal reasons are named in both languages."""
    reasons = schema()["receipts"]["refuse_reason"].values
    for language in ("zh", "en"):
        texts = texts_of(language)
        for name in (*UNIT_COMPONENTS, *VALUE_COMPONENTS):
            assert f"component.{name}" in texts.table
        for name in reasons:
            assert f"reason.{name}" in texts.table


def test_numbers() -> None:
    """Thousands, percentages, yuan; missing and infinite values have signs."""
    zh = texts_of("zh")
    assert zh.units(1234.4) == "1,234"
    assert zh.percent(0.9125) == "91.2%"
    assert (zh.cny(99.5), zh.cny(-1234.5), zh.cny(0)) == (
        "¥99.50",
        "\N{MINUS SIGN}¥1,234",
        "¥0",
    )
    assert (zh.number(math.inf), zh.units(None), zh.cny(math.nan)) == ("∞", DASH, DASH)
    assert texts_of("en").short_cny(1_234_567) == "¥1.23M"


def test_an_unknown_language_is_refused() -> None:
    """The error names the language and the choices."""
    with pytest.raises(ValueError, match=r"language 'fr' is not known; choose one"):
        texts_of("fr")
