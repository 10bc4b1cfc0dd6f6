"""GraphQL nodes of the catalogue -> snapshots: products, variants, collections and their how-to content. Pure."""

from __future__ import annotations

import json
from typing import Any

from shopify_app.money import Money
from shopify_app.shopify.nodes import Node, instant, must, number
from shopify_app.shopify.snapshots import (
    CollectionSnapshot,
    HowToSnapshot,
    Picture,
    ProductSnapshot,
    VariantSnapshot,
)


def product(node: Node, currency: str) -> ProductSnapshot:
    """A product; prices in the shop's `currency`, stock summed over its locations."""
    media = node["featuredMedia"] or {}
    return ProductSnapshot(
        shopify_id=number(node["id"]),
        handle=node["handle"],
        title=node["title"],
        vendor=node["vendor"],
        product_type=node["productType"],
        tags=tuple(node["tags"]),
        is_published=node["status"] == "ACTIVE" and node["publishedAt"] is not None,
        is_gift_card=node["isGiftCard"],
        picture=_picture(media.get("image")),
        variants=tuple(variant(entry, currency) for entry in node["variants"]["nodes"]),
        created_at=instant(node["createdAt"]),
        fact_at=must(node["updatedAt"]),
        how_to=how_to(node["metafield"]),
        collection_ids=tuple(number(entry["id"]) for entry in node["collections"]["nodes"]),
    )


def variant(node: Node, currency: str) -> VariantSnapshot:
    """One variant; untracked stock is None."""
    item = node["inventoryItem"]
    return VariantSnapshot(
        shopify_id=number(node["id"]),
        inventory_item_id=number(item["id"]),
        title=node["title"],
        sku=node["sku"],
        options=tuple(option["value"] for option in node["selectedOptions"]),
        position=node["position"],
        price=Money.parse(node["price"], currency),
        compare_at=None if node["compareAtPrice"] is None else Money.parse(node["compareAtPrice"], currency),
        available=node["inventoryQuantity"] if item["tracked"] else None,
        sells_when_out=node["inventoryPolicy"] == "CONTINUE",
        picture=_picture(node["image"]),
    )


def collection(node: Node) -> CollectionSnapshot:
    """A collection and the how-to content that all its products share."""
    return CollectionSnapshot(
        shopify_id=number(node["id"]),
        handle=node["handle"],
        title=node["title"],
        fact_at=must(node["updatedAt"]),
        how_to=how_to(node["metafield"]),
    )


LONGEST_WORD, LONGEST_LANGUAGE, LONGEST_TITLE, LONGEST_ADDRESS = 12, 8, 255, 1000
MOST_MINUTES = 24 * 60


def how_to(metafield: Node | None) -> tuple[HowToSnapshot, ...]:
    """The entries of ``postlude.how_to``; whatever a merchant wrote there that is no entry is passed over, and what is
    longer than we keep is cut: nobody checks what is written there."""
    try:
        entries = json.loads(metafield["value"]) if metafield else []
    except ValueError:
        return ()
    return tuple(_entry(entry) for entry in entries if _is_entry(entry)) if isinstance(entries, list) else ()


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and bool(entry.get("title")) and bool(entry.get("type"))


def _entry(entry: Node) -> HowToSnapshot:
    steps = entry.get("steps") if isinstance(entry.get("steps"), list) else []
    minutes, url = entry.get("minutes"), _written(entry.get("url"))
    return HowToSnapshot(
        phase=_written(entry.get("phase"), LONGEST_WORD) or "waiting",
        type=_written(entry["type"], LONGEST_WORD),
        language=_written(entry.get("language"), LONGEST_LANGUAGE) or "en",
        title=_written(entry["title"], LONGEST_TITLE),
        text=_written(entry.get("text")),
        url=url if 0 < len(url) <= LONGEST_ADDRESS else None,
        minutes=minutes if type(minutes) is int and 0 < minutes <= MOST_MINUTES else None,
        steps=tuple(
            (_written(s["text"]), _written(s.get("image")) or None)
            for s in steps or ()
            if isinstance(s, dict) and s.get("text")
        ),
    )


def _written(value: Any, most: int | None = None) -> str:
    """`value` as text that any database keeps (neither NUL nor half a surrogate pair), at most so many characters."""
    return str(value or "").replace("\x00", "").encode("utf-8", "ignore").decode()[:most]


def _picture(node: Node | None) -> Picture | None:
    return Picture(node["url"], node["width"], node["height"], node["altText"]) if node else None
