"""What is taken off an order before it was sent, and the money that goes back for it: reads and mutations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.calls import check
from shopify_app.shopify.nodes import gid, number
from shopify_app.shopify.order_counts import OrderCounts
from shopify_app.shopify.return_fact_nodes import bag, refund_facts
from shopify_app.shopify.return_facts import RefundFacts
from shopify_app.shopify.return_snapshots import OrderTooLarge

MOST_REFUNDS = 250
"""Refunds of an order that one read lists; Shopify gives no second page of them."""


@dataclass(frozen=True)
class OrderMoney:
    """An order as Shopify reckons it now, in its presentment currency. `unsent` are units that have not left, by line;
    `suggested` is what goes back for the lines asked about, delivery not counted; `delivery` what of the delivery is
    still with the shop, its tax included; `maximum` what can go back in all; `overpaid` what the shop holds of the
    order beyond its worth before this (negative: owed)."""

    is_cancelled: bool
    unsent: Mapping[int, int]
    suggested: Money
    delivery: Money
    maximum: Money
    overpaid: Money


class OrderGone(Exception):
    """Shopify no longer shows the order."""


@dataclass(frozen=True)
class OrderRefunds(OrderCounts):
    """Refunds that belong to no return. A refund is never sent twice: after AnswerLost the caller looks back."""

    def order_money(self, order_id: int, lines: Sequence[Mapping[str, Any]] = ()) -> OrderMoney | None:
        """`lines` as `RefundLineItemInput`; None when Shopify shows no such order."""
        wanted = {"id": gid("Order", order_id), "lines": list(lines), "shipping": True}
        node = self._run("OrderMoney", **wanted)["order"]
        return None if node is None or not self._read_lines_on(node) else _order_money(node)

    def refund_noted(self, order_id: int, note: str) -> RefundFacts | None:
        """The refund of the order that carries `note`; None where there is none. Raises OrderGone where Shopify shows
        no such order, OrderTooLarge where it may stand beyond `MOST_REFUNDS`."""
        order = self._run("OrderRefunds", id=gid("Order", order_id))["order"]
        if order is None:
            raise OrderGone(order_id)
        made = next((each["id"] for each in order["refunds"] if note in (each["note"] or "").split()), None)
        if made is not None:
            return refund_facts(self._run("RefundMadeById", id=made)["refund"], order["presentmentCurrencyCode"])
        if len(order["refunds"]) >= MOST_REFUNDS:
            raise OrderTooLarge("refunds")
        return None

    def create_refund(self, input: Mapping[str, Any], key: str) -> RefundFacts:
        """`RefundInput`; `key` makes Shopify give the first answer again within a day. Raises UserErrors."""
        made = self._run("RefundCreate", input=dict(input), key=key)["refundCreate"]
        check(made["userErrors"])
        return refund_facts(made["refund"], input["currency"])

    def cancel_order(self, order_id: int, note: str) -> None:
        """The order is off; money and stock were dealt with before. Shopify does it shortly after it said yes."""
        made = self._run("OrderCancel", id=gid("Order", order_id), note=note)["orderCancel"]
        check(made["orderCancelUserErrors"])


def _order_money(node: Mapping[str, Any]) -> OrderMoney:
    currency, seen = node["presentmentCurrencyCode"], node["suggestedRefund"] or {}
    shipping = seen.get("shipping") or {}
    delivery = bag(shipping.get("amountSet"), currency) + bag(shipping.get("taxSet"), currency)
    return OrderMoney(
        is_cancelled=node["cancelledAt"] is not None,
        unsent={number(each["id"]): each["unfulfilledQuantity"] for each in node["lineItems"]["nodes"]},
        suggested=bag(seen.get("amountSet"), currency) - delivery,
        delivery=delivery,
        maximum=bag(seen.get("maximumRefundableSet"), currency),
        overpaid=bag(node["netPaymentSet"], currency) - bag(node["currentTotalPriceSet"], currency),
    )
