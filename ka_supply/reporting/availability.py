"""On-shelf availability 有货率 and presentation compliance 陈列达标率."""

import numpy as np
import pandas as pd

from ka_supply.domain.listing import listings
from ka_supply.reporting.night import Night, look_up
from ka_supply.reporting.visible import PERIOD_DAYS

__all__ = ["compute_availability", "compute_presentation"]


def compute_availability(night: Night) -> pd.DataFrame:
    """Return the in-stock share of store-SKU-days of the last 28 days by account.

    A day counts with the share of the opening time it was in stock as given by
    the sales row; where that is blank, with whether the stock record of the
    day is above zero; where both are missing it counts as in stock. An account
    without a single record has no figure.

    Returns
    -------
    DataFrame, sorted by account_id
        account_id, sales_days (store-SKU-days), recorded_days (of them, known
        from either record), in_stock_days, availability_frac.
    """
    end = pd.Timestamp(night.snapshot.as_of)
    start = end - pd.Timedelta(days=PERIOD_DAYS - 1)
    sales = night.snapshot["sales"]
    recent = sales.loc[
        sales["date"].between(start, end),
        ["date", "store_id", "sku_id", "in_stock_frac"],
    ]
    stock = night.snapshot["store_stock"]
    stock = stock[stock["as_of_date"].between(start, end)]
    key = ["date", "store_id", "sku_id"]
    held = stock.rename(columns={"as_of_date": "date"}).set_index(key)["on_hand"]
    held = held[~held.index.duplicated(keep="last")]
    cells = recent.drop_duplicates(key)
    recorded = held.reindex(pd.MultiIndex.from_frame(cells[key]))
    by_stock = np.where(recorded.isna(), np.nan, recorded.to_numpy(float) > 0)
    share = cells["in_stock_frac"].astype(float)
    share = share.fillna(pd.Series(by_stock, index=cells.index))
    account = look_up(cells["store_id"], night.account_of_place)
    table = pd.DataFrame(
        {"recorded_days": share.notna(), "in_stock_days": share.fillna(1.0)}
    )
    groups = table.groupby(account.rename("account_id"))
    found = groups.sum()
    found.insert(0, "sales_days", groups.size())
    known = found["in_stock_days"].where(found["recorded_days"] > 0)
    found["availability_frac"] = known / found["sales_days"]
    return found.reset_index()


def compute_presentation(night: Night, visible: pd.DataFrame) -> pd.DataFrame:
    """Return the share of counted store-SKUs at or above their presentation minimum.

    Parameters
    ----------
    visible : DataFrame
        Of `ka_supply.reporting.visible.compute_visible_pairs`.

    Returns
    -------
    DataFrame, sorted by account_id
        account_id, checked_pairs (with a minimum), presentation_frac.
    """
    key = ["store_id", "sku_id"]
    rows = listings(night.snapshot).sort_values([*key, "is_store_row"])
    rows = rows.drop_duplicates(key, keep="last")
    rows = rows[rows["presentation_min_units"].notna()]
    joined = visible.merge(rows[[*key, "presentation_min_units"]], on=key)
    smallest = joined["presentation_min_units"].astype(float)
    enough = (joined["visible_units"] >= smallest).astype(float)
    found = enough.groupby(joined["account_id"]).agg(["count", "mean"])
    return found.set_axis(["checked_pairs", "presentation_frac"], axis=1).reset_index()
