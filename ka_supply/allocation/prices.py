"""What one more unit of each scarce thing is worth tonight.

The duals of the model with vehicles and served stops as decided and steps
divisible. They rank candidates; a whole pallet more or less may be worth another
amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

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
Column = npt.NDArray[Any]
NOISE_CNY = 1e-7
NO_DATE = np.datetime64("NaT", "s")
COLUMNS = ("kind", "key", "date", "unit", "price_cny", "binding")


@dataclass(frozen=True)
class _Scarce:
    """One family of scarce things: its constraint and its rows in the table.

    Parameters
    ----------
    key, date, unit, is_full : shape (rows,)
    exists : shape (rows,)
        Which rows limit anything.
    """

    kind: str
    family: str
    key: Column
    date: Column
    unit: Column
    is_full: Flags
    exists: Flags


def _family(
    kind: str, family: str, unit: str, keys: pd.DataFrame, flags: tuple[Flags, Flags]
) -> _Scarce:
    """Return a family with one unit; keys are (key, date), flags full and exists."""
    key, date = (keys.iloc[:, i].to_numpy() for i in (0, 1))
    return _Scarce(kind, family, key, date, np.full(len(keys), unit), *flags)


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
        load = np.zeros(len(cap), dtype=np.int64)
        np.add.at(load, departures.of_pair, each * outcome.cases)
        has = cap != NO_LIMIT
        full = has & (load >= cap * departures.most_vehicles)
        yield _family(kind, family, unit, departures.keys, (full, has))


def _scarce_stops(problem: Problem, outcome: Outcome) -> _Scarce:
    drops = problem.drops
    dropped = np.zeros(len(drops.keys), dtype=np.int64)
    np.add.at(dropped, drops.of_pair, outcome.cases)
    has = drops.least_cases > 1
    full = has & (dropped == drops.least_cases)
    keys = drops.keys[["destination_id", "departure_date"]]
    return _family("MIN_DROP", "minimum_drop", "case", keys, (full, has))


def _scarce(problem: Problem, outcome: Outcome) -> Iterator[_Scarce]:
    """Return every family of scarce things with a row in the price table."""
    full = np.array(outcome.ledger.free, dtype=np.int64) == 0
    never, every = np.full(len(full), NO_DATE), np.ones(len(full), dtype=bool)
    key, unit = np.arange(len(full)).astype(str), np.full(len(full), "case")
    yield _Scarce("LOT", "lot_availability", key, never, unit, full, every)
    yield from _scarce_vehicles(problem, outcome)
    for family, name in (("PICKING", "case"), ("CREDIT", "yuan")):
        limit = problem.limits[family]
        full = limit_use(problem, family, outcome.cases) >= limit.cap
        flags = full, np.ones(len(full), dtype=bool)
        yield _family(family, family.lower(), name, limit.keys, flags)
    floors = problem.floors
    account = floors.keys["account_id"].to_numpy()
    in_value = floors.keys["metric"].eq("VALUE").to_numpy()
    yield _Scarce(
        "FILL_FLOOR",
        "fill_floor",
        account,
        np.full(len(account), NO_DATE),
        np.where(in_value, "yuan", "unit"),
        outcome.slack_fen > 0,
        np.ones(len(account), dtype=bool),
    )
    yield _scarce_stops(problem, outcome)


def _rows(scarce: _Scarce, priced: dict[str, float]) -> dict[str, Column]:
    """Return the rows of a family, by column of the table."""
    rows = np.flatnonzero(scarce.exists)
    names = [f"{scarce.family}{row:07d}" for row in rows.tolist()]
    price = np.array([priced.get(name, 0.0) for name in names], dtype=float)
    price = np.where(price > NOISE_CNY, price, 0.0)
    return {
        "kind": np.full(len(rows), scarce.kind),
        "key": scarce.key[rows].astype(object),
        "date": scarce.date[rows].astype("datetime64[s]"),
        "unit": scarce.unit[rows].astype(object),
        "price_cny": price,
        "binding": scarce.is_full[rows] | (price > 0),
    }


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
    tables = [_rows(scarce, priced) for scarce in _scarce(problem, outcome)]
    found = {name: np.concatenate([t[name] for t in tables]) for name in COLUMNS}
    return pd.DataFrame(found)
