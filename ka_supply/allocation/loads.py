"""What each departure carries and how many vehicles that takes (rule R9)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.allocation.decided import sums_by
from ka_supply.allocation.limits import Departures

__all__ = ["departure_loads"]


def departure_loads(
    departures: Departures, cases: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """Return the load of every departure and the fewest vehicles that carry it.

    Parameters
    ----------
    cases : shape (pairs,)

    Returns
    -------
    DataFrame, one row per departure in its order
        lane_id, departure_date, cases, grams, cm3, vehicles (0 if empty),
        fixed_fen (per vehicle).

    References
    ----------
    docs/rules.md, R9.
    """
    count, row = len(departures.keys), departures.of_pair
    loads = departures.keys.assign(
        cases=sums_by(row, cases, count),
        grams=sums_by(row, cases * departures.grams, count),
        cm3=sums_by(row, cases * departures.cm3, count),
        fixed_fen=departures.fixed_fen,
    )
    vehicles = (loads["cases"] > 0).to_numpy().astype(np.int64)
    for column, cap in (("grams", departures.cap_grams), ("cm3", departures.cap_cm3)):
        needed = -(-loads[column].to_numpy() // np.maximum(cap, 1))
        vehicles = np.where(cap >= 0, np.maximum(vehicles, needed), vehicles)
    return loads.assign(vehicles=vehicles)
