"""Writing down that a mail is to be sent: once for each cause, in the transaction of what caused it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.leases import WorkState
from shopify_app.messages.envelope import NoAddress, address_of
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.orders.models import Order
from shopify_app.queue import send_after_commit
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.settings.messages import Messages
from shopify_app.settings.store import load

SEND = "jobs.send_mail"


class MailKind(StrEnum):
    """What a mail says; each is one function of `compose`."""

    ONE_TIME_CODE = "one_time_code"
    RETURN_REQUESTED = "return_requested"
    RETURN_MORE_WANTED = "return_more_wanted"
    RETURN_MESSAGE = "return_message"
    RETURN_APPROVED = "return_approved"
    RETURN_DECLINED = "return_declined"
    RETURN_CHANGED = "return_changed"
    RETURN_CANCELLED = "return_cancelled"
    GOODS_RECEIVED = "goods_received"
    BALANCE_DUE = "balance_due"
    BALANCE_REMINDER = "balance_reminder"
    GROUP_SETTLED = "group_settled"
    REPLACEMENT_GONE = "replacement_gone"
    INSPECTION_ASKED = "inspection_asked"
    INSPECTION_REMINDER = "inspection_reminder"
    INSPECTION_DECIDED = "inspection_decided"
    GOODS_SENT_BACK = "goods_sent_back"
    RETURN_LABEL = "return_label"
    RETURN_LABEL_ENDS = "return_label_ends"
    WITHDRAWAL_RECEIVED = "withdrawal_received"
    WITHDRAWAL_OPENED = "withdrawal_opened"
    TEAM_NEW_RETURN = "team_new_return"
    TEAM_ANSWERED = "team_answered"
    TEAM_NO_RECEIPT = "team_no_receipt"
    TEAM_LOOK = "team_look"
    TEAM_APPEAL = "team_appeal"
    TEAM_SEND_BACK = "team_send_back"
    TEAM_WITHDRAWAL = "team_withdrawal"
    TEAM_AUTOMATION = "team_automation"
    AUTOMATED = "automated"
    SENDER_TEST = "sender_test"
    NO_RECEIPT_CODE = "no_receipt_code"
    NO_RECEIPT_RECEIVED = "no_receipt_received"
    NO_RECEIPT_MATCHED = "no_receipt_matched"
    NO_RECEIPT_ACCOUNT = "no_receipt_account"
    NO_RECEIPT_CREDITED = "no_receipt_credited"
    NO_RECEIPT_DECLINED = "no_receipt_declined"


def plan(
    session: Session,
    order: Order,
    kind: MailKind,
    of: int,
    now: datetime,
    *,
    return_id: int | None = None,
    locale: str | None = None,
    references: dict[str, Any] | None = None,
    recipient: str | None = None,
) -> Message | None:
    """A mail to the order's own address (where it has none, to `recipient`) for the cause (`kind`, `of`), sent when the
    transaction has committed.

    None where the cause has its mail already, or the shop sends no mails about returns. An order nobody can be
    written to gets a row that says so (`MessagePhase.UNSENT`) and no mail.
    """
    cause = f"{kind}:{of}"
    known = select(Message.id).where(Message.shop_id == order.shop_id, Message.cause == cause)
    if session.scalar(known) is not None or not _is_wanted(session, order.shop_id, kind):
        return None
    row = Message(shop_id=order.shop_id, order_id=order.id, return_id=return_id, kind=kind, cause=cause)
    row.locale, row.references = locale or order.locale, references or {}
    return put_down(session, row, order.email or recipient, now)


def plan_for_request(
    session: Session, request: NoReceiptRequest, kind: MailKind, of: int, now: datetime, **references: Any
) -> Message | None:
    """The same for a request without an order number, to the address that its asker gave."""
    cause = f"{kind}:{of}"
    known = select(Message.id).where(Message.shop_id == request.shop_id, Message.cause == cause)
    if session.scalar(known) is not None or not _is_wanted(session, request.shop_id, kind):
        return None
    row = Message(shop_id=request.shop_id, kind=kind, cause=cause, locale=request.locale)
    row.references = {"no_receipt_id": request.id} | references
    return put_down(session, row, request.email, now)


def put_down(session: Session, row: Message, email: str | None, now: datetime) -> Message:
    """Writes the mail down, to `email`, and has it sent when the transaction has committed."""
    row.made_at = row.due_at = now
    _address(row, email)
    session.add(row)
    session.flush()
    if row.phase == MessagePhase.PLANNED:
        send_after_commit(session, SEND, row.id)
    return row


def _is_wanted(session: Session, shop_id: int, kind: MailKind) -> bool:
    """One-time codes always: without them nobody gets in; the acknowledgement of a withdrawal, because the law says."""
    always = (MailKind.ONE_TIME_CODE, MailKind.WITHDRAWAL_RECEIVED, MailKind.NO_RECEIPT_CODE)
    return kind in always or load(session, shop_id, Messages).return_mails


def _address(row: Message, email: str | None) -> None:
    """Who it goes to, or why to nobody."""
    try:
        row.recipient = address_of(email)
        row.phase, row.state = MessagePhase.PLANNED, WorkState.PENDING
    except NoAddress:
        row.phase, row.state, row.facts = MessagePhase.UNSENT, WorkState.DONE, None
        row.error = "no_address" if not email else "address_is_none"
