"""A return's own page, behind a signed key: followed, answered, changed and called off without signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order, OrderLink
from shopify_app.pages.messages import LINK_GONE
from shopify_app.pages.return_balance import with_balance
from shopify_app.pages.return_follow import Followed, follow, status_page
from shopify_app.pages.return_links import key_facts, status_path
from shopify_app.pages.return_page import Problems
from shopify_app.pages.return_status import StatusPage
from shopify_app.pages.support import way_to_us
from shopify_app.pages.texts import plain
from shopify_app.returns import anew, requests, review
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import send_to
from shopify_app.returns.photos import PhotoRefused
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.reception import By, add_delivery
from shopify_app.returns.refusals import StockGone
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import LONGEST_WORDS
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WrongWish
from shopify_app.states import IllegalMove
from shopify_app.storefront.door import adapters, proxied, proxied_shop
from shopify_app.storefront.returns_balance_ways import instead_of, pay_address
from shopify_app.storefront.returns_inspected import with_question
from shopify_app.storefront.returns_offers import SOLD_OUT
from shopify_app.storefront.returns_paper_list import papers_of
from shopify_app.storefront.returns_photos import MOST_UPLOAD, keep_photo, photo_row
from shopify_app.storefront.returns_replacement import read_afresh, swaps_for_return
from shopify_app.storefront.returns_status_choice import Choosing, Heard, hear, ways
from shopify_app.storefront.returns_visit import NOT_NOW, CannotSay, Setting, onward, refused, setting_of, shown

SEEN_FOR = timedelta(days=180)
"""How long a return that is over can still be looked at by its link."""
MOST_PHOTOS = 6

SENT = phrase("We have your return. A confirmation is on its way by e-mail.")
CANCELLED = phrase("The return is cancelled.")
CHANGED = phrase("Your return is changed. A confirmation is on its way by e-mail.")
ANSWERED = phrase("Thank you. We have your answer and go on.")
CHOSEN = phrase("Thank you. We keep your new choice aside for you.")
ANEW = phrase("Thank you. Your new choice holds, and your return goes on.")
DROPPED = phrase("Thank you. We take the exchange off and write to you as soon as your money has moved.")
TOLD = phrase("Thank you. We follow your parcel.")
TOO_LATE = phrase("This is not possible any more: the return has moved on. Here is how it stands.")
NO_ANSWER = phrase("Please write an answer.")
NO_CHOICE = phrase("Please choose a size or colour for each item.")
WRITE = phrase("Please write to us about this return")
NO_NUMBER = phrase("Please enter the tracking number.")
CHOSE = phrase("Thank you. We go on as you chose.")
APPEALED = phrase("Thank you. We look at it once more and write to you.")
NOTICES = {
    "sent": SENT,
    "cancelled": CANCELLED,
    "changed": CHANGED,
    "answered": ANSWERED,
    "chosen": CHOSEN,
    "anew": ANEW,
    "told": TOLD,
    "dropped": DROPPED,
    "chose": CHOSE,
    "appealed": APPEALED,
}


@proxied.get("/returns/r/<key>")
def followed(key: str) -> Response:
    """How the return stands."""
    notice = next((said for name, said in NOTICES.items() if name in request.args), None)
    return status_of(key, notice=notice)


@proxied.post("/returns/r/<key>/cancel")
def cancelled(key: str) -> Response:
    """Until the first scan."""
    return _do(key, "cancelled", lambda session, ret, now: requests.cancel(session, ret, Actor.SHOPPER, now))


@proxied.post("/returns/r/<key>/answer")
def answered(key: str) -> Response:
    """What the merchant asked for, in words and pictures."""
    request.max_content_length = MOST_UPLOAD
    text = request.form.get("answer", "").strip()[:LONGEST_WORDS]
    if not text:
        return status_of(key, 422, NO_ANSWER)
    try:
        with adapters().database.read() as session:
            _, ret, _ = found_return(session, key)
            line = ret.lines[0].fulfillment_line_id or 0 if ret.lines else 0
        sent = [file for file in request.files.getlist("photos") if file.filename][:MOST_PHOTOS]
        kept = [keep_photo(ret.shop_id, file) for file in sent]
    except CannotSay as cannot:
        return refused(cannot)
    except PhotoRefused as refusal:
        return status_of(key, 422, refusal.sentence, answer=text)

    def said(session: Session, ret: Return, now: datetime) -> None:
        review.answer(session, ret, text, now)
        session.add_all(photo_row(ret.shop_id, line, each, now, return_id=ret.id) for each in kept)

    return _do(key, "answered", said)


@proxied.post("/returns/r/<key>/parcel")
def parcel_told(key: str) -> Response:
    """The tracking number of the shopper's own parcel."""
    number = plain(request.form.get("number"), 60)
    if sum(letter.isalnum() for letter in number) < 5:
        return status_of(key, 422, NO_NUMBER)
    return _do(
        key,
        "told",
        lambda session, ret, now: add_delivery(session, ret, number, None, By(Actor.SHOPPER), now),
    )


