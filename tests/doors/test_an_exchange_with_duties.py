"""An order with import duties: money back or credit, and the page says why there is no exchange."""

from __future__ import annotations

import pytest
from portal import Shopper
from returns_counter import Counter

pytestmark = pytest.mark.again

DUTIES = {name: {"amount": "7.50", "currency_code": "EUR"} for name in ("shop_money", "presentment_money")}


def test_an_order_with_duties_is_refunded_or_credited_and_told_why_not_exchanged(
    ada: Shopper, link: str, counter: Counter
) -> None:
    store = counter.wire.world.store
    order = counter.wire.world.need("order", counter.desk.order_id)
    store.put("order", order | {"current_total_duties_set": DUTIES})
    key = counter.desk.sent().rpartition("/")[2]

    ada.open(f"/returns/t/{link}").send(**{f"quantity-{key}": "1"})
    ada.send(**{f"reason-{key}": "size-too-small"})

    assert ada.step == "outcome"
    assert {"refund", "store_credit"} == set(ada.forms[0].choices("outcome"))
    assert "Orders with import duties cannot be exchanged. You can choose another way." in ada.words
    ada.send(outcome="variant_exchange")
    assert (ada.status, ada.step) == (422, "outcome")
