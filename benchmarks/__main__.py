"""`python -m benchmarks run [CASE...]`, `readme`, `adapt SOURCE FOLDER`."""

import sys
from pathlib import Path

import click

from benchmarks import (  # noqa: F401  (they register)
    demo_night,
    determinism,
    real_nights,
)
from benchmarks.adapters import ADAPTERS
from benchmarks.readme import write_tables
from benchmarks.registry import CASES, real_data, write_results


@click.group()
def main() -> None:
    """Run the project's benchmarks."""


@main.command()
@click.argument("cases", nargs=-1, type=click.Choice(sorted(CASES)))
def run(cases: tuple[str, ...]) -> None:
    """Measure CASES (all by default) and write results/<case>.json."""
    missed = []
    for case in cases or sorted(CASES):
        rows = list(CASES[case]())
        write_results(case, rows)
        for row in rows:
            click.echo(f"{row.case:<22} {row.metric:<34} {row.value:>12.4g} {row.unit}")
            if row.ok is False:
                missed.append(row)
    for row in missed:
        click.echo(f"MISSED {row.case} {row.metric}: {row.value:.4g}, bar {row.bar}")
    sys.exit(bool(missed))


@main.command()
@click.option("--check", is_flag=True, help="Only say whether they are current.")
def readme(check: bool) -> None:
    """Write the result tables into the two READMEs."""
    sys.exit(not write_tables(only_check=check))


@main.command()
@click.argument("source", type=click.Choice(sorted(ADAPTERS)))
@click.argument("folder", type=click.Path(path_type=Path))
def adapt(source: str, folder: Path) -> None:
    """Turn a real SOURCE into canonical tables in FOLDER; print its as-of day."""
    click.echo(ADAPTERS[source](real_data(), folder))


if __name__ == "__main__":
    main()
