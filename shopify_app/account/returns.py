"""Returns in the customer's account: what can be done with an order, and the portal's pages for whoever owns it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.account.door import adapters, blueprint, refusal, visitor
from shopify_app.account.portal import NoModel, ask
from shopify_app.crypto import BadToken
from shopify_app.i18n import Language, Languages, accepted
from shopify_app.orders.access import Access, NotFound, make_pass, owned_order
from shopify_app.orders.models import Order
from shopify_app.pages.return_links import key_facts, status_path
from shopify_app.pages.return_words import state
from shopify_app.pages.withdrawal_page import HERE
from shopify_app.returns import drafts, still_to_come
from shopify_app.returns.drafts import DraftGone
from shopify_app.returns.last_days import last_days
from shopify_app.returns.models import Return
from shopify_app.returns.states import OPEN_RETURNS
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.called import NUMBER_OF_WITHDRAWAL
from shopify_app.settings.branding import Brand
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load_many
from shopify_app.shopify.signatures import VisitorKind

_DRAFT = re.compile(r"[\w-]{32}")
_ORDER = "gid://shopify/Order/"
SIGN_IN = "Please sign in to see this order's returns."
NOT_YOURS = "There is no such order in your account."
OUR_FAULT = "Something on our side did not work. Please try again in a minute."
ONLY_THERE = "This step is on the shop's own page."


class NotSignedIn(Exception):
    """Nobody who could own an order."""


@cache
def _languages() -> Languages:
    return Languages()


@blueprint.route("/returns", methods=["GET", "OPTIONS"])
def returns_of_order() -> Response:
    """Whether something of the order can come back, its returns, and where the same pages are in the shop: ``{"order",
    "can_start", "returns": [{"rma", "at", "title", "is_open"}], "withdraw": {"label", "url"} or null, "portal":
    {"origin", "path"}}``. From our rows alone: Shopify is asked once somebody begins."""
    with adapters().database.read() as session:
        order = _owned(session, _asked())
        groups = load_many(session, order.shop_id, (Brand, Returns))
        days = last_days(session, order, adapters().clock.now())
        can_start = groups[Returns].portal_open and any(day.is_open or day.helpful for day in days)
        language = _language(order, groups[Brand].tone)
        returns, withdraw = _told(session, order, language), _withdraw(session, order, language)
        return jsonify(order=order.name, can_start=can_start, returns=returns, withdraw=withdraw, **_place())


@blueprint.route("/returns/begin", methods=["POST", "OPTIONS"])
def begin_return() -> Response:
    """The first step of a new return of the order (``?order=``)."""
    with adapters().database.read() as session:
        order = _owned(session, _asked())
        key = make_pass(adapters().database.keyring, order, Access.OWNER, adapters().clock.now())
    return _page("GET", "returns/o", {"key": key})


@blueprint.route("/returns/<path:tail>", methods=["GET", "POST", "OPTIONS"])
def step_of_return(tail: str) -> Response:
    """A page of a return that is being put together (``<draft>/<step>``) or was sent in (``r/<key>``), or what its
    form says; the addresses are those of the portal below ``returns/``."""
    with adapters().database.read() as session:
        _must_own(session, tail)
    query = {name: value for name, value in request.args.items() if name != "lang"}
    return _page(request.method, f"returns/{tail}", query)


@blueprint.errorhandler(NotFound)
def not_yours(_failure: NotFound) -> Response:
    """Unknown and somebody else's are one answer."""
    return refusal(404, NOT_YOURS)


@blueprint.errorhandler(NotSignedIn)
def not_signed_in(_failure: NotSignedIn) -> Response:
    """Staff, devices, and whoever came by a mail link and has not signed in."""
    return refusal(403, SIGN_IN)


def _page(method: str, tail: str, query: dict[str, str]) -> Response:
    try:
        return ask(method, tail, query)
    except NoModel as failure:
        if failure.is_mistake:
            return refusal(502, OUR_FAULT)
        answer = jsonify(error=ONLY_THERE, at=tail, **_place())
        answer.status_code = 406
        return answer


def _must_own(session: Session, tail: str) -> None:
    """Lets the order's own customer pass; a draft that is gone is answered for everybody alike, by the portal."""
    first, _, rest = tail.partition("/")
    now = adapters().clock.now()
    if first == "r":
        try:
            shop_id, return_id = key_facts(adapters().database.keyring, rest.partition("/")[0], now)
        except BadToken as bad:
            raise NotFound from bad
        ret = session.get(Return, return_id) if shop_id == g.shop.id else None
        if ret is None or ret.shop_id != g.shop.id:
            raise NotFound
        owned_order(session, g.shop.id, ret.order_id, _customer())
        return
    if not _DRAFT.fullmatch(first):
        raise NotFound
    customer = _customer()
    try:
        _, order = drafts.find(session, g.shop.id, first, now)
    except DraftGone:
        return
    owned_order(session, g.shop.id, order.id, customer)


def _owned(session: Session, shopify_id: int) -> Order:
    """The signed-in customer's order by Shopify's number. Raises NotFound."""
    customer = _customer()
    own = select(Order.id).where(Order.shop_id == g.shop.id, Order.shopify_id == shopify_id, Order.erased_at.is_(None))
    order_id = session.scalar(own)
    if order_id is None:
        raise NotFound
    return owned_order(session, g.shop.id, order_id, customer)


def _customer() -> int:
    """Raises NotSignedIn for staff, devices and whoever has not signed in."""
    who = visitor()
    if who.kind != VisitorKind.CUSTOMER or who.customer_id is None:
        raise NotSignedIn
    return who.customer_id


def _asked() -> int:
    """The order of the query, a number or a global id. Raises NotFound."""
    text = request.args.get("order", "").removeprefix(_ORDER)
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound
    return int(text)


def _told(session: Session, order: Order, language: Language) -> list[dict[str, Any]]:
    """The order's returns, the newest first; what carries out a withdrawal by the declaration's number."""
    own = select(Return, still_to_come.TOLD, NUMBER_OF_WITHDRAWAL)
    own = own.where(Return.shop_id == order.shop_id, Return.order_id == order.id)
    keyring = adapters().database.keyring
    return [
        {"rma": number or ret.rma, "title": language.say(state(told, bool(number))),
         "is_open": ret.state in OPEN_RETURNS, "at": status_path(keyring, ret.shop_id, ret.id)}
        for ret, told, number in session.execute(own.order_by(Return.id.desc()))
    ]  # fmt: skip


def _withdraw(session: Session, order: Order, language: Language) -> dict[str, str] | None:
    """The statutory function on the shop's own page, while the right exists; its label is the law's."""
    held, now = adapters(), adapters().clock.now()
    if not withdrawals.right_of(session, order, now).is_open:
        return None
    asked = urlencode({"key": make_pass(held.database.keyring, order, Access.OWNER, now), "lang": language.tag})
    return {"label": language.say(HERE), "url": f"{g.shop.storefront_url}{g.shop.proxy_path}/withdraw/o?{asked}"}


def _language(order: Order, tone: str) -> Language:
    wanted = [request.args.get("lang"), order.locale, *accepted(request.headers.get("Accept-Language"))]
    return _languages().choose([tag for tag in wanted if tag], order.country, tone, order.shop.languages)


def _place() -> dict[str, Any]:
    return {"portal": {"origin": g.shop.storefront_url, "path": g.shop.proxy_path}}
