"""R1 to R4: places, departures, receipts and the one modelled departure.

Every date is derived here again from lanes and calendars; nothing is taken from
the plan.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ka_supply.audit.dates import in_spans, in_term
from ka_supply.audit.header import Night
from ka_supply.audit.inputs import Inputs
from ka_supply.audit.lanes import Lane
from ka_supply.audit.masters import Store

__all__ = ["Customer", "Departure", "Network", "customers_of", "network_of"]

RECEIPT_SEARCH_DAYS = 60


@dataclass(frozen=True)
class Customer:
    """R1: a shipment destination, its account and the stores behind it."""

    place_id: str
    account_id: str
    members: tuple[Store, ...]
    is_retailer_dc: bool


class Departure(NamedTuple):
    """R4: the one departure on which a destination may get goods."""

    arrival: date
    lane_id: str
    origin_id: str
    day: date
    worst_arrival: date
    customer_receipt: date


@dataclass(frozen=True)
class Network:
    """Modelled departures of shipment destinations and of supplied warehouses."""

    customers: Mapping[str, Customer]
    shipments: Mapping[str, Departure]
    transfers: Mapping[str, Departure]
    supplied: Mapping[str, tuple[str, ...]]


def customers_of(inputs: Inputs) -> dict[str, Customer]:
    """Return R1's shipment destinations: retailer DCs, and stores on their own.

    A DC without an account of its own takes that of its members if they agree.
    """
    members: defaultdict[str, list[Store]] = defaultdict(list)
    for store_id in sorted(inputs.stores):
        store = inputs.stores[store_id]
        ship_to = inputs.ship_tos.get(store.ship_to_id)
        behind_dc = ship_to is not None and ship_to.is_retailer_dc
        members[store.ship_to_id if behind_dc else store_id].append(store)
    customers = {
        store_id: Customer(store_id, stores[0].account_id, tuple(stores), False)
        for store_id, stores in members.items()
    }
    for place_id, ship_to in inputs.ship_tos.items():
        if ship_to.is_retailer_dc:
            stores = tuple(members.get(place_id, ()))
            owners = {store.account_id for store in stores}
            owner = ship_to.account_id or (owners.pop() if len(owners) == 1 else "")
            customers[place_id] = Customer(place_id, owner, stores, True)
    return customers


def reached_by(lane: Lane, inputs: Inputs) -> tuple[tuple[str, int], ...]:
    """Return the destinations of a lane with the extra days of each stop."""
    stops = inputs.stops.get(lane.lane_id)
    if stops:
        return tuple((stop.destination_id, stop.extra_days) for stop in stops)
    return ((lane.to_id, 0),)


def departs(lane: Lane, day: date, inputs: Inputs, night: Night) -> bool:
    """Whether R2 lets a lane depart on a day."""
    origin = inputs.warehouses[lane.from_id]
    weekday = day.isoweekday()
    return (
        night.run_date <= day <= night.last_departure
        and in_term(day, lane.valid_from, lane.valid_to)
        and weekday in lane.dispatch_weekdays
        and weekday in origin.working_weekdays
        and not in_spans(day, lane.blackouts)
        and not in_spans(day, origin.blackouts)
        and (day > night.run_date or not night.has_passed(origin.cutoff_minutes))
    )


def first_receipt(earliest: date, receives: Callable[[date], bool]) -> date | None:
    """Return the first receiving day within 60 days of the earliest, or None."""
    for wait in range(RECEIPT_SEARCH_DAYS + 1):
        day = earliest + timedelta(days=wait)
        if receives(day):
            return day
    return None


def customer_receives(place: Customer, inputs: Inputs) -> Callable[[date], bool]:
    """Return R3's test of a receiving day at a store or retailer DC."""
    place_id = place.place_id
    if place.is_retailer_dc:
        ship_to = inputs.ship_tos[place_id]

        def receives(day: date) -> bool:
            return (
                day.isoweekday() in ship_to.receiving_weekdays
                and not in_spans(day, ship_to.receiving_blackouts)
                and (place_id, day) not in inputs.closed_days
            )

        return receives
    store = place.members[0]
    return lambda day: (
        day.isoweekday() in store.receiving_weekdays
        and (place_id, day) not in inputs.closed_days
        and in_term(day, store.opened, store.closed)
    )


