"""The legal night and its legal variants pass without a breach."""

from datetime import date
from decimal import Decimal

import pytest

from tests.audit.changes import (
    Change,
    add,
    both,
    breach_texts,
    claim,
    judge,
    put,
    recount,
)
from tests.audit.legal_night import FRI, MON, SUN, TUE, WED, Run, Tables


def drop_held_line(tables: Tables, _run: Run) -> None:
    """Take the held line out of plan, needs and ledger, and renumber."""
    rows = tables["ledger"]
    tables["ledger"] = [row for row in rows if row["line_id"] != 6]
    for row in [*tables["plan_lines"], *tables["ledger"]]:
        row["line_id"] -= row["line_id"] > 6
    del tables["plan_lines"][5]
    tables["needs"][3]["held_units"] = 0


def no_credit_data(tables: Tables, _run: Run) -> None:
    """Empty both credit tables."""
    tables["credit_limits"].clear()
    tables["receivables"].clear()


def listed_by_sales(tables: Tables, run: Run) -> None:
    """List by sales alone: list prices, no multiple, one case a step."""
    tables["account_skus"].clear()
    tables["sales"] = [
        {"store_id": store, "sku_id": sku}
        for store, sku in (
            ("S1", "K1"),
            ("S1", "K2"),
            ("S3", "K1"),
            ("S4", "K1"),
            ("S5", "K1"),
        )
    ]
    tables["costs"][0]["unit_cost_cny"] = Decimal("1.311111")
    shift_floor_cost(tables, run, "15.73")


def shift_floor_cost(tables: Tables, run: Run, cost_cny: str) -> None:
    """Give the floor's slack another cost, in the claims of the solver too."""
    more = float(Decimal(cost_cny) - tables["costs"][0]["cost_cny"])
    tables["costs"][0]["cost_cny"] = Decimal(cost_cny)
    for name in ("objective", "bound"):
        run["solver"][name] += more
    run["greedy_objective"] += more


def floor_by_value(tables: Tables, run: Run) -> None:
    """Count the floor in yuan: 120 yuan short at the default share."""
    tables["accounts"][0]["service_metric"] = "VALUE"
    tables["accounts"][0]["penalty_short_frac"] = Decimal(0)
    floor = tables["costs"][0]
    floor.update(quantity=Decimal(120), unit_cost_cny=Decimal("0.06"))
    shift_floor_cost(tables, run, "7.20")


def met_floor(tables: Tables, run: Run) -> None:
    """Promise less, so that the floor is met and costs nothing."""
    tables["accounts"][0]["fill_floor_frac"] = Decimal("0.95")
    shift_floor_cost(tables, run, "0.00")
    del tables["costs"][0]


