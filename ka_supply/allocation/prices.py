"""What one more unit of each scarce thing is worth tonight.

The duals of the model with vehicles and served stops as decided and steps
divisible. They rank candidates; a whole pallet more or less may be worth another
amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.bridge import ModelArrays
from ka_supply.allocation.limits import NO_LIMIT
from ka_supply.allocation.outcome import Outcome, limit_use
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.process import SolverProcess
from ka_supply.allocation.variables import Model

__all__ = ["price_scarcity"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NOISE_CNY = 1e-7


@dataclass(frozen=True)
class _Scarce:
    """One family of scarce things: its constraint and its rows in the table."""

    kind: str
    family: str
    unit: str
    keys: pd.DataFrame
    is_full: Flags


def _fixed(problem: Problem, arrays: ModelArrays, columns: Floats) -> ModelArrays:
    """Return the linear program with vehicles and served stops as decided."""
    lots, floors = problem.lots, problem.floors
    first = len(problem.steps.pair) + len(lots.arc_class)
    fixed = slice(first, len(columns) - len(floors.asked))
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[fixed] = upper[fixed] = columns[fixed]
    whole = np.zeros_like(arrays.is_integer)
    return replace(arrays, lower=lower, upper=upper, is_integer=whole)


def _scarce_vehicles(problem: Problem, outcome: Outcome) -> Iterator[_Scarce]:
    departures = problem.departures
    keys = departures.keys.set_axis(["key", "date"], axis=1)
    for kind, family, unit, each, cap in (
        (
            "VEHICLE_KG",
            "vehicle_weight",
            "kg",
            departures.grams,
            departures.cap_grams,
        ),
        ("VEHICLE_M3", "vehicle_volume", "m3", departures.cm3, departures.cap_cm3),
    ):
        load = np.zeros(len(keys), dtype=np.int64)
        np.add.at(load, departures.of_pair, each * outcome.cases)
        full = (cap != NO_LIMIT) & (load >= cap * departures.most_vehicles)
        yield _Scarce(kind, family, unit, keys, full)


def _scarce(problem: Problem, outcome: Outcome) -> Iterator[_Scarce]:
    """Return every family of scarce things with a row in the price table."""
    count = np.arange(len(problem.lots.free_cases))
    lots = pd.DataFrame({"key": count.astype(str), "date": pd.NaT})
    full = np.array(outcome.ledger.free, dtype=np.int64) == 0
    yield _Scarce("LOT", "lot_availability", "case", lots, full)
    yield from _scarce_vehicles(problem, outcome)
    for family, unit in (("PICKING", "case"), ("CREDIT", "yuan")):
        limit = problem.limits[family]
        full = limit_use(problem, family, outcome.cases) >= limit.cap
        yield _Scarce(family, family.lower(), unit, limit.keys, full)
    keys = problem.floors.keys
    floors = pd.DataFrame({"key": keys["account_id"], "date": pd.NaT})
    missed = outcome.slack_fen > 0
    yield _Scarce("FILL_FLOOR", "fill_floor", "unit or yuan", floors, missed)
    drops = problem.drops
    dropped = np.bincount(drops.of_pair, outcome.cases, len(drops.keys))
    stops = drops.keys[["destination_id", "departure_date"]]
    least = (dropped > 0) & (dropped == drops.least_cases)
    stops = stops.set_axis(["key", "date"], axis=1)
    yield _Scarce("MIN_DROP", "minimum_drop", "case", stops, least)


def price_scarcity(
    problem: Problem,
    model: Model,
    arrays: ModelArrays,
    decided: tuple[Outcome, Floats],
    solver: SolverProcess,
) -> pd.DataFrame:
    """Return the prices of scarce things, in yuan per natural unit.

    Parameters
    ----------
    decided : Outcome and its columns

    Returns
    -------
    DataFrame
        kind, key, date, unit, price_cny (>= 0), binding; one row per lot, lane
        and day, warehouse and day, floor, account limit and stop with a rule.
        Prices are 0 if no solver answers.
    """
    outcome, columns = decided
    answer = solver.solve(_fixed(problem, arrays, columns), "HIGHS")
    duals = answer.row_duals
    priced: dict[str, float] = {}
    if len(duals):
        names = [str(c.name) for c in model.lp.constraints()]
        priced = dict(zip(names, np.abs(duals).tolist(), strict=True))
    tables = []
    for scarce in _scarce(problem, outcome):
        price = np.array(
            [
                priced.get(f"{scarce.family}{row:07d}", 0.0)
                for row in range(len(scarce.keys))
            ],
            dtype=float,
        )
        price = np.where(price > NOISE_CNY, price, 0.0)
        tables.append(
            scarce.keys.assign(
                kind=scarce.kind,
                unit=scarce.unit,
                price_cny=price,
                binding=scarce.is_full | (price > 0),
            )
        )
    table = pd.concat([t.astype({"date": "datetime64[s]"}) for t in tables])
    columns_out = ["kind", "key", "date", "unit", "price_cny", "binding"]
    return table[columns_out].reset_index(drop=True)
