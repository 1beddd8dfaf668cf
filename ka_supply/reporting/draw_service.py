"""Charts of service: fill rate by account, and why the rest was missed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ka_supply.reporting.night import Names
from ka_supply.reporting.style import (
    ACCENT,
    BAD,
    INK,
    MUTED,
    SOFT,
    bare_axes,
    drawable,
    shorten,
)
from ka_supply.reporting.texts import Texts

__all__ = [
    "PARTS",
    "TOP_ACCOUNTS",
    "draw_fill_rate",
    "draw_miss_reasons",
    "fill_rate_finding",
]

TOP_ACCOUNTS = 12
TOP_REASONS = 6
LABEL_EMS = 11
PARTS = (
    ("met_units", ACCENT, None),
    ("held_units", "#ffffff", "////"),
    ("short_units", "#efc9a4", None),
)


def fill_rate_finding(fill_rate: pd.DataFrame, names: Names, texts: Texts) -> str:
    """Return the sentence above the fill-rate chart."""
    if not len(fill_rate):
        return texts("chart.fill.none")
    worst = fill_rate.iloc[0]
    missed = int(fill_rate["is_missed"].sum())
    floors = int(fill_rate["floor_frac"].notna().sum())
    return texts(
        "chart.fill.missed" if missed else "chart.fill.kept",
        account=names.account(worst["account_id"]),
        fill=texts.percent(worst["fill_frac"]),
        why=texts.code("reason", worst["main_reason"] or "FULL"),
        missed=missed,
        floors=floors,
    )


def draw_fill_rate(
    axes: Axes, fill_rate: pd.DataFrame, names: Names, texts: Texts
) -> None:
    """Draw how much of each account's need the plan meets, worst first.

    Question: who is served worst, by how much, and is it credit or supply?
    Axes: x share of the need in units, y accounts. A black tick is the
    contracted floor. Leaves out accounts beyond the first twelve.
    """
    rows = fill_rate.head(TOP_ACCOUNTS)
    y = np.arange(len(rows))
    left = np.zeros(len(rows))
    need = rows["need_units"].to_numpy(float)
    for column, colour, hatch in PARTS:
        share = rows[column].to_numpy(float) / need
        axes.barh(
            y,
            share,
            left=left,
            height=0.62,
            color=colour,
            hatch=hatch,
            edgecolor=MUTED if hatch else "white",
            linewidth=0.5,
        )
        left += share
    floor = rows["floor_frac"].to_numpy(float)
    axes.vlines(floor, y - 0.42, y + 0.42, color=INK, linewidth=2)
    for place, (fill, missed) in enumerate(
        zip(rows["fill_frac"], rows["is_missed"], strict=True)
    ):
        axes.text(
            1.015,
            place,
            texts.percent(fill),
            va="center",
            color=BAD if missed else INK,
            weight="bold" if missed else "normal",
        )
    axes.set_yticks(y, _accounts(rows, names))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1.0)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    bare_axes(axes)


def draw_miss_reasons(axes: Axes, reasons: pd.DataFrame, texts: Texts) -> None:
    """Draw units short by reason, the largest first.

    Question: what would have to change? Axes: x units, y reasons.
    """
    total = reasons.groupby("reason")["short_units"].sum()
    total = total.sort_index().sort_values(ascending=False, kind="stable")
    shown = total.head(TOP_REASONS)
    if len(total) > TOP_REASONS:
        shown.loc["OTHER"] = total.iloc[TOP_REASONS:].sum()
    y = np.arange(len(shown))
    axes.barh(y, shown.to_numpy(float), height=0.62, color=SOFT)
    widest = float(shown.max()) if len(shown) else 1.0
    for place, value in enumerate(shown):
        axes.text(value + 0.02 * widest, place, texts.units(value), va="center")
    axes.set_yticks(y, [texts.code("reason", name) for name in shown.index])
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    axes.set_xlim(0, widest * 1.3)
    axes.set_title(texts("chart.reasons"), loc="left", size=9, color=MUTED)
    axes.set_xticks([])
    bare_axes(axes)


def _accounts(rows: pd.DataFrame, names: Names) -> list[str]:
    return [
        drawable(shorten(names.account(key), LABEL_EMS)) for key in rows["account_id"]
    ]
