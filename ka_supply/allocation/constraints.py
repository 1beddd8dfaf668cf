"""The constraints of the allocation model, one function per family.

Notation: y step taken, a its cases, p(y) its pair, f flow of a lot to a class,
n vehicles of a departure, u drop served, s slack of a fill-rate floor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pulp

from ka_supply.allocation.limits import CM3_PER_M3, GRAMS_PER_KG, NO_LIMIT
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.variables import Model

__all__ = ["FAMILIES", "Rows", "add_constraints"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LESS, EQUAL, MORE = pulp.LpConstraintLE, pulp.LpConstraintEQ, pulp.LpConstraintGE


@dataclass(frozen=True)
class Rows:
    """Terms of the rows of one family, as triplets.

    Parameters
    ----------
    row : shape (terms,)
    variables : list of variables, one per term
    coefficient : shape (terms,)
    """

    row: Ints
    variables: list[pulp.LpVariable]
    coefficient: Floats

    def __add__(self, other: "Rows") -> "Rows":
        """Return the terms of both."""
        return Rows(
            np.concatenate([self.row, other.row]),
            self.variables + other.variables,
            np.concatenate([self.coefficient, other.coefficient]),
        )


def _terms(row: Ints, variables: list[pulp.LpVariable], coefficient: Floats) -> Rows:
    """Return the terms whose row is not negative."""
    keep = np.flatnonzero(row >= 0)
    chosen = [variables[i] for i in keep.tolist()]
    return Rows(row[keep], chosen, coefficient[keep])


def _add(model: Model, name: str, rows: Rows, sense: int, right: Floats) -> None:
    """Add one constraint per row that has terms, named name + row number."""
    order = np.argsort(rows.row, kind="stable")
    variables = [rows.variables[i] for i in order.tolist()]
    values = rows.coefficient[order].tolist()
    number = rows.row[order]
    edges = np.flatnonzero(np.diff(number, prepend=-1, append=-2))
    for start, end in pairwise(edges.tolist()):
        terms = dict(zip(variables[start:end], values[start:end], strict=True))
        row = int(number[start])
        model.lp.addConstraint(
            pulp.LpConstraint(
                pulp.LpAffineExpression(terms), sense, f"{name}{row:07d}", right[row]
            )
        )


def class_balance(model: Model, problem: Problem) -> None:
    """Balance the cases shipped to a class with those drawn from its lots.

    For each class c: sum of a y over its pairs - sum_l f[c, l] = 0, cases, hard.
    The dual is what one more case for the class is worth, any lot.
    """
    lots, steps = problem.lots, problem.steps
    shipped = _terms(
        lots.class_of_pair[steps.pair], model.step, steps.cases.astype(float)
    )
    drawn = _terms(lots.arc_class, model.flow, -np.ones(len(lots.arc_class)))
    none = np.zeros(len(lots.class_free))
    _add(model, "class_balance", shipped + drawn, EQUAL, none)


def lot_availability(model: Model, problem: Problem) -> None:
    """Limit what a lot gives to its free cases (rule R7).

    For each lot l: sum_c f[c, l] <= free_cases[l], hard. The dual is the price
    of a case of this lot.
    """
    lots = problem.lots
    drawn = _terms(lots.arc_lot, model.flow, np.ones(len(lots.arc_lot)))
    _add(model, "lot_availability", drawn, LESS, lots.free_cases.astype(float))


def _load(
    model: Model, problem: Problem, name: str, per_case: Ints, cap: Ints, unit: int
) -> None:
    steps, departures = problem.steps, problem.departures
    row = departures.of_pair[steps.pair]
    row = np.where(cap[row] == NO_LIMIT, -1, row)
    load = _terms(row, model.step, per_case[steps.pair] * steps.cases / unit)
    used = np.unique(load.row)
    rooms = _terms(
        np.where(np.isin(np.arange(len(cap)), used), np.arange(len(cap)), -1),
        model.vehicles,
        -cap / unit,
    )
    _add(model, name, load + rooms, LESS, np.zeros(len(cap)))


def vehicle_weight(model: Model, problem: Problem) -> None:
    """Limit the weight of a departure to what its vehicles carry (rule R9).

    For each departure d with a weight limit: sum of kg a y - cap_kg n[d] <= 0,
    kg, hard. The dual is the price of one more kg.
    """
    departures = problem.departures
    _load(
        model,
        problem,
        "vehicle_weight",
        departures.grams,
        departures.cap_grams,
        GRAMS_PER_KG,
    )


def vehicle_volume(model: Model, problem: Problem) -> None:
    """Limit the volume of a departure to that of its vehicles (rule R9).

    For each departure d with a volume limit: sum of m3 a y - cap_m3 n[d] <= 0,
    m3, hard. The dual is the price of one more m3.
    """
    departures = problem.departures
    _load(
        model,
        problem,
        "vehicle_volume",
        departures.cm3,
        departures.cap_cm3,
        CM3_PER_M3,
    )


def vehicle_use(model: Model, problem: Problem) -> None:
    """Ask for a vehicle where a departure without any limit carries (rule R9).

    For each departure d without weight and volume limit: sum of a y - M n[d] <= 0,
    cases, hard, M the cases of all its steps. The dual has no use.
    """
    steps, departures = problem.steps, problem.departures
    free = (departures.cap_grams == NO_LIMIT) & (departures.cap_cm3 == NO_LIMIT)
    row = departures.of_pair[steps.pair]
    row = np.where(free[row], row, -1)
    load = _terms(row, model.step, steps.cases.astype(float))
    most = np.bincount(row[row >= 0], steps.cases[row >= 0], len(free))
    used = np.where(most > 0, np.arange(len(free)), -1)
    rooms = _terms(used, model.vehicles, -most.astype(float))
    _add(model, "vehicle_use", load + rooms, LESS, np.zeros(len(free)))


def _limit(model: Model, problem: Problem, family: str) -> None:
    limit, steps = problem.limits[family], problem.steps
    use = limit.per_case[steps.pair] * steps.cases / limit.scale
    terms = _terms(limit.of_pair[steps.pair], model.step, use)
    _add(model, family.lower(), terms, LESS, limit.cap / limit.scale)


def picking(model: Model, problem: Problem) -> None:
    """Limit the cases a warehouse picks in a day (rule R9).

    For each warehouse and departure day: sum of a y <= pick_capacity, cases,
    hard. The dual is the price of picking one more case.
    """
    _limit(model, problem, "PICKING")


def receiving(model: Model, problem: Problem) -> None:
    """Limit the cases a destination receives in a day (rule R9).

    For each limited destination: sum of a y <= max_cases_per_day, cases, hard.
    The dual is the price of receiving one more case.
    """
    _limit(model, problem, "RECEIVING")


def credit(model: Model, problem: Problem) -> None:
    """Limit the value sent to an account to its credit headroom (rule R11).

    For each account with a limit: sum of price a y <= headroom, yuan, hard. The
    dual is what one more yuan of credit is worth.
    """
    _limit(model, problem, "CREDIT")


def _drop_terms(model: Model, problem: Problem, factor: Ints) -> Rows:
    steps, drops = problem.steps, problem.drops
    row = drops.of_pair[steps.pair]
    row = np.where(drops.least_cases[row] > 1, row, -1)
    load = _terms(row, model.step, steps.cases.astype(float))
    used = np.unique(load.row)
    every = np.arange(len(drops.least_cases))
    rows = np.where(np.isin(every, used), every, -1)
    return load + _terms(rows, model.served, -factor.astype(float))


def minimum_drop(model: Model, problem: Problem) -> None:
    """Give a stop that is served at least its fewest cases (rule R9).

    For each drop with a minimum: sum of a y - min_drop_cases u >= 0, cases, hard.
    The dual is what lowering the minimum by one case is worth.
    """
    least = problem.drops.least_cases
    terms = _drop_terms(model, problem, least)
    _add(model, "minimum_drop", terms, MORE, np.zeros(len(least)))


def drop_served(model: Model, problem: Problem) -> None:
    """Send nothing to a stop unless it is served.

    For each drop with a minimum: sum of a y - M u <= 0, cases, hard, M the cases
    of all its steps. The dual has no use.
    """
    steps, drops = problem.steps, problem.drops
    most = np.bincount(
        drops.of_pair[steps.pair], steps.cases, len(drops.least_cases)
    ).astype(np.int64)
    terms = _drop_terms(model, problem, most)
    _add(model, "drop_served", terms, LESS, np.zeros(len(most)))


def fill_floor(model: Model, problem: Problem) -> None:
    """Charge what an account misses of its contracted share of orders (R13).

    For each floor: sum of (units or yuan) y over counted cases + s >= asked, soft
    by the slack s. The dual is what lowering the floor by one is worth.
    """
    steps, floors = problem.steps, problem.floors
    need = floors.need_cases[steps.pair]
    before = steps.cases_through - steps.cases
    counted = np.minimum(steps.cases_through, need) - np.minimum(before, need)
    row = np.where(counted > 0, floors.of_pair[steps.pair], -1)
    terms = _terms(row, model.step, counted * floors.per_case[steps.pair])
    every = np.arange(len(floors.asked))
    slack = _terms(every, model.slack, np.ones(len(every)))
    _add(model, "fill_floor", terms + slack, MORE, floors.asked)


def precedence(model: Model, problem: Problem) -> None:
    """Allow a later step only with the earlier one.

    For each step j of a pair whose steps differ in size: y[j + 1] - y[j] <= 0,
    hard. Where all are of one size falling values put them in order, and a count
    of taken steps is enough. The dual has no use.
    """
    steps = problem.steps
    count = len(steps.pair)
    same_pair = steps.pair[1:] == steps.pair[:-1]
    differs = same_pair & (steps.cases[1:] != steps.cases[:-1])
    mixed = np.bincount(steps.pair[1:][differs], minlength=problem.pair_count) > 0
    after = np.flatnonzero(same_pair & mixed[steps.pair[1:]]) + 1
    rows = np.full(count, -1)
    rows[after] = after
    before = np.full(count, -1)
    before[after - 1] = after
    terms = _terms(rows, model.step, np.ones(count)) + _terms(
        before, model.step, -np.ones(count)
    )
    _add(model, "precedence", terms, LESS, np.zeros(count))


FAMILIES: tuple[Callable[[Model, Problem], None], ...] = (
    class_balance,
    lot_availability,
    vehicle_weight,
    vehicle_volume,
    vehicle_use,
    picking,
    receiving,
    credit,
    minimum_drop,
    drop_served,
    fill_floor,
    precedence,
)


def add_constraints(model: Model, problem: Problem) -> None:
    """Add every family of constraints: the table of contents of the model."""
    for family in FAMILIES:
        family(model, problem)
