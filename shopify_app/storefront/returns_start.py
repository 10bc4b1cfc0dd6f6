"""How a return begins: from a signed link, as the signed-in owner, or by order number and a code sent by mail."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
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
    make_pass,
    open_link,
    open_pass,
    orders_of,
)
from shopify_app.orders.codes import WrongCode, ask_code, asking_token, open_with_code, order_asked
from shopify_app.orders.models import Order
from shopify_app.pages.lookup import NOT_FOUND, LookupForm, filled, lookup_form
from shopify_app.pages.messages import LINK_GONE, MessagePage
from shopify_app.pages.return_page import CodePage, EmailPage, FlowStep
from shopify_app.pages.support import support_block
from shopify_app.pages.texts import plain
from shopify_app.returns import drafts
from shopify_app.settings.store import load
from shopify_app.settings.tracking import LookupField, Tracking
from shopify_app.shops.models import Shop
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, call, network_address, proxied, proxied_shop
from shopify_app.storefront.reading import frame_for, renderer
from shopify_app.storefront.returns_visit import (
    CLOSED_PORTAL,
    CannotSay,
    Setting,
    is_owner,
    onward,
    refused,
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


@proxied.get("/returns")
def returns_form() -> Response:
    """Order number and e-mail; for a signed-in customer their orders."""
    try:
        with adapters().database.read() as session:
            setting = _open_setting(session)
            return _form(session, setting, _empty(session, setting), 200)
    except CannotSay as cannot:
        return refused(cannot)


@proxied.post("/returns")
def look_up_return() -> Response:
    """Sends a code where number and contact fit; else the form again, one answer for unknown and wrong."""
    number, contact = request.form.get("order", ""), request.form.get("contact", "").strip()
    try:
        with adapters().database.read() as session:
            setting = _open_setting(session)
            typed = filled(_empty(session, setting), number, contact)
            if not typed.is_complete:
                return _form(session, setting, typed, 422)
            allowed = load(session, setting.shop.id, Tracking).lookup_fields
        _count(setting.shop, number, setting.now)
        with adapters().database.read() as session:
            try:
                order, access = find_order(session, setting.shop.id, number, _proof(contact, allowed))
            except NotFound:
                return _form(session, setting, replace(typed, notice=NOT_FOUND), 404)
        token = asking_token(adapters().database.keyring, order, setting.now)
        if access < Access.FULL:
            return onward(setting, f"returns/email/{token}")
        send_code(setting, order)
        return onward(setting, f"returns/code/{token}")
    except CannotSay as cannot:
        return refused(cannot)


@proxied.get("/returns/email/<token>")
def email_form(token: str) -> Response:
    """After a postcode: which address the code may go to."""
    return _email_page(token, "", None, 200)


@proxied.post("/returns/email/<token>")
def email_given(token: str) -> Response:
    """Sends the code when the address is the order's."""
    email = request.form.get("email", "").strip()[:254]
    try:
        setting, order = _asked(token)
        _count(setting.shop, order.number, setting.now)
        with adapters().database.read() as session:
            try:
                known, access = find_order(session, setting.shop.id, order.number, Proof(email=email))
            except NotFound:
                return _email_page(token, email, WRONG_EMAIL, 422)
        if access < Access.FULL or known.id != order.id:
            return _email_page(token, email, WRONG_EMAIL, 422)
        send_code(setting, order)
        return onward(setting, f"returns/code/{token}")
    except CannotSay as cannot:
        return refused(cannot)


@proxied.get("/returns/code/<token>")
def code_form(token: str) -> Response:
    """Where the six digits go."""
    return _code_page(token, None, 200)


@proxied.post("/returns/code/<token>")
def code_given(token: str) -> Response:
    """The right code opens the order to its owner and begins a return."""
    typed = request.form.get("code", "")[:20]
    try:
        setting, order = _asked(token)
        _count(setting.shop, order.number, setting.now)
        opened: str | None = None
        # suppressed inside the transaction: the try has been counted, which must be kept
        with adapters().database.write() as session, suppress(WrongCode):
            opened = open_with_code(session, session.get_one(Order, order.id), typed, setting.now)
        if opened is None:
            return _code_page(token, WRONG_CODE, 422)
        return _begin(setting, order, Access.OWNER)
    except CannotSay as cannot:
        return refused(cannot)


@proxied.post("/returns/code/<token>/again")
def code_again(token: str) -> Response:
    """Another code; the one before ends."""
    try:
        setting, order = _asked(token)
        send_code(setting, order)
        return _code_page(token, None, 200, SENT_AGAIN)
    except CannotSay as cannot:
        return refused(cannot)


