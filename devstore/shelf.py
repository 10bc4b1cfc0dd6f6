"""The merchant's catalogue work: new goods, new prices, stock counts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from devstore import payloads
from devstore.gids import gid
from devstore.merchant import move_stock, variant_copy
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

PRODUCT_FIELDS = (
    "title",
    "body_html",
    "vendor",
    "product_type",
    "tags",
    "status",
    "published_at",
    "_metafields",
    "_collections",
)
VARIANT_FIELDS = ("price", "compare_at_price", "sku", "title", "inventory_policy")


def create_product(world: World, given: dict[str, Any]) -> Document:
    """A new product from ``{title, variants: [{title, price, stock}], tax_rate}`` and any field of the payload."""
    title = str(given.get("title") or "").strip()
    if not title:
        raise Refusal("A product needs a title.", ("title",))
    with world.store.transaction():
        id, now = world.store.next_id("product"), world.now_text()
        names = given.get("variants") or [{"title": "Default Title", "price": given.get("price", "10.00"), "stock": 10}]
        variants = [_variant(world, id, each, place, now) for place, each in enumerate(names, start=1)]
        product = {
            **dict.fromkeys(("template_suffix", "category", "image")),
            "id": id,
            "admin_graphql_api_id": gid("Product", id),
            "title": title,
            "handle": _free_handle(world, title),
            "body_html": f"<p>{title}</p>",
            "vendor": world.shop()["name"],
            "product_type": "",
            "tags": "",
            "status": "active",
            "created_at": now,
            "updated_at": now,
            "published_at": now,
            "published_scope": "global",
            "has_variants_that_requires_components": False,
            "options": [_option(world, id, [each["title"] for each in variants])],
            "variants": variants,
            "images": [],
            "media": [],
            "variant_gids": [],
            "_collections": [],
            "_metafields": [],
            "_tax_rate": given.get("tax_rate"),
        } | {key: given[key] for key in PRODUCT_FIELDS if key in given}
        world.store.put("product", product)
        world.fire("products/create", payloads.product_body(product))
    return product


def change_product(world: World, product_id: int, given: dict[str, Any]) -> Document:
    """Changes fields of the product and, under ``variants: [{id, price, stock, ...}]``, of its variants."""
    with world.store.transaction():
        product = world.need("product", product_id)
        product |= {key: given[key] for key in PRODUCT_FIELDS if key in given} | {"updated_at": world.now_text()}
        if given.get("status") in ("draft", "archived"):
            product["published_at"] = None
        for change in given.get("variants") or []:
            variant = next((each for each in product["variants"] if each["id"] == change.get("id")), None)
            if variant is None:
                raise Refusal(f"This product has no variant with the id {change.get('id')}.", ("variants",))
            variant |= {key: change[key] for key in VARIANT_FIELDS if key in change}
            variant["updated_at"] = product["updated_at"]
        world.store.put("product", product)
        world.fire("products/update", payloads.product_body(product))
        for change in given.get("variants") or []:
            if change.get("stock") is not None:
                count_stock(world, change["id"], change["stock"])
    return world.need("product", product_id)


def delete_product(world: World, product_id: int) -> None:
    """The product is gone; lines of orders remember its words only."""
    with world.store.transaction():
        world.need("product", product_id)
        world.store.delete("product", product_id)
        world.fire("products/delete", {"id": product_id})


def count_stock(world: World, variant_id: int, counted: int) -> None:
    """Sets the stock of a variant."""
    _, variant = variant_copy(world, variant_id)
    move_stock(world, variant_id, counted - (variant.get("inventory_quantity") or 0))


def change_customer(world: World, customer_id: int, given: dict[str, Any]) -> Document:
    """Changes a customer's own facts (customers/update)."""
    fields = (
        "email",
        "phone",
        "first_name",
        "last_name",
        "note",
        "state",
        "addresses",
        "default_address",
        "_locale",
        "_tags",
    )
    with world.store.transaction():
        customer = world.need("customer", customer_id)
        customer |= {key: given[key] for key in fields if key in given} | {"updated_at": world.now_text()}
        world.store.put("customer", customer)
        world.fire("customers/update", payloads.customer_body(customer))
    return customer


def delete_customer(world: World, customer_id: int) -> None:
    """The customer is gone (customers/delete)."""
    with world.store.transaction():
        world.need("customer", customer_id)
        world.store.delete("customer", customer_id)
        body = {"id": customer_id, "tax_exemptions": []}
        world.fire("customers/delete", body | {"admin_graphql_api_id": gid("Customer", customer_id)})


def merge_customers(world: World, kept_id: int, deleted_id: int) -> None:
    """Two customers become one: the orders of the second belong to the first (customers/merge)."""
    with world.store.transaction():
        kept, gone = world.need("customer", kept_id), world.need("customer", deleted_id)
        for order in list(world.store.all("order")):
            if (order.get("customer") or {}).get("id") == gone["id"]:
                shown = {key: value for key, value in kept.items() if key != "addresses" and not key.startswith("_")}
                world.store.put("order", {**order, "customer": shown, "updated_at": world.now_text()})
        world.store.delete("customer", gone["id"])
        body = {
            "admin_graphql_api_customer_kept_id": gid("Customer", kept["id"]),
            "admin_graphql_api_customer_deleted_id": gid("Customer", gone["id"]),
            "admin_graphql_api_job_id": None,
            "status": "completed",
            "errors": [],
        }
        world.fire("customers/merge", body)


def _variant(world: World, product_id: int, given: dict[str, Any], place: int, now: str) -> Document:
    id = world.store.next_id("variant")
    try:
        price = f"{Decimal(str(given.get('price', '0'))):.2f}"
    except InvalidOperation as failure:
        raise Refusal(f"{given.get('price')} is not a price.", ("variants", "price")) from failure
    stock = next((given[key] for key in ("stock", "inventory_quantity") if given.get(key) is not None), 10)
    title = given.get("title") or "Default Title"
    return {
        "id": id,
        "admin_graphql_api_id": gid("ProductVariant", id),
        "product_id": product_id,
        "title": title,
        "option1": title,
        "option2": None,
        "option3": None,
        "price": price,
        "compare_at_price": given.get("compare_at_price"),
        "sku": given.get("sku") or f"SKU-{id % 100_000}",
        "barcode": None,
        "position": place,
        "inventory_item_id": world.store.next_id("inventory_item"),
        "inventory_policy": given.get("inventory_policy", "deny"),
        "inventory_quantity": stock,
        "old_inventory_quantity": stock,
        "inventory_management": "shopify",
        "fulfillment_service": "manual",
        "requires_shipping": given.get("requires_shipping", True),
        "taxable": given.get("taxable", True),
        "grams": int(given.get("grams", 500)),
        "image_id": None,
        "created_at": now,
        "updated_at": now,
    }


def _option(world: World, product_id: int, values: list[str]) -> Document:
    name = "Title" if values == ["Default Title"] else "Option"
    id = world.store.next_id("option")
    return {"id": id, "product_id": product_id, "name": name, "position": 1, "values": values}


def _free_handle(world: World, title: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "product"
    handle, number = stem, 1
    while world.store.find("product", handle=handle):
        handle, number = f"{stem}-{number}", number + 1
    return handle
