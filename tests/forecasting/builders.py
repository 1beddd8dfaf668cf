"""Worlds with long sales histories, built as whole columns."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.settings import Settings
from ka_supply.domain.snapshot import Snapshot
from ka_supply.forecasting import forecast
from tests.worlds import AS_OF, Row, basic_rows, world

__all__ = ["dates_until", "forecast_of", "long_world", "replaced", "sales_frame"]

Numbers = npt.NDArray[np.floating] | npt.NDArray[np.integer]


def dates_until(days: int, as_of: dt.date = AS_OF) -> pd.DatetimeIndex:
    """Return `days` days that end with `as_of`."""
    return pd.date_range(end=as_of, periods=days).as_unit("s")


def sales_frame(
    stores: Sequence[str],
    skus: Sequence[str],
    units: Numbers,
    dates: pd.DatetimeIndex,
    columns: Mapping[str, npt.ArrayLike] | None = None,
) -> pd.DataFrame:
    """Return a typed sales table; `units` has shape (stores, skus, days)."""
    shape = (len(stores), len(skus), len(dates))
    at = np.indices(shape).reshape(3, -1)
    values: dict[str, Any] = {
        "date": dates[at[2]],
        "store_id": pd.array(np.array(stores, dtype=object)[at[0]], dtype="str"),
        "sku_id": pd.array(np.array(skus, dtype=object)[at[1]], dtype="str"),
        "units": np.broadcast_to(units, shape).reshape(-1).astype(np.int64),
        "channel": "STORE",
        "net_cny": np.nan,
        "is_promo": False,
        "promo_id": pd.Series(np.nan, index=range(at.shape[1]), dtype="str"),
        "returns_units": 0,
        "in_stock_frac": np.nan,
        "source_file": "sales.csv",
        "source_row": np.arange(2, at.shape[1] + 2),
    }
    for name, value in (columns or {}).items():
        values[name] = np.broadcast_to(value, shape).reshape(-1)
    return pd.DataFrame(values).astype({"channel": "str", "source_file": "str"})


def replaced(snapshot: Snapshot, **tables: pd.DataFrame) -> Snapshot:
    """Return the snapshot with some tables replaced."""
    return Snapshot(
        snapshot.as_of,
        {**snapshot.tables, **tables},
        snapshot.settings,
        snapshot.quarantine,
    )


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{i + 1}" for i in range(count)]


def _bare_rows(stores: Sequence[str], skus: Sequence[str]) -> dict[str, Sequence[Row]]:
    rows = basic_rows()
    store, sku, lane = (rows[t][0] for t in ("stores", "skus", "lanes"))
    return {
        **rows,
        "sales": [],
        "store_stock": [],
        "lots": [],
        "stores": [{**store, "store_id": s} for s in stores],
        "skus": [{**sku, "sku_id": s} for s in skus],
        "account_skus": [{"account_id": "A", "sku_id": s} for s in skus],
        "lanes": [{**lane, "lane_id": f"L{s}", "to_id": s} for s in stores],
    }


@cache
def _bare_world(stores: int, skus: int) -> Snapshot:
    return world(**_bare_rows(_names("S", stores), _names("K", skus)))


def long_world(
    units: Numbers,
    settings: Settings | None = None,
    columns: Mapping[str, npt.ArrayLike] | None = None,
    **tables: Sequence[Row],
) -> Snapshot:
    """Return a world with sales of shape (stores, skus, days) until `AS_OF`.

    Stores are S1, S2, ...; SKUs K1, K2, ...; all listed, one category and account.
    """
    stores, skus = _names("S", units.shape[0]), _names("K", units.shape[1])
    snapshot = _bare_world(len(stores), len(skus))
    if settings or tables:
        rows = {**_bare_rows(stores, skus), **tables}
        snapshot = world(settings=settings, **rows)
    period = snapshot.settings.data.period_days
    dates = pd.date_range(end=AS_OF, periods=units.shape[2], freq=f"{period}D").as_unit(
        "s"
    )
    sales = sales_frame(stores, skus, units, dates, columns)
    return replaced(snapshot, sales=sales)


def forecast_of(snapshot: Snapshot) -> Forecast:
    """Return the forecast of a snapshot's stores alone."""
    return forecast(snapshot, Network({}, {}))
