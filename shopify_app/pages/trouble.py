"""What goes before everything else on a page: orders that are not as they should be, parcels that stand still. Pure."""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.facts import OrderPicture, ParcelFact
from shopify_app.pages.moment import Here
from shopify_app.pages.parcels import carrier_of, last_known_state
from shopify_app.pages.parts import Arrival, Hero, Link, Mood
from shopify_app.pages.stalled import WHAT_WE_DO, WHAT_YOU_CAN_DO, silent_since, stalled_sentence, van_day
from shopify_app.pages.texts import mail_address, plain
from shopify_app.pages.words import THE_CARRIER, URGENCY, WRONG
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shipments.states import Reason


def is_wrong(order: Order, picture: OrderPicture, here: Here) -> bool:
    """Whether anything about the order is not as it should be: then nothing is offered."""
    return bool(order.cancelled_at) or any(_is_troubled(parcel, here) for parcel in picture.parcels)


def urgency(fact: ParcelFact, here: Here) -> int:
    """The place of a parcel among those the headline could speak of; one that stands still is like one delayed."""
    own = URGENCY.index(P(last_known_state(fact)))
    return min(own, URGENCY.index(P.DELAYED)) if _stands_still(fact, here) else own


def is_stalled(fact: ParcelFact, arrival: Arrival | None, here: Here) -> bool:
    """Whether standing still is the news. While the date we gave lies ahead, the date is, but for a parcel that was
    on the vehicle already."""
    state = last_known_state(fact)
    if van_day(fact, state, here):
        return True
    return silent_since(fact, state, here) is not None and not (arrival and arrival.by > here.today)


def stalled_hero(fact: ParcelFact, order: Order, picture: OrderPicture, others: tuple[Phrase, ...], here: Here) -> Hero:
    """What happened, what we do, what the reader can do."""
    state, carrier = last_known_state(fact), carrier_of(fact)
    happened = stalled_sentence(fact, state, carrier.name if carrier else THE_CARRIER, here)
    title, address = phrase("Your parcel takes longer than expected"), picture.settings.support.email
    since = silent_since(fact, state, here)
    if since:
        title, happened = phrase("No news of your parcel since {day}", day=here.day(since)), None
    lines = (happened, WHAT_WE_DO, WHAT_YOU_CAN_DO if address else None)
    return Hero(
        title=title,
        mood=Mood.LOOK,
        icon="clock",
        lines=(*filter(None, lines), *others),
        act=Link(phrase("Write to us"), mail_address(address, plain(order.name))) if address else None,
    )


def _is_troubled(fact: ParcelFact, here: Here) -> bool:
    is_reported = last_known_state(fact) in WRONG or fact.reason == Reason.CARRIER_EXCEPTION
    return is_reported or _stands_still(fact, here)


def _stands_still(fact: ParcelFact, here: Here) -> bool:
    state = last_known_state(fact)
    return bool(silent_since(fact, state, here) or van_day(fact, state, here))
