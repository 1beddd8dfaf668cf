"""The value curves: gain, life test, price of scarcity, falling, in whole fen."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.values import VALUE_COMPONENTS
from ka_supply.inventory.curves import StepGrid, falling, step_grid
from ka_supply.inventory.gain import (
    Economics,
    Stay,
    deferral_gain,
    left_over_units,
    life_value,
)
from ka_supply.inventory.lot_credit import last_served_day
from ka_supply.inventory.scarcity import (
    Horizon,
    build_horizon,
    longer_window,
    marginal_value,
)
from ka_supply.inventory.valuation import (
    Valuation,
    build_economics,
    longer_stay,
    stay_until_next,
)

__all__ = ["value_steps"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEN_PER_YUAN = 100
COVER_DAYS = 120
LIKELY = 1 - 1e-5
NO_LIMIT = 2**40
# What a case that is worth no more elsewhere keeps of its gain: a sale tonight
# beats an equal one later, and the more urgent destination goes first.
EVEN_SHARE = 0.01


def _last_chance_fen(valuation: Valuation) -> Ints:
    """Return the best credit of lots that may leave for a pair only tonight, (n,)."""
    setting, options = valuation.setting, valuation.setting.options
    pair = options.pair
    ends = last_served_day(setting) <= setting.windows.end_day[pair]
    best = np.zeros(len(valuation.need_cases), dtype=np.int64)
    np.maximum.at(best, pair[ends], valuation.credit_fen[options.lot[ends]])
    return best


def _credit_fen(valuation: Valuation, grid: StepGrid) -> Ints:
    """Return what its leaving the warehouse tonight adds to each step, in fen.

    A case that a later departure can still carry saves nothing by going now,
    and a unit drawn before the next arrival would have gone anyway: the credit
    counts for lots at their last departure, with the probability that demand
    until the next arrival does not reach the unit.
    """
    setting, best = valuation.setting, _last_chance_fen(valuation)
    stock = valuation.positions.total_units
    undrawn = left_over_units(grid, setting.windows.until_next, stock)
    share = undrawn / grid.units
    return np.rint(share * best[grid.pair] * grid.cases).astype(np.int64)


def _wanted_cases(valuation: Valuation, horizon: Horizon) -> Ints:
    """Return how many cases of each pair may be worth something, shape (n,)."""
    setting = valuation.setting
    per_case, stock = setting.units_per_case, valuation.positions.total_units
    end = np.where(horizon.is_scarce, horizon.end_day, setting.windows.end_day)
    useful = setting.demand_until(end).quantile(LIKELY) - stock
    useful = np.maximum(useful, 0) + valuation.displayed_units
    wanted = useful // per_case + 1
    review = np.maximum(setting.windows.review_days, 1)
    cover = setting.windows.during.mean / review * COVER_DAYS - stock
    long = np.ceil(np.maximum(cover, 0) / per_case).astype(np.int64)
    pushed = _last_chance_fen(valuation) > 0
    wanted = np.where(pushed, np.maximum(wanted, long), wanted)
    options = setting.options
    free = setting.lots["free_cases"].to_numpy(dtype=np.int64)
    offered = np.zeros(len(wanted), dtype=np.int64)
    np.add.at(offered, options.pair, free[options.lot])
    wanted = np.where(offered > 0, np.minimum(wanted, offered), wanted)
    return np.asarray(np.maximum(wanted, valuation.need_cases), dtype=np.int64)


def _grid(valuation: Valuation, horizon: Horizon) -> StepGrid:
    """Return the candidate steps of every pair."""
    pairs, per_case = valuation.setting.pairs, valuation.setting.units_per_case
    room = pairs["room_units"].fillna(NO_LIMIT).to_numpy(dtype=np.int64)
    return step_grid(
        pairs["first_cases"].to_numpy(dtype=np.int64),
        pairs["multiple_cases"].to_numpy(dtype=np.int64),
        _wanted_cases(valuation, horizon),
        room // per_case,
        per_case,
    )


def _freight(valuation: Valuation) -> Floats:
    """Return variable freight of each pair's lane, yuan per case, shape (n,)."""
    lanes = valuation.setting.snapshot["lanes"].set_index("lane_id")
    cost = valuation.setting.pairs["lane_id"].map(lanes["var_cny_per_case"])
    return cost.to_numpy(dtype=float)


