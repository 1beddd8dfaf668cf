"""The report as one self-contained HTML page."""

import datetime as dt
import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import pandas as pd
from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from ka_supply.domain.plan import SolveStatus
from ka_supply.domain.snapshot import records
from ka_supply.reporting.do_first import FirstItems, choose_first
from ka_supply.reporting.figures import Figures
from ka_supply.reporting.night import Names
from ka_supply.reporting.sections import build_sections
from ka_supply.reporting.texts import Texts
from ka_supply.reporting.tiles import build_tiles

__all__ = ["RunFacts", "line_ledger", "render_page"]

MAX_LINES = 5_000
LINE_HEAD = (
    ("line_id", "column.line_id", "units"),
    ("account", "column.account", "text"),
    ("place", "column.place", "text"),
    ("sku", "column.sku", "text"),
    ("lot_id", "column.lot", "text"),
    ("production_date", "column.production_date", "date"),
    ("departure_date", "column.departure_date", "date"),
    ("arrival_date", "column.arrival_date", "date"),
    ("cases", "column.cases", "units"),
    ("value_cny", "column.line_value", "cny"),
    ("status", "column.status", "text"),
    ("reason", "column.reason", "text"),
)


class RunFacts(NamedTuple):
    """What is known about the run itself.

    Parameters
    ----------
    breaches : int or None
        What the independent auditor found; None if it was not asked.
    """

    as_of: dt.date
    solver: SolveStatus
    notes: tuple[str, ...]
    breaches: int | None


def _resource(name: str) -> str:
    source = files("ka_supply.reporting") / "templates" / name
    return source.read_text(encoding="utf-8")


@cache
def _template() -> Template:
    """Return the page's template, compiled once for both languages."""
    environment = Environment(
        loader=DictLoader({"page": _resource("report.html.j2")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )
    return environment.get_template("page")


def _first_ten(first: FirstItems, texts: Texts) -> list[dict[str, object]]:
    """Return the exceptions to do first, as sentences."""
    rows = records(first.items)
    dearest = max((row["value_cny"] for row in rows), default=1.0)
    found = []
    for row in rows:
        arguments = json.loads(row["message_args"])
        found.append(
            {
                "severity": row["severity"],
                "kind": texts.code("kind", row["kind"]),
                "message": texts.message(row["message_id"], arguments),
                "action": texts.message(row["action"], arguments),
                "value": texts.cny(row["value_cny"]),
                "bar": round(100 * row["value_cny"] / dearest),
                "deadline": texts.date(row["deadline"]),
                "more": _same_kind(row["more_count"], row["more_cny"], texts),
            }
        )
    return found


def _same_kind(count: int, value_cny: float, texts: Texts) -> str:
    """Return how many more of an item's kind there are, and their worth."""
    if not count:
        return ""
    value = texts.short_cny(value_cny)
    return texts("do_first.same_kind", count=texts.units(count), value=value)


def _more(first: FirstItems, texts: Texts) -> str:
    """Return how many exceptions the page does not list, and of which kinds."""
    if not first.count:
        return ""
    count = texts.units(first.count)
    if not len(first.unlisted):
        return texts("do_first.rest", count=count)
    kinds = [
        texts(
            "do_first.kind",
            kind=texts.code("kind", row["kind"]),
            count=row["count"],
            value=texts.short_cny(row["value_cny"]),
        )
        for row in records(first.unlisted)
    ]
    spoken = texts("list.comma").join(kinds)
    return texts("do_first.more", count=count, kinds=spoken)


def shown_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines the page lists: all, or those of the highest value."""
    if len(lines) <= MAX_LINES:
        return lines
    order = lines.sort_values(["value_cny", "line_id"], ascending=[False, True])
    return order.head(MAX_LINES).sort_values("line_id")


def _line_rows(lines: pd.DataFrame, names: Names, texts: Texts) -> list[list[str]]:
    spoken = lines.assign(
        account=[
            names.account(a) if a else texts(f"movement.{m}")
            for a, m in zip(lines["account_id"], lines["movement_type"], strict=True)
        ],
        place=[names.place(key) for key in lines["destination_id"]],
        sku=[names.sku(key) for key in lines["sku_id"]],
        cases=[texts.units(v) for v in lines["cases"]],
        value_cny=[texts.cny(v) for v in lines["value_cny"]],
        status=[texts.code("status", v) for v in lines["status"]],
        reason=[texts.code("reason", v) if v else "" for v in lines["reason"]],
        line_id=lines["line_id"].astype("str"),
        **{
            name: lines[name].dt.strftime(
                "%m-%d" if name != "production_date" else "%Y-%m-%d"
            )
            for name in ("production_date", "departure_date", "arrival_date")
        },
    )
    columns = [spoken[name].to_numpy(dtype=object) for name, _, _ in LINE_HEAD]
    return [list(row) for row in zip(*columns, strict=True)]


def line_ledger(figures: Figures, lines: pd.DataFrame, texts: Texts) -> str:
    """Return bridge and ledger of the listed lines as compact JSON.

    Per line two flat lists of component number and amount; zero amounts are
    left out.
    """

    def pairs(frame: pd.DataFrame, digits: int) -> list[list[float | int]]:
        found = []
        for row in frame.reindex(lines["line_id"]).fillna(0.0).to_numpy(float):
            flat: list[float | int] = []
            for place, amount in enumerate(row.tolist()):
                if amount:
                    flat += [place, round(amount, digits) if digits else round(amount)]
            found.append(flat)
        return found

    units, values = figures.unit_bridges, figures.value_ledgers
    book = {
        "units": [texts.code("component", name) for name in units],
        "values": [texts.code("component", name) for name in values],
        "sum": texts("bridge.sum"),
        "unitTitle": texts("bridge.units"),
        "valueTitle": texts("bridge.value"),
        "shown": texts.table["lines.shown"],
        "lines": list(zip(pairs(units, 0), pairs(values, 2), strict=True)),
    }
    text = json.dumps(book, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def render_page(
    figures: Figures, lines: pd.DataFrame, names: Names, facts: RunFacts, texts: Texts
) -> str:
    """Return the page: one file, no reference to any other."""
    shown = shown_lines(lines)
    first = choose_first(figures.exceptions)
    rows = _line_rows(shown, names, texts)
    cut = texts("lines.cut", shown=f"{len(shown):,}", total=f"{len(lines):,}")
    solver = facts.solver
    # Our own style, script and JSON without "<": safe to put in as they are.
    safe = {
        "css": Markup(_resource("report.css")),  # noqa: S704
        "script": Markup(_resource("report.js")),  # noqa: S704
        "ledger": Markup(line_ledger(figures, shown, texts)),  # noqa: S704
    }
    return _template().render(
        t=texts,
        as_of=facts.as_of.isoformat(),
        run_date=texts.date(figures.headline.run_date),
        notes=[texts.code("note", note) for note in facts.notes],
        tiles=build_tiles(figures, facts.breaches, texts),
        sections=build_sections(figures, names, texts),
        exceptions=_first_ten(first, texts),
        more=_more(first, texts),
        lines={
            "note": cut if len(shown) < len(lines) else "",
            "head": [{"label": texts(key), "kind": kind} for _, key, kind in LINE_HEAD],
            "rows": rows,
            "accounts": sorted({row[1] for row in rows}),
            "states": sorted({row[10] for row in rows}),
        },
        footer=texts(
            "footer",
            solver=solver.name,
            status=texts.code("solver", solver.status),
            gap=texts.percent(solver.gap, 3),
        ),
        **safe,
    )
