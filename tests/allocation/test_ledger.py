import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ka_supply.allocation.ledger import LEDGER_COMPONENTS, part_values
from ka_supply.allocation.quantity_bridge import (
    UNIT_COMPONENTS,
    pair_bridges,
    part_bridges,
)
from ka_supply.domain.plan import Plan
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues
from tests.allocation.plan_worlds import TestNight, fen, order, two_store_rows


def bridge_of(plan: Plan, line_id: int = 1) -> dict[str, int]:
    rows = plan.ledger[
        (plan.ledger["line_id"] == line_id) & plan.ledger["units"].notna()
    ]
    return dict(zip(rows["component"], rows["units"].astype(int), strict=True))


def money_of(plan: Plan, line_id: int) -> dict[str, float]:
    of_line = plan.ledger["line_id"] == line_id
    rows = plan.ledger[of_line & plan.ledger["value_cny"].notna()]
    return dict(zip(rows["component"], rows["value_cny"], strict=True))


def assert_ledger_ties(plan: Plan) -> None:
    """Check that both halves of every line's ledger add up to the line."""
    for line in plan.lines.itertuples():
        rows = plan.ledger[plan.ledger["line_id"] == line.line_id]
        assert rows["units"].sum() == line.units
        assert fen(rows["value_cny"]) == round(float(str(line.value_cny)) * 100)
        assert (rows["units"].isna() != rows["value_cny"].isna()).all()


def test_a_step_shared_by_two_lots_is_split_by_cases() -> None:
    """A step of three cases at 10.00 yuan gives 3.33 and 6.67, rounding named."""
    night = TestNight(curves={"S1": [(3, 1000)]}, credits={"B1": 25})
    plan = night.plan(night.solution({"S1": [("B1", 1), ("B2", 2)]}))
    assert plan.lines["value_cny"].tolist() == [3.58, 6.67]
    first, second = (money_of(plan, i) for i in (1, 2))
    assert first == {
        "LOST_SALES": 3.35,
        "FREIGHT": -0.03,
        "LOT_CREDIT": 0.25,
        "ROUNDING": 0.01,
    }
    assert second == {"LOST_SALES": 6.72, "FREIGHT": -0.04, "ROUNDING": -0.01}
    assert_ledger_ties(plan)


def test_the_bridge_runs_from_demand_to_the_shipped_quantity() -> None:
    """20 demand with 5 promotion, 10 safety, 2 display, less stock 4: 28 become 30."""
    night = TestNight(
        curves={"S1": [(1, 500 - 10 * i) for i in range(5)]},
        pair_columns={
            "mean_until_next_units": {"S1": 20.3},
            "promotion_units": {"S1": 5.2},
            "safety_stock_units": {"S1": 9.0},
            "presentation_units": {"S1": 12.0},
            "target_units": {"S1": 32.0},
            "stock_units": {"S1": 3},
            "transit_units": {"S1": 1},
        },
    )
    plan = night.plan(night.solution({"S1": [("B1", 5)]}))
    assert bridge_of(plan) == {
        "DEMAND": 15,
        "PROMOTION": 5,
        "SAFETY_STOCK": 10,
        "PRESENTATION": 2,
        "ON_HAND": -3,
        "IN_TRANSIT": -1,
        "ROUNDING": 2,
    }
    assert_ledger_ties(plan)


@pytest.mark.parametrize(
    ("target", "curve_cases", "shipped", "expected"),
    [
        (28, 2, 2, {"SAFETY_STOCK": 28, "AGE_RISK": -12, "ROUNDING": -4}),
        (28, 7, 7, {"SAFETY_STOCK": 40, "ROUNDING": 2}),
        (28, 5, 3, {"SAFETY_STOCK": 28, "AGE_RISK": -6, "ROUNDING": -4}),
        (-9, 1, 1, {"AGE_RISK": -9, "SAFETY_STOCK": 15}),
    ],
)
def test_the_bridge_names_what_the_curve_and_the_plan_change(
    target: int, curve_cases: int, shipped: int, expected: dict[str, int]
) -> None:
    """Beyond rounding: more is safety stock, less is a cut by age or money."""
    night = TestNight(
        curves={"S1": [(1, 500 if i < shipped else 0) for i in range(curve_cases)]},
        pair_columns={
            "target_units": {"S1": float(target)},
            "stock_units": {"S1": 0},
        },
    )
    plan = night.plan(night.solution({"S1": [("B1", shipped)]}))
    assert bridge_of(plan) == expected


