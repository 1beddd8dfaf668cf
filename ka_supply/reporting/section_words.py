"""Floors and prices in words."""

import math

import pandas as pd

from ka_supply.domain.snapshot import records
from ka_supply.reporting.texts import DASH, Texts

__all__ = ["floor_words", "price_words"]

TOP_PRICES = 3
# Amounts a manager can picture, by unit of the price.
NATURAL_AMOUNTS = {"kg": 100, "yuan": 10_000, "unit": 100}


def floor_words(rows: pd.DataFrame, texts: Texts) -> list[str]:
    """Return each floor with its measure, and what lacks to it."""
    found = []
    for row in records(rows):
        if row["floor_frac"] is None:
            found.append(DASH)
            continue
        measure = "value" if row["is_floor_value"] else "units"
        gap = row["floor_gap"]
        lacks = texts.cny(gap) if row["is_floor_value"] else texts.units(math.ceil(gap))
        key = f"floor.{measure}.missed" if row["is_missed"] else f"floor.{measure}"
        found.append(texts(key, floor=texts.percent(row["floor_frac"]), gap=lacks))
    return found


def price_words(prices: pd.DataFrame, texts: Texts) -> tuple[str, ...]:
    """Return the dearest binding prices of each kind, each as a sentence.

    Parameters
    ----------
    prices : DataFrame
        As of `compute_binding_prices`.
    """
    words = []
    for row in records(prices.groupby("kind", sort=True).head(TOP_PRICES)):
        amount = NATURAL_AMOUNTS.get(row["unit"], 1)
        family = "unit" if amount > 1 else "unit.one"
        words.append(
            texts(
                f"price.{row['kind']}",
                scarce=row["scarce"],
                amount=texts.units(amount),
                unit=texts.code(family, row["unit"]),
                date=texts.date(row["date"]),
                price=texts.cny(amount * row["price_cny"]),
            )
        )
    return tuple(words)