@proxied.post("/returns/r/<key>/replacement")
def replaced(key: str) -> Response:
    """Another size or colour, when the first was sold out."""
    try:
        with adapters().database.read() as session:
            _, ret, order = found_return(session, key)
            waiting = [line for line in ret.lines if line.outcome == Outcome.VARIANT_EXCHANGE]
        typed = {line.id: request.form.get(f"replacement-{line.fulfillment_line_id}", "") for line in waiting}
        chosen = {id: int(text) for id, text in typed.items() if text.isdecimal() and len(text) < 19}
        if len(chosen) != len(waiting) or not chosen:
            return status_of(key, 422, NO_CHOICE)
        returnable, live = read_afresh(order, list(chosen.values()))
    except CannotSay as cannot:
        return refused(cannot)

    def swap(session: Session, ret: Return, now: datetime) -> None:
        review.choose_replacement(session, ret, returnable, chosen, Actor.SHOPPER, now, live=live)

    return _do(key, "chosen", swap)


Verb = Callable[[Session, Return, datetime], object]


def _do(key: str, done: str, verb: Verb) -> Response:
    """One verb in one transaction; then the page that says so, or why not."""
    try:
        with adapters().database.write() as session:
            setting, ret, _ = found_return(session, key)
            verb(session, ret, setting.now)
        path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
        return onward(setting, path, **{done: "1"})
    except CannotSay as cannot:
        return refused(cannot)
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)
    except StockGone:
        return status_of(key, 409, SOLD_OUT)
    except (WrongWish, NotEligible):
        return status_of(key, 422, NO_CHOICE)


def status_of(
    key: str,
    status: int = 200,
    problem: Phrase | None = None,
    notice: Phrase | None = None,
    answer: str = "",
    problems: Problems | None = None,
    wish: Wish | None = None,
) -> Response:
    """The page of the return behind a key; `problems` and `wish` are those of a part that is chosen anew."""
    try:
        with adapters().database.read() as session:
            setting, ret, order = found_return(session, key)
            seen = follow(session, ret, order, setting.returns, setting.here)
            is_asked = seen.asked_anew is not None
        swaps = swaps_for_return(seen) if seen.replacement_is_gone else ()
        heard = _heard(seen) if is_asked else None
        pay_url = pay_address(seen)
        with adapters().database.read() as session:
            _, ret, order = found_return(session, key)
            seen = follow(session, ret, order, setting.returns, setting.here)
            path = status_path(adapters().database.keyring, ret.shop_id, ret.id)
            page = status_page(
                seen,
                setting.place.path(path),
                _order_url(session, setting, order),
                swaps,
                problem,
                notice,
                answer,
                way_to_us(setting.support, ret.rma),
            )
            page = replace(page, papers=papers_of(session, setting, ret))
            page = with_balance(page, seen, pay_url, instead_of(session, seen))
            page = with_question(session, setting, seen, page)
            if seen.asked_anew is not None:
                page = _with_ways(session, setting, seen, page, heard, problems or [], wish)
            return shown(setting, "return_status.html", page, path, status)
    except CannotSay as cannot:
        return refused(cannot)


def _heard(seen: Followed) -> Heard | None:
    try:
        return hear(seen.ret, seen.order)
    except CannotSay:
        return None


def _with_ways(
    session: Session,
    setting: Setting,
    seen: Followed,
    page: StatusPage,
    heard: Heard | None,
    problems: Problems,
    wish: Wish | None,
) -> StatusPage:
    """The ways side by side for the part that waits. Where Shopify does not answer the page says so instead."""
    group = seen.asked_anew
    if group is None or heard is None:
        return replace(page, problem=page.problem or NOT_NOW.title)
    plain_wish = anew.undecided(session, seen.ret, group)
    at = Choosing(setting, seen.ret, seen.order, group, heard, wish or plain_wish)
    try:
        items = zip(page.items, seen.ret.lines, strict=True)
        own = tuple(shown_line for shown_line, line in items if line.group_id == group.id)
        return replace(page, anew=ways(session, at, f"{page.action}/anew", problems), anew_items=own)
    except (WrongWish, NotEligible):
        return replace(page, problem=page.problem or WRITE)


def found_return(session: Session, key: str) -> tuple[Setting, Return, Order]:
    """The return behind a key, in the shop that the proxy speaks for. Raises CannotSay."""
    now = adapters().clock.now()
    shop = proxied_shop(session)
    if shop is None:
        raise CannotSay(404)
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


def _order_url(session: Session, setting: Setting, order: Order) -> str | None:
    """The order's own page, by a link that lives."""
    nonce = session.scalar(
        select(OrderLink.nonce).where(
            OrderLink.shop_id == order.shop_id, OrderLink.order_id == order.id, OrderLink.revoked_at.is_(None)
        )
    )
    return setting.path(f"t/{nonce}{adapters().database.keyring.stamp('link', nonce)}") if nonce else None
