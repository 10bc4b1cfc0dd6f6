"""Documents of the store as a theme sees them: the Liquid objects `shop`, `product`, `variant`, `cart`, `order`.

Prices are integers in minor units, as in Shopify's Liquid. Names and shapes follow the theme object reference.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from devstore.store import Document, Store


def cents(amount: object) -> int | None:
    """`"129.00"` -> 12900; nothing stays nothing."""
    return None if amount in (None, "") else int((Decimal(str(amount)) * 100).to_integral_value())


def shop_drop(shop: Mapping, pages: Iterable[Document], policies: Iterable[Document]) -> dict[str, Any]:
    """The `shop` object, with the pages and policies the footer links to."""
    return {
        "name": shop.get("name", ""),
        "email": shop.get("customer_email") or shop.get("email", ""),
        "phone": shop.get("phone") or "",
        "currency": shop.get("currency", "EUR"),
        "permanent_domain": shop.get("myshopify_domain", ""),
        "domain": shop.get("domain", ""),
        "url": "",
        "city": shop.get("city", ""),
        "description": shop.get("_tagline") or shop.get("_description") or "",
        "pages": [{"title": page["title"], "url": f"/pages/{page['handle']}"} for page in pages],
        "policies": [{"title": policy["title"], "url": f"/policies/{policy['handle']}"} for policy in policies],
        "metafields": metafields(shop.get("_metafields", [])),
    }


def metafields(entries: Iterable[Mapping]) -> dict[str, dict[str, dict[str, Any]]]:
    """`namespace.key.value`; JSON types are parsed, as Liquid sees them."""
    spaces: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in entries:
        value = entry.get("value")
        if isinstance(value, str) and entry.get("type", "") in {"json", "boolean", "number_integer"}:
            value = json.loads(value)
        spaces.setdefault(entry["namespace"], {})[entry["key"]] = {"value": value, "type": entry.get("type")}
    return spaces


def is_on_sale_here(product: Mapping) -> bool:
    """Whether the online store shows it: active and published."""
    return product.get("status", "active") == "active" and bool(product.get("published_at"))


def product_drop(product: Mapping, collections: Iterable[Mapping] = ()) -> dict[str, Any]:
    """The `product` object of a published product that is in `collections`."""
    images = [image_drop(image) for image in product.get("images") or []]
    by_id = {image["id"]: image for image in images}
    variants = [variant_drop(product, variant, by_id) for variant in product.get("variants") or []]
    prices = [variant["price"] for variant in variants if variant["price"] is not None] or [0]
    first = next((variant for variant in variants if variant["available"]), variants[0] if variants else None)
    return {
        "id": product["id"],
        "title": product["title"],
        "handle": product["handle"],
        "url": f"/products/{product['handle']}",
        "description": product.get("body_html") or "",
        "vendor": product.get("vendor") or "",
        "type": product.get("product_type") or "",
        "tags": tags(product),
        "collections": [{"id": each["id"], "handle": each["handle"], "title": each["title"]} for each in collections],
        "price": min(prices),
        "price_min": min(prices),
        "price_max": max(prices),
        "price_varies": min(prices) != max(prices),
        "compare_at_price": max((variant["compare_at_price"] or 0 for variant in variants), default=0),
        "available": any(variant["available"] for variant in variants),
        "featured_image": images[0] if images else None,
        "images": images,
        "options_with_values": product.get("options") or [],
        "variants": variants,
        "has_only_default_variant": len(variants) == 1 and variants[0]["title"] == "Default Title",
        "selected_or_first_available_variant": first,
        "metafields": metafields(product.get("_metafields", [])),
    }


def tags(document: Mapping) -> list[str]:
    """Tags as a list; payloads carry them as one comma-separated text."""
    found = document.get("tags") or ""
    return list(found) if isinstance(found, list) else [tag.strip() for tag in found.split(",") if tag.strip()]


def image_drop(image: Mapping) -> dict[str, Any]:
    """The `image` object; the address loses its origin so that it works under any host name."""
    return {
        "id": image.get("id"),
        "src": local_path(image.get("src", "")),
        "alt": image.get("alt") or "",
        "width": image.get("width") or 800,
        "height": image.get("height") or 1000,
    }


def local_path(address: str) -> str:
    """Addresses of the shop's own pictures point to this server."""
    position = address.find("/cdn/")
    return address[position:] if position >= 0 else address


