"""Who is supplied from where, when: rules R1 to R4 as one frozen object."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ka_supply.domain.calendars import RECEIPT_SEARCH_DAYS, first_day, within
from ka_supply.domain.schedule import Schedule
from ka_supply.domain.snapshot import Snapshot, records

__all__ = ["Departure", "Destination", "Network", "build_network"]


@dataclass(frozen=True)
class Destination:
    """A place goods are sent to.

    Parameters
    ----------
    kind : {"STORE", "RETAILER_DC", "WAREHOUSE"}
    account_id : str
        "" for a warehouse.
    members : tuple of str
        The stores it supplies; of a warehouse, those of all its destinations.
    """

    destination_id: str
    kind: str
    account_id: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Departure:
    """The modelled departure to a destination (rule R4)."""

    destination_id: str
    origin_id: str
    lane_id: str
    departure_date: dt.date
    arrival_date: dt.date
    customer_receipt_date: dt.date
    next_arrival_date: dt.date


@dataclass(frozen=True)
class Network:
    """Destinations and their modelled departures.

    Parameters
    ----------
    destinations : mapping of destination_id to Destination
    departures : mapping of destination_id to Departure
        A destination without an entry has none within the horizon.
    """

    destinations: Mapping[str, Destination]
    departures: Mapping[str, Departure]

    def supplied_by(self, warehouse_id: str) -> tuple[str, ...]:
        """Return the shipment destinations whose departure leaves there."""
        return tuple(
            d.destination_id
            for d in self.departures.values()
            if d.origin_id == warehouse_id
            and self.destinations[d.destination_id].kind != "WAREHOUSE"
        )


def _destinations(snapshot: Snapshot) -> dict[str, Destination]:
    """Return stores that are their own ship-to, and retailer DCs (rule R1)."""
    centres = {
        r["ship_to_id"]
        for r in records(snapshot["ship_tos"])
        if r["type"] == "RETAILER_DC"
    }
    members: dict[str, list[dict[str, Any]]] = {}
    for store in records(snapshot["stores"]):
        ship_to = store["ship_to_id"]
        target = ship_to if ship_to in centres else store["store_id"]
        members.setdefault(target, []).append(store)
    return {
        place: Destination(
            place,
            "RETAILER_DC" if place in centres else "STORE",
            members[place][0]["account_id"],
            tuple(sorted(s["store_id"] for s in members[place])),
        )
        for place in sorted(members)
    }


def _first_departure(
    lane: dict[str, Any], stop: tuple[str, int], schedule: Schedule
) -> Departure | None:
    """Return the first departure of a lane with a receipt at a stop."""
    destination, extra = stop
    departs, receives = schedule.departs(lane), schedule.receives(destination)
    horizon = schedule.night.departure_horizon_days
    longest = max(lane["lead_time_max_days"] or 0, lane["lead_time_days"])

    def receipt(day: dt.date, transit: int) -> dt.date | None:
        start = day + dt.timedelta(days=transit + extra)
        return first_day(start, receives, RECEIPT_SEARCH_DAYS)

    for offset in range(horizon + 1):
        day = schedule.run_date + dt.timedelta(days=offset)
        if not departs(day):
            continue
        arrival = receipt(day, lane["lead_time_days"])
        worst = receipt(day, longest)
        if arrival is None or worst is None:
            continue
        following = arrival + dt.timedelta(days=schedule.night.default_review_days)
        for later in range(1, RECEIPT_SEARCH_DAYS + 1):
            other = day + dt.timedelta(days=later)
            again = receipt(other, lane["lead_time_days"]) if departs(other) else None
            if again is not None and again > arrival:
                following = again
                break
        return Departure(
            destination,
            lane["from_id"],
            lane["lane_id"],
            day,
            arrival,
            worst,
            following,
        )
    return None


def _modelled(
    destinations: Mapping[str, Destination], schedule: Schedule
) -> dict[str, Departure]:
    """Return the earliest arrival per destination, ties by lane (rule R4)."""
    best: dict[str, Departure] = {}
    for lane in schedule.lanes:
        for stop in schedule.stops(lane):
            target = schedule.warehouses.get(stop[0])
            if stop[0] not in destinations and (
                target is None or not schedule.is_transfer(lane, target)
            ):
                continue
            found = _first_departure(lane, stop, schedule)
            known = best.get(stop[0])
            if found and (known is None or found.arrival_date < known.arrival_date):
                best[stop[0]] = found
    return {key: best[key] for key in sorted(best)}


def _customer_leg_days(
    schedule: Schedule, destinations: Mapping[str, Destination], departure: Departure
) -> int:
    """Return the longest transit from a warehouse to its customers, in days."""
    lanes = [
        lane
        for lane in schedule.lanes
        if lane["from_id"] == departure.destination_id
        and within(departure.departure_date, lane["valid_from"], lane["valid_to"])
    ]
    legs = [
        max(lane["lead_time_max_days"] or 0, lane["lead_time_days"]) + extra
        for lane in lanes
        for place, extra in schedule.stops(lane)
        if place in destinations
    ]
    return max(legs, default=0)


def build_network(snapshot: Snapshot) -> Network:
    """Return destinations and modelled departures of a snapshot.

    References
    ----------
    docs/rules.md, R1 to R4.
    """
    schedule = Schedule(snapshot)
    destinations = _destinations(snapshot)
    departures = _modelled(destinations, schedule)
    dwell = snapshot.settings.night.transfer_dwell_days
    for place, departure in list(departures.items()):
        if place in destinations:
            continue
        days = dwell + _customer_leg_days(schedule, destinations, departure)
        worst = departure.customer_receipt_date + dt.timedelta(days=days)
        departures[place] = Departure(
            **{**vars(departure), "customer_receipt_date": worst}
        )
        members = sorted(
            store
            for d in departures.values()
            if d.origin_id == place and d.destination_id in destinations
            for store in destinations[d.destination_id].members
        )
        destinations[place] = Destination(place, "WAREHOUSE", "", tuple(members))
    return Network(destinations, departures)
