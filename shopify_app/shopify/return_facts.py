"""A return as Shopify has it, and what moved with it: typed answers of the mutations and of the reads that look back.
Global ids are kept as Shopify wrote them; amounts are in the order's presentment currency. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.nodes import instant, must, number

Node = Mapping[str, Any]
MOST_LINES = 50
"""Lines of a return that one read takes in."""


@dataclass(frozen=True)
class LineFacts:
    """Units of a fulfilment line in a return. `note` is ours or the merchant's; line ids None: not of an order."""

    id: str
    fulfillment_line_id: int | None
    line_id: int | None
    quantity: int
    processed: int
    refunded: int
    note: str
    reason: str | None
    restocking_percent: Decimal

    @property
    def left(self) -> int:
        """Units that can still be processed or taken off."""
        return self.quantity - self.processed


@dataclass(frozen=True)
class ExchangeFacts:
    """Units of a new variant in a return."""

    id: str
    variant_id: int | None
    quantity: int
    processed: int


@dataclass(frozen=True)
class ReverseFacts:
    """A line of a reverse fulfilment order; `disposed` counts units by disposition, in lower case."""

    id: str
    order_id: str
    fulfillment_line_id: int | None
    quantity: int
    disposed: Mapping[str, int]


@dataclass(frozen=True)
class ParcelFacts:
    """A reverse delivery."""

    id: str
    number: str | None


@dataclass(frozen=True)
class TransferFacts:
    """An order transaction: `kind` REFUND for money that went back; `parent` the payment it went back to."""

    id: str
    kind: str
    status: str
    gateway: str
    amount: Money
    parent: str | None


@dataclass(frozen=True)
class RefundFacts:
    """A refund that processing made."""

    id: str
    note: str
    created_at: datetime | None
    amount: Money
    transfers: tuple[TransferFacts, ...]


@dataclass(frozen=True)
class ReturnFacts:
    """`status` in lower case: requested, open, closed, declined, canceled (one L)."""

    id: int
    name: str
    status: str
    order_id: int
    currency: str
    created_at: datetime
    closed_at: datetime | None
    lines: tuple[LineFacts, ...]
    exchanges: tuple[ExchangeFacts, ...]
    reverse: tuple[ReverseFacts, ...]
    parcels: tuple[ParcelFacts, ...]
    refunds: tuple[RefundFacts, ...]
    shipping_fee: Money

    @property
    def is_processed(self) -> bool:
        """Whether anything of it was carried out."""
        return any(each.processed for each in (*self.lines, *self.exchanges))

    @property
    def refunded(self) -> Money:
        """All money that went back with it."""
        return sum((refund.amount for refund in self.refunds), Money.zero(self.currency))

    def has_note(self, note: str) -> bool:
        """Whether one of its lines carries `note`."""
        return any(note in line.note.split() for line in self.lines)


@dataclass(frozen=True)
class RefundElsewhere:
    """A refund of the order: of which return (None: none), which lines it names."""

    id: str
    note: str
    created_at: datetime | None
    amount: Money
    return_id: int | None
    line_ids: frozenset[int]


@dataclass(frozen=True)
class OutcomeFacts:
    """What Shopify reckons for processing now. `suggested`: positive goes back, negative is owed. `overpaid`: what the
    shop holds of the order beyond its worth before this (negative: owed)."""

    facts: ReturnFacts
    suggested: Money
    maximum: Money
    overpaid: Money
    refunds: tuple[RefundElsewhere, ...]


@dataclass(frozen=True)
class NewLinePrice:
    """An exchange line as Shopify would price it: one unit before discounts, and the line after them."""

    quantity: int
    unit: Money
    net: Money
    tax: Money


@dataclass(frozen=True)
class Worth:
    """What units of a fulfilment line are worth to Shopify now: `net` as the order's prices have tax, `tax` in or on
    top of it."""

    net: Money
    tax: Money


@dataclass(frozen=True)
class Calculated:
    """A return as Shopify would reckon it before it is made: what comes back and the new goods, in the order asked."""

    returned: tuple[Worth, ...]
    new: tuple[NewLinePrice, ...]


@dataclass(frozen=True)
class CreditFacts:
    """One movement of store credit. `amount` is signed as the account sees it."""

    id: str
    account_id: str
    amount: Money
    balance_after: Money
    event: str
    created_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class AccountFacts:
    """A customer's store-credit account in one currency, with its newest movements."""

    id: str
    balance: Money
    movements: tuple[CreditFacts, ...]


@dataclass(frozen=True)
class CardFacts:
    """A gift card; its code is ours and known to us alone."""

    id: str
    note: str
    amount: Money


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


def account_facts(node: Node) -> AccountFacts:
    """Shopify's `StoreCreditAccount`."""
    moved = tuple(
        credit_facts({**each, "account": {"id": node["id"]}}) for each in node["transactions"]["nodes"] if "id" in each
    )
    return AccountFacts(node["id"], plain(node["balance"]), moved)


def credit_facts(node: Node) -> CreditFacts:
    """Shopify's credit or debit transaction."""
    return CreditFacts(
        id=node["id"],
        account_id=node["account"]["id"],
        amount=plain(node["amount"]),
        balance_after=plain(node["balanceAfterTransaction"]),
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
    return RefundElsewhere(
        id=node["id"],
        note=node["note"] or "",
        created_at=instant(node["createdAt"]),
        amount=bag(node["totalRefundedSet"], currency),
        return_id=number(node["return"]["id"]) if node["return"] else None,
        line_ids=frozenset(number(each["lineItem"]["id"]) for each in node["refundLineItems"]["nodes"]),
    )
