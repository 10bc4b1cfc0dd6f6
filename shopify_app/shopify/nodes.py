"""GraphQL nodes -> snapshots. The twin of `payloads.py`: the same facts, in the same words as webhooks write them
(lower-case statuses, integer ids), so that projections cannot tell which way a fact came. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.delivery import collect_at, delivery_of
from shopify_app.shopify.payload_fields import is_reckonable
from shopify_app.shopify.snapshots import (
    Address,
    CustomerSnapshot,
    Discount,
    FulfillmentEventSnapshot,
    FulfillmentSnapshot,
    LineSnapshot,
    OrderSnapshot,
    RefundSnapshot,
    ShopSnapshot,
    Tax,
)

Node = Mapping[str, Any]

POLICIES = {
    "REFUND_POLICY": "refund",
    "SHIPPING_POLICY": "shipping",
    "PRIVACY_POLICY": "privacy",
    "TERMS_OF_SERVICE": "terms",
}
# Webhooks know three words and null for what GraphQL tells apart in eleven.
FULFILMENT_WORDS = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "RESTOCKED": "restocked"}
NO_PROGRESS_YET = {"FULFILLED", "MARKED_AS_FULFILLED", "SUBMITTED"}  # webhooks: shipment_status null


def gid(kind: str, shopify_id: int) -> str:
    """``gid("Order", 7)`` -> ``gid://shopify/Order/7``."""
    return f"gid://shopify/{kind}/{shopify_id}"


def number(gid_text: str) -> int:
    """The integer of a global id (``gid://shopify/Order/7?x=y`` -> 7)."""
    return int(gid_text.rsplit("/", 1)[1].split("?")[0])


def instant(text: str | None) -> datetime | None:
    """An ISO 8601 time with its offset, in UTC; what has no offset is UTC (Admin API `DateTime`)."""
    moment = datetime.fromisoformat(text) if text else None
    if moment is None or not is_reckonable(moment):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def text(value: str | None, most: int = 255) -> str | None:
    """Trimmed, of at most `most` characters; None for nothing, as the webhooks' reader has it."""
    return (value or "").strip()[:most] or None


def shop(answer: Node) -> ShopSnapshot:
    """From the whole answer of ShopProfile; the primary language comes first."""
    node = answer["shop"]
    locales = sorted((entry for entry in answer["shopLocales"] if entry["published"]), key=lambda e: not e["primary"])
    policies = {
        POLICIES[entry["type"]]: (entry["title"], entry["body"], entry["url"])
        for entry in node["shopPolicies"]
        if entry["type"] in POLICIES
    }
    address = node["shopAddress"] or {}
    return ShopSnapshot(
        shopify_id=number(node["id"]),
        domain=node["myshopifyDomain"],
        name=node["name"],
        email=node["contactEmail"] or node["email"],
        phone=address.get("phone"),
        currency=node["currencyCode"],
        timezone=node["ianaTimezone"],
        country=address.get("countryCodeV2"),
        primary_domain=node["primaryDomain"]["host"],
        storefront_url=node["primaryDomain"]["url"].rstrip("/"),
        locales=tuple(entry["locale"] for entry in locales),
        customer_accounts=node["customerAccountsV2"]["customerAccountsVersion"].lower(),
        policies=policies,
        store_credit=bool((answer["storeCreditConfiguration"] or {}).get("storeCreditEnabled")),
        locations=tuple((number(place["id"]), place["name"]) for place in answer["locations"]["nodes"]),
    )


def customer(node: Node) -> CustomerSnapshot:
    """A customer; guests have none."""
    return CustomerSnapshot(
        shopify_id=number(node["id"]),
        first_name=text(node["firstName"]),
        last_name=text(node["lastName"]),
        email=(node["defaultEmailAddress"] or {}).get("emailAddress"),
        phone=(node["defaultPhoneNumber"] or {}).get("phoneNumber"),
        locale=text(node["locale"], 12),
        tags=tuple(node["tags"]),
        orders_count=None if node["numberOfOrders"] is None else int(node["numberOfOrders"]),
        fact_at=must(node["updatedAt"]),
    )


