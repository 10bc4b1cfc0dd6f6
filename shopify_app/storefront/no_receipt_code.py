"""Showing that an address is yours, and how a request without an order number stands."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.access import TooManyTries
from shopify_app.orders.codes import WrongCode
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.no_receipt import BASE, key_facts, prove_page, standing, status_key
from shopify_app.pages.parts import Link
from shopify_app.pages.return_goods import goods_of
from shopify_app.pages.return_links import status_path
from shopify_app.pages.withdrawal_page import masked
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt import asking as no_receipt_asking
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.no_receipt import opened, page
from shopify_app.storefront.no_receipt_sent import ASKING
from shopify_app.storefront.returns_answers import CannotSay, Setting, onward, our_shop, setting_of
from shopify_app.storefront.returns_codes import SENT_AGAIN, WRONG_CODE, count_try
from shopify_app.zones import zone_named

OVER = MessagePage(
    phrase("Please start again"),
    (phrase("This page closes after half an hour. Nothing has been sent in."),),
    icon="clock",
)


@proxied.get("/returns/no-receipt/code/<token>")
def no_receipt_code(token: str) -> Response:
    """Where the six digits go."""
    return _code_page(token, None, 200)


@proxied.post("/returns/no-receipt/code/<token>")
def no_receipt_code_given(token: str) -> Response:
    """The right code: the request is sent in, and its page shown."""
    typed = request.form.get("code", "")[:20]
    setting, asked = _asked(token)
    count_try(setting.shop, asked.email_hash or "", setting.now)
    received: NoReceiptRequest | None = None
    # suppressed inside the transaction: the try has been counted, which must be kept
    with adapters().database.write() as session, suppress(WrongCode):
        received = no_receipt_asking.receive(session, asked.id, typed, setting.now)
    if received is None:
        return _code_page(token, WRONG_CODE, 422)
    return onward(setting, f"{BASE}/r/{status_key(adapters().database.keyring, received)}")


@proxied.post("/returns/no-receipt/code/<token>/again")
def no_receipt_code_again(token: str) -> Response:
    """Another code; the one before ends."""
    try:
        setting, asked = _asked(token)
        with adapters().database.write() as session:
            no_receipt_asking.send_again(session, session.get_one(NoReceiptRequest, asked.id), setting.now)
        return _code_page(token, None, 200, SENT_AGAIN)
    except TooManyTries as tried:
        raise CannotSay(429) from tried


@proxied.get("/returns/no-receipt/r/<key>")
def no_receipt_standing(key: str) -> Response:
    """How it stands; for whoever holds the link of the mail. It stays when the door is closed again."""
    with adapters().database.read() as session:
        setting = _shop_setting(session)
        row = _behind(session, setting, key)
        pictures = goods_of(session, row.shop_id, {row.product_id})
        shown = standing(
            row,
            pictures.picture(row.product_id, row.variant_id),
            zone_named(setting.shop.timezone),
            account=f"{setting.shop.storefront_url}/account",
            found=_return_link(session, setting, row),
        )
    return page(setting, "no_receipt_status.html", f"{BASE}/r/{key}", shown)


def _shop_setting(session: Session) -> Setting:
    shop = our_shop(session)
    return setting_of(session, shop, adapters().clock.now())


def _behind(session: Session, setting: Setting, key: str) -> NoReceiptRequest:
    try:
        shop_id, request_id = key_facts(adapters().database.keyring, key, setting.now)
    except BadToken as bad:
        raise CannotSay(404) from bad
    row = session.get(NoReceiptRequest, request_id) if shop_id == setting.shop.id else None
    if row is None or row.state == RequestState.ASKED or row.email_hash is None:  # erased: nobody's any more
        raise CannotSay(404)
    return row


def _return_link(session: Session, setting: Setting, row: NoReceiptRequest) -> Link | None:
    """Only for the address that the order itself was placed with: nobody learns of an order by sending a picture."""
    ret = session.get(Return, row.return_id) if row.return_id else None
    if ret is None or ret.order.email_hash is None or ret.order.email_hash != row.email_hash:
        return None
    path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
    return Link(phrase("See your return"), setting.path(path))


def _asked(token: str) -> tuple[Setting, NoReceiptRequest]:
    with adapters().database.read() as session:
        setting = opened(session)
        try:
            found = adapters().database.keyring.unsign(ASKING, token, setting.now)
        except BadToken as bad:
            raise CannotSay(410, OVER) from bad
        row = session.get(NoReceiptRequest, found["n"]) if found["s"] == setting.shop.id else None
        if row is None or row.email_hash is None:
            raise CannotSay(404)
        return setting, row


def _code_page(token: str, problem: Phrase | None, status: int, notice: Phrase | None = None) -> Response:
    setting, asked = _asked(token)
    tail = f"{BASE}/code/{token}"
    action = setting.place.path(tail)
    shown = prove_page(masked(asked.email) or "·", action, problem, notice)
    return page(setting, "return_code.html", tail, shown, status)