def test_what_is_shipped_at_no_value_was_ordered_or_would_be_left_over() -> None:
    """One case pays; of three more, two were ordered and one only leaves its lot."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 18)]}
    night = TestNight(
        rows,
        {"S1": [(1, 500), (1, -1), (1, -2), (1, -3)]},
        credits={"B1": 5},
        pair_columns={"target_units": {"S1": 6.0}, "stock_units": {"S1": 0}},
    )
    plan = night.plan(night.solution({"S1": [("B1", 4)]}))
    assert plan.lines["order_basis"].tolist() == ["AGAINST_ORDER", "SUGGESTED_ORDER"]
    total = bridge_of(plan, 1), bridge_of(plan, 2)
    assert total == (
        {"SAFETY_STOCK": 4, "DEMAND": 9, "AGE_RISK": 4, "ROUNDING": 1},
        {"SAFETY_STOCK": 1, "DEMAND": 3, "AGE_RISK": 1, "ROUNDING": 1},
    )


def test_scarcity_and_capacity_are_named_in_the_bridge() -> None:
    """One lot of ten cases: S1 wants twelve and gets what S2 leaves."""
    rows = two_store_rows()
    rows["lots"] = rows["lots"][:1]
    night = TestNight(
        rows,
        {"S1": [(1, 500)] * 12, "S2": [(1, 600)] * 3},
        pair_columns={"target_units": {"S1": 72.0}, "stock_units": {"S1": 0}},
    )
    plan = night.plan(night.solution({"S1": [("B1", 7)], "S2": [("B1", 3)]}))
    assert bridge_of(plan) == {"SAFETY_STOCK": 72, "SCARCITY": -30}
    rows["ship_tos"] = [
        {"ship_to_id": "S1", "type": "STORE", "max_cases_per_day": 7},
    ]
    night = TestNight(
        rows,
        {"S1": [(1, 500)] * 9},
        pair_columns={"target_units": {"S1": 54.0}, "stock_units": {"S1": 0}},
    )
    plan = night.plan(night.solution({"S1": [("B1", 7)]}))
    assert bridge_of(plan) == {"SAFETY_STOCK": 54, "CAPACITY": -12}


def test_the_bridge_of_a_pair_is_shared_by_its_lines() -> None:
    """Two lots share demand by units; what division leaves is ROUNDING."""
    rows = two_store_rows() | {"orders": [order("S1", "A", 6)]}
    night = TestNight(
        rows,
        {"S1": [(1, 500)] * 3},
        pair_columns={"target_units": {"S1": 18.0}, "stock_units": {"S1": 1}},
    )
    plan = night.plan(night.solution({"S1": [("B1", 1), ("B2", 2)]}))
    assert bridge_of(plan, 1) == {"SAFETY_STOCK": 6}
    assert bridge_of(plan, 2) == {"SAFETY_STOCK": 12}
    assert_ledger_ties(plan)


@st.composite
def curves_and_cuts(
    draw: st.DrawFn,
) -> tuple[list[tuple[int, list[int]]], list[int]]:
    """Return steps of (cases, fen per component) and rising case numbers to cut at."""
    amount = st.integers(-5_000, 5_000)
    components = st.lists(
        amount, min_size=len(VALUE_COMPONENTS), max_size=len(VALUE_COMPONENTS)
    )
    step = st.tuples(st.integers(1, 7), components)
    steps = draw(st.lists(step, min_size=1, max_size=6))
    total = sum(cases for cases, _ in steps)
    cuts = draw(st.lists(st.integers(0, total), max_size=5))
    return steps, sorted({0, total, *cuts})


@given(curves_and_cuts(), st.integers(0, 500))
@settings(max_examples=50, deadline=None)
def test_values_of_parts_add_up_to_those_of_steps_and_lots(
    drawn: tuple[list[tuple[int, list[int]]], list[int]], credit: int
) -> None:
    """However a curve is cut, fen are neither lost nor made."""
    steps, cuts = drawn
    pad = pd.DataFrame({"pair": [0], "step": [0], "cases": [2], "value_fen": [11]})
    curve = pd.DataFrame(
        {
            "pair": 1,
            "step": range(len(steps)),
            "cases": [cases for cases, _ in steps],
            "value_fen": [sum(amounts) for _, amounts in steps],
            **{
                name: [amounts[k] for _, amounts in steps]
                for k, name in enumerate(VALUE_COMPONENTS)
            },
        }
    )
    pad = pad.assign(**(dict.fromkeys(VALUE_COMPONENTS, 0) | {"LOST_SALES": 11}))
    values = CaseValues(
        pairs=pd.DataFrame({"units_per_case": [6, 6]}),
        steps=pd.concat([pad, curve], ignore_index=True),
        lots=pd.DataFrame({"credit_fen": [credit]}),
    )
    parts = pd.DataFrame({"start": cuts[:-1], "end": cuts[1:]}).assign(pair=1, lot=0)
    amounts = part_values(values, parts)
    total = sum(sum(a) for _, a in steps)
    cases = sum(cases for cases, _ in steps)
    assert amounts.sum() == total + credit * cases
    by_name = dict(zip(LEDGER_COMPONENTS, amounts.sum(axis=0).tolist(), strict=True))
    assert by_name["ROUNDING"] == 0
    assert by_name["LOT_CREDIT"] == credit * cases
    assert (np.abs(amounts[:, -1]) <= len(VALUE_COMPONENTS)).all()


@given(
    st.lists(st.integers(0, 90), min_size=6, max_size=6),
    st.integers(1, 12),
    st.integers(0, 30),
    st.sampled_from(["NO_STOCK", "NO_FRESH_STOCK", "CAPACITY", "NOT_WORTH"]),
    st.sampled_from(["statistical", "presentation", "rep_1_5x"]),
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
@settings(max_examples=50, deadline=None)
def test_bridges_of_parts_add_up_to_their_units(
    quantities: list[int],
    per_case: int,
    unused: int,
    reason: str,
    policy: str,
    sizes: list[int],
) -> None:
    """Whatever the target, stock and cut, the bridge ends at the shipped units."""
    names = (
        "mean_until_next_units",
        "promotion_units",
        "safety_stock_units",
        "presentation_units",
        "stock_units",
        "transit_units",
    )
    shipped = sum(sizes)
    pairs = pd.DataFrame(
        {name: [float(q)] for name, q in zip(names, quantities, strict=True)}
    )
    pairs = pairs.assign(
        target_units=np.nan,
        ss_policy=policy,
        units_per_case=per_case,
        need_source="TARGET",
        need_cases=0,
        multiple_cases=1,
    )
    steps = pd.DataFrame(
        {
            "pair": [0],
            "cases": [shipped + unused],
            "value_fen": [1],
            "SCARCITY": [-(unused % 2)],
        }
    )
    values = CaseValues(pairs, steps, pd.DataFrame())
    bridges = pair_bridges(values, np.array([shipped]), np.array([reason]))
    assert bridges.sum() == shipped * per_case
    ends = np.cumsum(sizes)
    parts = pd.DataFrame({"pair": 0, "start": ends - sizes, "end": ends})
    shares = part_bridges(values, bridges, parts)
    assert shares.sum(axis=1).tolist() == [n * per_case for n in sizes]
    by_name = dict(zip(UNIT_COMPONENTS, bridges[0].tolist(), strict=True))
    assert by_name["DEMAND"] >= 0
    assert by_name["ON_HAND"] <= 0
    assert by_name["IN_TRANSIT"] <= 0
    assert max(by_name["AGE_RISK"], by_name["SCARCITY"], by_name["CAPACITY"]) <= 0