def order(node: Node) -> OrderSnapshot:
    """An order with as many lines, parcels and refunds as the node carries (`is_whole` tells whether that is all)."""
    order_id, currency = number(node["id"]), node["presentmentCurrencyCode"]
    buyer, entity, to_send = node["customer"], node["purchasingEntity"], node["fulfillmentOrders"]["nodes"]
    return OrderSnapshot(
        shopify_id=order_id,
        name=node["name"],
        email=text(node["email"]),
        phone=text(node["phone"]),
        customer=None if buyer is None else customer(buyer),
        currency=currency,
        shop_currency=node["currencyCode"],
        taxes_included=node["taxesIncluded"],
        subtotal=_money(node["subtotalPriceSet"], currency),
        shipping=_money(node["totalShippingPriceSet"], currency),
        discount=_money(node["totalDiscountsSet"], currency),
        tax=_money(node["totalTaxSet"], currency),
        total=_money(node["totalPriceSet"], currency),
        shop_total=Money.parse(node["totalPriceSet"]["shopMoney"]["amount"], node["currencyCode"]),
        lines=tuple(line(entry, currency) for entry in node["lineItems"]["nodes"]),
        placed_at=instant(node["processedAt"]) or must(node["createdAt"]),
        fact_at=must(node["updatedAt"]),
        shipping_address=_address(node["shippingAddress"]),
        billing_address=_address(node["billingAddress"]),
        locale=text(node["customerLocale"], 12),
        financial_status=_lower(node["displayFinancialStatus"]),
        fulfillment_status=fulfilment_word(node),
        payment_gateways=tuple(node["paymentGatewayNames"]),
        discount_codes=tuple(node["discountCodes"]),
        channel=text(node["sourceName"], 80),
        is_company=bool(entity) and entity["__typename"] == "PurchasingCompany",
        is_test=node["test"],
        confirmed=node["confirmed"],
        tags=tuple(node["tags"]),
        status_url=node["statusPageUrl"],
        cancelled_at=instant(node["cancelledAt"]),
        cancel_reason=_lower(node["cancelReason"]),
        closed_at=instant(node["closedAt"]),
        packing_since=_packing_since(to_send),
        delivery=delivery_of(to_send),
        collect_at=collect_at(to_send),
        fulfillments=tuple(fulfillment(entry, order_id) for entry in node["fulfillments"]),
        refunds=tuple(refund(entry, order_id, currency) for entry in node["refunds"]),
    )


def fulfilment_word(node: Node) -> str | None:
    """As webhooks say it: null, partial, fulfilled or restocked. While what is left waits (ON_HOLD, SCHEDULED,
    IN_PROGRESS, ...) Shopify shows that instead, and whether something has left is told by the parcels alone.
    Source: OrderDisplayFulfillmentStatus."""
    shown = node["displayFulfillmentStatus"]
    if shown == "UNFULFILLED" or shown in FULFILMENT_WORDS:
        return FULFILMENT_WORDS.get(shown)
    return "partial" if any(parcel["status"] == "SUCCESS" for parcel in node["fulfillments"]) else None


def is_whole(node: Node) -> bool:
    """Whether an order of OrdersPage carries everything it has."""
    connections = [node["lineItems"]]
    for parcel in node["fulfillments"]:
        connections += [parcel["events"], parcel["fulfillmentLineItems"]]
    connections += [entry["refundLineItems"] for entry in node["refunds"]]
    return not any(connection["pageInfo"]["hasNextPage"] for connection in connections)


def line(node: Node, currency: str) -> LineSnapshot:
    """One line; amounts in the order's presentment `currency`."""
    return LineSnapshot(
        shopify_id=number(node["id"]),
        product_id=_number_of(node["product"]),
        variant_id=_number_of(node["variant"]),
        title=node["title"],
        variant_title=text(node["variantTitle"]),
        sku=text(node["sku"]),
        vendor=text(node["vendor"]),
        quantity=node["quantity"],
        current_quantity=node["currentQuantity"],
        unit_price=_money(node["originalUnitPriceSet"], currency),
        discounts=tuple(_discount(entry, currency) for entry in node["discountAllocations"]),
        taxes=tuple(
            Tax(_money(tax["priceSet"], currency), "0" if tax["rate"] is None else str(tax["rate"]), tax["title"])
            for tax in node["taxLines"]
        ),
        requires_shipping=node["requiresShipping"],
        is_gift_card=node["isGiftCard"],
        to_send=node["unfulfilledQuantity"],
    )


