"""R14: case values, the objective, the bound and what the solver may claim."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.check_service import floors_of
from ka_supply.audit.fields import finite, shown
from ka_supply.audit.model import Breach, Check

__all__ = ["check_integrality", "check_not_worse", "check_objective"]

FEN_PER_YUAN = 100
FEN = Decimal("0.01")
RELATIVE_TOLERANCE = Decimal("1e-6")
LARGEST_INTEGRALITY_ERROR = Decimal("1e-5")
PROVED, FEASIBLE, FALLBACK = "PROVED", "FEASIBLE", "FALLBACK"

Pair = tuple[str, str, str]
Step = tuple[int, int, int]


def check_integrality(case: CaseFile) -> Check:
    """I03: every solver value lay within 1e-5 of a whole number before rounding.

    That all rules hold after rounding is what the other checks establish.
    """
    claimed = case.night.solver.get("max_integrality_error")
    error = finite(claimed)
    excused = error is None and case.night.solver.get("status") == FALLBACK
    breaches = []
    if not excused and (error is None or not 0 <= error <= LARGEST_INTEGRALITY_ERROR):
        said = f"{shown(claimed)}; at most {LARGEST_INTEGRALITY_ERROR}"
        breaches.append(Breach("run", "solver.max_integrality_error", said))
    title = "Solver values lie within 1e-5 of whole numbers"
    return Check("I03", title, 1, tuple(breaches))


def check_objective(case: CaseFile) -> Check:
    """I22: values follow the curves, the objective their sum, PROVED the gap."""
    breaches = [
        *curve_breaches(case),
        *value_breaches(case),
        *(Breach("run", "solver", problem) for problem in solver_problems(case)),
    ]
    title = "Values, objective, bound and gap are the recomputed ones (R14)"
    rows = len(case.outputs.steps) + len(case.counting) + 1
    return Check("I22", title, rows, tuple(breaches))


def curve_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the value curves whose steps are not 1, 2, 3, ... and falling by case."""
    for pair, steps in sorted(case.outputs.steps.items()):
        numbers = [step for step, _, _ in steps]
        if numbers != list(range(1, len(steps) + 1)):
            said = f"steps {shown(numbers)}; 1, 2, 3, ... are required"
            yield Breach("case_values", " ".join(pair), said)
        if any(cases < 1 for _, cases, _ in steps):
            yield Breach("case_values", " ".join(pair), "a step without a case")
        for (_, cases, fen), (step, more_cases, more_fen) in pairwise(steps):
            if more_fen * cases > fen * more_cases:
                said = f"step {step} is worth more per case than the step before"
                yield Breach("case_values", " ".join(pair), said)


@dataclass
class PairSums:
    """Cases, published value and lot credits of a pair's counting lines."""

    cases: int = 0
    value_fen: int = 0
    credit_fen: int = 0


