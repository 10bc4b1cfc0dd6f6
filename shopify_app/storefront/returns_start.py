"""How a return begins: from a signed link, as the signed-in owner, or by order number and a code sent by mail."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.orders.access import Access, NotFound, find_order
from shopify_app.orders.codes import asking_token
from shopify_app.orders.models import Order
from shopify_app.pages.lookup import NOT_FOUND, LookupForm, filled, lookup_form
from shopify_app.pages.no_receipt import BASE as NO_RECEIPT
from shopify_app.pages.support import support_block
from shopify_app.settings.no_receipt import NoReceipt
from shopify_app.settings.store import load
from shopify_app.settings.tracking import Tracking
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.lookup import proof_of
from shopify_app.storefront.own_orders import own_orders
from shopify_app.storefront.reading import frame_for, renderer
from shopify_app.storefront.returns_answers import Setting, onward, withdraw_address
from shopify_app.storefront.returns_codes import (
    CODE_OVER,
    begin,
    count_try,
    open_setting,
    order_of_link,
    order_of_pass,
    send_code,
)
from shopify_app.storefront.returns_visit import is_owner


@proxied.get("/returns")
def returns_form() -> Response:
    """Order number and e-mail; for a signed-in customer their orders."""
    with adapters().database.read() as session:
        setting = open_setting(session)
        return _form(session, setting, _empty(session, setting), 200)


@proxied.post("/returns")
def look_up_return() -> Response:
    """Sends a code where number and contact fit; else the form again, one answer for unknown and wrong."""
    number, contact = request.form.get("order", ""), request.form.get("contact", "").strip()
    with adapters().database.read() as session:
        setting = open_setting(session)
        typed = filled(_empty(session, setting), number, contact)
        if not typed.is_complete:
            return _form(session, setting, typed, 422)
        allowed = load(session, setting.shop.id, Tracking).lookup_fields
    count_try(setting.shop, number, setting.now)
    with adapters().database.read() as session:
        try:
            order, access = find_order(session, setting.shop.id, number, proof_of(contact, allowed))
        except NotFound:
            return _form(session, setting, replace(typed, notice=NOT_FOUND), 404)
    return _asked_for_proof(setting, order, access)


@proxied.get("/returns/t/<token>")
def linked_return(token: str) -> Response:
    """From the tracking page or a mail: the link is the proof, a return begins without a code."""
    with adapters().database.read() as session:
        setting = open_setting(session)
        order = order_of_link(session, setting, token)
        access = Access.OWNER if is_owner(session, order) else Access.FULL
    return begin(setting, order, access)


@proxied.route("/returns/o", methods=["GET", "POST"])
def passed_return() -> Response:
    """From the page after a look-up, or from a signed-in customer's list: a pass of ours (``?key=``)."""
    with adapters().database.read() as session:
        setting = open_setting(session)
        order, access = order_of_pass(session, setting, CODE_OVER)
        access = Access.OWNER if is_owner(session, order) else access
    if access >= Access.OWNER:
        return begin(setting, order, access)
    return _asked_for_proof(setting, order, access)


def _asked_for_proof(setting: Setting, order: Order, access: Access) -> Response:
    """On to the code that is sent now; who knows less than the address is asked for that first."""
    token = asking_token(adapters().database.keyring, order, setting.now)
    if access < Access.FULL:
        return onward(setting, f"returns/email/{token}")
    send_code(setting, order)
    return onward(setting, f"returns/code/{token}")


def _empty(session: Session, setting: Setting) -> LookupForm:
    fields = load(session, setting.shop.id, Tracking).lookup_fields
    return lookup_form(setting.place.path("returns"), fields)


def _form(session: Session, setting: Setting, form: LookupForm, status: int) -> Response:
    frame = frame_for(setting.shop, setting.brand, setting.place, setting.place.path("returns"))
    way_in = setting.path(NO_RECEIPT) if load(session, setting.shop.id, NoReceipt).is_open else None
    frame = replace(frame, withdraw=withdraw_address(session, setting), no_receipt=way_in)
    body = renderer().render(
        "storefront/return_start.html",
        setting.language,
        frame,
        form=form,
        own_orders=own_orders(session, setting, "returns"),
        support=support_block(setting.support, None, setting.here),
    )
    return answers.page(body, setting.place.surface, status)
