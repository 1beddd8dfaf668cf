"""From lots per class to lots per pair, the first to expire first."""

import pandas as pd

from ka_supply.allocation.outcome import Outcome
from ka_supply.allocation.problem import Problem

__all__ = ["pair_flows"]


def pair_flows(problem: Problem, outcome: Outcome) -> pd.DataFrame:
    """Return which lots each pair gets.

    The ledger already gives each class the lots of the highest credit and,
    among equal credits, the first to expire: no later-expiring lot goes out
    while an eligible earlier one of no lower credit has free cases (rule R14).
    Here the lots of a class are dealt to its pairs in order, first-expiring
    first, so that a pair's lots are neighbours in time.

    Returns
    -------
    DataFrame
        pair, lot, cases (int64).
    """
    lots = problem.lots
    expiry = lots.expiry_day.tolist()
    queues: dict[int, list[list[int]]] = {}
    rows: list[tuple[int, int, int]] = []
    members = lots.class_of_pair.tolist()
    for pair, wanted in enumerate(outcome.cases.tolist()):
        if not wanted:
            continue
        member = members[pair]
        if member not in queues:
            held = outcome.ledger.held(member)
            order = sorted(held, key=lambda lot: (expiry[lot], lot), reverse=True)
            queues[member] = [[lot, held[lot]] for lot in order]
        queue = queues[member]
        while wanted:
            lot, left = queue[-1]
            size = min(left, wanted)
            rows.append((pair, lot, size))
            wanted -= size
            queue[-1][1] -= size
            if not queue[-1][1]:
                queue.pop()
    return pd.DataFrame(rows, columns=["pair", "lot", "cases"], dtype="int64")
