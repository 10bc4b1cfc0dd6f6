"""What goes before everything else on a page: orders that are not as they should be, parcels that stand still. Pure."""

from __future__ import annotations

from datetime import date

from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.facts import OrderPicture, ParcelFact, PromiseFact
from shopify_app.pages.moment import Here
from shopify_app.pages.parcels import carrier_of, is_goods, last_known_state
from shopify_app.pages.parts import Arrival, Hero, Link, Mood
from shopify_app.pages.stalled import (
    WHAT_WE_DO,
    WHAT_YOU_CAN_DO,
    late_day,
    late_sentence,
    silent_since,
    stalled_sentence,
    van_day,
)
from shopify_app.pages.texts import mail_address, plain
from shopify_app.pages.ways import is_brought_by_us, is_emptied, is_to_collect, unsent
from shopify_app.pages.words import THE_CARRIER, URGENCY, WRONG
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shipments.states import Reason
from shopify_app.shipments.waiting import hand_over_day
from shopify_app.shopify.delivery import BY_THE_SHOP


def is_wrong(order: Order, picture: OrderPicture, here: Here) -> bool:
    """Whether anything about the order is not as it should be: then nothing is offered."""
    if (
        order.cancelled_at
        or is_emptied(order, picture)
        or any(_is_troubled(parcel, picture, here) for parcel in picture.parcels)
    ):
        return True
    return is_kept_waiting(order, picture, here)


def is_kept_waiting(order: Order, picture: OrderPicture, here: Here) -> bool:
    """Whether nothing of the order has left although it should have, and no day ahead is given for it either."""
    if any(map(is_goods, picture.parcels)):
        return False
    by = hand_over_by(order, picture, here)
    if by is None or by >= here.shop_today:
        return False
    if order.delivery in BY_THE_SHOP or is_to_collect(order) or not unsent(order, picture):
        return False
    given = next((promise.by for promise in reversed(picture.promises) if promise.shipment_id is None), None)
    return given is None or given < here.today


def hand_over_by(order: Order, picture: OrderPicture, here: Here) -> date | None:
    """The shop's promise: the working day (Monday to Friday) by which the carrier has the order."""
    return hand_over_day(order.placed_at, here.shop.key, picture.settings.tracking)


def urgency(fact: ParcelFact, picture: OrderPicture, here: Here) -> int:
    """The place of a parcel among those the headline could speak of; one that stands still, or is late, is like one
    delayed."""
    own = URGENCY.index(P(last_known_state(fact)))
    is_like_delayed = _stands_still(fact, here) or late_day(fact, last_known_state(fact), picture.promises, here)
    return min(own, URGENCY.index(P.DELAYED)) if is_like_delayed else own


def is_stalled(fact: ParcelFact, promises: tuple[PromiseFact, ...], arrival: Arrival | None, here: Here) -> bool:
    """Whether standing still, or being late, is the news. While the date we gave lies ahead, the date is, but for a
    parcel that was on the vehicle already."""
    state = last_known_state(fact)
    if van_day(fact, state, here) or late_day(fact, state, promises, here):
        return True
    return silent_since(fact, state, here) is not None and not (arrival and arrival.by > here.today)


def stalled_hero(fact: ParcelFact, order: Order, picture: OrderPicture, others: tuple[Phrase, ...], here: Here) -> Hero:
    """What happened, what we do, what the reader can do."""
    state, carrier = last_known_state(fact), carrier_of(fact)
    happened = stalled_sentence(fact, state, carrier.name if carrier else THE_CARRIER, here)
    title, address = phrase("Your parcel takes longer than expected"), picture.settings.support.email
    what_we_do: Phrase | None = WHAT_WE_DO
    since, late = silent_since(fact, state, here), late_day(fact, state, picture.promises, here)
    if since:
        title, happened = phrase("No news of your parcel since {day}", day=here.day(since)), None
    elif late:
        happened, what_we_do = late_sentence(late, here), None
    lines = (happened, what_we_do, WHAT_YOU_CAN_DO if address else None)
    if is_brought_by_us(order) and not fact.numbers:  # nobody else could be asked
        lines = (happened,)
    return Hero(
        title=title,
        mood=Mood.LOOK,
        icon="clock",
        lines=(*filter(None, lines), *others),
        act=Link(phrase("Write to us"), mail_address(address, plain(order.name))) if address else None,
    )


def _is_troubled(fact: ParcelFact, picture: OrderPicture, here: Here) -> bool:
    state = last_known_state(fact)
    if state in WRONG or fact.reason == Reason.CARRIER_EXCEPTION:
        return True
    return _stands_still(fact, here) or late_day(fact, state, picture.promises, here) is not None


def _stands_still(fact: ParcelFact, here: Here) -> bool:
    state = last_known_state(fact)
    return bool(silent_since(fact, state, here) or van_day(fact, state, here))
