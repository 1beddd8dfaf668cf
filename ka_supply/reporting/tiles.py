"""The figures of the first lines of the page."""

import math
from typing import NamedTuple

from ka_supply.reporting.figures import Figures
from ka_supply.reporting.texts import DASH, Texts

__all__ = ["Tile", "build_tiles"]


class Tile(NamedTuple):
    """One figure: its name, itself, what to know about it."""

    name: str
    figure: str
    note: str
    is_bad: bool = False


def _leaves(figures: Figures, texts: Texts) -> Tile:
    top = figures.headline
    name = (
        texts("tile.leaves", date=texts.date(top.first_date))
        if top.first_date
        else texts("tile.leaves.none")
    )
    note = texts(
        "tile.trucks",
        vehicles=top.vehicles,
        load=texts.percent(top.load_frac, 0),
        freight=texts.cny(top.freight_cny),
    )
    if top.approval_cases:
        waiting = texts("tile.approval", cases=texts.units(top.approval_cases))
        note = f"{note} · {waiting}"
    return Tile(name, texts("tile.cases", cases=texts.units(top.cases)), note)


def _free_fill(figures: Figures) -> float:
    """Return the fill rate of what is not held for credit, NaN without any."""
    rows = figures.fill_rate
    free = float(rows["need_units"].sum() - rows["held_units"].sum())
    return float(rows["met_units"].sum()) / free if free > 0 else math.nan


def _fill(figures: Figures, texts: Texts) -> Tile:
    top = figures.headline
    missed = top.missed_floors
    key = "tile.fill.missed" if missed else "tile.fill.kept"
    note = texts(key, count=missed)
    if top.held_cases:
        free = texts("tile.fill.free", share=texts.percent(_free_fill(figures)))
        note = f"{free} · {note}"
    return Tile(texts("tile.fill"), texts.percent(top.fill_frac), note, missed > 0)


def _plan(figures: Figures, texts: Texts) -> Tile:
    top = figures.headline
    cases = texts("tile.cases", cases=texts.units(top.plan_cases))
    net = float(figures.plan_value["value_cny"].sum())
    note = texts("tile.plan.note", value=texts.short_cny(net))
    return Tile(texts("tile.plan"), cases, note)


def _held(figures: Figures, texts: Texts) -> Tile:
    held, cases = figures.credit_holds, figures.headline.held_cases
    note = texts(
        "tile.held.note",
        value=texts.short_cny(float(held["held_cny"].sum())),
        count=int((held["held_lines"] > 0).sum()),
    )
    figure = texts("tile.cases", cases=texts.units(cases))
    return Tile(texts("tile.held"), figure, note, cases > 0)


def _risk(figures: Figures, texts: Texts) -> Tile:
    ages = figures.stock_age
    inside = ages["location_kind"] == "WAREHOUSE"
    note = texts(
        "tile.risk.note",
        inside=texts.short_cny(float(ages.loc[inside, "risk_cny"].sum())),
        stores=texts.short_cny(float(ages.loc[~inside, "risk_cny"].sum())),
    )
    total = texts.short_cny(float(ages["risk_cny"].sum()))
    return Tile(texts("tile.risk"), total, note)


def _audit(breaches: int | None, texts: Texts) -> Tile:
    if breaches is None:
        return Tile(texts("tile.audit"), DASH, texts("tile.audit.unknown"))
    note = texts("tile.audit.note")
    return Tile(texts("tile.audit"), texts.units(breaches), note, breaches > 0)


def _quality(figures: Figures, texts: Texts) -> Tile:
    top = figures.headline
    note = texts(
        "tile.data.note",
        read=texts.units(top.read_rows),
        share=texts.percent(top.worst_share, 2),
    )
    return Tile(texts("tile.data"), texts.units(top.quarantined_rows), note)


def build_tiles(figures: Figures, breaches: int | None, texts: Texts) -> list[Tile]:
    """Return the figures of the first lines, in order.

    Parameters
    ----------
    breaches : int or None
        What the independent auditor found; None if it was not asked.
    """
    parts = (_leaves, _fill, _plan, _held, _risk)
    found = [part(figures, texts) for part in parts]
    return [*found, _audit(breaches, texts), _quality(figures, texts)]
