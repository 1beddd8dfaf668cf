"""Contracted fill-rate floors and what falling short costs (rule R13)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.domain.snapshot import Snapshot

__all__ = ["Floors", "build_floors"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FEN_PER_CNY = 100


@dataclass(frozen=True)
class Floors:
    """Fill-rate floors per account.

    Parameters
    ----------
    keys : DataFrame
        account_id, metric (QUANTITY or VALUE).
    of_pair : shape (pairs,)
        Floor of a pair with ordered need, -1 elsewhere.
    need_cases : shape (pairs,)
        Cases of a pair that count, at most.
    per_case : shape (pairs,)
        Units or yuan a counted case adds.
    asked : shape (floors,)
        Units or yuan of the floor.
    unit_cost_cny : shape (floors,)
        What a missing unit or yuan costs.
    """

    keys: pd.DataFrame
    of_pair: Ints
    need_cases: Ints
    per_case: Floats
    asked: Floats
    unit_cost_cny: Floats

    def slack(self, cases: Ints) -> Floats:
        """Return units or yuan missing from each floor."""
        counted = np.minimum(cases, self.need_cases) * self.per_case
        done = np.zeros(len(self.asked))
        has = self.of_pair >= 0
        np.add.at(done, self.of_pair[has], counted[has])
        missing = self.asked - done
        # Below a billionth of the floor is the noise of decimal fractions.
        return np.where(missing > 1e-9 * np.maximum(self.asked, 1), missing, 0.0)

    def slack_fen(self, cases: Ints) -> Ints:
        """Return the cost of the slack of each floor in whole fen, half up."""
        cost = self.slack(cases) * self.unit_cost_cny * FEN_PER_CNY
        return np.floor(cost + 0.5).astype(np.int64)


def build_floors(snapshot: Snapshot, pairs: pd.DataFrame, blocked: set[str]) -> Floors:
    """Return the floors of accounts that have one, are not blocked and order."""
    accounts = snapshot["accounts"].set_index("account_id").sort_index()
    promised = accounts[accounts["fill_floor_frac"].gt(0)]
    promised = promised[~promised.index.isin(blocked)]
    ordered = (
        pairs["kind"].eq("SHIPMENT")
        & pairs["need_source"].eq("ORDER")
        & pairs["need_units"].gt(0)
        & pairs["account_id"].isin(set(promised.index))
    )
    promised = promised[promised.index.isin(set(pairs.loc[ordered, "account_id"]))]
    account = pairs["account_id"].where(ordered)
    number = pd.Series(np.arange(len(promised)), index=promised.index)
    row = account.map(number).fillna(-1).to_numpy(np.int64)
    has = row >= 0
    need = pairs["need_units"].to_numpy(np.int64)
    per_case = pairs["units_per_case"].to_numpy(np.int64)
    price = pairs["price_cny"].to_numpy(float)
    units, worth = np.zeros(len(promised)), np.zeros(len(promised))
    np.add.at(units, row[has], need[has])
    np.add.at(worth, row[has], (need * price)[has])
    in_value = promised["service_metric"].eq("VALUE").to_numpy()
    by_value = np.append(in_value, False)[row]
    floor = promised["fill_floor_frac"].to_numpy(float)
    share = promised["penalty_short_frac"].fillna(0).to_numpy(float)
    share = np.where(share > 0, share, snapshot.settings.money.default_penalty_share)
    share = share * promised["priority_weight"].to_numpy(float)
    return Floors(
        pd.DataFrame(
            {
                "account_id": promised.index.to_numpy(),
                "metric": np.where(in_value, "VALUE", "QUANTITY"),
            }
        ),
        row,
        np.where(has, need // per_case, 0),
        np.where(by_value, price, 1.0) * per_case,
        floor * np.where(in_value, worth, units),
        np.where(in_value, share, share * worth / np.maximum(units, 1)),
    )
