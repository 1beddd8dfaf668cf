"""R4 and R9: the one modelled departure, vehicles, picking, receiving."""

from collections import defaultdict
from collections.abc import Iterable

from ka_supply.audit.capacity import fewest_vehicles
from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.lines import line_breach
from ka_supply.audit.model import Breach, Check

__all__ = ["check_handling", "check_vehicles"]


def check_vehicles(case: CaseFile) -> Check:
    """I19: each line is on the modelled departure and every vehicle fits."""
    breaches = [*departure_breaches(case), *load_breaches(case)]
    title = "Lines are on the modelled departure and vehicles fit (R2, R4, R9)"
    return Check("I19", title, len(case.outputs.lines), tuple(breaches))


def departure_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the lines that are not on their destination's modelled departure."""
    for line in case.outputs.lines:
        departure = case.departure(line)
        if departure is None:
            yield line_breach(line, f"nothing departs to {line.destination_id}")
            continue
        said = line.lane_id, line.origin_id, line.departure_date
        right = departure.lane_id, departure.origin_id, departure.day
        if said != right:
            text = (
                f"lane {said[0]} from {said[1]} on {said[2]}; "
                f"modelled: lane {right[0]} from {right[1]} on {right[2]}"
            )
            yield line_breach(line, text)


def load_breaches(case: CaseFile) -> Iterable[Breach]:
    """Yield the lanes and days whose load needs more vehicles than there are."""
    for (lane_id, day), load in sorted(case.loads.items()):
        lane = case.inputs.lanes.get(lane_id)
        if lane is None:
            continue
        vehicles = fewest_vehicles(lane, load)
        if vehicles is None or vehicles > lane.vehicles_max:
            need = "no number of" if vehicles is None else str(vehicles)
            said = (
                f"{load.grams} g and {load.cm3} cm3 need {need} vehicles; "
                f"at most {lane.vehicles_max}"
            )
            yield Breach("plan_lines", f"{lane_id} {day}", said)


def check_handling(case: CaseFile) -> Check:
    """I20: picking and receiving limits are kept."""
    picked: defaultdict[tuple[str, str], int] = defaultdict(int)
    received: defaultdict[str, int] = defaultdict(int)
    for line in case.counting:
        picked[line.origin_id, line.departure_date.isoformat()] += line.cases
        if line.is_shipment:
            received[line.destination_id] += line.cases
    breaches = []
    for (origin_id, day), cases in sorted(picked.items()):
        origin = case.inputs.warehouses.get(origin_id)
        most = None if origin is None else origin.pick_capacity_cases_day
        if most is not None and cases > most:
            said = f"{cases} cases to pick; at most {most}"
            breaches.append(Breach("plan_lines", f"{origin_id} {day}", said))
    for place_id, cases in sorted(received.items()):
        for most in receiving_limits(case, place_id):
            if cases > most:
                said = f"{cases} cases to receive; at most {most}"
                breaches.append(Breach("plan_lines", place_id, said))
    title = "Picking per warehouse and day, receiving per destination (R9)"
    return Check("I20", title, len(picked) + len(received), tuple(breaches))


def receiving_limits(case: CaseFile, place_id: str) -> list[int]:
    """Return the receiving limits of a customer.

    That of the ship-to with its own id and, for a store, that of the ship-to it
    names.
    """
    store = case.inputs.stores.get(place_id)
    named = {place_id} | ({store.ship_to_id} if store is not None else set())
    ship_tos = (case.inputs.ship_tos.get(name) for name in sorted(named))
    return [
        ship_to.max_cases_per_day
        for ship_to in ship_tos
        if ship_to is not None and ship_to.max_cases_per_day is not None
    ]
