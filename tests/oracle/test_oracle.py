"""The engine and the auditor against brute force on tiny worlds."""

from collections import Counter
from dataclasses import replace

import pytest

from ka_supply.allocation import allocate
from ka_supply.audit import certify
from ka_supply.domain.network import build_network
from ka_supply.domain.plan import SolveStatus
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
# What a plan may be without being illegal: not the best, not FEFO.
QUALITY = {"I13", "I22", "I23"}
UNSOLVED = SolveStatus("none", "", "FEASIBLE", 0.0, 0.0, 0.0, 0.0, 0.0)
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


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_plan_equals_brute_force(seeds: range) -> None:
    """The engine's plan is a feasible point of the smallest cost."""
    for seed in seeds:
        tiny = draw(seed)
        snapshot = snapshot_of(tiny)
        network = build_network(snapshot)
        plan = allocate(snapshot, network, case_values(tiny, snapshot, network))
        points = list(enumerate_points(tiny))
        best = best_value_fen(points)
        lines = plan.lines[plan.lines["status"] != "HELD_CREDIT"]
        shipped = lines.groupby(["destination_id", "lot_id"])["cases"].sum()
        chosen = {key: int(n) for key, n in shipped.items()}
        match = [p for p in points if p.cases == chosen]
        assert match, (seed, chosen)
        assert match[0].is_feasible, (seed, match[0])
        assert match[0].is_fefo, (seed, match[0])
        assert match[0].cost_fen == pytest.approx(best, abs=1e-4), seed
        assert plan.solver.objective * 100 == pytest.approx(best, abs=1), seed


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_auditor_agrees_on_every_point(seeds: range) -> None:
    """The auditor refuses a shipment if and only if it breaks a rule."""
    for seed in seeds:
        tiny = draw(seed)
        snapshot = snapshot_of(tiny)
        inputs, facts = plain_rows(snapshot), facts_of(snapshot, UNSOLVED)
        for point in enumerate_points(tiny):
            tables = inputs | output_tables(tiny, point)
            found = certify(tables, run_facts(facts, point))
            broken = {c.invariant for c in found.checks if c.breaches}
            illegal = bool(broken - QUALITY)
            assert illegal is not point.is_feasible, (seed, point, broken)
            if point.is_feasible:
                assert ("I13" in broken) is not point.is_fefo, (seed, point)