def variant_drop(product: Mapping, variant: Mapping, images: Mapping) -> dict[str, Any]:
    """The `variant` object; `quantity` is what the shop has in all places together."""
    quantity = variant.get("inventory_quantity") or 0
    tracked = variant.get("inventory_management") is not None
    available = not tracked or quantity > 0 or variant.get("inventory_policy") == "continue"
    fallback = next(iter(images.values()), None)
    return {
        "id": variant["id"],
        "title": variant.get("title") or "",
        "sku": variant.get("sku") or "",
        "price": cents(variant.get("price")),
        "compare_at_price": cents(variant.get("compare_at_price")),
        "available": available,
        "quantity": quantity,
        "is_tracked": tracked,
        "image": images.get(variant.get("image_id")) or fallback,
        "url": f"/products/{product['handle']}?variant={variant['id']}",
        "product_title": product["title"],
    }


def collections_of(store: Store, product: Mapping) -> list[Document]:
    """The collections that a product is in."""
    return [found for found in store.all("collection") if product["id"] in {p["id"] for p in products_in(store, found)}]


def find_variant(store: Store, variant_id: int) -> tuple[Document, Document] | None:
    """The product and its variant, by the variant's id."""
    for product in store.all("product"):
        for variant in product.get("variants") or []:
            if variant["id"] == variant_id:
                return product, variant
    return None


def collection_drop(collection: Mapping, products: Iterable[Mapping]) -> dict[str, Any]:
    """The `collection` object with the products the online store shows."""
    shown = [product_drop(product) for product in products if is_on_sale_here(product)]
    return {
        "title": collection["title"],
        "handle": collection["handle"],
        "url": f"/collections/{collection['handle']}",
        "description": collection.get("body_html") or "",
        "products": shown,
        "products_count": len(shown),
        "image": image_drop(collection["image"]) if collection.get("image") else None,
    }


def products_in(store: Store, collection: Mapping) -> list[Document]:
    """The products of a collection, whichever side of the relation the seed wrote down."""
    ids = set(collection.get("_products") or collection.get("_product_ids") or [])
    keys = {collection["id"], collection["handle"], collection["title"]}
    return [
        product
        for product in store.all("product")
        if product["id"] in ids or keys.intersection(product.get("_collections") or [])
    ]


def customer_drop(customer: Mapping | None) -> dict[str, Any] | None:
    """The `customer` object, nil when nobody is signed in."""
    if customer is None:
        return None
    name = " ".join(part for part in (customer.get("first_name"), customer.get("last_name")) if part)
    return {
        "id": customer["id"],
        "first_name": customer.get("first_name") or "",
        "last_name": customer.get("last_name") or "",
        "name": name or customer.get("email") or f"Customer {customer['id']}",
        "email": customer.get("email") or "",
        "default_address": customer.get("default_address") or {},
    }


def order_drop(order: Mapping) -> dict[str, Any]:
    """The `order` object as the thank-you page and the account list show it."""
    return {
        "id": order["id"],
        "name": order["name"],
        "email": order.get("email") or "",
        "created_at": order.get("created_at"),
        "total_price": cents(order.get("total_price")),
        "currency": order.get("currency") or "EUR",
        "financial_status": order.get("financial_status") or "",
        "fulfillment_status": order.get("fulfillment_status") or "unfulfilled",
        "cancelled": bool(order.get("cancelled_at")),
        "line_items": [
            {
                "title": line.get("title") or line.get("name"),
                "variant": line.get("variant_title") or "",
                "quantity": line["quantity"],
                "price": cents(line.get("price")),
            }
            for line in order.get("line_items") or []
        ],
        "shipping_address": order.get("shipping_address") or {},
        "url": f"/orders/{order.get('token') or order['id']}",
    }