def _kept_back(
    valuation: Valuation,
    horizon: Horizon,
    grid: StepGrid,
    economics: Economics,
    is_alive: Bools,
) -> Floats:
    """Return value of the longer window less the price of scarcity, by step.

    Infinite where supply lasts: nothing is held back there.
    """
    found = np.full(len(grid.pair), np.inf)
    scarce = horizon.is_scarce[grid.pair]
    if not scarce.any():
        return found
    part = grid.select(scarce)
    during = longer_window(valuation.setting, horizon)
    stay = longer_stay(valuation, during, horizon.end_day)
    longer = sum(deferral_gain(part, economics, stay).values())
    per_case = falling(part, np.asarray(longer))
    alive = np.where(is_alive[scarce], per_case, -np.inf)
    price = marginal_value(part, alive, horizon)
    found[scarce] = (per_case - price[horizon.group[part.pair]]) * part.cases
    return found


def _fen(cny: Floats) -> Ints:
    return np.rint(cny * FEN_PER_YUAN).astype(np.int64)


def _components(
    grid: StepGrid, gain: dict[str, Floats], value: Floats
) -> tuple[Ints, dict[str, Ints]]:
    """Return the value of each step in fen and its components, which add up to it.

    Fen are rounded per case, so that no later case is worth more; what falling
    and rounding change is SMOOTHING.
    """
    total = np.asarray(sum(gain.values()))
    found = {name: _fen(amount) for name, amount in gain.items()}
    found["SCARCITY"] = np.minimum(_fen(value - total), 0)
    per_case = _fen(falling(grid, value))
    fen = per_case * grid.cases
    found["SMOOTHING"] = fen - np.asarray(sum(found.values()))
    return fen, {name: found[name] for name in VALUE_COMPONENTS}


def _is_kept(
    valuation: Valuation, grid: StepGrid, fen: Ints, credit_fen: Ints
) -> Bools:
    """Return which steps can pay with the best credit, or serve the need."""
    pays = pd.Series(fen + credit_fen > 0)
    pays = pays.groupby(grid.pair, sort=False).cummin()
    per_case = valuation.setting.units_per_case[grid.pair]
    needed = grid.begin_units // per_case < valuation.need_cases[grid.pair]
    return np.asarray(needed | pays.to_numpy(dtype=bool))


def value_steps(valuation: Valuation) -> pd.DataFrame:
    """Return the steps of every pair with their values and components, in fen.

    value = min(gain, life, longer window - price of scarcity), then the running
    minimum per case; where the longer window is worth the price, at least a
    hundredth of min(gain, life). A curve ends where the best lot credit no
    longer makes the next case pay, but never before the need.

    Returns
    -------
    DataFrame
        As `CaseValues.steps`.
    """
    horizon = build_horizon(valuation.setting, valuation.positions.total_units)
    stay: Stay = stay_until_next(valuation)
    economics = build_economics(valuation, stay)
    grid = _grid(valuation, horizon)
    gain = deferral_gain(grid, economics, stay)
    life = life_value(grid, economics, stay, _freight(valuation))
    credit = _credit_fen(valuation, grid)
    kept = _kept_back(valuation, horizon, grid, economics, _fen(life) + credit > 0)
    total = np.asarray(sum(gain.values()))
    alone = np.minimum(total, life)
    even = np.where((kept >= 0) & (alone > 0), EVEN_SHARE * alone, -np.inf)
    value = np.maximum(np.minimum(alone, kept), even)
    fen, components = _components(grid, gain, value)
    steps = pd.DataFrame(
        {
            "pair": grid.pair,
            "step": grid.step,
            "cases": grid.cases,
            "value_fen": fen,
            **components,
        }
    ).astype(np.int64)
    return steps[_is_kept(valuation, grid, fen, credit)].reset_index(drop=True)
