"""The shop inside a return: the cart of an exchange, what it comes to, and what else there is; all without script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.catalogue import search
from shopify_app.i18n import phrase
from shopify_app.money import Money
from shopify_app.pages.return_cart import named
from shopify_app.pages.return_page import Flow, FlowStep, Problems
from shopify_app.pages.return_shop import (
    ProductPage,
    ShopPage,
    best_first,
    cart_lines,
    lead_of,
    total_of,
)
from shopify_app.pages.texts import plain
from shopify_app.returns import acceptance, apart, drafts, stock
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import StockGone
from shopify_app.returns.replacements import unsold
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import MOST_OF_ONE, Wish, WrongWish, most_new
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import CannotSay, onward
from shopify_app.storefront.returns_choice import SHOP, back_to
from shopify_app.storefront.returns_offers import (
    SOLD_OUT,
    Stocked,
    decided,
    look_at_stock,
    quoted,
    tried,
    undecided,
)
from shopify_app.storefront.returns_shelf import Shelf, cards_of, look_at_variants, prices_of, product_page
from shopify_app.storefront.returns_visit import FRESH, Visit, listen, show, visit

CHOOSE_ITEM = phrase("Please choose at least one item.")
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Purpose:
    """What is shopped for: one outcome's lines with their cart, the settlement as far as it is known, and what may be
    taken in its place if what is due is not paid, with its worth. `gone` are variants in the cart that cannot be
    had."""

    outcome: Outcome
    wish: Wish
    settlement: Settlement
    ways: Mapping[Outcome, Money]
    gone: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the cart can be gone on with."""
        return not self.settlement.is_open and not self.gone


@proxied.get("/returns/<token>/shop")
def shop(token: str) -> Response:
    """The cart, and what there is to choose."""
    return answered(token, lambda: shop_page(token, []))


@proxied.post("/returns/<token>/shop")
def shop_done(token: str) -> Response:
    """Goes on with the cart as it is; remembers what is to happen if a balance is not paid."""

    def go_on() -> Response:
        with adapters().database.read() as session:
            here = visit(session, token)
        stocked = look_at_stock(token, FRESH)
        with adapters().database.read() as session:
            here = visit(session, token)
            found = _purpose(session, here, stocked)
        if found.settlement.is_open or found.gone:
            return shop_page(token, [("cart", SOLD_OUT if found.gone else CHOOSE_ITEM)], 422)
        with adapters().database.write() as session:
            draft = visit(session, token).draft
            wish = drafts.wish_of(draft)
            drafts.keep_wish(draft, replace(wish, instead=_instead(found)))
        if here.wish.empty_carts:
            return onward(here.setting, f"{here.base}/{SHOP}", **{"for": here.wish.empty_carts[0]})
        return onward(here.setting, f"{here.base}/{FlowStep.METHOD}")

    return answered(token, go_on)


@proxied.get("/returns/<token>/shop/<int:product_id>")
def product(token: str, product_id: int) -> Response:
    """One product: its variants by live stock."""
    return answered(token, lambda: product_of(token, product_id, []))


def answered(token: str, answer: Callable[[], Response]) -> Response:
    """The answer of a page; where nothing can be shopped for (any more), an earlier step."""
    try:
        listen(token)
        with adapters().database.read() as session:
            here = visit(session, token)
        if not here.wish.shopping:
            return onward(here.setting, f"{here.base}/{FlowStep.OUTCOME}")
        return answer()
    except NotEligible:
        return back_to(token, FlowStep.OUTCOME)
    except (WrongWish, StockGone):
        return back_to(token, FlowStep.ITEMS, changed="1")


def shop_page(token: str, problems: Problems, status: int = 200) -> Response:
    stocked = look_at_stock(token, FRESH)
    with adapters().database.read() as session:
        here = visit(session, token)
        found = _purpose(session, here, stocked)
        shelf = _shelf(session, here, found)
    prices = prices_of(here, [each.variant_id for each in shelf.found])
    with adapters().database.read() as session:
        page = _page(session, here, found, shelf, prices, problems)
    return show(here, "return_shop.html", page, SHOP, status)


def _page(
    session: Session, here: Visit, found: Purpose, shelf: Shelf, prices: Mapping[int, Money], problems: Problems
) -> ShopPage:
    goods = found.wish.cart_of(found.outcome)
    known = named(session, here.draft.shop_id, {each.variant_id for each in goods})
    units = sum(line.quantity for line in found.wish.lines)
    query = {"for": str(found.outcome)} | shelf.query()
    lang = here.path("").partition("?")[2]
    return ShopPage(
        flow=_flow(here, problems),
        purpose=found.outcome,
        base=here.action(SHOP),
        lead=lead_of(found.settlement, found.outcome, units),
        cart=cart_lines(goods, found.settlement, known, found.gone),
        total=total_of(found.settlement, found.ways, here.wish.instead) if found.is_whole else None,
        search=shelf.search,
        cards=cards_of(here, shelf, prices, found.outcome),
        more_url=_address(here, query | {"page": str(shelf.page + 1)}, lang) if shelf.has_more else None,
        most=min(MOST_OF_ONE, most_new(found.wish, found.outcome)),
    )


