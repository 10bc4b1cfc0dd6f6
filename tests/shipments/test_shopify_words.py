"""Shopify's words in both spellings, and words it has not invented yet."""

import pytest

from shopify_app.shipments.mapping import Mapped, Unknown, display_status, event_status, fulfilment_status
from shopify_app.shipments.states import ParcelState as S
from shopify_app.shipments.states import Reason

EXCEPTION = Mapped(S.UNKNOWN, Reason.CARRIER_EXCEPTION)
EVENTS = {
    "ATTEMPTED_DELIVERY": Mapped(S.DELIVERY_ATTEMPTED),
    "CARRIER_PICKED_UP": Mapped(S.ACCEPTED),
    "CONFIRMED": Mapped(S.LABEL_CREATED),
    "DELAYED": Mapped(S.DELAYED),
    "DELIVERED": Mapped(S.DELIVERED),
    "FAILURE": EXCEPTION,
    "IN_TRANSIT": Mapped(S.IN_TRANSIT),
    "LABEL_PRINTED": Mapped(S.LABEL_CREATED),
    "LABEL_PURCHASED": Mapped(S.LABEL_CREATED),
    "OUT_FOR_DELIVERY": Mapped(S.OUT_FOR_DELIVERY),
    "READY_FOR_PICKUP": Mapped(S.READY_FOR_PICKUP),
    "BUYER_ACTION_REQUIRED": Mapped(S.ACTION_REQUIRED, Reason.BUYER),
    "PICKED_UP": Mapped(S.DELIVERED, Reason.COLLECTED),
    "READY_FOR_RECIPIENT_PICKUP": Mapped(S.READY_FOR_PICKUP),
    "RETURNING_TO_SENDER": Mapped(S.RETURNING),
}
ONLY_SHOWN = {
    "FULFILLED": Mapped(S.AWAITING_DATA),
    "MARKED_AS_FULFILLED": Mapped(S.AWAITING_DATA),
    "SUBMITTED": Mapped(S.AWAITING_DATA),
    "CANCELED": Mapped(S.CANCELLED),
    "LABEL_VOIDED": Mapped(S.CANCELLED, Reason.LABEL_VOIDED),
    "NOT_DELIVERED": EXCEPTION,
}


@pytest.mark.parametrize(("word", "meaning"), EVENTS.items())
def test_every_event_word_means_the_same_in_webhooks_and_graphql(word, meaning):
    assert event_status(word) == event_status(word.lower()) == meaning


@pytest.mark.parametrize(("word", "meaning"), (EVENTS | ONLY_SHOWN).items())
def test_every_display_word_has_a_meaning(word, meaning):
    assert display_status(word) == display_status(word.lower()) == meaning


@pytest.mark.parametrize("word", ["TELEPORTED", "", "delivered?", "DELIVERED_MAYBE", "canceled"])
def test_a_word_shopify_has_not_invented_yet_is_kept_as_it_was_written(word):
    assert event_status(word) == Unknown(word)


def test_a_cancelled_fulfilment_is_cancelled():
    assert fulfilment_status("cancelled") == fulfilment_status("CANCELLED") == Mapped(S.CANCELLED)


@pytest.mark.parametrize("word", ["PENDING", "open"])
def test_a_fulfilment_that_is_only_asked_for_was_handed_to_nobody(word):
    assert fulfilment_status(word) == Mapped(S.LABEL_CREATED, Reason.BEING_PREPARED)


@pytest.mark.parametrize("word", ["ERROR", "failure"])
def test_a_fulfilment_that_failed_is_on_no_way(word):
    assert fulfilment_status(word) == Mapped(S.CANCELLED)
