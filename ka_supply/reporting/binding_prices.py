"""What tonight's scarce things are worth: prices that bind, dearest first."""

import pandas as pd

from ka_supply.reporting.night import Night

__all__ = ["compute_binding_prices"]


def compute_binding_prices(night: Night) -> pd.DataFrame:
    """Return the binding prices, dearest first within each kind.

    Returns
    -------
    DataFrame
        kind, keys (what is scarce, as in the prices table), scarce (the same
        with names), date, unit, price_cny (what one more unit is worth
        tonight, yuan).
    """
    prices = night.plan.prices
    rows = prices[prices["binding"].astype(bool)]
    rows = rows.assign(
        price_cny=rows["price_cny"].astype(float),
        date=pd.to_datetime(rows["date"]),
        keys=rows["keys"].astype("str").fillna(""),
    )
    rows = rows[rows["price_cny"] > 0]
    rows["scarce"] = pd.Series(
        [_spoken(key, night) for key in rows["keys"]], index=rows.index, dtype="str"
    )
    rows = rows.sort_values(
        ["kind", "price_cny", "keys", "date"], ascending=[True, False, True, True]
    )
    columns = ["kind", "keys", "scarce", "date", "unit", "price_cny"]
    return rows[columns].reset_index(drop=True)


def _spoken(key: str, night: Night) -> str:
    """Return a key with the ids in it replaced by names where there are any."""
    names = night.names
    parts = [
        names.account(names.place(names.sku(part))) for part in key.split("/") if part
    ]
    return " · ".join(parts)
