"""What we hold of the last days, as a rehearsal wants it: orders and their lines, a page at a time. Rows only.

Every page is read in a session of its own, which is closed before anybody thinks about it. Products, customers and
lists are as they are today; what a customer had returned before is as it was on the day that is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, tuple_

from shopify_app.db import Database, Session
from shopify_app.money import Money, rate
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns.amounts import Rates
from shopify_app.returns.facts import Goods, goods, price_of_one
from shopify_app.returns.models import ReturnQuote
from shopify_app.returns.rehearsal.people import People, people_of
from shopify_app.returns.subjects import LineFacts, Notice, OrderFacts, Subject
from shopify_app.shipments.models import Shipment, ShipmentLine
from shopify_app.shops import profile
from shopify_app.shops.models import Shop

A_PAGE = 500
"""How many orders, or returns, are read at once."""
ORDER = (
    Order.id, Order.shopify_id, Order.name, Order.customer_id, Order.email_hash, Order.currency, Order.shop_currency,
    Order.taxes_included, Order.total, Order.shop_total, Order.country, Order.province, Order.channel, Order.is_company,
    Order.discount_codes, Order.placed_at, Order.cancelled_at,
)  # fmt: skip
"""What is read of an order: nothing that is encrypted."""
_LINE = (
    OrderLine.order_id, OrderLine.shopify_id, OrderLine.product_shopify_id, OrderLine.variant_shopify_id,
    OrderLine.title, OrderLine.vendor, OrderLine.quantity, OrderLine.current_quantity, OrderLine.unit_price,
    OrderLine.discounts, OrderLine.taxes, OrderLine.is_gift_card,
)  # fmt: skip


@dataclass(frozen=True)
class SentLine:
    """An order line that travelled: `subjects` one a parcel. Ids are Shopify's."""

    order: str
    order_shopify_id: int
    line_id: int
    title: str
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class OrderPage:
    """Some orders, newest first, and their lines. `not_sent` lines have no parcel yet."""

    orders: int
    not_sent: int
    lines: tuple[SentLine, ...]
    oldest: datetime


@dataclass(frozen=True)
class Pictures:
    """Some orders as a policy sees them. `lines` are rows by (our order id, Shopify's line id); `parcels` by the same:
    Shopify's id of each parcel, when it came, and the line in it."""

    orders: dict[int, Any]
    facts: dict[int, OrderFacts]
    lines: dict[tuple[int, int], Any]
    parcels: dict[tuple[int, int], tuple[tuple[int, LineFacts], ...]]
    people: People

    def subject(self, order_id: int, line: LineFacts, notice: Notice) -> Subject:
        """The line as it looks when notice is given."""
        about = self.facts[order_id]
        return Subject(line, about, self.people.of(self.orders[order_id], about.rates, notice.noticed_at), notice)


