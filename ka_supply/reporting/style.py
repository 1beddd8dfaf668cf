"""One style for every chart: fonts, colours, layout, and SVG with the same bytes.

Colours run from light to dark in the order of concern, so that a grey print
reads like the screen; no meaning rests on hue alone.
"""

import io
import re
import unicodedata
from functools import cache
from importlib.resources import as_file, files

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

__all__ = [
    "ACCENT",
    "AGE_COLOURS",
    "BAD",
    "GRID",
    "INK",
    "MUTED",
    "PALE",
    "SOFT",
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
WIDTH_INCHES = 9.2
SETTINGS = {
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
            if part in "，。；：、）！？":
                line += part
                continue
            lines.append(line.rstrip())
            line = ""
        line += part
    return "\n".join([*lines, line.rstrip()])


def titled_figure(
    title: str, subtitle: str, body_inches: float, width_inches: float = WIDTH_INCHES
) -> tuple[Figure, float, float]:
    """Return a figure with its finding on top, and the body's bottom and top.

    Parameters
    ----------
    body_inches : height below the title block, tick labels included

    Returns
    -------
    figure, bottom, top : the axes' room in figure fractions
    """
    _characters()
    finding = wrap_text(drawable(title), width_inches * 72 / 12.5 - 1)
    lines = finding.count("\n") + 1
    head = 0.26 * lines + 0.34
    height = head + body_inches
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(width_inches, height))
        figure.text(
            0.004,
            1 - 0.05 / height,
            finding,
            size=12.5,
            weight="bold",
            va="top",
            linespacing=1.35,
        )
        figure.text(
            0.004,
            1 - (0.08 + 0.26 * lines) / height,
            drawable(subtitle),
            size=9,
            color=MUTED,
            va="top",
        )
    return figure, 0.36 / height, 1 - head / height


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
