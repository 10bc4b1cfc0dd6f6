"""``products/create|update`` as typed snapshots. They bring the first hundred variants in full, and neither collections
nor how-to content."""

from __future__ import annotations

from datetime import datetime

from shopify_app.shopify.payload_fields import (
    BadPayload,
    Fields,
    flag,
    instant,
    money,
    number,
    number_or_none,
    part,
    parts,
    tags,
    text,
    units,
)
from shopify_app.shopify.snapshots import Picture, ProductSnapshot, VariantSnapshot


def product(payload: Fields, currency: str, fact_at: datetime) -> ProductSnapshot:
    """The product with its variants; prices are in `currency`, the shop's, which payloads do not name. `fact_at` stands
    in for a missing ``updated_at``."""
    pictures = {number_or_none(image, "id"): _picture(image) for image in parts(payload, "images")}
    first = part(payload, "image")
    return ProductSnapshot(
        shopify_id=number(payload, "id"),
        handle=text(payload, "handle") or "",
        title=text(payload, "title") or "",
        vendor=text(payload, "vendor") or "",
        product_type=text(payload, "product_type") or "",
        tags=tags(payload),
        is_published=_is_published(payload),
        is_gift_card=flag(payload, "gift_card", (text(payload, "product_type") or "").casefold() == "gift card"),
        picture=_picture(first) if first else next(iter(pictures.values()), None),
        variants=tuple(_variant(variant, pictures, currency) for variant in parts(payload, "variants")),
        created_at=instant(payload, "created_at"),
        fact_at=instant(payload, "updated_at") or fact_at,
    )


def is_whole(payload: Fields) -> bool:
    """Whether the payload brings all variants of its product in full."""
    return sum(1 for _ in parts(payload, "variant_gids")) <= sum(1 for _ in parts(payload, "variants"))


def _is_published(payload: Fields) -> bool:
    status = text(payload, "status", 20)
    return (status is None or status.lower() == "active") and instant(payload, "published_at") is not None


def _variant(payload: Fields, pictures: dict[int | None, Picture | None], currency: str) -> VariantSnapshot:
    options = [text(payload, f"option{place}") for place in (1, 2, 3)]
    image_id = number_or_none(payload, "image_id")
    compare_at = payload.get("compare_at_price")
    return VariantSnapshot(
        shopify_id=number(payload, "id"),
        inventory_item_id=number_or_none(payload, "inventory_item_id"),
        title=text(payload, "title") or "",
        sku=text(payload, "sku"),
        options=tuple(option for option in options if option),
        position=units(payload, "position") or 1,
        price=money(payload, "price", currency),
        compare_at=None if compare_at in (None, "") else money(payload, "compare_at_price", currency),
        available=_available(payload),
        sells_when_out=payload.get("inventory_policy") == "continue",
        picture=pictures.get(image_id) if image_id is not None else None,
    )


def _available(payload: Fields) -> int | None:
    """None when the payload says that nobody counts this variant's stock."""
    if "inventory_management" in payload and payload["inventory_management"] is None:
        return None
    return units(payload, "inventory_quantity")


def _picture(payload: Fields) -> Picture | None:
    url = text(payload, "src", 1000)
    if url is None:
        return None
    if not url.startswith(("https://", "http://")):
        raise BadPayload("The field src is no web address.")
    size = units(payload, "width"), units(payload, "height")
    return Picture(url, *size, text(payload, "alt", 512))
