"""What a rehearsal looks at, as rows: Ada's orders of two shirts, sent and delivered, and her returns of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from returned import placed, wanted
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.returns.models import Return
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shipments.projection import apply_fulfillment
from stage import ada, euro, fulfillment

CREDIT_ONLY = json.dumps(
    {
        "rules": [
            {
                "name": "Credit only",
                "then": {
                    "outcomes": ["store_credit"],
                    "windows": {"any": {"latest_day": 14}},
                    "bonus": {"any": {"percent": "5"}},
                    "restocking_percent": "20",
                },
            }
        ]
    }
)
"""A draft that takes refunds away, halves the bonus of 10 % and the days, and charges for coming back."""


def sold(
    session: Session, shop_id: int, now: datetime, number: int = 1042, days_ago: int = 10, **changes: Any
) -> Order:
    """Two shirts at 50.00 less 10 %, 8 % tax on top, placed `days_ago` and delivered two days later."""
    at = now - timedelta(days=days_ago)
    bought = placed(
        session, shop_id, number, placed_at=at, fact_at=at, taxes_included=False, total=euro("97.20"),
        customer=ada(), **changes,
    )  # fmt: skip
    line = bought.lines[0]
    line.discounts, line.taxes = (
        [{"amount": 1000, "application": 0, "scope": "order"}],
        [{"amount": 720, "rate": "0.08"}],
    )
    parcel = fulfillment(number, order_id=number, lines=((line.shopify_id, 2),), created_at=at + timedelta(hours=5))
    sent = apply_fulfillment(session, shop_id, replace(parcel, fact_at=parcel.created_at), now)
    sent.delivered_at = at + timedelta(days=2)
    session.flush()
    return bought


def brought_back(session: Session, bought: Order, now: datetime, outcome: Outcome, **states: Any) -> Return:
    """One shirt of the order comes back, asked for three hours ago."""
    return wanted(session, bought, now, outcome=outcome, units=1, **states)
