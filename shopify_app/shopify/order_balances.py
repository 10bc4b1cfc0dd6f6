"""What of an order is still to be paid, and the goods that wait for it: a read, and the mutation that lets go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.calls import Calls, check
from shopify_app.shopify.nodes import gid, number
from shopify_app.shopify.return_fact_nodes import bag

AWAITING_PAYMENT = "AWAITING_PAYMENT"
_PAID = ("SALE", "CAPTURE")


@dataclass(frozen=True)
class Payment:
    """Money that came in: `id` is Shopify's gid of the transaction."""

    id: str
    amount: Money


@dataclass(frozen=True)
class Hold:
    """Goods that wait for a payment: the holds of one fulfilment order, and the order lines that it sends."""

    fulfillment_order: str
    ids: tuple[str, ...]
    line_ids: frozenset[int]


@dataclass(frozen=True)
class OrderBalance:
    """`outstanding` is what the customer still owes for the order, `pay_url` Shopify's own page to pay it (None while
    nothing is open). Whoever holds that address sees the order: it is shown to the shopper and written down nowhere.
    """

    outstanding: Money
    pay_url: str | None = field(repr=False)
    payments: tuple[Payment, ...]
    holds: tuple[Hold, ...]

    def holds_of(self, line_ids: frozenset[int]) -> tuple[Hold, ...]:
        """Those that keep back one of these order lines."""
        return tuple(each for each in self.holds if each.line_ids & line_ids)


@dataclass(frozen=True)
class OrderBalances(Calls):
    """Balances are collected by Shopify's checkout alone."""

    def order_balance(self, order_id: int) -> OrderBalance | None:
        """None when Shopify shows no such order."""
        node = self._run("OrderBalance", id=gid("Order", order_id))["order"]
        return None if node is None else _order_balance(node)

    def release_hold(self, fulfillment_order_gid: str, hold_ids: Sequence[str]) -> None:
        """The goods may be sent. Raises UserErrors."""
        made = self._run("HoldRelease", id=fulfillment_order_gid, holds=list(hold_ids))
        check(made["fulfillmentOrderReleaseHold"]["userErrors"])


def _order_balance(node: Mapping[str, Any]) -> OrderBalance:
    currency = node["presentmentCurrencyCode"]
    paid = [each for each in node["transactions"] if each["kind"] in _PAID and each["status"] == "SUCCESS"]
    holds = [_hold(each) for each in node["fulfillmentOrders"]["nodes"]]
    return OrderBalance(
        outstanding=bag(node["totalOutstandingSet"], currency),
        pay_url=(node["paymentCollectionDetails"] or {}).get("additionalPaymentCollectionUrl"),
        payments=tuple(Payment(each["id"], bag(each["amountSet"], currency)) for each in paid),
        holds=tuple(each for each in holds if each.ids),
    )


def _hold(node: Mapping[str, Any]) -> Hold:
    ids = tuple(each["id"] for each in node["fulfillmentHolds"] if each["reason"] == AWAITING_PAYMENT)
    lines = frozenset(number(each["lineItem"]["id"]) for each in node["lineItems"]["nodes"])
    return Hold(node["id"], ids, lines)
