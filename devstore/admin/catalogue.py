"""Products, variants, collections, stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore.admin.connections import page
from devstore.admin.fields import Ask, Typed, constant, identified, plain, resolver
from devstore.admin.search import Reader, matching
from devstore.admin.values import at, in_currency, metafield, metafields, money, plain_text, tags, word
from devstore.gids import gid, number
from devstore.store import Document

PRODUCT_SEARCH: dict[str, Reader] = {
    "": lambda each: [each["title"], each.get("vendor"), each.get("product_type"), each["handle"]],
    "id": lambda each: each["id"],
    "title": lambda each: each["title"],
    "handle": lambda each: each["handle"],
    "status": lambda each: each["status"],
    "vendor": lambda each: each.get("vendor"),
    "product_type": lambda each: each.get("product_type"),
    "tag": tags,
    "created_at": lambda each: each["created_at"],
    "updated_at": lambda each: each["updated_at"],
    "published_at": lambda each: each.get("published_at"),
    "sku": lambda each: [variant.get("sku") for variant in each["variants"]],
    "gift_card": lambda each: bool(each.get("_gift_card")),
    "inventory_total": lambda each: _stock(each),
}
PRODUCT_KEYS = {
    "ID": lambda each: each["id"],
    "CREATED_AT": lambda each: each["created_at"],
    "UPDATED_AT": lambda each: each["updated_at"],
    "PUBLISHED_AT": lambda each: each.get("published_at"),
    "TITLE": lambda each: each["title"].casefold(),
    "VENDOR": lambda each: (each.get("vendor") or "").casefold(),
    "PRODUCT_TYPE": lambda each: (each.get("product_type") or "").casefold(),
    "INVENTORY_TOTAL": lambda each: _stock(each),
}

identified("Product")
plain(
    "Product",
    title="title",
    handle="handle",
    vendor=lambda each, ask, args: each.get("vendor") or "",
    productType=lambda each, ask, args: each.get("product_type") or "",
    tags=lambda each, ask, args: tags(each),
    status=word("status"),
    isGiftCard=lambda each, ask, args: bool(each.get("_gift_card")),
    descriptionHtml=lambda each, ask, args: each.get("body_html") or "",
    description=lambda each, ask, args: plain_text(each.get("body_html"))[: args.get("truncateAt")],
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    publishedAt=at("published_at"),
    totalInventory=lambda each, ask, args: _stock(each),
    tracksInventory=lambda each, ask, args: any(one.get("inventory_management") for one in each["variants"]),
    hasOnlyDefaultVariant=lambda each, ask, args: [one["title"] for one in each["variants"]] == ["Default Title"],
    hasOutOfStockVariants=lambda each, ask, args: any(not _is_for_sale(one) for one in each["variants"]),
    hasVariantsThatRequiresComponents=constant(False),
    onlineStoreUrl=lambda each, ask, args: _online_url(each, ask),
    onlineStorePreviewUrl=lambda each, ask, args: f"{ask.world.config.public_origin}/products/{each['handle']}",
    templateSuffix="template_suffix",
    requiresSellingPlan=constant(False),
    category=constant(None),
    metafield=metafield,
    metafields=metafields,
    featuredImage=lambda each, ask, args: each.get("image"),
    images=lambda each, ask, args: page(each.get("images") or [], args),
    featuredMedia=lambda each, ask, args: Typed("MediaImage", each["image"]) if each.get("image") else None,
    media=lambda each, ask, args: page(each.get("images") or [], args, type_name="MediaImage"),
    mediaCount=lambda each, ask, args: {"count": len(each.get("images") or [])},
    variantsCount=lambda each, ask, args: {"count": len(each["variants"])},
    options=lambda each, ask, args: (each.get("options") or [])[: args.get("first")],
    priceRangeV2=lambda each, ask, args: each,
    inCollection=lambda each, ask, args: number(args["id"], "Collection") in (each.get("_collections") or []),
)
plain(
    "ProductPriceRangeV2",
    minVariantPrice=lambda each, ask, args: _price(min, each, ask),
    maxVariantPrice=lambda each, ask, args: _price(max, each, ask),
)
plain("ProductOption", name="name", position="position", values="values")
plain(
    "ProductOption",
    id=lambda each, ask, args: gid("ProductOption", each["id"]),
    optionValues=lambda each, ask, args: [{"name": value} for value in each["values"]],
)
plain("ProductOptionValue", name="name", hasVariants=constant(True), swatch=constant(None))
plain("SelectedOption", name="name", value="value", optionValue=lambda each, ask, args: {"name": each["value"]})
plain(
    "MediaImage",
    id=lambda each, ask, args: gid("MediaImage", each["id"]),
    alt="alt",
    image=lambda each, ask, args: each,
    preview=lambda each, ask, args: each,
    mediaContentType=constant("IMAGE"),
    mimeType=constant("image/svg+xml"),
    status=constant("READY"),
    fileStatus=constant("READY"),
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
)
plain("MediaPreviewImage", image=lambda each, ask, args: each, status=constant("READY"))

identified("ProductVariant")
plain(
    "ProductVariant",
    title="title",
    displayName=lambda each, ask, args: f"{_product(each, ask)['title']} - {each['title']}",
    sku="sku",
    barcode="barcode",
    position="position",
    price=money("price"),
    compareAtPrice=money("compare_at_price"),
    taxable="taxable",
    inventoryQuantity="inventory_quantity",
    sellableOnlineQuantity=lambda each, ask, args: max(0, each.get("inventory_quantity") or 0),
    inventoryPolicy=word("inventory_policy"),
    availableForSale=lambda each, ask, args: _product(each, ask)["status"] == "active" and _is_for_sale(each),
    inventoryItem=lambda each, ask, args: each,
    product=lambda each, ask, args: _product(each, ask),
    image=lambda each, ask, args: _image(each, ask),
    media=lambda each, ask, args: page([image for image in [_image(each, ask)] if image], args, type_name="MediaImage"),
    selectedOptions=lambda each, ask, args: _selected(each, ask),
    requiresComponents=constant(False),
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    metafield=metafield,
    metafields=metafields,
)

plain(
    "InventoryItem",
    id=lambda each, ask, args: gid("InventoryItem", each["inventory_item_id"]),
    legacyResourceId="inventory_item_id",
    sku="sku",
    tracked=lambda each, ask, args: each.get("inventory_management") is not None,
    requiresShipping=lambda each, ask, args: each.get("requires_shipping", True),
    variant=lambda each, ask, args: each,
    measurement=lambda each, ask, args: each,
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    inventoryLevels=lambda each, ask, args: page(_levels(each, ask), args),
    inventoryLevel=lambda each, ask, args: next(
        (one for one in _levels(each, ask) if one["location"]["id"] == number(args["locationId"], "Location")), None
    ),
)
plain("InventoryItemMeasurement", id=lambda each, ask, args: gid("InventoryItemMeasurement", each["inventory_item_id"]))
plain(
    "InventoryItemMeasurement", weight=lambda each, ask, args: {"unit": "GRAMS", "value": float(each.get("grams") or 0)}
)
plain(
    "InventoryLevel",
    id=lambda each, ask, args: (
        f"gid://shopify/InventoryLevel/{each['location']['id']}?inventory_item_id={each['item']['inventory_item_id']}"
    ),
    item="item",
    location="location",
    isActive=constant(True),
    updatedAt=lambda each, ask, args: each["item"].get("updated_at"),
    quantities=lambda each, ask, args: [{"name": name, **each} for name in args["names"]],
)
plain(
    "InventoryQuantity",
    id=lambda each, ask, args: gid("InventoryQuantity", f"{each['location']['id']}-{each['name']}"),
    name="name",
    quantity=lambda each, ask, args: each["available"] if each["name"] in ("available", "on_hand") else 0,
)

identified("Collection")
plain(
    "Collection",
    title="title",
    handle="handle",
    descriptionHtml=lambda each, ask, args: each.get("body_html") or "",
    description=lambda each, ask, args: plain_text(each.get("body_html"))[: args.get("truncateAt")],
    image=lambda each, ask, args: each.get("image"),
    updatedAt=at("updated_at"),
    sortOrder=constant("BEST_SELLING"),
    products=lambda each, ask, args: _products(ask, args, [one for one in ask.store.all("product") if _has(one, each)]),
    productsCount=lambda each, ask, args: {"count": sum(_has(one, each) for one in ask.store.all("product"))},
    metafield=metafield,
    metafields=metafields,
)


@resolver("Product", "variants")
def _variants(product: Document, ask: Ask, args: dict[str, Any]) -> Any:
    keys = {"POSITION": lambda each: each.get("position", 0), "ID": lambda each: each["id"]}
    return page(product["variants"], args, keys.get(args.get("sortKey") or "POSITION", keys["POSITION"]))


@resolver("Product", "collections")
def _collections_of(product: Document, ask: Ask, args: dict[str, Any]) -> Any:
    found = [each for each in ask.store.all("collection") if _has(product, each)]
    return page(found, args, lambda each: each["id"])


@resolver("QueryRoot", "products")
def _all_products(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    return _products(ask, args, ask.store.all("product"))


@resolver("QueryRoot", "product", "productByIdentifier")
def _one_product(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    wanted = args.get("identifier") or args
    if wanted.get("handle"):
        return next(iter(ask.store.find("product", handle=wanted["handle"])), None)
    return ask.store.peek("product", number(wanted["id"], "Product"))


@resolver("QueryRoot", "productsCount")
def _products_count(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"count": len(matching(args.get("query"), ask.store.all("product"), PRODUCT_SEARCH))}


@resolver("QueryRoot", "productVariant")
def _one_variant(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return variant(ask, number(args["id"], "ProductVariant"))


@resolver("QueryRoot", "productVariants")
def _all_variants(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    readers: dict[str, Reader] = {
        "": lambda each: [each["title"], each.get("sku")],
        "id": lambda each: each["id"],
        "sku": lambda each: each.get("sku"),
        "product_id": lambda each: each.get("product_id"),
        "updated_at": lambda each: each.get("updated_at"),
    }
    everything = [each for product in ask.store.all("product") for each in product["variants"]]
    return page(matching(args.get("query"), everything, readers), args, lambda each: each["id"])


@resolver("QueryRoot", "inventoryItem")
def _inventory_item(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    wanted = number(args["id"], "InventoryItem")
    found = (each for product in ask.store.all("product") for each in product["variants"])
    return next((each for each in found if each["inventory_item_id"] == wanted), None)


@resolver("QueryRoot", "collections")
def _all_collections(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    readers: dict[str, Reader] = {
        "": lambda each: [each["title"]],
        "id": lambda each: each["id"],
        "title": lambda each: each["title"],
        "handle": lambda each: each["handle"],
        "updated_at": lambda each: each["updated_at"],
    }
    keys = {"TITLE": lambda each: each["title"].casefold(), "UPDATED_AT": lambda each: each["updated_at"]}
    key = keys.get(args.get("sortKey") or "ID", lambda each: each["id"])
    return page(matching(args.get("query"), ask.store.all("collection"), readers), args, key)


@resolver("QueryRoot", "collection", "collectionByHandle", "collectionByIdentifier")
def _one_collection(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    wanted = args.get("identifier") or args
    if wanted.get("handle"):
        return next(iter(ask.store.find("collection", handle=wanted["handle"])), None)
    return ask.store.peek("collection", number(wanted["id"], "Collection"))


def variant(ask: Ask, id: int | None) -> Document | None:
    """The variant, or None when it is gone."""
    found = ask.once(
        "variants", lambda: {one["id"]: one for each in ask.store.all("product") for one in each["variants"]}
    )
    return found.get(id)


def _product(variant: Document, ask: Ask) -> Document:
    product = ask.store.peek("product", variant["product_id"])
    assert product is not None
    return product


def _products(ask: Ask, args: dict[str, Any], products: list[Document]) -> Any:
    found = matching(args.get("query"), products, PRODUCT_SEARCH)
    return page(found, args, PRODUCT_KEYS.get(args.get("sortKey") or "ID", PRODUCT_KEYS["ID"]))


def _has(product: Document, collection: Document) -> bool:
    return collection["id"] in (product.get("_collections") or [])


def _stock(product: Document) -> int:
    return sum(each.get("inventory_quantity") or 0 for each in product["variants"])


def _is_for_sale(variant: Document) -> bool:
    tracked = variant.get("inventory_management") is not None
    return not tracked or (variant.get("inventory_quantity") or 0) > 0 or variant.get("inventory_policy") == "continue"


def _online_url(product: Document, ask: Ask) -> str | None:
    if product["status"] != "active" or not product.get("published_at"):
        return None
    return f"{ask.world.config.public_origin}/products/{product['handle']}"


def _price(choose: Any, product: Document, ask: Ask) -> Document:
    return in_currency(choose(Decimal(each["price"]) for each in product["variants"]), ask.world.shop()["currency"])


def _image(variant: Document, ask: Ask) -> Document | None:
    images = _product(variant, ask).get("images") or []
    return next((image for image in images if image["id"] == variant.get("image_id")), None)


def _selected(variant: Document, ask: Ask) -> list[Document]:
    options = _product(variant, ask).get("options") or []
    values = (variant.get("option1"), variant.get("option2"), variant.get("option3"))
    return [{"name": option["name"], "value": value} for option, value in zip(options, values, strict=False) if value]


def _levels(variant: Document, ask: Ask) -> list[Document]:
    """All stock lies at the first location; the others hold none."""
    places = ask.store.all("location")
    quantity = variant.get("inventory_quantity") or 0
    return [
        {"item": variant, "location": place, "available": quantity if place is places[0] else 0} for place in places
    ]
