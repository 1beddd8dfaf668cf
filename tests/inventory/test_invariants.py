"""What holds in any night: random stock, lots, orders and demand."""

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ka_supply.domain.network import build_network
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues
from ka_supply.inventory import value_cases
from ka_supply.inventory.curves import FINE_STEPS
from tests.inventory.forecasts import constant_forecast
from tests.inventory.networks import lot, regional_rows
from tests.worlds import AS_OF, world

PLACES = [("S1", ""), ("S2", ""), ("R", "1/3/0"), ("R", "1/2/0")]


@st.composite
def nights(draw: st.DrawFn) -> CaseValues:
    """Return the case values of a random night with two echelons."""
    rows = regional_rows()
    ages, counts = st.integers(-3, 190), st.integers(0, 400)
    rows["lots"] = [
        lot(place, f"B{i}", draw(ages), draw(counts))
        for place in ("W", "R")
        for i in range(draw(st.integers(0, 3)))
    ] or [lot("W", "B", 1, 60)]
    rows["store_stock"] = [
        {"store_id": s, "sku_id": "K", "on_hand": draw(st.integers(-2, 60))}
        for s in ("S1", "S2")
    ]
    rows["account_skus"] = [
        {**row, "moq_units": draw(st.integers(0, 20)), "presentation_min_units": 5}
        for row in rows["account_skus"]
    ]
    rows["inbound_supply"] = [
        {
            "supply_id": "I",
            "warehouse_id": "W",
            "sku_id": "K",
            "qty": 60,
            "eta_date": AS_OF + dt.timedelta(days=draw(st.integers(1, 40))),
            "status": "CONFIRMED",
        }
    ]
    rows["orders"] = [
        {
            "order_id": "O",
            "line_no": 1,
            "account_id": "A",
            "ship_to_id": "S1",
            "sku_id": "K",
            "order_date": AS_OF,
            "qty_original": draw(st.integers(0, 90)),
        }
    ]
    snapshot = world(**rows)
    rates = {(*place, "K"): draw(st.floats(0, 12)) for place in PLACES}
    forecast = constant_forecast(rates, draw(st.floats(0, 2)))
    return value_cases(snapshot, forecast, build_network(snapshot))


@settings(max_examples=8, deadline=None)
@given(nights())
def test_invariants_of_any_night(night: CaseValues) -> None:
    """Sums, falling curves, sizes, needs and credits, whatever the night."""
    pairs, steps, lots = night.pairs, night.steps, night.lots
    assert len(pairs) == 4
    assert not pairs.drop(columns="room_units").isna().any(axis=None)
    assert (steps[list(VALUE_COMPONENTS)].sum(axis=1) == steps["value_fen"]).all()
    assert (steps["SCARCITY"] <= 0).all()
    per_case = steps["value_fen"] // steps["cases"]
    assert (per_case * steps["cases"] == steps["value_fen"]).all()
    assert (per_case.groupby(steps["pair"]).diff().dropna() <= 0).all()
    first = steps["step"] == 0
    cases = pairs.loc[steps["pair"], ["first_cases", "multiple_cases"]].to_numpy()
    near = steps["step"] <= FINE_STEPS
    wanted_cases = np.where(first, cases[:, 0], cases[:, 1])
    assert (steps["cases"] == wanted_cases)[near].all()
    counted = steps.groupby("pair")["cases"].sum().reindex(pairs.index, fill_value=0)
    assert (counted >= pairs["need_cases"]).all()
    targets = pairs["need_source"] == "TARGET"
    held = pairs["stock_units"] + pairs["transit_units"]
    need = (pairs["target_units"] - held).clip(lower=0)
    assert (pairs["need_units"][targets] >= need[targets]).all()
    assert (pairs["need_units"][targets] < need[targets] + 6).all()
    credited = lots[lots["credit_fen"] > 0].groupby("warehouse_id")["credit_fen"]
    assert (credited.diff().dropna() <= 0).all()
    assert (lots["credit_fen"] >= 0).all()
