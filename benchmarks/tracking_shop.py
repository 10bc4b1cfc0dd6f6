"""A shop whose tracking pages have something on them: products with pictures, counted orders, parcels with scans."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from shopify_app.catalogue.projection import apply_product
from shopify_app.db import Database, Session
from shopify_app.money import Money
from shopify_app.orders.access import link_token
from shopify_app.orders.models import Order
from shopify_app.recommendations.learn import count_order
from shopify_app.settings.store import save
from shopify_app.settings.support import Question, Support
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify.snapshots import (
    Address,
    FulfillmentEventSnapshot,
    FulfillmentSnapshot,
    LineSnapshot,
    OrderSnapshot,
    Picture,
    ProductSnapshot,
    VariantSnapshot,
)  # fmt: skip
from shopify_app.shops.models import Shop

PRODUCTS, SIZES, LINES = 60, 3, 3
ORDERS = 1200  # either half is more than a server keeps finished: taken in turn, each page is always a first view
SCANS = (
    ("label_printed", 4), ("confirmed", 8), ("in_transit", 20), ("in_transit", 30), ("in_transit", 41),
    ("in_transit", 52),
)  # fmt: skip
"""Status and hours since the order. On its way at whatever hour this runs: a parcel that was out for delivery yesterday
has a page without cards."""


def fill(database: Database, domain: str, now: datetime, orders: int = ORDERS) -> list[str]:
    """Opens the shop and writes its orders as Shopify would tell of them; the tokens of their pages."""
    with database.write() as session:
        shop = Shop(
            domain=domain, name="Mara's Goods", currency="EUR", timezone="Europe/Stockholm", country="SE",
            primary_domain="mara.example", installed_at=now,
        )  # fmt: skip
        session.add(shop)
        session.flush()
        questions = tuple(Question(f"Question {n}?", "An answer of a line or so.") for n in range(4))
        save(session, shop.id, Support(email="help@mara.example", faq={"en": questions}), "Mara", now)
        for number in range(PRODUCTS):
            apply_product(session, shop.id, _product(number, now), now)
    for number in range(orders):
        with database.write() as session:
            _order(session, shop.id, number, now)
    with database.write() as session:
        return [link_token(session, order, now) for order in session.scalars(select(Order).order_by(Order.id))]


def _order(session: Session, shop_id: int, number: int, now: datetime) -> None:
    placed = now - timedelta(hours=60)
    lines = tuple(_line(number, place) for place in range(LINES))
    amount = Money(13500 * LINES, "EUR")
    zero = Money(0, "EUR")
    snapshot = OrderSnapshot(
        shopify_id=1000 + number, name=f"#{1000 + number}", email=f"ada{number}@example.com", phone=None, customer=None,
        currency="EUR", shop_currency="EUR", taxes_included=True, subtotal=amount, shipping=zero, discount=zero,
        tax=zero, total=amount, lines=lines, placed_at=placed, fact_at=now, financial_status="paid", locale="en",
        shipping_address=Address(first_name="Ada", city="Göteborg", zip="41124", country_code="SE"),
        fulfillment_status="fulfilled", fulfillments=(_parcel(number, placed, lines),),
    )  # fmt: skip
    apply_whole_order(session, shop_id, snapshot, now)
    session.flush()
    order = session.scalars(select(Order).where(Order.shopify_id == snapshot.shopify_id)).one()
    count_order(session, shop_id, order.id, now)


def _line(number: int, place: int) -> LineSnapshot:
    product = (number * 7 + place * (1 + number % 5)) % PRODUCTS
    return LineSnapshot(
        shopify_id=number * 10 + place + 1, product_id=700 + product, variant_id=(700 + product) * 10,
        title=f"Product number {product}", variant_title="42 / Brown", sku=f"SKU-{product}", vendor="Nordkant",
        quantity=1, current_quantity=1, unit_price=Money(13500, "EUR"), discounts=(), taxes=(),
    )  # fmt: skip


def _parcel(number: int, placed: datetime, lines: tuple[LineSnapshot, ...]) -> FulfillmentSnapshot:
    shipped, order_id = placed + timedelta(hours=3), 1000 + number
    return FulfillmentSnapshot(
        shopify_id=5000 + number, order_id=order_id, name=f"#{order_id}-F1", status="success", shipment_status=None,
        company="PostNord SE", numbers=(f"UA{100000000 + number}SE",), urls=(), service="manual", location_id=61,
        lines=tuple((line.shopify_id, 1) for line in lines), created_at=shipped, delivered_at=None,
        estimated_delivery_at=None, fact_at=shipped,
        events=tuple(_scan(number, place, status, placed + timedelta(hours=hours))
                     for place, (status, hours) in enumerate(SCANS)),
    )  # fmt: skip


def _scan(number: int, place: int, status: str, at: datetime) -> FulfillmentEventSnapshot:
    return FulfillmentEventSnapshot(
        shopify_id=number * 100 + place, fulfillment_id=5000 + number, order_id=1000 + number, status=status,
        message="Arrived at the sorting centre", happened_at=at, happened_at_raw=at.isoformat(), city="Borås",
        province=None, country="SE", zip=None, estimated_delivery_at=None, fact_at=at,
    )  # fmt: skip


def _product(number: int, now: datetime) -> ProductSnapshot:
    variants = tuple(
        VariantSnapshot(
            shopify_id=(700 + number) * 10 + size, inventory_item_id=number * 10 + size, title=f"4{size} / Brown",
            sku=f"SKU-{number}", options=(f"4{size}", "Brown"), position=size + 1, price=Money(13500, "EUR"),
            compare_at=None, available=5, sells_when_out=False,
        )
        for size in range(SIZES)
    )  # fmt: skip
    return ProductSnapshot(
        shopify_id=700 + number, handle=f"product-{number}", title=f"Product number {number}", vendor="Nordkant",
        product_type="Boots", tags=("outdoor",), is_published=True, is_gift_card=False,
        picture=Picture(f"https://cdn.shopify.com/s/files/{number}.jpg", 800, 1000, "Brown boots"), variants=variants,
        created_at=now - timedelta(days=300), fact_at=now,
    )  # fmt: skip
