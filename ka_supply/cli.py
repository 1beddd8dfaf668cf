"""The command line: parse, call, print."""

import datetime as dt
import gc
import json
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from ka_supply.domain.errors import KaSupplyError
from ka_supply.domain.settings import Settings

if TYPE_CHECKING:
    from ka_supply.domain.snapshot import Quarantine
    from ka_supply.nightly import Night

__all__ = ["main"]

P = ParamSpec("P")
R = TypeVar("R")

EXIT_FAILED, EXIT_DATA_PROBLEMS, EXIT_TERMINATED = 1, 3, 143
DEMO_DAY = dt.date(2026, 11, 23)

as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last closed sales day, YYYY-MM-DD.",
)


def _day(value: dt.datetime | None) -> dt.date:
    """Return the day given, or today's: `check` and `forecast` need no plan date."""
    return value.date() if value else dt.datetime.now().astimezone().date()


def _tell(line: str) -> None:
    click.echo(line, err=True)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our own errors, and those of files, into a message and exit code 1."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KaSupplyError as error:
            click.echo(str(error), err=True)
        except BrokenPipeError:  # click leaves quietly
            raise
        except OSError as error:
            reason = error.strerror or str(error)
            where = error.filename or "a file"
            remedy = (
                "check the path, its permissions and the free space, then run again"
            )
            click.echo(f"{where}: {reason}; {remedy}", err=True)
        sys.exit(EXIT_FAILED)

    return guarded


def _stop(_signal: int, _frame: object) -> None:
    """Leave by an exception, so that every folder and process is cleaned up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _tell("stopped by SIGTERM; nothing was published, run the command again")
    sys.exit(EXIT_TERMINATED)


@click.group()
@click.version_option(package_name="ka-supply")
def main() -> None:
    """Forecast, allocate, audit and report one night of supply to key accounts."""
    # A command builds tables and ends: searching them for cycles costs a tenth of a
    # night and frees nothing.
    gc.disable()
    signal.signal(signal.SIGTERM, _stop)


@main.command()
@click.option("--out", type=Path, default=Path("data/demo"), show_default=True)
@explained
def demo(out: Path) -> None:
    """Generate the demo network in OUT and run one night in OUT/night."""
    from ka_supply.nightly import Stages, run_night
    from ka_supply.simulation.demo import write_demo

    stages = Stages(_tell)
    with stages("generate"):
        write_demo(out)
    night = run_night(out, DEMO_DAY, out / "night", stages=stages)
    _summary(night, out / "night")


@main.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@as_of_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@explained
def check(data: Path, as_of: dt.datetime | None, as_json: bool) -> None:
    """Validate DATA: rows read, accepted, repaired, quarantined by rule."""
    from ka_supply.ingestion import read_snapshot

    snapshot = read_snapshot(data, _day(as_of))
    found = snapshot.quarantine
    click.echo(_counts_json(found) if as_json else _counts_text(found))
    if found.worst_share() > snapshot.settings.data.warn_share:
        sys.exit(EXIT_DATA_PROBLEMS)


def _rules(found: "Quarantine") -> list[tuple[str, str, str, int]]:
    """Return table, severity, rule and number of findings."""
    keys = found.findings[["table", "severity", "rule_id"]]
    sizes = keys.value_counts(sort=False).sort_index().reset_index()
    return [
        (str(table), str(severity), str(rule), int(n))
        for table, severity, rule, n in sizes.itertuples(index=False)
    ]


def _counts_json(found: "Quarantine") -> str:
    rows = {table: vars(counts) for table, counts in found.counts.items()}
    content = {"rows": rows, "rules": _rules(found)}
    return json.dumps(content, ensure_ascii=False, indent=1)


def _counts_text(found: "Quarantine") -> str:
    head = ("table", "read", "accepted", "repaired", "quarantined", "duplicate")
    form = "{:<22}{:>10}{:>10}{:>10}{:>13}{:>11}"
    lines = [form.format(*head)]
    for table, row in found.counts.items():
        if row.read:
            lines.append(form.format(table, *vars(row).values()))
    for table, severity, rule, number in _rules(found):
        lines.append(f"{number:>8} {severity:<11} {table}: {rule}")
    return "\n".join(lines)


@main.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@as_of_option
@click.option("--out", type=Path, default=Path("out/forecast"), show_default=True)
@explained
def forecast(data: Path, as_of: dt.datetime | None, out: Path) -> None:
    """Write the demand forecast of DATA (a folder of tables, or of a night)."""
    from ka_supply.nightly import forecast_night

    click.echo(forecast_night(data, _day(as_of), out))


@main.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--out", type=Path, help="Default out/<as-of>.")
@click.option("--settings", type=Path, help="TOML file.")
@explained
def nightly(
    data: Path, as_of: dt.datetime, out: Path | None, settings: Path | None
) -> None:
    """Plan one night from DATA, audit it and publish it, or change nothing."""
    from ka_supply.nightly import Stages, run_night

    chosen = Settings.from_toml(settings) if settings else Settings()
    target = out or Path("out") / f"{as_of:%Y-%m-%d}"
    night = run_night(data, as_of.date(), target, chosen, Stages(_tell))
    _summary(night, target)
    sys.exit(night.exit_code)


def _summary(night: "Night", target: Path) -> None:
    solver, lines = night.plan.solver, night.plan.lines
    counted = lines[lines["status"] != "HELD_CREDIT"]
    pairs = ["destination_id", "freshness_class", "sku_id"]
    served = len(counted[pairs].drop_duplicates())
    click.echo(
        f"{len(counted)} lines, {int(counted['cases'].sum())} cases to {served} of "
        f"{len(night.values.pairs)} pairs; {len(lines) - len(counted)} lines held for "
        f"credit; {solver.status} by {solver.name}, gap {solver.gap:.2g}; "
        f"{night.certificate.breaches} breaches"
    )
    click.echo(f"report: {target / 'report.zh.html'}")


@main.command()
@click.argument("directory", type=click.Path(exists=True, path_type=Path))
@explained
def audit(directory: Path) -> None:
    """Re-check a published night with the independent auditor."""
    from ka_supply.nightly import audit_folder

    certificate = audit_folder(directory)
    for found in certificate.checks:
        state = found.not_applicable or f"{len(found.breaches)} breaches"
        click.echo(f"{found.invariant} {found.rows_checked:>8} rows  {state}")
        for breach in found.breaches[:5]:
            click.echo(f"    {breach}")
    if certificate.breaches:
        sys.exit(EXIT_FAILED)


@main.command()
@click.argument("directory", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=Path, help="Default DIRECTORY itself.")
@click.option("--language", type=click.Choice(["zh", "en"]), multiple=True)
@explained
def report(directory: Path, out: Path | None, language: tuple[str, ...]) -> None:
    """Write the report of a published night again."""
    from ka_supply.nightly import report_folder

    languages = language or ("zh", "en")
    for path in report_folder(directory, out or directory, languages):
        click.echo(path)


@main.command()
@explained
def doctor() -> None:
    """Check solvers (known answers), font, disk and versions."""
    from ka_supply.allocation import check_solvers
    from ka_supply.operations import check_machine
    from ka_supply.reporting import check_fonts

    findings = [*check_solvers(), *check_fonts(), *check_machine()]
    for name, version, is_ok, message in findings:
        click.echo(f"{'ok  ' if is_ok else 'FAIL'} {name:<14} {version:<10} {message}")
    if not all(is_ok for _, _, is_ok, _ in findings):
        sys.exit(EXIT_FAILED)
