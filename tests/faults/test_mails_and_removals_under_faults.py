"""Faults 15 and 17, each as a story in one process: the app is removed in the middle of a settlement, and a mail server
takes a letter and breaks off. And what neither must do to the shop next door."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import story
from again import slow_but
from balance import Confirmed, Findings, examine
from house import House
from shops_apart import rows_across
from told import letters_as_promised

from shopify_app.leases import WorkState
from shopify_app.messages.models import Message
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.states import ReturnState
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shops.models import Shop, ShopState
from shopify_app.states import IllegalMove


def sent_back(house: House, customer: int, outcome: Outcome = Outcome.STORE_CREDIT) -> tuple[int, int]:
    """Goods that arrived and were accepted, with nobody at work on their money yet."""
    order = house.sell(customer)
    made = story.request(house, order, outcome)
    story.approve(house, made)
    house.work()
    story.receive(house, made)
    with suppress(*story.TOO_LATE):  # a refund is on its way with the arrival
        story.inspect(house, made)
    return order, made


def book_of(house: House, customer: int) -> list[Any]:
    """What moved after the purchase."""
    return [row for row in house.ledger(customer_id=customer) if row["kind"] != "charge"]


def letters_to(house: House, customer: int) -> list[Any]:
    return [each for each in house.letterbox.letters() if each["envelope_to"] == [f"ada.{customer}@example.com"]]


def everything_holds(house: House, customer: int, order: int, made: int) -> None:
    found = Findings()
    with house.read() as session:
        found = examine(session, house.ledger(customer_id=customer), [Confirmed(made, 1)], {order})
        letters_as_promised(session, house.letterbox.letters(), house.store.all("ledger"), {order}, found)
        found.across += rows_across(session)
        assert session.get_one(Return, made).state == ReturnState.CLOSED
    assert found.all == []


@pytest.mark.parametrize("days", slow_but(0, of=[0, 3]))
def test_the_app_removed_in_the_middle_of_a_settlement_loses_nothing_and_goes_on_when_it_is_back(
    house: House, ada: int, days: int
) -> None:
    # given goods that arrived, and that Mara removes the app before their money has gone back
    order, made = sent_back(house, ada)
    house.remove_app()
    house.carry_all()
    for _ in range(days * 8 + 1):
        house.work()
        house.wire.advance(hours=3)
    with house.read() as session:
        assert session.get_one(Shop, house.shop_id).state == ShopState.UNINSTALLED
    assert book_of(house, ada) == []
    waiting = (Step.return_id == made, Step.state != WorkState.DONE)
    assert house.count(Step, *waiting) == 1  # it waits, or is parked: it is not given up
    # when she installs it again
    house.put_app_back()
    house.settle_down()
    # then the credit and its bonus go out, once, and nothing is left for a person
    assert len(house.ledger(customer_id=ada, kind="store_credit_refund")) == 1
    assert len(house.ledger(customer_id=ada, kind="store_credit")) == 1
    assert house.count(Step, *waiting) == 0
    everything_holds(house, ada, order, made)


@pytest.mark.again
def test_the_app_removed_while_an_answer_is_lost_reads_shopify_back_before_it_goes_on(house: House, ada: int) -> None:
    order, made = sent_back(house, ada)
    house.lose_answer("returnProcess")
    house.work()
    house.remove_app()
    house.carry_all()
    house.work()
    house.wire.advance(hours=5)
    house.work()
    house.put_app_back()
    house.settle_down()

    assert len(house.ledger(customer_id=ada, kind="store_credit_refund")) == 1
    assert len(house.ledger(customer_id=ada, kind="store_credit")) == 1
    everything_holds(house, ada, order, made)


@pytest.mark.parametrize("mood", slow_but("dies", of=["busy", "drops", "loses", "dies"]))
def test_whatever_the_mail_server_does_each_mail_arrives_at_most_once(house: House, ada: int, mood: str) -> None:
    # given a server that fails at every letter of a return, from the approval to the money
    house.letterbox.troubles.extend([mood] * 3)
    order, made = sent_back(house, ada, Outcome.REFUND)
    for _ in range(3):
        house.work()
        house.wire.advance(minutes=20)
    # when it is well again, and days pass
    house.settle_down()
    house.wire.advance(days=3)
    house.settle_down()
    # then nothing was sent twice; what was certainly not taken was sent, what was not certain never again
    subjects = [letter["subject"] for letter in letters_to(house, ada)]
    assert len(set(subjects)) == len(subjects)
    uncertain = house.count(Message, Message.phase == "uncertain", Message.order_id == order)
    assert uncertain == (0 if mood == "busy" else 3)
    everything_holds(house, ada, order, made)


@pytest.mark.again
def test_a_closed_return_that_is_approved_again_is_refused_and_nobody_is_told(house: House, ada: int) -> None:
    order, made = sent_back(house, ada)
    house.settle_down()
    told = len(letters_to(house, ada))

    with pytest.raises(IllegalMove):
        story.approve(house, made)
    house.settle_down()

    assert len(letters_to(house, ada)) == told
    everything_holds(house, ada, order, made)


@pytest.mark.again
def test_two_shops_whose_orders_have_the_same_numbers_never_meet(house: House, ada: int) -> None:
    # given Ada's return at Mara's, and Ben's at Otto's, of orders that Shopify gave the same numbers
    otto = house.neighbours[0]
    order, made = sent_back(house, ada)
    bens_order, bens = sent_back(otto, ada, Outcome.REFUND)
    # when one crew of workers carries out everything, and answers of both are lost
    house.lose_answer("returnProcess")
    otto.lose_answer("returnProcess")
    for _ in range(4):
        house.work()
        house.wire.advance(seconds=10)
    house.settle_down()
    # then each book holds its own
    assert {row["kind"] for row in book_of(house, ada)} == {"store_credit_refund", "store_credit"}
    bens_book = book_of(otto, ada)
    assert {row["kind"] for row in bens_book} == {"refund"}
    everything_holds(house, ada, order, made)
    with house.read() as session:
        assert examine(session, bens_book, [Confirmed(bens, 1)], {bens_order}).all == []


def test_it_is_the_same_time_at_both_shops(house: House) -> None:
    """What may have been sent is looked up among what Shopify wrote down since: a clock that stands would hide it."""
    house.wire.advance(days=30)

    assert abs((house.neighbours[0].wire.world.now() - house.now()).total_seconds()) < 60
