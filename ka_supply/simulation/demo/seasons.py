"""The calendar: holidays as a table, and their pull on each category's demand."""

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["category_factors", "holiday_table"]

# Monday to Sunday.
WEEKDAY_PROFILE = {
    "饮料": (0.90, 0.88, 0.90, 0.94, 1.04, 1.20, 1.14),
    "乳品": (0.92, 0.90, 0.92, 0.94, 1.02, 1.18, 1.12),
    "糕点": (0.90, 0.88, 0.90, 0.92, 1.02, 1.22, 1.16),
    "休闲坚果": (0.84, 0.82, 0.86, 0.92, 1.06, 1.30, 1.20),
    "粮油调味": (0.92, 0.90, 0.92, 0.92, 0.98, 1.20, 1.16),
    "日化": (0.86, 0.86, 0.88, 0.92, 1.00, 1.28, 1.20),
}
# January to December.
MONTH_PROFILE = {
    "饮料": (0.9, 0.85, 0.85, 0.95, 1.1, 1.2, 1.35, 1.35, 1.15, 0.95, 0.85, 0.85),
    "乳品": (1.1, 1.0, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 1.0, 1.0, 1.05, 1.1),
}
# Name: {category: (days before with a rising pull, factor before, factor within)}
PULL = {
    "端午节": {
        "糕点": (9, 1.5, 1.7),
        "饮料": (3, 1.1, 1.25),
        "粮油调味": (4, 1.2, 1.2),
    },
    "中秋节": {
        "糕点": (12, 1.5, 1.4),
        "休闲坚果": (10, 1.4, 1.4),
        "乳品": (6, 1.3, 1.3),
    },
    "国庆节": {
        "饮料": (2, 1.15, 1.35),
        "休闲坚果": (3, 1.2, 1.3),
        "乳品": (2, 1.1, 1.2),
    },
    "劳动节": {"饮料": (2, 1.15, 1.3), "休闲坚果": (2, 1.1, 1.25)},
    "清明节": {"糕点": (3, 1.2, 1.25), "饮料": (1, 1.0, 1.1)},
    "春节": {"饮料": (0, 1.0, 1.3), "休闲坚果": (0, 1.0, 1.2)},
}
# The weeks after the New Year borrow from the weeks before it.
FESTIVE_DAYS, AFTER_NEW_YEAR_DAYS, AFTER_NEW_YEAR_FACTOR = 5, 16, 0.72
MAKEUP_SUNDAY_FACTOR = 0.9


@cache
def _all_holidays() -> pd.DataFrame:
    source = files("ka_supply.domain").joinpath("lunar_holidays.csv")
    with source.open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    return table.assign(date=pd.to_datetime(table["date"]))


def holiday_table(first_year: int, last_year: int) -> pd.DataFrame:
    """Return the holidays of some years, one row per day.

    Examples
    --------
    >>> table = holiday_table(2026, 2027)
    >>> table.loc[table["days_to_cny"] == "0", "date"].dt.strftime("%F").tolist()
    ['2026-02-17', '2027-02-06']
    """
    table = _all_holidays()
    years = table["date"].dt.year.between(first_year, last_year)
    found: pd.DataFrame = table[years].reset_index(drop=True)
    return found


def category_factors(
    dates: pd.DatetimeIndex, categories: list[str]
) -> npt.NDArray[np.float64]:
    """Return the demand factor of each day and category, days x categories."""
    columns = [_weekday_and_month(dates, category) for category in categories]
    factor = np.stack(columns, axis=1)
    table = holiday_table(dates[0].year, dates[-1].year)
    spans = table.groupby(["name", table["date"].dt.year])["date"].agg(["min", "size"])
    for (name, _), (start, days) in zip(spans.index, spans.to_numpy(), strict=True):
        for category, pull in PULL.get(name, {}).items():
            column = categories.index(category)
            factor[:, column] *= _pull(dates, start, days, pull)
    makeup = table.loc[table["is_makeup_workday"] == "1", "date"]
    factor[dates.isin(makeup)] *= MAKEUP_SUNDAY_FACTOR
    for year in table.loc[table["days_to_cny"] == "0", "date"]:
        after = (dates - year).days.to_numpy()
        hole = (after >= FESTIVE_DAYS) & (after < FESTIVE_DAYS + AFTER_NEW_YEAR_DAYS)
        factor[hole] *= AFTER_NEW_YEAR_FACTOR
    return factor


def _weekday_and_month(
    dates: pd.DatetimeIndex, category: str
) -> npt.NDArray[np.float64]:
    week = np.asarray(WEEKDAY_PROFILE[category])[dates.day_of_week]
    year = np.asarray(MONTH_PROFILE.get(category, (1.0,) * 12))[dates.month - 1]
    return np.asarray(week * year, dtype=np.float64)


def _pull(
    dates: pd.DatetimeIndex,
    start: pd.Timestamp,
    days: int,
    pull: tuple[int, float, float],
) -> npt.NDArray[np.float64]:
    """Return a ramp before the holiday, a plateau within, a dip of four days after."""
    before, factor_before, factor_within = pull
    offset = (dates - start).days.to_numpy()
    ramp = np.clip(1 + offset / max(before, 1), 0, 1)
    factor = np.where(offset < 0, 1 + (factor_before - 1) * ramp, 1.0)
    factor = np.where((offset >= 0) & (offset < days), factor_within, factor)
    return np.where((offset >= days) & (offset < days + 4), 0.88, factor)
