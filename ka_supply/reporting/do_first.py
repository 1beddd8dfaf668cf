"""Which exceptions a manager reads first: dear ones, but not ten of one kind."""

from dataclasses import dataclass

import pandas as pd

__all__ = ["FirstItems", "choose_first"]

FIRST_ITEMS, ITEMS_PER_KIND = 10, 2


@dataclass(frozen=True)
class FirstItems:
    """The exceptions listed on the page, and what stays off it.

    Parameters
    ----------
    items : DataFrame
        Rows of the exceptions table, dearest first, with `more_count` and
        `more_cny`: what is off the page of the same kind, told once at the last
        item of its kind, else 0.
    unlisted : DataFrame
        kind, count, value_cny of kinds of which no item is listed.
    count : int
        All exceptions off the page.
    """

    items: pd.DataFrame
    unlisted: pd.DataFrame
    count: int


def choose_first(
    exceptions: pd.DataFrame, limit: int = FIRST_ITEMS, per_kind: int = ITEMS_PER_KIND
) -> FirstItems:
    """Return the exceptions to list first, at most `per_kind` of each kind.

    Parameters
    ----------
    exceptions : DataFrame
        kind and value_cny, dearest first.
    limit : int
        Items to list. Where fewer kinds exist the next dearest fill the list.
    per_kind : int

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": list("aaab"), "value_cny": [9.0, 8, 7, 1]})
    >>> choose_first(rows, limit=3).items[["kind", "more_count"]].to_numpy().tolist()
    [['a', 0], ['a', 1], ['b', 0]]
    """
    rank = exceptions.groupby("kind").cumcount()
    first = exceptions[rank < per_kind].head(limit)
    spare = exceptions.drop(index=first.index).head(limit - len(first))
    items = pd.concat([first, spare]).sort_index()
    rest = exceptions.drop(index=items.index).groupby("kind")["value_cny"]
    summed = rest.agg(["size", "sum"]).reset_index()
    summed.columns = pd.Index(["kind", "count", "value_cny"])
    is_last = ~items.duplicated("kind", keep="last")
    found = items.merge(summed, on="kind", how="left", suffixes=("", "_more"))
    told = is_last.to_numpy()
    found = found.assign(
        more_count=found["count"].fillna(0).where(told, 0).astype("int64"),
        more_cny=found["value_cny_more"].fillna(0.0).where(told, 0.0),
    ).drop(columns=["count", "value_cny_more"])
    unlisted = summed[~summed["kind"].isin(items["kind"])]
    unlisted = unlisted.sort_values(
        ["value_cny", "kind"], ascending=[False, True], ignore_index=True
    )
    return FirstItems(found, unlisted, len(exceptions) - len(items))
