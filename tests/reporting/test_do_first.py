"""The ten things to do first: dear, varied, and nothing left unsaid."""

import pandas as pd

from ka_supply.reporting.do_first import choose_first
from tests.reporting.kinds import find
from tests.reporting.nights import day, line, make_plan


def _rows(kinds: str) -> pd.DataFrame:
    values = [float(len(kinds) - place) for place in range(len(kinds))]
    return pd.DataFrame({"kind": list(kinds), "value_cny": values})


def test_no_kind_fills_the_list() -> None:
    """Twelve of one kind and two others: two each, then the dearest of the rest."""
    first = choose_first(_rows("aaaaaaaaaaaabc"), limit=6)
    assert first.items["kind"].to_list() == list("aaaabc")
    assert first.items["value_cny"].is_monotonic_decreasing


def test_what_is_off_the_page_is_counted_and_summed() -> None:
    """Listed and unlisted add up to all exceptions and all money."""
    rows = _rows("aabacdabcda")
    first = choose_first(rows, limit=4, per_kind=2)
    told = first.items["more_count"].sum() + first.unlisted["count"].sum()
    assert told == first.count == len(rows) - 4
    money = first.items[["value_cny", "more_cny"]].to_numpy().sum()
    assert money + first.unlisted["value_cny"].sum() == rows["value_cny"].sum()


def test_an_empty_list_stays_empty() -> None:
    """Nothing to do leaves nothing off."""
    first = choose_first(_rows(""))
    assert (len(first.items), len(first.unlisted), first.count) == (0, 0, 0)


def test_a_held_lot_is_not_to_be_loaded() -> None:
    """A line held for credit must not be called to the truck."""
    made = day("2026-09-26")
    lot = {
        "warehouse_id": "W",
        "sku_id": "K1",
        "lot_id": "N1",
        "production_date": made,
        "on_hand": 1200,
    }
    plan = make_plan(lines=[line(production_date=made, status="HELD_CREDIT")])
    assert not len(find({"lots": [lot]}, plan, "LOT_LAST_DISPATCH"))
