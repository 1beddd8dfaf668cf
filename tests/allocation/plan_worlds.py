"""Small decided nights: snapshots, hand-made value curves and solutions."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ka_supply.allocation.decided import Decided
from ka_supply.allocation.plan_tables import build_plan
from ka_supply.allocation.solution import Solution
from ka_supply.domain.credit import credit_state
from ka_supply.domain.network import Network, build_network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.plan import Plan, SolveStatus
from ka_supply.domain.schema import schema
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.stock import free_lots
from ka_supply.domain.values import VALUE_COMPONENTS, CaseValues
from tests.worlds import AS_OF, Row, basic_rows, frame, world

Curve = Sequence[tuple[int, int]]
Shipped = Mapping[str, Sequence[tuple[str, int]]]
RUN_DATE = AS_OF + dt.timedelta(days=1)
STATUS = SolveStatus("HiGHS", "1", "PROVED", 0.0, 0.0, 0.0, 0.0, 0.0)


def two_store_rows() -> dict[str, list[Row]]:
    """Return one warehouse, stores S1 (account A) and S2 (B), lots B1 and B2."""
    rows = basic_rows()
    rows["accounts"] = [
        {"account_id": "A", "name": "甲", "tier": "LKA"},
        {"account_id": "B", "name": "乙", "tier": "LKA"},
    ]
    rows["stores"].append({"store_id": "S2", "account_id": "B", "name": "二店"})
    rows["account_skus"].append({"account_id": "B", "sku_id": "K"})
    rows["lanes"].append(
        {"lane_id": "L2", "from_id": "W", "to_id": "S2", "lead_time_days": 2}
    )
    second = {**rows["lots"][0], "lot_id": "B2"}
    rows["lots"].append(second | {"production_date": dt.date(2026, 11, 10)})
    return rows


def amended(table: str, rows: list[Row], **changes: object) -> dict[str, list[Row]]:
    """Return a one-entry mapping with `changes` in every row of a table."""
    return {table: [{**row, **changes} for row in rows]}


@cache
def _empty_world() -> Snapshot:
    return world()


FRAMES: dict[str, pd.DataFrame] = {}


def _frame(name: str, rows: list[Row]) -> pd.DataFrame:
    """Return a typed table, made once per distinct rows."""
    key = f"{name} {rows!r}"
    if key not in FRAMES:
        table = schema()[name]
        if any(column.name == "as_of_date" for column in table.columns):
            rows = [{"as_of_date": AS_OF, **row} for row in rows]
        FRAMES[key] = frame(table, rows)
    return FRAMES[key]


def _snapshot(rows: dict[str, list[Row]]) -> Snapshot:
    """Return the world of `rows`; nothing here depends on sales."""
    empty = _empty_world()
    given = {
        name: _frame(name, listed) for name, listed in rows.items() if name != "sales"
    }
    return replace(empty, tables={**empty.tables, **given})


@dataclass(frozen=True)
class Setting:
    """What a night's rows alone determine."""

    snapshot: Snapshot
    network: Network
    pairs: pd.DataFrame
    lots: pd.DataFrame
    credit: pd.DataFrame


KNOWN: dict[str, Setting] = {}


def setting_of(rows: dict[str, list[Row]]) -> Setting:
    """Return the setting of `rows`, worked out once per distinct rows."""
    key = repr(rows)
    if key not in KNOWN:
        snapshot = _snapshot(rows)
        network = build_network(snapshot)
        KNOWN[key] = Setting(
            snapshot,
            network,
            build_pairs(snapshot, network),
            free_lots(snapshot),
            credit_state(snapshot, network),
        )
    return KNOWN[key]


