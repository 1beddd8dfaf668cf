"""R9: how many vehicles a load needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ka_supply.audit.lanes import Lane
from ka_supply.audit.lines import PlanLine
from ka_supply.audit.masters import Sku

__all__ = ["Load", "fewest_vehicles", "loads_of"]


@dataclass
class Load:
    """What a lane carries on one day, in cases, grams and cubic centimetres."""

    cases: int = 0
    grams: int = 0
    cm3: int = 0


def loads_of(
    lines: Iterable[PlanLine], skus: Mapping[str, Sku]
) -> dict[tuple[str, date], Load]:
    """Return the load of each lane and departure day."""
    loads: defaultdict[tuple[str, date], Load] = defaultdict(Load)
    for line in lines:
        sku = skus.get(line.sku_id)
        if sku is not None:
            load = loads[line.lane_id, line.departure_date]
            load.cases += line.cases
            load.grams += line.cases * sku.case_grams
            load.cm3 += line.cases * sku.case_cm3
    return dict(loads)


def fewest_vehicles(lane: Lane, load: Load) -> int | None:
    """Return the fewest vehicles that carry a load; None if no number does.

    A full truck without both capacities carries nothing.
    """
    if load.cases <= 0:
        return 0
    if lane.is_full_truck and (lane.cap_grams is None or lane.cap_cm3 is None):
        return None
    vehicles = 1
    for amount, capacity in (
        (load.grams, lane.cap_grams),
        (load.cm3, lane.cap_cm3),
    ):
        if capacity is None or amount <= 0:
            continue
        if capacity <= 0:
            return None
        vehicles = max(vehicles, -(-amount // capacity))
    return vehicles
