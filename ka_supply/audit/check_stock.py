"""R7 and R14: lots are not over-shipped, expired, or taken out of order."""

from collections.abc import Iterable
from datetime import date

from ka_supply.audit.casefile import CaseFile
from ka_supply.audit.freshness import eligible
from ka_supply.audit.lines import PlanLine, line_breach
from ka_supply.audit.model import Breach, Check
from ka_supply.audit.positions import Lot

__all__ = [
    "check_fefo",
    "check_free_cases",
    "check_lot_in_warehouse",
    "check_lot_state",
    "check_units",
    "check_whole_cases",
]


def check_free_cases(case: CaseFile) -> Check:
    """I01: the cases of a lot over all counting lines are at most its free cases."""
    breaches = [
        Breach(
            "plan_lines",
            " ".join(key),
            f"{used} cases planned, {case.free_cases.get(key, 0)} free",
        )
        for key, used in sorted(case.used_cases.items())
        if used > case.free_cases.get(key, 0)
    ]
    title = "Planned cases of a lot are at most its free cases (R7)"
    return Check("I01", title, len(case.used_cases), tuple(breaches))


def check_whole_cases(case: CaseFile) -> Check:
    """I02: every line has at least one case and at most what the lot holds."""
    breaches = list(case.outputs.faults.get("I02", ()))
    for line in case.outputs.lines:
        lot = case.inputs.lots.get(line.lot_key)
        size = case.case_units(line.sku_id)
        if line.cases < 1:
            breaches.append(line_breach(line, f"{line.cases} cases; at least 1"))
        elif lot is not None and line.cases * size > lot.on_hand:
            said = f"{line.cases} cases of {size}, the lot holds {lot.on_hand} units"
            breaches.append(line_breach(line, said))
    title = "Cases are whole, at least 1 and at most the lot on hand (R7)"
    return Check("I02", title, len(case.outputs.lines), tuple(breaches))


def check_units(case: CaseFile) -> Check:
    """I04: units are cases times the units of a case."""
    breaches = []
    for line in case.outputs.lines:
        size = case.case_units(line.sku_id)
        if line.units != line.cases * size:
            said = f"{line.units} units, but {line.cases} cases of {size}"
            breaches.append(line_breach(line, said))
    title = "Units are cases times units per case (R7)"
    return Check("I04", title, len(case.outputs.lines), tuple(breaches))


def check_lot_state(case: CaseFile) -> Check:
    """I11: no lot that is expired, withheld, made in the future or undated."""
    breaches: list[Breach] = []
    for line in case.outputs.lines:
        lot = case.inputs.lots.get(line.lot_key)
        if lot is not None:
            days = case.lot_days.get(line.lot_key)
            problems = [*state_problems(line, lot, days), *life_problems(case, line)]
            breaches.extend(line_breach(line, problem) for problem in problems)
    title = "Lots are available, dated, made by the run day and not expired (R6, R7)"
    return Check("I11", title, len(case.outputs.lines), tuple(breaches))


def state_problems(
    line: PlanLine, lot: Lot, days: tuple[date, date] | None
) -> Iterable[str]:
    """Yield what is wrong with the status and the dates of a line's lot."""
    if not lot.available:
        yield f"lot {line.lot_id} is not AVAILABLE"
    if days is None:
        yield f"lot {line.lot_id} has no known expiry"
    elif (line.production_date, line.expiry_date) != days:
        yield f"lot dates are {days[0]} and {days[1]}, not those of the line"


def life_problems(case: CaseFile, line: PlanLine) -> Iterable[str]:
    """Yield how the life of a line's lot misses the run day or the receipt."""
    days = case.lot_days.get(line.lot_key)
    if days is None:
        return
    made, expires = days
    receipt = case.freshness.receipt_day(line)
    if made > case.night.run_date:
        yield f"made on {made}, after the run day {case.night.run_date}"
    if receipt >= expires:
        yield f"expires on {expires}, received by {receipt}"


def check_fefo(case: CaseFile) -> Check:
    """I13: no later-expiring lot goes while an eligible earlier one has cases left."""
    left = lots_with_cases_left(case)
    earliest: dict[tuple[str, tuple[str, str, str]], tuple[date, str] | None] = {}
    breaches = []
    for line in case.counting:
        key = line.origin_id, line.pair
        if key not in earliest:
            lots = left.get((line.origin_id, line.sku_id), [])
            earliest[key] = first_eligible(case, line, lots) if lots else None
        found = earliest[key]
        days = case.lot_days.get(line.lot_key)
        if found is not None and days is not None and found[0] < days[1]:
            said = f"lot {found[1]} expires earlier, on {found[0]}, and has cases left"
            breaches.append(line_breach(line, said))
    title = "First expired, first out among eligible lots of an origin (R14)"
    return Check("I13", title, len(case.counting), tuple(breaches))


def lots_with_cases_left(
    case: CaseFile,
) -> dict[tuple[str, str], list[tuple[date, date, str]]]:
    """Return (expiry, production, lot) by warehouse and SKU, earliest expiry first."""
    left: dict[tuple[str, str], list[tuple[date, date, str]]] = {}
    for key, free in case.free_cases.items():
        days = case.lot_days.get(key)
        if days is None or days[0] > case.night.run_date:
            continue
        if free > case.used_cases.get(key, 0):
            left.setdefault(key[:2], []).append((days[1], days[0], key[2]))
    return {place: sorted(lots) for place, lots in left.items()}


def first_eligible(
    case: CaseFile, line: PlanLine, lots: list[tuple[date, date, str]]
) -> tuple[date, str] | None:
    """Return expiry and id of the first lot that a line's pair may take."""
    terms = case.freshness.line_terms(line)
    receipt = case.freshness.receipt_day(line)
    for expires, made, lot_id in lots:
        if terms is not None and eligible(terms, made, expires, receipt):
            return expires, lot_id
    return None


def check_lot_in_warehouse(case: CaseFile) -> Check:
    """I17: the lot lies in the warehouse that ships it."""
    breaches = [
        line_breach(line, f"no lot {line.lot_id} of {line.sku_id} in {line.origin_id}")
        for line in case.outputs.lines
        if line.lot_key not in case.inputs.lots
    ]
    title = "The lot lies in the shipping warehouse (owner, label: not in the data)"
    return Check("I17", title, len(case.outputs.lines), tuple(breaches))
