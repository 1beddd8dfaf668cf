"""From a problem to a solution: greedy first, solvers after, trust in neither.

A solver's answer counts only if it is whole within 1e-5, breaks no rule in
integers, costs what it claims, and its bound contradicts nothing known. Else the
next one of the cascade is asked; the greedy plan is the last.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.bridge import ModelArrays, to_arrays
from ka_supply.allocation.greedy import greedy_plan, improved, repaired
from ka_supply.allocation.limits import FEN_PER_CNY
from ka_supply.allocation.lots import pair_flows
from ka_supply.allocation.model import build_model, columns_of, taken_of
from ka_supply.allocation.objective import empty_plan_cost
from ka_supply.allocation.outcome import Outcome, breaches, complete, empty_outcome
from ka_supply.allocation.prices import price_scarcity
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.process import METHODS, Answer, Effort, SolverProcess
from ka_supply.allocation.solution import Solution
from ka_supply.domain.plan import SolveStatus
from ka_supply.domain.settings import SolverSettings

__all__ = ["solve_allocation"]

Floats = npt.NDArray[np.float64]

# Above this many steps only vehicles and stops stay whole in the solver; fractions
# of steps are few (at most one per scarce thing) and are rounded here.
WHOLE_STEPS_MAX = 12_000
COLUMNS_TIMES_NODES = 2_000_000
FEWEST_NODES = 20
INTEGER_TOLERANCE = 1e-5
COST_TOLERANCE = 1e-6
GAP_TOLERANCE = 1e-9
NAMES = {"HIGHS": "HiGHS", "HIGHS_PLAIN": "HiGHS", "CBC": "CBC"}
NO_PRICES = ("kind", "key", "date", "unit", "price_cny", "binding")


@dataclass(frozen=True)
class _Proof:
    """What is known after the cascade, beside the plan itself."""

    name: str
    version: str
    bound_cny: float
    max_integrality_error: float
    is_trusted: bool


def _tolerance(cost_cny: float) -> float:
    return COST_TOLERANCE * max(1.0, abs(cost_cny))


def _integrality_error(arrays: ModelArrays, values: Floats) -> float:
    """Return the largest distance of an integer column from a whole number."""
    whole = values[arrays.is_integer == 1]
    return float(np.abs(whole - np.rint(whole)).max(initial=0.0))


def _trivial_bound(problem: Problem) -> float:
    """Return a cost no plan can undercut: every step with a gain, at no cost."""
    steps, lots = problem.steps, problem.lots
    credit = np.append(lots.class_best_credit, 0)[lots.class_of_pair[steps.pair]]
    best = np.maximum(steps.value_fen + credit * steps.cases, 0)
    return -float(best.sum()) / FEN_PER_CNY


def _judged(
    problem: Problem, arrays: ModelArrays, answer: Answer, greedy: Outcome
) -> tuple[Outcome, _Proof] | None:
    """Return the plan in an answer and what it proves; None if there is none."""
    if answer.outcome != "SOLUTION":
        return None
    error = _integrality_error(arrays, answer.values)
    taken = taken_of(problem, answer.values)
    most = np.diff(problem.steps.start)
    if error > INTEGER_TOLERANCE or ((taken < 0) | (taken > most)).any():
        return None
    is_whole = bool(arrays.is_integer[: len(problem.steps.pair)].all())
    keeps_rules = not breaches(problem, taken)
    found = complete(problem, taken) if keeps_rules else repaired(problem, taken)
    base = empty_plan_cost(problem)
    cost, claimed = found.objective_fen / FEN_PER_CNY, answer.objective + base
    bound = answer.bound + base
    lowest = min(cost, greedy.objective_fen / FEN_PER_CNY)
    tolerance = _tolerance(claimed) + len(problem.floors.asked) / FEN_PER_CNY
    is_honest = bound <= lowest + tolerance
    if is_whole:
        is_honest &= keeps_rules and cost <= claimed + tolerance
    proof = _Proof(NAMES[answer.method], answer.version, bound, error, is_honest)
    return found, proof


def _sized(
    problem: Problem, arrays: ModelArrays, settings: SolverSettings
) -> tuple[ModelArrays, Effort]:
    """Return the model to solve and the effort; steps are divisible if many."""
    count = len(problem.steps.pair)
    if count <= WHOLE_STEPS_MAX:
        return arrays, Effort(settings.max_nodes, settings.relative_gap)
    whole = arrays.is_integer.copy()
    whole[:count] = 0
    nodes = max(FEWEST_NODES, COLUMNS_TIMES_NODES // count)
    nodes = min(nodes, settings.max_nodes)
    effort = Effort(nodes, settings.relative_gap, with_sub_mips=False)
    return replace(arrays, is_integer=whole), effort


def _cascade(
    problem: Problem,
    arrays: ModelArrays,
    greedy: Outcome,
    settings: SolverSettings,
    solver: SolverProcess,
) -> tuple[Outcome, _Proof]:
    """Ask one solver after the other until one gives an answer to trust.

    First comes the linear relaxation: where nothing whole binds its rounding is
    already good enough, and proved by its own cost.
    """
    best, start = greedy, columns_of(problem, greedy)
    relaxed = replace(arrays, is_integer=np.zeros_like(arrays.is_integer))
    judged = _judged(problem, relaxed, solver.solve(relaxed, "HIGHS"), greedy)
    if judged is not None and judged[1].is_trusted:
        best = _cheaper(best, improved(problem, judged[0]))
        if _gap(problem, best, judged[1])[1] <= settings.relative_gap:
            return best, judged[1]
    asked, effort = _sized(problem, arrays, settings)
    for method in METHODS:
        answer = solver.solve(asked, method, start, effort)
        judged = _judged(problem, asked, answer, best)
        if judged is None:
            continue
        found, proof = judged
        best = _cheaper(best, found)
        if proof.is_trusted:
            return best, proof
    trivial = _trivial_bound(problem)
    return best, _Proof("greedy", "", trivial, 0.0, is_trusted=False)


def _cheaper(known: Outcome, found: Outcome) -> Outcome:
    return found if found.objective_fen < known.objective_fen else known


def _gap(problem: Problem, best: Outcome, proof: _Proof) -> tuple[float, float]:
    """Return the bound in yuan and the gap, recomputed from whole numbers."""
    cost = best.objective_fen / FEN_PER_CNY
    value = empty_outcome(problem).objective_fen / FEN_PER_CNY - cost
    bound = max(proof.bound_cny, _trivial_bound(problem))
    rounding = len(problem.floors.asked) / FEN_PER_CNY
    if cost - bound <= _tolerance(cost) + rounding:
        return min(cost, bound), 0.0
    return bound, (cost - bound) / value if value > 0 else 1.0


def _status(
    problem: Problem,
    best: Outcome,
    greedy: Outcome,
    proof: _Proof,
    settings: SolverSettings,
) -> SolveStatus:
    """Return the status of a plan; a label never comes from a solver."""
    bound, gap = _gap(problem, best, proof)
    proved = proof.is_trusted and gap <= settings.relative_gap + GAP_TOLERANCE
    label = "PROVED" if proved else "FEASIBLE"
    return SolveStatus(
        name=proof.name,
        version=proof.version,
        status=label if proof.is_trusted else "FALLBACK",
        objective=best.objective_fen / FEN_PER_CNY,
        bound=bound,
        gap=gap,
        max_integrality_error=proof.max_integrality_error,
        greedy_objective=greedy.objective_fen / FEN_PER_CNY,
    )


def _vehicle_table(problem: Problem, outcome: Outcome) -> pd.DataFrame:
    departures = problem.departures
    table = departures.keys.assign(
        vehicles=outcome.vehicles, fixed_cny=departures.fixed_fen / FEN_PER_CNY
    )
    return table[table["vehicles"] > 0].reset_index(drop=True)


def _slack_table(problem: Problem, outcome: Outcome) -> pd.DataFrame:
    floors = problem.floors
    return floors.keys.assign(
        slack=floors.slack(outcome.cases), unit_cost_cny=floors.unit_cost_cny
    )


def solve_allocation(
    problem: Problem,
    settings: SolverSettings,
    solver: SolverProcess,
    *,
    with_prices: bool = True,
) -> Solution:
    """Return the best plan found, never worse than the greedy one.

    Parameters
    ----------
    settings : SolverSettings
        When a plan is good enough: gap and nodes.
    solver : SolverProcess
        Reusable for any number of problems.
    with_prices : bool
        Also solve the linear program whose duals are the prices.

    References
    ----------
    docs/rules.md, R6 to R14.
    """
    solver.start()
    greedy = greedy_plan(problem)
    model = build_model(problem)
    arrays = to_arrays(model.lp, model.variables)
    best, proof = _cascade(problem, arrays, greedy, settings, solver)
    best = improved(problem, best)
    duals = pd.DataFrame({name: [] for name in NO_PRICES})
    if with_prices:
        decided = best, columns_of(problem, best)
        duals = price_scarcity(problem, model, arrays, decided, solver)
    steps = problem.steps
    last = np.maximum(steps.start[:-1] + best.taken - 1, 0)
    through = np.append(steps.curve_steps, 0)
    return Solution(
        steps_taken=np.where(best.taken > 0, through[last], 0),
        cases=best.cases,
        flows=pair_flows(problem, best),
        vehicles=_vehicle_table(problem, best),
        slack=_slack_table(problem, best),
        duals=duals,
        status=_status(problem, best, greedy, proof, settings),
    )
