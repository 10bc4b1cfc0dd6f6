"""Snapshots for tests: Ada's order of boots and wax, and variations of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.snapshots import (
    Address,
    CustomerSnapshot,
    Discount,
    FulfillmentEventSnapshot,
    FulfillmentSnapshot,
    LineSnapshot,
    OrderSnapshot,
    Picture,
    ProductSnapshot,
    RefundSnapshot,
    Tax,
    VariantSnapshot,
)

PLACED = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)


def euro(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def line(number: int = 1, **changes: Any) -> LineSnapshot:
    boots = LineSnapshot(
        shopify_id=9000 + number,
        product_id=700 + number,
        variant_id=800 + number,
        title="Fell boots",
        variant_title="42 / Brown",
        sku=f"FELL-{number}",
        vendor="Nordkant",
        quantity=1,
        current_quantity=1,
        unit_price=euro("100.00"),
        discounts=(Discount(euro("10.00"), 0, "order"),),
        taxes=(Tax(euro("18.00"), "0.25", "VAT"),),
    )
    return replace(boots, **changes)


def ada(**changes: Any) -> CustomerSnapshot:
    customer = CustomerSnapshot(
        shopify_id=501,
        first_name="Ada",
        last_name="Lindholm",
        email="Ada@Example.com",
        phone="+46 70 174 06 05",
        locale="sv-SE",
        tags=("VIP",),
        orders_count=3,
        fact_at=PLACED,
    )
    return replace(customer, **changes)


def order(**changes: Any) -> OrderSnapshot:
    placed = OrderSnapshot(
        shopify_id=1042,
        name="#1042",
        email="Ada@Example.com",
        phone=None,
        customer=ada(),
        currency="EUR",
        shop_currency="EUR",
        taxes_included=True,
        subtotal=euro("90.00"),
        shipping=euro("0.00"),
        discount=euro("10.00"),
        tax=euro("18.00"),
        total=euro("90.00"),
        lines=(line(),),
        placed_at=PLACED,
        fact_at=PLACED,
        shipping_address=Address(
            first_name="Ada",
            last_name="Lindholm",
            address1="Storgatan 1",
            city="Göteborg",
            zip="411 24",
            country_code="SE",
        ),
        locale="sv-SE",
        financial_status="paid",
        channel="web",
    )
    return replace(placed, **changes)


def fulfillment(number: int = 1, **changes: Any) -> FulfillmentSnapshot:
    parcel = FulfillmentSnapshot(
        shopify_id=3000 + number,
        order_id=1042,
        name=f"#1042-F{number}",
        status="success",
        shipment_status=None,
        company="PostNord SE",
        numbers=("UA938473619SE",),
        urls=(),
        service="manual",
        location_id=61,
        lines=((9001, 1),),
        created_at=PLACED + timedelta(hours=5),
        delivered_at=None,
        estimated_delivery_at=None,
        fact_at=PLACED + timedelta(hours=5),
    )
    return replace(parcel, **changes)


def scan(number: int, status: str, hours: float, **changes: Any) -> FulfillmentEventSnapshot:
    at = PLACED + timedelta(hours=hours)
    event = FulfillmentEventSnapshot(
        shopify_id=4000 + number,
        fulfillment_id=3001,
        order_id=1042,
        status=status,
        message=None,
        happened_at=at,
        happened_at_raw=at.isoformat(),
        city="Borås",
        province=None,
        country="SE",
        zip=None,
        estimated_delivery_at=None,
        fact_at=at,
    )
    return replace(event, **changes)


def refund(number: int = 1, **changes: Any) -> RefundSnapshot:
    back = RefundSnapshot(
        shopify_id=6000 + number,
        order_id=1042,
        amount=euro("90.00"),
        returned=((9001, 1),),
        created_at=PLACED + timedelta(days=9),
    )
    return replace(back, **changes)


def product(number: int = 1, **changes: Any) -> ProductSnapshot:
    boots = ProductSnapshot(
        shopify_id=700 + number,
        handle="fell-boots",
        title="Fell boots",
        vendor="Nordkant",
        product_type="Boots",
        tags=("outdoor",),
        is_published=True,
        is_gift_card=False,
        picture=Picture("https://cdn.example/fell-boots.svg", 800, 1000, "Brown boots"),
        variants=(
            VariantSnapshot(
                shopify_id=800 + number,
                inventory_item_id=850 + number,
                title="42 / Brown",
                sku=f"FELL-{number}",
                options=("42", "Brown"),
                position=1,
                price=euro("100.00"),
                compare_at=None,
                available=5,
                sells_when_out=False,
            ),
        ),
        created_at=PLACED - timedelta(days=200),
        fact_at=PLACED,
    )
    return replace(boots, **changes)
