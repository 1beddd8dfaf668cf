"""Who holds which cases of which lot, kept best while demand is added.

Each class is served from the best reachable lot, moving other classes to other
lots where that frees one. Adding demand along best paths keeps the assignment
optimal: the highest credits go, and among equal ones the first to expire.
"""

from itertools import pairwise

from ka_supply.allocation.lot_classes import LotClasses

__all__ = ["LotLedger"]

Path = list[tuple[int, int]]


class LotLedger:
    """Cases of each lot held by each class.

    Parameters
    ----------
    lots : LotClasses
    """

    def __init__(self, lots: LotClasses) -> None:
        self.free: list[int] = lots.free_cases.tolist()
        self._credit: list[int] = lots.credit_fen.tolist()
        self._rank: list[int] = lots.rank.tolist()
        self._lots_of: list[list[int]] = [[] for _ in lots.class_free.tolist()]
        for member, lot in zip(
            lots.arc_class.tolist(), lots.arc_lot.tolist(), strict=True
        ):
            self._lots_of[member].append(lot)
        self._holders: dict[int, dict[int, int]] = {}
        self._held: list[dict[int, int]] = [{} for _ in self._lots_of]

    def held(self, member: int) -> dict[int, int]:
        """Return cases by lot of a class."""
        return {lot: cases for lot, cases in self._held[member].items() if cases}

    def take(self, member: int, cases: int) -> int | None:
        """Give a class more cases; all or nothing.

        Returns
        -------
        int or None
            The credit of the lots drawn, in fen; None if there are not enough.
        """
        left, credit = cases, 0
        done: list[tuple[int, int, int]] = []
        while left:
            path = self._best_path(member)
            if path is None:
                for holder, lot, moved in reversed(done):
                    self._shift(holder, lot, -moved)
                return None
            size = self._bottleneck(path, left)
            for step, (holder, lot) in enumerate(path):
                if step:
                    done.append((holder, path[step - 1][1], -size))
                    self._shift(holder, path[step - 1][1], -size)
                done.append((holder, lot, size))
                self._shift(holder, lot, size)
            credit += size * self._credit[path[-1][1]]
            left -= size
        return credit

    def take_simply(self, member: int, cases: int) -> int | None:
        """Give a class more cases of the first lot that has them, else as `take`."""
        for lot in self._lots_of[member]:
            if self.free[lot] >= cases:
                self._shift(member, lot, cases)
                return cases * self._credit[lot]
        return self.take(member, cases)

    def give_back(self, member: int, cases: int) -> None:
        """Take cases from a class, the worst lots first."""
        for lot in sorted(self.held(member), key=lambda k: -self._rank[k]):
            size = min(cases, self._held[member][lot])
            self._shift(member, lot, -size)
            cases -= size

    def _shift(self, member: int, lot: int, cases: int) -> None:
        self.free[lot] -= cases
        held = self._held[member]
        held[lot] = held.get(lot, 0) + cases
        self._holders.setdefault(lot, {})[member] = held[lot]

    def _best_path(self, member: int) -> Path | None:
        """Return (class, lot to take) from the asking class to a free lot."""
        reached: set[int] = set()
        queue: list[tuple[int, Path]] = [(member, [])]
        seen = {member}
        best: Path | None = None
        for holder, path in queue:
            for lot in self._lots_of[holder]:
                if lot in reached:
                    continue
                reached.add(lot)
                longer = [*path, (holder, lot)]
                if self._is_better(lot, best):
                    best = longer
                others = self._holders.get(lot, {}).items()
                found = [k for k, cases in others if cases and k not in seen]
                seen.update(found)
                queue.extend((other, longer) for other in found)
        return best

    def _is_better(self, lot: int, best: Path | None) -> bool:
        """Whether a lot is free and goes before the end of the best path."""
        is_first = best is None or self._rank[lot] < self._rank[best[-1][1]]
        return is_first and self.free[lot] > 0

    def _bottleneck(self, path: Path, most: int) -> int:
        """Return how many cases a path can move."""
        size = min(most, self.free[path[-1][1]])
        for (_, lot), (holder, _) in pairwise(path):
            size = min(size, self._held[holder][lot])
        return size
