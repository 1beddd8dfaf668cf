"""The charts of the report: figures put together from draw functions."""

from collections.abc import Callable
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ka_supply.reporting.draw_age import (
    COST_AT,
    RISK_AT,
    age_finding,
    draw_stock_age,
    top_places,
)
from ka_supply.reporting.draw_service import (
    PARTS,
    TOP_ACCOUNTS,
    draw_fill_rate,
    draw_miss_reasons,
    fill_rate_finding,
)
from ka_supply.reporting.draw_visible import (
    account_labels,
    draw_dots,
    draw_plan_value,
    plan_value_finding,
    visible_finding,
)
from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names
from ka_supply.reporting.stock_age import BRACKETS
from ka_supply.reporting.style import (
    AGE_COLOURS,
    INK,
    MUTED,
    SETTINGS,
    Swatch,
    figure_svg,
    titled_figure,
)
from ka_supply.reporting.texts import Texts

__all__ = ["CHARTS", "Chart", "chart_svg"]

ROW_INCHES = 0.3
TITLE_INCHES = 0.42
LEFT = 0.145


class Chart(NamedTuple):
    """A figure and the finding it shows."""

    figure: Figure
    finding: str


def fill_rate_chart(figures: Figures, names: Names, texts: Texts) -> Chart:
    """Return fill rate by account beside the reasons of the misses."""
    rows = figures.fill_rate
    finding = fill_rate_finding(rows, names, texts)
    count = max(min(len(rows), TOP_ACCOUNTS), 3)
    more = "chart.fill.subtitle.more"
    subtitle = texts(
        more if len(rows) > TOP_ACCOUNTS else "chart.fill.subtitle",
        more=max(len(rows) - TOP_ACCOUNTS, 0),
    )
    swatches = [
        Swatch(texts(f"legend.{column.partition('_')[0]}"), colour, hatch or "")
        for column, colour, hatch in PARTS
    ]
    swatches.append(Swatch(texts("legend.floor"), INK, "|"))
    body = ROW_INCHES * count + 0.6
    figure, low, high = titled_figure(finding, subtitle, body, swatches, 0.3)
    room = high - low - 0.25 / figure.get_figheight()
    left = figure.add_axes((LEFT, low, 0.42, room))
    draw_fill_rate(left, rows, names, texts)
    right = figure.add_axes((0.8, low, 0.19, room))
    draw_miss_reasons(right, figures.miss_reasons, texts)
    return Chart(figure, finding)


def _age_key(texts: Texts) -> list[Swatch]:
    known = [
        Swatch(texts(f"bracket.{name}"), AGE_COLOURS[name]) for name in BRACKETS[:-1]
    ]
    return [*known, Swatch(texts("legend.unknown"), AGE_COLOURS["UNKNOWN"], "////")]


def _name_columns(axes: Axes, title: str, texts: Texts) -> None:
    """Write what the bars are, and what the figures at their right are."""
    axes.set_title(title, loc="left", size=9.5, weight="bold")
    for at, key in ((COST_AT, "chart.age.value"), (RISK_AT, "chart.age.risk")):
        axes.annotate(
            texts(key),
            (at, 1),
            xycoords="axes fraction",
            xytext=(0, 6),
            textcoords="offset points",
            size=8.5,
            color=MUTED,
        )


def stock_age_chart(figures: Figures, names: Names, texts: Texts) -> Chart:
    """Return the age mix of our warehouses above that of stores by account."""
    finding = age_finding(figures.account_age, figures.warehouse_age, texts)
    other = texts("other")
    inside = top_places(figures.warehouse_age, "location_id", other)
    stores = top_places(figures.account_age, "account_id", other)
    places = [names.place(key) for key in inside["location_id"]]
    accounts = [names.account(key) for key in stores["account_id"]]
    counts = (max(len(inside), 1), max(len(stores), 1))
    body = ROW_INCHES * sum(counts) + 2 * TITLE_INCHES + 0.1
    swatches = _age_key(texts)
    subtitle = texts("chart.age.subtitle")
    figure, low, high = titled_figure(finding, subtitle, body, swatches)
    height = figure.get_figheight()
    row, head = ROW_INCHES / height, TITLE_INCHES / height
    for frame, labels, count, bottom, title in (
        (inside, places, counts[0], high - head - row * counts[0], "inside"),
        (stores, accounts, counts[1], low, "stores"),
    ):
        axes = figure.add_axes((LEFT, bottom, 0.66, row * count))
        draw_stock_age(axes, frame, labels, texts)
        _name_columns(axes, texts(f"chart.age.{title}"), texts)
    return Chart(figure, finding)


def visible_chart(figures: Figures, names: Names, texts: Texts) -> Chart:
    """Return turnover, cover, availability and backroom share side by side."""
    rows = figures.visible.head(TOP_ACCOUNTS)
    finding = visible_finding(rows, names, texts)
    body = ROW_INCHES * max(len(rows), 2) + TITLE_INCHES + 0.1
    figure, low, high = titled_figure(finding, texts("chart.visible.subtitle"), body)
    room = high - low - TITLE_INCHES / figure.get_figheight()
    panels: tuple[tuple[str, Callable[[float], str]], ...] = (
        ("visible_turns", texts.number),
        ("visible_cover_days", texts.number),
        ("availability_frac", texts.percent),
        ("backroom_frac", texts.percent),
    )
    for place, (column, spoken) in enumerate(panels):
        axes = figure.add_axes((LEFT + 0.218 * place, low, 0.2, room))
        values = rows[column].astype(float).reset_index(drop=True)
        draw_dots(axes, values, [spoken(v) for v in values], texts(f"column.{column}"))
        if not place:
            axes.set_yticks(range(len(rows)), account_labels(rows, names))
    return Chart(figure, finding)


def plan_value_chart(figures: Figures, names: Names, texts: Texts) -> Chart:  # noqa: ARG001, one signature for all charts
    """Return the waterfall of the plan's value."""
    rows = figures.plan_value
    finding = plan_value_finding(rows, texts)
    body = ROW_INCHES * (len(rows) + 1) + 0.2
    figure, low, high = titled_figure(finding, texts("chart.value.subtitle"), body)
    axes = figure.add_axes((0.2, low, 0.79, high - low))
    draw_plan_value(axes, rows, texts)
    return Chart(figure, finding)


CHARTS: dict[str, Callable[[Figures, Names, Texts], Chart]] = {
    "fill-rate": fill_rate_chart,
    "stock-age": stock_age_chart,
    "visible": visible_chart,
    "plan-value": plan_value_chart,
}


def chart_svg(name: str, figures: Figures, names: Names, texts: Texts) -> str:
    """Return the chart `name` as inline SVG."""
    with mpl.rc_context(SETTINGS):
        chart = CHARTS[name](figures, names, texts)
        return figure_svg(chart.figure, name, chart.finding)
