"""The report of a night: computed once, written as HTML and Excel."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.plan import Plan
from ka_supply.domain.snapshot import Snapshot
from ka_supply.reporting.figures import Figures, compute_figures
from ka_supply.reporting.line_sheets import build_line_sheets
from ka_supply.reporting.night import Names, gather
from ka_supply.reporting.page import RunFacts, render_page
from ka_supply.reporting.sheets import build_sheets
from ka_supply.reporting.texts import LANGUAGES, texts_of
from ka_supply.reporting.workbook import workbook_bytes

__all__ = ["Report", "build_report"]


@dataclass(frozen=True)
class Report:
    """Every figure of a night, ready to be written.

    Parameters
    ----------
    figures : Figures
        All computed frames.
    lines, needs : DataFrame
        plan_lines and needs with money and names' ids, as the report uses them.
    names : Names
    facts : RunFacts
    """

    figures: Figures
    lines: pd.DataFrame
    needs: pd.DataFrame
    names: Names
    facts: RunFacts

    @property
    def exceptions(self) -> pd.DataFrame:
        """The exceptions table, as `compute_exceptions` returns it."""
        return self.figures.exceptions

    def html(self, language: str) -> str:
        """Return the page in a language.

        Raises
        ------
        ValueError
            For a language the report is not written in.
        """
        texts = texts_of(language)
        return render_page(self.figures, self.lines, self.names, self.facts, texts)

    def workbook(self) -> bytes:
        """Return the Excel workbook."""
        sheets = build_sheets(self.figures, self.needs, self.names, self.facts.solver)
        sheets += build_line_sheets(self.figures, self.lines, self.names)
        return workbook_bytes(sheets, self.facts.as_of)

    def write(
        self, directory: Path | str, languages: Sequence[str] = LANGUAGES
    ) -> tuple[Path, ...]:
        """Write report.<language>.html and report.xlsx; return their paths.

        Raises
        ------
        ValueError
            For a language the report is not written in.
        """
        folder = Path(directory)
        pages = {f"report.{name}.html": self.html(name) for name in languages}
        book = self.workbook()
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in pages.items():
            (folder / name).write_text(page, encoding="utf-8", newline="\n")
        (folder / "report.xlsx").write_bytes(book)
        return tuple(folder / name for name in [*pages, "report.xlsx"])


def build_report(
    snapshot: Snapshot,
    forecast: Forecast,
    plan: Plan,
    network: Network,
    *,
    breaches: int | None = None,
) -> Report:
    """Return the report of a night.

    Parameters
    ----------
    breaches : int, optional
        What the independent auditor found; without it the report says that no
        audit result came with it.
    """
    night = gather(snapshot, forecast, plan, network)
    return Report(
        figures=compute_figures(night),
        lines=night.lines,
        needs=night.needs,
        names=night.names,
        facts=RunFacts(snapshot.as_of, plan.solver, plan.notes, breaches),
    )
