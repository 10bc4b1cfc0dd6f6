"""Two customers became one: what pointed at the merged one points at the kept one."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.recommendations.models import CardClick, ReturnedItem
from shopify_app.returns.money_models import BonusGrant
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.searching import keeping

POINTING = (Order, ReturnedItem, CardClick, BonusGrant, NoReceiptRequest)


def follow(session: Session, shop_id: int, kept_id: int, merged_id: int) -> None:
    """Orders, sent-back items, followed cards, bonuses and credits without an order of `merged_id` become those of
    `kept_id` (our ids), and returns are found by the name of who was kept."""
    for table in POINTING:
        mine = (table.shop_id == shop_id, table.customer_id == merged_id)
        session.execute(update(table).where(*mine).values(customer_id=kept_id))
    keeping.of_customer(session, shop_id, kept_id)
