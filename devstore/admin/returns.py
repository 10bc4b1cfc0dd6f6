"""Returns as far as they can be read; they are changed by a later chapter of this dev store."""

from __future__ import annotations

from typing import Any

from devstore.admin.connections import page
from devstore.admin.fields import Ask, constant, identified, plain, resolver
from devstore.admin.fulfillments import fulfillment_lines
from devstore.admin.values import at
from devstore.gids import gid, number
from devstore.store import Document

identified("Return")
plain(
    "Return",
    name="name",
    status=lambda each, ask, args: each["status"].upper(),
    createdAt=at("created_at"),
    closedAt=lambda each, ask, args: at("updated_at")(each, ask, args) if each["status"] == "closed" else None,
    requestApprovedAt=at("created_at"),
    totalQuantity=lambda each, ask, args: each["total_return_line_items"],
    decline=lambda each, ask, args: each.get("decline"),
    order=lambda each, ask, args: ask.store.peek("order", each["order_id"]),
    returnShippingFees=lambda each, ask, args: each["return_shipping_fees"],
    refunds=lambda each, ask, args: page(_refunds(each, ask), args),
)
plain("ReturnDecline", reason="reason", note="note")
plain(
    "ReturnLineItem",
    id=lambda each, ask, args: gid("ReturnLineItem", each["id"]),
    quantity="quantity",
    refundableQuantity="refundable_quantity",
    refundedQuantity="refunded_quantity",
    processedQuantity="refunded_quantity",
    processableQuantity="refundable_quantity",
    unprocessedQuantity="refundable_quantity",
    returnReason=lambda each, ask, args: (each.get("return_reason") or "unknown").upper(),
    returnReasonNote=lambda each, ask, args: each.get("return_reason_note") or "",
    returnReasonDefinition=constant(None),
    customerNote="customer_note",
    restockingFee=constant(None),
    fulfillmentLineItem=lambda each, ask, args: _fulfillment_line(each, ask),
)


@resolver("Order", "returns")
def _of_order(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(ask.store.find("return", order_id=order["id"]), args, lambda each: each["id"])


@resolver("QueryRoot", "return")
def _return(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("return", number(args["id"], "Return"))


@resolver("Return", "returnLineItems")
def _lines(made_return: Document, ask: Ask, args: dict[str, Any]) -> Any:
    lines = [{**each, "_order_id": made_return["order_id"]} for each in made_return["return_line_items"]]
    return page(lines, args, type_name="ReturnLineItem")


@resolver("Return", "exchangeLineItems")
def _exchanges(made_return: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(made_return["exchange_line_items"], args)


def _refunds(made_return: Document, ask: Ask) -> list[Document]:
    booked = ask.store.find("refund", order_id=made_return["order_id"])
    return [each for each in booked if (each.get("return") or {}).get("id") == made_return["id"]]


def _fulfillment_line(line: Document, ask: Ask) -> Document | None:
    for fulfillment in ask.store.find("fulfillment", order_id=line["_order_id"]):
        for each in fulfillment_lines(fulfillment, ask):
            if each["line"]["id"] == line["line_item_id"]:
                return each
    return None
