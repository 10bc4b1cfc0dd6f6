"""Whoever works in the shop, at an order in Shopify's admin: who they are, what they may do, which language they read.

The token is the same that opens the app, so it can be exchanged; rights are those of `shops.staff`, as in the app.
"""

from __future__ import annotations

from functools import cache

import structlog
from flask import Response, g, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopify_app.account.door import adapters, blueprint, refusal, visitor
from shopify_app.db import Session
from shopify_app.i18n import STAFF, Language, Languages, Phrase, accepted, phrase
from shopify_app.orders.models import Order
from shopify_app.returns.for_customer import MoneyReserved
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.errors import ShopifyError, StaleIdToken, Unavailable
from shopify_app.shopify.oauth import StaffUser
from shopify_app.shopify.signatures import VisitorKind
from shopify_app.shopify.transport import WEB
from shopify_app.shops import staff
from shopify_app.shops.installation import install
from shopify_app.shops.staff import StaffMember
from shopify_app.shops.tokens import needs_exchange

log = structlog.get_logger(__name__)

STAFF_ONLY = phrase("This is for the people who work in the shop.")
NO_SUCH_ORDER = phrase("Postlude does not know this order. A new one is here within a minute.")
RESERVED = phrase("Only some people in this shop may move money, and you are not among them.")
SESSION_OVER = phrase("The session has ended. Reload the page.")
AWAY = phrase("Shopify does not answer just now, and this needs its word. Nothing was done; try again in a minute.")
_ORDER = "gid://shopify/Order/"


class NotStaff(Exception):
    """A customer or a device: their tokens prove nothing about staff."""


class NoSuchOrder(Exception):
    """No order of this shop; another shop's is one of them."""


@cache
def _languages() -> Languages:
    """What staff may read, the shoppers' words behind it."""
    return Languages(first=STAFF)


def language() -> Language:
    """The extension's own language (``?lang=``), so that its words and ours are of one piece; formal, as the admin."""
    wanted = [request.args.get("lang", "")[:35], *accepted(request.headers.get("Accept-Language"))]
    return _languages().choose([tag for tag in wanted if tag], g.shop.country, "formal")


def user_id() -> str:
    """Shopify's id of the member of staff. Raises NotStaff."""
    who = visitor()
    if who.kind != VisitorKind.STAFF or who.user_id is None:
        raise NotStaff
    return who.user_id


def member() -> StaffMember:
    """Their row, with Shopify asked for the name when it is time; somebody new has the rights of newcomers."""
    held, user, now = adapters(), user_id(), adapters().clock.now()
    with held.database.read() as session:
        found = staff.known(session, g.shop.id, user)
    if found is not None and not staff.has_to_be_asked(found, now):
        return found
    told = _told_by_shopify()
    with held.database.write() as session:
        return staff.learn(session, g.shop.id, user, told, now)


def shopify() -> AdminAPI:
    """Shopify's Admin API for whoever waits. Where the shop's tokens died, the session token at hand brings new ones,
    as opening the app would. Raises ShopifyError."""
    held, now = adapters(), adapters().clock.now()
    if needs_exchange(g.shop, now):
        grant = held.admin_apis.tokens.exchange(g.shop.domain, _token())
        with held.database.write() as session:
            g.shop = install(session, g.shop.domain, grant, now)
    return held.admin(g.shop.id, WEB)


def order_of(session: Session) -> Order:
    """The order of the query (``?order=``), Shopify's number or global id, with its lines and its shop. Raises
    NotStaff and NoSuchOrder."""
    user_id()
    text = request.args.get("order", "").removeprefix(_ORDER)
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise NoSuchOrder
    found = session.scalar(
        select(Order)
        .where(Order.shop_id == g.shop.id, Order.shopify_id == int(text), Order.deleted_at.is_(None))
        .options(joinedload(Order.shop))
    )
    if found is None:
        raise NoSuchOrder
    return found


def refused(status: int, said: Phrase) -> Response:
    """A sentence in the staff member's language instead of an answer."""
    return refusal(status, language().say(said))


@blueprint.errorhandler(NotStaff)
def not_staff(_failure: NotStaff) -> Response:
    """A customer's token opens nothing here."""
    return refused(403, STAFF_ONLY)


@blueprint.errorhandler(NoSuchOrder)
def no_such_order(_failure: NoSuchOrder) -> Response:
    """Unknown and another shop's are one answer."""
    return refused(404, NO_SUCH_ORDER)


@blueprint.errorhandler(MoneyReserved)
def not_allowed(_failure: MoneyReserved) -> Response:
    """Nothing was done."""
    return refused(403, RESERVED)


@blueprint.errorhandler(StaleIdToken)
def session_over(_failure: StaleIdToken) -> Response:
    """The extension brings a new token and asks once more."""
    return refused(401, SESSION_OVER)


@blueprint.errorhandler(ShopifyError)
def away(failure: ShopifyError) -> Response:
    """Nothing is written before Shopify has been read."""
    log.warning("shopify_not_read", shop_id=g.shop.id, error=type(failure).__name__)
    return refused(503 if isinstance(failure, Unavailable) else 502, AWAY)


def _token() -> str:
    return request.headers.get("Authorization", "").partition(" ")[2].strip()


def _told_by_shopify() -> StaffUser | None:
    """Shopify's word on who this is; None when it gives none now: nobody waits for a name."""
    try:
        return adapters().admin_apis.tokens.staff_user(g.shop.domain, _token())
    except ShopifyError as failure:
        log.warning("staff_not_named", shop_id=g.shop.id, error=type(failure).__name__)
        return None
