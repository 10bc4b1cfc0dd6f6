"""One block per parcel: its sentence, its way, its scans, what is in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from shopify_app.i18n import Moment, Phrase, phrase
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.arrivals import arrival_of
from shopify_app.pages.facts import LineFact, OrderPicture, ParcelFact, ScanFact
from shopify_app.pages.items import item_of
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Arrival, Carrier, Event, Item, Link, Mood, Parcel, TrackingNumber
from shopify_app.pages.stalled import late_day, late_sentence, silent_since, stalled_sentence, van_day
from shopify_app.pages.steps import steps_of, was_collected
from shopify_app.pages.texts import followable, mail_address, plain
from shopify_app.pages.ways import ready_sentence
from shopify_app.pages.words import (
    BEING_PREPARED,
    BY_KIND,
    EVENTS,
    HANDED_OVER,
    MOODS,
    SENTENCES,
    THE_CARRIER,
)
from shopify_app.shipments.directory import carrier as known_carrier
from shopify_app.shipments.states import NOT_COMING, Reason
from shopify_app.shipments.states import ParcelState as P

BY_MAIL_TO_COME = phrase("What you bought comes by e-mail or as a download.")


def parcel_blocks(order: Order, picture: OrderPicture, access: Access, here: Here) -> tuple[Parcel, ...]:
    """Every parcel that is more than a voided label, in the order they were sent."""
    shown = [parcel for parcel in picture.parcels if parcel.state != P.CANCELLED or parcel.scans]
    nth = {parcel.id: place for place, parcel in enumerate(filter(is_goods, shown), start=1)}
    places = ((number, nth.get(parcel.id)) for number, parcel in enumerate(shown, start=1))
    return tuple(
        _block(place, parcel, order, picture, access, here) for place, parcel in zip(places, shown, strict=True)
    )


def is_goods(fact: ParcelFact) -> bool:
    """Whether it is a parcel that people count: not one that was called off, nor an e-mail."""
    return fact.state != P.CANCELLED and fact.kind != "digital"


def is_mail_to_come(fact: ParcelFact) -> bool:
    """Whether it is an e-mail that somebody was asked to send, and has not sent yet."""
    return fact.kind == "digital" and fact.state == P.LABEL_CREATED


def _block(
    place: tuple[int, int | None], fact: ParcelFact, order: Order, picture: OrderPicture, access: Access, here: Here
) -> Parcel:
    number, nth = place
    state = last_known_state(fact)
    carrier = carrier_of(fact)
    is_full = access >= Access.FULL
    return Parcel(
        number=number,
        state=state,
        sentence=sentence_of(fact, state, order, here),
        mood=_mood(fact, state, here),
        items=tuple(_items(fact.id, picture.lines, order, is_full)),
        steps=steps_of(fact, state, order, here),
        events=tuple(_events(fact, here)),
        arrival=_arrival(fact, state, picture, carrier, here),
        late=_late(fact, state, picture, here),
        carrier=carrier,
        numbers=_numbers(fact) if is_full else (),
        ask=_ask(fact, carrier, order, picture) if is_full else None,
        share_progress=len(fact.numbers) > 1,
        nth=nth,
        kind=fact.kind,
        is_asked_for=_is_asked_for(fact, state),
    )


def _is_asked_for(fact: ParcelFact, state: str) -> bool:
    return state == P.LABEL_CREATED and fact.reason == Reason.BEING_PREPARED


def _mood(fact: ParcelFact, state: str, here: Here) -> Mood:
    stalled = silent_since(fact, state, here) or van_day(fact, state, here)
    return MOODS.get(state, Mood.LOOK if stalled else Mood.CALM)


def last_known_state(fact: ParcelFact) -> str:
    """The parcel's state; where that is a word we cannot read, the last one we could."""
    if fact.state in EVENTS and fact.state != P.UNKNOWN:
        return fact.state
    return next((scan.state for scan in reversed(fact.scans) if scan.state != P.UNKNOWN), P.AWAITING_DATA)


def carrier_of(fact: ParcelFact) -> Carrier | None:
    """Who brings it: the directory's entry, else the name as the merchant typed it."""
    known = known_carrier(fact.carrier)
    if known:
        return Carrier(known.name, followable(known.help_url), known.phone)
    return Carrier(plain(fact.company, 60)) if fact.company and fact.company.lower() != "other" else None


