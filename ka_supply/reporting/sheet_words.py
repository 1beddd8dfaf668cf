"""Names for ids, words for codes, heads for columns: what every sheet needs."""

import pandas as pd

from ka_supply.reporting.night import Names
from ka_supply.reporting.texts import texts_of
from ka_supply.reporting.workbook import SheetColumn

__all__ = ["coded", "named_columns", "spoken"]


def named_columns(*names: tuple[str, str]) -> list[SheetColumn]:
    """Return sheet columns whose head is the text of their own name."""
    return [(name, f"column.{name}", kind) for name, kind in names]


def spoken(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return `frame` with the names of its ids."""
    for key, column, name in (
        ("account_id", "account", names.account),
        ("destination_id", "place", names.place),
        ("location_id", "location", names.place),
        ("store_id", "store", names.place),
        ("sku_id", "sku", names.sku),
        ("origin_id", "origin", names.place),
    ):
        if key in frame:
            ids = frame[key].fillna("").astype("str")
            frame = frame.assign(**{column: [name(v) for v in ids]})
    return frame


def coded(frame: pd.DataFrame, **families: str) -> pd.DataFrame:
    """Return `frame` with codes replaced by Chinese words."""
    zh = texts_of("zh")
    words = {
        column: [zh.code(family, v) if v else "" for v in frame[column].fillna("")]
        for column, family in families.items()
    }
    return frame.assign(**words)
