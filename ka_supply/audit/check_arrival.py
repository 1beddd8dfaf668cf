"""R3, R5 and R6: goods arrive when said, fresh enough, where they are wanted."""

from datetime import date

from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.freshness import eligible
from ka_supply.audit.lines import PlanLine, line_breach
from ka_supply.audit.model import Breach, Check
from ka_supply.audit.network import Customer

__all__ = [
    "check_assortment",
    "check_dates",
    "check_freshness",
    "check_open",
]


def check_freshness(case: CaseFile) -> Check:
    """I10: the lot is eligible under the contract on the customer's receipt."""
    breaches = []
    for line in case.outputs.lines:
        problem = class_problem(case, line) or age_problem(case, line)
        if problem:
            breaches.append(line_breach(line, problem))
    breaches.extend(
        Breach(
            "freshness_contracts",
            f"{account_id} {sku_id}",
            f"two equally specific rows apply on {receipt}; correct one",
        )
        for account_id, sku_id, receipt in sorted(case.freshness.ambiguous)
    )
    title = "Lots meet the freshness contract on the customer's receipt (R6)"
    return Check("I10", title, len(case.outputs.lines), tuple(breaches))


def class_problem(case: CaseFile, line: PlanLine) -> str:
    """Return what is wrong with a line's freshness class, or the empty text."""
    if line.is_shipment:
        given = line.freshness_class
        return f"a shipment carries the freshness class {given}" if given else ""
    sku = case.inputs.skus.get(line.sku_id)
    if sku is None:
        return ""
    receipt = case.freshness.receipt_day(line)
    classes = case.freshness.classes(line.destination_id, sku, receipt)
    if line.freshness_class in classes:
        return ""
    known = ", ".join(sorted(classes)) or "none"
    return f"class {line.freshness_class!r}; behind the warehouse: {known}"


def age_problem(case: CaseFile, line: PlanLine) -> str:
    """Return how a line's lot misses its freshness, or the empty text."""
    terms = case.freshness.line_terms(line)
    days = case.lot_days.get(line.lot_key)
    if terms is None or days is None:
        return ""
    made, expires = days
    receipt = case.freshness.receipt_day(line)
    if eligible(terms, made, expires, receipt):
        return ""
    age_days, life_days = (receipt - made).days, (expires - made).days
    return f"{age_days} of {life_days} days old on {receipt}; allowed {terms.text}"


def check_dates(case: CaseFile) -> Check:
    """I12: arrival and customer receipt follow from transit and calendars."""
    breaches = []
    for line in case.outputs.lines:
        departure = case.departure(line)
        if departure is None:
            continue
        said = line.arrival_date, line.customer_receipt_date
        right = departure.arrival, departure.customer_receipt
        if said != right:
            text = f"dates {said[0]}, {said[1]}; derived {right[0]}, {right[1]}"
            breaches.append(line_breach(line, text))
    title = "Arrival and customer receipt are the re-derived days (R3)"
    return Check("I12", title, len(case.outputs.lines), tuple(breaches))


def check_assortment(case: CaseFile) -> Check:
    """I14: the SKU is listed and active on arrival, or wanted behind a warehouse."""
    breaches = []
    judged: dict[tuple[bool, str, str], str] = {}
    for line in case.outputs.lines:
        key = line.is_shipment, line.destination_id, line.sku_id
        if key not in judged:
            judged[key] = assortment_problem(case, line)
        if judged[key]:
            breaches.append(line_breach(line, judged[key]))
    title = "SKUs are listed and active on arrival (R5)"
    return Check("I14", title, len(case.outputs.lines), tuple(breaches))


def assortment_problem(case: CaseFile, line: PlanLine) -> str:
    """Return why a destination may not get a SKU, or the empty text."""
    sku = case.inputs.skus.get(line.sku_id)
    customer = case.network.customers.get(line.destination_id)
    if sku is None:
        return ""
    if not line.is_shipment:
        wanted = case.assortment.supplied_takers(line.destination_id, sku)
        return "" if wanted else f"no customer behind the warehouse takes {sku.sku_id}"
    day = arrival_day(case, line)
    nobody = customer is None or not case.assortment.open_members(customer, day)
    if nobody or (customer and case.assortment.passing(customer, sku, day)):
        return ""
    return f"{sku.sku_id} is not listed and active at an open store on {day}"


def arrival_day(case: CaseFile, line: PlanLine) -> date:
    """Return the re-derived arrival of a line; its own where nothing departs."""
    departure = case.departure(line)
    return line.arrival_date if departure is None else departure.arrival


def check_open(case: CaseFile) -> Check:
    """I15: the destination is known, its account valid, a store of it open."""
    shipments = [line for line in case.outputs.lines if line.is_shipment]
    breaches = []
    for line in shipments:
        customer = case.network.customers.get(line.destination_id)
        problem = (
            f"{line.destination_id} is no retailer DC and no store that is its own"
            if customer is None
            else closed_problem(case, line, customer)
        )
        if problem:
            breaches.append(line_breach(line, problem))
    title = "Destinations are known, valid and open on arrival (R1, R5)"
    return Check("I15", title, len(shipments), tuple(breaches))


def closed_problem(case: CaseFile, line: PlanLine, customer: Customer) -> str:
    """Return why nothing may arrive at a customer, or the empty text."""
    day = arrival_day(case, line)
    if not case.assortment.account_is_valid(customer.account_id, day):
        return f"account {customer.account_id!r} is not valid on {day}"
    if not case.assortment.open_members(customer, day):
        return f"no store of {customer.place_id} is open on {day}"
    return ""
