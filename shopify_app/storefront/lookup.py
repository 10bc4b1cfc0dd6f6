"""The look-up: an order number and one thing that only its buyer knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.insights.lookups import count_look_up
from shopify_app.orders.access import (
    Access,
    NotFound,
    Proof,
    TooManyTries,
    count_attempt,
    find_order,
    make_pass,
    orders_of,
)
from shopify_app.orders.models import Order
from shopify_app.pages.lookup import NOT_FOUND, LookupForm, filled, lookup_form
from shopify_app.pages.no_receipt import BASE as NO_RECEIPT
from shopify_app.pages.support import reachable, support_block
from shopify_app.pages.texts import plain
from shopify_app.settings.branding import Brand
from shopify_app.settings.no_receipt import NoReceipt
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load, load_many
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import LookupField, Tracking
from shopify_app.shops.models import Shop
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, call, network_address, proxied, proxied_shop
from shopify_app.storefront.reading import frame_for, here_for, language_for, renderer, themed
from shopify_app.storefront.tracking import Visit, passed, show


@proxied.get("/", strict_slashes=False)  # whoever comes by the bare path is not sent on to our own host
@proxied.get("/track")
def form() -> Response:
    """The empty form, and for a signed-in customer their orders."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        return _form_page(session, shop, _empty(session, shop), 200, now)


@proxied.post("/track")
def look_up() -> Response:
    """The order's page, or the form again with what to correct. Unknown and wrong get one answer."""
    now = adapters().clock.now()
    number, contact = request.form.get("order", ""), _contact()
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        typed = filled(_empty(session, shop), number, contact)
        if not typed.is_complete:
            return _form_page(session, shop, typed, 422, now)
        allowed = load(session, shop.id, Tracking).lookup_fields
    try:
        _count(shop, number, now)
    except TooManyTries as stop:
        with adapters().database.read() as session:
            response = answers.in_theme(session, shop, 429)
        response.headers["Retry-After"] = str(stop.retry_after)
        return response
    with adapters().database.read() as session:
        try:
            order, access = find_order(session, shop.id, number, proof_of(contact, allowed))
        except NotFound:
            answer, is_found = _form_page(session, shop, _refused(typed), 404, now), False
        else:
            answer, is_found = show(session, _visit(order, access, now), now), True
    _note(shop, is_found, now)
    return answer


def _contact() -> str:
    """Our own form has one field for all; the theme block sends the one it showed under its own name."""
    names = ("contact", request.form.get("with", ""), "email", "phone", "postcode")
    return next((value for name in names if name and (value := request.form.get(name, "").strip())), "")


def proof_of(contact: str, allowed: tuple[LookupField, ...]) -> Proof:
    """What was typed, as the kinds of proof that are accepted."""
    guessed = Proof.guess(contact)
    return Proof(
        email=guessed.email if LookupField.EMAIL in allowed else None,
        phone=guessed.phone if LookupField.PHONE in allowed else None,
        postcode=guessed.postcode if LookupField.POSTCODE in allowed else None,
    )


def _count(shop: Shop, number: str, now: datetime) -> None:
    """Counts the try, whatever comes of it; raises TooManyTries."""
    stopped: TooManyTries | None = None
    with adapters().database.write() as session:
        try:
            count_attempt(session, shop.id, network_address(), number, now)
        except TooManyTries as stop:
            stopped = stop
    if stopped is not None:
        raise stopped


def _note(shop: Shop, is_found: bool, now: datetime) -> None:
    """For the merchant's figures: what could not be found is written down nowhere else."""
    with adapters().database.write() as session:
        count_look_up(session, shop, is_found, now)


def _visit(order: Order, access: Access, now: datetime) -> Visit:
    return passed(order, access, make_pass(adapters().database.keyring, order, access, now))


def _empty(session: Session, shop: Shop) -> LookupForm:
    chosen = request.args.get("lang") or request.form.get("locale")
    kept = (("locale", plain(chosen, 20)),) if chosen else ()  # who chose a language reads their order in it too
    return lookup_form(themed(shop).path("track"), load(session, shop.id, Tracking).lookup_fields, hidden=kept)


def _refused(typed: LookupForm) -> LookupForm:
    return replace(typed, notice=NOT_FOUND)


def _form_page(session: Session, shop: Shop, shown: LookupForm, status: int, now: datetime) -> Response:
    groups = load_many(session, shop.id, (Brand, Support, Returns, NoReceipt))
    language, place = language_for(shop, groups[Brand].tone), themed(shop)
    is_open = groups[Returns].portal_open and groups[NoReceipt].is_open
    frame = frame_for(shop, groups[Brand], place, place.path("track"))
    body = renderer().render(
        "storefront/lookup.html",
        language,
        replace(frame, no_receipt=place.path(NO_RECEIPT) if is_open else None),
        form=shown,
        own_orders=_own_orders(session, shop, now),
        support=support_block(reachable(groups[Support], shop), None, here_for(shop, language.code, now)),
    )
    return answers.page(body, place.surface, status)


def _own_orders(session: Session, shop: Shop, now: datetime) -> tuple[tuple[str, str, datetime], ...]:
    """(name, address, placed) of the signed-in customer's orders, newest first."""
    customer = call().customer_id
    if customer is None:
        return ()
    place, keyring = themed(shop), adapters().database.keyring
    return tuple(
        (order.name, place.path(f"order?key={make_pass(keyring, order, Access.OWNER, now)}"), order.placed_at)
        for order in orders_of(session, shop.id, customer)
    )