@proxied.get("/returns/t/<token>")
def linked_return(token: str) -> Response:
    """From the tracking page or a mail: the link is the proof, a return begins without a code."""
    try:
        with adapters().database.read() as session:
            setting = _open_setting(session)
            try:
                order = open_link(session, token, setting.now)
            except BadToken as bad:
                raise CannotSay(404) from bad
            except LinkGone as gone:
                raise CannotSay(410, LINK_GONE) from gone
            if order.shop_id != setting.shop.id:
                raise CannotSay(404)
            access = Access.OWNER if is_owner(session, order) else Access.FULL
        return _begin(setting, order, access)
    except CannotSay as cannot:
        return refused(cannot)


@proxied.route("/returns/o", methods=["GET", "POST"])
def passed_return() -> Response:
    """From the page after a look-up, or from a signed-in customer's list: a pass of ours (``?key=``)."""
    try:
        with adapters().database.read() as session:
            setting = _open_setting(session)
            try:
                order, access = open_pass(session, request.values.get("key", ""), setting.now)
            except (BadToken, NotFound) as bad:
                raise CannotSay(410, CODE_OVER) from bad
            if order.shop_id != setting.shop.id:
                raise CannotSay(404)
            access = Access.OWNER if is_owner(session, order) else access
        if access >= Access.OWNER:
            return _begin(setting, order, access)
        token = asking_token(adapters().database.keyring, order, setting.now)
        if access < Access.FULL:
            return onward(setting, f"returns/email/{token}")
        send_code(setting, order)
        return onward(setting, f"returns/code/{token}")
    except CannotSay as cannot:
        return refused(cannot)


def _begin(setting: Setting, order: Order, access: Access) -> Response:
    """A new draft, and on to its first step."""
    with adapters().database.write() as session:
        draft = drafts.begin(session, order, access, setting.now)
    return onward(setting, f"returns/{draft.token}/{FlowStep.ITEMS}")


def _open_setting(session: Session, order: Order | None = None) -> Setting:
    shop = proxied_shop(session)
    if shop is None:
        raise CannotSay(404)
    setting = setting_of(session, shop, adapters().clock.now(), order)
    if not setting.returns.portal_open:
        raise CannotSay(403, CLOSED_PORTAL)
    return setting


def _asked(token: str) -> tuple[Setting, Order]:
    with adapters().database.read() as session:
        setting = _open_setting(session)
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


def _proof(contact: str, allowed: tuple[LookupField, ...]) -> Proof:
    """What was typed, as the kinds of proof that the merchant accepts."""
    guessed = Proof.guess(contact)
    return Proof(
        email=guessed.email if LookupField.EMAIL in allowed else None,
        phone=guessed.phone if LookupField.PHONE in allowed else None,
        postcode=guessed.postcode if LookupField.POSTCODE in allowed else None,
    )


def _count(shop: Shop, number: str, now: datetime) -> None:
    """Counts the try with those of the look-up, whatever comes of it."""
    is_too_many = False
    with adapters().database.write() as session:
        try:
            count_attempt(session, shop.id, network_address(), number, now)
        except TooManyTries:
            is_too_many = True
    if is_too_many:
        raise CannotSay(429)


def _empty(session: Session, setting: Setting) -> LookupForm:
    fields = load(session, setting.shop.id, Tracking).lookup_fields
    return lookup_form(setting.place.path("returns"), fields)


def _form(session: Session, setting: Setting, form: LookupForm, status: int) -> Response:
    frame = frame_for(setting.shop, setting.brand, setting.place, setting.place.path("returns"))
    body = renderer().render(
        "storefront/return_start.html",
        setting.language,
        frame,
        form=form,
        own_orders=_own_orders(session, setting),
        support=support_block(setting.support, None, setting.here),
    )
    return answers.page(body, setting.place.surface, status)


def _own_orders(session: Session, setting: Setting) -> tuple[tuple[str, str], ...]:
    """(name, address where its return begins) of the signed-in customer's orders."""
    customer = call().customer_id
    if customer is None:
        return ()
    keyring = adapters().database.keyring
    return tuple(
        (
            plain(order.name, 64),
            setting.place.path(f"returns/o?key={make_pass(keyring, order, Access.OWNER, setting.now)}"),
        )
        for order in orders_of(session, setting.shop.id, customer)
    )


def _code_page(token: str, problem: Phrase | None, status: int, notice: Phrase | None = None) -> Response:
    try:
        setting, order = _asked(token)
    except CannotSay as cannot:
        return refused(cannot)
    action = setting.place.path(f"returns/code/{token}")
    page = CodePage(plain(order.name, 64), action, f"{action}/again", problem, notice)
    return shown(setting, "return_code.html", page, f"returns/code/{token}", status)


def _email_page(token: str, email: str, problem: Phrase | None, status: int) -> Response:
    try:
        setting, order = _asked(token)
    except CannotSay as cannot:
        return refused(cannot)
    action = setting.place.path(f"returns/email/{token}")
    page = EmailPage(plain(order.name, 64), action, plain(email, 254), problem)
    return shown(setting, "return_email.html", page, f"returns/email/{token}", status)
