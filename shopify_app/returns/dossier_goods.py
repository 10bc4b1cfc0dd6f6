"""What came back of one return, as facts for the dossier: lines, their pieces, pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import OrderLine
from shopify_app.returns import stock
from shopify_app.returns.dossier_facts import LineFacts, NewItemFacts, PhotoFacts, UnitFacts
from shopify_app.returns.models import Return, ReturnLine, ReturnPhoto, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.together import Together

Names = Mapping[int, tuple[str | None, str]]
"""By Shopify's variant id, the titles of product and variant."""
_Photos = Mapping[tuple[str, int], list[PhotoFacts]]


def names_of(session: Session, ret: Return, rows: Together) -> Names:
    """What the items that `ret` gives are called, as we know them now; nothing is asked where it gives none."""
    wanted = {line.replacement_variant_id for line in ret.lines if line.replacement_variant_id}
    wanted |= {item.variant_id for group in rows.of(ReleaseGroup) for item in stock.items_of(group)}
    if not wanted:
        return {}
    titles = select(Variant.shopify_id, Product.title, Variant.title).outerjoin(Variant.product)
    found = session.execute(titles.where(Variant.shop_id == ret.shop_id, Variant.shopify_id.in_(wanted)))
    return {shopify_id: (product, variant) for shopify_id, product, variant in found}


def lines_of(ret: Return, rows: Together, positions: Mapping[int, int], names: Names) -> tuple[LineFacts, ...]:
    """In their order; `positions` of the parts by their ids."""
    sold = {row.shopify_id: row for row in rows.of(OrderLine)}
    photos = defaultdict[tuple[str, int], list[PhotoFacts]](list)
    for photo in rows.of(ReturnPhoto):
        shown = PhotoFacts(photo.id, photo.media_type, photo.width, photo.height)
        whose = ("unit", photo.unit_id) if photo.unit_id else ("line", photo.fulfillment_line_id)
        photos[whose].append(shown)
    return tuple(_line(line, sold.get(line.line_id), positions, names, photos) for line in ret.lines)


def new_items_of(group: ReleaseGroup, names: Names) -> tuple[NewItemFacts, ...]:
    """The items of its cart."""
    return tuple(_new_item(item.variant_id, item.quantity, item.price, names) for item in stock.items_of(group))


def _new_item(variant_id: int, quantity: int, price: Money, names: Names) -> NewItemFacts:
    title, variant = names.get(variant_id, (None, None))
    return NewItemFacts(variant_id, title or f"Variant {variant_id}", variant if title else None, quantity, price)


def _line(
    line: ReturnLine,
    sold: OrderLine | None,
    positions: Mapping[int, int],
    names: Names,
    photos: _Photos,
) -> LineFacts:
    replacement = names.get(line.replacement_variant_id or 0)
    return LineFacts(
        id=line.id,
        line_id=line.line_id,
        fulfillment_line_id=line.fulfillment_line_id,
        group=positions.get(line.group_id or 0),
        title=sold.title if sold else f"Line {line.line_id}",
        variant_title=sold.variant_title if sold else None,
        sku=sold.sku if sold else None,
        quantity=line.quantity,
        outcome=line.outcome,
        method=line.method,
        reason=line.reason,
        note=line.note,
        answer=line.answer,
        replacement_variant_id=line.replacement_variant_id,
        replacement_title=replacement[1] if replacement else None,
        units=tuple(_unit(unit, tuple(photos.get(("unit", unit.id), ()))) for unit in line.units),
        photos=tuple(photos.get(("line", line.fulfillment_line_id or 0), ())),
    )


def _unit(unit: ReturnUnit, photos: tuple[PhotoFacts, ...]) -> UnitFacts:
    names = (
        "id", "number", "reception", "received_at", "decision", "decided_at", "percent", "grade", "note", "disposition",
        "location_id", "told",
    )  # fmt: skip
    return UnitFacts(**{name: getattr(unit, name) for name in names}, photos=photos)
