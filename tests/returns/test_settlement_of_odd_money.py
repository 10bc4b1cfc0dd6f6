"""Settlements where money is odd: other currencies, taxes inside prices, several tenders, several outcomes."""

from __future__ import annotations

from typing import Any

import pytest
from again import again_but
from returns_counter import Counter, open_counter
from settling import approve, groups, ours, receive, states, steps, theirs, with_credit

from returns_desk import goods, sell
from shopify_app.db import Database
from shopify_app.returns.models import Return
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishLine

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url), "SEK", "JPY", "KWD", "USD")


def buys(counter: Counter, *lines: dict[str, Any], tax: float = 0.25, **order: Any) -> None:
    """Ada buys something else; it is sent and delivered, and we know of it."""
    variants = goods(counter.stage, tax, lamp="33.33", other="33.33", shade="7.77")
    wanted = [{"variant_id": variants[each.pop("name")], **each} for each in lines]
    counter.desk = sell(counter.stage, wanted, variants, **order)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()


def carried(counter: Counter, ret: Return) -> list[tuple[str, str]]:
    """Approved, received, settled; what moved by both ledgers."""
    approve(counter, ret)
    receive(counter, ret)
    seen = [(group.look, group.look_facts) for group in groups(counter, ret)]
    assert set(states(counter, ret)) == {"settled"}, (steps(counter, ret), seen)
    assert ours(counter, ret) == theirs(counter)
    return theirs(counter)


@pytest.mark.parametrize("currency", again_but("KWD", of=["SEK", "JPY", "KWD"]))
@pytest.mark.parametrize("taxes_included", [True, False])
def test_three_units_of_any_currency_come_back_one_after_the_other(
    counter: Counter, currency: str, taxes_included: bool
) -> None:
    cut = {"discount_allocations": [{"amount": "10.00", "discount_application_index": 0}]}
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "fixed_amount",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    buys(
        counter, {"name": "lamp", "quantity": 3, **cut},
        presentment_currency=currency, taxes_included=taxes_included, discount_applications=[code],
    )  # fmt: skip

    first = carried(counter, counter.asked(1, Outcome.STORE_CREDIT))
    assert {kind for kind, _ in first} == {"store_credit_refund", "store_credit"}
    approve(counter, rest := counter.asked(2, Outcome.STORE_CREDIT))
    receive(counter, rest)

    assert states(counter, rest) == ["settled"], [(g.look, g.look_facts) for g in groups(counter, rest)]
    order = counter.desk.order()
    assert float(order["netPaymentSet"]["presentmentMoney"]["amount"]) == 0.0


def test_an_order_paid_with_a_gift_card_and_a_card_gives_back_to_both(counter: Counter) -> None:
    buys(counter, {"name": "lamp", "quantity": 2}, taxes_included=True)
    store = counter.wire.world.store
    (paid,) = [each for each in store.find("transaction", order_id=counter.desk.order_id) if each["kind"] == "sale"]
    card = {**paid, "id": paid["id"] + 7, "gateway": "gift_card", "amount": "20.00"}
    card["admin_graphql_api_id"] = f"gid://shopify/OrderTransaction/{card['id']}"
    store.put("transaction", {**paid, "amount": "46.66"})
    store.put("transaction", card)

    moved = carried(counter, counter.asked(2))

    assert sorted(amount for kind, amount in moved if kind == "refund") == ["20.00", "46.66"]


def test_two_outcomes_of_one_request_are_two_returns_at_shopify(counter: Counter) -> None:
    buys(counter, {"name": "lamp", "quantity": 1}, {"name": "shade", "quantity": 1}, taxes_included=True)
    said = {"reason": "size-too-small", "method": Method.OWN_CARRIER}
    lines = {line.fulfillment_line_id: line.line_id for line in counter.returnable().lines}
    (lamp, shade) = sorted(lines)
    wish = Wish(
        (
            WishLine(lines[lamp], lamp, 1, outcome=Outcome.REFUND, **said),
            WishLine(lines[shade], shade, 1, outcome=Outcome.STORE_CREDIT, **said),
        )
    )

    moved = carried(counter, counter.submit(counter.price(wish)))

    assert len(counter.wire.world.store.all("return")) == 2
    assert moved == sorted([("refund", "33.33"), ("store_credit_refund", "7.77"), ("store_credit", "0.62")])


def test_a_swap_of_units_that_differ_by_a_cent_leaves_nothing_due(counter: Counter) -> None:
    cut = {"discount_allocations": [{"amount": "10.00", "discount_application_index": 0}]}
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "fixed_amount",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    buys(counter, {"name": "lamp", "quantity": 3, **cut}, taxes_included=False, discount_applications=[code])
    wanted = counter.desk.variants["other"]

    ret = counter.asked(3, Outcome.VARIANT_EXCHANGE, replacement_variant_id=wanted)
    approve(counter, ret)
    receive(counter, ret)

    assert states(counter, ret) == ["settled"], [(g.look, g.look_facts) for g in groups(counter, ret)]
    order = counter.desk.order()
    assert float(order["totalOutstandingSet"]["presentmentMoney"]["amount"]) == 0.0
    holds = [hold for each in order["fulfillmentOrders"]["nodes"] for hold in each["fulfillmentHolds"]]
    assert holds == []
