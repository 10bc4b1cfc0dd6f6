"""The last step: everything once more, the address of an exchange, and the acceptance of a stored quote by its id."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import DeliveryCorrected, record
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.access import Access
from shopify_app.orders.codes import WrongCode, open_with_code
from shopify_app.orders.models import Order
from shopify_app.pages.return_cart import named, variants_of
from shopify_app.pages.return_change import WHY_NOT
from shopify_app.pages.return_delivery import address_form, address_of, corrected, typed_in
from shopify_app.pages.return_goods import Goods, item
from shopify_app.pages.return_items import reason_words
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_methods import instructions, ways_of
from shopify_app.pages.return_page import AddressForm, FlowStep, Problems, ReviewLine, ReviewPage
from shopify_app.pages.return_settlement import parts
from shopify_app.pages.return_start import CodePage, of_order
from shopify_app.pages.texts import plain
from shopify_app.returns import acceptance, drafts, offers
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import (
    NotChangeable,
    Over,
    PolicyMoved,
    PricesMoved,
    QuoteForeign,
    QuoteOver,
    StockGone,
)
from shopify_app.returns.vocabulary import EXCHANGES, Outcome
from shopify_app.returns.wishes import Lack, Missing, WishIncomplete, WishLine, Wrong, WrongWish
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import CannotSay, onward, shown
from shopify_app.storefront.returns_change import confirmed, review_change
from shopify_app.storefront.returns_choice import SHOP, back_to
from shopify_app.storefront.returns_codes import SENT_AGAIN, WRONG_CODE, send_code
from shopify_app.storefront.returns_offers import check_carts, clock_of, keep, look_at_stock, priced
from shopify_app.storefront.returns_visit import JUST_NOW, Visit, listen, show, visit

_OVER: dict[Over, Phrase] = {
    Over.EXPIRED: phrase("This offer was more than a day old. Here it is as of now: please check it once more."),
    Over.OVERTAKEN: phrase("Your order has changed meanwhile. Please check everything once more."),
}
_POLICY = phrase("The shop's return policy has just changed. Please check everything once more.")
_PRICES = phrase("A price has just changed. Please check everything once more.")
_FOREIGN = phrase("That offer does not belong to this order. Here is yours: please check it.")
NO_ADDRESS = phrase("Please enter the address that we send the exchange to.")
_GONE = phrase("Something you chose has just sold out. Please check everything once more.")
_STEP_OF: dict[Missing, FlowStep] = {
    Missing.REASON: FlowStep.REASONS,
    Missing.ANSWER: FlowStep.REASONS,
    Missing.PHOTOS: FlowStep.REASONS,
    Missing.OUTCOME: FlowStep.OUTCOME,
    Missing.REPLACEMENT: FlowStep.OUTCOME,
    Missing.CART: FlowStep.OUTCOME,
    Missing.METHOD: FlowStep.METHOD,
}
_NEW_ITEMS = frozenset({Wrong.NOT_FOR_SALE, Wrong.TOO_MANY_NEW})


@proxied.get("/returns/<token>/review")
def review(token: str) -> Response:
    """What will be sent in, to the cent."""
    return _review(token, [], None, 200)


@proxied.post("/returns/<token>/review")
def confirm(token: str) -> Response:
    """Accepts the quote that was shown, once; a second time leads to the same return."""
    try:
        check_carts(token, request.form.get("quote", "")[:64])
        with adapters().database.write() as session:
            here = visit(session, token)
            _check_address(here)
            quote, now = request.form.get("quote", "")[:64], here.setting.now
            made, told = confirmed(session, here, quote)
            if made.requested_at == now or told == "changed":
                made.locale = here.setting.language.code  # the mails go on in the language of these pages
                _deliver_there(session, here, made)
        return onward(here.setting, status_path(adapters().database.keyring, made.shop_id, made.id), **{told: "1"})
    except QuoteForeign:
        return _review(token, [], _FOREIGN, 404)
    except QuoteOver as over:
        return _review(token, [], _OVER[over.why], 409)
    except PolicyMoved:
        return _review(token, [], _POLICY, 409)
    except PricesMoved:
        return _review(token, [], _PRICES, 409)
    except StockGone:
        return _review(token, [], _GONE, 409)
    except (WishIncomplete, WrongWish, NotEligible):
        return _review(token, [], None, 422)
    except NotChangeable as late:
        return _review(token, [], WHY_NOT[late.why], 409)
    except _NoAddress:
        return _review(token, [("delivery", NO_ADDRESS)], None, 422)


class _NoAddress(Exception):
    """An exchange, and nobody knows where it goes."""


def _check_address(here: Visit) -> None:
    """Raises _NoAddress. The order's own address is Shopify's to judge; only that there is none is said."""
    if _is_exchange(here) and not address_of(here.order, drafts.delivery_of(here.draft)).get("address1"):
        raise _NoAddress


def _is_exchange(here: Visit) -> bool:
    return any(each.outcome in EXCHANGES for each in here.wish.lines)


def _deliver_there(session: Session, here: Visit, made: Return) -> None:
    """Has Shopify told of an address that was corrected for an exchange."""
    if here.draft.delivery and any(line.outcome in EXCHANGES for line in made.lines):
        corrected_now = DeliveryCorrected(here.order.id, made.id, here.draft.id)
        record(session, made.shop_id, corrected_now, here.setting.now)


@proxied.post("/returns/<token>/review/address")
def correct_address(token: str) -> Response:
    """Another street, within the same country where the order has one; only for the owner."""
    with adapters().database.write() as session:
        here = visit(session, token)
        if not here.is_owner:
            raise CannotSay(403)
        typed = typed_in(request.form, here.order)
        problems = corrected(typed)
        if not problems:
            known = address_of(here.order, drafts.delivery_of(here.draft))
            here.draft.delivery = json.dumps(known | typed)
    if problems:
        return _review(token, problems, None, 422, typed)
    return onward(here.setting, f"{here.base}/{FlowStep.REVIEW}")


@proxied.post("/returns/<token>/review/code")
def ask_for_code(token: str) -> Response:
    """A code by mail, before an address is shown to somebody who came by a link."""
    return _code(token, SENT_AGAIN if "again" in request.form else None)


@proxied.post("/returns/<token>/review/code/given")
def code_typed(token: str) -> Response:
    """The right code makes the holder of the draft its owner."""
    opened = False
    with adapters().database.write() as session:
        here = visit(session, token)
        with suppress(WrongCode):  # inside the transaction: the try has been counted, which must be kept
            open_with_code(session, session.get_one(Order, here.order.id), request.form.get("code", "")[:20],
                           here.setting.now)  # fmt: skip
            here.draft.access, opened = int(Access.OWNER), True
    if not opened:
        return _code_page(here, WRONG_CODE, None, 422)
    return onward(here.setting, f"{here.base}/{FlowStep.REVIEW}")


def _code(token: str, notice: Phrase | None) -> Response:
    with adapters().database.read() as session:
        here = visit(session, token)
    send_code(here.setting, here.order)
    return _code_page(here, None, notice, 200)


def _code_page(here: Visit, problem: Phrase | None, notice: Phrase | None, status: int) -> Response:
    page = CodePage(
        of_order(here.order.name), here.action("review/code/given"), here.action("review/code"), problem, notice
    )
    return shown(here.setting, "return_code.html", page, None, status)


def _review(
    token: str, problems: Problems, notice: Phrase | None, status: int, typed: dict[str, str] | None = None
) -> Response:
    """The page, or the step where something is still missing."""
    try:
        listen(token, JUST_NOW)
        stocked = look_at_stock(token)
        with adapters().database.read() as session:
            here = visit(session, token)
            if not here.wish.is_decided:
                return onward(here.setting, f"{here.base}/{SHOP if here.wish.empty_carts else FlowStep.OUTCOME}")
            row = priced(session, here, here.wish, stocked.live, stocked.carts)
            lacks = offers.lacks_of(row)
            if lacks:
                return onward(here.setting, f"{here.base}/{_first(lacks)}")
            page = _page(session, here, row, stocked.goods, problems, notice, typed)
        keep(row)
        return show(here, "return_review.html", page, FlowStep.REVIEW, status)
    except StockGone as gone:
        return _choose_again(token, gone.variant_ids)
    except WrongWish as wrong:
        if wrong.wrong in _NEW_ITEMS:
            return back_to(token, SHOP)
        return _sent_before(token) or back_to(token, FlowStep.ITEMS, changed="1")
    except NotEligible:
        return _sent_before(token) or back_to(token, FlowStep.ITEMS, changed="1")


def _choose_again(token: str, gone: tuple[int, ...]) -> Response:
    """To where what is gone was chosen."""
    with suppress(CannotSay), adapters().database.read() as session:
        here = visit(session, token)
        bought = next((each.outcome for each in here.wish.cart if each.variant_id in gone), None)
        if bought in here.wish.shopping:
            return onward(here.setting, f"{here.base}/{SHOP}", gone="1", **{"for": str(bought)})
    return back_to(token, FlowStep.OUTCOME, gone="1")


def _sent_before(token: str) -> Response | None:
    """The return that was made of this draft: where whoever comes back to the review belongs once it is sent in."""
    with suppress(CannotSay), adapters().database.read() as session:
        here = visit(session, token)
        wanted = select(Return).join(ReturnQuote, ReturnQuote.id == Return.quote_id)
        own = wanted.where(Return.shop_id == here.draft.shop_id, ReturnQuote.draft_id == here.draft.id)
        made = session.scalars(own.order_by(Return.id.desc()).limit(1)).first()
        if made is not None:
            return onward(here.setting, status_path(adapters().database.keyring, made.shop_id, made.id))
    return None


def _first(lacks: tuple[Lack, ...]) -> FlowStep:
    return min((_STEP_OF[lack.what] for lack in lacks), key=lambda step: step.number)


def _page(
    session: Session,
    here: Visit,
    row: ReturnQuote,
    goods: Goods,
    problems: Problems,
    notice: Phrase | None,
    typed: dict[str, str] | None,
) -> ReviewPage:
    lines = {line.fulfillment_line_id: line for line in here.lines(session)}
    chosen = [lines[each.fulfillment_line_id] for each in here.wish.lines]
    clock = clock_of(session, here, [line.verdict for line in chosen])
    settlements = acceptance.settlements_of(row)
    titles = {line.line_id: plain(line.title, 120) for line in chosen}
    settings, language = here.setting.returns, here.setting.language.code
    methods = [each.method for each in here.wish.lines if each.method]
    kept_only = all(each.outcome is Outcome.KEEP_ITEM for each in here.wish.lines)
    return ReviewPage(
        flow=here.flow(FlowStep.REVIEW, FlowStep.OUTCOME if kept_only else FlowStep.METHOD, problems, notice=notice),
        quote=row.public_id,
        lines=tuple(_line(each, lines[each.fulfillment_line_id], goods) for each in here.wish.lines),
        parts=parts(settlements, titles, clock, named(session, here.draft.shop_id, variants_of(settlements))),
        ways=ways_of(methods, settings),
        instructions=instructions(methods, settings, language),
        delivery=_delivery(here, typed, bool(problems)),
        promises=clock.promises(tuple(each.money_event for each in settlements)),
        change=review_change(session, here, row),
        items_url=here.path(FlowStep.ITEMS),
        outcome_url=here.path(FlowStep.OUTCOME),
        shop_url=here.path(SHOP) if here.wish.shopping else None,
    )


def _line(each: WishLine, line: EligibleLine, goods: Goods) -> ReviewLine:
    return ReviewLine(
        item(line.title, line.variant_title, each.quantity, goods.picture(line.product_id, line.variant_id)),
        tuple(fact for fact in (_why(each), _swap(each, line, goods)) if fact),
    )


def _why(each: WishLine) -> Phrase | str | None:
    return reason_words(each.reason) if each.reason else None


def _swap(each: WishLine, line: EligibleLine, goods: Goods) -> Phrase | None:
    title = dict(goods.variants.get(line.product_id or 0, ())).get(each.replacement_variant_id or 0)
    return phrase("In exchange: {variant}", variant=title) if title else None


def _delivery(here: Visit, typed: dict[str, str] | None, is_open: bool) -> AddressForm | None:
    if not _is_exchange(here):
        return None
    form = address_form(here.order, drafts.delivery_of(here.draft), typed, here.setting.language.code)
    return replace(form, is_locked=not here.is_owner, is_open=is_open or not form.shown)
