"""Goods on their way back, as they are read and changed: reverse fulfilment orders, their parcels, dispositions."""

from __future__ import annotations

from typing import Any

from devstore.admin.connections import page
from devstore.admin.fields import Ask, Typed, constant, plain, resolver
from devstore.admin.returns import sent_line
from devstore.admin.values import at
from devstore.gids import gid, number
from devstore.returning import parcels
from devstore.returning.parcels import Disposal, Shipping
from devstore.store import Document

for _type in (
    "ReverseFulfillmentOrder",
    "ReverseFulfillmentOrderLineItem",
    "ReverseFulfillmentOrderDisposition",
    "ReverseDelivery",
    "ReverseDeliveryLineItem",
):
    plain(_type, id=lambda each, ask, args, name=_type: gid(name, each["id"]))
plain(
    "ReverseFulfillmentOrder",
    status=lambda each, ask, args: each["status"].upper(),
    order=lambda each, ask, args: ask.store.peek("order", each["order_id"]),
    lineItems=lambda each, ask, args: page(each["line_items"], args),
    thirdPartyConfirmation=constant(None),
    reverseDeliveries=lambda each, ask, args: page(
        ask.store.find("reverse_delivery", reverse_fulfillment_order_id=each["id"]), args
    ),
)
plain(
    "ReverseFulfillmentOrderLineItem",
    totalQuantity="quantity",
    dispositions="dispositions",
    fulfillmentLineItem=lambda each, ask, args: sent_line(each["fulfillment_line_item_id"], ask),
)
plain(
    "ReverseFulfillmentOrderDisposition",
    type="type",
    quantity="quantity",
    createdAt=at("created_at"),
    location=lambda each, ask, args: ask.store.peek("location", each["location_id"]) if each["location_id"] else None,
)
plain(
    "ReverseDelivery",
    deliverable=lambda each, ask, args: Typed("ReverseDeliveryShippingDeliverable", each),
    reverseFulfillmentOrder=lambda each, ask, args: _reverse_order(each, ask),
    reverseDeliveryLineItems=lambda each, ask, args: page(_delivered(each, ask), args),
)
plain("ReverseDeliveryLineItem", quantity="quantity", reverseFulfillmentOrderLineItem="line", dispositions=constant([]))
plain("ReverseDeliveryShippingDeliverable", label="label", tracking="tracking")
plain("ReverseDeliveryLabelV2", createdAt=at("created_at"), updatedAt=at("updated_at"), publicFileUrl="url")
plain("ReverseDeliveryTrackingV2", carrierName="carrier", number="number", url="url")
for _payload in ("ReverseDeliveryCreateWithShippingPayload", "ReverseDeliveryShippingUpdatePayload"):
    plain(_payload, reverseDelivery="delivery", userErrors="userErrors")
plain("ReverseFulfillmentOrderDisposePayload", reverseFulfillmentOrderLineItems="lines", userErrors="userErrors")
plain("ReturnUserError", code="code", field="field", message="message")


@resolver("Return", "reverseFulfillmentOrders")
def _of_return(made: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(ask.store.find("reverse_fulfillment_order", return_id=made["id"]), args)


@resolver("QueryRoot", "reverseFulfillmentOrder")
def _one(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("reverse_fulfillment_order", number(args["id"], "ReverseFulfillmentOrder"))


@resolver("QueryRoot", "reverseDelivery")
def _one_delivery(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("reverse_delivery", number(args["id"], "ReverseDelivery"))


@resolver("Mutation", "reverseDeliveryCreateWithShipping")
def _create(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    lines = tuple(
        (number(each["reverseFulfillmentOrderLineItemId"], "ReverseFulfillmentOrderLineItem"), each["quantity"])
        for each in args["reverseDeliveryLineItems"]
    )
    id = number(args["reverseFulfillmentOrderId"], "ReverseFulfillmentOrder")
    return {"delivery": parcels.send_back(ask.world, id, lines, _shipping(args)), "userErrors": []}


@resolver("Mutation", "reverseDeliveryShippingUpdate")
def _update(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    id = number(args["reverseDeliveryId"], "ReverseDelivery")
    return {"delivery": parcels.change_shipping(ask.world, id, _shipping(args)), "userErrors": []}


@resolver("Mutation", "reverseFulfillmentOrderDispose")
def _dispose(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    wanted = tuple(
        disposal(each, ("dispositionInputs", str(place))) for place, each in enumerate(args["dispositionInputs"])
    )
    return {"lines": parcels.dispose(ask.world, wanted), "userErrors": []}


def disposal(given: dict[str, Any], field: tuple[str, ...]) -> Disposal:
    """A `ReverseFulfillmentOrderDisposeInput`."""
    return Disposal(
        number(given["reverseFulfillmentOrderLineItemId"], "ReverseFulfillmentOrderLineItem"),
        given["quantity"],
        given["dispositionType"],
        number(given["locationId"], "Location") if given.get("locationId") else None,
        field,
    )


def _shipping(args: dict[str, Any]) -> Shipping:
    tracking, label = args.get("trackingInput") or {}, args.get("labelInput") or {}
    return Shipping(tracking.get("number"), tracking.get("url"), label.get("fileUrl"))


def _reverse_order(delivery: Document, ask: Ask) -> Document | None:
    return ask.store.peek("reverse_fulfillment_order", delivery["reverse_fulfillment_order_id"])


def _delivered(delivery: Document, ask: Ask) -> list[Document]:
    order = _reverse_order(delivery, ask)
    assert order is not None
    lines = {line["id"]: line for line in order["line_items"]}
    return [{**each, "line": lines[each["line_id"]]} for each in delivery["line_items"] if each["line_id"] in lines]
