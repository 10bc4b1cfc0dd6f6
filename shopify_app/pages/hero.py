"""The answer: one headline for the whole order, and the lines under it. Pure.

What needs the reader comes first, then what arrives first, then what was delivered, then what is not sent yet.
"""

from __future__ import annotations

from datetime import time

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.facts import OrderPicture, ParcelFact
from shopify_app.pages.moment import Here
from shopify_app.pages.parcels import (
    BY_MAIL_TO_COME,
    carrier_of,
    delivered_moment,
    handed_over,
    is_goods,
    is_mail_to_come,
    last_known_state,
    last_place,
)
from shopify_app.pages.parts import Arrival, Hero, Link, Mood, Parcel, Waiting
from shopify_app.pages.steps import was_collected
from shopify_app.pages.texts import mail_address, plain
from shopify_app.pages.trouble import hand_over_by, is_stalled, stalled_hero, urgency
from shopify_app.pages.ways import (
    goes_to_a_point,
    hours_of,
    is_brought_by_us,
    is_emptied,
    is_ready,
    is_to_collect,
    next_of,
    ready_sentence,
)
from shopify_app.pages.words import ICONS, MOODS, NO_DATE_YET, THE_CARRIER, UNTRACKED, WRONG, reason_line
from shopify_app.settings.shape import in_language
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shopify.delivery import Delivery

TITLES: dict[str, Phrase] = {
    P.AWAITING_DATA: phrase("Your parcel is with the carrier"),
    P.LABEL_CREATED: phrase("Your parcel is about to leave"),
    P.ACCEPTED: phrase("Your parcel is on its way"),
    P.IN_TRANSIT: phrase("Your parcel is on its way"),
    P.IN_CUSTOMS: phrase("In customs clearance"),
    P.OUT_FOR_DELIVERY: phrase("Out for delivery"),
    P.READY_FOR_PICKUP: phrase("Ready to collect"),
    P.DELIVERY_ATTEMPTED: phrase("{carrier} could not hand over your parcel"),
    P.DELAYED: phrase("Your parcel is delayed"),
    P.ACTION_REQUIRED: phrase("{carrier} needs something from you"),
    P.DELIVERED: phrase("Delivered"),
    P.RETURNING: phrase("Your parcel is going back to us"),
    P.RETURNED: phrase("Your parcel is back with us"),
    P.LOST_OR_DESTROYED: phrase("{carrier} could not deliver your parcel"),
}

NOT_MOVING = (P.AWAITING_DATA, P.LABEL_CREATED)


def hero_of(
    order: Order, picture: OrderPicture, blocks: tuple[Parcel, ...], waiting: Waiting | None, access: Access, here: Here
) -> Hero:
    """The headline of an order in any state."""
    if order.erased_at:
        return Hero(phrase("The details of this order have been deleted"), Mood.CALM, "box")
    if order.cancelled_at:
        title = phrase("This order was cancelled {day}", day=here.local_day(order.cancelled_at))
        return Hero(title, Mood.CALM, "box", (_money_back(order, access),))
    if is_emptied(order, picture):
        title = phrase("Everything was taken out of this order")
        return Hero(title, Mood.CALM, "box", (_money_back(order, access),))
    living = [parcel for parcel in picture.parcels if parcel.state != P.CANCELLED and not is_mail_to_come(parcel)]
    if waiting or any(map(is_goods, living)):  # beside goods an e-mail is no news
        living = list(filter(is_goods, living))
    is_taken = order.is_taken_along and waiting is None and all(each.state == P.DELIVERED for each in living)
    if not living or is_taken:
        return _before_parcels(order, picture, waiting, here)
    leading = min(living, key=lambda parcel: urgency(parcel, picture, here))
    state = last_known_state(leading)
    if state == P.DELIVERED:
        return _delivered(order, picture, living, waiting, here)
    block = next(block for block, fact in zip(blocks, _shown(picture), strict=True) if fact.id == leading.id)
    others = _others(living, waiting)
    if is_stalled(leading, picture.promises, block.arrival, here):
        return stalled_hero(leading, order, picture, others, here)
    return Hero(
        title=_title(leading, state, block.arrival, here),
        mood=MOODS.get(state, Mood.CALM),
        icon=ICONS.get(state, "box"),
        lines=(*_lines(leading, order, block.arrival, picture, here), *others),
        act=_act(order, picture, block, state),
    )


def _shown(picture: OrderPicture) -> list[ParcelFact]:
    return [parcel for parcel in picture.parcels if parcel.state != P.CANCELLED or parcel.scans]


def _money_back(order: Order, access: Access) -> Phrase:
    if order.refunded and access >= Access.FULL:
        return phrase("{amount} went back to you.", amount=order.money(order.refunded))
    if order.financial_status in ("voided", "refunded"):
        return phrase("You do not pay anything for it.")
    return phrase("If you have paid, the money goes back the way it came.")


