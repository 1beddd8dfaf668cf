"""The table of scarce things and what one more unit of each is worth."""

import pandas as pd

from ka_supply.allocation.solution import Solution
from ka_supply.domain.values import CaseValues

__all__ = ["PRICE_COLUMNS", "price_table"]

PRICE_COLUMNS = ("price_id", "kind", "keys", "date", "unit", "price_cny", "binding")
KEY_NAMES = {
    "VEHICLE_KG": "lane",
    "VEHICLE_M3": "lane",
    "PICKING": "warehouse",
    "FILL_FLOOR": "account",
    "CREDIT": "account",
    "MIN_DROP": "destination",
}


def _keys(duals: pd.DataFrame, values: CaseValues) -> list[str]:
    """Return what is scarce as readable text, one per dual."""
    lots = values.lots[["warehouse_id", "sku_id", "lot_id"]]
    names = [
        f"warehouse={warehouse};sku={sku};lot={lot}"
        for warehouse, sku, lot in lots.itertuples(index=False, name=None)
    ]
    return [
        names[int(key)] if kind == "LOT" else f"{KEY_NAMES[kind]}={key}"
        for kind, key in zip(duals["kind"], duals["key"], strict=True)
    ]


def price_table(values: CaseValues, solution: Solution) -> pd.DataFrame:
    """Return the `prices` table of a solution.

    Returns
    -------
    DataFrame, sorted by kind, keys, date
        PRICE_COLUMNS; keys such as "warehouse=W;sku=K;lot=B1", price_cny in
        yuan per unit, rounded to fen. Duals rank candidates for relief; they
        are no promise of what a whole further pallet would bring.
    """
    duals = solution.duals
    found = pd.DataFrame(
        {
            "kind": duals["kind"].astype("str"),
            "keys": pd.Series(_keys(duals, values), index=duals.index, dtype="str"),
            "date": duals["date"].astype("datetime64[s]"),
            "unit": duals["unit"].astype("str"),
            "price_cny": duals["price_cny"].astype("float64").round(2),
            "binding": duals["binding"].astype(bool),
        }
    )
    found = found.sort_values(["kind", "keys", "date"], ignore_index=True)
    found["price_id"] = range(1, len(found) + 1)
    return found[list(PRICE_COLUMNS)]
