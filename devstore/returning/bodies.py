"""Webhook bodies of returns, shaped as the published samples of 2026-07; those hold far less than the objects."""

from __future__ import annotations

from typing import Any

from devstore.gids import gid
from devstore.store import Document

Body = dict[str, Any]


def named(type_name: str, id: int) -> Body:
    """``{"id", "admin_graphql_api_id"}``."""
    return {"id": id, "admin_graphql_api_id": gid(type_name, id)}


def whole(made: Document) -> Body:
    """returns/request and returns/approve."""
    return {
        **named("Return", made["id"]),
        "name": made["name"],
        "status": made["status"],
        "order": named("Order", made["order_id"]),
        "total_return_line_items": sum(line["quantity"] for line in made["return_line_items"]),
        "total_exchange_line_items": sum(line["quantity"] for line in made["exchange_line_items"]),
        "return_line_items": [_line(line) for line in made["return_line_items"]],
        "exchange_line_items": [
            {**named("ExchangeLineItem", line["id"]), "line_item": None} for line in made["exchange_line_items"]
        ],
        "return_shipping_fees": [
            {**named("ReturnShippingFee", fee["id"]), "price": fee["amount_set"]}
            for fee in made["return_shipping_fees"]
        ],
    }


def short(made: Document) -> Body:
    """returns/cancel, returns/close and returns/reopen."""
    return {**named("Return", made["id"]), "order_id": made["order_id"], "status": made["status"]}


def declined(made: Document) -> Body:
    """returns/decline."""
    decline = made["decline"]
    return {
        **named("Return", made["id"]),
        "status": made["status"],
        "order": named("Order", made["order_id"]),
        "decline": {"reason": decline["reason"].lower(), "note": decline["note"] or ""},
    }


def processed(made: Document) -> Body:
    """returns/process, of which no sample is published."""
    return {**named("Return", made["id"]), "status": made["status"]}


def updated(made: Document, removed: list[tuple[int, int]]) -> Body:
    """returns/update: pieces taken off, as (return line id, how many). It names the return by global id only."""
    nothing: Body = {"updates": [], "removals": []}
    removals = [{"admin_graphql_api_id": gid("ReturnLineItem", id), "delta": -count} for id, count in removed]
    return {
        "admin_graphql_api_id": gid("Return", made["id"]),
        "return_line_items": {"removals": removals},
        "restocking_fees": nothing,
        "return_shipping_fees": nothing,
    }


def deliverable(delivery: Document) -> Body:
    """reverse_deliveries/attach_deliverable."""
    tracking, label = delivery["tracking"] or {}, delivery["label"] or {}
    return {
        **named("ReverseDelivery", delivery["id"]),
        "return": named("Return", delivery["return_id"]),
        "shipping_deliverable": {
            "label": {"public_file_url": label.get("url"), "created_at": label.get("created_at")},
            "tracking": {
                "carrier_name": tracking.get("carrier"),
                "tracking_number": tracking.get("number"),
                "tracking_url": tracking.get("url"),
            },
        },
    }


def disposed(reverse_order: Document, disposals: list[tuple[Document, Document]]) -> Body:
    """reverse_fulfillment_orders/dispose: pairs of line and disposition."""
    told = [
        {
            "type": each["type"].lower(),
            "quantity": each["quantity"],
            "location": named("Location", each["location_id"]) if each["location_id"] else None,
            "reverse_fulfillment_order_line_item": named("ReverseFulfillmentOrderLineItem", line["id"]),
            "reverse_delivery_line_item": None,
        }
        for line, each in disposals
    ]
    own = named("ReverseFulfillmentOrder", reverse_order["id"])
    return {**own, "dispositions": told, "total_dispositions": len(told)}


def _line(line: Document) -> Body:
    fee = line.get("restocking_fee")
    return {
        **named("ReturnLineItem", line["id"]),
        "fulfillment_line_item": {
            **named("FulfillmentLineItem", line["fulfillment_line_item_id"]),
            "line_item": named("LineItem", line["line_item_id"]),
        },
        "quantity": line["quantity"],
        "return_reason": line["return_reason"],
        "return_reason_note": line["return_reason_note"],
        "customer_note": line["customer_note"],
        "restocking_fee": {"percentage": fee["percentage"]} if fee else None,
    }
