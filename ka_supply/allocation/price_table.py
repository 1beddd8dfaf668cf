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


def _keys(kind: str, key: object, values: CaseValues) -> str:
    if kind != "LOT":
        return f"{KEY_NAMES[kind]}={key}"
    lot = values.lots.loc[int(str(key))]
    return f"warehouse={lot['warehouse_id']};sku={lot['sku_id']};lot={lot['lot_id']}"


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
            "keys": pd.Series(
                [
                    _keys(kind, key, values)
                    for kind, key in zip(duals["kind"], duals["key"], strict=True)
                ],
                index=duals.index,
                dtype="str",
            ),
            "date": duals["date"].astype("datetime64[s]"),
            "unit": duals["unit"].astype("str"),
            "price_cny": duals["price_cny"].astype("float64").round(2),
            "binding": duals["binding"].astype(bool),
        }
    )
    found = found.sort_values(["kind", "keys", "date"], ignore_index=True)
    found["price_id"] = range(1, len(found) + 1)
    return found[list(PRICE_COLUMNS)]
