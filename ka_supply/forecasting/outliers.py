"""Group purchases: single sales far above anything usual are capped."""

import numpy as np
import numpy.typing as npt

from ka_supply.forecasting.pooling import sum_by

__all__ = ["winsorised"]

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int64]

DEVIATIONS = 4.0
SMALLEST_DEVIATION = 0.7
POOLED_CELLS = 8.0
OWN_CELLS = 2.0
ROUNDS = 6


def winsorised(units: Floats, sku: Codes) -> Floats:
    """Return sales with group purchases (团购) capped, shape (n, periods).

    The cap of a series is exp(m + 4 s): m the mean log of its positive sales,
    shrunk to the SKU's and the panel's, s the SKU's pooled standard deviation of
    log sales, at least 0.7 (so a cell 16 times the usual sale is never capped).
    Capped cells enter m and s with their cap, six rounds.

    Parameters
    ----------
    units : shape (n, periods), units, >= 0
    sku : shape (n,), codes

    Examples
    --------
    >>> usual = np.ones((1, 50), dtype=np.float32)
    >>> usual[0, 7] = 1e9
    >>> bool(winsorised(usual, np.array([0])).max() < 40)
    True
    """
    row, column = np.nonzero(units > 0)
    if not len(row):
        return units
    logs = np.log(units[row, column].astype(np.float64))
    cap = _log_caps(logs, row, sku, units.shape[0])
    high = logs > cap[row]
    if not high.any():
        return units
    capped = units.copy()
    capped[row[high], column[high]] = np.exp(cap[row[high]])
    return capped


def _log_caps(
    logs: npt.NDArray[np.float64], row: Codes, sku: Codes, n: int
) -> npt.NDArray[np.float64]:
    """Return the log cap of each series by iterated winsorising."""
    skus = int(sku.max()) + 1
    count = np.bincount(row, minlength=n).astype(np.float64)
    # Capping only changes the few cells above the first cap; the sums of the
    # others are kept.
    first = _sums(row, logs, n)
    second = _sums(row, logs**2, n)
    cap = _caps(count, first, second, sku, skus)
    for _ in range(ROUNDS):
        high = logs > cap[row]
        if not high.any():
            break
        over, at = logs[high], row[high]
        less = _sums(at, over - cap[at], n)
        less_second = _sums(at, over**2 - cap[at] ** 2, n)
        cap = _caps(count, first - less, second - less_second, sku, skus)
    return cap


def _sums(
    row: Codes, values: npt.NDArray[np.float64], n: int
) -> npt.NDArray[np.float64]:
    return np.bincount(row, values, minlength=n).astype(np.float64)


def _caps(
    count: npt.NDArray[np.float64],
    first: npt.NDArray[np.float64],
    second: npt.NDArray[np.float64],
    sku: Codes,
    skus: int,
) -> npt.NDArray[np.float64]:
    """Return the log cap of each series from its log moments."""
    inside = second - first**2 / np.maximum(count, 1)
    n_sku, sum_sku, inside_sku = sum_by(
        sku, np.stack([count, first, inside], axis=1), skus
    ).T
    centre = first.sum() / max(count.sum(), 1.0)
    spread = max(inside.sum() / max(count.sum(), 1.0), SMALLEST_DEVIATION**2)
    mean_sku = (sum_sku + POOLED_CELLS * centre) / (n_sku + POOLED_CELLS)
    variance = (inside_sku + POOLED_CELLS * spread) / (n_sku + POOLED_CELLS)
    mean = (first + OWN_CELLS * mean_sku[sku]) / (count + OWN_CELLS)
    deviation = np.maximum(np.sqrt(np.maximum(variance, 0)), SMALLEST_DEVIATION)
    return np.asarray(mean + DEVIATIONS * deviation[sku])
