"""Mails: planned from events, one for each cause; sent by a task of their own, each row alone, at most once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import structlog

from shopify_app.db import Session
from shopify_app.durable import durable_write
from shopify_app.events import Event, Reaction
from shopify_app.fault_points import reached
from shopify_app.i18n import Language, Languages
from shopify_app.leases import LeaseLost
from shopify_app.messages import automated, outbox
from shopify_app.messages.compose import compose, is_overtaken
from shopify_app.messages.email import SendFailed, Uncertain, post
from shopify_app.messages.envelope import Mail, NoAddress, Sender, address_of, message_id, seal
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.no_receipt_story import story_of_request
from shopify_app.messages.plan import MailKind, plan, plan_for_request
from shopify_app.messages.rendering import render
from shopify_app.messages.sender import sender_of
from shopify_app.messages.stories import house_of, story_of
from shopify_app.messages.story import Story
from shopify_app.messages.team import TO_TEAM, plan_for_team
from shopify_app.money import Money
from shopify_app.observability import mails_sent
from shopify_app.orders.models import OneTimeCode, Order
from shopify_app.pages.no_receipt import status_address as request_address
from shopify_app.pages.return_links import status_address
from shopify_app.queue import celery
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.states import Source
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

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
    "GroupNeedsLook": MailKind.TEAM_LOOK,
}
"""Which event is told to the shop's own people."""

REFERENCES = ("group_id", "entry_id", "label_id", "question_id", "back_id")
"""Facts of an event that its mail needs to know."""
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


@celery.task(name="jobs.send_mail", bind=True)
def send_mail(self: Any, *row_ids: int) -> None:
    """Sends the mails with these ids; those that somebody else holds or that have ended are passed."""
    for row_id in row_ids:
        send_one(self.app.adapters, row_id)


def send_one(adapters: Adapters, row_id: int, post: Callable[..., None] = post) -> None:
    """Takes one mail, sends it and leaves the outcome in its row."""
    with adapters.database.write() as session:
        taken = outbox.take(session, row_id)
    if taken is not None:
        outcome = _outcome(adapters, *taken, post)
        mails_sent.labels(kind=taken[0].kind, outcome=outcome).inc()
        log.info("mail", shop_id=taken[0].shop_id, message=row_id, kind=taken[0].kind, outcome=outcome)


def _outcome(adapters: Adapters, row: Message, lease: str, post: Callable[..., None]) -> str:
    try:
        return _send(adapters, row, lease, post)
    except LeaseLost:
        return "lease_lost"
    except (SendFailed, Uncertain) as failure:
        return _ended(adapters, row, lease, failure)
    except Exception as failure:  # the boundary: the row keeps the type, the ladder ends in `parked`
        log.warning("mail_stumbled", shop_id=row.shop_id, message=row.id, exc_info=failure)
        return _ended(adapters, row, lease, failure)


def _ended(adapters: Adapters, row: Message, lease: str, failure: Exception) -> str:
    """Leaves in the row what the failure means for it; its phase."""
    now = adapters.clock.now()
    try:
        with adapters.database.write() as session:
            match failure:
                case Uncertain():
                    outbox.uncertain(session, row, str(failure))
                    return MessagePhase.UNCERTAIN
                case SendFailed():
                    return outbox.failed(session, row, lease, failure, now)
            return outbox.stumbled(session, row, lease, type(failure).__name__, now)
    except LeaseLost:
        return "lease_lost"


def _send(adapters: Adapters, row: Message, lease: str, post: Callable[..., None]) -> str:
    reached("mail.after_lease")
    found = _read(adapters, row)
    if isinstance(found, str):
        with adapters.database.write() as session:
            outbox.unsent(session, row, lease, found)
        return "unsent"
    sender, recipient, mail = found
    name = message_id(adapters.database.keyring, row, sender.address)
    server = adapters.config.mail_server
    if server is None:
        raise SendFailed("no_mail_server")

    def hand_over() -> None:
        with durable_write(adapters.database) as session:
            outbox.hand_over(session, row, lease, name)
        reached("mail.after_attempted")

    letter = seal(mail, sender, recipient, name, adapters.clock.now())
    post(server, letter, sender.address, recipient, hand_over)
    reached("mail.after_text")
    with adapters.database.write() as session:
        outbox.sent(session, row, adapters.clock.now())
    return "sent"


