"""A part of a return, chosen anew on its own page: the choice, the same once more to the cent, and the shopper's word.

The signed key shows a return to whoever has the mail. What decides over money is confirmed by the order's owner: signed
in at the shop, or with a code from the order's mailbox.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.codes import WrongCode, open_with_code
from shopify_app.orders.models import Order
from shopify_app.pages.return_goods import Goods, goods_of, item
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_page import Problems, ReviewLine
from shopify_app.pages.return_settlement import parts
from shopify_app.pages.return_start import CodePage, of_order
from shopify_app.pages.return_status import AnewPage
from shopify_app.pages.texts import plain
from shopify_app.returns import acceptance, anew, explain, offers
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import Over, PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.release import groups_of
from shopify_app.returns.states import Actor
from shopify_app.returns.wishes import Wish, WishIncomplete, WrongWish, from_json
from shopify_app.shopify.return_snapshots import VariantStock
from shopify_app.shopify.transport import WEB
from shopify_app.states import IllegalMove
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import Setting, asking_shopify, onward, shown
from shopify_app.storefront.returns_choice import chosen
from shopify_app.storefront.returns_codes import SENT_AGAIN, WRONG_CODE, send_code
from shopify_app.storefront.returns_offers import SOLD_OUT, wrong_words
from shopify_app.storefront.returns_standing import TOO_LATE, Said, found_return, status_of
from shopify_app.storefront.returns_status_choice import Choosing, Heard, clock_for, hear, part_name, with_costs_of
from shopify_app.storefront.returns_visit import is_owner

_OVER: dict[Over, Phrase] = {
    Over.EXPIRED: phrase("This offer was more than a day old. Here it is as of now: please check it once more."),
    Over.OVERTAKEN: phrase("Your order has changed meanwhile. Please check everything once more."),
}
_MOVED: dict[type[Exception], Phrase] = {
    PolicyMoved: phrase("The shop's return policy has just changed. Please check everything once more."),
    PricesMoved: phrase("A price has just changed. Please check everything once more."),
    StockGone: phrase("What you chose has just sold out. Please choose another size or colour."),
    QuoteForeign: phrase("That offer does not belong to this order. Here is yours: please check it."),
}
REFUSALS = (IllegalMove, NotEligible, PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone, WishIncomplete,
            WrongWish)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """A stored quote for a part, before its shopper; `is_taken`: it was accepted already."""

    setting: Setting
    ret: Return
    order: Order
    group: ReleaseGroup
    quote: ReturnQuote
    is_taken: bool


Answering = Callable[..., Response]


def or_as_it_stands(answer: Answering) -> Answering:
    """Where what was asked for cannot be any more: the return as it stands, and why."""

    @wraps(answer)
    def answered(key: str, **more: str) -> Response:
        try:
            return answer(key, **more)
        except REFUSALS as failure:
            return _not_any_more(key, failure)

    return answered


@proxied.post("/returns/r/<key>/anew")
@or_as_it_stands
def chosen_anew(key: str) -> Response:
    """Prices what was chosen, and leads to it; nothing moves yet."""
    with adapters().database.read() as session:
        _, ret, order = found_return(session, key)
    heard = hear(ret, order)
    with adapters().database.read() as session:
        at = _choosing(session, key, heard)
        wish, problems = chosen(at.wish, {**at.lines(session)})
    if not problems:
        heard = with_costs_of(at.ret, heard, wish)
    with adapters().database.read() as session:
        at = replace(_choosing(session, key, heard), wish=wish)
        quote = None if problems else _priced(session, at, problems)
    if quote is None:
        return status_of(key, 422, said=Said(problems=problems, wish=wish))
    with adapters().database.write() as session:
        offers.keep(session, quote)
    return onward(at.setting, f"{_path(at.ret)}/anew/{quote.public_id}")


@proxied.get("/returns/r/<key>/anew/<public_id>")
@or_as_it_stands
def review_anew(key: str, public_id: str) -> Response:
    """What will hold in the place of what was chosen before, to the cent."""
    with adapters().database.read() as session:
        at = _chosen(session, key, public_id)
        if at.is_taken:
            return _done(at)
        path = f"{_path(at.ret)}/anew/{public_id}"
        return shown(at.setting, "return_anew.html", _page(session, at), path)


@proxied.post("/returns/r/<key>/anew/<public_id>")
@or_as_it_stands
def confirm_anew(key: str, public_id: str) -> Response:
    """Accepts it for whoever is signed in as the owner; anybody else is sent a code."""
    with adapters().database.read() as session:
        at = _chosen(session, key, public_id)
        signed_in = is_owner(session, at.order)
    if at.is_taken:
        return _done(at)
    if not signed_in:
        send_code(at.setting, at.order)
        return _code_page(at)
    live = _live(at)
    with adapters().database.write() as session:
        at = _chosen(session, key, public_id)
        anew.accept(session, at.ret, public_id, Actor.SHOPPER, at.setting.now, live=live)
    return _done(at)


@proxied.post("/returns/r/<key>/anew/<public_id>/again")
@or_as_it_stands
def code_anew(key: str, public_id: str) -> Response:
    """Another code; the one before ends."""
    with adapters().database.read() as session:
        at = _chosen(session, key, public_id)
    send_code(at.setting, at.order)
    return _code_page(at, notice=SENT_AGAIN)


@proxied.post("/returns/r/<key>/anew/<public_id>/code")
@or_as_it_stands
def confirm_with_code(key: str, public_id: str) -> Response:
    """The right code accepts it; a second click on the same finds it done."""
    with adapters().database.read() as session:
        at = _chosen(session, key, public_id)
    if at.is_taken:
        return _done(at)
    live, is_right = _live(at), False
    with adapters().database.write() as session:
        at = _chosen(session, key, public_id)
        with suppress(WrongCode):  # inside the transaction: the try has been counted, which must be kept
            order = session.get_one(Order, at.order.id)
            open_with_code(session, order, request.form.get("code", "")[:20], at.setting.now)
            is_right = True
        if is_right:
            anew.accept(session, at.ret, public_id, Actor.SHOPPER, at.setting.now, live=live)
    return _done(at) if is_right else _code_page(at, WRONG_CODE, status=422)


def _choosing(session: Session, key: str, heard: Heard) -> Choosing:
    """The part that the form speaks of, while it still waits. Raises CannotSay, IllegalMove."""
    setting, ret, order = found_return(session, key)
    group = anew.awaiting(ret, groups_of(session, ret))
    if group is None or request.form.get("quote") != part_name(group):
        raise IllegalMove("the release group", group.state if group else ret.state, "chosen anew")
    return Choosing(setting, ret, order, group, heard, anew.undecided(session, ret, group))


def _priced(session: Session, at: Choosing, problems: Problems) -> ReturnQuote | None:
    """The quote of what was chosen; None, with the `problems`, where it cannot be had."""
    now, live = at.setting.now, at.heard.stocked.live
    try:
        return anew.price(session, at.ret, at.group, at.heard.returnable, at.wish, now, live=live)
    except StockGone as gone:
        swapped = [each for each in at.wish.lines if each.replacement_variant_id in gone.variant_ids]
        problems += [(f"replacement-{each.fulfillment_line_id}", SOLD_OUT) for each in swapped]
    except WrongWish as wrong:
        problems.append((f"replacement-{wrong.fulfillment_line_id}", wrong_words(wrong)))
    except NotEligible as cannot:
        problems += [("outcome", explain.why(reason)) for reason in dict.fromkeys(cannot.reasons)]
    return None


def _chosen(session: Session, key: str, public_id: str) -> Chosen:
    """The quote behind the address. Raises CannotSay, QuoteForeign, and IllegalMove where its part waits no more."""
    setting, ret, order = found_return(session, key)
    wanted = select(ReturnQuote).where(ReturnQuote.shop_id == ret.shop_id, ReturnQuote.public_id == public_id[:32])
    quote = session.scalar(wanted)
    part = offers.part_of(quote) if quote is not None else None
    group = session.get(ReleaseGroup, part) if part is not None else None
    if quote is None or group is None or group.return_id != ret.id:
        raise QuoteForeign
    is_taken = quote.accepted_at is not None and group.quote_id == quote.id
    waiting = anew.awaiting(ret, groups_of(session, ret))
    if not is_taken and (waiting is None or waiting.id != group.id):
        raise IllegalMove("the release group", group.state, "chosen anew")
    return Chosen(setting, ret, order, group, quote, is_taken)


def _live(at: Chosen) -> dict[int, VariantStock]:
    """Shopify's stock of what was chosen; with no transaction open. Raises CannotSay."""
    wanted = offers.units_wanted(from_json(at.quote.wish))
    with asking_shopify():
        return adapters().admin(at.ret.shop_id, WEB).variant_stock(sorted(wanted)) if wanted else {}