def _before_parcels(order: Order, picture: OrderPicture, waiting: Waiting | None, here: Here) -> Hero:
    if waiting is None:
        return _nothing_to_ship(order, picture, here)
    if is_ready(order):
        return Hero(TITLES[P.READY_FOR_PICKUP], Mood.LOOK, "pin", (waiting.sentence, *_at_the_counter(order)))
    if is_to_collect(order) or is_brought_by_us(order):
        return Hero(_packing_title(order), Mood.CALM, "box", (waiting.sentence, *hours_of(order)))
    lines: list[Phrase | str] = []
    if waiting.arrival and not waiting.arrival.is_past:
        return Hero(phrase("Arriving {when}", when=waiting.arrival.when), Mood.CALM, "box", (
            waiting.sentence, waiting.arrival.basis, *filter(None, [waiting.arrival.revision]),
        ))  # fmt: skip
    by = hand_over_by(order, picture, here)
    if by and by >= here.shop_today:
        lines.append(phrase("We hand it to the carrier by {day}.", day=here.day(by)))
    elif by:
        lines.append(phrase("We wanted to hand it over by {day}. We are sorry that it takes longer.", day=here.day(by)))
    if goes_to_a_point(order):
        lines.append(phrase("It goes to the pick-up point you chose."))
    lines.extend(_merchants_text(picture, here))
    mood = Mood.LOOK if by and by < here.shop_today else Mood.CALM
    return Hero(_packing_title(order), mood, "box", tuple(lines))


def _at_the_counter(order: Order) -> tuple[Phrase | str, ...]:
    """When the shop is open, and what to bring."""
    return tuple(filter(None, [*hours_of(order), next_of(P.READY_FOR_PICKUP, order)]))


def _packing_title(order: Order) -> Phrase:
    if order.packed_at:
        return phrase("Your order is packed")
    if order.packing_since:
        return phrase("We are packing your order")
    return phrase("Your order is confirmed") if order.confirmed_at else phrase("We have your order")


def _nothing_to_ship(order: Order, picture: OrderPicture, here: Here) -> Hero:
    if order.channel == "pos":
        return Hero(phrase("Bought in our shop {day}", day=here.local_day(order.placed_at)), Mood.JOY, "check")
    if order.delivery == Delivery.NONE or (picture.lines and not any(line.requires_shipping for line in picture.lines)):
        if any(line.is_gift_card for line in picture.lines):
            return Hero(phrase("Your gift card comes by e-mail"), Mood.CALM, "mail")
        return Hero(phrase("Nothing of this order needs to be sent"), Mood.CALM, "check", (
            BY_MAIL_TO_COME,
        ))  # fmt: skip
    return Hero(_packing_title(order), Mood.CALM, "box")


def _delivered(
    order: Order, picture: OrderPicture, living: list[ParcelFact], waiting: Waiting | None, here: Here
) -> Hero:
    last = max(living, key=lambda parcel: parcel.delivered_at or parcel.state_at or parcel.shipped_at)
    moment = delivered_moment(last, here)
    if waiting:
        if waiting.arrival and not waiting.arrival.is_past:
            title = phrase("The rest arrives {when}", when=waiting.arrival.when)
            return Hero(title, Mood.CALM, "box", (waiting.sentence,))
        title = phrase("A part of your order was delivered {moment}", moment=moment)
        missing = phrase("What is missing is not sent yet.")
        return Hero(title, Mood.CALM, "box", (missing, *_of_the_rest(order, picture, waiting, here)))
    if was_collected(last):
        title, how = phrase("Collected {moment}", moment=moment), None
    else:
        title, how = phrase("Delivered {moment}", moment=moment), handed_over(last)
    more = phrase("All {count} parcels have arrived.", count=len(living)) if len(living) > 1 else None
    return Hero(title, Mood.JOY, "check", tuple(filter(None, [how, more])))


def _of_the_rest(order: Order, picture: OrderPicture, waiting: Waiting, here: Here) -> tuple[Phrase, ...]:
    """How far it is, without saying again that it is not sent."""
    if order.packed_at or order.packing_since or is_to_collect(order) or is_brought_by_us(order):
        return (waiting.sentence,)
    by = hand_over_by(order, picture, here)
    return (phrase("We hand it to the carrier by {day}.", day=here.day(by)),) if by and by >= here.shop_today else ()


def _title(fact: ParcelFact, state: str, arrival: Arrival | None, here: Here) -> Phrase:
    if state == P.OUT_FOR_DELIVERY:
        until = _today_until(fact, here)
        return phrase("Out for delivery {day} by {time}", day=here.day(here.today), time=until) if until else phrase(
            "Out for delivery {day}", day=here.local_day(fact.state_at or here.now)
        )  # fmt: skip
    if state == P.READY_FOR_PICKUP:
        place = last_place(fact)
        return phrase("Ready to collect: {place}", place=place) if place else TITLES[state]
    if arrival and not arrival.is_past and state not in WRONG - {P.DELAYED}:
        return phrase("Arriving {when}", when=arrival.when)
    if not fact.numbers and (state == P.AWAITING_DATA or (state == P.LABEL_CREATED and fact.kind != "parcel")):
        return untracked_title(fact, here)
    if state == P.DELIVERY_ATTEMPTED and fact.kind == "local_delivery":
        return phrase("We could not hand over your order")
    return Phrase(TITLES[state].text, (("carrier", _name(fact)),))


