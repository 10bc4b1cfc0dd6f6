"""Mails that are planned (`jobs.mail_plans`), sent by a task of their own: each row alone, at most once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import structlog
from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.durable import durable_write
from shopify_app.fault_points import reached
from shopify_app.i18n import Language, Languages
from shopify_app.leases import LeaseLost
from shopify_app.messages import automated, outbox
from shopify_app.messages.compose import compose, is_overtaken
from shopify_app.messages.email import SendFailed, Uncertain, post
from shopify_app.messages.envelope import Mail, NoAddress, Sender, address_of, message_id, seal
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.no_receipt_story import story_of_request
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.sender import sender_of
from shopify_app.messages.stories import house_of, story_of
from shopify_app.messages.story import Story
from shopify_app.messages.team import TO_TEAM
from shopify_app.money import Money
from shopify_app.observability import mails_sent
from shopify_app.orders.models import Order
from shopify_app.pages.no_receipt import status_address as request_address
from shopify_app.pages.return_links import status_address
from shopify_app.queue import celery
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)


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
        if kind is not MailKind.WITHDRAWAL_RECEIVED and _has_left(session, row.shop_id):
            return "shop_gone"
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


def _has_left(session: Session, shop_id: int) -> bool:
    """Whether the shop has uninstalled us: nobody is written to in its name. What the law wants acknowledged is, for
    the declaration was made while it had us."""
    return session.scalar(select(Shop.state).where(Shop.id == shop_id)) == ShopState.UNINSTALLED


def _story(adapters: Adapters, session: Session, row: Message, order: Order | None) -> Story | None:
    """What the mail tells; None where whoever it is about is gone."""
    keyring, now = adapters.database.keyring, adapters.clock.now()
    if "no_receipt_id" in row.references:
        asked = session.get(NoReceiptRequest, row.references["no_receipt_id"])
        if asked is None or asked.email is None:
            return None
        link = request_address(keyring, asked.shop, asked)
        if row.kind in TO_TEAM:
            link = _admin_address(adapters, asked.shop, f"returns/no-receipt/{asked.number}")
        return story_of_request(session, row, asked, link, now)
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
    """The page of a return inside Shopify's admin; of what has none, the list of withdrawals."""
    ret = session.get(Return, row.return_id or 0)
    return _admin_address(adapters, order.shop, f"returns/{ret.rma if ret else 'withdrawals'}")


def _admin_address(adapters: Adapters, shop: Shop, page: str) -> str:
    """One of our pages inside Shopify's admin: the app is known there by its client id, its pages by their path
    (shopify.dev "Deep links")."""
    config, store = adapters.config, shop.domain.removesuffix(".myshopify.com")
    return f"{config.admin_origin}/store/{store}/apps/{config.api_key}/app/{page}"


def _page_of(adapters: Adapters, session: Session, order: Order, row: Message) -> str:
    """The page of the return, else Shopify's own of the order."""
    if row.return_id is not None:
        return _desk_address(adapters, session, order, row)
    store = order.shop.domain.removesuffix(".myshopify.com")
    return f"{adapters.config.admin_origin}/store/{store}/orders/{order.shopify_id}"


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
