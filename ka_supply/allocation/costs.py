"""Costs of the objective beyond the lines: vehicles and fill-rate slack."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pandas as pd

from ka_supply.allocation.decided import Decided
from ka_supply.allocation.loads import departure_loads
from ka_supply.domain.snapshot import records

__all__ = ["COST_COLUMNS", "cost_table"]

COST_COLUMNS = (
    "cost_id",
    "kind",
    "lane_id",
    "departure_date",
    "account_id",
    "quantity",
    "unit_cost_cny",
    "cost_cny",
)
NANO = Decimal("0.000000001")


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def _nano(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(NANO, rounding=ROUND_HALF_UP)


def _whole_fen(amount_cny: Decimal) -> int:
    """Return yuan as whole fen, halves away from zero."""
    fen = (amount_cny * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(fen)


@dataclass(frozen=True)
class _Floor:
    """Ordered need and counted plan of an account, in units and in yuan."""

    need_units: int
    need_cny: Fraction
    counted_units: int
    counted_cny: Fraction

    @property
    def mean_price(self) -> Fraction:
        return self.need_cny / max(self.need_units, 1)

    def missing(self, floor: Fraction, metric: str) -> Decimal:
        """Return what the floor lacks, in units or yuan, to the ninth decimal."""
        if metric == "VALUE":
            slack = floor * self.need_cny - self.counted_cny
        else:
            slack = floor * self.need_units - self.counted_units
        return _nano(max(slack, Fraction(0)))


def _floor(pairs: pd.DataFrame) -> _Floor:
    """Return the sums of an account's pairs with ordered need, whole cases only."""
    price = [_exact(value) for value in pairs["price_cny"]]
    need = pairs["need_units"].tolist()
    cases = pairs[["cases", "need_cases"]].min(axis=1)
    counted = (cases * pairs["units_per_case"]).tolist()
    return _Floor(
        sum(need),
        sum((n * p for n, p in zip(need, price, strict=True)), Fraction(0)),
        sum(counted),
        sum((c * p for c, p in zip(counted, price, strict=True)), Fraction(0)),
    )


def _slack_rows(decided: Decided) -> list[dict[str, object]]:
    """Return one cost row per account whose floor is missed (rule R13)."""
    pairs = decided.pairs.assign(cases=decided.solution.cases)
    pairs = pairs[(pairs["kind"] == "SHIPMENT") & (pairs["need_source"] == "ORDER")]
    credit = decided.credit
    blocked = set(credit.loc[credit["status"] == "BLOCKED", "account_id"])
    share = decided.snapshot.settings.money.default_penalty_share
    rows: list[dict[str, object]] = []
    for account in records(decided.snapshot["accounts"]):
        name, frac = account["account_id"], account["fill_floor_frac"]
        if frac is None or name in blocked:
            continue
        metric = account["service_metric"]
        floor = _floor(pairs[pairs["account_id"] == name])
        slack = floor.missing(_exact(frac), metric)
        if not slack:
            continue
        unit = _exact(account["penalty_short_frac"] or share)
        unit *= _exact(account["priority_weight"])
        unit_cost = _nano(unit if metric == "VALUE" else unit * floor.mean_price)
        rows.append(
            {
                "kind": "FILL_FLOOR",
                "lane_id": "",
                "departure_date": pd.NaT,
                "account_id": name,
                "quantity": float(slack),
                "unit_cost_cny": float(unit_cost),
                "cost_cny": _whole_fen(slack * unit_cost) / 100,
            }
        )
    return sorted(rows, key=lambda row: str(row["account_id"]))


def cost_table(decided: Decided) -> pd.DataFrame:
    """Return the costs table: vehicles of each departure, slack of each floor.

    Returns
    -------
    DataFrame
        COST_COLUMNS with cost_id 1..n: VEHICLE rows by lane and day, then
        FILL_FLOOR rows by account. `quantity` is vehicles, or slack in units
        or yuan; cost_cny = quantity * unit_cost_cny in whole fen.

    References
    ----------
    docs/rules.md, R9 and R13.
    """
    loads = departure_loads(decided.departures, decided.solution.cases)
    loads = loads[loads["cases"] > 0]
    vehicles = pd.DataFrame(
        {
            "kind": "VEHICLE",
            "lane_id": loads["lane_id"],
            "departure_date": loads["departure_date"],
            "account_id": "",
            "quantity": loads["vehicles"].astype("float64"),
            "unit_cost_cny": loads["fixed_fen"] / 100,
            "cost_cny": loads["vehicles"] * loads["fixed_fen"] / 100,
        }
    )
    slack = pd.DataFrame(_slack_rows(decided), columns=vehicles.columns)
    slack = slack.astype(vehicles.dtypes)
    costs = pd.concat([vehicles, slack], ignore_index=True)
    costs["cost_id"] = range(1, len(costs) + 1)
    return costs[list(COST_COLUMNS)]
