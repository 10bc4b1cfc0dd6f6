"""Payments and what went back of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore.admin.connections import page
from devstore.admin.fields import Ask, constant, identified, plain, resolver
from devstore.admin.lines import owned
from devstore.admin.values import at
from devstore.gids import gid, number
from devstore.money import currencies_of
from devstore.store import Document

identified("Refund")
plain(
    "Refund",
    createdAt=at("created_at"),
    processedAt=at("processed_at"),
    updatedAt=at("processed_at"),
    note="note",
    duties=constant([]),
    order=lambda refund, ask, args: ask.store.peek("order", refund["order_id"]),
)
plain(
    "RefundLineItem",
    id=lambda each, ask, args: gid("RefundLineItem", each["id"]),
    quantity="quantity",
    lineItem="_line",
    restockType=lambda each, ask, args: each["restock_type"].upper(),
    restocked=lambda each, ask, args: each["restock_type"] in ("cancel", "return"),
    location=lambda each, ask, args: (
        ask.store.peek("location", each["location_id"]) if each.get("location_id") else None
    ),
    priceSet=lambda each, ask, args: each["_line"]["price_set"],
    subtotalSet="subtotal_set",
    totalTaxSet="total_tax_set",
)
plain(
    "RefundShippingLine",
    id=lambda each, ask, args: gid("RefundShippingLine", each["id"]),
    shippingLine="shipping_line",
    subtotalAmountSet="subtotal_amount_set",
    taxAmountSet="tax_amount_set",
)
plain(
    "OrderAdjustment",
    id=lambda each, ask, args: gid("OrderAdjustment", each["id"]),
    amountSet="amount_set",
    taxAmountSet="tax_amount_set",
    reason=lambda each, ask, args: "REFUND_DISCREPANCY" if each["kind"] == "refund_discrepancy" else None,
)
plain(
    "OrderTransaction",
    id=lambda each, ask, args: gid("OrderTransaction", each["id"]),
    kind=lambda each, ask, args: each["kind"].upper(),
    status=lambda each, ask, args: each["status"].upper(),
    gateway="gateway",
    formattedGateway=lambda each, ask, args: (each.get("gateway") or "").replace("_", " ").title(),
    manualPaymentGateway=lambda each, ask, args: bool(each.get("manual_payment_gateway")),
    paymentId="payment_id",
    test=lambda each, ask, args: bool(each.get("test")),
    createdAt=at("created_at"),
    processedAt=at("processed_at"),
    errorCode=constant(None),
    order=lambda each, ask, args: ask.store.peek("order", each["order_id"]),
    parentTransaction=lambda each, ask, args: (
        ask.store.peek("transaction", each["parent_id"]) if each.get("parent_id") else None
    ),
    amountSet=lambda each, ask, args: _amount_set(each, ask),
)


@resolver("Order", "refunds")
def _of_order(order: Document, ask: Ask, args: dict[str, Any]) -> list[Document]:
    return ask.store.find("refund", order_id=order["id"])[: args.get("first")]


@resolver("QueryRoot", "refund")
def _refund(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("refund", number(args["id"], "Refund"))


@resolver("Refund", "return")
def _return(refund: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("return", refund["return"]["id"]) if refund.get("return") else None


@resolver("Refund", "totalRefundedSet")
def _total(refund: Document, ask: Ask, args: dict[str, Any]) -> Document:
    order = ask.store.peek("order", refund["order_id"])
    assert order is not None
    currencies = currencies_of(order)
    moved = [each for each in refund["transactions"] if each["kind"] == "refund" and each["status"] == "success"]
    amount = sum((Decimal(str(each["amount"])) for each in moved), Decimal(0))
    return currencies.money_set(currencies.bag_of_presentment(amount))


@resolver("Refund", "refundLineItems")
def _lines(refund: Document, ask: Ask, args: dict[str, Any]) -> Any:
    order = ask.store.peek("order", refund["order_id"])
    assert order is not None
    lines = {line["id"]: owned(order, line) for line in order["line_items"]}
    return page([{**each, "_line": lines[each["line_item_id"]]} for each in refund["refund_line_items"]], args)


@resolver("Refund", "refundShippingLines")
def _shipping(refund: Document, ask: Ask, args: dict[str, Any]) -> Any:
    order = ask.store.peek("order", refund["order_id"])
    assert order is not None
    lines = [{**each, "shipping_line": owned(order, each["shipping_line"])} for each in refund["refund_shipping_lines"]]
    return page(lines, args)


@resolver("Refund", "orderAdjustments")
def _adjustments(refund: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(refund["order_adjustments"], args)


@resolver("Refund", "transactions")
def _transactions(refund: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(refund["transactions"], args)


def _amount_set(transaction: Document, ask: Ask) -> Document:
    order = ask.store.peek("order", transaction["order_id"])
    assert order is not None
    currencies, amount = currencies_of(order), Decimal(str(transaction["amount"]))
    if transaction["currency"] == currencies.presentment:
        return currencies.money_set(currencies.bag_of_presentment(amount))
    return currencies.money_set(currencies.bag(amount))