def untracked_title(fact: ParcelFact, here: Here) -> Phrase:
    """For what leaves without a carrier's number: collected in the shop, brought by the shop, sent by e-mail."""
    if fact.kind == "pickup":
        return phrase("We are getting your order ready to collect")
    if fact.kind == "local_delivery":
        return phrase("We bring your order to you")
    if fact.kind == "digital":
        return phrase("Sent by e-mail {day}", day=here.local_day(fact.shipped_at))
    return phrase("Your parcel was sent {day}", day=here.local_day(fact.shipped_at))


def _today_until(fact: ParcelFact, here: Here) -> time | None:
    """The carrier's own time, when it is for today and more than a placeholder midnight."""
    eta = fact.carrier_eta.astimezone(here.reader) if fact.carrier_eta else None
    if eta is None or eta.date() != here.today or eta.time() in (time(0), time(23, 59), time(23, 59, 59)):
        return None
    return time(eta.hour, eta.minute) if fact.carrier_eta and fact.carrier_eta > here.now else None


def _lines(
    fact: ParcelFact, order: Order, arrival: Arrival | None, picture: OrderPicture, here: Here
) -> tuple[Phrase | str, ...]:
    """Why we think so; on trouble what happened and what follows."""
    state = last_known_state(fact)
    if state == P.READY_FOR_PICKUP and fact.kind == "pickup":
        return (ready_sentence(order), *_at_the_counter(order))
    if state in WRONG:
        given = arrival if arrival and not arrival.is_past else None
        revision = given.revision if given else None  # says who delays it, where the date moved for that
        is_said = revision is not None or state != P.DELAYED or given is None
        delay = None if is_said else phrase("{carrier} reports a delay.", carrier=_name(fact))
        follows = NO_DATE_YET if state == P.DELAYED and given is None else next_of(state, order, bool(fact.numbers))
        known = [delay, reason_line(fact.reason), revision, follows]
        return tuple(line for line in known if line)
    if state in (P.OUT_FOR_DELIVERY, P.READY_FOR_PICKUP):
        return tuple(filter(None, [next_of(state, order, bool(fact.numbers))]))
    if state == P.AWAITING_DATA and fact.kind == "digital":
        return ()
    if arrival and not arrival.is_past:
        return (arrival.basis, *filter(None, [arrival.revision]))
    if fact.kind != "parcel" and state in NOT_MOVING:
        return ()
    if state == P.AWAITING_DATA and not fact.numbers and arrival:
        missed = phrase("We expected it {day}. If it is not with you, write to us.", day=here.day(arrival.by))
        return (UNTRACKED, missed)
    if state == P.AWAITING_DATA and not fact.numbers:
        return (UNTRACKED, *_merchants_text(picture, here))
    return _merchants_text(picture, here) or tuple(filter(None, [next_of(state, order, bool(fact.numbers))]))


def _merchants_text(picture: OrderPicture, here: Here) -> tuple[str, ...]:
    text = in_language(picture.settings.tracking.arrival_text, here.language)
    return (plain(text),) if text else ()


def _others(living: list[ParcelFact], waiting: Waiting | None) -> tuple[Phrase, ...]:
    """What to know about the rest of an order that comes in parts."""
    if len(living) == 1 and not waiting:
        return ()
    done = sum(last_known_state(parcel) == P.DELIVERED for parcel in living)
    count = len(living)
    if done:
        return (
            phrase_n(
                "{count} of {parcels} parcels is delivered already.",
                "{count} of {parcels} parcels are delivered already.",
                done,
                parcels=count,
            ),
        )
    if waiting:
        return (phrase("Not everything is sent yet: see below."),)
    return (phrase("Your order comes in {count} parcels.", count=count),)


def _act(order: Order, picture: OrderPicture, block: Parcel, state: str) -> Link | None:
    """On trouble, the one thing to do: the carrier's page when it asks for something, else a word to us."""
    if state == P.ACTION_REQUIRED:
        url = next((number.url for number in block.numbers if number.url), None)
        if url:
            return Link(phrase("Open the carrier’s page"), url)
    if state in WRONG - {P.DELAYED} and picture.settings.support.email:
        return Link(phrase("Write to us"), mail_address(picture.settings.support.email, plain(order.name)))
    return None


def _name(fact: ParcelFact) -> str | Phrase:
    carrier = carrier_of(fact)
    return carrier.name if carrier else THE_CARRIER
