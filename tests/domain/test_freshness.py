"""The freshness rule at its edges (rule R6)."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.domain.contracts import ContractBook
from ka_supply.domain.freshness import (
    Contract,
    eligible,
    last_eligible_receipt,
    lot_dates,
    shelf_life_end,
    shelf_life_start,
)
from ka_supply.domain.network import build_network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.snapshot import to_days
from tests.worlds import Row, basic_rows, world

DAY = dt.date(2026, 11, 26)


def _is_eligible(
    made: dt.date, ends: dt.date, contract: Contract, receipt: dt.date
) -> bool:
    return bool(eligible(to_days(made), to_days(ends), contract, to_days(receipt)))


def test_exactly_one_third_is_accepted_and_one_day_more_refused() -> None:
    """A 180-day product is received on day 60 and refused on day 61."""
    made = DAY - dt.timedelta(days=60)
    ends = made + dt.timedelta(days=180)
    assert _is_eligible(made, ends, Contract(1, 3), DAY)
    assert not _is_eligible(made, ends, Contract(1, 3), DAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("made", "months", "ends"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2023, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), 48, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
    ],
)
def test_calendar_months_and_leap_days(
    made: dt.date, months: int, ends: dt.date
) -> None:
    """A missing day becomes the last of its month."""
    assert shelf_life_end(made, months, "MONTH") == ends


def test_one_third_of_a_calendar_month_life_uses_its_real_days() -> None:
    """Nine months from 1 February are 273 days: day 91 is in, day 92 is out."""
    made = dt.date(2026, 2, 1)
    ends = shelf_life_end(made, 9, "MONTH")
    assert (ends - made).days == 273
    assert _is_eligible(made, ends, Contract(), made + dt.timedelta(days=91))
    assert not _is_eligible(made, ends, Contract(), made + dt.timedelta(days=92))


def test_minimum_days_left_binds_beside_the_age() -> None:
    """Both the age and the days left must hold."""
    made = DAY - dt.timedelta(days=10)
    ends = made + dt.timedelta(days=60)
    assert _is_eligible(made, ends, Contract(1, 3, 50), DAY)
    assert not _is_eligible(made, ends, Contract(1, 3, 51), DAY)


def test_nothing_is_received_on_its_expiry_date() -> None:
    """A limit of the whole life still ends the day before expiry."""
    made = DAY - dt.timedelta(days=30)
    assert not _is_eligible(made, DAY, Contract(1, 1), DAY)
    assert _is_eligible(made, DAY + dt.timedelta(days=1), Contract(1, 1), DAY)


@given(
    made=st.integers(18_000, 22_000),
    life=st.integers(1, 1_500),
    num=st.integers(0, 4),
    den=st.integers(1, 4),
    left=st.integers(0, 400),
)
def test_last_eligible_receipt_is_the_last(
    made: int, life: int, num: int, den: int, left: int
) -> None:
    """The last eligible receipt is eligible, the day after is not."""
    contract = Contract(num, den, left)
    lots = np.array([made]), np.array([made + life])
    last = last_eligible_receipt(*lots, contract)
    if last[0] >= made:
        assert eligible(*lots, contract, last)[0]
    assert not eligible(*lots, contract, last + 1)[0]


@given(
    made=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
    months=st.integers(1, 36),
)
def test_derived_production_date_is_never_too_late(made: dt.date, months: int) -> None:
    """Going back from the expiry never makes goods younger than they are."""
    ends = shelf_life_end(made, months, "MONTH")
    assert shelf_life_start(ends, months, "MONTH") <= made


def test_given_expiry_wins_over_the_computed_one() -> None:
    """A label's expiry date beats the master's shelf life."""
    rows = basic_rows()
    lot = dict(rows["lots"][0])
    rows["lots"] = [{**lot, "expiry_date": dt.date(2027, 1, 31)}]
    found = lot_dates(world(**rows))
    assert found["expiry_day"].tolist() == [int(to_days(dt.date(2027, 1, 31)))]


def test_receipt_pushed_by_a_closed_receiving_day_makes_a_lot_too_old() -> None:
    """A closed day moves the receipt, and with it the age that counts."""
    rows = basic_rows()
    arrival = dt.date(2026, 11, 26)
    open_pairs = world(**rows)
    rows["store_calendar"] = [{"store_id": "S1", "date": arrival, "is_receiving": 0}]
    closed_pairs = world(**rows)
    days = []
    for snapshot in (open_pairs, closed_pairs):
        pairs = build_pairs(snapshot, build_network(snapshot))
        days.append(pairs["customer_receipt_date"].dt.date.tolist())
    assert days == [[arrival], [arrival + dt.timedelta(days=1)]]
    made = arrival - dt.timedelta(days=60)
    ends = made + dt.timedelta(days=180)
    assert [_is_eligible(made, ends, Contract(), d[0]) for d in days] == [True, False]


def test_most_specific_contract_wins() -> None:
    """SKU beats category beats life band; no row means one third."""
    rows = basic_rows()
    terms: list[Row] = [
        {"max_age_num": 1, "max_age_den": 2},
        {"max_age_num": 2, "max_age_den": 5, "life_band": "100-200"},
        {"max_age_num": 1, "max_age_den": 4, "sku_class": "饮料"},
        {"max_age_num": 1, "max_age_den": 5, "sku_id": "K"},
    ]
    found = []
    for number in range(len(terms) + 1):
        rows["freshness_contracts"] = [{"account_id": "A", **t} for t in terms[:number]]
        book = ContractBook(world(**rows))
        found.append(str(book.contract("A", "K", DAY, ("S1",))))
    assert found == ["1/3/0", "1/2/0", "2/5/0", "1/4/0", "1/5/0"]


def test_promotion_row_counts_only_inside_the_buy_window() -> None:
    """Goods bought for a promotion may be older, on the days of its buy window."""
    rows = basic_rows()
    rows["freshness_contracts"] = [
        {"account_id": "A"},
        {"account_id": "A", "is_promo": 1, "max_age_num": 1, "max_age_den": 2},
    ]
    rows["promo_calendar"] = [
        {
            "promo_id": "P",
            "account_id": "A",
            "sku_id": "K",
            "buy_start": DAY,
            "buy_end": DAY,
            "sale_start": DAY + dt.timedelta(days=7),
            "sale_end": DAY + dt.timedelta(days=9),
        }
    ]
    book = ContractBook(world(**rows))
    inside = str(book.contract("A", "K", DAY, ("S1",)))
    after = str(book.contract("A", "K", DAY + dt.timedelta(days=1), ("S1",)))
    assert (inside, after) == ("1/2/0", "1/3/0")
