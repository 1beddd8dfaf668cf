"""Every figure of the report: the table of contents of the compute functions."""

from dataclasses import dataclass

import pandas as pd

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.plan import Plan
from ka_supply.domain.snapshot import Snapshot
from ka_supply.reporting.availability import compute_availability, compute_presentation
from ka_supply.reporting.binding_prices import compute_binding_prices
from ka_supply.reporting.cover import compute_cover
from ka_supply.reporting.credit_holds import compute_credit_holds
from ka_supply.reporting.data_quality import compute_data_quality
from ka_supply.reporting.exception_rows import rank_exceptions
from ka_supply.reporting.headline import Headline, compute_headline, compute_loads
from ka_supply.reporting.line_bridges import compute_bridges, compute_plan_value
from ka_supply.reporting.lot_exceptions import last_dispatch, write_off_risk
from ka_supply.reporting.night import Night, gather
from ka_supply.reporting.runway import compute_lot_chances, compute_warehouse_risk
from ka_supply.reporting.service import compute_fill_rate, compute_miss_reasons
from ka_supply.reporting.service_exceptions import (
    credit_hold,
    expiring_shortage,
    fill_floor_missed,
    no_departure,
    order_expiring,
    short_supply,
)
from ka_supply.reporting.stock_age import compute_stock_age, summarise_stock_age
from ka_supply.reporting.store_exceptions import (
    hidden_stock,
    over_aged_store_stock,
    refused_at_dock,
)
from ka_supply.reporting.visible import compute_visible_pairs, summarise_visible

__all__ = ["Figures", "compute_exceptions", "compute_figures"]


@dataclass(frozen=True)
class Figures:
    """All computed frames of a report.

    Each frame is described at the function of the same name.
    """

    headline: Headline
    exceptions: pd.DataFrame
    fill_rate: pd.DataFrame
    miss_reasons: pd.DataFrame
    stock_age: pd.DataFrame
    warehouse_age: pd.DataFrame
    account_age: pd.DataFrame
    visible_pairs: pd.DataFrame
    visible: pd.DataFrame
    cover: pd.DataFrame
    credit_holds: pd.DataFrame
    binding_prices: pd.DataFrame
    loads: pd.DataFrame
    unit_bridges: pd.DataFrame
    value_ledgers: pd.DataFrame
    plan_value: pd.DataFrame
    data_quality: pd.DataFrame


def _visible_by_account(night: Night, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return visible inventory beside availability and presentation, by account."""
    seen = summarise_visible(pairs, "account_id")
    served = compute_availability(night)
    kept = compute_presentation(night, pairs)
    found = seen.merge(served, on="account_id", how="outer")
    return found.merge(kept, on="account_id", how="outer").sort_values(
        "account_id", ignore_index=True
    )


def _age_inside(ages: pd.DataFrame) -> pd.DataFrame:
    inside = ages["location_kind"] == "WAREHOUSE"
    return summarise_stock_age(ages[inside], "location_id")


def _age_outside(ages: pd.DataFrame) -> pd.DataFrame:
    inside = ages["location_kind"] == "WAREHOUSE"
    return summarise_stock_age(ages[~inside], "account_id")


def compute_figures(night: Night) -> Figures:
    """Return every figure of the report."""
    chances = compute_lot_chances(night)
    risk = compute_warehouse_risk(night, chances)
    ages = compute_stock_age(night, risk)
    pairs = compute_visible_pairs(night)
    fill_rate = compute_fill_rate(night)
    holds = compute_credit_holds(night)
    lapsing = expiring_shortage(night)
    loads = compute_loads(night)
    units, value_cny = compute_bridges(night)
    exceptions = [
        last_dispatch(night, chances),
        write_off_risk(night, risk),
        credit_hold(night, holds),
        fill_floor_missed(night, fill_rate),
        short_supply(night, lapsing),
        order_expiring(night, lapsing),
        no_departure(night),
        refused_at_dock(night),
        hidden_stock(night, pairs),
        over_aged_store_stock(night, ages),
    ]
    return Figures(
        headline=compute_headline(night, loads, fill_rate),
        exceptions=rank_exceptions(exceptions),
        fill_rate=fill_rate,
        miss_reasons=compute_miss_reasons(night, ["account_id"]),
        stock_age=ages,
        warehouse_age=_age_inside(ages),
        account_age=_age_outside(ages),
        visible_pairs=pairs,
        visible=_visible_by_account(night, pairs),
        cover=compute_cover(night),
        credit_holds=holds,
        binding_prices=compute_binding_prices(night),
        loads=loads,
        unit_bridges=units,
        value_ledgers=value_cny,
        plan_value=compute_plan_value(night, value_cny),
        data_quality=compute_data_quality(night.snapshot),
    )


def compute_exceptions(
    snapshot: Snapshot, forecast: Forecast, plan: Plan, network: Network
) -> pd.DataFrame:
    """Return the exceptions of a night: few, ranked by money, each with one action.

    Returns
    -------
    DataFrame, dearest first
        exception_id (1..n), kind, severity (HIGH from 10,000 yuan, MEDIUM from
        1,000, LOW), account_id, store_id, sku_id, lot_id ("" where it does not
        apply), value_cny (margin or cost at risk), deadline (datetime64, NaT =
        none), action and message_id (text ids), message_args (JSON).

    Notes
    -----
    The values overlap where two exceptions touch the same goods from different
    sides (a lot at risk and a short store); they rank, they do not add up.
    """
    return compute_figures(gather(snapshot, forecast, plan, network)).exceptions
