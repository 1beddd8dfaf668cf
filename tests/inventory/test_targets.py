"""Safety-stock policies, needs and the most specific service target."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from ka_supply.domain.demand import Demand
from ka_supply.domain.network import build_network
from ka_supply.domain.snapshot import records
from ka_supply.inventory import value_cases
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import Rows, retailer_dc_rows, weekly_rows
from tests.worlds import AS_OF, Row, world


def pair_of(rows: Rows, promotion_share: float = 0.0) -> dict[str, Any]:
    snapshot = world(**rows)
    daily = {("S1", "", "K"): 2.0}
    found = constant_forecast(daily, 0.2, promotion_share=promotion_share)
    return records(value_cases(snapshot, found, build_network(snapshot)).pairs)[0]


def with_targets(*targets: Row, **listing: object) -> Rows:
    rows = weekly_rows()
    rows["service_targets"] = list(targets)
    rows["account_skus"] = [{**rows["account_skus"][0], **listing}]
    return rows


# From 24 November to the next arrival on 3 December: nine days at 2 a day.
UNTIL_NEXT = Demand(np.array([18.0]), np.array([0.2]))


def test_statistical_is_a_quantile_of_the_whole_wait() -> None:
    """The target is demand until the next arrival at the promised chance."""
    pair = pair_of(with_targets({"scope": "ALL", "target_frac": 0.9}))
    assert pair["target_units"] == UNTIL_NEXT.quantile(0.9)[0]
    assert pair["safety_stock_units"] == pytest.approx(pair["target_units"] - 18)
    assert pair["need_units"] == -(-int(pair["target_units"]) // 6) * 6
    assert pair["need_cases"] == pair["need_units"] // 6


def test_the_display_lifts_a_low_statistical_level() -> None:
    """The effective minimum is the higher of the two."""
    rows = with_targets({"scope": "ALL", "target_frac": 0.5}, presentation_min_units=12)
    pair = pair_of(rows)
    assert pair["target_units"] == 30
    assert pair["presentation_units"] == 12


def test_presentation_alone_ignores_the_quantile() -> None:
    """Mean demand and the minimum display."""
    rows = with_targets(
        {"scope": "ALL", "ss_policy": "presentation", "presentation_min_units": 4}
    )
    assert pair_of(rows)["target_units"] == 22


def test_the_trade_s_rule_takes_one_and_a_half_of_the_last_cycle() -> None:
    """Seven days at 2 a day were sold: 21 units, whatever is forecast."""
    pair = pair_of(with_targets({"scope": "ALL", "ss_policy": "rep_1_5x"}))
    assert pair["target_units"] == 21
    assert pair["ss_policy"] == "rep_1_5x"


def test_the_trade_s_rule_sums_the_stores_of_a_retailer_dc() -> None:
    """Sell-out of every store behind the DC counts."""
    rows = retailer_dc_rows()
    rows["service_targets"] = [{"scope": "ALL", "ss_policy": "rep_1_5x"}]
    rows["sales"] = [
        {"date": AS_OF - dt.timedelta(days=i), "store_id": s, "sku_id": "K", "units": n}
        for i in range(20)
        for s, n in (("S1", 1), ("S2", 3))
    ]
    snapshot = world(**rows)
    daily = {("S1", "", "K"): 1.0, ("S2", "", "K"): 3.0, ("D", "", "K"): 4.0}
    found = value_cases(snapshot, constant_forecast(daily), build_network(snapshot))
    assert found.pairs["target_units"].tolist() == [42]


def test_no_target_beyond_what_sells_before_withdrawal() -> None:
    """A lot with eight days on the shelf caps the target at its sales."""
    rows = with_targets({"scope": "ALL", "target_frac": 0.99})
    rows["skus"] = [{**rows["skus"][0], "shelf_life_value": 30}]
    rows["lots"] = [{**rows["lots"][0], "production_date": dt.date(2026, 11, 18)}]
    # Withdrawn on 18 December: 24 days at 2 a day.
    assert pair_of(rows)["target_units"] == min(48, UNTIL_NEXT.quantile(0.99)[0])
    rows["freshness_contracts"] = [
        {"account_id": "A", "max_age_num": 9, "max_age_den": 10}
    ]
    rows["lots"] = [{**rows["lots"][0], "production_date": dt.date(2026, 11, 2)}]
    # Withdrawn on 2 December: 8 days at 2 a day.
    assert pair_of(rows)["target_units"] == 16


@pytest.mark.parametrize(
    ("scopes", "wanted"),
    [
        ([], 0.95),
        (["ALL"], 0.5),
        (["ALL", "SKU_CLASS"], 0.6),
        (["ALL", "SKU_CLASS", "TIER"], 0.7),
        (["ACCOUNT", "TIER", "SKU_CLASS", "ALL"], 0.8),
    ],
)
def test_the_most_specific_service_target_holds(
    scopes: list[str], wanted: float
) -> None:
    """ACCOUNT beats TIER beats SKU_CLASS beats ALL beats the account's own."""
    known: dict[str, Row] = {
        "ALL": {"target_frac": 0.5},
        "SKU_CLASS": {"scope_value": "饮料", "target_frac": 0.6},
        "TIER": {"scope_value": "LKA", "target_frac": 0.7},
        "ACCOUNT": {"scope_value": "A", "target_frac": 0.8},
    }
    pair = pair_of(with_targets(*({"scope": s, **known[s]} for s in scopes)))
    assert pair["target_units"] == max(18, UNTIL_NEXT.quantile(wanted)[0])


def test_the_promotion_part_follows_the_causes() -> None:
    """A quarter of the coming month is promotion: a quarter of the wait too."""
    pair = pair_of(with_targets(), promotion_share=0.25)
    assert pair["promotion_units"] == pytest.approx(4.5)


def test_an_account_that_orders_needs_nothing_else() -> None:
    """A pair without an open order of such an account has no need."""
    rows = weekly_rows()
    rows["skus"] = [*rows["skus"], {**rows["skus"][0], "sku_id": "K2"}]
    rows["account_skus"] = [
        *rows["account_skus"],
        {**rows["account_skus"][0], "sku_id": "K2"},
    ]
    rows["orders"] = [
        {
            "order_id": "O",
            "line_no": 1,
            "account_id": "A",
            "ship_to_id": "S1",
            "sku_id": "K2",
            "order_date": AS_OF,
            "qty_original": 15,
        }
    ]
    snapshot = world(**rows)
    daily = {("S1", "", "K"): 2.0, ("S1", "", "K2"): 2.0}
    found = value_cases(snapshot, constant_forecast(daily), build_network(snapshot))
    assert found.pairs["need_units"].tolist() == [0, 15]
    assert found.pairs["need_cases"].tolist() == [0, 2]
    assert found.pairs["need_source"].tolist() == ["ORDER", "ORDER"]
