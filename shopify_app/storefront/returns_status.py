"""A return's own page, behind a signed key: followed, answered, changed and called off without signing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.i18n import phrase
from shopify_app.pages.return_links import status_path
from shopify_app.pages.texts import plain
from shopify_app.returns import requests, review
from shopify_app.returns.models import Return
from shopify_app.returns.parcels import renewing
from shopify_app.returns.photos import PhotoRefused
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.reception import add_delivery
from shopify_app.returns.refusals import StockGone
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import LONGEST_WORDS, By
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import WrongWish
from shopify_app.states import IllegalMove
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import onward
from shopify_app.storefront.returns_offers import SOLD_OUT
from shopify_app.storefront.returns_photos import MOST_UPLOAD, keep_photo, photo_row
from shopify_app.storefront.returns_replacement import read_afresh
from shopify_app.storefront.returns_standing import TOO_LATE, Said, found_return, status_of

MOST_PHOTOS = 6

SENT = phrase("We have your return. A confirmation is on its way by e-mail.")
CANCELLED = phrase("The return is cancelled.")
CHANGED = phrase("Your return is changed. A confirmation is on its way by e-mail.")
ANSWERED = phrase("Thank you. We have your answer and go on.")
CHOSEN = phrase("Thank you. We keep your new choice aside for you.")
ANEW = phrase("Thank you. Your new choice holds, and your return goes on.")
DROPPED = phrase("Thank you. We take the exchange off and write to you as soon as your money has moved.")
TOLD = phrase("Thank you. We follow your parcel.")
NO_ANSWER = phrase("Please write an answer.")
NO_CHOICE = phrase("Please choose a size or colour for each item.")
NO_NUMBER = phrase("Please enter the tracking number.")
CHOSE = phrase("Thank you. We go on as you chose.")
LABEL_WANTED = phrase("Thank you. We write to you as soon as your new label is there.")
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
    "wanted": LABEL_WANTED,
}


@proxied.get("/returns/r/<key>")
def followed(key: str) -> Response:
    """How the return stands."""
    notice = next((said for name, said in NOTICES.items() if name in request.args), None)
    return status_of(key, said=Said(notice=notice))


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
    except PhotoRefused as refusal:
        return status_of(key, 422, refusal.sentence, Said(answer=text))

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


@proxied.post("/returns/r/<key>/label")
def label_wanted(key: str) -> Response:
    """Another label, in place of one that ended."""
    return _do(key, "wanted", renewing.ask)


@proxied.post("/returns/r/<key>/replacement")
def replaced(key: str) -> Response:
    """Another size or colour, when the first was sold out."""
    with adapters().database.read() as session:
        _, ret, order = found_return(session, key)
        waiting = [line for line in ret.lines if line.outcome == Outcome.VARIANT_EXCHANGE]
    typed = {line.id: request.form.get(f"replacement-{line.fulfillment_line_id}", "") for line in waiting}
    chosen = {id: int(text) for id, text in typed.items() if text.isdecimal() and len(text) < 19}
    if len(chosen) != len(waiting) or not chosen:
        return status_of(key, 422, NO_CHOICE)
    returnable, live = read_afresh(order, list(chosen.values()))

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
    except IllegalMove:
        return status_of(key, 409, TOO_LATE)
    except StockGone:
        return status_of(key, 409, SOLD_OUT)
    except (WrongWish, NotEligible):
        return status_of(key, 422, NO_CHOICE)
