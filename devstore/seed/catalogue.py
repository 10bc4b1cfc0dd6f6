"""The catalogue: products, variants, stock, pictures and collections as Shopify would send them."""

import itertools
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from devstore.seed.amounts import decimal
from devstore.seed.how_to import metafields
from devstore.seed.numbering import Numbering, gid
from devstore.seed.palette import COLOURS
from devstore.seed.texts import table

PICTURE_WIDTH, PICTURE_HEIGHT = 800, 1000
Document = dict[str, Any]
PRODUCT_REST: Document = {
    "published_scope": "global",
    "template_suffix": None,
    "category": None,
    "has_variants_that_requires_components": False,
}


@dataclass(frozen=True)
class Catalogue:
    """Products and collections in shelf order, and the price list other parts of the seed read by handle."""

    products: list[Document]
    collections: list[Document]

    def product(self, handle: str) -> Document:
        """The product of that handle; raises KeyError."""
        return self._by_handle[handle]

    @property
    def _by_handle(self) -> dict[str, Document]:
        return {product["handle"]: product for product in self.products}


@dataclass(frozen=True)
class Shelf:
    """What making a document needs besides its row: numbers, chance, the clock and where pictures are served."""

    numbers: Numbering
    draw: random.Random
    now: datetime
    origin: str

    def opened(self, row: int) -> str:
        """When the product of that row was first put up: the range grew over three years."""
        return (self.now - timedelta(days=1100 - 12 * row, hours=row % 9)).isoformat(timespec="seconds")


def build_catalogue(shelf: Shelf) -> Catalogue:
    """All products and collections of `goods.toml`, prices in EUR with tax included."""
    goods = table("goods")
    collections = {row["handle"]: _collection(row, shelf, i) for i, row in enumerate(goods["collection"])}
    products = [_product(row, shelf, i) for i, row in enumerate(goods["product"])]
    for row, product in zip(goods["product"], products, strict=True):
        for handle in row["collections"]:
            product["_collections"].append(collections[handle]["id"])
            collections[handle]["_product_ids"].append(product["id"])
    return Catalogue(products, list(collections.values()))


def _collection(row: Document, shelf: Shelf, position: int) -> Document:
    number = shelf.numbers.next("collection")
    cover = next(p for p in table("goods")["product"] if row["handle"] in p["collections"])
    opened = (shelf.now - timedelta(days=1100 - position)).isoformat(timespec="seconds")
    return {
        "id": number,
        "admin_graphql_api_id": gid("Collection", number),
        "handle": row["handle"],
        "title": row["title"],
        "body_html": f"<p>{row['text']}</p>",
        "published_at": opened,
        "updated_at": opened,
        "published_scope": "global",
        "sort_order": "best-selling",
        "template_suffix": None,
        "image": {
            "alt": row["title"],
            "created_at": opened,
            "width": PICTURE_WIDTH,
            "height": PICTURE_HEIGHT,
            "src": picture_address(shelf.origin, cover["handle"], cover.get("colours", [None])[0]),
        },
        "_product_ids": [],
        "_metafields": metafields("collections", row["handle"], shelf.origin),
    }


def picture_address(origin: str, handle: str, colour: str | None) -> str:
    """Where the picture of a product (in a colour) is served."""
    return f"{origin}/cdn/products/{handle}{'-' + colour if colour else ''}.svg"


def _product(row: Document, shelf: Shelf, position: int) -> Document:
    number = shelf.numbers.next("product")
    opened = shelf.opened(position)
    active = row.get("status", "active") == "active"
    images = _images(row, number, shelf, opened)
    variants = _variants(row, number, shelf, opened, images)
    _tie(images, variants)
    return {
        "id": number,
        "admin_graphql_api_id": gid("Product", number),
        "title": row["title"],
        "handle": row["handle"],
        "body_html": f"<p>{row['text']}</p>",
        "vendor": row["vendor"],
        "product_type": row["type"],
        "tags": ", ".join(sorted(row["tags"])),
        "status": row.get("status", "active"),
        "created_at": opened,
        "updated_at": opened,
        "published_at": opened if active else None,
        **PRODUCT_REST,
        "options": _options(row, number, shelf),
        "variants": variants,
        "variant_gids": [{"admin_graphql_api_id": v["admin_graphql_api_id"], "updated_at": opened} for v in variants],
        "images": images,
        "image": images[0],
        "media": [_media(image, shelf) for image in images],
        "_collections": [],
        "_metafields": metafields("products", row["handle"], shelf.origin),
        "_gift_card": row["type"] == "Gift Card",
    }


def _choices(row: Document) -> list[tuple[str, list[str]]]:
    """Option names with their values; a product without options has Shopify's own `Title: Default Title`."""
    if "denominations" in row:
        return [("Denominations", [f"€{cents // 100}" for cents in row["denominations"]])]
    rows: list[tuple[str, list[str]]] = []
    if "colours" in row:
        rows.append(("Colour", [COLOURS[slug].name for slug in row["colours"]]))
    if "sizes" in row:
        waist = row["sizes"] == "waist"
        rows.append(("Waist" if waist else "Size", table("goods")["size_rows"][row["sizes"]]))
    if "lengths" in row:
        rows.append(("Length", row["lengths"]))
    return rows or [("Title", ["Default Title"])]


