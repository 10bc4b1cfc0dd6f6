"""GraphQL nodes -> facts of returns (`return_facts`), of refunds and of store credit. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.nodes import instant, must, number
from shopify_app.shopify.return_facts import (
    AccountFacts,
    Calculated,
    CreditFacts,
    ExchangeFacts,
    LineFacts,
    NewLinePrice,
    OutcomeFacts,
    ParcelFacts,
    RefundElsewhere,
    RefundFacts,
    ReturnFacts,
    ReverseFacts,
    TransferFacts,
    Worth,
)

Node = Mapping[str, Any]


def return_facts(node: Node) -> ReturnFacts:
    """Shopify's `Return` by the fragment ReturnFacts."""
    currency = node["order"]["presentmentCurrencyCode"]
    fees = [bag(each["amountSet"], currency) for each in node["returnShippingFees"]]
    return ReturnFacts(
        id=number(node["id"]),
        name=node["name"],
        status=node["status"].lower(),
        order_id=number(node["order"]["id"]),
        currency=currency,
        created_at=must(node["createdAt"]),
        closed_at=instant(node["closedAt"]),
        lines=tuple(_line(each) for each in node["returnLineItems"]["nodes"]),
        exchanges=tuple(_exchange(each) for each in node["exchangeLineItems"]["nodes"]),
        reverse=tuple(
            _reverse(order, each)
            for order in node["reverseFulfillmentOrders"]["nodes"]
            for each in order["lineItems"]["nodes"]
        ),
        parcels=tuple(
            _parcel(each)
            for order in node["reverseFulfillmentOrders"]["nodes"]
            for each in order["reverseDeliveries"]["nodes"]
        ),
        refunds=tuple(refund_facts(each, currency) for each in node["refunds"]["nodes"]),
        shipping_fee=sum(fees, Money.zero(currency)),
    )


def outcome_facts(node: Node) -> OutcomeFacts:
    """Shopify's `Return` by the document SuggestedOutcome."""
    facts = return_facts(node)
    outcome, order, currency = node["suggestedFinancialOutcome"], node["order"], facts.currency
    transfer = (outcome or {}).get("financialTransfer")
    amount = bag(transfer["amount"], currency) if transfer else Money.zero(currency)
    is_owed = bool(transfer) and transfer["__typename"] == "InvoiceReturnOutcome"
    return OutcomeFacts(
        facts=facts,
        suggested=-amount if is_owed else amount,
        maximum=bag((outcome or {}).get("maximumRefundable"), currency),
        overpaid=bag(order["netPaymentSet"], currency) - bag(order["currentTotalPriceSet"], currency),
        refunds=tuple(_elsewhere(each, currency) for each in order["refunds"]),
    )


def calculated(node: Node, currency: str) -> Calculated:
    """Shopify's `CalculatedReturn`."""
    returned = tuple(
        Worth(bag(each["subtotalSet"], currency), bag(each["totalTaxSet"], currency))
        for each in node["returnLineItems"]
    )
    return Calculated(returned, tuple(_new_line_price(each, currency) for each in node["exchangeLineItems"]))


def _new_line_price(node: Node, currency: str) -> NewLinePrice:
    unit, net = bag(node["originalUnitPriceSet"], currency), bag(node["subtotalSet"], currency)
    return NewLinePrice(node["quantity"], unit, net, bag(node["totalTaxSet"], currency))


def account_facts(node: Node, moved: Sequence[Node], since: datetime) -> AccountFacts:
    """Shopify's `StoreCreditAccount` with those of its transactions that are no older than `since`."""
    whole = ({**each, "account": {"id": node["id"]}} for each in moved if "id" in each and not is_older(each, since))
    return AccountFacts(node["id"], plain(node["balance"]), tuple(credit_facts(each) for each in whole))


def is_older(node: Node, since: datetime) -> bool:
    """Whether the transaction was made before then."""
    made = instant(node.get("createdAt"))
    return made is not None and made < since


def credit_facts(node: Node) -> CreditFacts:
    """Shopify's credit or debit transaction."""
    return CreditFacts(
        id=node["id"],
        account_id=node["account"]["id"],
        amount=plain(node["amount"]),
        event=node.get("event") or "ADJUSTMENT",
        created_at=instant(node.get("createdAt")),
        expires_at=instant(node.get("expiresAt")),
    )


def bag(node: Node | None, currency: str) -> Money:
    """The presentment side of a `MoneyBag`; zero for none."""
    return Money.parse(node["presentmentMoney"]["amount"] if node else None, currency)


def plain(node: Node) -> Money:
    """A `MoneyV2`."""
    return Money.parse(node["amount"], node["currencyCode"])


def _line(node: Node) -> LineFacts:
    sent = node.get("fulfillmentLineItem")
    return LineFacts(
        id=node["id"],
        fulfillment_line_id=number(sent["id"]) if sent else None,
        line_id=number(sent["lineItem"]["id"]) if sent else None,
        quantity=node["quantity"],
        processed=node["processedQuantity"],
        refunded=node["refundedQuantity"],
        note=node["returnReasonNote"] or "",
        reason=(node["returnReasonDefinition"] or {}).get("handle"),
        restocking_percent=Decimal(str((node.get("restockingFee") or {}).get("percentage") or 0)),
    )


def _exchange(node: Node) -> ExchangeFacts:
    variant = number(node["variantId"]) if node["variantId"] else None
    return ExchangeFacts(node["id"], variant, node["quantity"], node["processedQuantity"])


def _reverse(order: Node, node: Node) -> ReverseFacts:
    disposed: dict[str, int] = {}
    for each in node["dispositions"]:
        kind = each["type"].lower()
        disposed[kind] = disposed.get(kind, 0) + each["quantity"]
    sent = node["fulfillmentLineItem"]
    line = number(sent["id"]) if sent else None
    return ReverseFacts(node["id"], order["id"], line, node["totalQuantity"], disposed)


def _parcel(node: Node) -> ParcelFacts:
    tracking = (node["deliverable"] or {}).get("tracking") or {}
    return ParcelFacts(node["id"], tracking.get("number"))


def refund_facts(node: Node, currency: str) -> RefundFacts:
    """Shopify's `Refund` with the transactions that it moved."""
    moved = tuple(
        TransferFacts(
            id=each["id"],
            kind=each["kind"],
            status=each["status"],
            gateway=each["gateway"] or "",
            amount=bag(each["amountSet"], currency),
            parent=(each["parentTransaction"] or {}).get("id"),
        )
        for each in node["transactions"]["nodes"]
    )
    amount = bag(node["totalRefundedSet"], currency)
    return RefundFacts(node["id"], node["note"] or "", instant(node["createdAt"]), amount, moved)


def _elsewhere(node: Node, currency: str) -> RefundElsewhere:
    lines = node["refundLineItems"]
    named = () if lines["pageInfo"]["hasNextPage"] else lines["nodes"]
    return RefundElsewhere(
        id=node["id"],
        note=node["note"] or "",
        created_at=instant(node["createdAt"]),
        amount=bag(node["totalRefundedSet"], currency),
        return_id=number(node["return"]["id"]) if node["return"] else None,
        line_ids=frozenset(number(each["lineItem"]["id"]) for each in named),
    )
