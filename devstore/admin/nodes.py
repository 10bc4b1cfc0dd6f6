"""`node(id:)` and `nodes(ids:)`: anything by its global id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devstore.admin.catalogue import variant
from devstore.admin.fields import Ask, Typed, refused, resolver
from devstore.admin.lines import find_line
from devstore.admin.orders import visible_order
from devstore.gids import split
from devstore.store import Document

STORED = {
    "Product": "product",
    "Collection": "collection",
    "Customer": "customer",
    "Fulfillment": "fulfillment",
    "FulfillmentEvent": "fulfillment_event",
    "Refund": "refund",
    "Return": "return",
    "ReverseFulfillmentOrder": "reverse_fulfillment_order",
    "ReverseDelivery": "reverse_delivery",
    "GiftCard": "gift_card",
    "Location": "location",
    "OrderTransaction": "transaction",
    "StoreCreditAccount": "store_credit_account",
    "ShopPolicy": "policy",
    "Shop": "shop",
}
FOUND: dict[str, Callable[[Ask, int], Document | None]] = {
    "Order": visible_order,
    "ProductVariant": variant,
    "LineItem": find_line,
}


@resolver("QueryRoot", "node")
def _node(root: Any, ask: Ask, args: dict[str, Any]) -> Typed | None:
    return by_id(ask, args["id"])


@resolver("QueryRoot", "nodes")
def _nodes(root: Any, ask: Ask, args: dict[str, Any]) -> list[Typed | None]:
    if len(args["ids"]) > 250:
        raise refused("The input array size of nodes cannot exceed 250.", "MAX_INPUT_SIZE_EXCEEDED")
    return [by_id(ask, each) for each in args["ids"]]


def by_id(ask: Ask, global_id: str) -> Typed | None:
    """The document behind a global id, with its type; None when it is gone."""
    type_name, id = split(global_id)
    if type_name in STORED:
        document = ask.store.peek(STORED[type_name], id)
    elif type_name in FOUND:
        document = FOUND[type_name](ask, id)
    else:
        raise refused(f"The dev store does not implement node() for {type_name}.", "NOT_IMPLEMENTED")
    return Typed(type_name, document) if document else None
