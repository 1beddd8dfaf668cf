"""Which freshness contract applies to an account, a SKU and a day (rule R6)."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

from ka_supply.domain.freshness import DAYS_PER_MONTH, Contract
from ka_supply.domain.snapshot import Snapshot, records

__all__ = ["ContractBook"]


class ContractBook:
    """Looks up freshness contracts; a missing contract is one third.

    Parameters
    ----------
    snapshot : Snapshot
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = {}
        for row in records(snapshot["freshness_contracts"]):
            self._rows.setdefault(row["account_id"], []).append(row)
        statuses = set(snapshot.settings.data.promo_statuses)
        self._promotions: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in records(snapshot["promo_calendar"]):
            if row["status"] in statuses:
                key = (row["account_id"], row["sku_id"])
                self._promotions.setdefault(key, []).append(row)
        skus = snapshot["skus"]
        months = skus["shelf_life_unit"].eq("MONTH")
        life = skus["shelf_life_value"] * months.map({True: DAYS_PER_MONTH, False: 1})
        self._category = dict(zip(skus["sku_id"], skus["category"], strict=True))
        self._life = dict(zip(skus["sku_id"], life.astype(int), strict=True))
        self.contract = cache(self._contract)

    def is_bought_in_promotion(
        self, account_id: str, sku_id: str, day: dt.date, members: Iterable[str]
    ) -> bool:
        """Whether `day` lies in a buy window that covers all of `members`."""
        missing = set(members)
        for row in self._promotions.get((account_id, sku_id), []):
            start = row["buy_start"] or row["sale_start"]
            end = row["buy_end"] or row["sale_end"]
            if start <= day <= end:
                missing -= {row["store_id"]} if row["store_id"] else missing
                if not missing:
                    return True
        return False

    def _contract(
        self, account_id: str, sku_id: str, day: dt.date, members: tuple[str, ...]
    ) -> Contract:
        """Return the contract of account and SKU for a receipt on `day`."""
        promoted = self.is_bought_in_promotion(account_id, sku_id, day, members)
        found = [
            row
            for row in self._rows.get(account_id, [])
            if self._matches(row, sku_id, day, is_promoted=promoted)
        ]
        if not found:
            return Contract()
        best = max(found, key=_specificity)
        return Contract(
            int(best["max_age_num"]),
            int(best["max_age_den"]),
            int(best["min_remaining_days"] or 0),
        )

    def _matches(
        self, row: dict[str, Any], sku_id: str, day: dt.date, *, is_promoted: bool
    ) -> bool:
        low, _, high = (row["life_band"] or "0-999999").partition("-")
        return (
            (row["valid_from"] is None or row["valid_from"] <= day)
            and row["sku_id"] in (None, sku_id)
            and row["sku_class"] in (None, self._category[sku_id])
            and int(low) <= self._life[sku_id] <= int(high)
            and (is_promoted or not row["is_promo"])
        )


def _specificity(row: dict[str, Any]) -> tuple[bool, bool, bool, bool, dt.date]:
    return (
        row["sku_id"] is not None,
        row["sku_class"] is not None,
        row["life_band"] is not None,
        bool(row["is_promo"]),
        row["valid_from"] or dt.date.min,
    )
