"""Edges of the calendar: one third, month ends, leap days, closed days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ka_supply.audit.dates import add_months, clock_minutes, day_spans, weekday_set
from ka_supply.audit.freshness import Terms, eligible
from ka_supply.audit.network import first_receipt
from tests.audit.changes import Change, both, breach_texts, flagged, judge, put
from tests.audit.legal_night import MON, WED


def lot_of_s3(made: date, **fields: object) -> Change:
    """Return a change that gives S3's lot another production date."""
    days = (made + timedelta(days=90)) if not fields else fields["expiry_date"]
    return both(
        put("lots", 4, production_date=made, expiry_date=days),
        put("plan_lines", 4, production_date=made, expiry_date=days),
        put("plan_lines", 5, production_date=made, expiry_date=days),
    )


def test_exactly_one_third_is_accepted_and_a_day_more_refused() -> None:
    """S3 receives on the 25th: of 90 days, 30 may have gone, 31 may not."""
    held = put("plan_lines", 5, lot_id="L3")
    fresh = judge(lot_of_s3(WED - timedelta(days=29)), held)
    assert fresh.breaches == 0, breach_texts(fresh)
    # S4 receives a day later, so its lot is one day older there.
    edge = judge(lot_of_s3(WED - timedelta(days=30)))
    lines = [b.key for c in edge.checks for b in c.breaches if c.invariant == "I10"]
    assert lines == ["line 6"]
    late = judge(lot_of_s3(WED - timedelta(days=31)))
    lines = [b.key for c in late.checks for b in c.breaches if c.invariant == "I10"]
    assert lines == ["line 5", "line 6"]


@pytest.mark.parametrize(
    ("made", "months", "expires"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2027, 2, 28), -6, date(2026, 8, 28)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_months_end_on_the_last_day(made: date, months: int, expires: date) -> None:
    """A day that does not exist becomes the last of its month."""
    assert add_months(made, months) == expires


@pytest.mark.parametrize(
    ("sku_life", "made", "expires"),
    [
        (("MONTH", 6, "NEXT_DAY"), date(2026, 8, 30), date(2027, 2, 28)),
        (("MONTH", 6, "PRODUCTION_DAY"), date(2026, 8, 30), date(2027, 2, 28)),
        (("MONTH", 18, "PRODUCTION_DAY"), date(2026, 8, 29), date(2028, 2, 29)),
        (("DAY", 180, "NEXT_DAY"), date(2026, 9, 1), date(2027, 3, 1)),
    ],
)
def test_the_expiry_of_a_lot_follows_its_master(
    sku_life: tuple[str, int, str], made: date, expires: date
) -> None:
    """Shelf life runs in days or months, from production or the day after."""
    unit, value, start = sku_life
    life = put(
        "skus",
        1,
        shelf_life_unit=unit,
        shelf_life_value=value,
        shelf_life_start=start,
    )
    lines = [
        put("plan_lines", i, production_date=made, expiry_date=expires) for i in (1, 2)
    ]
    terms = put("freshness_contracts", 1, max_age_num=1, max_age_den=1)
    lot = put("lots", 5, production_date=made)
    certificate = judge(life, terms, lot, *lines)
    assert certificate.breaches == 0, breach_texts(certificate)
    off_by_one = put("plan_lines", 1, expiry_date=expires + timedelta(days=1))
    assert "I11" in flagged(judge(life, terms, lot, *lines, off_by_one))


def test_a_closed_day_pushes_the_receipt_and_ages_the_lot() -> None:
    """A lot that is fresh on Wednesday is too old when S3 only opens on Thursday."""
    edge = lot_of_s3(WED - timedelta(days=30))
    thursday = put("stores", 2, receiving_weekdays="1,4,5")
    assert "I10" in flagged(judge(edge, thursday))
    lines = [
        b.key
        for c in judge(edge, thursday).checks
        for b in c.breaches
        if c.invariant == "I10"
    ]
    assert lines == ["line 5", "line 6"]


def test_remaining_days_and_expiry_bind_at_their_edge() -> None:
    """The fewest remaining days are included; the day of expiry is not."""
    made, receipt = date(2026, 1, 1), date(2026, 1, 11)
    assert eligible(Terms(1, 1, 10), made, date(2026, 1, 21), receipt)
    assert not eligible(Terms(1, 1, 11), made, date(2026, 1, 21), receipt)
    assert not eligible(Terms(9, 1, None), made, receipt, receipt)
    assert eligible(Terms(9, 1, None), made, receipt + timedelta(days=1), receipt)


def test_the_last_departure_of_the_horizon_exists() -> None:
    """R2's horizon is included: with 4 days Friday's lane is there, with 3 not."""

    def horizon(days: int) -> Change:
        return lambda _tables, run: run["settings"]["night"].update(
            departure_horizon_days=days
        )

    assert judge(horizon(4)).breaches == 0
    assert "I19" in flagged(judge(horizon(3)))


@pytest.mark.parametrize(("wait", "found"), [(0, True), (60, True), (61, False)])
def test_a_receipt_is_looked_for_sixty_days(wait: int, found: bool) -> None:
    """The sixtieth day after transit is the last on which a receipt counts."""
    opens = MON + timedelta(days=wait)
    receipt = first_receipt(MON, lambda day: day >= opens)
    assert receipt == (opens if found else None)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_adding_months_lands_in_the_right_month(day: date, months: int) -> None:
    """Year and month count on exactly; the day never grows."""
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day <= day.day


def test_bad_calendar_texts_are_refused() -> None:
    """Texts that are no weekdays, days or times raise with the text."""
    with pytest.raises(ValueError, match="numbers from 1 to 7"):
        weekday_set("0")
    with pytest.raises(ValueError, match="HH:MM is required"):
        clock_minutes("24:00")
    with pytest.raises(ValueError, match="day is out of range"):
        day_spans("2026-02-30")
    assert day_spans(" ; ") == ()
    assert MON.isoweekday() == 1
