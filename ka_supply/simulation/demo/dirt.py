"""A handful of wrong rows, under one in a hundred of any table, as they come in life.

Refused: sales of the future and of an unknown article, a lot made in the future,
an order for an unknown article. Repaired: full-width digits, dates as people
write them. Kept with a warning: negative store stock.
"""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["dirty", "dirty_sales"]

UNKNOWN_SKU, UNKNOWN_STORE = "199999", "09999"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")  # noqa: RUF001

Tables = dict[str, pd.DataFrame]


def dirty(tables: Tables, as_of: pd.Timestamp) -> Tables:
    """Return the tables with the wrong rows in them; every cell is text."""
    spoil: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "lots": partial(_lots, as_of=as_of),
        "orders": _orders,
        "store_stock": _store_stock,
        "account_skus": _account_skus,
        "stores": _stores,
        "store_visible_counts": _counts,
    }
    return {
        name: spoil[name](table) if name in spoil else table
        for name, table in tables.items()
    }


def _lots(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    future = table.iloc[7].copy()
    day = as_of + pd.Timedelta(days=25)
    future["production_date"] = f"{day:%Y-%m-%d}"
    future["expiry_date"] = ""
    future["lot_id"] = f"{day:L%y%m%dA}"
    negative = table.iloc[len(table) // 2].copy()
    negative["on_hand"], negative["lot_id"] = "-24", f"{negative['lot_id']}X"
    return pd.concat([table, pd.DataFrame([future, negative])], ignore_index=True)


def _orders(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    unknown = table.iloc[11].copy()
    unknown["sku_id"], unknown["line_no"] = UNKNOWN_SKU, "90"
    table.loc[20, "sku_id"] = str(table.loc[20, "sku_id"]).translate(FULL_WIDTH)
    table.loc[21, "ship_to_id"] = str(table.loc[21, "ship_to_id"]) + "\u00a0"
    table.loc[30, "order_date"] = str(table.loc[30, "order_date"]).replace("-", "/")
    day = pd.Timestamp(str(table.loc[31, "order_date"]))
    table.loc[31, "order_date"] = f"{day.year}年{day.month}月{day.day}日"
    return pd.concat([table, unknown.to_frame().T], ignore_index=True)


def _store_stock(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    table.loc[[50, 2050], "on_hand"] = ["-3", "-1"]
    unknown = table.iloc[99].copy()
    unknown["sku_id"] = UNKNOWN_SKU
    return pd.concat([table, unknown.to_frame().T], ignore_index=True)


def _account_skus(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    row = int(np.flatnonzero((table["account_id"] == "KA05").to_numpy())[3])
    table.loc[row, "sku_id"] = str(table.loc[row, "sku_id"]).translate(FULL_WIDTH)
    return table


def _stores(table: pd.DataFrame) -> pd.DataFrame:
    """Add a column nobody asked for, as exported files carry them."""
    return table.assign(区域经理备注=np.where(table["class"] == "A", "重点", ""))


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    """Add a slip of the pen in one count, and a visit entered twice."""
    table = table.copy()
    table.loc[200, "units"] = "七"
    return pd.concat([table, table.iloc[[500]]], ignore_index=True)


def dirty_sales(
    columns: dict[str, pa.Array], as_of: pd.Timestamp
) -> dict[str, pa.Array]:
    """Return the sales with two rows of tomorrow, two of an unknown SKU, one store."""
    rows = pa.table(columns)
    extra = rows.take(list(range(1000, 10_000, 2000))).to_pydict()
    later = (as_of + pd.Timedelta(days=30)).date()
    extra["date"][0] = extra["date"][1] = later
    extra["sku_id"][2] = extra["sku_id"][3] = UNKNOWN_SKU
    extra["store_id"][4] = UNKNOWN_STORE
    spoiled = pa.concat_tables([rows, pa.table(extra, schema=rows.schema)])
    return {name: spoiled[name] for name in spoiled.column_names}
