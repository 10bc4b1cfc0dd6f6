"""Our rows and what Shopify just said, as the pure parts want them: the order as paid, and each line for the policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from shopify_app.catalogue.models import Collection, CollectionProduct, Product
from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.events import Event
from shopify_app.money import Money, total
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import balances, past
from shopify_app.returns.amounts import Rates
from shopify_app.returns.paid import PaidOrder
from shopify_app.returns.past import GroupIds, PastGroup
from shopify_app.returns.standing import standing_of
from shopify_app.returns.subjects import CustomerFacts, LineFacts, Notice, OrderFacts, Subject
from shopify_app.returns.tenders import Tender, after
from shopify_app.returns.units import PaidLine
from shopify_app.returns.vocabulary import Standing, TenderKind
from shopify_app.returns.wishes import Wish
from shopify_app.shipments.models import Shipment
from shopify_app.shopify.return_snapshots import (
    GIFT_CARD_GATEWAY,
    HOLDING,
    STORE_CREDIT_GATEWAY,
    ReturnableLine,
    ReturnableOrder,
    TenderSnapshot,
)
from shopify_app.shops import profile

FINAL_SALE_TAGS = frozenset({"final sale", "final-sale", "final_sale", "finalsale"})
"""Tags of a product, in any case, that exclude it from voluntary returns."""
_KINDS = {GIFT_CARD_GATEWAY: TenderKind.GIFT_CARD, STORE_CREDIT_GATEWAY: TenderKind.STORE_CREDIT}


@dataclass(frozen=True)
class Goods:
    """What the catalogue says of a product today; nothing for one that is gone."""

    tags: frozenset[str] = frozenset()
    type: str | None = None
    vendor: str | None = None
    collections: frozenset[int] = frozenset()

    @property
    def is_final_sale(self) -> bool:
        """Whether a tag says so."""
        return any(tag.casefold() in FINAL_SALE_TAGS for tag in self.tags)


def paid_order(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    *,
    without_group: GroupIds = None,
    without_return: int | None = None,
) -> PaidOrder:
    """The order as it was paid and what has happened to it since. `without_group` (ids of release groups) is left out
    of its past, to price those again; `without_return` a whole return of ours."""
    groups = past.groups_of(session, order, without_return)
    rates = rates_of(returnable)
    without = past.ids_of(without_group)
    tenders, refundable = _left(returnable, [each for each in groups if each.group_id not in without])
    later = balances.payments_of(session, order.id)
    tenders = tuple(replace(each, kind=TenderKind.BALANCE) if each.tender_id in later else each for each in tenders)
    earlier = past.acceptances(groups, without) + past.fee_elsewhere(session, without, groups)
    return PaidOrder(
        order_id=order.id,
        rates=rates,
        taxes_included=order.taxes_included,
        lines=tuple(_paid_line(order, line, returnable, groups) for line in order.lines if line.quantity > 0),
        tenders=tenders,
        refundable=refundable,
        earlier=earlier,
        grants=past.grants_of(session, order, rates, without_group, without_return),
        has_customer=returnable.has_customer,
        is_company=returnable.is_company,
        gives_credit=returnable.credit.is_possible,
        has_duties=returnable.has_duties,
        own_share=_own_share(session, order, returnable),
    )


def subjects(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    noticed_at: datetime,
    wish: Wish | None = None,
    *,
    without_return: int | None = None,
    without_group: GroupIds = None,
) -> tuple[Subject, ...]:
    """One a fulfilment line of which Shopify lets something come back, in its order. Reasons and methods are those of
    `wish`. `LineFacts.returnable` is less what requests of ours have spoken for."""
    lines = {line.shopify_id: line for line in order.lines}
    sent = [line for line in returnable.lines if line.line_id in lines]
    stock = goods(session, order.shop_id, {lines[s.line_id].product_shopify_id for s in sent})
    parcels = _parcels(session, order)
    taken = _taken(session, order, returnable, without_return, without_group)
    about, customer = order_facts(order, returnable), customer_facts(session, order, returnable)
    made = {line_id for each in returnable.returns for line_id in each.exchanged}
    found = []
    for each in sent:
        line = lines[each.line_id]
        facts = _line_facts(order, line, each, stock.get(line.product_shopify_id or 0, Goods()), parcels)
        left = max(0, each.quantity - taken.get(each.fulfillment_line_id, 0))
        facts = replace(facts, returnable=left, is_exchange=line.shopify_id in made)
        found.append(Subject(facts, about, customer, _notice(noticed_at, each, wish)))
    return tuple(found)


def rates_of(returnable: ReturnableOrder) -> Rates:
    """The order's two currencies."""
    return Rates(returnable.currency, returnable.shop_currency, returnable.rate)


def order_facts(order: Order, returnable: ReturnableOrder | None = None) -> OrderFacts:
    """The order for the policy; without Shopify's word, rates between currencies are unknown."""
    rates = rates_of(returnable) if returnable else Rates(order.currency, order.shop_currency)
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


