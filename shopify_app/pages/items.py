"""Order lines as items on a page, and who waits for what. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.orders.unsent import still_to_send
from shopify_app.pages.facts import LineFact, ParcelFact
from shopify_app.pages.parts import Item, Picture
from shopify_app.pages.texts import followable, plain
from shopify_app.shipments.states import ParcelState

NAMED = 2
"""How many titles stand for a group of items before “and 3 more”."""


def item_of(line: LineFact, quantity: int, order: Order, is_full: bool, note: Phrase | None = None) -> Item:
    """`quantity` units of `line`; their price is the line's in proportion, so that parts add up to the whole."""
    price = full = None
    if is_full and line.quantity:
        gross = line.unit_price * line.quantity
        price = _share(gross - line.discount, quantity, line, order)
        full = _share(gross, quantity, line, order) if line.discount else price
    url = followable(line.image_url)
    return Item(
        title=plain(line.title, 255) or "·",
        variant="" if line.variant_title in (None, "Default Title") else plain(line.variant_title, 255),
        quantity=quantity,
        picture=Picture(url, alt=plain(line.image_alt, 255)) if url else None,
        price=price,
        full_price=full if full != price else None,
        note=note,
    )


def _share(amount: int, quantity: int, line: LineFact, order: Order) -> Money:
    """What `quantity` of the line's units come to; most often that is all of them."""
    whole = Money(amount, order.currency)
    return whole if quantity == line.quantity else whole.split([quantity, line.quantity - quantity])[0]


def order_items(lines: tuple[LineFact, ...], order: Order, is_full: bool) -> tuple[Item, ...]:
    """Every line, as ordered; what was taken out again says so."""
    return tuple(item_of(line, line.quantity, order, is_full, _note(line)) for line in lines)


def _note(line: LineFact) -> Phrase | None:
    gone = line.quantity - line.current_quantity
    if not gone:
        return None
    if line.current_quantity == 0:
        return phrase("taken out of the order")
    return phrase("{count} taken out of the order", count=gone)


def waiting_lines(
    lines: Iterable[LineFact], parcels: tuple[ParcelFact, ...], came_back: int | None = None
) -> list[tuple[LineFact, int]]:
    """What must still be sent: (line, quantity). Units in a cancelled shipment wait again. `came_back` as
    `still_to_send` has it."""
    void = {parcel.id for parcel in parcels if parcel.state == ParcelState.CANCELLED}
    waiting = []
    for line in lines:
        sent = sum(count for where, count in line.travels if where not in void)
        left = still_to_send(line.quantity, line.current_quantity, line.never_sent, sent=sent, came_back=came_back)
        if line.requires_shipping and left > 0:
            waiting.append((line, left))
    return waiting


def named(items: tuple[Item, ...]) -> tuple[tuple[str, ...], int]:
    """The first titles of a group and how many more there are."""
    titles = tuple(dict.fromkeys(item.title for item in items))
    return titles[:NAMED], max(0, len(titles) - NAMED)
