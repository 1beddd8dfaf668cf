"""When each lane departs and each place receives (rules R2 and R3)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from ka_supply.domain.calendars import parse_dates, parse_weekdays, within
from ka_supply.domain.snapshot import Snapshot, records

__all__ = ["Schedule"]


class Schedule:
    """When each place receives and each lane departs."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.night = snapshot.settings.night
        self.run_date = snapshot.run_date
        self.stores = {r["store_id"]: r for r in records(snapshot["stores"])}
        self.ship_tos = {r["ship_to_id"]: r for r in records(snapshot["ship_tos"])}
        self.warehouses = {
            r["warehouse_id"]: r for r in records(snapshot["warehouses"])
        }
        self.lanes = sorted(records(snapshot["lanes"]), key=lambda r: r["lane_id"])
        self._stops: dict[str, list[tuple[str, int]]] = {}
        for row in records(snapshot["lane_stops"]):
            self._stops.setdefault(row["lane_id"], []).append(
                (row["destination_id"], int(row["extra_days"]))
            )
        self.shut = {
            (r["store_id"], r["date"])
            for r in records(snapshot["store_calendar"])
            if not (r["is_open"] and r["is_receiving"])
        }

    def stops(self, lane: dict[str, Any]) -> list[tuple[str, int]]:
        """Return (destination, extra days) of each stop of a lane (rule R1)."""
        return sorted(self._stops.get(lane["lane_id"], [(lane["to_id"], 0)]))

    def is_transfer(self, lane: dict[str, Any], target: dict[str, Any]) -> bool:
        """Whether a lane to our own warehouse `target` carries transfers."""
        origin = self.warehouses[lane["from_id"]]
        return bool(origin["kind"] == "CENTRAL" and target["kind"] == "REGIONAL")

    def departs(self, lane: dict[str, Any]) -> Callable[[dt.date], bool]:
        """Return the predicate of rule R2 for a lane."""
        origin = self.warehouses[lane["from_id"]]
        weekdays = parse_weekdays(lane["dispatch_weekdays"]) & parse_weekdays(
            origin["working_weekdays"]
        )
        closed = parse_dates(lane["blackouts"]) | parse_dates(origin["blackouts"])
        cutoff = origin["cutoff_time"]
        late = cutoff is not None and (
            dt.time.fromisoformat(cutoff) < self.night.release_time
        )

        def can(day: dt.date) -> bool:
            return (
                day.isoweekday() in weekdays
                and day not in closed
                and not (late and day == self.run_date)
                and within(day, lane["valid_from"], lane["valid_to"])
            )

        return can

    def receives(self, place_id: str) -> Callable[[dt.date], bool]:
        """Return the predicate of rule R3 for a destination."""
        row: dict[str, Any]
        opened = closed = None
        if place_id in self.warehouses:
            row = self.warehouses[place_id]
            weekdays, blocked = row["working_weekdays"], row["blackouts"]
        elif place_id in self.stores:
            row = self.stores[place_id]
            weekdays, blocked = row["receiving_weekdays"], None
            opened, closed = row["opened"], row["closed"]
        else:
            row = self.ship_tos[place_id]
            weekdays, blocked = row["receiving_weekdays"], row["receiving_blackouts"]
        days, dark = parse_weekdays(weekdays), parse_dates(blocked)

        def can(day: dt.date) -> bool:
            return (
                day.isoweekday() in days
                and day not in dark
                and (place_id, day) not in self.shut
                and within(day, opened, closed)
            )

        return can
