"""From a seed to a folder of canonical tables."""

from datetime import date
from pathlib import Path

import pandas as pd

from ka_supply.simulation.demo.contracts import (
    make_agreements,
    make_freshness_contracts,
    make_service_targets,
)
from ka_supply.simulation.demo.credit import (
    make_credit_limits,
    make_receivables,
    make_targets,
)
from ka_supply.simulation.demo.dirt import dirty, dirty_sales
from ka_supply.simulation.demo.orders import make_orders
from ka_supply.simulation.demo.reference_tables import generator
from ka_supply.simulation.demo.sales import (
    make_file_receipts,
    make_sales,
    missing_store_days,
)
from ka_supply.simulation.demo.seasons import holiday_table
from ka_supply.simulation.demo.shelf_stock import (
    dc_stock,
    make_store_lots,
    make_store_stock,
    make_visible_counts,
)
from ka_supply.simulation.demo.shipments import make_receipts, make_shipments
from ka_supply.simulation.demo.warehouse_lots import make_inbound, make_lots
from ka_supply.simulation.demo.world import World, make_world
from ka_supply.simulation.demo.write import (
    as_text,
    write_csv,
    write_excel,
    write_parquet,
)

__all__ = ["write_demo"]

GB18030_TABLES = ("stores", "store_calendar")
EXCEL_TABLES = ("promo_calendar", "ka_targets")

Tables = dict[str, pd.DataFrame]


def write_demo(
    directory: Path, seed: int = 20261123, as_of: date = date(2026, 11, 23)
) -> None:
    """Write the demo network as a folder of canonical tables.

    Most files are CSV in UTF-8 with a byte-order mark, `stores` and
    `store_calendar` in GB18030, `promo_calendar` and `ka_targets` Excel,
    `sales` Parquet. The same seed and day give the same bytes.

    Parameters
    ----------
    directory : Path
        Created if absent; files of the same name are replaced.
    seed : int
    as_of : date
        The last day of the 40 weeks of sales.
    """
    directory.mkdir(parents=True, exist_ok=True)
    world = make_world(seed, as_of)
    tables = _masters(world) | _positions(seed, world)
    texts = {name: as_text(table, name) for name, table in tables.items()}
    for name, table in dirty(texts, world.as_of).items():
        if name in EXCEL_TABLES:
            write_excel(table, directory / f"{name}.xlsx")
        else:
            encoding = "gb18030" if name in GB18030_TABLES else "utf-8-sig"
            write_csv(table, directory / f"{name}.csv", encoding)
    missing = missing_store_days(generator(seed, 20), world)
    receipts = as_text(make_file_receipts(world, missing), "file_receipts")
    write_csv(receipts, directory / "file_receipts.csv")
    sales = make_sales(generator(seed, 21), world, missing)
    write_parquet(dirty_sales(sales, world.as_of), directory / "sales.parquet")


def _masters(world: World) -> Tables:
    masters, network = world.masters, world.network
    return {
        "accounts": masters.accounts,
        "stores": masters.stores,
        "ship_tos": masters.ship_tos,
        "skus": masters.skus,
        "warehouses": masters.warehouses,
        "account_skus": world.pairs.account_skus,
        "lanes": network.lanes,
        "lane_stops": network.lane_stops,
        "store_calendar": network.store_calendar,
        "holidays": holiday_table(world.history[0].year, world.as_of.year + 1),
        "promo_calendar": world.promotions,
        "freshness_contracts": make_freshness_contracts(world),
        "service_targets": make_service_targets(),
        "agreements": make_agreements(),
    }


def _positions(seed: int, world: World) -> Tables:
    """Stock, orders and goods on the way."""
    lots = make_lots(
        generator(seed, 10), world.masters, world.rates, world.story, world.as_of
    )
    dcs = dc_stock(generator(seed, 11), world)
    shipments = make_shipments(generator(seed, 12), world)
    inbound = make_inbound(generator(seed, 13), world.masters, world.rates, world.as_of)
    return {
        "lots": lots,
        "store_stock": make_store_stock(world, dcs),
        "store_lots": make_store_lots(generator(seed, 14), world, dcs),
        "store_visible_counts": make_visible_counts(generator(seed, 15), world),
        "orders": make_orders(generator(seed, 16), world, dcs, lots),
        "shipments": shipments,
        "receipts": make_receipts(world, shipments),
        "inbound_supply": inbound,
    } | _credit(seed, world, shipments)


def _credit(seed: int, world: World, shipments: pd.DataFrame) -> Tables:
    receivables = make_receivables(generator(seed, 17), world)
    return {
        "receivables": receivables,
        "credit_limits": make_credit_limits(world, receivables, shipments),
        "ka_targets": make_targets(world),
    }
