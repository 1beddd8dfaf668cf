"""Accepted input rows of the small legal night: terms and credit, and the rest."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.audit.legal_goods import GOODS

INPUTS: dict[str, list[dict[str, Any]]] = GOODS | {
    "promo_calendar": [
        {
            "promo_id": "P1",
            "account_id": "A",
            "sku_id": "K2",
            "buy_start": date(2026, 11, 20),
            "buy_end": date(2026, 11, 26),
            "sale_start": date(2026, 12, 1),
            "sale_end": date(2026, 12, 7),
            "status": "CONFIRMED",
        }
    ],
    "freshness_contracts": [
        {"account_id": "A", "max_age_num": 1, "max_age_den": 3},
        {
            "account_id": "A",
            "is_promo": True,
            "max_age_num": 1,
            "max_age_den": 2,
            "min_remaining_days": 30,
            "valid_from": date(2026, 1, 1),
        },
    ],
    "credit_limits": [
        {"account_id": "A", "limit_cny": Decimal(6000), "action": "HOLD"},
        {"account_id": "B", "limit_cny": Decimal(0), "action": "WARN"},
        {
            "account_id": "X",
            "limit_cny": Decimal(99999),
            "action": "HOLD",
            "grace_days": 5,
            "tolerance_cny": Decimal(100),
        },
    ],
    "receivables": [
        {
            "account_id": "A",
            "invoice_no": "I1",
            "due_date": date(2026, 12, 1),
            "amount_cny": Decimal(1000),
            "paid_cny": Decimal(200),
        },
        {
            "account_id": "X",
            "invoice_no": "I2",
            "due_date": date(2026, 11, 16),
            "amount_cny": Decimal(300),
            "disputed_cny": Decimal(100),
        },
    ],
}
