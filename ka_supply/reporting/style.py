"""One style for every chart: fonts, colours, layout, and SVG with the same bytes.

Colours run from light to dark in the order of concern, so that a grey print
reads like the screen; no meaning rests on hue alone.
"""

import io
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.patches import Rectangle

__all__ = [
    "ACCENT",
    "AGE_COLOURS",
    "BAD",
    "GRID",
    "INK",
    "MUTED",
    "PALE",
    "SOFT",
    "Swatch",
    "bare_axes",
    "check_fonts",
    "drawable",
    "figure_svg",
    "shorten",
    "titled_figure",
    "wrap_text",
]

FAMILY = "KA Supply Sans SC"
FONT_FILES = ("KASupplySansSC-Regular.otf", "KASupplySansSC-Bold.otf")
MISSING = "〓"
INK, MUTED, GRID = "#1d2a36", "#5f6b77", "#dde3e9"
ACCENT, SOFT, PALE, BAD = "#1c5f8f", "#8ab4d1", "#d7e5ef", "#b5481c"
AGE_COLOURS = {
    "LE_1_3": "#d7e5ef",
    "LE_1_2": "#8ab4d1",
    "LE_2_3": "#d2842c",
    "GT_2_3": "#93361a",
    "EXPIRED": "#221e1c",
    "UNKNOWN": "#ffffff",
}
WIDTH_INCHES = 10.4
TITLE_POINTS, SMALL_POINTS = 12.5, 9
SETTINGS: dict[Any, Any] = {
    "font.family": FAMILY,
    "font.size": 9.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "ka_supply",
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "text.parse_math": False,
    "hatch.linewidth": 0.6,
    "path.simplify": False,
}


@cache
def _characters() -> frozenset[int]:
    """Register the package's fonts once; return the characters they can draw."""
    found: frozenset[int] = frozenset()
    for name in FONT_FILES:
        with as_file(files("ka_supply.reporting") / "fonts" / name) as path:
            font_manager.fontManager.addfont(str(path))
            here = frozenset(FT2Font(str(path)).get_charmap())
        found = here if not found else found & here
    return found


def check_fonts() -> list[tuple[str, str, bool, str]]:
    """Return (name, version, is_ok, message) of the Chinese font of the charts."""
    count = len(_characters())
    known = all(ord(sign) in _characters() for sign in "货龄可见库存满足率¥%")
    return [("font", "", known, f"{FAMILY}, {count} characters")]


def drawable(text: str) -> str:
    """Return `text` with what the font cannot draw replaced by 〓.

    Examples
    --------
    >>> drawable("华润万家😀")
    '华润万家〓'
    """
    known = _characters()
    plain = unicodedata.normalize("NFC", text)
    return "".join(sign if ord(sign) in known else MISSING for sign in plain)


def _width(text: str) -> float:
    """Return the width of a text in ems: a hanzi is one, a Latin letter about half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.56 for c in text)


def shorten(text: str, ems: float) -> str:
    """Return `text` cut to a width, with an ellipsis if something was cut.

    Examples
    --------
    >>> shorten("惠民联合超市有限公司", 6)
    '惠民联合超…'
    """
    if _width(text) <= ems:
        return text
    kept = text
    while kept and _width(kept) > ems - 1:
        kept = kept[:-1]
    return kept + "…"


def wrap_text(text: str, ems: float) -> str:
    """Return `text` broken into lines of at most `ems`, at spaces or after hanzi."""
    lines, line = [], ""
    for part in re.findall(r"[ -⯿]+?(?: |$|(?=[⺀-￯]))|.", text):
        if line and _width(line + part.rstrip()) > ems:
            # A closing mark never starts a line.
            if unicodedata.category(part[0]) in ("Po", "Pe"):
                line += part
                continue
            lines.append(line.rstrip())
            line = ""
        line += part
    return "\n".join([*lines, line.rstrip()])


class Swatch(NamedTuple):
    """One entry of the key beside a chart's subtitle.

    Parameters
    ----------
    hatch : str
        "|" draws a tick instead of a patch.
    """

    label: str
    colour: str
    hatch: str = ""


def titled_figure(
    title: str,
    subtitle: str,
    body_inches: float,
    key: Sequence[Swatch] = (),
    foot_inches: float = 0.1,
) -> tuple[Figure, float, float]:
    """Return a figure with its finding on top, and the body's bottom and top.

    Parameters
    ----------
    body_inches : height below the title block
    key : what the colours mean, set beside the subtitle
    foot_inches : room for tick labels, part of the body

    Returns
    -------
    figure, bottom, top : the axes' room in figure fractions
    """
    _characters()
    finding = wrap_text(drawable(title), WIDTH_INCHES * 72 / TITLE_POINTS - 1)
    lines = finding.count("\n") + 1
    head = 0.26 * lines + 0.36
    height = head + body_inches
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH_INCHES, height))
        figure.text(
            0.003,
            1 - 0.05 / height,
            finding,
            size=TITLE_POINTS,
            weight="bold",
            va="top",
            linespacing=1.35,
        )
        middle = 1 - (0.17 + 0.26 * lines) / height
        small: dict[str, Any] = {
            "size": SMALL_POINTS,
            "color": MUTED,
            "va": "center_baseline",
        }
        figure.text(0.003, middle, drawable(subtitle), **small)
        _draw_key(figure, key, _inches(subtitle) + 0.35, middle)
    return figure, foot_inches / height, 1 - head / height


def _inches(text: str) -> float:
    return _width(text) * SMALL_POINTS / 72


def _draw_key(
    figure: Figure, key: Sequence[Swatch], start: float, middle: float
) -> None:
    """Draw the key from `start` inches on, at the height `middle`."""
    size, x, height = 0.12, start, figure.get_figheight()
    for label, colour, hatch in key:
        is_tick = hatch == "|"
        patch = Rectangle(
            (x / WIDTH_INCHES, middle - size / 2 / height),
            (0.025 if is_tick else size) / WIDTH_INCHES,
            size / height,
            transform=figure.transFigure,
            facecolor=colour,
            edgecolor=MUTED if hatch and not is_tick else "none",
            hatch=None if is_tick else hatch or None,
            linewidth=0.5,
        )
        figure.add_artist(patch)
        x += size + 0.05
        figure.text(
            x / WIDTH_INCHES,
            middle,
            drawable(label),
            size=SMALL_POINTS,
            color=MUTED,
            va="center_baseline",
        )
        x += _inches(label) + 0.16


def bare_axes(axes: Axes) -> None:
    """Remove the frame and ticks; leave a light grid along x."""
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)


def figure_svg(figure: Figure, name: str, label: str) -> str:
    """Return a figure as inline SVG: same figure, same bytes.

    Parameters
    ----------
    name : str
        Prefix of every id inside, unique in the page.
    label : str
        What a screen reader says.
    """
    target = io.StringIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    svg = target.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    svg = re.sub(r"url\(#", f"url(#{name}-", svg)
    svg = re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"', r"<svg \1", svg, count=1)
    escaped = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escaped}" ', 1)
    return re.sub(r"\n\s*", "\n", svg)
