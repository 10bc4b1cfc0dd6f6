"""Exchanges for new items in currencies of other decimals and markets, under caps, and once more of what was given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from again import again_but
from cart_cases import asked, in_force, new_product, policy, priced, shop_now, sums
from returns_counter import Counter, goods, open_counter, sell
from settling import approve, groups, ours, receive, states, steps, theirs, with_credit

from shopify_app.db import Database
from shopify_app.returns.vocabulary import Outcome

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url), "SEK", "JPY", "KWD")
    in_force(found, policy())
    return found


def why(counter: Counter, ret: object) -> object:
    return steps(counter, ret), [(g.look, g.look_facts) for g in groups(counter, ret)]  # type: ignore[arg-type]


def buys(counter: Counter, currency: str, taxes_included: bool, pieces: int = 3) -> None:
    """Ada buys lamps at 33.33 euros in another currency; they are delivered, and we know of it."""
    variants = goods(counter.stage, 0.25, lamp="33.33")
    line = {"variant_id": variants["lamp"], "quantity": pieces}
    order: dict[str, Any] = {"presentment_currency": currency, "taxes_included": taxes_included}
    counter.desk = sell(counter.stage, [line], variants, **order)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()


@pytest.mark.parametrize("price", again_but("49.99", of=["7.77", "33.33", "35.55", "49.99"]))
@pytest.mark.parametrize("taxes_included", [True, False])
@pytest.mark.parametrize("currency", again_but("SEK", of=["SEK", "JPY", "KWD"]))
def test_new_items_are_paid_for_in_the_orders_own_money(
    counter: Counter, currency: str, taxes_included: bool, price: str
) -> None:
    buys(counter, currency, taxes_included)
    new = new_product(counter, title="Shade", tax_rate=0.25, S=price)

    ret = asked(counter, {new["S"]: 2}, quantity=2)
    approve(counter, ret)
    receive(counter, ret)

    assert states(counter, ret) in (["settled"], ["awaiting_payment"]), why(counter, ret)
    assert ours(counter, ret) == theirs(counter)


def test_what_an_exchange_gave_comes_back_for_what_was_paid_and_earns_no_bonus_again(counter: Counter) -> None:
    new = new_product(counter, S="47.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)
    receive(counter, ret)
    assert states(counter, ret) == ["settled"], why(counter, ret)
    given = next(each for each in counter.desk.order()["lineItems"]["nodes"] if each["unfulfilledQuantity"])
    line = {"id": int(given["id"].rpartition("/")[2]), "quantity": 1}
    sent = counter.stage.post("/fulfillments", {"order_id": counter.desk.order_id, "lines": [line]})
    counter.stage.post("/events", {"fulfillment_id": sent["id"], "status": "delivered"})
    counter.learn()

    returnable = counter.returnable()
    back = next(each for each in returnable.lines if each.line_id == line["id"])
    wish = counter.wish(1, Outcome.STORE_CREDIT)
    again = replace(wish, lines=(replace(wish.lines[0], line_id=back.line_id,
                                         fulfillment_line_id=back.fulfillment_line_id),))  # fmt: skip

    found = sums(counter.price(again))

    assert (found["own"], found["bonus"]) == ("48.60", "0.00")


def test_consumed_bonuses_count_under_the_cap_of_the_order(counter: Counter) -> None:
    in_force(counter, policy(bonus_cap_per_order={"EUR": "6.00"}))
    new = new_product(counter, S="60.00")
    ret = asked(counter, {new["S"]: 1})
    approve(counter, ret)

    second = priced(counter, shop_now(counter, {new["S"]: 1}))

    assert sums(second)["bonus"] == "1.50"
    assert sums(second)["due"] == "14.58"