def value_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the pairs whose value is not that of their steps plus lot credits."""
    sums: defaultdict[Pair, PairSums] = defaultdict(PairSums)
    for line in case.counting:
        pair = sums[line.pair]
        pair.cases += line.cases
        pair.value_fen += line.value_fen
        credit_fen = case.outputs.credit_fen.get(line.lot_key, 0)
        pair.credit_fen += line.cases * credit_fen
    for key, pair in sorted(sums.items()):
        prefix_fen = value_of_prefix(case.outputs.steps.get(key, []), pair.cases)
        if prefix_fen is None:
            said = f"{pair.cases} cases are no whole number of the curve's steps"
            yield Breach("plan_lines", " ".join(key), said)
        elif pair.value_fen != prefix_fen + pair.credit_fen:
            said = (
                f"value {yuan(pair.value_fen)}; steps {yuan(prefix_fen)} "
                f"plus lot credits {yuan(pair.credit_fen)}"
            )
            yield Breach("plan_lines", " ".join(key), said)


def value_of_prefix(steps: list[Step], cases: int) -> int | None:
    """Return the value of the first cases of a curve; None off a step's end.

    Examples
    --------
    >>> value_of_prefix([(1, 2, 900), (2, 2, 500)], 4)
    1400
    >>> value_of_prefix([(1, 2, 900)], 1) is None
    True
    """
    shipped = value_fen = 0
    for _, step_cases, step_fen in steps:
        if shipped >= cases:
            break
        shipped += step_cases
        value_fen += step_fen
    return value_fen if shipped == cases else None


def yuan(value_fen: int) -> Decimal:
    """Return an amount in yuan."""
    return Decimal(value_fen) / FEN_PER_YUAN


def objective_cny(case: CaseFile) -> Decimal:
    """Return the objective recomputed from counting lines and cost rows, in yuan."""
    value_fen = sum(line.value_fen for line in case.counting)
    cost_fen = sum(row.cost_fen for row in case.outputs.costs)
    return yuan(cost_fen - value_fen)


def objective_of_nothing_cny(case: CaseFile) -> Decimal:
    """Return the objective of shipping nothing: the full slack of every floor."""
    return sum((floor.cost_of_nothing_cny for floor in floors_of(case)), Decimal(0))


def tolerance_cny(case: CaseFile, objective: Decimal) -> Decimal:
    """Return 1e-6 of the objective plus a fen per rounded slack cost, in yuan."""
    rounded = sum(row.kind == "FILL_FLOOR" for row in case.outputs.costs)
    return RELATIVE_TOLERANCE * max(Decimal(1), abs(objective)) + FEN * rounded


def solver_problems(case: CaseFile) -> Iterable[str]:
    """Yield what is wrong with the reported status, objective, bound and gap."""
    solver = case.night.solver
    status = solver.get("status")
    if status not in {PROVED, FEASIBLE, FALLBACK}:
        yield f"status {shown(status)} is unknown"
    right = objective_cny(case)
    reported = finite(solver.get("objective"))
    if reported is None:
        yield f"objective {shown(solver.get('objective'))} is no finite number"
    elif abs(reported - right) > tolerance_cny(case, right):
        yield f"objective {reported}; recomputed {right}"
    claims = solver.get("bound"), solver.get("gap")
    if status != FALLBACK or None not in map(finite, claims):
        yield from bound_problems(case, right)


def bound_problems(case: CaseFile, objective: Decimal) -> Iterable[str]:
    """Yield what is wrong with the bound, the gap and the label PROVED.

    The gap is (objective - bound) / (objective of nothing - objective); less than
    a fen between objective and bound is no gap.
    """
    bound = finite(case.night.solver.get("bound"))
    gap = finite(case.night.solver.get("gap"))
    if bound is None or gap is None:
        yield "bound and gap must be finite numbers"
        return
    distance = objective - bound
    if distance < -tolerance_cny(case, objective):
        yield f"bound {bound} is above the objective {objective}"
    if gap < 0:
        yield f"gap {gap} is negative"
    if case.night.solver.get("status") != PROVED:
        return
    worth = objective_of_nothing_cny(case) - objective
    allowed = case.night.relative_gap
    if gap > allowed or distance > max(
        allowed * worth, tolerance_cny(case, objective), FEN
    ):
        yield f"PROVED with gap {gap} and bound {bound}; allowed gap {allowed}"


def check_not_worse(case: CaseFile) -> Check:
    """I23: the plan is at least as good as the greedy plan and as shipping nothing."""
    objective = objective_cny(case)
    tolerance = tolerance_cny(case, objective)
    greedy = finite(case.night.greedy_objective)
    nothing = objective_of_nothing_cny(case)
    breaches = []
    if greedy is None:
        said = f"{shown(case.night.greedy_objective)} is no finite number"
        breaches.append(Breach("run", "greedy_objective", said))
    elif objective > greedy + tolerance:
        said = f"objective {objective}; the greedy plan reaches {greedy}"
        breaches.append(Breach("run", "objective", said))
    if objective > nothing + tolerance:
        said = f"objective {objective}; shipping nothing costs {nothing:.2f}"
        breaches.append(Breach("run", "objective", said))
    title = "No worse than the greedy plan and than shipping nothing (R14)"
    return Check("I23", title, 2, tuple(breaches))