def sentence_of(fact: ParcelFact, state: str, order: Order, here: Here) -> Phrase:
    """The customer's sentence of `parcels.md` 3.2 for this parcel."""
    carrier = carrier_of(fact)
    name = carrier.name if carrier else THE_CARRIER
    since = here.local_day(fact.state_at or fact.shipped_at)
    if is_mail_to_come(fact):
        return BY_MAIL_TO_COME
    if state in (P.AWAITING_DATA, P.LABEL_CREATED) and fact.kind != "parcel":
        return BY_KIND[fact.kind]
    if state == P.AWAITING_DATA and not fact.numbers:
        return phrase("Sent {day}. This parcel travels without tracking.", day=here.local_day(fact.shipped_at))
    if state == P.READY_FOR_PICKUP:
        return _ready(fact, order)
    if state == P.DELIVERED:
        return _delivered(fact, here)
    if state == P.DELIVERY_ATTEMPTED and fact.kind == "local_delivery":
        return phrase("We tried to deliver: {day}.", day=since)
    if stalled := stalled_sentence(fact, state, name, here):
        return stalled
    said = BEING_PREPARED if _is_asked_for(fact, state) else SENTENCES[state]
    return Phrase(said.text, (("carrier", name), ("day", since)))


def _ready(fact: ParcelFact, order: Order) -> Phrase:
    place = last_place(fact)
    if fact.kind == "pickup":
        return ready_sentence(order)
    return (
        phrase("Your parcel is ready to collect at {place}.", place=place) if place else SENTENCES[P.READY_FOR_PICKUP]
    )


def _delivered(fact: ParcelFact, here: Here) -> Phrase:
    if was_collected(fact):
        return phrase("Collected {moment}.", moment=delivered_moment(fact, here))
    return phrase("Delivered {moment}.", moment=delivered_moment(fact, here))


def delivered_moment(fact: ParcelFact, here: Here) -> Moment:
    """When it was handed over, by the clock at its door."""
    scan = next((scan for scan in reversed(fact.scans) if scan.state == P.DELIVERED), None)
    moment = scan_moment(scan, here) if scan else None
    return moment or here.moment(fact.delivered_at or fact.state_at or fact.shipped_at)


def last_place(fact: ParcelFact) -> str:
    return next((plain(scan.place, 80) for scan in reversed(fact.scans) if scan.place), "")


def handed_over(fact: ParcelFact) -> Phrase | None:
    """“Handed to a neighbour.”"""
    return HANDED_OVER.get(fact.reason or "")


def _items(parcel_id: int, lines: Iterable[LineFact], order: Order, is_full: bool) -> Iterator[Item]:
    for line in lines:
        quantity = sum(count for where, count in line.travels if where == parcel_id)
        if quantity:
            yield item_of(line, quantity, order, is_full)


def _events(fact: ParcelFact, here: Here) -> Iterator[Event]:
    """Newest first. A carrier's generic exception is the shop's to look into, not the reader's to worry about."""
    for scan in reversed(fact.scans):
        if scan.state == P.UNKNOWN and (scan.reason == Reason.CARRIER_EXCEPTION or not scan.text):
            continue
        label = EVENTS.get(scan.state, EVENTS[P.UNKNOWN])
        yield Event(label, scan_moment(scan, here), plain(scan.place, 80), plain(scan.text, 300))


def scan_moment(scan: ScanFact, here: Here) -> Moment | None:
    """The wall clock at the scan's place, never the reader's; the reader's only where the place gave none."""
    if scan.local_time:
        local = datetime.fromisoformat(scan.local_time)
        day: date = local.date()
        return Moment(here.day(day), None if scan.precision == "day" else time(local.hour, local.minute))
    return here.moment(scan.instant) if scan.instant else None


def _arrival(
    fact: ParcelFact, state: str, picture: OrderPicture, carrier: Carrier | None, here: Here
) -> Arrival | None:
    if state in NOT_COMING:
        return None
    return arrival_of(picture.promises, fact.id, carrier.name if carrier else None, here)


def _late(fact: ParcelFact, state: str, picture: OrderPicture, here: Here) -> Phrase | None:
    """That it is late, where its own sentence does not say that nobody has heard of it."""
    day = late_day(fact, state, picture.promises, here)
    return late_sentence(day, here) if day and not silent_since(fact, state, here) else None


def _numbers(fact: ParcelFact) -> tuple[TrackingNumber, ...]:
    known = known_carrier(fact.carrier)
    found = []
    for place, number in enumerate(fact.numbers):
        given = followable(fact.urls[place]) if place < len(fact.urls) else None
        found.append(TrackingNumber(plain(number, 60), given or (known.tracking_url(number) if known else None)))
    return tuple(found)


def _ask(fact: ParcelFact, carrier: Carrier | None, order: Order, picture: OrderPicture) -> Link | None:
    """A mail to the shop about this parcel, filled in; none about what was never in one."""
    address = picture.settings.support.email
    if not address or fact.kind == "digital" or order.is_taken_along:
        return None
    about = " ".join(filter(None, [carrier.name if carrier else "", ", ".join(fact.numbers)]))
    return Link(phrase("Ask us about this parcel"), mail_address(address, plain(order.name), plain(about)))
