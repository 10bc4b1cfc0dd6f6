"""Everything personal that a shop may hold of somebody who bought: rows with their words, addresses and codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shopify_app.db import Session
from shopify_app.messages.models import Message
from shopify_app.orders.models import OneTimeCode, Order
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.models import (
    Return,
    ReturnDraft,
    ReturnEntry,
    ReturnLine,
    ReturnPhoto,
    ReturnQuote,
    ReturnUnit,
)
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.no_receipt.models import NoReceiptEntry, NoReceiptRequest
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shops.models import Shop


def told_by(shop: Shop, order: Order, now: datetime) -> list[Any]:
    """A mail, a code, a withdrawal, and what was being put together."""
    mine = {"shop_id": shop.id, "order_id": order.id}
    mail = {"kind": "return_approved", "cause": f"return:{order.id}", "due_at": now, "made_at": now}
    code = {"code_hash": "x", "code": "123456", "made_at": now, "expires_at": now}
    draft = {"token": f"draft-{order.id}", "wish": "{}", "delivery": "{}", "created_at": now, "expires_at": now}
    declared = {"number": f"W-{order.number}-1", "key": f"form-{order.id}", "token": f"page-{order.id}", "lines": []}
    law = {"country": "SE", "is_whole": True, "received_at": now, "refund_by": now.date()}
    return [
        Withdrawal(**mine, **declared, **law, name="Ada", recipient="ada@example.com"),
        Message(**mine, **mail, recipient="ada@example.com", facts="{}"),
        OneTimeCode(**mine, **code),
        ReturnDraft(**mine, **draft),
    ]


def came_back(session: Session, shop: Shop, order: Order, now: datetime) -> Return:
    """A return in which everybody had words."""
    mine = {"shop_id": shop.id, "order_id": order.id}
    quote = ReturnQuote(**mine, public_id=f"quote-{order.id}", wish="{}", options={}, policy_version=1, currency="EUR")
    quote.made_at = quote.expires_at = now
    ret = Return(**mine, rma=f"R-{order.number}-1", currency="EUR", requested_at=now)
    line = ReturnLine(
        shop_id=shop.id, line_id=1, quantity=1, outcome="refund", method="label", note="Too", answer="big"
    )
    line.units = [ReturnUnit(shop_id=shop.id, number=1, note="Smells of Ada")]
    ret.lines = [line]
    session.add_all([quote, ret])
    session.flush()
    label = {"source": "merchant", "kind": "link", "url": "https://labels.example/ada", "added_at": now}
    session.add(ReturnLabel(shop_id=shop.id, return_id=ret.id, **label))
    session.add(ReturnEntry(shop_id=shop.id, return_id=ret.id, at=now, kind="note", actor="shopper", said="Hello"))
    session.add(
        ReturnPhoto(
            shop_id=shop.id, return_id=ret.id, fulfillment_line_id=1, file_name=f"{ret.id}.jpg.sealed",
            media_type="image/jpeg", bytes=1, width=1, height=1, added_at=now,
        )
    )  # fmt: skip
    return ret


def judged(session: Session, ret: Return, now: datetime) -> None:
    """Less was accepted, Ada appealed, and it goes back to her."""
    mine = {"shop_id": ret.shop_id, "return_id": ret.id}
    group = ReleaseGroup(
        **mine, position=1, outcome="refund", money_event="receipt", currency="EUR", accepted={}, shopify_lines={}
    )
    session.add(group)
    session.flush()
    asked = {"group_id": group.id, "round": 1, "units": [], "asked_at": now, "answer_by": now}
    session.add(InspectionQuestion(**mine, **asked, appeal="It came like that.", reply="We looked again."))
    session.add(GoodsSentBack(**mine, units=[], address="{}", paid_by="merchant", asked_at=now))


def without_receipt(session: Session, shop: Shop, order: Order, now: datetime) -> None:
    """A present that somebody wants to give back, from the address that the order has too."""
    said = {"bought": "In spring, at the shop", "name": "Ada Lindholm", "email": order.email, "code": "123456"}
    asked = {"key": f"present-{order.id}", "product_id": 1, "variant_id": 1, "title": "Shirt", "quantity": 1}
    made = NoReceiptRequest(
        shop_id=shop.id, asked_at=now, email_hash=order.email_hash, decline_note="Too old", **said, **asked
    )
    session.add(made)
    session.flush()
    entry = {"at": now, "kind": "asked", "actor": "shopper"}
    session.add(NoReceiptEntry(shop_id=shop.id, request_id=made.id, said="It does not fit.", **entry))
