"""Which way an order goes, as Shopify says, and what that means for whoever waits: where to collect it, who brings it.

Where Shopify has not said it, an order without an address is taken for one to collect, in words that promise little.
Pure.
"""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.facts import LineFact, OrderPicture
from shopify_app.pages.items import waiting_lines
from shopify_app.pages.texts import plain
from shopify_app.pages.words import BY_KIND, NEXT
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shopify.delivery import Delivery

_AT_THE_COUNTER = phrase("Bring the order number and something that shows who you are.")
WE_BRING_IT = phrase("Next, we bring your order to you ourselves.")
_BROUGHT: dict[str, Phrase] = {
    **dict.fromkeys((P.AWAITING_DATA, P.LABEL_CREATED, P.ACCEPTED, P.IN_TRANSIT), WE_BRING_IT),
    P.OUT_FOR_DELIVERY: BY_KIND["local_delivery"],
    P.DELIVERY_ATTEMPTED: phrase("Tell us when it suits you, and we come again."),
}
"""What follows where no carrier is asked: no depot, no pick-up point."""


def is_to_collect(order: Order) -> bool:
    """Whether the shopper fetches it from the shop: Shopify's word, else that there is no address to send it to."""
    if order.delivery is not None:
        return order.delivery == Delivery.PICK_UP
    return order.shipping_address is None and order.erased_at is None


def is_ready(order: Order) -> bool:
    """Whether what is collected in the shop waits there."""
    return order.delivery == Delivery.PICK_UP and order.packed_at is not None


def is_brought_by_us(order: Order) -> bool:
    """Whether the shop itself brings it: no carrier, no tracking number."""
    return order.delivery == Delivery.LOCAL


def goes_to_a_point(order: Order) -> bool:
    """Whether a carrier takes it to a pick-up point or a locker that the shopper chose."""
    return order.delivery == Delivery.PICKUP_POINT


def unsent(order: Order, picture: OrderPicture) -> list[tuple[LineFact, int]]:
    """What is in no parcel yet, with its quantity; nothing where nothing is or will be sent."""
    if order.cancelled_at or order.delivery == Delivery.NONE:
        return []
    if order.channel == "pos" and order.fulfillment_status == "fulfilled":
        return []
    return waiting_lines(picture.lines, picture.parcels)


def is_emptied(order: Order, picture: OrderPicture) -> bool:
    """Whether everything was taken out of the order before anything of it left."""
    has_left = order.is_taken_along or any(parcel.state != P.CANCELLED for parcel in picture.parcels)
    return bool(picture.lines) and not has_left and not any(line.current_quantity for line in picture.lines)


def place_of(order: Order) -> str:
    """The shop's place and its address in one line; empty where Shopify has not named it."""
    told = order.collect_at or {}
    town = " ".join(filter(None, [told.get("zip"), told.get("city")]))
    return ", ".join(plain(part, 120) for part in (told.get("name"), told.get("address1"), town) if part)


def collecting(order: Order) -> Phrase:
    """Where the items wait, or are being made ready."""
    place = place_of(order)
    if is_ready(order):
        return ready_sentence(order)
    if place:
        return phrase("We are getting your items ready. You collect them at {place}.", place=place)
    return BY_KIND["pickup"]


def ready_sentence(order: Order) -> Phrase:
    """They wait in the shop, with its address where Shopify named it."""
    place = place_of(order)
    if place:
        return phrase("Your items are ready to collect at {place}.", place=place)
    return phrase("Your items are ready to collect in our shop.")


def hours_of(order: Order) -> tuple[str, ...]:
    """What the merchant tells those who come to collect, in the merchant's own words: often the opening hours."""
    text = plain((order.collect_at or {}).get("instructions"), 300)
    return (text,) if text else ()


def bringing(order: Order) -> Phrase:
    """The shop is its own carrier."""
    return phrase("Packed. We bring your items to you ourselves.") if order.packed_at else BY_KIND["local_delivery"]


def next_of(state: str, order: Order, has_number: bool = False) -> Phrase | None:
    """What follows after a parcel's state, on the way that this order goes; with a number a carrier brings it, whatever
    was meant when it was ordered."""
    if state == P.READY_FOR_PICKUP and is_to_collect(order):
        return _AT_THE_COUNTER
    if is_brought_by_us(order) and not has_number and state in _BROUGHT:
        return _BROUGHT[state]
    if state in (P.ACCEPTED, P.IN_TRANSIT) and goes_to_a_point(order):
        return phrase(
            "Next, the parcel reaches the pick-up point you chose. As soon as you can collect it, we say so here."
        )
    return NEXT.get(P(state))
