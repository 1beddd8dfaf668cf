"""The hand-written part of the demo: small tables beside this module."""

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

__all__ = ["generator", "reference"]


@cache
def _text(name: str) -> pd.DataFrame:
    source = files("ka_supply.simulation.demo").joinpath(f"reference/{name}.csv")
    with source.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def reference(name: str) -> pd.DataFrame:
    """Return a copy of the reference table `name`, every cell text.

    Examples
    --------
    >>> reference("regions")["region_code"].tolist()
    ['赣南', '赣中', '湘东', '粤北']
    """
    return _text(name).copy()


def generator(seed: int, stage: int) -> np.random.Generator:
    """Return the random stream of one stage, independent of the other stages."""
    return np.random.default_rng([seed, stage])
