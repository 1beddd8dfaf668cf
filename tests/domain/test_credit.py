"""Goods on the way use up credit, however the input names them."""

import pytest

from ka_supply.domain.credit import credit_state
from ka_supply.domain.network import build_network
from tests.worlds import AS_OF, Row, basic_rows, world

LISTED_CNY = 5
LIMIT_CNY = 1000
SHIPMENT: Row = {"shipment_id": "X", "line_no": 1, "lot_id": "B1", "qty": 12}


@pytest.mark.parametrize(
    ("tables", "coming_units"),
    [
        ({}, 0),
        ({"store_stock": [{"store_id": "S1", "in_transit": 30}]}, 30),
        ({"shipments": [{**SHIPMENT, "ship_to_id": "S1"}]}, 12),
        (
            {
                "store_stock": [{"store_id": "D", "in_transit": 30}],
                "shipments": [{**SHIPMENT, "ship_to_id": "S1"}],
            },
            42,
        ),
    ],
)
def test_goods_on_the_way_use_up_credit(
    tables: dict[str, list[Row]], coming_units: int
) -> None:
    """Listed shipments and `store_stock.in_transit` count, also behind a DC."""
    rows = basic_rows()
    rows["stores"] = [{**rows["stores"][0], "ship_to_id": "D"}]
    rows["ship_tos"] = [
        {"ship_to_id": "D", "type": "RETAILER_DC", "account_id": "A"},
    ]
    rows["credit_limits"] = [{"account_id": "A", "limit_cny": LIMIT_CNY}]
    blank: dict[str, Row] = {
        "store_stock": {"sku_id": "K", "on_hand": 0},
        "shipments": {"sku_id": "K", "shipped_date": AS_OF},
    }
    for name, listed in tables.items():
        rows[name] = [{**blank[name], **row} for row in listed]
    snapshot = world(**rows)
    found = credit_state(snapshot, build_network(snapshot)).iloc[0]
    assert found["in_transit_cny"] == coming_units * LISTED_CNY
    assert found["headroom_cny"] == LIMIT_CNY - coming_units * LISTED_CNY