def fulfillment(node: Node, order_id: int) -> FulfillmentSnapshot:
    """One parcel and the scans the node carries, earliest first."""
    parcel_id, progress = number(node["id"]), node["displayStatus"]
    scans = sorted((scan(entry, parcel_id, order_id) for entry in node["events"]["nodes"]), key=lambda s: s.fact_at)
    tracking = node["trackingInfo"]
    return FulfillmentSnapshot(
        shopify_id=parcel_id,
        order_id=order_id,
        name=node["name"],
        status=node["status"].lower(),
        shipment_status=None if progress in NO_PROGRESS_YET else _lower(progress),
        company=next((name for entry in tracking if (name := text(entry["company"]))), None),
        numbers=tuple(entry["number"] for entry in tracking if entry["number"]),
        urls=tuple(entry["url"] for entry in tracking if entry["url"]),
        service=text((node["service"] or {}).get("handle"), 80),
        location_id=_number_of(node["location"]),
        lines=tuple(
            (number(entry["lineItem"]["id"]), entry["quantity"] or 0) for entry in node["fulfillmentLineItems"]["nodes"]
        ),
        created_at=must(node["createdAt"]),
        delivered_at=instant(node["deliveredAt"]),
        estimated_delivery_at=instant(node["estimatedDeliveryAt"]),
        fact_at=must(node["updatedAt"]),
        events=tuple(scans),
    )


def scan(node: Node, fulfillment_id: int, order_id: int) -> FulfillmentEventSnapshot:
    """One carrier event; GraphQL tells no time of change, so its creation orders it."""
    return FulfillmentEventSnapshot(
        shopify_id=number(node["id"]),
        fulfillment_id=fulfillment_id,
        order_id=order_id,
        status=node["status"].lower(),
        message=text(node["message"], 500),
        happened_at=instant(node["happenedAt"]),
        happened_at_raw=node["happenedAt"],
        city=text(node["city"]),
        province=text(node["province"]),
        country=text(node["country"]),
        zip=text(node["zip"]),
        estimated_delivery_at=instant(node["estimatedDeliveryAt"]),
        fact_at=must(node["createdAt"]),
    )


def refund(node: Node, order_id: int, currency: str) -> RefundSnapshot:
    """One refund with the goods the node carries."""
    goods = node["refundLineItems"]["nodes"]
    return RefundSnapshot(
        shopify_id=number(node["id"]),
        order_id=order_id,
        amount=_money(node["totalRefundedSet"], currency),
        returned=tuple((number(entry["lineItem"]["id"]), entry["quantity"]) for entry in goods),
        created_at=must(node["createdAt"] or node["processedAt"]),
    )


def exact_count(node: Node | None) -> int | None:
    """A `Count`, unless Shopify stopped counting."""
    return node["count"] if node and node["precision"] == "EXACT" else None


def _packing_since(fulfillment_orders: list[Node]) -> datetime | None:
    """Packing has begun when a fulfilment order is in progress; Shopify's only time for it is its last change."""
    times = [must(entry["updatedAt"]) for entry in fulfillment_orders if entry["status"] == "IN_PROGRESS"]
    return min(times, default=None)


def _discount(node: Node, currency: str) -> Discount:
    application = node["discountApplication"]
    whole_order = application["targetSelection"] == "ALL" and application["allocationMethod"] == "ACROSS"
    amount = _money(node["allocatedAmountSet"], currency)
    return Discount(amount, application["index"], "order" if whole_order else "line")


def _address(node: Node | None) -> Address | None:
    if node is None:
        return None
    address = Address(
        first_name=text(node["firstName"]),
        last_name=text(node["lastName"]),
        company=text(node["company"]),
        address1=text(node["address1"]),
        address2=text(node["address2"]),
        city=text(node["city"]),
        zip=text(node["zip"]),
        province_code=text(node["provinceCode"]),
        country_code=node["countryCodeV2"],
        phone=text(node["phone"]),
    )
    return None if address == Address() else address


def _money(bag: Node | None, currency: str) -> Money:
    return Money.parse(bag["presentmentMoney"]["amount"] if bag else None, currency)


def _number_of(node: Node | None) -> int | None:
    return number(node["id"]) if node else None


def _lower(word: str | None) -> str | None:
    return word.lower() if word else None


def must(text: str | None) -> datetime:
    """An instant that the schema promises; ValueError when it is missing all the same."""
    moment = instant(text)
    if moment is None:
        raise ValueError("Shopify left out a time that its schema promises")
    return moment
