"""A return that somebody of the shop makes for its customer: priced with Shopify's word of just now, and made and
approved from the very quote that was shown. No transaction is open while Shopify is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Database, Session
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, offers, requests
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import Return, ReturnQuote
from shopify_app.returns.replacements import swapped_for, with_costs
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.shop_now import shopping
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import MoneyEvent
from shopify_app.returns.wishes import Wish, from_json
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.return_snapshots import ReasonSnapshot, ReturnableOrder, VariantStock

Live = Mapping[int, VariantStock]
Sizes = Mapping[int, tuple[tuple[int, str], ...]]
"""The variants of a product with their titles, in the shop's order, by Shopify's id of the product."""


class NotShown(Exception):
    """Shopify has deleted the order, or our token does not reach it."""


class MoneyReserved(Exception):
    """The quote is paid as soon as its return is approved, and whoever would approve it may not move money."""


@dataclass(frozen=True)
class Known:
    """An order with what Shopify says of it just now."""

    order: Order
    returnable: ReturnableOrder
    lines: tuple[EligibleLine, ...]
    reasons: tuple[ReasonSnapshot, ...]
    sizes: Sizes


@dataclass(frozen=True)
class Made:
    """The return; where a replacement is gone it was not approved, and waits for the customer to choose another."""

    ret: Return
    is_approved: bool


def know(database: Database, admin: AdminAPI, order: Order, now: datetime) -> Known:
    """What can come back of the order, read afresh at Shopify and then here. Raises NotShown and ShopifyError."""
    returnable, reasons = admin.returnable_order(order.shopify_id), admin.return_reasons()
    with database.read() as session:
        wanted = select(Order).where(Order.id == order.id, Order.deleted_at.is_(None))
        found = session.scalars(wanted.options(joinedload(Order.lines), joinedload(Order.shop))).unique().one_or_none()
        if returnable is None or found is None:
            raise NotShown
        lines = offers.eligible(session, found, returnable, now)
        return Known(found, returnable, lines, reasons, sizes_of(session, found.shop_id, lines))


def sizes_of(session: Session, shop_id: int, lines: Iterable[EligibleLine]) -> Sizes:
    """The variants of each product of the lines; a product that the catalogue does not know is left out."""
    products = {line.product_id for line in lines if line.product_id}
    rows = session.execute(
        select(Product.shopify_id, Variant.shopify_id, Variant.title)
        .join(Variant, Variant.product_id == Product.id)
        .where(Product.shop_id == shop_id, Product.shopify_id.in_(products))
        .order_by(Variant.position)
    )
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for product, variant, title in rows:
        found[product] = (*found.get(product, ()), (variant, title))
    return found


def price(
    database: Database, admin: AdminAPI, order_id: int, returnable: ReturnableOrder, wish: Wish, now: datetime
) -> ReturnQuote:
    """The stored quote of the wish, its new items as Shopify prices them; `order_id` is ours. Raises ShopifyError and
    what `offers.price` raises."""
    live = priced_stock(admin, returnable, wish)

    def priced(session: Session, carts: offers.Carts) -> ReturnQuote:
        order = session.get_one(Order, order_id, options=(joinedload(Order.lines), joinedload(Order.shop)))
        return offers.price(session, order, returnable, wish, now, live=live, carts=carts)

    return stored(database, admin, returnable, wish, priced)


def make(
    database: Database,
    admin: AdminAPI,
    order: Order,
    public_id: str,
    now: datetime,
    *,
    staff: str | None,
    may_pay: bool,
) -> Made:
    """Accepts the order's quote that was shown, once, and approves the return; one that was approved before stays as it
    is. `may_pay`: whether this member of staff may move money. Raises MoneyReserved, ShopifyError and what
    `requests.submit` raises; nothing was made then."""
    with database.read() as session:
        own = ReturnQuote.shop_id == order.shop_id, ReturnQuote.order_id == order.id
        quote = session.scalar(select(ReturnQuote).where(*own, ReturnQuote.public_id == public_id))
    if quote is not None and pays_at_once(quote) and not may_pay:
        raise MoneyReserved
    live = stock_of(admin, from_json(quote.wish)) if quote is not None else None
    with database.write() as session:
        ret = requests.submit(session, order.shop_id, public_id, Actor.MERCHANT, now, order_id=order.id, staff=staff)
        if ret.approved_at is not None:
            return Made(ret, True)
        return Made(ret, requests.approve(session, ret, Actor.MERCHANT, now, staff=staff, live=live).is_approved)


def pays_at_once(quote: ReturnQuote) -> bool:
    """Whether money moves as soon as the return is approved."""
    return any(each.money_event is MoneyEvent.APPROVAL for each in acceptance.settlements_of(quote))


def stored(
    database: Database,
    admin: AdminAPI,
    returnable: ReturnableOrder,
    wish: Wish,
    priced: Callable[[Session, offers.Carts], ReturnQuote],
) -> ReturnQuote:
    """What `priced` makes of the wish once Shopify has priced its new items, stored. Raises ShopifyError and what
    `priced` raises."""

    def settled(carts: offers.Carts) -> tuple[Settlement, ...]:
        with database.read() as session:
            return acceptance.settlements_of(priced(session, carts))

    carts: offers.Carts = {}
    if wish.shopping:
        settled({})  # what cannot be had is refused before Shopify is asked for its price
        carts = shopping.carts_of(admin, returnable.order_id, returnable.currency, wish, settled)
    with database.read() as session:
        quote = priced(session, carts)
    with database.write() as session:
        return offers.keep(session, quote)


def stock_of(admin: AdminAPI, wish: Wish) -> Live | None:
    """Shopify's stock of what the wish would take; None, and nobody is asked, where that is nothing."""
    wanted = sorted(offers.units_wanted(wish))
    return admin.variant_stock(wanted) if wanted else None


def priced_stock(admin: AdminAPI, returnable: ReturnableOrder, wish: Wish) -> Live | None:
    """`stock_of`, with what replacements cost within the order: what a wish is priced from. Raises ShopifyError."""
    live = stock_of(admin, wish)
    return live if live is None else with_costs(admin, returnable, swapped_for(wish), live)