OPEN_24: dict[str, object] = {
    "account_id": "A",
    "valid_until": None,
    "qty_original": 24,
    "qty_confirmed": None,
    "qty_shipped": 0,
    "replaces_line": None,
    "status": "OPEN",
}
NEEDED_24: dict[str, object] = {
    "account_id": "A",
    "freshness_class": None,
    "arrival_date": None,
    "need_units": 24,
    "need_source": "ORDER",
    "planned_units": 0,
    "held_units": 0,
    "short_units": 24,
    "reason": "MASTER_DATA",
}
VARIANTS: dict[str, Change] = {
    "warnings only": both(put("credit_limits", 2, action="WARN"), drop_held_line),
    "listed by sales": both(listed_by_sales, recount),
    "no credit data": both(no_credit_data, drop_held_line, recount),
    "credit spent to the last yuan": put("credit_limits", 0, limit_cny=Decimal(5522)),
    "later limit row wins": both(
        put("credit_limits", 0, limit_cny=Decimal(0)),
        add("credit_limits", account_id="A", limit_cny=Decimal(6000), valid_from=MON),
        recount,
    ),
    "older receivables do not count": both(
        add(
            "receivables",
            account_id="A",
            invoice_no="I1",
            amount_cny=Decimal(99999),
            as_of_date=date(2026, 11, 1),
        ),
        recount,
    ),
    "overdue within tolerance and held at the limit": both(
        put("receivables", 1, disputed_cny=Decimal(200)),
        put("credit_limits", 2, limit_cny=Decimal(695)),
    ),
    "overdue within grace and held at the limit": both(
        put("receivables", 1, due_date=date(2026, 11, 17)),
        put("credit_limits", 2, limit_cny=Decimal(695)),
    ),
    "a credit note due long ago": both(
        put("receivables", 1, amount_cny=Decimal(-50), disputed_cny=Decimal(0)),
        put("credit_limits", 2, limit_cny=Decimal(345)),
    ),
    "floor counted by value": floor_by_value,
    "floor met": met_floor,
    "floor met with a row of nothing": both(
        met_floor,
        add(
            "costs",
            cost_id="F",
            kind="FILL_FLOOR",
            account_id="A",
            quantity=Decimal(0),
            unit_cost_cny=Decimal("1.233333"),
            cost_cny=Decimal(0),
        ),
        put("costs", 4, lane_id=None, departure_date=None),
    ),
    "fallback without a bound": claim(
        status="FALLBACK", bound=None, gap=None, max_integrality_error=None
    ),
    "feasible with a wide gap": claim(status="FEASIBLE", bound=-1e6, gap=0.9),
    "order without validity": put("accounts", 0, order_validity_days=None),
    "full trucks by weight": put("lanes", 0, cap_kg=Decimal(135)),
    "full trucks by volume": put("lanes", 0, cap_m3=Decimal("0.27")),
    "picking to the last case": put("warehouses", 0, pick_capacity_cases_day=42),
    "store filled to its maximum": put("account_skus", 2, max_stock_units=114),
    "negative stock is none": put("store_stock", 0, on_hand=-500),
    "minimum order rounded up to the multiple": put("account_skus", 0, moq_units=217),
    "DC takes its account from its members": put("ship_tos", 0, account_id=None),
    "promotion at every open store": both(
        put("promo_calendar", 0, store_id="S1"),
        add("promo_calendar", promo_id="P2", store_id="S2"),
        recount,
    ),
    "promotion by its sale window": put(
        "promo_calendar", 0, buy_start=None, buy_end=None, sale_start=MON
    ),
    "contract that starts later": both(
        add("freshness_contracts", valid_from=FRI, max_age_num=0, is_promo=False),
        recount,
    ),
    "contract of another article and band": both(
        add("freshness_contracts", sku_id="K9", max_age_num=0, is_promo=False),
        add("freshness_contracts", sku_id=None, life_band="0-60"),
        add("freshness_contracts", life_band=None, sku_class="WINE"),
        recount,
    ),
    "longer lane to the same DC": both(
        add(
            "lanes", lane_id="L9", to_id="DC1", lead_time_days=3, dispatch_weekdays="1"
        ),
        recount,
    ),
    "equally early lane of a larger id": both(
        add("lanes", lane_id="LB", to_id="DC1", dispatch_weekdays="1"),
        put("lanes", 4, lead_time_days=2, lead_time_max_days=2),
        recount,
    ),
    "lanes to nowhere, from nowhere and back": both(
        add("lanes", lane_id="Z1", to_id="nowhere"),
        add("lanes", lane_id="Z2", from_id="nowhere", to_id="DC1"),
        add("lanes", lane_id="Z3", from_id="R", to_id="C"),
        add("lanes", lane_id="Z4", from_id="C", to_id="C"),
        recount,
    ),
    "stores that open after the night": both(
        add("stores", store_id="S6", account_id="B", opened=date(2027, 6, 1)),
        add("lanes", lane_id="L6", from_id="C", to_id="S6", dispatch_weekdays="1"),
        recount,
    ),
    "future lot and lot without dates stay": both(
        add("lots", lot_id="L5", production_date=TUE),
        add("lots", lot_id="L6", production_date=None),
        add("lots", lot_id="L7", sku_id="K9"),
        add("lots", lot_id="L8", as_of_date=MON, production_date=date(2026, 11, 1)),
        recount,
    ),
    "order for an unknown article or place": both(
        add("orders", order_id="O8", sku_id="K9"),
        add("orders", order_id="O9", ship_to_id="Q", account_id="Q"),
        recount,
    ),
    "ledger with noughts for blanks": lambda tables, _run: [
        row.update({name: row[name] or Decimal(0)})
        for row in tables["ledger"]
        for name in ("value_cny",)
    ],
    "release time with seconds": lambda _tables, run: run["settings"]["night"].update(
        release_time="06:00:00"
    ),
    "sales handed over in part": lambda tables, run: (
        tables.update(sales=[{"store_id": "S1", "sku_id": "K1"}]),
        run["rows"].update(
            sales={
                "read": 9,
                "accepted": 9,
                "repaired": 0,
                "quarantined": 0,
                "duplicate": 0,
            }
        ),
    ),
    "full days without receipts until Sunday": put(
        "store_calendar", 1, date=SUN, is_receiving=None
    ),
    "held against an order": both(
        add(
            "orders",
            order_id="O5",
            account_id="X",
            ship_to_id="S4",
            sku_id="K1",
            valid_until=None,
            qty_original=36,
            qty_confirmed=None,
        ),
        put("plan_lines", 5, order_basis="AGAINST_ORDER"),
        put("needs", 3, need_source="ORDER"),
        recount,
    ),
    "order of one account at another's store": both(
        add("orders", order_id="O6", ship_to_id="S5", valid_until=None),
        recount,
    ),
    "order at a store behind the DC": both(
        add("orders", order_id="O7", ship_to_id="S1", sku_id="K1", **OPEN_24),
        add("needs", destination_id="S1", sku_id="K1", **NEEDED_24),
        recount,
    ),
    "order of an account with a floor for an article not listed": both(
        add("skus", sku_id="K3"),
        add("orders", order_id="O7", ship_to_id="DC1", sku_id="K3", **OPEN_24),
        add("needs", destination_id="DC1", sku_id="K3", **NEEDED_24),
        put("needs", -1, arrival_date=WED),
        recount,
    ),
    "goods on the way to an unknown place": both(
        add("shipments", shipment_id="SH9", ship_to_id="Q", shipped_date=WED),
        add("store_stock", store_id="Q", in_transit=5),
        recount,
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_legal_variant_has_no_breach(name: str) -> None:
    """A rule's own exception, limit or default raises no false alarm."""
    certificate = judge(VARIANTS[name])
    assert certificate.breaches == 0, breach_texts(certificate)


def test_the_legal_night_has_no_breach() -> None:
    """A hand-checked plan of two echelons passes every invariant."""
    certificate = judge()
    assert certificate.breaches == 0, breach_texts(certificate)