def customer_facts(session: Session, order: Order, returnable: ReturnableOrder) -> CustomerFacts | None:
    """The order's customer over all their orders; a guest is nobody, unless their address is on a list."""
    customer = session.get(Customer, order.customer_id) if order.customer_id else None
    standing = standing_of(session, order.shop_id, customer.shopify_id if customer else None, order.email_hash)
    if customer is None:
        return None if standing is Standing.NEITHER else CustomerFacts(standing=standing)
    rates = rates_of(returnable)
    record = past.record_of(session, customer.id, rates, order.shop_id)
    grants = past.grants_of(session, order, rates)
    return CustomerFacts(
        tags=frozenset(customer.tags),
        order_count=customer.orders_count,
        return_count=record.count,
        return_value=record.value,
        bonus_received=past.bonus_received(grants, rates),
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
    return price_of_one(order, line.unit_price, line.quantity, line.discount)


def price_of_one(order: Order, price: int, quantity: int, discount: int) -> Money:
    """The same from the line's numbers, in minor units."""
    paid = price * quantity - discount
    return order.money((2 * paid + quantity) // (2 * quantity) if quantity else price)


def _paid_line(order: Order, line: OrderLine, returnable: ReturnableOrder, groups: tuple[PastGroup, ...]) -> PaidLine:
    return PaidLine(
        line_id=line.shopify_id,
        quantity=line.quantity,
        unit_price=order.money(line.unit_price),
        discount=order.money(line.discount),
        tax=order.money(sum(part["amount"] for part in line.taxes)),
        gone=_gone(line, returnable, groups),
    )


def _gone(line: OrderLine, returnable: ReturnableOrder, groups: tuple[PastGroup, ...]) -> int:
    """Units that left by no acceptance of ours: removed by an edit, refunded at Shopify, or in a return that was begun
    there. What our own returns have processed is Shopify's count less theirs."""
    ours = {each.shopify_return_id for each in groups if each.settlement is not None}
    count = next((each for each in returnable.counts if each.line_id == line.shopify_id), None)
    left = count.quantity - count.current if count else line.quantity - line.current_quantity
    left -= _taken_off(line, groups)
    held = 0
    for made in returnable.returns:
        for each in made.lines:
            if each.line_id != line.shopify_id:
                continue
            if made.shopify_id in ours:
                left -= each.processed
            elif made.status in HOLDING:
                held += each.quantity - each.processed
    return min(line.quantity, max(0, left) + held)


def _taken_off(line: OrderLine, groups: tuple[PastGroup, ...]) -> int:
    """Units that a withdrawal of ours took off the order before they were sent: no return of Shopify's names them."""
    return sum(
        len(each.units)
        for past_group in groups
        if past_group.is_taken_off and past_group.settlement is not None
        for each in past_group.settlement.accepted
        if each.line_id == line.shopify_id
    )


def _left(returnable: ReturnableOrder, groups: list[PastGroup]) -> tuple[tuple[Tender, ...], Money]:
    """What each tender and the order as a whole can still take back, once what open requests were promised is kept
    aside. What Shopify has carried out already is in its own figures."""
    done = {made.shopify_id for made in returnable.returns if made.is_processed}
    parts = [
        part
        for each in groups
        if each.settlement is not None and not each.is_settled and each.shopify_return_id not in done
        for part in each.settlement.parts
    ]
    tenders = tuple(_tender(each) for each in returnable.tenders)
    for part in parts:
        tenders = after(tenders, [part])
    zero = Money.zero(returnable.currency)
    kept = total([part.amount for part in parts], returnable.currency)
    free = tuple(replace(tender, refundable=max(tender.refundable, zero)) for tender in tenders)
    return free, max(returnable.refundable - kept, zero)


def _own_share(session: Session, order: Order, returnable: ReturnableOrder) -> Fraction:
    """The part of what was paid that was no bonus. Shopify spends what expires first, so bonuses go before the
    shopper's own credit; what another order has spent of them in between nobody tells us, and it counts here."""
    paid = sum(each.amount.amount for each in returnable.tenders)
    if not paid:
        return Fraction(1)
    bonus = 0
    for gateway, given in past.bonuses_before(session, order).items():
        bonus += min(given, sum(each.amount.amount for each in returnable.tenders if each.gateway == gateway))
    return 1 - Fraction(bonus, paid)


def _tender(paid: TenderSnapshot) -> Tender:
    kind = _KINDS.get(paid.gateway, TenderKind.PAYMENT)
    return Tender(f"gid://shopify/OrderTransaction/{paid.transaction_id}", kind, paid.refundable)


def _line_facts(
    order: Order, line: OrderLine, sent: ReturnableLine, stock: Goods, parcels: dict[int, _Parcel]
) -> LineFacts:
    parcel = parcels.get(sent.fulfillment_id, _Parcel(None, None, None))
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


@dataclass(frozen=True)
class _Parcel:
    shipped_at: datetime | None
    delivered_at: datetime | None
    known_at: datetime | None


def _parcels(session: Session, order: Order) -> dict[int, _Parcel]:
    """By Shopify's fulfilment id. When word of a delivery reached us is what the event of it says."""
    told = select(Event).where(
        Event.shop_id == order.shop_id, Event.order_id == order.id, Event.kind == "ShipmentDelivered"
    )
    known: dict[int, datetime] = {}
    for event in session.scalars(told.order_by(Event.id)):
        known.setdefault(int(event.facts["shipment_id"]), event.recorded_at)
    rows = session.scalars(select(Shipment).where(Shipment.shop_id == order.shop_id, Shipment.order_id == order.id))
    return {row.shopify_id: _Parcel(row.shipped_at, row.delivered_at, known.get(row.id)) for row in rows}


def _taken(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    without_return: int | None,
    without_group: GroupIds,
) -> dict[int, int]:
    """Units in requests of ours that Shopify does not know of yet; those it knows it counts itself."""
    known = {made.shopify_id for made in returnable.returns}
    taken: dict[int, int] = {}
    for each in past.spoken_for(session, order, without_return, without_group):
        if each.shopify_return_id not in known:
            taken[each.fulfillment_line_id] = taken.get(each.fulfillment_line_id, 0) + each.quantity
    return taken


def _notice(noticed_at: datetime, sent: ReturnableLine, wish: Wish | None) -> Notice:
    line = wish.line(sent.fulfillment_line_id) if wish else None
    return Notice(noticed_at, line.reason, line.method) if line else Notice(noticed_at)
