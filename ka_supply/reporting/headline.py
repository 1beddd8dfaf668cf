"""The first lines of the report: what leaves, how full, how well served."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ka_supply.domain.snapshot import records
from ka_supply.reporting.night import Night
from ka_supply.reporting.service import compute_overall_fill

__all__ = ["Headline", "compute_headline", "compute_loads"]


@dataclass(frozen=True)
class Headline:
    """The figures of the first lines.

    Parameters
    ----------
    first_date : date or None
        First day on which something leaves; cases, vehicles and load_frac are
        of that day.
    load_frac : float
        Mean over its vehicles of the fuller of weight and volume; NaN where no
        lane has a capacity.
    approval_cases : int
        Of them, cases that still need the customer's order.
    plan_cases, plan_value_cny : of the whole plan, held lines left out.
    fill_frac : sum of min(planned, need) / sum of need, NaN without a need.
    missed_floors : accounts below their contracted floor.
    quarantined_rows, read_rows : int
    worst_share : largest quarantined share of any table.
    is_credit_checked : whether there are credit limits or receivables.
    """

    as_of: dt.date
    run_date: dt.date
    first_date: dt.date | None
    cases: int
    approval_cases: int
    vehicles: int
    load_frac: float
    freight_cny: float
    plan_cases: int
    plan_value_cny: float
    held_cases: int
    fill_frac: float
    missed_floors: int
    quarantined_rows: int
    read_rows: int
    worst_share: float
    is_credit_checked: bool


def _vehicles(kg: float, m3: float, lane: dict[str, float | None]) -> tuple[int, float]:
    """Return the fewest vehicles that carry a load, and how full they are."""
    shares = [
        load / cap for load, cap in ((kg, lane["cap_kg"]), (m3, lane["cap_m3"])) if cap
    ]
    need = max(shares, default=math.nan)
    # Weights are summed in floating point; the grain of sand must not add a truck.
    count = 1 if math.isnan(need) else max(1, math.ceil(need - 1e-9))
    return count, need / count


def compute_loads(night: Night) -> pd.DataFrame:
    """Return the load of each lane and departure date of the plan.

    Returns
    -------
    DataFrame, sorted by departure_date, lane_id
        departure_date, lane_id, origin_id, vehicle, stops, cases, kg, m3,
        vehicles, load_frac (the fuller of weight and volume; NaN without a
        capacity), freight_cny (fixed and per case).
    """
    counted = night.lines[night.lines["is_counted"]]
    groups = counted.groupby(["departure_date", "lane_id"], sort=True)
    frame = groups.agg(
        origin_id=("origin_id", "first"),
        stops=("destination_id", "nunique"),
        cases=("cases", "sum"),
        kg=("kg", "sum"),
        m3=("m3", "sum"),
    ).reset_index()
    lanes = {r["lane_id"]: r for r in records(night.snapshot["lanes"])}
    found = [
        _vehicles(kg, m3, lanes[lane])
        for kg, m3, lane in zip(frame["kg"], frame["m3"], frame["lane_id"], strict=True)
    ]
    frame["vehicle"] = [lanes[lane]["vehicle"] or "" for lane in frame["lane_id"]]
    frame["vehicles"] = [count for count, _ in found]
    frame["load_frac"] = [share for _, share in found]
    fixed = np.array([lanes[lane]["fixed_cny"] for lane in frame["lane_id"]], float)
    each = np.array(
        [lanes[lane]["var_cny_per_case"] for lane in frame["lane_id"]], float
    )
    freight = fixed * frame["vehicles"].to_numpy(float) + each * frame["cases"]
    return frame.assign(freight_cny=freight.astype(float))


def compute_headline(
    night: Night, loads: pd.DataFrame, fill_rate: pd.DataFrame
) -> Headline:
    """Return the figures of the first lines."""
    counted = night.lines[night.lines["is_counted"]]
    first = counted["departure_date"].min() if len(counted) else None
    today = counted[counted["departure_date"] == first]
    trucks = loads[loads["departure_date"] == first]
    known = trucks[trucks["load_frac"].notna()]
    weight = float(known["vehicles"].sum())
    full = float((known["load_frac"] * known["vehicles"]).sum())
    asked = today["status"] == "NEEDS_APPROVAL"
    counts = night.snapshot.quarantine.counts.values()
    return Headline(
        as_of=night.snapshot.as_of,
        run_date=night.snapshot.run_date,
        first_date=first.date() if first is not None else None,
        cases=int(today["cases"].sum()),
        approval_cases=int(today.loc[asked, "cases"].sum()),
        vehicles=int(trucks["vehicles"].sum()),
        load_frac=full / weight if weight else math.nan,
        freight_cny=float(trucks["freight_cny"].sum()),
        plan_cases=int(counted["cases"].sum()),
        plan_value_cny=float(counted["value_cny"].sum()),
        held_cases=int(night.lines.loc[~night.lines["is_counted"], "cases"].sum()),
        fill_frac=compute_overall_fill(night.needs),
        missed_floors=int(fill_rate["is_missed"].sum()),
        quarantined_rows=sum(c.quarantined for c in counts),
        read_rows=sum(c.read for c in counts),
        worst_share=night.snapshot.quarantine.worst_share(),
        is_credit_checked=night.snapshot.has("credit_limits")
        or night.snapshot.has("receivables"),
    )
