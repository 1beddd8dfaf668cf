"""The forecast as tables: the contract's output table, and its storage."""

import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.snapshot import Snapshot, to_days
from ka_supply.forecasting.composition import CAUSE_DAYS
from ka_supply.forecasting.pools import KEY

__all__ = ["forecast_table", "from_tables", "to_tables"]

LEVELS = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p98": 0.98}
CAUSES = ["baseline", "weekday", "event", "promotion"]
DAILY = ("daily_mean", "daily_event", "daily_promotion")


def forecast_table(
    snapshot: Snapshot, network: Network, forecast: Forecast
) -> pd.DataFrame:
    """Return the demand of each destination over its own window.

    Returns
    -------
    DataFrame, sorted by destination_id, freshness_class, sku_id
        destination_id, freshness_class ("" except for warehouses), sku_id,
        window_start (the modelled arrival), window_end (the arrival after it, the
        first day outside the window), mean, p50, p90, p95, p98 (units), causes
        (JSON: units of the mean by cause). Destinations without a departure are
        left out.

    Raises
    ------
    ValueError
        If the forecast was not made from this snapshot's day.
    """
    if forecast.start != snapshot.run_date:
        msg = (
            f"the forecast starts on {forecast.start}, the snapshot's first unknown "
            f"day is {snapshot.run_date}; forecast this snapshot"
        )
        raise ValueError(msg)
    departures = network.departures
    is_served = forecast.rows["destination_id"].isin(list(departures)).to_numpy()
    rows = np.flatnonzero(is_served)
    keys = forecast.rows.iloc[rows].reset_index(drop=True)
    start = [departures[d].arrival_date for d in keys["destination_id"]]
    end = [departures[d].next_arrival_date for d in keys["destination_id"]]
    first = to_days(pd.Series(start, dtype="datetime64[s]"))
    last = to_days(pd.Series(end, dtype="datetime64[s]")) - 1
    demand = forecast.window(rows, first, last)
    quantiles = {name: demand.quantile(level) for name, level in LEVELS.items()}
    return keys[KEY].assign(
        window_start=pd.Series(start, dtype="datetime64[s]"),
        window_end=pd.Series(end, dtype="datetime64[s]"),
        mean=demand.mean,
        **quantiles,
        causes=_cause_texts(forecast, rows, first, last),
    )


def _cause_texts(
    forecast: Forecast,
    rows: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> pd.Series:
    """Return the units of each window by cause as JSON, 0.1 units exact."""
    mean = forecast.mean(rows, first, last)
    event = forecast.event(rows, first, last)
    promotion = forecast.promotion(rows, first, last)
    per_day = forecast.causes["baseline"].to_numpy()[rows] / CAUSE_DAYS
    baseline = per_day * (last - first + 1)
    weekday = mean - baseline - event - promotion
    parts = zip(baseline, weekday, event, promotion, strict=True)
    texts = [
        json.dumps(
            {n: round(float(v), 1) + 0.0 for n, v in zip(CAUSES, p, strict=True)}
        )
        for p in parts
    ]
    return pd.Series(texts, dtype="str")


def to_tables(forecast: Forecast) -> dict[str, pd.DataFrame]:
    """Return the forecast as frames that Parquet can hold.

    Returns
    -------
    mapping of name to DataFrame
        forecast_rows (keys, tail mean, relative variance and causes per row),
        forecast_meta (first day, window lengths), and daily means, event and
        promotion units with one column per day.

    See Also
    --------
    from_tables : the way back, without loss.
    """
    variance = {
        f"relative_variance_{days}": forecast.relative_variance[:, i]
        for i, days in enumerate(forecast.block_days)
    }
    causes = forecast.causes.add_prefix("cause_")
    rows = forecast.rows.assign(tail_mean=forecast.tail_mean, **variance)
    meta = pd.DataFrame({"block_days": forecast.block_days}).assign(
        start=pd.Timestamp(forecast.start).as_unit("s")
    )
    tables = {
        "forecast_rows": pd.concat([rows, causes], axis=1),
        "forecast_meta": meta,
    }
    for name in DAILY:
        values = getattr(forecast, name)
        if values is not None:
            columns = [f"day_{i + 1:03d}" for i in range(values.shape[1])]
            tables[f"forecast_{name}"] = pd.DataFrame(values, columns=columns)
    return tables


def from_tables(tables: Mapping[str, pd.DataFrame]) -> Forecast:
    """Return the forecast that `to_tables` wrote."""
    rows, meta = tables["forecast_rows"], tables["forecast_meta"]
    block_days = meta["block_days"].to_numpy(dtype=np.int64)
    variance = [f"relative_variance_{days}" for days in block_days]
    causes = rows[[f"cause_{name}" for name in CAUSES]].set_axis(CAUSES, axis=1)
    daily = {
        name: tables[f"forecast_{name}"].to_numpy(dtype=np.float32)
        for name in DAILY
        if f"forecast_{name}" in tables
    }
    return Forecast(
        rows=rows[[*KEY, "kind", "account_id"]],
        start=meta["start"].iloc[0].date(),
        tail_mean=rows["tail_mean"].to_numpy(dtype=np.float64),
        block_days=block_days,
        relative_variance=rows[variance].to_numpy(dtype=np.float64),
        causes=causes,
        **daily,
    )
