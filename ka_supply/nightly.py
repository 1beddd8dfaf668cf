"""One night: read, forecast, value, allocate, audit, publish, report.

`plan_night` is pure; `run_night` puts files around it. Nothing else composes
the stages.
"""

import datetime as dt
import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ka_supply import (
    allocation,
    forecasting,
    ingestion,
    inventory,
    operations,
    reporting,
)
from ka_supply.audit import Certificate
from ka_supply.audit import certify as certify_rows
from ka_supply.domain.errors import AuditFailed
from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network, build_network
from ka_supply.domain.plan import Plan
from ka_supply.domain.settings import Settings
from ka_supply.domain.snapshot import Snapshot, records
from ka_supply.domain.values import CaseValues

__all__ = [
    "Night",
    "Stages",
    "allocate",
    "audit_folder",
    "certify",
    "forecast",
    "forecast_night",
    "plan_night",
    "report",
    "report_folder",
    "run_night",
    "value_cases",
]

EXIT_DONE, EXIT_FAILED, EXIT_DATA_PROBLEMS = 0, 1, 3
FORECAST_PARTS = "forecast_parts"


@dataclass
class Stages:
    """Seconds and peak memory of each stage of a night, in order.

    Parameters
    ----------
    tell : callable, optional
        Called with one line of text when a stage ends.
    """

    tell: Callable[[str], None] = lambda _: None
    done: list[dict[str, object]] = field(default_factory=list)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the body as stage `name`."""
        start = time.perf_counter()
        yield
        seconds = round(time.perf_counter() - start, 3)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        peak = round(max(own, children) / 1024, 1)
        self.done.append({"name": name, "seconds": seconds, "peak_rss_mb": peak})
        self.tell(f"{name:<10} {seconds:7.2f} s  {peak:7.1f} MB")


@dataclass(frozen=True)
class Night:
    """Everything one night decided."""

    snapshot: Snapshot
    network: Network
    forecast: Forecast
    values: CaseValues
    plan: Plan
    certificate: Certificate

    @property
    def exit_code(self) -> int:
        """0, or 3 when a table's quarantine share is above the warning share."""
        share = self.snapshot.quarantine.worst_share()
        dirty = share > self.snapshot.settings.data.warn_share
        return EXIT_DATA_PROBLEMS if dirty else EXIT_DONE


def forecast(snapshot: Snapshot) -> Forecast:
    """Return the demand forecast of a snapshot: units by store, SKU and day."""
    return forecasting.forecast(snapshot, build_network(snapshot))


def value_cases(snapshot: Snapshot, forecast: Forecast) -> CaseValues:
    """Return what each case is worth to each destination, in yuan.

    `forecast` must be of the same snapshot.
    """
    return inventory.value_cases(snapshot, forecast, build_network(snapshot))


def allocate(snapshot: Snapshot, values: CaseValues) -> Plan:
    """Return the plan of a night; the caller still has to certify it.

    `values` must be of the same snapshot.
    """
    return allocation.allocate(snapshot, build_network(snapshot), values)


def certify(snapshot: Snapshot, plan: Plan) -> Certificate:
    """Return the independent auditor's certificate of a plan.

    A plan may be used only if the certificate's `breaches` is 0.
    """
    listed = [name for name in snapshot.tables if name != "sales"]
    tables = ingestion.plain_rows(snapshot, tables=listed)
    sold = snapshot["sales"][["store_id", "sku_id"]].drop_duplicates()
    tables["sales"] = records(sold)
    for name, frame in _plan_tables(plan).items():
        tables[name] = operations.arrow_table(name, frame).to_pylist()
    return certify_rows(tables, operations.run_facts(snapshot, plan.solver))


def report(snapshot: Snapshot, forecast: Forecast, plan: Plan) -> reporting.Report:
    """Return the report of a night; its `write(directory)` makes the files."""
    network = build_network(snapshot)
    return reporting.build_report(snapshot, forecast, plan, network)


def plan_night(snapshot: Snapshot, stages: Stages | None = None) -> Night:
    """Return the audited decisions of one night; pure, no file is touched."""
    stage = stages or Stages()
    with stage("network"):
        network = build_network(snapshot)
    with stage("forecast"):
        demand = forecasting.forecast(snapshot, network)
    with stage("values"):
        values = inventory.value_cases(snapshot, demand, network)
    with stage("allocate"):
        plan = allocation.allocate(snapshot, network, values)
    with stage("audit"):
        certificate = certify(snapshot, plan)
    return Night(snapshot, network, demand, values, plan, certificate)


