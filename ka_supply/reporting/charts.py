"""The charts of the report: figures put together from draw functions."""

from collections.abc import Callable
from typing import NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from ka_supply.reporting.draw_age import age_finding, draw_stock_age, top_places
from ka_supply.reporting.draw_service import (
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
from ka_supply.reporting.style import SETTINGS, figure_svg, titled_figure
from ka_supply.reporting.texts import Texts

__all__ = ["CHARTS", "Chart", "chart_svg"]

ROW_INCHES = 0.3
LEFT = 0.165


class Chart(NamedTuple):
    """A figure and the finding it shows."""

    figure: Figure
    finding: str


def fill_rate_chart(figures: Figures, names: Names, texts: Texts) -> Chart:
    """Return fill rate by account beside the reasons of the misses."""
    rows = figures.fill_rate
    finding = fill_rate_finding(rows, names, texts)
    count = max(min(len(rows), TOP_ACCOUNTS), 3)
    key = (
        "chart.fill.subtitle.more"
        if len(rows) > TOP_ACCOUNTS
        else "chart.fill.subtitle"
    )
    subtitle = texts(key, more=max(len(rows) - TOP_ACCOUNTS, 0))
    figure, low, high = titled_figure(finding, subtitle, ROW_INCHES * count + 0.7)
    left = figure.add_axes((LEFT, low, 0.44, high - low - 0.04))
    draw_fill_rate(left, rows, names, texts)
    right = figure.add_axes((0.79, low, 0.2, high - low - 0.04))
    draw_miss_reasons(right, figures.miss_reasons, texts)
    return Chart(figure, finding)


def stock_age_chart(figures: Figures, names: Names, texts: Texts) -> Chart:
    """Return the age mix of our warehouses above that of stores by account."""
    finding = age_finding(figures.account_age, figures.warehouse_age, texts)
    other = texts("other")
    inside = top_places(figures.warehouse_age, "location_id", other)
    stores = top_places(figures.account_age, "account_id", other)
    places = [names.place(key) for key in inside["location_id"]]
    accounts = [names.account(key) for key in stores["account_id"]]
    counts = (max(len(inside), 1), max(len(stores), 1))
    body = ROW_INCHES * sum(counts) + 1.0
    figure, low, high = titled_figure(finding, texts("chart.age.subtitle"), body)
    room = high - low - 0.26 / figure.get_figheight() * 3
    gap = 0.26 / figure.get_figheight() * 2
    for frame, labels, share, bottom, title in (
        (
            inside,
            places,
            counts[0],
            low + gap + room * counts[1] / sum(counts),
            "inside",
        ),
        (stores, accounts, counts[1], low, "stores"),
    ):
        axes = figure.add_axes((LEFT, bottom, 0.63, room * share / sum(counts)))
        draw_stock_age(axes, frame, labels, texts)
        axes.set_title(texts(f"chart.age.{title}"), loc="left", size=9.5, weight="bold")
        for at, key in ((1.015, "chart.age.value"), (1.125, "chart.age.risk")):
            axes.annotate(
                texts(key), (at, 1), xycoords="axes fraction", xytext=(0, 6),
                textcoords="offset points", size=8.5,
            )  # fmt: skip
    return Chart(figure, finding)


def visible_chart(figures: Figures, names: Names, texts: Texts) -> Chart:
    """Return turnover, cover, availability and backroom share side by side."""
    rows = figures.visible.head(TOP_ACCOUNTS)
    finding = visible_finding(rows, names, texts)
    body = ROW_INCHES * max(len(rows), 2) + 0.75
    figure, low, high = titled_figure(finding, texts("chart.visible.subtitle"), body)
    panels: tuple[tuple[str, Callable[[float], str]], ...] = (
        ("visible_turns", texts.number),
        ("visible_cover_days", texts.number),
        ("availability_frac", texts.percent),
        ("backroom_frac", texts.percent),
    )
    for place, (column, spoken) in enumerate(panels):
        axes = figure.add_axes((LEFT + 0.212 * place, low, 0.195, high - low - 0.09))
        values: pd.Series = rows[column].astype(float).reset_index(drop=True)
        draw_dots(axes, values, [spoken(v) for v in values], texts(f"column.{column}"))
        if not place:
            axes.set_yticks(range(len(rows)), account_labels(rows, names))
    return Chart(figure, finding)


def plan_value_chart(figures: Figures, names: Names, texts: Texts) -> Chart:  # noqa: ARG001, one signature for all charts
    """Return the waterfall of the plan's value."""
    rows = figures.plan_value
    finding = plan_value_finding(rows, texts)
    body = ROW_INCHES * (len(rows) + 1) + 0.5
    figure, low, high = titled_figure(finding, texts("chart.value.subtitle"), body)
    axes = figure.add_axes((LEFT, low * 0.4, 0.82, high - low * 0.4))
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
