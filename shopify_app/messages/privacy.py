"""Forgetting who was written to, what was still to be written, and codes that nobody typed yet; and handing it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import CursorResult, select, update

from shopify_app.db import Session
from shopify_app.leases import WorkState
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.orders.models import OneTimeCode, Order


def forget(session: Session, shop_id: int, customer_id: int | None, order_shopify_ids: tuple[int, ...]) -> int:
    """Blanks addresses, facts and codes of a customer's orders and of those named; mails that wait are not sent.

    How many rows were touched. Orders are found through their customer: ask before they forget whose they are."""
    mine = Order.shopify_id.in_(order_shopify_ids)
    if customer_id is not None:
        mine = mine | (Order.customer_id == customer_id)
    theirs = select(Order.id).where(Order.shop_id == shop_id, mine)
    waiting = (Message.order_id.in_(theirs), Message.state == WorkState.PENDING, Message.phase == MessagePhase.PLANNED)
    ended = {"phase": MessagePhase.UNSENT, "state": WorkState.DONE, "error": "erased"}
    plain = {"synchronize_session": False}
    session.execute(update(Message).where(*waiting).values(**ended).execution_options(**plain))
    messages = update(Message).where(Message.order_id.in_(theirs)).values(recipient=None, facts=None)
    codes = update(OneTimeCode).where(OneTimeCode.order_id.in_(theirs)).values(code=None, code_hash="")
    done = [session.execute(each.execution_options(**plain)) for each in (messages, codes)]
    return sum(result.rowcount for result in done if isinstance(result, CursorResult))


def forget_requests(session: Session, shop_id: int, request_ids: Collection[int]) -> None:
    """Blanks the addresses of mails about requests without an order number; those that wait are not sent."""
    mine = (Message.shop_id == shop_id, Message.order_id.is_(None), Message.recipient.is_not(None))
    for mail in session.scalars(select(Message).where(*mine)) if request_ids else ():
        if mail.references.get("no_receipt_id") not in request_ids:
            continue
        if mail.state == WorkState.PENDING and mail.phase == MessagePhase.PLANNED:
            mail.phase, mail.state, mail.error = MessagePhase.UNSENT, WorkState.DONE, "erased"
        mail.recipient = mail.facts = None


def export(session: Session, shop_id: int, order_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The mails about these orders by our order's id, oldest first: what about, in which language, when, and what
    became of them."""
    about = (Message.shop_id == shop_id, Message.order_id.in_(order_ids))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for mail in session.scalars(select(Message).where(*about).order_by(Message.id)):
        found[mail.order_id or 0].append(
            {
                "about": mail.kind,
                "language": mail.locale,
                "to": mail.recipient,
                "planned_at": mail.made_at.isoformat(),
                "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
                "state": mail.phase,
            }
        )
    return found