@dataclass
class Holdings:
    """One shop's rows between two instants. `asks_for_record`: a policy looks at what customers returned before.

    `without_rate` fills while pages are read: currencies of orders in which the shop's own amounts cannot be told.
    """

    database: Database
    shop: Shop
    since: datetime
    until: datetime
    asks_for_record: bool
    page: int = A_PAGE
    without_rate: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rates: dict[str, Decimal | None] = {}
        self._goods: dict[int, Goods] = {}

    def pages(self, most: int | None = None) -> Iterator[OrderPage]:
        """The orders placed in the span, newest first, at most `most` of them."""
        before: tuple[datetime, int] | None = None
        left = most
        while left is None or left > 0:
            with self.database.read() as session:
                orders = session.execute(self._wanted(before, min(self.page, left or self.page))).all()
                pictures = self.pictures(session, orders) if orders else None
            if pictures is None:
                return
            yield _page(pictures, orders[-1].placed_at)
            before = (orders[-1].placed_at, orders[-1].id)
            left = None if left is None else left - len(orders)

    def has_orders_before(self, instant: datetime) -> bool:
        """Whether the span holds orders that were placed before `instant`."""
        wanted = select(Order.id).where(Order.shop_id == self.shop.id, Order.deleted_at.is_(None))
        with self.database.read() as session:
            found = wanted.where(Order.placed_at >= self.since, Order.placed_at < instant).limit(1)
            return session.scalar(found) is not None

    def pictures(self, session: Session, orders: Sequence[Any], rates: dict[int, Decimal] | None = None) -> Pictures:
        """`orders` are rows of `ORDER`; `rates` what is known of an order's own rate, by our order id."""
        ids = [row.id for row in orders]
        lines = _lines(session, self.shop.id, ids)
        self._learn(session, {line.product_shopify_id for line in lines.values() if line.product_shopify_id})
        currencies = {row.id: row.currency for row in orders}
        parcels: dict[tuple[int, int], list[tuple[int, LineFacts]]] = defaultdict(list)
        for parcel in _parcels(session, self.shop.id, ids):
            key = (parcel.order_id, parcel.line_shopify_id)
            if key in lines:
                facts = self.line_facts(lines[key], parcel, currencies[parcel.order_id])
                parcels[key].append((parcel.shopify_id, facts))
        return Pictures(
            orders={row.id: row for row in orders},
            facts={row.id: self._about(session, row, (rates or {}).get(row.id)) for row in orders},
            lines=lines,
            parcels={key: tuple(found) for key, found in parcels.items()},
            people=people_of(session, self.shop.id, orders, self.asks_for_record),
        )

    def line_facts(self, line: Any, parcel: Any, currency: str) -> LineFacts:
        """All units that travelled, whatever has come back since: it is asked what might have been chosen. `parcel` is
        a row with `quantity`, `shipped_at`, `delivered_at` and `delivery_known_at`."""
        stock = self._goods.get(line.product_shopify_id or 0, Goods())
        discount = sum(part["amount"] for part in line.discounts)
        return LineFacts(
            line_id=line.shopify_id,
            price_paid=price_of_one(line.unit_price, line.quantity, discount, currency),
            returnable=parcel.quantity,
            product_id=line.product_shopify_id,
            variant_id=line.variant_shopify_id,
            product_tags=stock.tags,
            collection_ids=stock.collections,
            product_type=stock.type,
            vendor=stock.vendor or line.vendor,
            is_discounted=discount > 0,
            is_final_sale=stock.is_final_sale,
            is_gift_card=line.is_gift_card,
            fulfilled_at=parcel.shipped_at,
            delivered_at=parcel.delivered_at,
            delivery_known_at=parcel.delivery_known_at,
        )

    def _wanted(self, before: tuple[datetime, int] | None, most: int) -> Any:
        mine = select(*ORDER).where(Order.shop_id == self.shop.id, Order.deleted_at.is_(None))
        mine = mine.where(Order.placed_at >= self.since, Order.placed_at <= self.until)
        if before is not None:
            mine = mine.where(tuple_(Order.placed_at, Order.id) < before)
        return mine.order_by(Order.placed_at.desc(), Order.id.desc()).limit(most)

    def _about(self, session: Session, row: Any, known: Decimal | None) -> OrderFacts:
        return OrderFacts(
            placed_at=row.placed_at,
            value=Money(row.total, row.currency),
            rates=self._rates_of(session, row, known),
            zone=self.shop.timezone,
            country=row.country,
            markets=profile.markets_to(self.shop, row.country, row.province),
            channel=row.channel,
            is_company=row.is_company,
            discount_codes=frozenset(row.discount_codes),
            is_cancelled=row.cancelled_at is not None,
        )

    def _rates_of(self, session: Session, row: Any, known: Decimal | None) -> Rates:
        """The order's own rate; where its row does not tell it yet, what is `known`, else that of the shop's newest
        quote in the currency."""
        currency = row.currency
        if row.shop_total is not None:
            known = rate(Money(row.total, currency), Money(row.shop_total, row.shop_currency))
        if currency == row.shop_currency or known is not None or row.shop_total is not None:
            return Rates(currency, row.shop_currency, known)
        if currency not in self._rates:
            told = select(ReturnQuote.options["rate"].as_string()).where(
                ReturnQuote.shop_id == self.shop.id, ReturnQuote.currency == currency
            )
            found = session.scalar(told.order_by(ReturnQuote.id.desc()).limit(1))
            self._rates[currency] = Decimal(found) if found else None
        if self._rates[currency] is None:
            self.without_rate.add(currency)
        return Rates(currency, row.shop_currency, self._rates[currency])

    def _learn(self, session: Session, products: set[int]) -> None:
        wanted = products - self._goods.keys()
        if wanted:
            self._goods |= dict.fromkeys(wanted, Goods()) | goods(session, self.shop.id, wanted)


def orders_by_id(session: Session, shop_id: int, ids: Iterable[int]) -> Sequence[Any]:
    """Rows of `ORDER`."""
    return session.execute(select(*ORDER).where(Order.shop_id == shop_id, Order.id.in_(list(ids)))).all()


def _page(pictures: Pictures, oldest: datetime) -> OrderPage:
    turn = {order_id: nth for nth, order_id in enumerate(pictures.orders)}
    keys = sorted(pictures.lines, key=lambda key: turn[key[0]])
    waiting = sum(1 for key in keys if key not in pictures.parcels and pictures.lines[key].current_quantity > 0)
    sent = tuple(_sent(pictures, key) for key in keys if key in pictures.parcels)
    return OrderPage(len(pictures.orders), waiting, sent, oldest)


def _sent(pictures: Pictures, key: tuple[int, int]) -> SentLine:
    order = pictures.orders[key[0]]
    subjects = [
        pictures.subject(order.id, facts, Notice(facts.delivered_at or facts.fulfilled_at or order.placed_at))
        for _, facts in pictures.parcels[key]
    ]
    return SentLine(order.name, order.shopify_id, key[1], pictures.lines[key].title, tuple(subjects))


def _lines(session: Session, shop_id: int, orders: list[int]) -> dict[tuple[int, int], Any]:
    wanted = select(*_LINE).where(OrderLine.shop_id == shop_id, OrderLine.order_id.in_(orders), OrderLine.quantity > 0)
    rows = session.execute(wanted.order_by(OrderLine.order_id, OrderLine.position)).all()
    return {(row.order_id, row.shopify_id): row for row in rows}


def _parcels(session: Session, shop_id: int, orders: list[int]) -> Iterable[Any]:
    return session.execute(
        select(
            Shipment.order_id, Shipment.shopify_id, Shipment.shipped_at, Shipment.delivered_at,
            Shipment.delivery_known_at, ShipmentLine.line_shopify_id, ShipmentLine.quantity,
        )
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.shop_id == shop_id, Shipment.order_id.in_(orders), Shipment.cancelled_at.is_(None))
        .order_by(Shipment.shipped_at, Shipment.id)
    )  # fmt: skip
