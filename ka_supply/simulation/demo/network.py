"""Lanes, their stops and vehicles, closed receiving days, and delivery times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ka_supply.simulation.demo.masters import Masters
from ka_supply.simulation.demo.reference_tables import reference

__all__ = ["Network", "make_network"]

DC_DISPATCH_WEEKDAYS = "1,3,5"
STOCK_TAKING_STORES = 9
PART_LOAD_FIXED_CNY, PART_LOAD_CNY_PER_CASE, HANDLING_CNY_PER_CASE = 120.0, 1.5, 0.4


@dataclass(frozen=True)
class Network:
    """How goods move.

    Parameters
    ----------
    lanes, lane_stops, store_calendar : DataFrame
    origin : mapping of store or retailer DC to own warehouse
    transit : array, weekdays (Monday first) x stores, days
        Days from a departure on that weekday to the receipt; -1 means no
        departure. A store behind a retailer DC is served by the DC.
    hub_transit : mapping of retailer DC or regional warehouse to such a column
    """

    lanes: pd.DataFrame
    lane_stops: pd.DataFrame
    store_calendar: pd.DataFrame
    origin: dict[str, str]
    transit: npt.NDArray[np.int64]
    hub_transit: dict[str, list[int]]


def make_network(masters: Masters, as_of: pd.Timestamp) -> Network:
    """Return lanes sized for the masters' stores."""
    plan = reference("lanes")
    stops = _stops(plan, masters.stores)
    origin = dict(zip(plan["to_id"], plan["from_id"], strict=True))
    by_lane = plan.set_index("lane_id")["from_id"]
    origin |= {
        str(d): str(by_lane[lane])
        for d, lane in zip(stops["destination_id"], stops["lane_id"], strict=True)
    }
    return Network(
        lanes=_lanes(plan, stops, as_of),
        lane_stops=stops,
        store_calendar=_store_calendar(masters.stores, as_of),
        origin=origin,
        transit=_transit(plan, stops, masters.stores),
        hub_transit=_hub_transit(plan, masters.ship_tos),
    )


def _stops(plan: pd.DataFrame, stores: pd.DataFrame) -> pd.DataFrame:
    direct = stores[stores["ship_to_id"] == ""].sort_values(["city", "store_id"])
    rows = []
    for region, tours in plan[plan["region_code"] != ""].groupby("region_code"):
        here = direct.loc[direct["region_code"] == region, "store_id"].to_numpy()
        parts = np.array_split(here, len(tours))
        for lane, far, part in zip(
            tours["lane_id"], tours["far_extra_days"].astype(int), parts, strict=True
        ):
            # The last third of a long tour is reached the day after.
            late = np.arange(len(part)) >= 2 * len(part) / 3
            rows.append(
                pd.DataFrame(
                    {
                        "lane_id": lane,
                        "stop_no": np.arange(1, len(part) + 1),
                        "destination_id": part,
                        "extra_days": far * late.astype(int),
                    }
                )
            )
    return pd.concat(rows, ignore_index=True).sort_values(["lane_id", "stop_no"])


def _lanes(
    plan: pd.DataFrame, stops: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    lanes = plan.merge(reference("vehicles"), on="vehicle", how="left")
    last = stops.groupby("lane_id")["destination_id"].last()
    to_id = lanes["to_id"].mask(lanes["to_id"] == "", lanes["lane_id"].map(last))
    fixed = lanes["start_cny"].astype(float)
    fixed += lanes["km"].astype(float) * lanes["cny_per_km"].astype(float)
    # Part loads pay by the case and have no limit of their own.
    part = lanes["mode"] == "LTL"
    lanes = lanes.assign(
        to_id=to_id,
        cap_kg=lanes["cap_kg"].mask(part, ""),
        cap_m3=lanes["cap_m3"].mask(part, ""),
        fixed_cny=fixed.round(-1).mask(part, PART_LOAD_FIXED_CNY),
        var_cny_per_case=np.where(part, PART_LOAD_CNY_PER_CASE, HANDLING_CNY_PER_CASE),
        blackouts="2027-01-31..2027-02-14",
        valid_from="2026-01-01",
        valid_to="",
    )
    winter = lanes[lanes["lane_id"].isin(["L101", "L102"])].assign(
        lane_id=lambda t: t["lane_id"] + "W",
        vehicles_max="3",
        dispatch_weekdays="1,2,3,4,5,6",
        valid_from=f"{as_of + pd.Timedelta(days=36):%Y-%m-%d}",
    )
    unused = ["region_code", "tour_no", "km", "start_cny", "cny_per_km"]
    both = pd.concat([lanes, winter], ignore_index=True)
    return both.drop(columns=[*unused, "far_extra_days"])


def _store_calendar(stores: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    direct = stores.loc[stores["ship_to_id"] == "", "store_id"].tolist()
    inventory = direct[4 :: len(direct) // STOCK_TAKING_STORES]
    new_year = pd.Timestamp("2026-02-17")
    rows: list[tuple[str, pd.Timestamp, int, int, str]] = []
    for k, store in enumerate(inventory):
        day = as_of + pd.Timedelta(days=2 + k % 6)
        rows.append((store, day, 1, 0, "盘点暂停收货"))
    rows.append(("DC-HT-ZZ", as_of + pd.Timedelta(days=2), 1, 0, "大仓盘点暂停收货"))
    small = stores.loc[stores["format"] == "convenience", "store_id"]
    rows += [
        (store, new_year + pd.Timedelta(days=k), 0, 0, "春节休息")
        for store in small
        for k in range(3)
    ]
    columns = ["store_id", "date", "is_open", "is_receiving", "note"]
    return pd.DataFrame(rows, columns=columns)


def _transit(
    plan: pd.DataFrame, stops: pd.DataFrame, stores: pd.DataFrame
) -> npt.NDArray[np.int64]:
    lane_of = stops.set_index("destination_id")
    plan_of = plan.set_index("lane_id")
    columns = []
    for store, receiving in zip(
        stores["store_id"], stores["receiving_weekdays"], strict=True
    ):
        if store in lane_of.index:
            stop = lane_of.loc[store]
            lane = plan_of.loc[stop["lane_id"]]
            lead = int(lane["lead_time_days"]) + int(stop["extra_days"])
            weekdays = lane["dispatch_weekdays"]
        else:
            lead, weekdays = 1, DC_DISPATCH_WEEKDAYS
        columns.append(_days_to_receipt(weekdays, lead, receiving))
    return np.array(columns).T


def _hub_transit(plan: pd.DataFrame, ship_tos: pd.DataFrame) -> dict[str, list[int]]:
    receiving = ship_tos.set_index("ship_to_id")["receiving_weekdays"]
    hubs = plan[plan["to_id"] != ""]
    return {
        hub: _days_to_receipt(weekdays, int(lead), str(receiving[hub]))
        for hub, weekdays, lead in zip(
            hubs["to_id"],
            hubs["dispatch_weekdays"],
            hubs["lead_time_days"],
            strict=True,
        )
    }


def _days_to_receipt(dispatch: str, lead: int, receiving: str) -> list[int]:
    leaves = {int(c) - 1 for c in dispatch.split(",")}
    receives = {int(c) - 1 for c in receiving.split(",")}
    return [
        next(t for t in range(lead, lead + 7) if (day + t) % 7 in receives)
        if day in leaves
        else -1
        for day in range(7)
    ]