def product_of(token: str, product_id: int, problems: Problems, status: int = 200) -> Response:
    with adapters().database.read() as session:
        here = visit(session, token)
        outcome = outcome_of(here.wish)
        known = search.product_on_sale(session, here.draft.shop_id, product_id)
        variants = [each.shopify_id for each in known.variants] if known else []
    if known is None:
        raise CannotSay(404)
    prices = prices_of(here, variants)
    live = look_at_variants(here, variants)
    stocked = look_at_stock(token, FRESH)
    with adapters().database.read() as session:
        here = visit(session, token)
        aside = stock.held(session, here.draft.shop_id, variants, here.setting.now, but_return=here.draft.changes_id)
        found = _purpose(session, here, stocked)
        units = sum(line.quantity for line in found.wish.lines)
        page: ProductPage = product_page(
            replace(_flow(here, problems), back=_address(here, {"for": str(outcome)}, "")),
            known, prices, live, aside, here.action(SHOP), outcome,
        )  # fmt: skip
        most = min(MOST_OF_ONE, most_new(found.wish, outcome))
        page = replace(page, lead=lead_of(found.settlement, outcome, units), most=most)
    return show(here, "return_product.html", page, f"{SHOP}/{product_id}", status)


def _flow(here: Visit, problems: Problems) -> Flow:
    flow = here.flow(FlowStep.OUTCOME, FlowStep.OUTCOME, problems)
    notice = phrase("Something you chose has just sold out.") if "gone" in request.args else None
    return replace(flow, action=here.action(SHOP), notice=notice)


def _purpose(session: Session, here: Visit, stocked: Stocked) -> Purpose:
    """What the page is for, priced. Raises NotEligible where the outcome cannot be had, and what `offers.price`
    raises."""
    outcome = outcome_of(here.wish)
    own = here.wish.only(outcome)
    plain_quote = tried(session, here, undecided(own), stocked.live)
    settlement, ways, gone = plain_quote.option(outcome).settlements[0], {}, ()
    if own.cart and stocked.carts.get(outcome):
        whole = decided(here.wish)
        priced = quoted(session, here, whole if whole.only(outcome).lines else own, stocked)
        settled = acceptance.settlements_of(priced)
        settlement = next((each for each in settled if each.outcome is outcome), settlement)
        ways = best_first(apart.worth_of(priced, outcome))
    elif own.cart:
        gone = _gone(session, here, own, stocked)
    return Purpose(outcome, own, settlement, ways, gone)


def _gone(session: Session, here: Visit, own: Wish, stocked: Stocked) -> tuple[int, ...]:
    """The items of the cart that cannot be had: those that are sold out, or all where it is not known which."""
    variants = [each.variant_id for each in own.cart]
    off = unsold(session, here.draft.shop_id, variants)
    if off:
        return off
    try:
        quoted(session, here, own, stocked)
    except StockGone as gone:
        return gone.variant_ids
    except WrongWish:
        pass
    return tuple(variants)


def _shelf(session: Session, here: Visit, found: Purpose) -> Shelf:
    chosen = {line.line_id for line in found.wish.lines}
    products = [line.product_shopify_id for line in here.order.lines if line.shopify_id in chosen]
    words = plain(request.args.get("q"), LONGEST_SEARCH)
    inside = request.args.get("in", "")
    collection = int(inside) if inside.isdecimal() and len(inside) <= 18 else None
    page = request.args.get("page", "0")
    number = int(page) if page.isdecimal() and len(page) <= 4 else 0
    return Shelf.of(session, here.draft.shop_id, words, collection, number, products)


def outcome_of(wish: Wish) -> Outcome:
    """The outcome that is shopped for: as the address or form says, else the first whose cart is empty."""
    typed = request.form.get("for") or request.args.get("for")
    named_one = next((each for each in wish.shopping if each == typed), None)
    return named_one or next(iter(wish.empty_carts or wish.shopping))


def _instead(found: Purpose) -> Outcome | None:
    """What the shopper takes if they do not pay: as chosen, else what is worth most; nothing where nothing is due."""
    typed = request.form.get("instead", "")
    return next((way for way in found.ways if way == typed), next(iter(found.ways), None))


def _address(here: Visit, query: Mapping[str, str], lang: str) -> str:
    return f"{here.action(SHOP)}?{'&'.join(part for part in (urlencode(query), lang) if part)}"
