"""Sending parcels and telling of their way."""

from __future__ import annotations

from typing import Any

from devstore import fulfilling, fulfillment_orders
from devstore.admin.fields import Ask, plain, resolver
from devstore.fulfilling import Tracking
from devstore.gids import gid, number
from devstore.refusals import Refusal
from devstore.store import Document

for _payload in ("FulfillmentCreatePayload", "FulfillmentTrackingInfoUpdatePayload", "FulfillmentCancelPayload"):
    plain(_payload, fulfillment="fulfillment", userErrors="userErrors")
plain("FulfillmentEventCreatePayload", fulfillmentEvent="fulfillmentEvent", userErrors="userErrors")


@resolver("Mutation", "fulfillmentCreate")
def _create(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["fulfillment"]
    parts = [(_fulfillment_order(ask, each), each) for each in given["lineItemsByFulfillmentOrder"]]
    orders = {part["order"]["id"] for part, _ in parts}
    if len(orders) != 1:
        raise Refusal("All fulfillment orders must belong to the same order and location.", ("fulfillment",))
    lines = [
        {"id": number(line["id"], "FulfillmentOrderLineItem"), "quantity": line["quantity"]}
        for part, each in parts
        for line in each.get("fulfillmentOrderLineItems") or _everything(part)
    ]
    made = fulfilling.fulfil(ask.world, orders.pop(), lines or None, _tracking(given.get("trackingInfo") or {}))
    return {"fulfillment": made, "userErrors": []}


plain("FulfillmentOrderReleaseHoldPayload", fulfillmentOrder="order", userErrors="userErrors")
plain("FulfillmentOrderReleaseHoldUserError", code="code", field="field", message="message")


@resolver("Mutation", "fulfillmentOrderReleaseHold")
def _release_hold(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    id = number(args["id"], "FulfillmentOrder")
    found = fulfillment_orders.find(ask.store, id)
    if found is None:
        raise Refusal("Fulfillment order not found.", ("id",), "FULFILLMENT_ORDER_NOT_FOUND")
    if args.get("externalId"):
        raise Refusal("The dev store does not implement externalId.", ("externalId",))
    named = {number(each, "FulfillmentHold") for each in args.get("holdIds") or []}
    fulfillment_orders.release(ask.world, id, named or None)
    return {"order": fulfillment_orders.find(ask.store, id), "userErrors": []}


@resolver("Mutation", "fulfillmentTrackingInfoUpdate")
def _tracking_update(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    id = number(args["fulfillmentId"], "Fulfillment")
    changed = fulfilling.change_tracking(ask.world, id, _tracking(args["trackingInfoInput"]))
    return {"fulfillment": changed, "userErrors": []}


@resolver("Mutation", "fulfillmentCancel")
def _cancel(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    cancelled = fulfilling.cancel_fulfillment(ask.world, number(args["id"], "Fulfillment"))
    return {"fulfillment": cancelled, "userErrors": []}


@resolver("Mutation", "fulfillmentEventCreate")
def _event(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["fulfillmentEvent"]
    words: dict[str, str] = {
        "happenedAt": "happened_at",
        "estimatedDeliveryAt": "estimated_delivery_at",
    }
    told = {str(words.get(key, key)): value for key, value in given.items() if key not in ("fulfillmentId", "status")}
    id = number(given["fulfillmentId"], "Fulfillment")
    return {"fulfillmentEvent": fulfilling.add_event(ask.world, id, given["status"], told), "userErrors": []}


def _fulfillment_order(ask: Ask, given: dict[str, Any]) -> Document:
    found = fulfillment_orders.find(ask.store, number(given["fulfillmentOrderId"], "FulfillmentOrder"))
    if found is None:
        raise Refusal("Fulfillment order does not exist.", ("fulfillment",))
    if found["holds"]:
        raise Refusal("Fulfillment order is on hold.", ("fulfillment",))
    return found


def _everything(part: Document) -> list[dict[str, Any]]:
    return [
        {"id": gid("FulfillmentOrderLineItem", line["id"]), "quantity": line["fulfillable_quantity"]}
        for line in part["lines"]
        if line["fulfillable_quantity"]
    ]


def _tracking(given: dict[str, Any]) -> Tracking:
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    urls = given.get("urls") or ([given["url"]] if given.get("url") else [])
    return Tracking(given.get("company"), tuple(numbers), tuple(urls))
