"""Which mail follows from which event: planned in the reaction's transaction, one for each cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shopify_app.db import Session
from shopify_app.events import Event, Reaction
from shopify_app.messages.plan import MailKind, plan, plan_for_request
from shopify_app.messages.team import plan_for_team
from shopify_app.orders.models import OneTimeCode, Order
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.states import Source
from shopify_app.returns.withdrawing.models import Withdrawal

KINDS: Mapping[str, MailKind] = {
    "CodeWanted": MailKind.ONE_TIME_CODE,
    "ReturnRequested": MailKind.RETURN_REQUESTED,
    "ReturnMoreWanted": MailKind.RETURN_MORE_WANTED,
    "ShopWrote": MailKind.RETURN_MESSAGE,
    "ReturnApproved": MailKind.RETURN_APPROVED,
    "ReturnDeclined": MailKind.RETURN_DECLINED,
    "ReturnChanged": MailKind.RETURN_CHANGED,
    "ReturnCancelled": MailKind.RETURN_CANCELLED,
    "GoodsReceived": MailKind.GOODS_RECEIVED,
    "BalanceFellDue": MailKind.BALANCE_DUE,
    "BalanceReminded": MailKind.BALANCE_REMINDER,
    "GroupSettled": MailKind.GROUP_SETTLED,
    "ReplacementGone": MailKind.REPLACEMENT_GONE,
    "InspectionAsked": MailKind.INSPECTION_ASKED,
    "InspectionReminded": MailKind.INSPECTION_REMINDER,
    "InspectionDecided": MailKind.INSPECTION_DECIDED,
    "GoodsWentBack": MailKind.GOODS_SENT_BACK,
    "LabelAdded": MailKind.RETURN_LABEL,
    "LabelEnds": MailKind.RETURN_LABEL_ENDS,
    "WithdrawalReceived": MailKind.WITHDRAWAL_RECEIVED,
    "NoReceiptCodeWanted": MailKind.NO_RECEIPT_CODE,
    "NoReceiptReceived": MailKind.NO_RECEIPT_RECEIVED,
    "NoReceiptMatched": MailKind.NO_RECEIPT_MATCHED,
    "NoReceiptAccountWanted": MailKind.NO_RECEIPT_ACCOUNT,
    "NoReceiptCredited": MailKind.NO_RECEIPT_CREDITED,
    "NoReceiptDeclined": MailKind.NO_RECEIPT_DECLINED,
}
"""Which event is told to the shopper, and by which mail."""

TEAM_KINDS: Mapping[str, MailKind] = {
    "ReturnRequested": MailKind.TEAM_NEW_RETURN,
    "ReturnAnswered": MailKind.TEAM_ANSWERED,
    "NoReceiptReceived": MailKind.TEAM_NO_RECEIPT,
    "NoReceiptNeedsLook": MailKind.TEAM_NO_RECEIPT,
    "GroupNeedsLook": MailKind.TEAM_LOOK,
    "InspectionAppealed": MailKind.TEAM_APPEAL,
    "GoodsGoBack": MailKind.TEAM_SEND_BACK,
    "WithdrawalNeedsLook": MailKind.TEAM_WITHDRAWAL,
}
"""Which event is told to the shop's own people."""

REFERENCES = ("group_id", "entry_id", "label_id", "question_id", "back_id")
"""Facts of an event that its mail needs to know."""
TEAM_REFERENCES = ("question_id", "back_id", "withdrawal_id")
"""The same of mails to the team."""
TOLD_BY_SHOPIFY = frozenset(
    {MailKind.RETURN_REQUESTED, MailKind.RETURN_APPROVED, MailKind.RETURN_DECLINED, MailKind.RETURN_CANCELLED}
)
"""Of a return that was begun in Shopify, Shopify itself writes these."""


def plan_mail(session: Session, reaction_id: int, now: datetime) -> None:
    """Plans the mail that follows from a reaction's event, in the reaction's transaction."""
    reaction = session.get_one(Reaction, reaction_id)
    event = session.get_one(Event, reaction.event_id)
    if "request_id" in event.facts:
        request = session.get(NoReceiptRequest, int(event.facts["request_id"]))
        if request is not None and request.email is not None:
            plan_for_request(session, request, KINDS[event.kind], event.id, now, made=event.facts.get("made"))
        return
    order = session.get(Order, event.order_id)
    if order is None or order.erased_at is not None:
        return
    kind, facts = KINDS[event.kind], event.facts
    if kind is MailKind.ONE_TIME_CODE:
        code = session.get_one(OneTimeCode, int(facts["code_id"]))
        plan(session, order, kind, event.id, now, locale=code.locale, references={"code_id": code.id})
        return
    if kind is MailKind.WITHDRAWAL_RECEIVED:
        _acknowledge(session, order, session.get_one(Withdrawal, int(facts["withdrawal_id"])), event.id, now)
        return
    ret = session.get_one(Return, int(facts["return_id"]))
    if ret.withdrawal_id is not None and kind is MailKind.RETURN_APPROVED:
        _how_to_send(session, order, ret, event.id, now)
        return
    if not facts.get("at_once") and not _tells_shopify(ret, kind):  # at once: told by the approval
        ids = {name: facts[name] for name in REFERENCES if name in facts}
        plan(session, order, kind, event.id, now, return_id=ret.id, locale=ret.locale, references=ids)


def _acknowledge(session: Session, order: Order, row: Withdrawal, of: int, now: datetime) -> None:
    kind, ids = MailKind.WITHDRAWAL_RECEIVED, {"withdrawal_id": row.id}
    plan(session, order, kind, of, now, locale=row.locale, references=ids, recipient=row.recipient)


def _how_to_send(session: Session, order: Order, ret: Return, of: int, now: datetime) -> None:
    """Nobody approves a withdrawal: where something has to travel, this mail says how."""
    if any(line.fulfillment_line_id is not None for line in ret.lines):
        ids = {"withdrawal_id": ret.withdrawal_id}
        plan(session, order, MailKind.WITHDRAWAL_OPENED, of, now, return_id=ret.id, locale=ret.locale, references=ids)


def _tells_shopify(ret: Return, kind: MailKind) -> bool:
    """Whether Shopify itself writes it."""
    return ret.source == Source.SHOPIFY and kind in TOLD_BY_SHOPIFY


def plan_team_mail(session: Session, reaction_id: int, now: datetime) -> None:
    """Plans the mail to the shop's own people that follows from a reaction's event."""
    event = session.get_one(Event, session.get_one(Reaction, reaction_id).event_id)
    kind, facts = TEAM_KINDS[event.kind], event.facts
    if "request_id" in facts:
        request = session.get(NoReceiptRequest, int(facts["request_id"]))
        if request is not None and request.email is not None:
            plan_for_team(session, request.shop, kind, event.id, now, references={"no_receipt_id": request.id})
        return
    order = session.get(Order, event.order_id)
    if order is None or order.erased_at is not None:
        return
    ids = {name: facts[name] for name in TEAM_REFERENCES if name in facts}
    about = {"order_id": order.id, "return_id": facts.get("return_id"), "references": ids}
    plan_for_team(session, order.shop, kind, event.id, now, **about)
