"""Departures, receipts and pairs (rules R1 to R5 and R8 to R11)."""

import datetime as dt

import pytest

from ka_supply.domain.credit import credit_state
from ka_supply.domain.network import Departure, build_network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.stock import free_lots, store_positions
from tests.worlds import AS_OF, Row, basic_rows, world

TUESDAY = AS_OF + dt.timedelta(days=1)


def _departure(**changes: list[Row]) -> Departure:
    return build_network(world(**basic_rows() | changes)).departures["S1"]


def test_cutoff_before_the_release_moves_the_departure_by_a_day() -> None:
    """A cut-off earlier than the plan's release loses the first day."""
    early = _departure(
        warehouses=[{"warehouse_id": "W", "kind": "CENTRAL", "cutoff_time": "05:59"}]
    )
    late = _departure(
        warehouses=[{"warehouse_id": "W", "kind": "CENTRAL", "cutoff_time": "06:00"}]
    )
    assert early.departure_date == TUESDAY + dt.timedelta(days=1)
    assert late.departure_date == TUESDAY


@pytest.mark.parametrize(
    ("term", "days"),
    [
        ({"dispatch_weekdays": "4"}, 2),
        ({"blackouts": "2026-11-24..2026-11-26"}, 3),
        ({"valid_from": dt.date(2026, 11, 30)}, 6),
    ],
)
def test_lane_calendar_moves_the_departure(term: dict[str, object], days: int) -> None:
    """Weekdays, blackouts and validity say when a lane departs."""
    lane = {**basic_rows()["lanes"][0], **term}
    assert _departure(lanes=[lane]).departure_date == TUESDAY + dt.timedelta(days=days)


def test_blank_weekdays_mean_never() -> None:
    """A lane without dispatch days has no departure."""
    lane = {**basic_rows()["lanes"][0], "dispatch_weekdays": " "}
    assert not build_network(world(**basic_rows() | {"lanes": [lane]})).departures


def test_worst_case_transit_decides_freshness_not_arrival() -> None:
    """Freshness is judged on the worst-case receipt."""
    lane = {**basic_rows()["lanes"][0], "lead_time_max_days": 5}
    found = _departure(lanes=[lane])
    assert found.arrival_date == TUESDAY + dt.timedelta(days=2)
    assert found.customer_receipt_date == TUESDAY + dt.timedelta(days=5)


def test_earliest_arrival_wins_then_the_smallest_lane() -> None:
    """Of several lanes the one that arrives first is modelled."""
    lane = basic_rows()["lanes"][0]
    lanes = [
        {**lane, "lane_id": "L9", "lead_time_days": 1},
        {**lane, "lane_id": "L5", "lead_time_days": 1},
        lane,
    ]
    assert _departure(lanes=lanes).lane_id == "L5"


def test_next_arrival_is_the_following_departure_of_the_lane() -> None:
    """The protection window ends with the delivery after this one."""
    lane = {**basic_rows()["lanes"][0], "dispatch_weekdays": "2,5"}
    found = _departure(lanes=[lane])
    assert found.arrival_date == dt.date(2026, 11, 26)
    assert found.next_arrival_date == dt.date(2026, 11, 29)


def _two_echelons() -> dict[str, list[Row]]:
    rows = basic_rows()
    lane = rows["lanes"][0]
    rows["warehouses"] = [
        {"warehouse_id": "W", "kind": "CENTRAL"},
        {"warehouse_id": "R", "kind": "REGIONAL"},
    ]
    rows["lanes"] = [
        {**lane, "lane_id": "L1", "from_id": "W", "to_id": "R"},
        {**lane, "lane_id": "L2", "from_id": "R", "to_id": "S1", "lead_time_days": 1},
    ]
    return rows


def test_transfer_is_judged_at_the_customers_receipt() -> None:
    """Dwell and the leg to the customer are added to the warehouse's receipt."""
    network = build_network(world(**_two_echelons()))
    transfer = network.departures["R"]
    assert transfer.arrival_date == dt.date(2026, 11, 26)
    assert transfer.customer_receipt_date == dt.date(2026, 11, 29)
    assert network.destinations["R"].members == ("S1",)


def test_transfer_pairs_carry_the_class_of_the_stores_behind() -> None:
    """One pair per freshness class of the contracts behind the warehouse."""
    rows = _two_echelons()
    rows["freshness_contracts"] = [
        {"account_id": "A", "max_age_num": 1, "max_age_den": 2}
    ]
    snapshot = world(**rows)
    pairs = build_pairs(snapshot, build_network(snapshot))
    found = pairs[["destination_id", "kind", "freshness_class"]].to_numpy().tolist()
    assert found == [["R", "TRANSFER", "1/2/0"], ["S1", "SHIPMENT", ""]]


def test_retailer_dc_stands_for_its_stores() -> None:
    """A store behind a retailer DC is a member, not a destination."""
    rows = basic_rows()
    rows["ship_tos"] = [{"ship_to_id": "DC", "type": "RETAILER_DC"}]
    rows["stores"] = [{**rows["stores"][0], "ship_to_id": "DC"}]
    rows["lanes"] = [{**rows["lanes"][0], "to_id": "DC"}]
    snapshot = world(**rows)
    network = build_network(snapshot)
    assert network.destinations["DC"].members == ("S1",)
    pairs = build_pairs(snapshot, network)
    assert pairs["destination_kind"].tolist() == ["RETAILER_DC"]


