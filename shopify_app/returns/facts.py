"""Our rows and what Shopify just said, as the policy wants them: each line with its order and its customer. The order
as it was paid is `as_paid`'s."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from shopify_app.catalogue.models import Collection, CollectionProduct, Product
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import past
from shopify_app.returns.amounts import Rates
from shopify_app.returns.as_paid import paid_order, rates_of
from shopify_app.returns.past import GroupIds
from shopify_app.returns.subjects import CustomerFacts, LineFacts, Notice, OrderFacts, Subject
from shopify_app.returns.surroundings import FINAL_SALE_TAGS, Goods, Parcel, Surroundings
from shopify_app.returns.vocabulary import Standing
from shopify_app.returns.wishes import Wish
from shopify_app.shopify.return_snapshots import (
    ReturnableLine,
    ReturnableOrder,
)
from shopify_app.shops import profile


def subjects(
    order: Order,
    returnable: ReturnableOrder,
    noticed_at: datetime,
    around: Surroundings,
    wish: Wish | None = None,
    *,
    without_return: int | None = None,
    without_group: GroupIds = None,
    without_withdrawal: int | None = None,
) -> tuple[Subject, ...]:
    """One a fulfilment line of which Shopify lets something come back, in its order. Reasons and methods are those of
    `wish`. `LineFacts.returnable` is less what requests and declarations of ours have spoken for."""
    lines = {line.shopify_id: line for line in order.lines}
    sent = [line for line in returnable.lines if line.line_id in lines]
    taken = _taken(around, returnable, without_return, without_group)
    about, customer = order_facts(order, returnable), customer_facts(around, returnable)
    made = {line_id for each in returnable.returns for line_id in each.exchanged}
    declared = around.declared(before=without_withdrawal)
    found = []
    for each in sent:
        line = lines[each.line_id]
        facts = _line_facts(order, line, each, around)
        left = max(0, each.quantity - taken.get(each.fulfillment_line_id, 0))
        named = min(left, declared.get(line.shopify_id, 0))
        declared[line.shopify_id] = declared.get(line.shopify_id, 0) - named
        left -= named
        is_withdrawn = bool(named) and not left
        facts = facts._replace(returnable=left, is_withdrawn=is_withdrawn, is_exchange=line.shopify_id in made)
        found.append(Subject(facts, about, customer, _notice(noticed_at, each, wish)))
    return tuple(found)


def order_facts(order: Order, returnable: ReturnableOrder | None = None) -> OrderFacts:
    """The order for the policy; without Shopify's word of today, by what it told of the order last."""
    rates = rates_of(returnable) if returnable else Rates(order.currency, order.shop_currency, order.rate)
    return OrderFacts(
        placed_at=order.placed_at,
        value=order.money(order.total),
        rates=rates,
        zone=order.shop.timezone,
        country=order.country,
        markets=profile.markets_to(order.shop, order.country, order.province),
        channel=order.channel,
        is_company=order.is_company or bool(returnable and returnable.is_company),
        discount_codes=frozenset(order.discount_codes),
        has_duties=bool(returnable and returnable.has_duties),
        is_cancelled=order.cancelled_at is not None or bool(returnable and returnable.is_cancelled),
    )


def customer_facts(around: Surroundings, returnable: ReturnableOrder) -> CustomerFacts | None:
    """The order's customer over all their orders; a guest is nobody, unless their address is on a list."""
    customer, standing = around.customer, around.standing
    if customer is None:
        return None if standing is Standing.NEITHER else CustomerFacts(standing=standing)
    rates = rates_of(returnable)
    record = past.record_from(around.record, rates)
    return CustomerFacts(
        tags=frozenset(customer.tags),
        order_count=customer.order_count,
        return_count=record.count,
        return_value=record.value,
        bonus_received=past.bonus_received(past.grants_from(around.grants, rates), rates),
        standing=standing,
    )


def goods(session: Session, shop_id: int, product_ids: Iterable[int | None]) -> dict[int, Goods]:
    """By Shopify's product id; products that we do not know are left out."""
    wanted = [each for each in product_ids if each]
    products = session.scalars(select(Product).where(Product.shop_id == shop_id, Product.shopify_id.in_(wanted))).all()
    within: dict[int, set[int]] = {}
    for product_id, collection_id in session.execute(
        select(CollectionProduct.product_id, Collection.shopify_id)
        .join(Collection, Collection.id == CollectionProduct.collection_id)
        .where(CollectionProduct.shop_id == shop_id, CollectionProduct.product_id.in_([p.id for p in products]))
    ):
        within.setdefault(product_id, set()).add(collection_id)
    return {
        p.shopify_id: Goods(frozenset(p.tags), p.product_type or None, p.vendor, frozenset(within.get(p.id, ())))
        for p in products
    }


def unit_price(order: Order, line: OrderLine) -> Money:
    """One unit's price after its discounts, as the shopper saw it; half up."""
    return price_of_one(line.unit_price, line.quantity, line.discount, order.currency)


def price_of_one(price: int, quantity: int, discount: int, currency: str) -> Money:
    """The same from the line's numbers, in minor units."""
    paid = price * quantity - discount
    return Money((2 * paid + quantity) // (2 * quantity) if quantity else price, currency)


def _line_facts(order: Order, line: OrderLine, sent: ReturnableLine, around: Surroundings) -> LineFacts:
    stock = around.goods.get(line.product_shopify_id or 0, Goods())
    parcel = around.parcels.get(sent.fulfillment_id, Parcel(None, None, None))
    return LineFacts(
        line_id=line.shopify_id,
        price_paid=unit_price(order, line),
        product_id=line.product_shopify_id,
        variant_id=line.variant_shopify_id,
        product_tags=stock.tags,
        collection_ids=stock.collections,
        product_type=stock.type,
        vendor=stock.vendor or line.vendor,
        is_discounted=line.discount > 0,
        is_final_sale=stock.is_final_sale,
        is_gift_card=line.is_gift_card,
        fulfilled_at=parcel.shipped_at or sent.fulfilled_at,
        delivered_at=parcel.delivered_at or sent.delivered_at,
        delivery_known_at=parcel.known_at,
    )


def _taken(
    around: Surroundings, returnable: ReturnableOrder, without_return: int | None, without_group: GroupIds
) -> dict[int, int]:
    """Units in requests of ours that Shopify does not know of yet; those it knows it counts itself."""
    known = {made.shopify_id for made in returnable.returns}
    taken: dict[int, int] = {}
    left_out = past.ids_of(without_group)
    for each in around.spoken_for:
        is_asked = each.return_id != without_return and each.group_id not in left_out
        if is_asked and returnable.return_of(each.shopify_return_id, each.created_by) not in known:
            taken[each.fulfillment_line_id] = taken.get(each.fulfillment_line_id, 0) + each.quantity
    return taken


def _notice(noticed_at: datetime, sent: ReturnableLine, wish: Wish | None) -> Notice:
    line = wish.line(sent.fulfillment_line_id) if wish else None
    return Notice(noticed_at, line.reason, line.method) if line else Notice(noticed_at)


__all__ = [
    "FINAL_SALE_TAGS", "Goods", "customer_facts", "goods", "order_facts", "paid_order", "price_of_one", "rates_of",
    "subjects", "unit_price",
]  # fmt: skip
