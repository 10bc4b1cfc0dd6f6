"""Showing that an order is yours: the address that it was bought with, and six digits sent there."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.access import (
    Access,
    LinkGone,
    NotFound,
    Proof,
    TooManyTries,
    count_attempt,
    find_order,
    open_link,
    open_pass,
)
from shopify_app.orders.codes import WrongCode, ask_code, open_with_code, order_asked
from shopify_app.orders.models import Order
from shopify_app.pages.messages import LINK_GONE, MessagePage
from shopify_app.pages.return_page import FlowStep
from shopify_app.pages.return_start import CodePage, EmailPage, of_order
from shopify_app.pages.texts import plain
from shopify_app.returns import drafts
from shopify_app.shops.models import Shop
from shopify_app.storefront.door import adapters, network_address, proxied
from shopify_app.storefront.returns_answers import (
    CLOSED_PORTAL,
    CannotSay,
    Setting,
    onward,
    our_shop,
    setting_of,
    shown,
)

WRONG_CODE = phrase("This code does not fit, or its time is over. Please check it, or have a new one sent.")
SENT_AGAIN = phrase("We have sent a new code. The one before does not work any more.")
WRONG_EMAIL = phrase("This is not the address of this order. Please check it.")
NO_EMAIL = MessagePage(
    phrase("Please write to us about this return"),
    (phrase("We have no e-mail address for this order, so that we cannot send you a code."),),
    icon="chat",
)
CODE_OVER = MessagePage(
    phrase("Please start again"),
    (phrase("This page closes after half an hour, to keep your order private."),),
    icon="clock",
)


@proxied.get("/returns/email/<token>")
def email_form(token: str) -> Response:
    """After a postcode: which address the code may go to."""
    return _email_page(token, "", None, 200)


@proxied.post("/returns/email/<token>")
def email_given(token: str) -> Response:
    """Sends the code when the address is the order's."""
    email = request.form.get("email", "").strip()[:254]
    setting, order = _asked(token)
    count_try(setting.shop, order.number, setting.now)
    with adapters().database.read() as session:
        try:
            known, access = find_order(session, setting.shop.id, order.number, Proof(email=email))
        except NotFound:
            return _email_page(token, email, WRONG_EMAIL, 422)
    if access < Access.FULL or known.id != order.id:
        return _email_page(token, email, WRONG_EMAIL, 422)
    send_code(setting, order)
    return onward(setting, f"returns/code/{token}")


@proxied.get("/returns/code/<token>")
def code_form(token: str) -> Response:
    """Where the six digits go."""
    return _code_page(token, None, 200)


@proxied.post("/returns/code/<token>")
def code_given(token: str) -> Response:
    """The right code opens the order to its owner and begins a return."""
    typed = request.form.get("code", "")[:20]
    setting, order = _asked(token)
    count_try(setting.shop, order.number, setting.now)
    opened: str | None = None
    # suppressed inside the transaction: the try has been counted, which must be kept
    with adapters().database.write() as session, suppress(WrongCode):
        opened = open_with_code(session, session.get_one(Order, order.id), typed, setting.now)
    if opened is None:
        return _code_page(token, WRONG_CODE, 422)
    return begin(setting, order, Access.OWNER)


@proxied.post("/returns/code/<token>/again")
def code_again(token: str) -> Response:
    """Another code; the one before ends."""
    setting, order = _asked(token)
    send_code(setting, order)
    return _code_page(token, None, 200, SENT_AGAIN)


def begin(setting: Setting, order: Order, access: Access) -> Response:
    """A new draft, and on to its first step."""
    with adapters().database.write() as session:
        draft = drafts.begin(session, order, access, setting.now)
    return onward(setting, f"returns/{draft.token}/{FlowStep.ITEMS}")


def open_setting(session: Session) -> Setting:
    """The shop's way of speaking, where returns can be started online. Raises CannotSay."""
    shop = our_shop(session)
    setting = setting_of(session, shop, adapters().clock.now())
    if not setting.returns.portal_open:
        raise CannotSay(403, CLOSED_PORTAL)
    return setting


def _asked(token: str) -> tuple[Setting, Order]:
    with adapters().database.read() as session:
        setting = open_setting(session)
        try:
            order = order_asked(session, token, setting.now)
        except BadToken as bad:
            raise CannotSay(410, CODE_OVER) from bad
        if order.shop_id != setting.shop.id:
            raise CannotSay(404)
        return setting_of(session, setting.shop, setting.now, order), order


def send_code(setting: Setting, order: Order) -> None:
    """Raises CannotSay when there is no address to send it to, or too many were sent."""
    if not order.email:
        raise CannotSay(409, NO_EMAIL)
    stopped: TooManyTries | None = None
    with adapters().database.write() as session:
        try:
            ask_code(session, session.get_one(Order, order.id), setting.language.tag, setting.now)
        except TooManyTries as stop:
            stopped = stop
    if stopped is not None:
        raise CannotSay(429)


def order_of_link(session: Session, setting: Setting, token: str) -> Order:
    """The order of this shop behind a signed link. Raises CannotSay."""
    try:
        order = open_link(session, token, setting.now)
    except BadToken as bad:
        raise CannotSay(404) from bad
    except LinkGone as gone:
        raise CannotSay(410, LINK_GONE) from gone
    return _of_shop(setting, order)


def order_of_pass(session: Session, setting: Setting, over: MessagePage) -> tuple[Order, Access]:
    """What the pass of ours in ``?key=`` opens; `over` is said when its time has gone. Raises CannotSay."""
    try:
        order, access = open_pass(session, request.values.get("key", ""), setting.now)
    except (BadToken, NotFound) as bad:
        raise CannotSay(410, over) from bad
    return _of_shop(setting, order), access


def _of_shop(setting: Setting, order: Order) -> Order:
    if order.shop_id != setting.shop.id:
        raise CannotSay(404)
    return order


def count_try(shop: Shop, number: str, now: datetime) -> None:
    """Counts the try with those of the look-up, whatever comes of it."""
    is_too_many = False
    with adapters().database.write() as session:
        try:
            count_attempt(session, shop.id, network_address(), number, now)
        except TooManyTries:
            is_too_many = True
    if is_too_many:
        raise CannotSay(429)


def _code_page(token: str, problem: Phrase | None, status: int, notice: Phrase | None = None) -> Response:
    setting, order = _asked(token)
    action = setting.place.path(f"returns/code/{token}")
    page = CodePage(of_order(order.name), action, f"{action}/again", problem, notice)
    return shown(setting, "return_code.html", page, f"returns/code/{token}", status)


def _email_page(token: str, email: str, problem: Phrase | None, status: int) -> Response:
    setting, order = _asked(token)
    action = setting.place.path(f"returns/email/{token}")
    page = EmailPage(plain(order.name, 64), action, plain(email, 254), problem)
    return shown(setting, "return_email.html", page, f"returns/email/{token}", status)
