"""Everything a check may look at: inputs, published tables and re-derived facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from ka_supply.audit.capacity import Load, loads_of
from ka_supply.audit.credit import Standing, standings_of
from ka_supply.audit.eligibility import Assortment
from ka_supply.audit.freshness import FreshnessBook, lot_dates
from ka_supply.audit.header import Night, read_night
from ka_supply.audit.inputs import Inputs, read_inputs
from ka_supply.audit.lines import PlanLine
from ka_supply.audit.model import Row
from ka_supply.audit.network import Departure, Network, network_of
from ka_supply.audit.orders import (
    accounts_with_orders,
    open_lines,
    open_units,
    unserved_units,
)
from ka_supply.audit.outputs import Outputs, read_outputs

__all__ = ["CaseFile", "LotKey", "PairKey", "open_case"]

LotKey = tuple[str, str, str]
PairKey = tuple[str, str]


@dataclass(frozen=True)
class CaseFile:
    """One night laid open; derived facts are worked out once, when first asked."""

    night: Night
    inputs: Inputs
    outputs: Outputs
    network: Network
    assortment: Assortment
    freshness: FreshnessBook
    input_row_counts: Mapping[str, int]

    @cached_property
    def counting(self) -> tuple[PlanLine, ...]:
        """Lines that count: all but HELD_CREDIT (R12)."""
        return tuple(x for x in self.outputs.lines if x.status != "HELD_CREDIT")

    @cached_property
    def held(self) -> tuple[PlanLine, ...]:
        """HELD_CREDIT lines, which count in no sum."""
        return tuple(x for x in self.outputs.lines if x.status == "HELD_CREDIT")

    @cached_property
    def lot_days(self) -> Mapping[LotKey, tuple[date, date]]:
        """Production and expiry date of every lot with a known life (R6)."""
        days = {}
        for key, lot in self.inputs.lots.items():
            sku = self.inputs.skus.get(lot.sku_id)
            dates = None if sku is None else lot_dates(lot, sku)
            if dates is not None:
                days[key] = dates
        return days

    @cached_property
    def free_cases(self) -> Mapping[LotKey, int]:
        """Free whole cases of every lot (R7)."""
        free = {}
        for key, lot in self.inputs.lots.items():
            sku = self.inputs.skus.get(lot.sku_id)
            usable = sku is not None and lot.available
            units = max(0, lot.on_hand - lot.withheld) if usable else 0
            free[key] = units // sku.units_per_case if sku is not None else 0
        return free

    @cached_property
    def used_cases(self) -> Mapping[LotKey, int]:
        """Cases of every lot over all lines that count (R7)."""
        used: defaultdict[LotKey, int] = defaultdict(int)
        for line in self.counting:
            used[line.lot_key] += line.cases
        return dict(used)

    @cached_property
    def planned_cases(self) -> Mapping[PairKey, int]:
        """Cases shipped to each customer and SKU by lines that count."""
        return cases_by_pair(self.counting)

    @cached_property
    def loads(self) -> Mapping[tuple[str, date], Load]:
        """Load of each lane and departure day (R9)."""
        return loads_of(self.counting, self.inputs.skus)

    @cached_property
    def order_units(self) -> Mapping[PairKey, int]:
        """Open order units of destination and SKU on the modelled arrival (R8)."""
        return open_units(open_lines(self.inputs), self.inputs, self.network)

    @cached_property
    def unserved_units(self) -> Mapping[tuple[str, str, str], int]:
        """Open order units of place, account and SKU without a departure (R13)."""
        lines = open_lines(self.inputs)
        return unserved_units(lines, self.inputs, self.network, self.night.run_date)

    @cached_property
    def ordering_accounts(self) -> frozenset[str]:
        """Accounts with any open order line (R13)."""
        return accounts_with_orders(open_lines(self.inputs))

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Credit standing of every account (R11)."""
        return standings_of(self.inputs, self.night, self.network, self.assortment)

    def departure(self, line: PlanLine) -> Departure | None:
        """Return the modelled departure of a line's destination (R4)."""
        departures = (
            self.network.shipments if line.is_shipment else self.network.transfers
        )
        return departures.get(line.destination_id)

    def price_cny(self, place_id: str, sku_id: str) -> Decimal:
        """Return the unit price of a SKU at a customer; 0 if either is unknown."""
        customer = self.network.customers.get(place_id)
        sku = self.inputs.skus.get(sku_id)
        if customer is None or sku is None:
            return Decimal(0)
        return self.assortment.price_cny(customer, sku)

    def case_units(self, sku_id: str) -> int:
        """Return the units of a case of a SKU; 1 if the SKU is unknown."""
        sku = self.inputs.skus.get(sku_id)
        return 1 if sku is None else sku.units_per_case


def cases_by_pair(lines: Iterable[PlanLine]) -> dict[PairKey, int]:
    """Return shipped cases by customer and SKU."""
    cases: defaultdict[PairKey, int] = defaultdict(int)
    for line in lines:
        if line.is_shipment:
            cases[line.destination_id, line.sku_id] += line.cases
    return dict(cases)


def open_case(tables: Mapping[str, Iterable[Row]], run: object) -> CaseFile:
    """Return the case file of a night from its tables and header."""
    held = {name: list(rows) for name, rows in tables.items()}
    night = read_night(run)
    inputs = read_inputs(held, night.as_of)
    network = network_of(inputs, night)
    assortment = Assortment(inputs, network)
    return CaseFile(
        night=night,
        inputs=inputs,
        outputs=read_outputs(held),
        network=network,
        assortment=assortment,
        freshness=FreshnessBook(inputs, night, network, assortment),
        input_row_counts={name: len(rows) for name, rows in held.items()},
    )
