"""What each state of a parcel is called and what it means for whoever waits for it. Msgids only.

Sentences put {carrier} at their beginning, so that “The carrier” can stand for one we do not know.
"""

from __future__ import annotations

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.parts import Mood
from shopify_app.shipments.states import ParcelState as P
from shopify_app.shipments.states import Reason

THE_CARRIER = phrase("The carrier")

EVENTS: dict[str, Phrase] = {
    P.AWAITING_DATA: phrase("Tracking number created"),
    P.LABEL_CREATED: phrase("Label ready"),
    P.ACCEPTED: phrase("Handed to the carrier"),
    P.IN_TRANSIT: phrase("On its way"),
    P.IN_CUSTOMS: phrase("In customs clearance"),
    P.OUT_FOR_DELIVERY: phrase("Out for delivery"),
    P.READY_FOR_PICKUP: phrase("Ready to collect"),
    P.DELIVERY_ATTEMPTED: phrase("Delivery attempted"),
    P.DELAYED: phrase("Delayed"),
    P.ACTION_REQUIRED: phrase("Something is needed"),
    P.DELIVERED: phrase("Delivered"),
    P.RETURNING: phrase("On its way back"),
    P.RETURNED: phrase("Back at the shop"),
    P.LOST_OR_DESTROYED: phrase("Could not be delivered"),
    P.CANCELLED: phrase("Shipment cancelled"),
    P.UNKNOWN: phrase("News from the carrier"),
}

SENTENCES: dict[str, Phrase] = {
    P.AWAITING_DATA: phrase("We have a tracking number. {carrier} has not shown the parcel yet."),
    P.LABEL_CREATED: phrase("The label is ready. {carrier} has not received the parcel yet."),
    P.ACCEPTED: phrase("{carrier} has your parcel."),
    P.IN_TRANSIT: phrase("Your parcel is on its way."),
    P.IN_CUSTOMS: phrase("Your parcel is in customs clearance."),
    P.OUT_FOR_DELIVERY: phrase("Your parcel is out for delivery."),
    P.READY_FOR_PICKUP: phrase("Your parcel is ready to collect."),
    P.DELIVERY_ATTEMPTED: phrase("{carrier} tried to deliver: {day}."),
    P.DELAYED: phrase("{carrier} reports a delay."),
    P.ACTION_REQUIRED: phrase("{carrier} needs something from you to go on."),
    P.DELIVERED: phrase("Delivered: {day}."),
    P.RETURNING: phrase("Your parcel is going back to us."),
    P.RETURNED: phrase("Your parcel is back with us."),
    P.LOST_OR_DESTROYED: phrase("{carrier} could not deliver your parcel. We will help you."),
    P.CANCELLED: phrase("This shipment was cancelled."),
}
BY_KIND: dict[str, Phrase] = {
    "pickup": phrase("We are getting your items ready to collect in our shop."),
    "local_delivery": phrase("We bring your items to you ourselves."),
    "digital": phrase("Sent to you by e-mail."),
}
"""What to say of a fulfilment that is no parcel with a carrier."""
BEING_PREPARED = phrase("We are getting this parcel ready. {carrier} has not received it yet.")
UNTRACKED = phrase("This parcel travels without tracking.")
NO_DATE_YET = phrase("You need not do anything. As soon as there is a new date, we show it here.")
"""Of a delayed parcel whose carrier has not said by how much."""

_AGAIN_OR_MONEY = phrase("Write to us and tell us what you prefer: we send it again, or you get your money back.")

