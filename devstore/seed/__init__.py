"""The seeded shop: Hedvall & Daughters of Borås, its goods, its customers and two years of orders.

`build` is deterministic in (seed, now, shop, origin, history) and touches neither clock nor network.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from devstore.seed.baskets import Shelves
from devstore.seed.catalogue import Catalogue, Shelf, build_catalogue
from devstore.seed.fulfilments import Despatch
from devstore.seed.history import House, intentions, live_through
from devstore.seed.numbering import Numbering
from devstore.seed.orders import OrderBook
from devstore.seed.people import Person, build_people
from devstore.seed.refunds import ReturnsDesk
from devstore.seed.sales import Order
from devstore.seed.shop import (
    discount_documents,
    location_documents,
    market_documents,
    page_documents,
    policy_documents,
    shop_document,
)
from devstore.seed.showcase import showcase

Document = dict[str, Any]


@dataclass(frozen=True)
class SeedShop:
    """Documents in the shape of Shopify's REST webhook payloads; keys that begin with `_` are ours alone.

    `showcase` names orders whose state is worth a screenshot: key -> order id.
    """

    shop: Document
    locations: list[Document]
    products: list[Document]
    collections: list[Document]
    customers: list[Document]
    orders: list[Document]
    fulfillments: list[Document]
    fulfillment_events: list[Document]
    refunds: list[Document]
    returns: list[Document]
    transactions: list[Document]
    policies: list[Document]
    pages: list[Document]
    discounts: list[Document]
    showcase: dict[str, int]
    markets: list[Document] = field(default_factory=list)


def build(
    seed: int,
    now: datetime,
    shop: str = "hedvall-daughters.myshopify.com",
    origin: str = "https://hedvall.example",
    history: float = 1.0,
) -> SeedShop:
    """The whole shop as of `now` (an aware UTC time); pictures are addressed under `origin`. With less of its
    `history`, that share of the orders that are worth no screenshot."""
    draw, numbers = random.Random(seed), Numbering()
    now = now.astimezone(UTC).replace(microsecond=0)
    locations = location_documents(numbers, now)
    shop_row = shop_document(numbers, now, shop, origin, locations[0]["id"])
    catalogue = build_catalogue(Shelf(numbers, draw, now, origin))
    people = build_people(numbers, draw, now)
    book = OrderBook(numbers, draw, origin, shop_row["id"])
    despatch = Despatch(numbers, draw, now, shop_row["id"], locations[0])
    desk = ReturnsDesk(numbers, draw, locations[0]["id"])
    house = House(book, Shelves(catalogue, draw), despatch, desk, draw, now, locations)
    orders, found = live_through(intentions(house, people, history) + showcase(house, people))
    return SeedShop(
        shop=shop_row,
        locations=locations,
        **_documents(catalogue, people, orders),
        fulfillments=despatch.fulfilments,
        fulfillment_events=despatch.events,
        refunds=desk.refunds,
        returns=desk.returns,
        policies=policy_documents(numbers, now, origin),
        pages=page_documents(numbers, now, origin),
        discounts=discount_documents(numbers, now),
        showcase=found,
        markets=market_documents(numbers),
    )


def _documents(catalogue: Catalogue, people: list[Person], orders: list[Order]) -> dict[str, list[Document]]:
    return {
        "products": catalogue.products,
        "collections": catalogue.collections,
        "customers": [person.document for person in people],
        "orders": [order.document for order in orders],
        "transactions": [payment for order in orders for payment in order.document["_transactions"]],
    }
