"""What tonight's scarce things are worth: prices that bind, dearest first."""

import pandas as pd

from ka_supply.reporting.night import Night, look_up

__all__ = ["compute_binding_prices"]


def compute_binding_prices(night: Night) -> pd.DataFrame:
    """Return the binding prices, dearest first within each kind.

    A lane on which nothing leaves has no price: more room would need a vehicle.

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
    rows = rows[(rows["price_cny"] > 0) & ~_is_idle_lane(rows, night)]
    metric = night.snapshot["accounts"].set_index("account_id")["service_metric"]
    account = rows["keys"].str.removeprefix("account=")
    is_value = (look_up(account, metric) == "VALUE").to_numpy(bool)
    unit = rows["unit"].astype("str").mask(is_value, "yuan")
    is_floor = rows["kind"] == "FILL_FLOOR"
    rows["unit"] = rows["unit"].mask(is_floor, unit.where(unit == "yuan", "unit"))
    rows["scarce"] = pd.Series(
        [_spoken(key, night) for key in rows["keys"]], index=rows.index, dtype="str"
    )
    rows = rows.sort_values(
        ["kind", "price_cny", "keys", "date"], ascending=[True, False, True, True]
    )
    columns = ["kind", "keys", "scarce", "date", "unit", "price_cny"]
    return rows[columns].reset_index(drop=True)


def _is_idle_lane(rows: pd.DataFrame, night: Night) -> pd.Series:
    """Say which prices are of a vehicle that does not leave: it lacks no room."""
    counted = night.lines[night.lines["is_counted"]]
    lane = counted["lane_id"].astype("str")
    used = set(zip("lane=" + lane, counted["departure_date"], strict=True))
    is_vehicle = rows["kind"].astype("str").str.startswith("VEHICLE_")
    is_used = [key in used for key in zip(rows["keys"], rows["date"], strict=True)]
    return is_vehicle & ~pd.Series(is_used, index=rows.index, dtype=bool)


def _spoken(keys: str, night: Night) -> str:
    """Return keys such as "warehouse=W;lot=B1" with names for ids."""
    names = night.names
    say = {
        "account": names.account,
        "destination": names.place,
        "sku": names.sku,
        "warehouse": names.place,
    }
    parts = [part.partition("=") for part in keys.split(";") if part]
    return " · ".join(
        say.get(kind, str)(value) if is_pair else kind for kind, is_pair, value in parts
    )
