"""When the goods of a past delivery were made: the same answer for every table."""

import numpy as np
import numpy.typing as npt

from ka_supply.simulation.demo.shelf_life import batch_days

__all__ = ["production_offsets"]

Ints = npt.NDArray[np.int64]
# Goods are received at 4 % of their life at best, at 70 % of the limit at worst.
FRESHEST, STALEST, YOUNGEST_DAYS = 0.04, 0.70, 4


def production_offsets(
    key: Ints, received: Ints, life: Ints, limit: npt.NDArray[np.float64]
) -> Ints:
    """Return the production day of goods received on a day, as a day number.

    The age is spread over the accepted range by a fixed scramble of pair and
    day, then moved back to the day the batch was made.

    Parameters
    ----------
    key : array
        Any number that identifies the pair.
    received : array
        Day number of the receipt.
    life : array, days
    limit : array, 0 to 1
        Largest accepted age as a share of life.

    Examples
    --------
    >>> one = np.array([1])
    >>> made = production_offsets(one, 100 * one, 180 * one, one / 3)
    >>> bool(0 < 100 - made[0] <= 60)
    True
    """
    scramble = ((key * 7919 + received * 104729) % 1009) / 1009
    share = FRESHEST + (STALEST * limit - FRESHEST) * scramble
    made = received - np.maximum((share * life).astype(np.int64), YOUNGEST_DAYS)
    return made - made % batch_days(life)
