"""What a partly empty day is worth: the share of demand met, learned from sales."""

import numpy as np
import numpy.typing as npt

__all__ = ["effective_exposure"]

Floats = npt.NDArray[np.float32]

# Bounds of the classes of in-stock share.
BOUNDS = np.array([0.1, 0.25, 0.4, 0.55, 0.7, 0.85])
STRENGTH_UNITS = 50.0


def effective_exposure(units: Floats, share: Floats) -> Floats:
    """Return the exposure of each cell, shape (n, periods), 0 to 1.

    Shelves run empty late in the day, after most of it was sold: in 70 % of the
    hours often nearly all is bought. Per class of in-stock share, the ratio of
    sales to the series' mean on full days, pooled over all series, shrunk to the
    share itself, rising, never below the share nor above 1. An exposure of 0
    (missing) stays 0.

    Parameters
    ----------
    units : shape (n, periods), units
    share : shape (n, periods), 0 to 1

    Examples
    --------
    Half a day in stock sold as much as a full one:

    >>> share = np.tile(np.float32([1, 0.5]), (1, 500))
    >>> round(float(effective_exposure(np.full((1, 1000), 8), share)[0, 1]), 2)
    0.99
    """
    row, column = np.nonzero((share > 0) & (share < 1))
    if not len(row):
        return share
    full = share >= 1
    days = full.sum(axis=1)
    rate = np.where(full, units, 0).sum(axis=1) / np.maximum(days, 1)
    known = (days > 0)[row]
    row, column = row[known], column[known]
    part = share[row, column]
    code = np.digitize(part, BOUNDS)
    classes = len(BOUNDS) + 1
    count = np.bincount(code, minlength=classes)
    centre = np.bincount(code, part, classes) / np.maximum(count, 1)
    sold = np.bincount(code, units[row, column], classes)
    awaited = np.bincount(code, rate[row], classes)
    ratio = (sold + STRENGTH_UNITS * centre) / (awaited + STRENGTH_UNITS)
    used = count > 0
    curve = np.clip(np.maximum.accumulate(ratio[used]), centre[used], 1.0)
    learned = np.interp(share, [0.0, *centre[used], 1.0], [0.0, *curve, 1.0])
    return np.asarray(np.maximum(learned, share), dtype=np.float32)