NEXT: dict[str, Phrase] = {
    P.AWAITING_DATA: phrase("Next, the carrier scans the parcel for the first time. That can take a working day."),
    P.LABEL_CREATED: phrase("Next, the carrier collects the parcel from us and scans it."),
    P.ACCEPTED: phrase("Next, the parcel travels to a depot near you and goes out for delivery."),
    P.IN_TRANSIT: phrase("Next, the parcel reaches a depot near you and goes out for delivery."),
    P.IN_CUSTOMS: phrase(
        "Customs usually takes one to three working days. If anything is needed from you, we say so here."
    ),
    P.OUT_FOR_DELIVERY: phrase("If nobody is in, the carrier leaves word where to find the parcel. So will we, here."),
    P.READY_FOR_PICKUP: phrase("Bring the tracking number and something that shows who you are."),
    P.DELIVERY_ATTEMPTED: phrase(
        "Usually the carrier tries again on the next working day or takes the parcel to a pick-up point."
    ),
    P.DELAYED: phrase("You need not do anything. We keep the date on this page up to date."),
    P.ACTION_REQUIRED: phrase("Open the carrier’s page and follow what it asks. If it is unclear, write to us."),
    P.DELIVERED: phrase("Something not as it should be? Write to us, we put it right."),
    P.RETURNING: _AGAIN_OR_MONEY,
    P.RETURNED: _AGAIN_OR_MONEY,
    P.LOST_OR_DESTROYED: _AGAIN_OR_MONEY,
}

HANDED_OVER: dict[str, Phrase] = {
    Reason.PERSON: phrase("Handed over in person."),
    Reason.SAFE_PLACE: phrase("Left in a safe place."),
    Reason.NEIGHBOUR: phrase("Handed to a neighbour."),
    Reason.LOCKER: phrase("Put in a parcel locker."),
    Reason.COLLECTED: phrase("Collected."),
}

WHY: dict[str, Phrase] = {
    Reason.ADDRESS: phrase("the address is incomplete"),
    Reason.DUTY: phrase("duty or tax is unpaid"),
    Reason.PAPERS: phrase("papers are missing"),
    Reason.NOBODY_THERE: phrase("nobody was there"),
    Reason.CLOSED: phrase("the place was closed"),
    Reason.REFUSED: phrase("the parcel was refused"),
    Reason.NOT_COLLECTED: phrase("the parcel was not collected in time"),
    Reason.WEATHER: phrase("the weather"),
    Reason.CUSTOMS: phrase("customs clearance takes longer"),
    Reason.DAMAGED: phrase("the parcel was damaged on the way"),
    Reason.LOST: phrase("the parcel was lost on the way"),
}

MOODS: dict[str, Mood] = {
    P.DELIVERED: Mood.JOY,
    P.READY_FOR_PICKUP: Mood.LOOK,
    P.DELIVERY_ATTEMPTED: Mood.LOOK,
    P.DELAYED: Mood.LOOK,
    P.ACTION_REQUIRED: Mood.TROUBLE,
    P.RETURNING: Mood.TROUBLE,
    P.RETURNED: Mood.TROUBLE,
    P.LOST_OR_DESTROYED: Mood.TROUBLE,
}

ICONS: dict[str, str] = {
    P.DELIVERED: "check",
    P.READY_FOR_PICKUP: "pin",
    P.OUT_FOR_DELIVERY: "truck",
    P.DELIVERY_ATTEMPTED: "alert",
    P.DELAYED: "clock",
    P.ACTION_REQUIRED: "alert",
    P.RETURNING: "alert",
    P.RETURNED: "alert",
    P.LOST_OR_DESTROYED: "alert",
}

WRONG = frozenset({P.DELIVERY_ATTEMPTED, P.DELAYED, P.ACTION_REQUIRED, P.RETURNING, P.RETURNED, P.LOST_OR_DESTROYED})
"""While a parcel is in one of these, the page offers nothing."""

URGENCY = (
    P.LOST_OR_DESTROYED, P.RETURNED, P.RETURNING, P.ACTION_REQUIRED, P.DELIVERY_ATTEMPTED, P.DELAYED,
    P.READY_FOR_PICKUP, P.OUT_FOR_DELIVERY, P.IN_CUSTOMS, P.IN_TRANSIT, P.ACCEPTED, P.LABEL_CREATED, P.AWAITING_DATA,
    P.UNKNOWN, P.DELIVERED, P.CANCELLED,
)  # fmt: skip
"""Which parcel the headline speaks of: what needs the reader first, then what arrives first."""


def reason_line(reason: str | None) -> Phrase | None:
    """“The reason: the weather.”, None where no reason is known."""
    why = WHY.get(reason or "")
    return phrase("The reason: {why}.", why=why) if why else None
