"""Which lot a case is valued with, tonight and next time."""

import datetime as dt

import numpy as np
import pytest

from ka_supply.domain.network import build_network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.settings import NightSettings, Settings
from ka_supply.domain.snapshot import to_days
from ka_supply.domain.stock import free_lots
from ka_supply.inventory.ageing import Ageing, build_ageing
from ka_supply.inventory.setting import build_setting
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import lot, weekly_rows
from tests.worlds import AS_OF, Row, world


def ageing_of(*lots: Row, lock_days: int = 0) -> Ageing:
    """Return the ageing of a store at 2 a day: 18 units tonight, 14 a review."""
    rows = weekly_rows(units_per_case=1)
    rows["lots"] = list(lots)
    night = NightSettings(store_lock_days=lock_days)
    snapshot = world(settings=Settings(night=night), **rows)
    network = build_network(snapshot)
    forecast = constant_forecast({("S1", "", "K"): 2.0})
    pairs, offered = build_pairs(snapshot, network), free_lots(snapshot)
    setting = build_setting(snapshot, network, forecast, pairs, offered)
    return build_ageing(setting, np.zeros(1, dtype=np.int64))


def withdrawal(age_days: int) -> int:
    return int(to_days(AS_OF + dt.timedelta(days=180 - age_days)))


@pytest.mark.parametrize(
    ("lots", "now", "later"),
    [
        # One large lot, still eligible next week: the same both times.
        ([(20, 600)], 20, 20),
        # One large lot that nobody may take next week: a week fresher then.
        ([(56, 600)], 56, 49),
        # Scraps of an old lot serve too few to stand for the night.
        ([(50, 4), (20, 600)], 20, 20),
        # An old lot that tonight uses up, then the next.
        ([(40, 20), (20, 600)], 40, 20),
        # Too little of everything: the freshest of it.
        ([(40, 2), (20, 3)], 20, 13),
        # Nothing on hand: a lot that would just be accepted, a third of life old.
        ([], 57, 50),
    ],
)
def test_the_lot_fefo_serves_stands_for_the_case(
    lots: list[tuple[int, int]], now: int, later: int
) -> None:
    """Tonight's lot and next time's follow from what the night draws."""
    found = ageing_of(*(lot("W", f"B{i}", *x) for i, x in enumerate(lots)))
    assert found.withdrawal_day.tolist() == [withdrawal(now)]
    assert found.next_withdrawal_day.tolist() == [withdrawal(later)]


def test_the_store_s_lock_comes_before_expiry() -> None:
    """Goods are off the shelf the lock days before they expire."""
    found = ageing_of(lot("W", "B", 20, 600), lock_days=10)
    assert found.withdrawal_day.tolist() == [withdrawal(30)]
    # From 24 November to the day before: 180 - 20 - 10 - 1 days at 2 a day.
    assert found.now.mean.tolist() == [298.0]
