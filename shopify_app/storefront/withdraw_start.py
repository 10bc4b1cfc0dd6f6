"""Whose order it is: how the withdrawal function begins, by number and address, by a link, or by a pass of ours."""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.i18n import phrase
from shopify_app.orders.access import Access, NotFound, find_order
from shopify_app.orders.models import Order
from shopify_app.pages.lookup import LookupForm, filled, lookup_form
from shopify_app.pages.support import support_block
from shopify_app.settings.tracking import LookupField
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.lookup import proof_of
from shopify_app.storefront.own_orders import own_orders
from shopify_app.storefront.returns_answers import Setting, onward, shown
from shopify_app.storefront.returns_codes import count_try, order_of_link, order_of_pass
from shopify_app.storefront.withdraw import LIFE, PAGE_OVER, PURPOSE, shop_setting

FIELDS = (LookupField.EMAIL, LookupField.PHONE)
"""What tells that an order is somebody's: a postcode is known to neighbours too."""
NOT_FOUND = phrase("We find no order that fits both entries. Please check them, or write to us.")


@proxied.get("/withdraw")
def withdraw_form() -> Response:
    """Which order; for a signed-in customer their orders."""
    with adapters().database.read() as session:
        setting = shop_setting(session)
        return _form(session, setting, _empty(setting), 200)


@proxied.post("/withdraw")
def find_for_withdrawal() -> Response:
    """Leads on to the statement where number and contact fit; one answer for unknown and wrong."""
    number, contact = request.form.get("order", ""), request.form.get("contact", "").strip()
    with adapters().database.read() as session:
        setting = shop_setting(session)
        typed = filled(_empty(setting), number, contact)
        if not typed.is_complete:
            return _form(session, setting, typed, 422)
    count_try(setting.shop, number, setting.now)
    with adapters().database.read() as session:
        try:
            order, access = find_order(session, setting.shop.id, number, proof_of(contact, FIELDS))
        except NotFound:
            return _form(session, setting, replace(typed, notice=NOT_FOUND), 404)
    return _begin(setting, order, access)


@proxied.get("/withdraw/t/<token>")
def linked_withdrawal(token: str) -> Response:
    """From the tracking page or a mail: the link is the proof."""
    with adapters().database.read() as session:
        setting = shop_setting(session)
        return _begin(setting, order_of_link(session, setting, token), Access.FULL)


@proxied.get("/withdraw/o")
def passed_withdrawal() -> Response:
    """From the page after a look-up, or a signed-in customer's list: a pass of ours (``?key=``)."""
    with adapters().database.read() as session:
        setting = shop_setting(session)
        return _begin(setting, *order_of_pass(session, setting, PAGE_OVER))


def _begin(setting: Setting, order: Order, access: Access) -> Response:
    """On to the statement, for the next two hours; below FULL the order is not theirs to speak for."""
    if access < Access.FULL:
        return onward(setting, "withdraw")
    facts = {"s": order.shop_id, "o": order.id, "k": secrets.token_urlsafe(12)}
    return onward(setting, f"withdraw/say/{adapters().database.keyring.sign(PURPOSE, facts, setting.now + LIFE)}")


def _empty(setting: Setting) -> LookupForm:
    return lookup_form(setting.place.path("withdraw"), FIELDS)


def _form(session: Session, setting: Setting, form: LookupForm, status: int) -> Response:
    return shown(
        setting,
        "withdraw_start.html",
        None,
        "withdraw",
        status,
        form=form,
        own_orders=own_orders(session, setting, "withdraw"),
        support=support_block(setting.support, None, setting.here),
    )
