"""Charts of stock age by bracket."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from ka_supply.reporting.stock_age import BRACKETS
from ka_supply.reporting.style import (
    AGE_COLOURS,
    BAD,
    GRID,
    INK,
    MUTED,
    bare_axes,
    drawable,
    shorten,
)
from ka_supply.reporting.texts import DASH, Texts

__all__ = ["COST_AT", "RISK_AT", "age_finding", "draw_stock_age", "top_places"]

Floats = npt.NDArray[np.float64]
TOP_PLACES = 10
LABEL_EMS = 11
SMALLEST_LABEL = 0.07
DARK = ("LE_2_3", "GT_2_3", "EXPIRED")
# Where the figures at the right stand, as a share of the bars' width.
COST_AT, RISK_AT = 1.015, 1.125


def age_finding(summary: pd.DataFrame, inside: pd.DataFrame, texts: Texts) -> str:
    """Return the sentence above the stock-age chart.

    Parameters
    ----------
    summary : stock in stores by account
    inside : stock in our warehouses
    """
    both = pd.concat([part for part in (inside, summary) if len(part)] or [inside])
    if not len(both):
        return texts("chart.age.none")
    cost = float(both["cost_cny"].sum())
    old = float(both[["cost_GT_2_3", "cost_EXPIRED"]].sum().sum())
    return texts(
        "chart.age.finding",
        cost=texts.short_cny(cost),
        old=texts.percent(old / cost if cost else 0.0),
        risk=texts.short_cny(float(both["risk_cny"].sum())),
    )


def top_places(summary: pd.DataFrame, by: str, other: str) -> pd.DataFrame:
    """Return the places most at risk, the rest added up as one row named `other`."""
    if len(summary) <= TOP_PLACES:
        return summary
    numbers = [c for c in summary if str(c).startswith(("units", "cost", "risk"))]
    rest = summary.iloc[TOP_PLACES - 1 :][numbers].sum().to_frame().T
    return pd.concat(
        [summary.head(TOP_PLACES - 1), rest.assign(**{by: other})], ignore_index=True
    )


def _write_shares(
    axes: Axes, share: Floats, left: Floats, bracket: str, texts: Texts
) -> None:
    """Write the larger shares of a bracket into its bars."""
    for place, (part, start) in enumerate(zip(share, left, strict=True)):
        if part >= SMALLEST_LABEL:
            axes.text(
                start + part / 2,
                place,
                texts.percent(part, 0),
                ha="center",
                va="center",
                size=8,
                color="white" if bracket in DARK else INK,
            )


def _write_money(axes: Axes, rows: pd.DataFrame, texts: Texts) -> None:
    """Write value and value at risk at the right of each bar."""
    for place, (cost, risk) in enumerate(
        zip(rows["cost_cny"], rows["risk_cny"], strict=True)
    ):
        axes.text(COST_AT, place, texts.short_cny(cost), va="center", size=9)
        axes.text(
            RISK_AT,
            place,
            texts.short_cny(risk) if risk >= 1 else DASH,
            va="center",
            size=9,
            color=BAD if risk >= 1 else MUTED,
        )


def draw_stock_age(
    axes: Axes, rows: pd.DataFrame, labels: list[str], texts: Texts
) -> None:
    """Draw the age mix of the stock of some places, by value at cost.

    Question: where does old stock lie, and how much of it will not sell in
    time? Axes: x share of the value at cost, y places; at the right the value
    and the value at risk. Darker is older; hatched is of unknown age.
    """
    y = np.arange(len(rows))
    left = np.zeros(len(rows))
    total = np.maximum(rows["cost_cny"].to_numpy(float), 1e-9)
    for bracket in BRACKETS:
        share = rows[f"cost_{bracket}"].to_numpy(float) / total
        is_unknown = bracket == "UNKNOWN"
        axes.barh(
            y,
            share,
            left=left,
            height=0.64,
            color=AGE_COLOURS[bracket],
            hatch="////" if is_unknown else None,
            edgecolor=MUTED if is_unknown else "white",
            linewidth=0.5,
        )
        if not is_unknown:
            _write_shares(axes, share, left, bracket, texts)
        left = left + share
    _write_money(axes, rows, texts)
    axes.set_yticks(y, [drawable(shorten(label, LABEL_EMS)) for label in labels])
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    bare_axes(axes)
    axes.axvline(0, color=GRID, linewidth=0.8)
