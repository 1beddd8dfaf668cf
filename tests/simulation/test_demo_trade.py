"""Orders, deliveries, promotions and credit as the trade knows them."""

import pandas as pd

from ka_supply.domain.credit import credit_state
from ka_supply.domain.orders import open_order_lines
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.snapshot import to_days
from ka_supply.domain.stock import free_lots
from tests.simulation.conftest import Demo

AS_OF = pd.Timestamp("2026-11-23")


def test_exactly_one_account_is_blocked(demo: Demo) -> None:
    """惠民联超 is overdue beyond grace; another account is near its limit."""
    state = credit_state(demo.snapshot, demo.network).set_index("account_id")
    assert state.index[state["status"] == "BLOCKED"].tolist() == ["KA03"]
    overdue = state.loc[["KA03"], ["overdue_cny", "overdue_days"]]
    assert overdue.to_numpy().tolist() == [[186_400, 23]]
    share = state["headroom_cny"] / state["limit_cny"]
    assert share[share.between(0, 0.15)].index.tolist() == ["KA03", "KA06"]


def test_orders_come_from_order_driven_accounts(demo: Demo) -> None:
    """National accounts order for their DCs, regional ones store by store."""
    lines = open_order_lines(demo.snapshot)
    assert set(lines["account_id"]) == {"KA01", "KA02", "KA03", "KA04"}
    national = lines[lines["account_id"].isin(["KA01", "KA02"])]
    assert national["ship_to_id"].str.startswith("DC-").all()
    assert len(national) > 200
    assert len(lines) > 500
    assert (demo.snapshot["orders"]["status"] == "OPEN").any()


def test_one_order_repeats_another_and_some_lapse(demo: Demo) -> None:
    """A repeated line counts once; a few lines end before the truck arrives."""
    orders = demo.snapshot["orders"]
    assert orders["replaces_line"].notna().sum() == 1
    lines = open_order_lines(demo.snapshot)
    arrival = lines["ship_to_id"].map(
        {k: pd.Timestamp(d.arrival_date) for k, d in demo.network.departures.items()}
    )
    assert 4 <= (lines["last_day"] < arrival).sum() <= 20
    assert (lines["last_day"] == arrival).sum() >= 4


def test_one_order_exceeds_the_fresh_stock(demo: Demo) -> None:
    """At least one line asks for more than all lots its account may take."""
    pairs = build_pairs(demo.snapshot, demo.network).query("kind == 'SHIPMENT'")
    assert (_eligible_units(demo, pairs) < pairs["open_order_units"]).sum() >= 5


def test_most_order_units_can_be_filled(demo: Demo) -> None:
    """Fresh lots at the origin could fill 88 to 99 % of orders, SKU by SKU."""
    pairs = build_pairs(demo.snapshot, demo.network).query("kind == 'SHIPMENT'")
    supply = _eligible_units(demo, pairs)
    keys = [pairs["origin_id"], pairs["sku_id"]]
    ordered = pairs["open_order_units"].groupby(keys).sum()
    possible = pd.concat([ordered, supply.groupby(keys).max()], axis=1).min(axis=1)
    assert 0.88 <= possible.sum() / ordered.sum() <= 0.99


def _eligible_units(demo: Demo, pairs: pd.DataFrame) -> pd.Series:
    """Return the units of free lots at the origin that each pair may take."""
    lots = free_lots(demo.snapshot)
    numbers = pairs.reset_index(names="pair").merge(
        lots, left_on=["origin_id", "sku_id"], right_on=["warehouse_id", "sku_id"]
    )
    terms = numbers["contract"].str.split("/", expand=True).astype(int)
    receipt = to_days(numbers["customer_receipt_date"])
    age = receipt - numbers["production_day"]
    life = numbers["expiry_day"] - numbers["production_day"]
    fresh = terms[1] * age <= terms[0] * life
    fresh &= numbers["expiry_day"] - receipt >= terms[2].clip(lower=1)
    units = (numbers["free_cases"] * numbers["units_per_case"]).where(fresh, 0)
    return units.groupby(numbers["pair"]).sum().reindex(pairs.index, fill_value=0)


def test_receipts_hold_one_refusal_for_age_and_one_shortage(demo: Demo) -> None:
    """One delivery was refused as too old, one came short, one damaged."""
    receipts = demo.snapshot["receipts"]
    assert receipts["refuse_reason"].value_counts().to_dict() == {"AGE": 1, "DAMAGE": 1}
    shipped = demo.snapshot["shipments"]
    both = shipped.merge(receipts, on=["shipment_id", "line_no", "lot_id"])
    gap = both["qty"] - both["qty_received"] - both["qty_refused"]
    assert (gap > 0).sum() == 1
    age = (both["received_date"] - both["production_date"]).dt.days
    refused = both.assign(age=age)[both["refuse_reason"] == "AGE"].iloc[0]
    skus = demo.snapshot["skus"].set_index("sku_id")
    unit = skus["shelf_life_unit"].map({"MONTH": 30, "DAY": 1})
    days = (skus["shelf_life_value"] * unit)[refused["sku_id"]]
    assert 3 * refused["age"] > days


def test_some_shipments_are_on_their_way(demo: Demo) -> None:
    """Goods without a receipt travel to stores, DCs and warehouses."""
    shipments = demo.snapshot["shipments"]
    coming = shipments[shipments["eta_date"] > AS_OF]
    kinds = coming["ship_to_id"].str[:2].unique()
    assert {"DC", "RD"} <= set(kinds)
    assert len(coming) >= 60
    assert (AS_OF - shipments["shipped_date"].min()).days <= 35


def test_promotions_buy_before_they_sell_for_three_months(demo: Demo) -> None:
    """Buy windows open before sale windows; the calendar reaches the New Year sale."""
    promo = demo.snapshot["promo_calendar"]
    assert (promo["buy_start"] < promo["sale_start"]).all()
    assert promo["sale_end"].max() >= AS_OF + pd.Timedelta(days=66)
    sale = promo[promo["mechanic"] == "年货节"]
    assert set(sale["sale_start"]) == {pd.Timestamp("2027-01-15")}
    assert {"KA03"} <= set(sale["account_id"])
    assert set(promo["status"]) >= {"IDEA", "SUBMITTED", "CONFIRMED", "FROZEN"}
    running = (promo["buy_start"] <= AS_OF) & (promo["buy_end"] >= AS_OF)
    assert running.sum() >= 10


def test_freshness_contracts_differ_by_tier(demo: Demo) -> None:
    """Tiers take 1/3, 1/2 and 2/3 of life; short lives and promotions differ."""
    rows = demo.snapshot["freshness_contracts"]
    general = rows[
        rows["sku_class"].isna() & rows["life_band"].isna() & ~rows["is_promo"]
    ]
    share = (
        general["max_age_num"].astype(str) + "/" + general["max_age_den"].astype(str)
    )
    assert dict(zip(general["account_id"], share, strict=True)) == {
        "KA01": "1/3",
        "KA02": "1/3",
        "KA03": "1/3",
        "KA04": "1/3",
        "KA05": "1/2",
        "KA06": "1/2",
        "NK07": "2/3",
        "NK08": "2/3",
    }
    assert rows["min_remaining_days"].notna().any()
    assert rows["is_promo"].sum() == 1
