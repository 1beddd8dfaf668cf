"""The style: text the font can draw, and SVG with the same bytes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ka_supply.reporting.style import (
    bare_axes,
    check_fonts,
    drawable,
    figure_svg,
    shorten,
    titled_figure,
    wrap_text,
)


def test_the_font_draws_the_glossary() -> None:
    """The doctor's check passes."""
    [(name, _, is_ok, message)] = check_fonts()
    assert name == "font"
    assert is_ok, message


@given(st.text(max_size=40))
def test_any_text_becomes_drawable(text: str) -> None:
    """Drawing twice changes nothing more; known hanzi stay."""
    once = drawable(text)
    assert drawable(once) == once
    assert drawable("货龄") == "货龄"


@given(st.text(alphabet="货龄库存、。 abc1", max_size=60), st.integers(8, 30))
def test_wrapping_loses_no_sign_and_starts_no_line_with_a_mark(
    text: str, ems: int
) -> None:
    """Only blanks may go; a line never starts with a comma or a stop."""
    wrapped = wrap_text(text, ems)
    assert re.sub(r"\s", "", wrapped) == re.sub(r"\s", "", text)
    assert not re.search(r"\n[、。]", wrapped)


def test_a_short_name_stays() -> None:
    """Nothing is cut that fits."""
    assert shorten("惠民联超", 4) == "惠民联超"


def _svg(title: str) -> str:
    figure, low, high = titled_figure(title, "元", 1.0)
    axes = figure.add_axes((0.1, low, 0.8, high - low))
    axes.barh([0, 1], [3, 4], hatch="//")
    bare_axes(axes)
    return figure_svg(figure, "sample", title)


def test_the_same_figure_gives_the_same_bytes() -> None:
    """No date, no random id, every id under the chart's name."""
    first = _svg('库存 <b>&"')
    assert first == _svg('库存 <b>&"')
    assert "<b>" not in first
    assert all(i.startswith("sample-") for i in re.findall(r'\bid="([^"]+)"', first))
    targets = re.findall(r'(?:href="#|url\(#)([^")]+)', first)
    assert targets
    assert set(targets) <= set(re.findall(r'\bid="([^"]+)"', first))


def test_a_rare_sign_draws_without_a_warning() -> None:
    """A name with an emoji or a rare hanzi does not stop the night."""
    assert "<svg" in _svg("𠮷野家😀")