def warehouse_receives(place_id: str, inputs: Inputs) -> Callable[[date], bool]:
    """Return R3's test of a receiving day at a warehouse."""
    warehouse = inputs.warehouses[place_id]
    return lambda day: (
        day.isoweekday() in warehouse.working_weekdays
        and not in_spans(day, warehouse.blackouts)
    )


def departure_days(lane: Lane, inputs: Inputs, night: Night) -> tuple[date, ...]:
    """Return the days on which a lane departs within the horizon (R2)."""
    days = (
        night.run_date + timedelta(days=wait)
        for wait in range(night.departure_horizon_days + 1)
    )
    return tuple(day for day in days if departs(lane, day, inputs, night))


def first_departure(
    lane: Lane, days: Iterable[date], extra_days: int, receives: Callable[[date], bool]
) -> Departure | None:
    """Return a lane's first departure with an expected and a worst-case receipt."""
    for day in days:
        expected = day + timedelta(days=lane.lead_time_days + extra_days)
        worst = day + timedelta(days=lane.worst_lead_days + extra_days)
        arrival = first_receipt(expected, receives)
        late = arrival if worst == expected else first_receipt(worst, receives)
        if arrival is not None and late is not None:
            return Departure(arrival, lane.lane_id, lane.from_id, day, late, late)
    return None


def onward_days(
    warehouse_id: str, day: date, inputs: Inputs, customers: Mapping[str, Customer]
) -> int:
    """Return R3's longest way from a warehouse to its customers, in days."""
    return max(
        (
            lane.worst_lead_days + extra_days
            for lane in inputs.lanes.values()
            if lane.from_id == warehouse_id
            and in_term(day, lane.valid_from, lane.valid_to)
            for place_id, extra_days in reached_by(lane, inputs)
            if place_id in customers
        ),
        default=0,
    )


def may_supply(origin_id: str, target_id: str, inputs: Inputs) -> bool:
    """Whether R1 allows transfers: from a central warehouse to a regional one."""
    origin, target = inputs.warehouses[origin_id], inputs.warehouses[target_id]
    return origin.is_central and not target.is_central


def network_of(inputs: Inputs, night: Night) -> Network:
    """Return the modelled departure of every destination (R4)."""
    customers = customers_of(inputs)
    shipments: dict[str, Departure] = {}
    transfers: dict[str, Departure] = {}
    for lane in inputs.lanes.values():
        if lane.from_id not in inputs.warehouses:
            continue
        days = departure_days(lane, inputs, night)
        for place_id, extra in reached_by(lane, inputs):
            if place_id in customers:
                test = customer_receives(customers[place_id], inputs)
                found = first_departure(lane, days, extra, test)
                keep_earliest(shipments, place_id, found)
            if place_id in inputs.warehouses and may_supply(
                lane.from_id, place_id, inputs
            ):
                test = warehouse_receives(place_id, inputs)
                found = first_departure(lane, days, extra, test)
                keep_earliest(transfers, place_id, found)
    for place_id, found in transfers.items():
        wait = night.transfer_dwell_days + onward_days(
            place_id, found.day, inputs, customers
        )
        receipt = found.worst_arrival + timedelta(days=wait)
        transfers[place_id] = found._replace(customer_receipt=receipt)
    supplied: defaultdict[str, list[str]] = defaultdict(list)
    for place_id in sorted(shipments):
        supplied[shipments[place_id].origin_id].append(place_id)
    return Network(
        customers,
        shipments,
        transfers,
        {origin: tuple(places) for origin, places in supplied.items()},
    )


def keep_earliest(
    modelled: dict[str, Departure], place_id: str, found: Departure | None
) -> None:
    """Keep the departure that arrives first, then the smallest lane id."""
    known = modelled.get(place_id)
    if found is not None and (known is None or found < known):
        modelled[place_id] = found