def run_night(
    source: Path,
    as_of: dt.date,
    target: Path,
    settings: Settings | None = None,
    stages: Stages | None = None,
) -> Night:
    """Read `source`, plan the night and publish it at `target`, or change nothing.

    Raises
    ------
    InputRejected
        If the input cannot be used.
    AuditFailed
        If the auditor found a breach; nothing was written.
    Conflict
        If `target` exists and is not a night.
    """
    stage = stages or Stages()
    operations.check_target(target)
    with stage("read"):
        snapshot = ingestion.read_snapshot(source, as_of, settings)
    night = plan_night(snapshot, stage)
    if night.certificate.breaches:
        raise AuditFailed(_breach_text(night.certificate))
    with stage("report"):
        found = reporting.build_report(
            snapshot,
            night.forecast,
            night.plan,
            night.network,
            breaches=night.certificate.breaches,
        )

    def write(directory: Path) -> None:
        with stage("write"):
            _write_tables(night, found.exceptions, directory)
            found.write(directory)
        pairs = len(night.values.pairs)  # noqa: PD011 - not a frame
        record = operations.run_record(
            snapshot, night.plan, pairs, stage.done, night.exit_code
        )
        _write_json(directory / "certificate.json", night.certificate.to_dict())
        _write_json(directory / "run.json", record)

    operations.publish_folder(target, write)
    return night


def forecast_night(source: Path, as_of: dt.date, target: Path) -> Path:
    """Write the forecast table of `source` alone; return its path."""
    snapshot = ingestion.read_snapshot(source, as_of)
    network = build_network(snapshot)
    demand = forecasting.forecast(snapshot, network)
    target.mkdir(parents=True, exist_ok=True)
    table = forecasting.forecast_table(snapshot, network, demand)
    operations.write_table("forecast", table, target)
    return target / "forecast.parquet"


def audit_folder(directory: Path) -> Certificate:
    """Return the certificate of a published night, from its files alone."""
    night = operations.read_night_folder(directory)
    return certify_rows(operations.read_night_rows(directory), night.facts)


def report_folder(
    directory: Path, target: Path, languages: tuple[str, ...]
) -> tuple[Path, ...]:
    """Write the report of a published night again; return the paths."""
    night = operations.read_night_folder(directory)
    snapshot = ingestion.read_saved_snapshot(directory / "snapshot")
    parts = directory / FORECAST_PARTS
    demand = forecasting.from_tables(
        {path.stem: pd.read_parquet(path) for path in sorted(parts.glob("*.parquet"))}
    )
    network = build_network(snapshot)
    found = reporting.build_report(
        snapshot, demand, night.plan, network, breaches=night.breaches
    )
    return found.write(target, languages=languages)


def _plan_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    return {
        "plan_lines": plan.lines,
        "needs": plan.needs,
        "ledger": plan.ledger,
        "prices": plan.prices,
        "costs": plan.costs,
        "case_values": plan.case_values,
        "lot_credits": plan.lot_credits,
    }


def _write_tables(night: Night, exceptions: pd.DataFrame, directory: Path) -> None:
    """Write snapshot, forecast and plan tables of a night."""
    snapshot = night.snapshot
    ingestion.write_snapshot(snapshot, directory / "snapshot")
    tables = _plan_tables(night.plan)
    tables["forecast"] = forecasting.forecast_table(
        snapshot, night.network, night.forecast
    )
    tables["exceptions"] = exceptions
    tables["quarantine"] = snapshot.quarantine.findings
    for name, frame in tables.items():
        operations.write_table(name, frame, directory)
    parts = directory / FORECAST_PARTS
    parts.mkdir()
    for name, frame in forecasting.to_tables(night.forecast).items():
        frame.to_parquet(parts / f"{name}.parquet", index=False)


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def _breach_text(certificate: Certificate) -> str:
    shown = [
        f"{check.invariant}: {breach}"
        for check in certificate.checks
        for breach in check.breaches[:3]
    ]
    head = f"the auditor found {certificate.breaches} breaches; nothing was published"
    return "\n".join([head, *shown[:20]])
