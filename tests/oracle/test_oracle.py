"""The engine and the auditor against brute force on tiny worlds."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from ka_supply.allocation import SolverProcess, allocate, solve_allocation
from ka_supply.allocation.problem import build_problem
from ka_supply.audit import certify
from ka_supply.domain.credit import credit_state
from ka_supply.domain.network import Network, build_network
from ka_supply.domain.plan import SolveStatus
from ka_supply.domain.settings import SolverSettings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.values import CaseValues
from ka_supply.ingestion import plain_rows
from ka_supply.operations import run_facts as facts_of
from tests.oracle.brute_force import Point, best_value_fen, enumerate_points
from tests.oracle.point_tables import output_tables, run_facts
from tests.oracle.tiny_worlds import (
    FEATURES,
    TinyWorld,
    case_values,
    draw,
    snapshot_of,
)

WORLDS = 200
CHUNK = 20
PUBLISHED_EVERY = 5
# What a plan may be without being illegal: not the best, not FEFO.
QUALITY = {"I13", "I22", "I23"}
UNSOLVED = SolveStatus("none", "", "FEASIBLE", 0.0, 0.0, 0.0, 0.0, 0.0)
TinyNight = tuple[Snapshot, Network, CaseValues]
CHUNKS = [range(start, start + CHUNK) for start in range(0, WORLDS, CHUNK)]


def _total(point: Point, pair: str) -> int:
    return sum(n for (p, _), n in point.cases.items() if p == pair)


def _binding(tiny: TinyWorld) -> set[str]:
    """Return the features without which the best plan would be another."""
    points = list(enumerate_points(tiny))
    best = best_value_fen(points)
    binds = {
        feature
        for feature in FEATURES
        if best_value_fen(points, without=feature) < best
    }
    winners = [p for p in points if p.is_feasible and p.cost_fen <= best]
    if all(min(_total(p, pair) for pair in ("S1", "S2", "R")) > 0 for p in winners):
        binds.add("two_echelons")
    if tiny.floor is not None:
        free = [replace(tiny, floor=None)]
        lowest = best_value_fen(list(enumerate_points(free[0])))
        if lowest < best:
            binds.add("fill_slack")
    return binds


def test_each_rule_binds_in_at_least_twenty_worlds() -> None:
    """Each feature decides the optimum of at least 20 of the worlds."""
    found = Counter(f for seed in range(WORLDS) for f in _binding(draw(seed)))
    assert {f: found[f] for f in FEATURES if found[f] < 20} == {}


def _matching(points: list[Point], chosen: dict[tuple[str, str], int]) -> Point:
    """Return the enumerated point of a decision, which must be the best."""
    point = next(p for p in points if p.cases == chosen)
    assert point.is_feasible, point
    assert point.is_fefo, point
    assert point.cost_fen == pytest.approx(best_value_fen(points), abs=1e-4)
    return point


def _check_decision(
    night: TinyNight, points: list[Point], solver: SolverProcess
) -> None:
    """Demand a feasible FEFO point of the smallest cost."""
    snapshot, network, values = night
    settings = snapshot.settings.solver
    problem = build_problem(snapshot, network, values, credit_state(snapshot, network))
    found = solve_allocation(problem, settings, solver, with_prices=False)
    flows = found.flows.assign(
        place=values.pairs["destination_id"].reindex(found.flows["pair"]).to_numpy(),
        lot_id=values.lots["lot_id"].reindex(found.flows["lot"]).to_numpy(),
    )
    shipped = flows.groupby(["place", "lot_id"])["cases"].sum()
    point = _matching(points, {key: int(n) for key, n in shipped.items()})  # type: ignore[misc]
    assert found.status.objective * 100 == pytest.approx(point.cost_fen, abs=1)
    assert found.status.status == "PROVED"


def _check_published(night: TinyNight, points: list[Point]) -> None:
    """Demand that the published lines are that point too."""
    plan = allocate(*night)
    lines = plan.lines[plan.lines["status"] != "HELD_CREDIT"]
    shipped = lines.groupby(["destination_id", "lot_id"])["cases"].sum()
    _matching(points, {key: int(n) for key, n in shipped.items()})  # type: ignore[misc]


def _check_auditor(tiny: TinyWorld, snapshot: Snapshot, points: list[Point]) -> None:
    """Demand that the auditor refuses a point if and only if it breaks a rule."""
    inputs, facts = plain_rows(snapshot), facts_of(snapshot, UNSOLVED)
    for point in points:
        tables: Any = inputs | output_tables(tiny, point)
        found = certify(tables, run_facts(facts, point))
        broken = {c.invariant for c in found.checks if c.breaches}
        illegal = bool(broken - QUALITY)
        assert illegal is not point.is_feasible, (point, broken)
        if point.is_feasible:
            assert ("I13" in broken) is not point.is_fefo, point


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_engine_and_auditor_agree_with_brute_force(seeds: range) -> None:
    """Decision, published plan and auditor agree with every enumerated point."""
    with SolverProcess(SolverSettings()) as solver:
        for seed in seeds:
            tiny = draw(seed)
            snapshot = snapshot_of(tiny)
            network = build_network(snapshot)
            night = snapshot, network, case_values(tiny, snapshot, network)
            points = list(enumerate_points(tiny))
            _check_decision(night, points, solver)
            _check_auditor(tiny, snapshot, points)
            if seed % PUBLISHED_EVERY == 0:
                _check_published(night, points)
