"""A shop in SQLite whose counts are those of many past orders, asked and taught through the product's own code."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

from sqlalchemy import insert, select

from benchmarks.groceries import Basket, Question
from shopify_app.catalogue.models import Product, Variant
from shopify_app.crypto import Keyring
from shopify_app.customers.models import Customer
from shopify_app.db import Database, Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations import learn
from shopify_app.recommendations.cards import MOST_SPEAKING_HERE, cards_for
from shopify_app.recommendations.companions import ALL_ORDERS, refresh
from shopify_app.recommendations.models import Companions, ItemCount, PairCount
from shopify_app.recommendations.ranking import Candidate, by_score
from shopify_app.settings.recommendations import Recommendations
from shopify_app.shops.models import Shop
from shopify_app.tables import metadata

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AT_ONCE = 20_000
REFRESHED_AT_ONCE = 20


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one piece of work: by the clock on the wall, and of the processor."""

    wall: float
    busy: float


@dataclass
class RecommendingShop:
    """The shop and its database."""

    database: Database
    shop_id: int
    _numbers: int = 0
    _customers: dict[int, int] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, products: Sequence[int]) -> RecommendingShop:
        """An empty shop that sells `products`."""
        database = Database(f"sqlite:///{folder}/shop.sqlite3", Keyring((b"k" * 32,)))
        metadata.create_all(database.engine)
        with database.write() as session:
            shop = Shop(domain="mara-goods.myshopify.com", currency="EUR", installed_at=NOW)
            session.add(shop)
            session.flush()
            for number, product in enumerate(products, 1):
                session.add(_product(shop.id, number, product))
                session.add(_variant(shop.id, number, product))
        return cls(database, shop.id)

    def count_all(self, past: Sequence[Basket]) -> None:
        """Counts the past in one go into the tables that `learn.count_order` fills order by order."""
        items, pairs = Counter({ALL_ORDERS: len(past)}), Counter()
        for basket in past:
            first = basket.products[: learn.MOST_PRODUCTS]
            items.update(first)
            pairs.update(permutations(first, 2))
        with self.database.write() as session:
            rows = [{"shop_id": self.shop_id, "product_id": a, "orders": float(n)} for a, n in items.items()]
            session.connection().execute(insert(ItemCount), rows)
            ordered = sorted(pairs)
            for start in range(0, len(ordered), AT_ONCE):
                rows = [
                    {"shop_id": self.shop_id, "product_id": a, "other_id": b, "orders": float(pairs[a, b])}
                    for a, b in ordered[start : start + AT_ONCE]
                ]
                session.connection().execute(insert(PairCount), rows)
        self.refresh(sorted(product for product in items if product != ALL_ORDERS))

    def refresh(self, products: Sequence[int]) -> None:
        """Writes the companion lists of these products."""
        for start in range(0, len(products), REFRESHED_AT_ONCE):
            with self.database.write() as session:
                refresh(session, self.shop_id, products[start : start + REFRESHED_AT_ONCE])

    def hits(self, asked: Sequence[Question], best: int = 10) -> int:
        """How many hidden products are among the `best` companions of the rest of their basket (a guest's page)."""
        lists: dict[int, list[tuple[int, int, float]]] = {}
        with self.database.read() as session:
            for product, listed in session.execute(select(Companions.product_id, Companions.listed)):
                lists[product] = [(product, other, points) for other, points in listed]
        able = {product: Candidate(product, is_shown=True, is_buyable=True) for product in lists}
        return sum(question.hidden in self._answer(question, lists, able, best) for question in asked)

    def _answer(
        self,
        question: Question,
        lists: dict[int, list[tuple[int, int, float]]],
        able: dict[int, Candidate],
        best: int,
    ) -> list[int]:
        shown = set(question.shown)
        speaking = question.shown[:MOST_SPEAKING_HERE]
        told = [row for a in (*speaking, ALL_ORDERS) for row in lists.get(a, ()) if row[1] not in shown]
        learned, popular = by_score(told, able, dict.fromkeys(shown, 1.0))
        return list(dict.fromkeys(choice.product_id for choice in [*learned, *popular]))[:best]

    def place(self, basket: Basket, days_ago: int = 0, is_guest: bool = False) -> int:
        """An order row with its lines, paid and not counted yet; its id."""
        self._numbers += 1
        number, at = self._numbers, NOW - timedelta(days=days_ago)
        with self.database.write() as session:
            customer = None if is_guest else self._customer(session, basket.household)
            order = Order(
                shop_id=self.shop_id, shopify_id=number, customer_id=customer, name=f"#{number}", number=str(number),
                currency="EUR", shop_currency="EUR", placed_at=at, paid_at=at, fact_at=at,
            )  # fmt: skip
            order.lines = [
                OrderLine(
                    shop_id=self.shop_id, shopify_id=number * 1000 + place, product_shopify_id=product,
                    title=f"Product {product}", quantity=1, current_quantity=1, position=place,
                )
                for place, product in enumerate(basket.products)
            ]  # fmt: skip
            session.add(order)
            session.flush()
            return order.id

    def time_learning(self, order_ids: Sequence[int]) -> list[Taken]:
        """Milliseconds that learning each order takes, its transaction and commit included."""
        return [_timed(lambda order_id=order_id: self._learn(order_id)) for order_id in order_ids]

    def time_cards(self, order_ids: Sequence[int]) -> list[Taken]:
        """Milliseconds from an order at hand to the finished cards of its page."""
        taken = []
        for order_id in order_ids:
            with self.database.read() as session:
                order = session.get_one(Order, order_id)
                products = [line.product_shopify_id for line in order.lines]
                taken.append(
                    _timed(lambda: cards_for(session, order, products, Recommendations(), "EUR", NOW))  # noqa: B023
                )
        return taken

    def _learn(self, order_id: int) -> None:
        with self.database.write() as session:
            learn.count_order(session, self.shop_id, order_id, NOW)

    def _customer(self, session: Session, household: int) -> int:
        if household not in self._customers:
            customer = Customer(shop_id=self.shop_id, shopify_id=household, fact_at=NOW)
            session.add(customer)
            session.flush()
            self._customers[household] = customer.id
        return self._customers[household]


def _timed(work: Callable[[], object]) -> Taken:
    started, busy = time.perf_counter(), time.thread_time()
    work()
    return Taken((time.perf_counter() - started) * 1000, (time.thread_time() - busy) * 1000)


def _product(shop_id: int, number: int, product: int) -> Product:
    return Product(
        id=number, shop_id=shop_id, shopify_id=product, handle=f"product-{product}", title=f"Product {product}",
        product_type=f"Type {product % 50}", is_published=True, created_at=NOW - timedelta(days=400), fact_at=NOW,
    )  # fmt: skip


def _variant(shop_id: int, number: int, product: int) -> Variant:
    return Variant(
        shop_id=shop_id, product_id=number, shopify_id=product, title="Default", price=1000, available=10, position=1
    )
