"""Case values of a night: the falling curves the optimizer decides by."""

from ka_supply.domain.forecast import Forecast
from ka_supply.domain.network import Network
from ka_supply.domain.pairs import build_pairs
from ka_supply.domain.snapshot import Snapshot
from ka_supply.domain.stock import free_lots
from ka_supply.domain.values import CaseValues
from ka_supply.inventory.ageing import build_ageing
from ka_supply.inventory.lot_credit import lot_credit
from ka_supply.inventory.money import unit_money
from ka_supply.inventory.needs import with_needs
from ka_supply.inventory.positions import build_positions
from ka_supply.inventory.setting import build_setting
from ka_supply.inventory.steps import value_steps
from ka_supply.inventory.targets import build_targets
from ka_supply.inventory.valuation import Valuation

__all__ = ["value_cases"]


def value_cases(snapshot: Snapshot, forecast: Forecast, network: Network) -> CaseValues:
    """Return what each case is worth to each destination tonight.

    A case is worth what it earns between its arrival and the next one: a case
    now instead of at the next departure.

    Parameters
    ----------
    snapshot : Snapshot
    forecast : Forecast
        With a row for every store, and for every destination that is sent to.
    network : Network
        Of the same snapshot.

    Returns
    -------
    CaseValues
        Every pair of rules R5 to R10, also those without a lot to take; a step
        that serves the need is present even if it is worth less than nothing.

    References
    ----------
    Broekmeulen, R. & van Donselaar, K. (2009). A heuristic to manage perishable
    inventory with batch ordering, positive lead-times, and time-varying demand.
    Computers & Operations Research 36(11).
    """
    pairs = build_pairs(snapshot, network)
    lots = free_lots(snapshot)
    setting = build_setting(snapshot, network, forecast, pairs, lots)
    positions = build_positions(setting)
    ageing = build_ageing(setting, positions.total_units)
    money = unit_money(pairs, setting.links, snapshot.settings)
    targets = build_targets(setting, ageing)
    credit = lot_credit(setting, positions.total_units, money.write_off_cny)
    wanted = with_needs(setting, positions, targets)
    valuation = Valuation(
        setting,
        positions,
        ageing,
        targets,
        money,
        wanted["need_cases"].to_numpy(dtype="int64"),
        credit,
    )
    columns = [
        "warehouse_id",
        "sku_id",
        "lot_id",
        "production_day",
        "expiry_day",
        "free_cases",
    ]
    return CaseValues(
        wanted, value_steps(valuation), lots[columns].assign(credit_fen=credit)
    )
