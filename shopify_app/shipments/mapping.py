"""Shopify's words for a shipment, turned into ours.

Sources: FulfillmentEventStatus (11 values in Admin API 2026-10, 4 more in unstable), FulfillmentDisplayStatus (18),
FulfillmentStatus. Webhooks write them in lower case, GraphQL in upper case. A word that is not here is kept and counted
as `Unknown`, never taken for something else.
"""

from dataclasses import dataclass

from shopify_app.shipments.states import ParcelState, Reason


@dataclass(frozen=True)
class Mapped:
    """What a source's word means: a state, and a reason when the word gives one.

    State UNKNOWN with a reason is a generic exception: the parcel keeps its last state, the shop is told.
    """

    state: ParcelState
    reason: Reason | None = None


@dataclass(frozen=True)
class Unknown:
    """A word no table knows, as the source wrote it; the parcel keeps its last state."""

    code: str


_EVENTS = {
    "label_purchased": Mapped(ParcelState.LABEL_CREATED),
    "label_printed": Mapped(ParcelState.LABEL_CREATED),
    # "The default value when no other information is available": data exists, nothing was handed over.
    "confirmed": Mapped(ParcelState.LABEL_CREATED),
    "carrier_picked_up": Mapped(ParcelState.ACCEPTED),
    "in_transit": Mapped(ParcelState.IN_TRANSIT),
    "out_for_delivery": Mapped(ParcelState.OUT_FOR_DELIVERY),
    "attempted_delivery": Mapped(ParcelState.DELIVERY_ATTEMPTED),
    "delayed": Mapped(ParcelState.DELAYED),
    "ready_for_pickup": Mapped(ParcelState.READY_FOR_PICKUP),
    "delivered": Mapped(ParcelState.DELIVERED),
    # Also covers "tracking number invalid" and "shipment cancelled": no proof of a lost parcel.
    "failure": Mapped(ParcelState.UNKNOWN, Reason.CARRIER_EXCEPTION),
    # unstable
    "buyer_action_required": Mapped(ParcelState.ACTION_REQUIRED, Reason.BUYER),
    "picked_up": Mapped(ParcelState.DELIVERED, Reason.COLLECTED),
    "ready_for_recipient_pickup": Mapped(ParcelState.READY_FOR_PICKUP),
    "returning_to_sender": Mapped(ParcelState.RETURNING),
}

_DISPLAY = _EVENTS | {
    "fulfilled": Mapped(ParcelState.AWAITING_DATA),
    "marked_as_fulfilled": Mapped(ParcelState.AWAITING_DATA),
    "submitted": Mapped(ParcelState.AWAITING_DATA),
    "canceled": Mapped(ParcelState.CANCELLED),
    "label_voided": Mapped(ParcelState.CANCELLED, Reason.LABEL_VOIDED),
    "not_delivered": Mapped(ParcelState.UNKNOWN, Reason.CARRIER_EXCEPTION),
}

_FULFILMENT = {
    # Whoever sends for the shop has been asked, or is at it: nothing was handed over.
    "pending": Mapped(ParcelState.LABEL_CREATED, Reason.BEING_PREPARED),
    "open": Mapped(ParcelState.LABEL_CREATED, Reason.BEING_PREPARED),
    "success": Mapped(ParcelState.AWAITING_DATA),
    "cancelled": Mapped(ParcelState.CANCELLED),
    # The request to send it failed: what was to go in it is still to be sent.
    "error": Mapped(ParcelState.CANCELLED),
    "failure": Mapped(ParcelState.CANCELLED),
}


def event_status(word: str) -> Mapped | Unknown:
    """The meaning of a fulfilment event's `status` (webhook or GraphQL spelling)."""
    return _EVENTS.get(_plain(word), Unknown(word))


def display_status(word: str) -> Mapped | Unknown:
    """The meaning of a fulfilment's `displayStatus` (GraphQL) or `shipment_status` (webhook)."""
    return _DISPLAY.get(_plain(word), Unknown(word))


def fulfilment_status(word: str) -> Mapped | Unknown:
    """The meaning of a fulfilment's own `status`: says whether it stands, not where the parcel is."""
    return _FULFILMENT.get(_plain(word), Unknown(word))


def _plain(word: str) -> str:
    return word.strip().casefold()
