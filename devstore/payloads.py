"""Webhook bodies: the stored document in the published payload shape, without what only the dev store knows."""

from __future__ import annotations

from typing import Any

from devstore.gids import gid
from devstore.store import Document, Store


def stripped(value: Any) -> Any:
    """A copy without the keys that begin with an underscore, at any depth."""
    if isinstance(value, dict):
        return {key: stripped(inner) for key, inner in value.items() if not key.startswith("_")}
    if isinstance(value, list):
        return [stripped(inner) for inner in value]
    return value


def order_body(store: Store, order: Document) -> dict[str, Any]:
    """The order with its fulfilments, refunds and returns as they are now (orders/*)."""
    body = stripped(order)
    body["fulfillments"] = [fulfillment_body(each) for each in store.find("fulfillment", order_id=order["id"])]
    body["refunds"] = [stripped(each) for each in store.find("refund", order_id=order["id"])]
    body["returns"] = [
        {
            "id": each["id"],
            "admin_graphql_api_id": gid("Return", each["id"]),
            "status": str(each.get("status", "")).lower(),
        }
        for each in store.find("return", order_id=order["id"])
    ]
    customer = store.peek("customer", order["customer"]["id"]) if order.get("customer") else None
    if customer:
        body["customer"] = {key: value for key, value in stripped(customer).items() if key != "addresses"}
    return body


def fulfillment_body(fulfillment: Document) -> dict[str, Any]:
    """The fulfilment (fulfillments/*)."""
    return stripped(fulfillment)


def shop_body(shop: Document) -> dict[str, Any]:
    """The shop object (app/uninstalled, shop/update)."""
    return stripped(shop)


def inventory_level_body(inventory_item_id: int, location_id: int, available: int, at: str) -> dict[str, Any]:
    """One item's stock at one place (inventory_levels/update)."""
    return {
        "inventory_item_id": inventory_item_id,
        "location_id": location_id,
        "available": available,
        "updated_at": at,
        "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{location_id}?inventory_item_id={inventory_item_id}",
    }


def customer_body(customer: Document) -> dict[str, Any]:
    """The customer with all addresses (customers/*)."""
    return stripped(customer)


def product_body(product: Document) -> dict[str, Any]:
    """The product; the first hundred variants in full, the global ids of all (products/*)."""
    body = stripped(product)
    variants = body.get("variants") or []
    body["variant_gids"] = [
        {"admin_graphql_api_id": gid("ProductVariant", each["id"]), "updated_at": each.get("updated_at")}
        for each in variants
    ]
    body["variants"] = variants[:100]
    return body


def data_request_body(
    shop: Document, shop_domain: str, customer: Document, orders: list[int], request: int
) -> Document:
    """customers/data_request."""
    return {
        "shop_id": shop["id"],
        "shop_domain": shop_domain,
        "orders_requested": orders,
        "customer": _subject(customer),
        "data_request": {"id": request},
    }


def customer_redact_body(shop: Document, shop_domain: str, customer: Document, orders: list[int]) -> Document:
    """customers/redact."""
    return {
        "shop_id": shop["id"],
        "shop_domain": shop_domain,
        "customer": _subject(customer),
        "orders_to_redact": orders,
    }


def shop_redact_body(shop: Document, shop_domain: str) -> Document:
    """shop/redact."""
    return {"shop_id": shop["id"], "shop_domain": shop_domain}


def _subject(customer: Document) -> Document:
    return {"id": customer["id"], "email": customer.get("email"), "phone": customer.get("phone")}
