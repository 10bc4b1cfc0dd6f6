"""GraphQL nodes -> snapshots of returns. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shopify_app.money import Money, rate
from shopify_app.shopify.nodes import instant, number
from shopify_app.shopify.return_snapshots import (
    NEW_ACCOUNTS,
    STORE_CREDIT_GATEWAY,
    CreditSetUp,
    LineCount,
    OrderReturn,
    OrderReturns,
    OrderTooLarge,
    ReturnableLine,
    ReturnableOrder,
    ReturnedLine,
    TenderSnapshot,
    VariantStock,
)

Node = Mapping[str, Any]
PAYING = ("SALE", "CAPTURE")
MOST_TRANSACTIONS = 100
_OURS = re.compile(r"(?:^|\s)step-(\d{1,18})(?:\s|$)")
"""How a note names the step that wrote it."""


def returns_of_order(node: Node) -> OrderReturns:
    """From an order of ReturnsPage."""
    returns = tuple((number(each["id"]), each["status"].lower()) for each in node["returns"]["nodes"])
    return OrderReturns(number(node["id"]), returns)


def returnable_order(answer: Node) -> ReturnableOrder:
    """From the whole answer of OrderForReturn, whose order is known. Raises OrderTooLarge."""
    node, parcels = answer["order"], answer["returnableFulfillments"]
    currency, entity = node["presentmentCurrencyCode"], node["purchasingEntity"]
    return ReturnableOrder(
        order_id=number(node["id"]),
        currency=currency,
        shop_currency=node["currencyCode"],
        rate=_rate(node["totalPriceSet"], currency, node["currencyCode"]),
        taxes_included=node["taxesIncluded"],
        is_company=bool(entity) and entity["__typename"] == "PurchasingCompany",
        is_cancelled=node["cancelledAt"] is not None,
        has_duties=bool(_money(node["currentTotalDutiesSet"], currency)),
        customer_id=number(node["customer"]["id"]) if node["customer"] else None,
        tenders=_tenders(node["transactions"], currency),
        refundable=_money(node["netPaymentSet"], currency),
        counts=tuple(
            LineCount(number(n["id"]), n["quantity"], n["currentQuantity"], n["refundableQuantity"])
            for n in _whole(node["lineItems"], "lines")
        ),
        lines=tuple(line for parcel in _whole(parcels, "parcels") for line in _lines(parcel)),
        returns=tuple(_return(n) for n in _whole(node["returns"], "returns")),
        credit=CreditSetUp(
            answer["shop"]["customerAccountsV2"]["customerAccountsVersion"] == NEW_ACCOUNTS,
            bool((answer["storeCreditConfiguration"] or {}).get("storeCreditEnabled")),
        ),
    )


def variant_stock(node: Node) -> VariantStock:
    """A ProductVariant of VariantStock."""
    return VariantStock(
        variant_id=number(node["id"]),
        price=Decimal(node["price"]),
        available=node["inventoryQuantity"] if node["inventoryItem"]["tracked"] else None,
        sells_when_out=node["inventoryPolicy"] == "CONTINUE",
        is_on_sale=node["product"]["status"] == "ACTIVE",
    )


def _lines(parcel: Node) -> list[ReturnableLine]:
    sent = parcel["fulfillment"]
    return [
        ReturnableLine(
            fulfillment_id=number(sent["id"]),
            fulfillment_line_id=number(n["fulfillmentLineItem"]["id"]),
            line_id=number(n["fulfillmentLineItem"]["lineItem"]["id"]),
            quantity=n["quantity"],
            sent=n["fulfillmentLineItem"]["quantity"] or 0,
            fulfilled_at=instant(sent["createdAt"]),
            delivered_at=instant(sent["deliveredAt"]),
        )
        for n in _whole(parcel["returnableFulfillmentLineItems"], "lines of a parcel")
    ]


def _return(node: Node) -> OrderReturn:
    made = [number(line["id"]) for n in _whole(node["exchangeLineItems"], "exchanges") for line in n["lineItems"] or []]
    lines = tuple(_returned(n) for n in _whole(node["returnLineItems"], "lines of a return"))
    notes = " ".join(n.get("returnReasonNote") or "" for n in node["returnLineItems"]["nodes"])
    ours = _OURS.search(notes)
    step = int(ours[1]) if ours else None
    return OrderReturn(number(node["id"]), node["name"], node["status"].lower(), lines, tuple(made), step)


def _returned(node: Node) -> ReturnedLine:
    sent = node.get("fulfillmentLineItem")
    return ReturnedLine(
        return_line_id=number(node["id"]),
        fulfillment_line_id=number(sent["id"]) if sent else None,
        line_id=number(sent["lineItem"]["id"]) if sent else None,
        quantity=node["quantity"],
        processed=node["processedQuantity"],
    )


def _tenders(transactions: list[Node], currency: str) -> tuple[TenderSnapshot, ...]:
    """Payments with what refunds, done or on their way, have left of them. What went to store credit instead of back to
    a payment still fits into that payment; only the order as a whole has less."""
    if len(transactions) >= MOST_TRANSACTIONS:
        raise OrderTooLarge("transactions")
    gateways = {number(n["id"]): n["gateway"] for n in transactions}
    back: dict[int, Money] = {}
    for n in transactions:
        if n["kind"] == "REFUND" and n["status"] in ("SUCCESS", "PENDING") and n["parentTransaction"]:
            parent = number(n["parentTransaction"]["id"])
            if n["gateway"] == STORE_CREDIT_GATEWAY != gateways.get(parent):
                continue
            back[parent] = back.get(parent, Money.zero(currency)) + _money(n["amountSet"], currency)
    found = []
    for n in transactions:
        if n["kind"] in PAYING and n["status"] == "SUCCESS":
            which, amount = number(n["id"]), _money(n["amountSet"], currency)
            left = max(amount - back.get(which, Money.zero(currency)), Money.zero(currency))
            found.append(TenderSnapshot(which, n["gateway"] or "", amount, left))
    return tuple(found)


def _rate(total: Node, currency: str, shop_currency: str) -> Decimal | None:
    """Presentment over shop money of the order's own total."""
    return rate(_money(total, currency), Money.parse(total["shopMoney"]["amount"], shop_currency))


def _whole(connection: Node, part: str) -> list[Node]:
    if connection["pageInfo"]["hasNextPage"]:
        raise OrderTooLarge(part)
    return connection["nodes"]


def _money(bag: Node | None, currency: str) -> Money:
    return Money.parse(bag["presentmentMoney"]["amount"] if bag else None, currency)
