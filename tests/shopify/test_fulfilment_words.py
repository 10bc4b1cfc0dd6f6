"""How far an order has been sent, in the words of webhooks, whatever Shopify shows instead."""

from __future__ import annotations

import pytest

from shopify_app.shopify.nodes import fulfilment_word

SENT, CANCELLED = {"status": "SUCCESS"}, {"status": "CANCELLED"}


@pytest.mark.parametrize(
    ("shown", "parcels", "word"),
    [
        ("UNFULFILLED", [], None),
        ("PARTIALLY_FULFILLED", [SENT], "partial"),
        ("FULFILLED", [SENT], "fulfilled"),
        ("RESTOCKED", [], "restocked"),
        # what is left waits, for a payment or a date: whether something has left, only the parcels tell
        ("ON_HOLD", [SENT], "partial"),
        ("ON_HOLD", [CANCELLED], None),
        ("SCHEDULED", [CANCELLED, SENT], "partial"),
        ("IN_PROGRESS", [], None),
    ],
)
def test_an_order_that_waits_is_still_known_to_be_sent_in_part(
    shown: str, parcels: list[dict[str, str]], word: str | None
) -> None:
    assert fulfilment_word({"displayFulfillmentStatus": shown, "fulfillments": parcels}) == word