@dataclass
class TestNight:
    """A night with curves per destination, in (cases, fen) steps.

    Parameters
    ----------
    rows : tables of the snapshot
    curves : mapping of destination to steps
    credits : mapping of lot to fen per case
    pair_columns : mapping of column to values by destination
    """

    __test__ = False

    rows: dict[str, list[Row]] = field(default_factory=two_store_rows)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    credits: Mapping[str, int] = field(default_factory=dict)
    pair_columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scarcity_fen: int = 0

    def __post_init__(self) -> None:
        self.setting = setting_of(self.rows)
        self.snapshot = self.setting.snapshot
        self.network = self.setting.network
        self.credit = self.setting.credit
        self.values = self._values()

    def pair(self, destination: str) -> int:
        """Return the row of the only pair of a destination."""
        places = self.values.pairs["destination_id"].tolist()
        return places.index(destination)

    def _values(self) -> CaseValues:
        pairs = self.setting.pairs
        orders = pairs["has_orders"]
        need = pairs["open_order_units"].where(orders, 0)
        pairs = pairs.assign(
            target_units=0.0,
            safety_stock_units=0.0,
            presentation_units=0.0,
            mean_until_next_units=0.0,
            promotion_units=0.0,
            ss_policy="statistical",
            need_units=need,
            need_source=np.where(orders, "ORDER", "TARGET"),
            stock_units=pairs["on_hand_units"],
            transit_units=pairs["in_transit_units"],
        )
        for column, by_place in self.pair_columns.items():
            found = pairs["destination_id"].map(by_place)
            pairs[column] = found.fillna(pairs[column]).astype(pairs[column].dtype)
        pairs["need_cases"] = pairs["need_units"] // pairs["units_per_case"]
        rows = [
            {"pair": i, "step": step, "cases": cases, "value_fen": value}
            for i, place in enumerate(pairs["destination_id"])
            for step, (cases, value) in enumerate(self.curves.get(place, ()))
        ]
        steps = pd.DataFrame(rows, columns=["pair", "step", "cases", "value_fen"])
        steps = steps.astype("int64").assign(**dict.fromkeys(VALUE_COMPONENTS, 0))
        steps["FREIGHT"] = -7
        steps["SCARCITY"] = self.scarcity_fen
        steps["LOST_SALES"] = steps["value_fen"] + 7 - self.scarcity_fen
        lots = self.setting.lots
        credit = lots["lot_id"].map(self.credits).fillna(0).astype("int64")
        return CaseValues(pairs, steps, lots.assign(credit_fen=credit))

    def solution(
        self, shipped: Shipped, costs_cny: float = 0.0, **changes: object
    ) -> Solution:
        """Return the solution that ships (lot, cases) to each destination."""
        lots = self.values.lots["lot_id"].tolist()
        flows = pd.DataFrame(
            [
                (self.pair(place), lots.index(lot), cases)
                for place, given in shipped.items()
                for lot, cases in given
            ],
            columns=["pair", "lot", "cases"],
        ).astype("int64")
        cases = np.zeros(len(self.values.pairs), dtype=np.int64)
        np.add.at(cases, flows["pair"], flows["cases"])
        steps = self.values.steps
        through = steps.groupby("pair")["cases"].cumsum()
        taken = through.to_numpy() <= cases[steps["pair"]]
        credit = self.values.lots["credit_fen"].to_numpy()[flows["lot"]]
        value_fen = steps["value_fen"][taken].sum() + (credit * flows["cases"]).sum()
        count = np.bincount(steps["pair"][taken], minlength=len(cases))
        found = Solution(
            steps_taken=count.astype(np.int64),
            cases=cases,
            flows=flows,
            vehicles=pd.DataFrame(),
            slack=pd.DataFrame(
                columns=["account_id", "metric", "slack", "unit_cost_cny"]
            ),
            duals=duals([]),
            status=replace(STATUS, objective=costs_cny - value_fen / 100),
        )
        return replace(found, **changes)  # type: ignore[arg-type]

    def decided(self, solution: Solution, shadow: Solution | None = None) -> Decided:
        """Return the decision as the table builders see it."""
        return Decided(
            self.snapshot, self.network, self.values, solution, shadow, self.credit
        )

    def plan(self, solution: Solution, shadow: Solution | None = None) -> Plan:
        """Return the plan of a solution."""
        return build_plan(
            self.snapshot, self.network, self.values, solution, shadow, self.credit
        )


def duals(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return duals of (kind, key, date, unit, price_cny, binding)."""
    columns = ["kind", "key", "date", "unit", "price_cny", "binding"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(date=frame["date"].astype("datetime64[s]"))


def fen(column: pd.Series) -> int:
    """Return a money column's sum in whole fen."""
    return int(np.rint(column.dropna().to_numpy(dtype=float) * 100).sum())


def order(store: str, account: str, units: int, **more: object) -> Row:
    """Return an open order line of SKU K."""
    return {
        "order_id": f"O-{store}",
        "line_no": 1,
        "account_id": account,
        "ship_to_id": store,
        "sku_id": "K",
        "order_date": AS_OF,
        "qty_original": units,
        **more,
    }
