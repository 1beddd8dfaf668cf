"""Charts of visible inventory beside availability, and of the plan's value."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ka_supply.reporting.night import Names
from ka_supply.reporting.style import (
    ACCENT,
    BAD,
    GRID,
    INK,
    MUTED,
    SOFT,
    bare_axes,
    drawable,
    shorten,
)
from ka_supply.reporting.texts import Texts

__all__ = [
    "account_labels",
    "draw_dots",
    "draw_plan_value",
    "plan_value_finding",
    "visible_finding",
]

LABEL_EMS = 11
SMALLEST_CNY = 0.5
# A shelf counts as starved this far below the usual availability.
STARVED_GAP = 0.01
# And as thin this far below the usual share of displays at their minimum.
THIN_GAP = 0.03
# A price at the margin, an upper bound of money saved: it must not lead.
LAST_COMPONENT = "LOT_CREDIT"


def visible_finding(visible: pd.DataFrame, names: Names, texts: Texts) -> str:
    """Return the sentence above the visible-inventory chart."""
    known = visible[visible["visible_turns"].notna()]
    if not len(known):
        return texts("chart.visible.none")
    fast = known.iloc[int(known["visible_turns"].to_numpy().argmax())]
    arguments = {
        "account": names.account(fast["account_id"]),
        "turns": texts.number(fast["visible_turns"]),
    }
    share = fast["availability_frac"]
    if pd.isna(share):
        return texts("chart.visible.unproved", **arguments)
    usual = known["availability_frac"].median()
    shown, typical = fast["presentation_frac"], known["presentation_frac"].median()
    arguments |= {"osa": texts.percent(share), "shown": texts.percent(shown)}
    if share < usual - STARVED_GAP:
        return texts("chart.visible.starved", **arguments)
    is_thin = not pd.isna(shown) and shown < typical - THIN_GAP
    key = "chart.visible.thin" if is_thin else "chart.visible.healthy"
    return texts(key, **arguments)


def draw_dots(axes: Axes, values: pd.Series, labels: list[str], title: str) -> None:
    """Draw one figure per account as a dot on its own line, labelled directly.

    Question: how do the accounts compare? Axes: x the figure from zero on, y
    accounts. A missing figure has no dot and a dash.
    """
    y = np.arange(len(values))
    finite = values.replace(np.inf, np.nan)
    widest = float(finite.max()) if finite.notna().any() else 1.0
    axes.hlines(y, 0, finite.fillna(0), color=SOFT, linewidth=1.6)
    axes.plot(finite, y, "o", color=ACCENT, markersize=6, linestyle="none")
    for place, (value, label) in enumerate(zip(finite.fillna(0), labels, strict=True)):
        axes.text(value + 0.05 * widest, place, label, va="center", size=9)
    axes.set_xlim(0, widest * 1.38 or 1.0)
    axes.set_ylim(max(len(values), 1) - 0.4, -0.6)
    axes.set_title(title, loc="left", size=9, color=MUTED)
    axes.set_xticks([])
    axes.set_yticks([])
    bare_axes(axes)
    axes.axvline(0, color=GRID, linewidth=0.8)


def plan_value_finding(plan_value: pd.DataFrame, texts: Texts) -> str:
    """Return the sentence above the chart of the plan's value."""
    if not len(plan_value):
        return texts("chart.value.none")
    value = plan_value["value_cny"]
    credit = float(value[plan_value["component"] == LAST_COMPONENT].sum())
    gain = float(value.clip(lower=0).sum())
    key = "chart.value.credit" if credit >= SMALLEST_CNY else "chart.value.finding"
    return texts(
        key,
        net=texts.short_cny(float(value.sum())),
        gain=texts.short_cny(gain),
        cost=texts.short_cny(float(-value.clip(upper=0).sum())),
        credit=texts.short_cny(credit),
        rest=texts.short_cny(float(value.sum()) - credit),
    )


def _in_order(plan_value: pd.DataFrame) -> pd.DataFrame:
    """Return the visible components: gains first, what the stock's age adds last."""
    visible = plan_value["value_cny"].abs() >= SMALLEST_CNY
    rows = plan_value[visible]
    return rows.assign(is_last=rows["component"] == LAST_COMPONENT).sort_values(
        ["is_last", "value_cny", "component"],
        ascending=[True, False, True],
        ignore_index=True,
    )


def draw_plan_value(axes: Axes, plan_value: pd.DataFrame, texts: Texts) -> None:
    """Draw where the plan's money comes from and goes to, as a waterfall.

    Question: is it worth shipping, and what eats the gain? Axes: x yuan against
    waiting for the next departure, y components; the last bar is what is left.
    What the stock's age adds stands last, apart from trade and freight. Leaves
    out components below half a yuan.
    """
    rows = _in_order(plan_value)
    value = rows["value_cny"].to_numpy(float)
    end = np.cumsum(value)
    start = end - value
    y = np.arange(len(rows))
    colours = np.where(value >= 0, ACCENT, "#dda06f")
    axes.barh(y, value, left=start, height=0.62, color=colours)
    total = float(value.sum())
    axes.barh([len(rows)], [total], height=0.62, color=INK)
    widest = max(float(np.maximum(start, end).max(initial=0)), abs(total), 1e-9)
    for place, (low, high, amount) in enumerate(zip(start, end, value, strict=True)):
        axes.text(
            max(low, high) + 0.012 * widest,
            place,
            texts.short_cny(amount),
            va="center",
            size=9,
            color=INK if amount >= 0 else BAD,
        )
    axes.text(
        max(total, 0) + 0.012 * widest,
        len(rows),
        texts.short_cny(total),
        va="center",
        size=9,
        weight="bold",
    )
    names = [texts.code("component", name) for name in rows["component"]]
    axes.set_yticks([*y, len(rows)], [*names, texts("component.TOTAL")])
    axes.set_ylim(len(rows) + 0.6, -0.6)
    lowest = min(0.0, float(np.minimum(start, end).min(initial=0)))
    axes.set_xlim(lowest, widest * 1.12)
    axes.set_xticks([])
    bare_axes(axes)
    axes.axvline(0, color=GRID, linewidth=0.8)


def account_labels(visible: pd.DataFrame, names: Names) -> list[str]:
    """Return the accounts' names, short enough for an axis."""
    return [
        drawable(shorten(names.account(key), LABEL_EMS))
        for key in visible["account_id"]
    ]
