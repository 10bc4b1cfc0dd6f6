"""Orders: reading one, listing them, what they say about money and state."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from devstore import fulfillment_orders
from devstore.admin.connections import page
from devstore.admin.fields import Ask, Resolver, Typed, constant, identified, plain, resolver
from devstore.admin.search import Reader, matching
from devstore.admin.values import at, metafield, metafields, tags, word
from devstore.gids import gid, number
from devstore.money import Bag, bag_of, total
from devstore.order_book import Books, books, still_owed
from devstore.store import Document

VISIBLE_DAYS = 60
"""How far back an app without `read_all_orders` can look."""

ORDER_SEARCH: dict[str, Reader] = {
    "": lambda each: [each["name"], each.get("email"), (each.get("shipping_address") or {}).get("name")],
    "id": lambda each: each["id"],
    "name": lambda each: [each["name"], each["name"].lstrip("#")],
    "email": lambda each: each.get("email"),
    "tag": tags,
    "status": lambda each: [*_states(each), "any"],
    "financial_status": lambda each: each["financial_status"],
    "fulfillment_status": lambda each: each.get("fulfillment_status") or "unfulfilled",
    "created_at": lambda each: each["created_at"],
    "updated_at": lambda each: each["updated_at"],
    "processed_at": lambda each: each["processed_at"],
    "customer_id": lambda each: (each.get("customer") or {}).get("id"),
    "source_name": lambda each: each.get("source_name"),
    "test": lambda each: bool(each.get("test")),
    "confirmation_number": lambda each: each.get("confirmation_number"),
    "sku": lambda each: [line.get("sku") for line in each["line_items"]],
}
ORDER_KEYS = {
    "ID": lambda each: each["id"],
    "CREATED_AT": lambda each: _moment(each["created_at"]),
    "UPDATED_AT": lambda each: _moment(each["updated_at"]),
    "PROCESSED_AT": lambda each: _moment(each["processed_at"]),
    "ORDER_NUMBER": lambda each: each["order_number"],
    "TOTAL_PRICE": lambda each: float(each["total_price"]),
}


def money_set(key: str) -> Resolver:
    """A money bag the payload carries."""
    return lambda order, ask, args: order.get(key)


def booked(read: Any) -> Resolver:
    """A money bag worked out from what is booked on the order: ``read(Books) -> Bag``."""

    def resolve(order: Document, ask: Ask, args: dict[str, Any]) -> Document:
        of = books_of(order, ask)
        return of.currencies.money_set(of.currencies.round(read(of)))

    return resolve


def books_of(order: Document, ask: Ask) -> Books:
    """Everything booked on the order, read once per request."""
    return (
        books(ask.store, order)
        if ask.notes.get("writes")
        else ask.once(("books", order["id"], order["updated_at"]), lambda: books(ask.store, order))
    )


identified("Order")
plain(
    "Order",
    name="name",
    number="number",
    email="email",
    phone="phone",
    note="note",
    poNumber="po_number",
    test="test",
    confirmed="confirmed",
    confirmationNumber="confirmation_number",
    tags=lambda order, ask, args: tags(order),
    createdAt=at("created_at"),
    processedAt=at("processed_at"),
    updatedAt=at("updated_at"),
    cancelledAt=at("cancelled_at"),
    closedAt=at("closed_at"),
    closed=lambda order, ask, args: order.get("closed_at") is not None,
    cancelReason=word("cancel_reason"),
    currencyCode="currency",
    presentmentCurrencyCode="presentment_currency",
    taxesIncluded="taxes_included",
    taxExempt="tax_exempt",
    estimatedTaxes="estimated_taxes",
    dutiesIncluded="duties_included",
    edited=lambda order, ask, args: bool(order.get("_edited")),
    sourceName="source_name",
    sourceIdentifier="source_identifier",
    customerLocale="customer_locale",
    statusPageUrl="order_status_url",
    paymentGatewayNames="payment_gateway_names",
    displayFinancialStatus=word("financial_status"),
    discountCode=lambda order, ask, args: next((each["code"] for each in order["discount_codes"]), None),
    discountCodes=lambda order, ask, args: [each["code"] for each in order["discount_codes"]],
    customAttributes="note_attributes",
    shippingAddress="shipping_address",
    billingAddress="billing_address",
    displayAddress=lambda order, ask, args: order.get("shipping_address") or order.get("billing_address"),
    billingAddressMatchesShippingAddress=lambda order, ask, args: (
        order.get("billing_address") == order.get("shipping_address")
    ),
    taxLines="tax_lines",
    requiresShipping=lambda order, ask, args: any(line["requires_shipping"] for line in order["line_items"]),
    subtotalLineItemsQuantity=lambda order, ask, args: sum(line["quantity"] for line in order["line_items"]),
    currentSubtotalLineItemsQuantity=lambda order, ask, args: sum(
        each["current_quantity"] for each in order["line_items"]
    ),
    totalWeight=lambda order, ask, args: str(order.get("total_weight") or 0),
    fullyPaid=lambda order, ask, args: order["financial_status"] in ("paid", "partially_refunded", "refunded"),
    unpaid=lambda order, ask, args: order["financial_status"] in ("pending", "authorized"),
    capturable=lambda order, ask, args: order["financial_status"] == "authorized",
    canMarkAsPaid=lambda order, ask, args: order["financial_status"] in ("pending", "partially_paid"),
    canNotifyCustomer=lambda order, ask, args: bool(order.get("email")),
    customer=lambda order, ask, args: _customer(order, ask),
    attribution=lambda order, ask, args: order,
    app=lambda order, ask, args: order,
    metafield=metafield,
    metafields=metafields,
    subtotalPriceSet=money_set("subtotal_price_set"),
    totalPriceSet=money_set("total_price_set"),
    originalTotalPriceSet=lambda order, ask, args: order.get("_original_total_price_set") or order["total_price_set"],
    totalTaxSet=money_set("total_tax_set"),
    totalDiscountsSet=money_set("total_discounts_set"),
    totalShippingPriceSet=money_set("total_shipping_price_set"),
    currentSubtotalPriceSet=money_set("current_subtotal_price_set"),
    currentTotalPriceSet=money_set("current_total_price_set"),
    currentTotalTaxSet=money_set("current_total_tax_set"),
    currentTotalDiscountsSet=money_set("current_total_discounts_set"),
    currentShippingPriceSet=money_set("current_shipping_price_set"),
    currentTotalDutiesSet=money_set("current_total_duties_set"),
    totalReceivedSet=booked(lambda of: of.paid()),
    totalRefundedSet=booked(lambda of: of.returned()),
    netPaymentSet=booked(lambda of: of.paid() - of.returned()),
    totalOutstandingSet=booked(lambda of: outstanding(of)),
    totalRefundedShippingSet=booked(
        lambda of: total(
            bag_of(line["subtotal_amount_set"]) for each in of.refunds for line in each["refund_shipping_lines"]
        )
    ),
    totalTipReceivedSet=booked(lambda of: of.currencies.bag(Decimal(of.order.get("total_tip_received") or 0))),
)
plain("OrderAttribution", handle=lambda order, ask, args: order.get("source_name") or "web", icon=constant(None))
plain("OrderAttribution", displayName=lambda order, ask, args: channel_name(order))
plain("OrderApp", id=lambda order, ask, args: gid("App", order.get("app_id") or 580111))
plain("OrderApp", name=lambda order, ask, args: channel_name(order))
plain("ChannelInformation", id=lambda order, ask, args: gid("ChannelInformation", order.get("app_id") or 580111))
plain("ChannelInformation", channelId=lambda order, ask, args: gid("Channel", order.get("app_id") or 580111))
plain("ChannelInformation", displayName=lambda order, ask, args: channel_name(order))
plain("PurchasingCompany", company=lambda company, ask, args: company, contact=constant(None))
plain("PurchasingCompany", location=lambda company, ask, args: company)
plain("Company", id=lambda company, ask, args: gid("Company", company["id"]), name="name", externalId="external_id")
plain("CompanyLocation", id=lambda company, ask, args: gid("CompanyLocation", company["location_id"]))
plain("CompanyLocation", name=lambda company, ask, args: company.get("location_name") or company["name"])
plain(
    "TaxLine",
    title="title",
    rate="rate",
    ratePercentage=lambda tax, ask, args: round(tax["rate"] * 100, 4),
    priceSet="price_set",
    channelLiable="channel_liable",
)


@resolver("Order", "channelInformation")
def _channel(order: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    return order if order.get("source_name") else None


@resolver("Order", "displayFulfillmentStatus")
def _display_fulfillment(order: Document, ask: Ask, args: dict[str, Any]) -> str:
    open_lines = {line["id"] for line in order["line_items"] if line["fulfillable_quantity"]}
    if open_lines and open_lines <= fulfillment_orders.held_lines(ask.store, order):
        return "ON_HOLD"
    status = order.get("fulfillment_status")
    words = {None: "UNFULFILLED", "partial": "PARTIALLY_FULFILLED", "fulfilled": "FULFILLED", "restocked": "RESTOCKED"}
    return words[status]


@resolver("Order", "returnStatus")
def _return_status(order: Document, ask: Ask, args: dict[str, Any]) -> str:
    states = {str(each.get("status", "")).upper() for each in ask.store.find("return", order_id=order["id"])}
    states -= {"CANCELED", "DECLINED"}
    if not states:
        return "NO_RETURN"
    if "REQUESTED" in states:
        return "RETURN_REQUESTED"
    return "IN_PROGRESS" if "OPEN" in states else "RETURNED"


@resolver("Order", "purchasingEntity")
def _purchasing_entity(order: Document, ask: Ask, args: dict[str, Any]) -> Typed | None:
    company = order.get("_company") or order.get("company")
    if company:
        return Typed("PurchasingCompany", {"name": "Company", **company})
    customer = _customer(order, ask)
    return Typed("Customer", customer) if customer else None


@resolver("Order", "transactions")
def _transactions(order: Document, ask: Ask, args: dict[str, Any]) -> list[Document]:
    return ask.store.find("transaction", order_id=order["id"])[: args.get("first")]


@resolver("Order", "paymentCollectionDetails")
def _payment_collection(order: Document, ask: Ask, args: dict[str, Any]) -> Document:
    due = outstanding(books_of(order, ask)).presentment
    return {"url": f"{order['order_status_url']}&pay=1" if due else None}


plain("OrderPaymentCollectionDetails", additionalPaymentCollectionUrl="url", vaultedPaymentMethods=constant(None))


@resolver("QueryRoot", "orders")
def _orders(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    found = matching(args.get("query"), visible_orders(ask), order_search(ask))
    return page(found, args, ORDER_KEYS.get(args.get("sortKey") or "PROCESSED_AT", ORDER_KEYS["ID"]))


@resolver("QueryRoot", "ordersCount")
def _orders_count(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"count": len(matching(args.get("query"), visible_orders(ask), order_search(ask)))}


@resolver("QueryRoot", "order", "orderByIdentifier")
def _order(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    wanted = args.get("identifier") or args
    return visible_order(ask, number(wanted["id"], "Order"))


def visible_order(ask: Ask, id: int) -> Document | None:
    """The order, unless it is gone or too old for the token's scopes."""
    order = ask.store.peek("order", id)
    return order if order and _is_visible(order, ask) else None