@pytest.mark.parametrize(
    "change",
    [
        {"account_skus": [{"account_id": "A", "sku_id": "K", "listed_to": TUESDAY}]},
        {
            "account_skus": [
                {"account_id": "A", "sku_id": "K"},
                {
                    "account_id": "A",
                    "sku_id": "K",
                    "store_id": "S1",
                    "listed_to": TUESDAY,
                },
            ]
        },
        {"skus": [{**basic_rows()["skus"][0], "delist": TUESDAY}]},
        {"stores": [{**basic_rows()["stores"][0], "closed": dt.date(2026, 11, 26)}]},
        {"accounts": [{**basic_rows()["accounts"][0], "valid_to": TUESDAY}]},
    ],
)
def test_unlisted_inactive_or_closed_gets_no_pair(
    change: dict[str, list[Row]],
) -> None:
    """Listing, activity and opening are asked on the day of arrival."""
    snapshot = world(**basic_rows() | change)
    assert build_pairs(snapshot, build_network(snapshot)).empty


def test_terms_round_up_to_cases_and_multiples() -> None:
    """A multiple of 18 units in sixes is three cases, a minimum of 20 is six."""
    rows = basic_rows()
    rows["account_skus"] = [
        {
            "account_id": "A",
            "sku_id": "K",
            "order_multiple_units": 9,
            "moq_units": 20,
            "max_stock_units": 30,
        }
    ]
    snapshot = world(**rows)
    pair = build_pairs(snapshot, build_network(snapshot)).iloc[0]
    assert (pair["multiple_cases"], pair["first_cases"]) == (3, 6)
    assert pair["room_units"] == 28


def test_only_valid_open_orders_count() -> None:
    """Repeated, expired, closed and shipped order lines are left out."""
    rows = basic_rows()
    line = {
        "order_id": "O",
        "account_id": "A",
        "ship_to_id": "S1",
        "sku_id": "K",
        "order_date": AS_OF,
        "qty_original": 24,
    }
    rows["orders"] = [
        {**line, "line_no": 1},
        {**line, "line_no": 2, "replaces_line": "O/1", "qty_shipped": 6},
        {**line, "line_no": 3, "valid_until": dt.date(2026, 11, 25)},
        {**line, "line_no": 4, "status": "CANCELLED"},
        {**line, "line_no": 5, "qty_confirmed": 12},
    ]
    snapshot = world(**rows)
    pairs = build_pairs(snapshot, build_network(snapshot))
    assert pairs["open_order_units"].tolist() == [18 + 12]


def test_free_cases_leave_out_blocked_and_loose_units() -> None:
    """Free cases are whole, unallocated, unblocked and available."""
    rows = basic_rows()
    lot = rows["lots"][0]
    rows["lots"] = [
        {**lot, "lot_id": "B1", "on_hand": 25, "allocated": 6, "blocked": 1},
        {**lot, "lot_id": "B2", "status": "RECALLED"},
    ]
    lots = free_lots(world(**rows))
    assert lots["free_cases"].tolist() == [3, 0]
    assert lots["loose_units"].tolist() == [0, 0]


def test_unreceived_shipments_are_in_transit() -> None:
    """A shipment counts as transit until its receipt is booked."""
    rows = basic_rows()
    sent = {
        "lot_id": "B1",
        "ship_to_id": "S1",
        "sku_id": "K",
        "shipped_date": AS_OF,
        "qty": 12,
    }
    rows["shipments"] = [
        {**sent, "shipment_id": "D1", "line_no": 1},
        {**sent, "shipment_id": "D2", "line_no": 1},
    ]
    rows["receipts"] = [
        {
            "shipment_id": "D1",
            "line_no": 1,
            "lot_id": "B1",
            "received_date": AS_OF,
            "qty_received": 12,
        }
    ]
    found = store_positions(world(**rows)).iloc[0]
    assert (found["on_hand_units"], found["in_transit_units"]) == (2, 12)


@pytest.mark.parametrize(
    ("limit", "invoice", "status", "headroom"),
    [
        ({}, {"amount_cny": 400, "due_date": AS_OF}, "CLEAR", 600),
        ({}, {"due_date": AS_OF - dt.timedelta(days=5)}, "BLOCKED", 0),
        (
            {"grace_days": 7},
            {"due_date": AS_OF - dt.timedelta(days=5)},
            "WARN",
            900,
        ),
        ({"tolerance_cny": 100}, {"due_date": dt.date(2026, 1, 1)}, "WARN", 900),
        (
            {"action": "WARN"},
            {"due_date": dt.date(2026, 1, 1)},
            "WARN",
            float("inf"),
        ),
        ({}, {"amount_cny": 1500, "due_date": AS_OF}, "WARN", 0),
    ],
)
def test_credit_state(limit: Row, invoice: Row, status: str, headroom: float) -> None:
    """Overdue beyond tolerance and grace blocks; the limit leaves a headroom."""
    rows = basic_rows()
    rows["credit_limits"] = [{"account_id": "A", "limit_cny": 1000, **limit}]
    rows["receivables"] = [
        {"account_id": "A", "invoice_no": "1", "amount_cny": 100, **invoice}
    ]
    snapshot = world(**rows)
    found = credit_state(snapshot, build_network(snapshot)).iloc[0]
    assert (found["status"], found["headroom_cny"]) == (status, headroom)


def test_account_without_a_limit_is_on_hold() -> None:
    """With credit data present, an account it does not name is held."""
    rows = basic_rows()
    rows["receivables"] = [
        {
            "account_id": "A",
            "invoice_no": "1",
            "amount_cny": 1,
            "due_date": AS_OF,
        }
    ]
    snapshot = world(**rows)
    found = credit_state(snapshot, build_network(snapshot))
    assert found["status"].tolist() == ["BLOCKED"]


def test_no_credit_data_means_no_check() -> None:
    """Without any credit table nothing is held, and the state says so."""
    snapshot = world(**basic_rows())
    found = credit_state(snapshot, build_network(snapshot))
    assert found["status"].tolist() == ["NO_CHECK"]