def _options(row: Document, product: int, shelf: Shelf) -> list[Document]:
    return [
        {
            "id": shelf.numbers.next("option"),
            "product_id": product,
            "name": name,
            "position": position,
            "values": values,
        }
        for position, (name, values) in enumerate(_choices(row), start=1)
    ]


def _images(row: Document, product: int, shelf: Shelf, opened: str) -> list[Document]:
    images = []
    for position, slug in enumerate(row.get("colours", [None]), start=1):
        number = shelf.numbers.next("image")
        words = f"{row['title']} in {COLOURS[slug].name.lower()}" if slug else row["title"]
        images.append(
            {
                "id": number,
                "admin_graphql_api_id": gid("ProductImage", number),
                "product_id": product,
                "position": position,
                "alt": words,
                "width": PICTURE_WIDTH,
                "height": PICTURE_HEIGHT,
                "src": picture_address(shelf.origin, row["handle"], slug),
                "created_at": opened,
                "updated_at": opened,
                "variant_ids": [],
            }
        )
    return images


def _tie(images: list[Document], variants: list[Document]) -> None:
    """Tells each picture which variants it shows."""
    for image in images:
        image["variant_ids"] = [variant["id"] for variant in variants if variant["image_id"] == image["id"]]


def _media(image: Document, shelf: Shelf) -> Document:
    number = shelf.numbers.next("media")
    preview = {key: image[key] for key in ("width", "height", "src")}
    return {
        "id": number,
        "admin_graphql_api_id": gid("MediaImage", number),
        "product_id": image["product_id"],
        "position": image["position"],
        "alt": image["alt"],
        "media_content_type": "IMAGE",
        "status": "READY",
        "preview_image": {**preview, "status": "READY"},
        "created_at": image["created_at"],
        "updated_at": image["updated_at"],
        "variant_ids": [],
    }


def _variants(row: Document, product: int, shelf: Shelf, opened: str, images: list[Document]) -> list[Document]:
    choices = _choices(row)
    combinations = list(itertools.product(*(values for _, values in choices)))
    variants = []
    for position, values in enumerate(combinations, start=1):
        picture = choices[0][1].index(values[0]) if choices[0][0] == "Colour" else 0
        cents = row["denominations"][position - 1] if "denominations" in row else row["price"]
        variant = _variant(row, values, cents, shelf)
        variant |= {
            "product_id": product,
            "position": position,
            "image_id": images[picture]["id"],
            "created_at": opened,
            "updated_at": opened,
        }
        variants.append(variant)
    return variants


def _variant(row: Document, values: tuple[str, ...], cents: int, shelf: Shelf) -> Document:
    number = shelf.numbers.next("variant")
    digital = row.get("digital", False)
    stock = 0 if digital else _stock(row, shelf.draw)
    padded = (*values, None, None)
    tracked = {} if digital else {"inventory_management": "shopify"}
    return {
        "id": number,
        "admin_graphql_api_id": gid("ProductVariant", number),
        "title": " / ".join(values),
        "option1": padded[0],
        "option2": padded[1],
        "option3": padded[2],
        "price": decimal(cents, "EUR"),
        "compare_at_price": decimal(row["compare_at"], "EUR") if "compare_at" in row else None,
        "sku": _sku(row["handle"], values),
        "barcode": None if digital else _ean13(number),
        "inventory_item_id": shelf.numbers.next("inventory_item"),
        "inventory_policy": "deny",
        "inventory_quantity": stock,
        "old_inventory_quantity": stock,
        "fulfillment_service": "gift_card" if row["type"] == "Gift Card" else "manual",
        "requires_shipping": not digital,
        "taxable": row["type"] != "Gift Card",
        "grams": row["weight"],
        "weight": row["weight"] / 1000,
        "weight_unit": "kg",
        **tracked,
    }


def _stock(row: Document, draw: random.Random) -> int:
    """One variant in twelve is sold out, one in eight nearly so; the draft has none."""
    if row.get("status") == "draft":
        return 0
    chance = draw.random()
    if chance < 0.08:
        return 0
    if chance < 0.2:
        return draw.randint(1, 3)
    return draw.randint(8, 90)


def _sku(handle: str, values: tuple[str, ...]) -> str:
    stem = "".join(part[:3] for part in handle.split("-")[:3]).upper()
    if values == ("Default Title",):
        return f"HD-{stem}"
    return "-".join(["HD", stem, *(value.replace(" ", "").replace("€", "")[:5].upper() for value in values)])


def _ean13(number: int) -> str:
    """A Swedish EAN-13 (prefix 735) with its check digit."""
    digits = f"735{number // 32_768 % 10**9:09d}"
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
