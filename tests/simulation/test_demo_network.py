"""Goods can reach every open destination, national accounts through their DCs."""

import datetime as dt

from tests.simulation.conftest import Demo

RUN_DATE = dt.date(2026, 11, 24)


def test_national_accounts_ship_to_their_own_dcs(demo: Demo) -> None:
    """Every NKA store is behind a retailer DC of its account, no other store is."""
    stores = demo.snapshot["stores"].merge(
        demo.snapshot["accounts"][["account_id", "tier"]], on="account_id"
    )
    hubs = demo.snapshot["ship_tos"].query("type == 'RETAILER_DC'")
    owner = stores["ship_to_id"].map(hubs.set_index("ship_to_id")["account_id"])
    assert ((stores["tier"] == "NKA") == owner.notna()).all()
    assert (owner.dropna() == stores.loc[owner.notna(), "account_id"]).all()


def test_every_destination_but_the_closed_store_has_a_departure(demo: Demo) -> None:
    """Only the store that closed in October is out of reach."""
    unreached = set(demo.network.destinations) - set(demo.network.departures)
    assert unreached == {"05014"}


def test_one_region_is_served_by_the_central_warehouse(demo: Demo) -> None:
    """Stores of 赣中 are served by the central warehouse, the others regionally."""
    stores = demo.snapshot["stores"]
    direct = stores[stores["ship_to_id"].isna() & stores["closed"].isna()]
    origins = {
        region: {demo.network.departures[store].origin_id for store in group}
        for region, group in direct.groupby("region_code")["store_id"]
    }
    assert origins == {
        "赣南": {"RDC-GZ"},
        "赣中": {"CDC-NC"},
        "湘东": {"RDC-ZZ"},
        "粤北": {"RDC-SG"},
    }


def test_several_lanes_leave_tomorrow_and_several_later(demo: Demo) -> None:
    """Some departures leave on the first day of the plan, some later that week."""
    departures = demo.network.departures.values()
    days = list({d.lane_id: d.departure_date for d in departures}.values())
    assert sum(day == RUN_DATE for day in days) >= 6
    assert sum(day > RUN_DATE for day in days) >= 4
    assert max(days) <= RUN_DATE + dt.timedelta(days=6)


def test_a_closed_receiving_day_pushes_a_receipt(demo: Demo) -> None:
    """The DC that takes stock on Wednesday receives Tuesday's truck on Friday."""
    departure = demo.network.departures["DC-HT-ZZ"]
    assert departure.departure_date == RUN_DATE
    assert departure.arrival_date == dt.date(2026, 11, 27)


def test_lanes_pause_for_the_new_year(demo: Demo) -> None:
    """Every lane names the two weeks around 2027-02-06 as days without dispatch."""
    assert (demo.snapshot["lanes"]["blackouts"] == "2027-01-31..2027-02-14").all()
