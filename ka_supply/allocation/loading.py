"""A plan under construction: steps are added and removed, every rule is kept."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.limits import FEN_PER_CNY, NO_LIMIT
from ka_supply.allocation.lot_ledger import LotLedger
from ka_supply.allocation.problem import Problem

__all__ = ["Loading"]

Ints = npt.NDArray[np.int64]


class Loading:
    """The state of a plan while it grows; plain lists, for speed.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem) -> None:
        steps, departures, drops = problem.steps, problem.departures, problem.drops
        self.problem = problem
        self.start: list[int] = steps.start.tolist()
        self.size: list[int] = steps.cases.tolist()
        self._through: list[int] = steps.cases_through.tolist()
        self.value: list[int] = steps.value_fen.tolist()
        self.departure: list[int] = departures.of_pair.tolist()
        self._grams: list[int] = departures.grams.tolist()
        self._cm3: list[int] = departures.cm3.tolist()
        self._cap_grams: list[int] = departures.cap_grams.tolist()
        self._cap_cm3: list[int] = departures.cap_cm3.tolist()
        self.drop: list[int] = drops.of_pair.tolist()
        self.least: list[int] = drops.least_cases.tolist()
        self._member: list[int] = problem.lots.class_of_pair.tolist()
        self._limits = [
            (x.of_pair.tolist(), x.per_case.tolist(), x.cap.tolist())
            for x in problem.limits.values()
            if len(x.cap)
        ]
        floors = problem.floors
        self._floor: list[int] = floors.of_pair.tolist()
        self._need: list[int] = floors.need_cases.tolist()
        self._per_case: list[float] = floors.per_case.tolist()
        self._unit_fen: list[float] = (floors.unit_cost_cny * FEN_PER_CNY).tolist()
        self._missing: list[float] = floors.asked.tolist()
        self.taken = [0] * problem.pair_count
        self.grams = [0] * len(self._cap_grams)
        self.cm3 = [0] * len(self._cap_cm3)
        self._used = [[0] * len(cap) for _, _, cap in self._limits]
        self.dropped = [0] * len(self.least)
        self.ledger = LotLedger(problem.lots)
        # What each step brought when it was taken, in fen, its lots' credit too.
        self.worth = [0.0] * len(self.size)

    def has_next(self, pair: int) -> bool:
        """Whether the pair has a step left."""
        return self.start[pair] + self.taken[pair] < self.start[pair + 1]

    def fits(self, pair: int, vehicles: Sequence[int]) -> bool:
        """Whether the pair's next step fits vehicles and limits (not: lots)."""
        size = self.size[self.start[pair] + self.taken[pair]]
        row = self.departure[pair]
        room = vehicles[row]
        for load, each, cap in (
            (self.grams[row], self._grams[pair], self._cap_grams[row]),
            (self.cm3[row], self._cm3[pair], self._cap_cm3[row]),
        ):
            if cap != NO_LIMIT and load + each * size > cap * room:
                return False
        if not room:
            return False
        for (of_pair, per_case, cap_of), used in zip(
            self._limits, self._used, strict=True
        ):
            row = of_pair[pair]
            if row >= 0 and used[row] + per_case[pair] * size > cap_of[row]:
                return False
        return True

    def _counted(self, pair: int, step: int) -> float:
        """Return units or yuan a step adds to its floor."""
        need, through = self._need[pair], self._through[step]
        size = min(through, need) - min(through - self.size[step], need)
        return size * self._per_case[pair]

    def gain(self, pair: int, step: int) -> float:
        """Return the value of a step and the slack it saves now, in fen."""
        row = self._floor[pair]
        if row < 0:
            return self.value[step]
        saved = min(self._counted(pair, step), max(self._missing[row], 0.0))
        return self.value[step] + saved * self._unit_fen[row]

    def add(self, pair: int, least_gain: float) -> bool:
        """Take the pair's next step if its lots suffice and its gain is enough."""
        step = self.start[pair] + self.taken[pair]
        size = self.size[step]
        credit = self.ledger.take_simply(self._member[pair], size)
        if credit is None:
            return False
        worth = self.gain(pair, step) + credit
        if worth <= least_gain:
            self.ledger.give_back(self._member[pair], size)
            return False
        self.worth[step] = worth
        self.taken[pair] += 1
        self._count(pair, step, 1)
        return True

    def remove(self, pair: int) -> float:
        """Undo the pair's last step; return what it had brought, in fen."""
        self.taken[pair] -= 1
        step = self.start[pair] + self.taken[pair]
        self.ledger.give_back(self._member[pair], self.size[step])
        self._count(pair, step, -1)
        return self.worth[step]

    def _count(self, pair: int, step: int, sign: int) -> None:
        size = sign * self.size[step]
        row = self.departure[pair]
        self.grams[row] += size * self._grams[pair]
        self.cm3[row] += size * self._cm3[pair]
        self.dropped[self.drop[pair]] += size
        for (of_pair, per_case, _), used in zip(self._limits, self._used, strict=True):
            if of_pair[pair] >= 0:
                used[of_pair[pair]] += size * per_case[pair]
        if self._floor[pair] >= 0:
            self._missing[self._floor[pair]] -= sign * self._counted(pair, step)

    def vehicles(self, row: int) -> int:
        """Return the fewest vehicles of a departure for its load."""
        needed = int(self.grams[row] > 0)
        for load, cap in (
            (self.grams[row], self._cap_grams[row]),
            (self.cm3[row], self._cap_cm3[row]),
        ):
            if cap > 0:
                needed = max(needed, -(-load // cap))
        return needed

    def result(self) -> Ints:
        """Return the active steps taken per pair."""
        return np.array(self.taken, dtype=np.int64)