def _page(session: Session, at: Chosen) -> AnewPage:
    wish, order = from_json(at.quote.wish), at.order
    goods = goods_of(session, at.ret.shop_id, [line.product_id for line in at.ret.lines])
    titles = {line.shopify_id: plain(line.title, 120) for line in order.lines}
    path = at.setting.place.path(_path(at.ret))
    return AnewPage(
        rma=at.ret.rma,
        order_name=plain(order.name, 64),
        action=f"{path}/anew/{at.quote.public_id}",
        back=at.setting.path(_path(at.ret)),
        lines=_lines(at, wish, goods),
        parts=parts(acceptance.settlements_of(at.quote), titles, clock_for(session, at.setting, order)),
        needs_code=not is_owner(session, order),
    )


def _lines(at: Chosen, wish: Wish, goods: Goods) -> tuple[ReviewLine, ...]:
    known = {line.shopify_id: line for line in at.order.lines}
    found = []
    for each in wish.lines:
        line = known[each.line_id]
        shown_item = item(
            line.title,
            line.variant_title,
            each.quantity,
            goods.picture(line.product_shopify_id, line.variant_shopify_id),
        )
        new = dict(goods.variants.get(line.product_shopify_id or 0, ())).get(each.replacement_variant_id or 0)
        found.append(ReviewLine(shown_item, (phrase("In exchange: {variant}", variant=new),) if new else ()))
    return tuple(found)


def _code_page(at: Chosen, problem: Phrase | None = None, notice: Phrase | None = None, status: int = 200) -> Response:
    action = f"{at.setting.place.path(_path(at.ret))}/anew/{at.quote.public_id}"
    page = CodePage(of_order(at.order.name), f"{action}/code", f"{action}/again", problem, notice)
    return shown(at.setting, "return_code.html", page, None, status)


def _done(at: Chosen) -> Response:
    return onward(at.setting, _path(at.ret), anew="1")


def _path(ret: Return) -> str:
    return status_path(adapters().database.keyring, ret.shop_id, ret.id)


def _not_any_more(key: str, failure: Exception) -> Response:
    """The return as it stands, and why what was asked for cannot be."""
    if isinstance(failure, QuoteOver):
        return status_of(key, 409, _OVER[failure.why])
    status = 404 if isinstance(failure, QuoteForeign) else 409
    return status_of(key, status, _MOVED.get(type(failure), TOO_LATE))
