"""The page of a return behind its signed key: read from our rows, and from Shopify what only Shopify knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order, OrderLink
from shopify_app.pages.messages import LINK_GONE
from shopify_app.pages.return_balance import with_balance
from shopify_app.pages.return_follow import Beside, follow, status_page
from shopify_app.pages.return_followed import Followed
from shopify_app.pages.return_links import key_facts, status_path
from shopify_app.pages.return_page import Problems, Replacements
from shopify_app.pages.return_status import StatusPage
from shopify_app.pages.support import way_to_us
from shopify_app.returns import anew
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import send_to
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.wishes import Wish, WrongWish
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import NOT_NOW, CannotSay, Setting, our_shop, setting_of, shown
from shopify_app.storefront.returns_balance_ways import instead_of, pay_address
from shopify_app.storefront.returns_inspected import with_question
from shopify_app.storefront.returns_paper_list import papers_of
from shopify_app.storefront.returns_replacement import swaps_for_return
from shopify_app.storefront.returns_status_choice import Choosing, Heard, hear, ways

SEEN_FOR = timedelta(days=180)
"""How long a return that is over can still be looked at by its link."""
TOO_LATE = phrase("This is not possible any more: the return has moved on. Here is how it stands.")
WRITE = phrase("Please write to us about this return")


@dataclass(frozen=True)
class Said:
    """What a page says to what was just done: `notice` where it went well; `answer` gives back what was typed;
    `problems` and `wish` are those of a part that is chosen anew."""

    notice: Phrase | None = None
    answer: str = ""
    problems: Problems | None = None
    wish: Wish | None = None


NOTHING = Said()


@dataclass(frozen=True)
class Live:
    """What Shopify said just now: what a sold-out replacement may be swapped for, the order and its stock where a part
    is chosen anew (None: nothing is, or no answer came), and its page to pay an open balance."""

    swaps: tuple[Replacements, ...]
    heard: Heard | None
    pay_url: str | None


def status_of(key: str, status: int = 200, problem: Phrase | None = None, said: Said = NOTHING) -> Response:
    """The page of the return behind a key, with what is wrong or was done."""
    with adapters().database.read() as session:
        setting, ret, order = found_return(session, key)
        seen = follow(session, ret, order, setting.returns, setting.here)
        is_asked = seen.asked_anew is not None
    live = _live(seen, is_asked)
    with adapters().database.read() as session:
        _, ret, order = found_return(session, key)
        seen = follow(session, ret, order, setting.returns, setting.here)
        page = _page(session, setting, seen, live)
        page = replace(page, problem=problem, notice=said.notice, answer=said.answer)
        if seen.asked_anew is not None:
            page = _with_ways(session, Asked(setting, seen, live.heard), page, said)
        return shown(setting, "return_status.html", page, _path(ret), status)


def found_return(session: Session, key: str) -> tuple[Setting, Return, Order]:
    """The return behind a key, in the shop that the proxy speaks for. Raises CannotSay."""
    now = adapters().clock.now()
    shop = our_shop(session)
    try:
        shop_id, return_id = key_facts(adapters().database.keyring, key, now)
    except BadToken as bad:
        raise CannotSay(404) from bad
    ret = session.get(Return, return_id) if shop_id == shop.id else None
    if ret is None or ret.shop_id != shop.id:
        raise CannotSay(404)
    ended = ret.closed_at or ret.cancelled_at or ret.declined_at
    order = session.get_one(Order, ret.order_id)
    if order.erased_at or order.deleted_at or (ended and now - ended > SEEN_FOR):
        raise CannotSay(410, LINK_GONE)
    setting = setting_of(session, shop, now, order)
    return replace(setting, returns=send_to.for_return(session, ret, setting.returns)), ret, order


def _live(seen: Followed, is_asked: bool) -> Live:
    """With no transaction open."""
    swaps = swaps_for_return(seen) if seen.replacement_is_gone else ()
    return Live(swaps, _heard(seen) if is_asked else None, pay_address(seen))


def _heard(seen: Followed) -> Heard | None:
    try:
        return hear(seen.ret, seen.order)
    except CannotSay:
        return None


def _page(session: Session, setting: Setting, seen: Followed, live: Live) -> StatusPage:
    beside = Beside(
        action=setting.place.path(_path(seen.ret)),
        order_url=_order_url(session, setting, seen.order),
        swaps=live.swaps,
        contact=way_to_us(setting.support, seen.ret.rma),
        papers=papers_of(session, setting, seen.ret, seen.groups),
    )
    page = with_balance(status_page(seen, beside), seen, live.pay_url, instead_of(session, seen))
    return with_question(session, setting, seen, page)


@dataclass(frozen=True)
class Asked:
    """Somebody who is to choose anew for a part of their return."""

    setting: Setting
    seen: Followed
    heard: Heard | None


def _with_ways(session: Session, asked: Asked, page: StatusPage, said: Said) -> StatusPage:
    """The ways side by side for the part that waits. Where Shopify does not answer the page says so instead."""
    seen, group = asked.seen, asked.seen.asked_anew
    if group is None or asked.heard is None:
        return replace(page, problem=page.problem or NOT_NOW.title)
    wish = said.wish or anew.undecided(session, seen.ret, group)
    at = Choosing(asked.setting, seen.ret, seen.order, group, asked.heard, wish)
    try:
        items = zip(page.items, seen.ret.lines, strict=True)
        own = tuple(shown_line for shown_line, line in items if line.group_id == group.id)
        offered = ways(session, at, f"{page.action}/anew", said.problems or [])
        return replace(page, anew=offered, anew_items=own)
    except (WrongWish, NotEligible):
        return replace(page, problem=page.problem or WRITE)


def _path(ret: Return) -> str:
    return status_path(adapters().database.keyring, ret.shop_id, ret.id)


def _order_url(session: Session, setting: Setting, order: Order) -> str | None:
    """The order's own page, by a link that lives."""
    nonce = session.scalar(
        select(OrderLink.nonce).where(
            OrderLink.shop_id == order.shop_id, OrderLink.order_id == order.id, OrderLink.revoked_at.is_(None)
        )
    )
    return setting.path(f"t/{nonce}{adapters().database.keyring.stamp('link', nonce)}") if nonce else None