def order_search(ask: Ask) -> dict[str, Reader]:
    """What orders are found by, with what stands in other documents."""
    return {**ORDER_SEARCH, "return_status": lambda each: _return_status(each, ask, {})}


def visible_orders(ask: Ask) -> list[Document]:
    """All orders the token's scopes let the app see: 60 days, or everything with `read_all_orders`."""
    return ask.once("visible orders", lambda: [each for each in ask.store.all("order") if _is_visible(each, ask)])


def channel_name(order: Document) -> str:
    """The sales channel in words."""
    source = order.get("source_name") or "web"
    return order.get("_channel") or {"web": "Online Store", "pos": "Point of Sale"}.get(source, source)


def outstanding(of: Books) -> Bag:
    """What the customer still owes."""
    return still_owed(of, bag_of(of.order.get("current_total_price_set") or of.order["total_price_set"]))


def _is_visible(order: Document, ask: Ask) -> bool:
    if "*" in ask.scopes or "read_all_orders" in ask.scopes:
        return True
    first = ask.once("first visible", lambda: ask.world.now() - timedelta(days=VISIBLE_DAYS))
    return datetime.fromisoformat(order["created_at"].replace("Z", "+00:00")) >= first


def _customer(order: Document, ask: Ask) -> Document | None:
    known = order.get("customer")
    return (ask.store.peek("customer", known["id"]) or None) if known else None


def _states(order: Document) -> list[str]:
    if order.get("cancelled_at"):
        return ["cancelled", "closed"]
    return ["closed"] if order.get("closed_at") else ["open", "not_closed"]


def _moment(written: str) -> float:
    return datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()
