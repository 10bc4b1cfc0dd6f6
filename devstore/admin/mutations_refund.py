"""`refundCreate`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore import refunding
from devstore.admin.fields import Ask, plain, resolver
from devstore.gids import number
from devstore.refunding import Wanted
from devstore.refusals import Refusal
from devstore.store import Document

plain("RefundCreatePayload", refund="refund", order="order", userErrors="userErrors")


@resolver("Mutation", "refundCreate")
def _refund_create(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["input"]
    order_id = number(given["orderId"], "Order")
    order = ask.world.need("order", order_id)
    if order["currency"] != order["presentment_currency"] and not given.get("currency"):
        raise Refusal("Currency is required for a multi-currency order.", ("currency",))
    if given.get("refundDuties"):
        raise Refusal("This order has no duties.", ("refundDuties",))
    shipping = given.get("shipping") or {}
    credit = [each["storeCreditRefund"] for each in given.get("refundMethods") or []]
    wanted = Wanted(
        lines=tuple(_line(each) for each in given.get("refundLineItems") or []),
        payments=tuple(_payment(each) for each in given.get("transactions") or []),
        shipping=Decimal(str(shipping.get("amount") or 0)),
        full_shipping=bool(shipping.get("fullRefund")),
        store_credit=sum((_credit(each, order) for each in credit), Decimal(0)),
        store_credit_expires_at=next((each.get("expiresAt") for each in credit), None),
        allow_over_refunding=bool(given.get("allowOverRefunding")),
        note=given.get("note"),
    )
    made = refunding.refund(ask.world, order_id, wanted)
    return {"refund": made, "order": ask.store.peek("order", order_id), "userErrors": []}


def _line(given: dict[str, Any]) -> Document:
    restock = (given.get("restockType") or "NO_RESTOCK").lower()
    if restock == "return" and not given.get("locationId"):
        raise Refusal("A location is required to restock returned items.", ("refundLineItems", "locationId"))
    return {
        "line_item_id": number(given["lineItemId"], "LineItem"),
        "quantity": given["quantity"],
        "restock_type": restock,
        "location_id": number(given["locationId"], "Location") if given.get("locationId") else None,
    }


def _payment(given: dict[str, Any]) -> tuple[int | None, Decimal]:
    if given["kind"] != "REFUND":
        raise Refusal("Only transactions of the kind REFUND can be part of a refund.", ("transactions", "kind"))
    parent = number(given["parentId"], "OrderTransaction") if given.get("parentId") else None
    return parent, Decimal(str(given["amount"]))


def _credit(given: dict[str, Any], order: Document) -> Decimal:
    amount = given["amount"]
    if amount["currencyCode"] != order["presentment_currency"]:
        raise Refusal("Store credit must be in the currency of the order.", ("refundMethods",))
    return Decimal(str(amount["amount"]))
