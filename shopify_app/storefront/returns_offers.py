"""What a draft's page may offer right now: quotes priced from what Shopify said a moment ago, and live stock."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.return_dates import Clock
from shopify_app.pages.return_goods import Goods, goods_of
from shopify_app.pages.return_outcomes import Offered, Swap
from shopify_app.returns import acceptance, drafts, offers, published, quotes, stock
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import PricesMoved, StockGone
from shopify_app.returns.replacements import swapped_for, with_costs
from shopify_app.returns.rules import in_force
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.shop_now import shopping
from shopify_app.returns.verdicts import Verdict
from shopify_app.returns.vocabulary import EXCHANGES, Approval
from shopify_app.returns.wishes import Wish, WishLine, Wrong, WrongWish
from shopify_app.shopify.errors import QueryRefused
from shopify_app.shopify.return_snapshots import VariantStock
from shopify_app.shopify.transport import WEB
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import asking_shopify
from shopify_app.storefront.returns_visit import JUST_NOW, Visit, listen, visit

SAME_PAGE = timedelta(minutes=5)
"""A quote made so shortly ago, from the same facts, is shown again instead of a new one."""
Live = Mapping[int, VariantStock]

TOO_MUCH = phrase("That is more than one return can hold. Please send in several.")
_WRONG: dict[Wrong, Phrase] = {
    Wrong.NOTHING_CHOSEN: phrase("Please choose at least one item."),
    Wrong.TOO_MANY_LINES: TOO_MUCH,
    Wrong.TOO_MANY_SWAPPED: TOO_MUCH,
    Wrong.CHOSEN_TWICE: phrase("An item was chosen twice. Please check your items."),
    Wrong.NOT_A_QUANTITY: phrase("Please choose how many."),
    Wrong.FOREIGN_LINE: phrase("One of the items cannot come back any more. Please check your items."),
    Wrong.FOREIGN_VARIANT: phrase("Please choose one of the sizes or colours in the list."),
    Wrong.TWO_REPLACEMENTS: phrase("Please choose the same replacement for all of one item."),
    Wrong.NOT_FOR_SALE: phrase("Something you chose is no longer for sale. Please choose another."),
    Wrong.TOO_MANY_NEW: phrase("That is more than can be chosen here. Please choose fewer."),
}
SOLD_OUT = phrase("This one has just sold out. Please choose another.")


@dataclass(frozen=True)
class Stocked:
    """What the chosen items could be swapped for, and what Shopify has now of it and of what is in a cart."""

    goods: Goods
    live: Live
    carts: offers.Carts = field(default_factory=dict)


def wrong_words(wrong: WrongWish) -> Phrase:
    """The sentence for a wish that cannot be priced."""
    if wrong.wrong is Wrong.TOO_MANY_UNITS:
        return phrase_n(
            "Only {count} of it can still come back.", "Only {count} of them can still come back.", wrong.left
        )
    return _WRONG[wrong.wrong]


def look_at_stock(token: str, fresh: timedelta = JUST_NOW) -> Stocked:
    """Reads the stock of what the chosen items could be swapped for and of the new items in carts, and what Shopify
    says of these carts and of the replacements chosen; with no transaction open. Raises CannotSay."""
    with adapters().database.read() as session:
        here = visit(session, token)
        chosen = {line.line_id for line in here.wish.lines}
        products = [line.product_shopify_id for line in here.order.lines if line.shopify_id in chosen]
        goods = goods_of(session, here.draft.shop_id, products)
        shop_id = here.draft.shop_id
        ids = tuple({*goods.variant_ids(), *offers.units_wanted(here.wish)})
    if not ids:
        return Stocked(goods, {})
    with asking_shopify():
        admin = adapters().admin(shop_id, WEB)
        live = with_costs(admin, here.returnable, swapped_for(here.wish), admin.variant_stock(ids))
        return Stocked(goods, live, look_at_carts(token, live, fresh) if here.wish.shopping else {})


def look_at_carts(token: str, live: Live, fresh: timedelta) -> offers.Carts:
    """What Shopify says of the draft's carts: as it was kept within `fresh`, and asked what else is needed; with no
    transaction open. Raises ShopifyError. Of a cart with something that is gone it says nothing."""
    with adapters().database.read() as session:
        here = visit(session, token)
        kept, at = drafts.carts_of(here.draft), here.draft.carts_at
    wish = decided(here.wish)
    is_fresh = at is not None and timedelta(0) <= here.setting.now - at < fresh
    kept = {each: cart for each, cart in kept.items() if is_fresh and offers.is_of(cart, wish.cart_of(each))}

    def settled(known: offers.Carts) -> tuple[Settlement, ...]:
        with adapters().database.read() as session:
            here = visit(session, token)
            return acceptance.settlements_of(_price(session, here, wish, live, known))

    try:
        admin, order = adapters().admin(here.draft.shop_id, WEB), here.order.shopify_id
        carts = shopping.carts_of(admin, order, here.returnable.currency, wish, settled, kept)
    except (QueryRefused, StockGone, WrongWish, NotEligible):
        return {}  # pricing the wish says why, and of which item
    if carts != kept:
        _remember(token, carts, here.setting.now if not kept else at)
    return carts


def _remember(token: str, carts: offers.Carts, at: datetime | None) -> None:
    with adapters().database.write() as session:
        drafts.keep_carts(visit(session, token).draft, carts, at)


def decided(wish: Wish) -> Wish:
    """The lines for which everything is chosen."""
    whole = tuple(line for line in wish.lines if replace(wish, lines=(line,)).is_decided)
    return replace(wish, lines=whole)


def priced(session: Session, here: Visit, wish: Wish, live: Live, carts: offers.Carts | None = None) -> ReturnQuote:
    """The quote of `wish`: the stored one of a moment ago if nothing has changed, else a new one, which `keep` stores.
    Raises what `offers.price` raises."""
    last = session.scalar(
        select(ReturnQuote)
        .where(
            ReturnQuote.shop_id == here.draft.shop_id,
            ReturnQuote.draft_id == here.draft.id,
            ReturnQuote.accepted_at.is_(None),
            ReturnQuote.made_at > here.setting.now - SAME_PAGE,
            ReturnQuote.made_at >= (here.draft.facts_at or here.setting.now),
        )
        .order_by(ReturnQuote.id.desc())
        .limit(1)
    )
    made = _price(session, here, wish, live, carts)
    return last if last is not None and _says(last) == _says(made) else made


def _says(quote: ReturnQuote) -> tuple[object, ...]:
    """What two quotes of the same facts have in common; the settlements for what only Shopify knows of new goods."""
    new = [(each["cart"], each["new_total"]) for each in quote.settlements if each["outcome"] in EXCHANGES]
    return quote.digest, quote.options.get("lacks"), quote.options.get("version"), new


def keep(quote: ReturnQuote) -> None:
    """Stores a quote that was not stored yet; with no transaction open, before its page is shown."""
    if quote.id is None:
        with adapters().database.write() as session:
            offers.keep(session, quote)


def check_carts(token: str, public_id: str) -> None:
    """Asks Shopify once more what the new items of a quote cost and whether they are there: our copy of its catalogue
    may be a moment behind. Raises PricesMoved, StockGone, CannotSay."""
    with adapters().database.read() as session:
        here = visit(session, token)
        wanted = select(ReturnQuote).where(ReturnQuote.draft_id == here.draft.id, ReturnQuote.public_id == public_id)
        quote = session.scalar(wanted.where(ReturnQuote.accepted_at.is_(None)))
    if quote is None or not any(each.get("cart") for each in quote.settlements) or not here.wish.shopping:
        return
    listen(token, JUST_NOW)
    stocked = look_at_stock(token, timedelta(0))
    with adapters().database.read() as session:
        here = visit(session, token)
        made = priced(session, here, here.wish, stocked.live, stocked.carts)
    if made.public_id != public_id:
        raise PricesMoved


def tried(session: Session, here: Visit, wish: Wish, live: Live) -> quotes.Quote:
    """A price that is kept nowhere. Raises what `offers.price` raises."""
    return quotes.from_stored(_price(session, here, wish, live).options)


def quoted(session: Session, here: Visit, wish: Wish, stocked: Stocked) -> ReturnQuote:
    """A wish with its settlements, kept nowhere. Raises what `offers.price` raises."""
    return _price(session, here, wish, stocked.live, stocked.carts)


def _price(session: Session, here: Visit, wish: Wish, live: Live, carts: offers.Carts | None = None) -> ReturnQuote:
    return offers.price(
        session,
        here.order,
        here.returnable,
        wish,
        here.setting.now,
        draft_id=here.draft.id,
        live=live,
        carts=carts,
        part=here.change,
        noticed_at=here.change.noticed_at if here.change else None,
    )


def undecided(wish: Wish) -> Wish:
    """The items without what was chosen for them: what all outcomes are priced for."""
    plain = replace(wish, cart=(), instead=None)
    return plain.changed(lambda line: replace(line, outcome=None, replacement_variant_id=None, method=None))


def offered(session: Session, here: Visit, row: ReturnQuote, stocked: Stocked) -> Offered:
    """Everything that the outcomes page is made of."""
    lines = {line.fulfillment_line_id: line for line in here.lines(session) if line.fulfillment_line_id}
    chosen = {each.fulfillment_line_id: lines[each.fulfillment_line_id] for each in here.wish.lines}
    single = {}
    if len(here.wish.lines) > 1:
        for each in undecided(here.wish).lines:
            with suppress(WrongWish, NotEligible, StockGone):
                single[each.fulfillment_line_id] = tried(session, here, Wish((each,)), stocked.live)
    return Offered(
        quote=quotes.from_stored(row.options),
        public_id=row.public_id,
        lines=chosen,
        swaps={each.fulfillment_line_id: swaps(session, here, each, lines, stocked) for each in here.wish.lines},
        goods=stocked.goods,
        clock=clock_of(session, here, [line.verdict for line in chosen.values()]),
        taxes_included=here.order.taxes_included,
        single=single,
    )


def swaps(
    session: Session, here: Visit, each: WishLine, lines: Mapping[int, EligibleLine], stocked: Stocked
) -> tuple[Swap, ...]:
    """Variants of the same product that are there for all units: other ones, and the same again where it was our
    mistake."""
    line = lines[each.fulfillment_line_id]
    ids = [id for id, _ in stocked.goods.variants.get(line.product_id or 0, ())]
    aside = stock.held(session, here.draft.shop_id, ids, here.setting.now, but_return=here.draft.changes_id)
    aside = here.change.with_others({id: aside.get(id, 0) for id in ids}) if here.change else aside
    return swaps_for(line, each.quantity, stocked, aside)


def swaps_for(line: EligibleLine, quantity: int, stocked: Stocked, aside: Mapping[int, int]) -> tuple[Swap, ...]:
    """Of the variants of the line's product those of which `quantity` are left besides what is kept `aside`."""
    found = []
    for id, title in stocked.goods.variants.get(line.product_id or 0, ()):
        have = stocked.live.get(id)
        if have is None or (id == line.variant_id and not line.verdict.merchant_at_fault):
            continue
        if have.has(quantity + aside.get(id, 0)):
            tracked = have.available is not None and not have.sells_when_out
            found.append(Swap(id, title, (have.available or 0) - aside.get(id, 0) if tracked else None))
    return tuple(found)


def clock_of(session: Session, here: Visit, verdicts: list[Verdict]) -> Clock:
    """The dates that follow from today for these lines."""
    stamped = in_force(published.versions(session, here.draft.shop_id), here.order.placed_at)
    return Clock(
        here=here.setting.here,
        settings=here.setting.returns,
        country=here.setting.shop.country,
        transit_days=stamped.policy.transit_days(here.order.country),
        at_once=bool(verdicts) and all(verdict.approval is Approval.AT_ONCE for verdict in verdicts),
    )
