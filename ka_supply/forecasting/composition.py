"""From a snapshot to a forecast: panel, factors, levels, errors, sums."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot
from ka_supply.forecasting.factors import Factors, learn_factors
from ka_supply.forecasting.level import origins_of, rolling_levels
from ka_supply.forecasting.panel import Panel, build_panel
from ka_supply.forecasting.pools import Pools, pools
from ka_supply.forecasting.selection import half_life_weights
from ka_supply.forecasting.window_error import relative_variance

__all__ = ["CAUSE_DAYS", "forecast"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

CAUSE_DAYS = 28
WINDOW_DAYS = (1, 7, 14, 28)
# Without a rolling origin: the spread of a promotion-free supermarket SKU.
UNKNOWN_VARIANCE = 0.5


@dataclass(frozen=True)
class _Fit:
    """What the history says about each store row.

    Parameters
    ----------
    level : shape (n,), units per day of exposure at average factors
    sold, expected : shape (n, periods of the rolling origins), units
    """

    level: Doubles
    sold: Floats
    expected: Floats


def forecast(snapshot: Snapshot, network: Network) -> Forecast:
    """Return the demand distribution of every store, retailer DC and warehouse.

    Expected sales of a day = level x weekday x event x promotion x exposure. The
    level is an exposure-weighted discounted mean, averaged over half-lives by
    their rolling-origin error. Means of retailer DCs and warehouses are sums over
    their stores; the variance of every row comes from its own window errors.

    Parameters
    ----------
    snapshot : Snapshot
    network : Network
        Of the same snapshot (`ka_supply.domain.network.build_network`).

    Returns
    -------
    Forecast
        120 days ahead; equal for equal tables in any row order.
    """
    panel = build_panel(snapshot)
    factors = learn_factors(snapshot, panel)
    fit = _fit(panel, factors)
    rows = pools(snapshot, network, panel.rows)
    daily = fit.level[:, None] * panel.future_open
    baseline, with_weekday = daily, daily * factors.weekday
    with_event = with_weekday * factors.event
    mean = with_event * factors.promotion
    steps = [baseline, with_weekday - baseline, with_event - with_weekday]
    steps.append(mean - with_event)
    added = rows.members.__matmul__
    block_days, variance = _variances(panel, fit, rows)
    return Forecast(
        rows=rows.rows,
        start=snapshot.as_of + dt.timedelta(days=1),
        daily_mean=added(mean).astype(np.float32),
        tail_mean=np.asarray(added(fit.level * panel.future_open[:, -1])),
        block_days=block_days,
        relative_variance=variance,
        causes=_causes([added(step[:, :CAUSE_DAYS].sum(axis=1)) for step in steps]),
        daily_event=added(steps[2]).astype(np.float32),
        daily_promotion=added(steps[3]).astype(np.float32),
    )


def _fit(panel: Panel, factors: Factors) -> _Fit:
    line = panel.line
    levels = rolling_levels(panel, factors.past)
    share = half_life_weights(panel, factors.past, levels)
    averaged = np.einsum("nok,nk->no", levels, share)
    length = origins_of(line.blocks) * line.block
    start = line.periods - length
    at_origin = np.repeat(averaged[:, :-1], line.block, axis=1)
    return _Fit(
        averaged[:, -1].astype(np.float64) / line.period_days,
        panel.units[:, start:],
        at_origin * factors.past[:, start:],
    )


def _variances(
    panel: Panel, fit: _Fit, rows: Pools
) -> tuple[npt.NDArray[np.int64], Doubles]:
    """Return window lengths in days and each row's relative variance at them."""
    line = panel.line
    lengths = [
        days // line.period_days
        for days in WINDOW_DAYS
        if days % line.period_days == 0
        and line.block % max(days // line.period_days, 1) == 0
    ]
    if not fit.sold.shape[1] or not len(rows.rows):
        return np.ones(1, dtype=np.int64), np.full(
            (len(rows.rows), 1), UNKNOWN_VARIANCE
        )
    sold, expected = rows.members @ fit.sold, rows.members @ fit.expected
    group = _groups(panel, rows)
    now = (rows.members @ fit.level) * line.period_days
    found = [relative_variance(sold, expected, now, group, k) for k in lengths]
    days = np.array(lengths, dtype=np.int64) * line.period_days
    return days, np.stack(found, axis=1)


def _groups(panel: Panel, rows: Pools) -> npt.NDArray[np.int64]:
    """Return a code per row: rows of one kind and category err alike."""
    category_of = panel.rows.drop_duplicates("sku_id").set_index("sku_id")["category"]
    category = category_of.loc[rows.rows["sku_id"]].to_numpy()
    keys = pd.MultiIndex.from_arrays([rows.rows["kind"], category])
    return np.asarray(pd.factorize(keys, sort=True)[0], dtype=np.int64)


def _causes(parts: list[Doubles]) -> pd.DataFrame:
    names = ["baseline", "weekday", "event", "promotion"]
    return pd.DataFrame(
        {name: np.asarray(part) for name, part in zip(names, parts, strict=True)}
    )