def _read(adapters: Adapters, row: Message) -> tuple[Sender, str, Mail] | str:
    """Everything that is sent, composed from the rows as they are now; or why there is nothing to send."""
    kind = MailKind(row.kind)
    with adapters.database.read() as session:
        order = session.get(Order, row.order_id or 0)
        story = _story(adapters, session, row, order)
        if story is None or row.recipient is None:
            return "nobody_to_write_to"
    if is_overtaken(kind, story):
        return "overtaken"
    if kind is MailKind.GROUP_SETTLED:
        story = replace(story, balance=_balance(adapters, row.shop_id, story))
    if order is not None and kind in (MailKind.BALANCE_DUE, MailKind.BALANCE_REMINDER):
        story = replace(story, pay_url=_pay_page(adapters, row.shop_id, order))
    language = _language(row, order, story)
    mail = render(compose(kind, story, language.code), language, story.house)
    try:
        return sender_of(adapters.config, story.house), address_of(row.recipient), mail
    except NoAddress:
        return "address_is_none"


def _story(adapters: Adapters, session: Session, row: Message, order: Order | None) -> Story | None:
    """What the mail tells; None where whoever it is about is gone."""
    keyring, now = adapters.database.keyring, adapters.clock.now()
    if "no_receipt_id" in row.references:
        asked = session.get(NoReceiptRequest, row.references["no_receipt_id"])
        if asked is None or asked.email is None:
            return None
        return story_of_request(session, row, asked, request_address(keyring, asked.shop, asked), now)
    if row.kind == MailKind.SENDER_TEST:
        house = house_of(session, session.get_one(Shop, row.shop_id))
        return Story(house, order="", link="", zone=house.zone)
    if order is None or order.erased_at is not None:
        return None
    if row.kind in automated.KINDS:
        return story_of(session, row, order, _page_of(adapters, session, order, row), now)
    if row.kind in TO_TEAM:
        return story_of(session, row, order, _desk_address(adapters, session, order, row), now)
    link = status_address(keyring, order.shop, row.return_id) if row.return_id else ""
    return story_of(session, row, order, link, now)


def _desk_address(adapters: Adapters, session: Session, order: Order, row: Message) -> str:
    """The page of a return inside Shopify's admin: the app is known there by its client id, its pages by their path
    (shopify.dev "Deep links")."""
    config, store = adapters.config, order.shop.domain.removesuffix(".myshopify.com")
    rma = session.get_one(Return, row.return_id).rma
    return f"{config.admin_origin}/store/{store}/apps/{config.api_key}/app/returns/{rma}"


def _page_of(adapters: Adapters, session: Session, order: Order, row: Message) -> str:
    """The page of the return, else Shopify's own of the order."""
    if row.return_id is not None:
        return _desk_address(adapters, session, order, row)
    store = order.shop.domain.removesuffix(".myshopify.com")
    return f"{adapters.config.admin_origin}/store/{store}/orders/{order.shopify_id}"


def plan_team_mail(session: Session, reaction_id: int, now: datetime) -> None:
    """Plans the mail to the shop's own people that follows from a reaction's event."""
    event = session.get_one(Event, session.get_one(Reaction, reaction_id).event_id)
    order = session.get(Order, event.order_id)
    if order is not None and order.erased_at is None:
        plan_for_team(session, order, TEAM_KINDS[event.kind], event.id, int(event.facts["return_id"]), now)


def _language(row: Message, order: Order | None, story: Story) -> Language:
    wanted = [row.locale, order.locale if order else None, *story.house.languages]
    among = () if row.kind in (*TO_TEAM, MailKind.SENDER_TEST) else story.house.offered
    return languages().choose(wanted, order.country if order else None, story.house.brand.tone, among)


@cache
def languages() -> Languages:
    """All catalogues, read once."""
    return Languages()


def _pay_page(adapters: Adapters, shop_id: int, order: Order) -> str:
    """Shopify's own page to pay what is open, kept nowhere; empty where Shopify does not say: then the mail leads to
    the return's page, which asks again."""
    try:
        told = adapters.admin(shop_id).order_balance(order.shopify_id)
    except ShopifyError as failure:
        log.info("pay_page_not_read", shop_id=shop_id, error=type(failure).__name__)
        return ""
    return (told.pay_url if told is not None else None) or ""


def _balance(adapters: Adapters, shop_id: int, story: Story) -> Money | None:
    """The shopper's store credit now, where the mail speaks of credit; None where Shopify does not say."""
    if story.customer_id is None or story.group.outcome != "store_credit":
        return None
    try:
        balances = adapters.admin(shop_id).customer_credit(story.customer_id)
    except ShopifyError as failure:
        log.info("credit_not_read", shop_id=shop_id, error=type(failure).__name__)
        return None
    return next((money for money in balances if money.currency == story.of_return.currency), None)
