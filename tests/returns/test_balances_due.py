"""An exchange that costs more: asked for, paid, waived, or taken off, to the cent in both ledgers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import cart_cases
import pytest
from balance_desk import balance, clock, left_to_pay, look, owing, pays, policy, policy_with_waiver, seen_books
from counter_cases import REFUND, Sold, buys
from returns_counter import Counter, open_counter
from settling import MARA, approve, looks, ours, receive, state, states, steps, theirs, with_credit, work

from shopify_app.db import Database
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.conditions import Conditions, Sum
from shopify_app.returns.effects import Effects
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Rule
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import NewGoods

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def test_a_swap_with_a_fee_waits_for_its_payment(counter: Counter) -> None:
    ret = owing(counter)

    assert states(counter, ret) == ["awaiting_payment"], steps(counter, ret)
    row = balance(counter, ret)
    assert (row.state, row.amount, row.paid) == ("open", 900, 0)
    assert state(counter, ret) == "approved"
    assert str(left_to_pay(counter)) == "9.00"


def test_a_paid_balance_settles_the_exchange(counter: Counter) -> None:
    ret = owing(counter)
    pays(counter)

    look(counter)

    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert (balance(counter, ret).state, balance(counter, ret).paid) == ("paid", 900)
    assert theirs(counter) == ours(counter, ret) == [("exchange_sale", "48.60")]
    assert seen_books(counter, ret)["balance_due"] == 0
    assert seen_books(counter, ret)["balance_paid"] == 900


def test_a_part_payment_is_counted_and_the_rest_stays_open(counter: Counter) -> None:
    ret = owing(counter)
    pays(counter, "4.00")
    look(counter)

    assert states(counter, ret) == ["awaiting_payment"]
    assert str(balance(counter, ret).rest) == "5.00"

    pays(counter)
    look(counter)
    look(counter)

    assert states(counter, ret) == ["settled"]
    assert [each["amount"] for each in balance(counter, ret).payments] == [400, 500]
    assert seen_books(counter, ret)["balance_paid"] == 900


@pytest.mark.asked
def test_the_shopper_is_reminded_twice_and_no_more(counter: Counter) -> None:
    counter.wire.at_noon()  # an hour later is still the last day
    ret = owing(counter)

    clock(counter, days=1)
    assert balance(counter, ret).reminders == 0
    clock(counter, days=1)
    assert balance(counter, ret).reminders == 1
    clock(counter, days=3)
    assert balance(counter, ret).reminders == 1
    clock(counter, days=2)
    assert balance(counter, ret).reminders == 2
    clock(counter, hours=1)
    assert (balance(counter, ret).reminders, states(counter, ret)) == (2, ["awaiting_payment"])


def test_what_is_not_paid_in_time_becomes_store_credit_with_its_bonus(counter: Counter) -> None:
    ret = owing(counter)

    clock(counter, days=9)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert balance(counter, ret).state == "dropped"
    assert theirs(counter) == [("exchange_sale", "48.60"), ("store_credit", "3.60"), ("store_credit_refund", "39.60")]
    assert seen_books(counter, ret)["exchange_sale"] == 0
    assert seen_books(counter, ret)["balance_due"] == 0
    assert not left_to_pay(counter)
    assert counter.returnable().refundable.amount == 9720 - 3960


def test_where_no_credit_is_offered_the_money_goes_back(counter: Counter) -> None:
    ret = owing(counter, policy((Outcome.REFUND, Outcome.VARIANT_EXCHANGE)))

    clock(counter, days=9)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert theirs(counter) == [("exchange_sale", "48.60"), ("refund", "39.60")]


def test_what_the_shopper_agreed_to_comes_before_the_best(counter: Counter) -> None:
    ret = owing(counter, instead=Outcome.REFUND)

    clock(counter, days=9)

    assert theirs(counter) == [("exchange_sale", "48.60"), ("refund", "39.60")], looks(counter, ret)


def test_a_part_payment_goes_back_to_where_it_came_from(counter: Counter) -> None:
    ret = owing(counter)
    pays(counter, "4.00")

    clock(counter, days=9)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert ("refund", "4.00") in theirs(counter)
    assert ("store_credit_refund", "39.60") in theirs(counter)
    assert seen_books(counter, ret)["balance_due"] == 0


def test_a_balance_that_the_shop_waives_lets_the_goods_go(counter: Counter) -> None:
    ret = owing(counter)
    with counter.database.write() as session:
        group_id = balance(counter, ret).group_id
        balance_verbs.waive(session, counter.ret(session, ret), group_id, MARA, counter.now())
    work(counter)

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed"), steps(counter, ret)
    assert steps(counter, ret)[-1] == ("release_hold", "done")
    assert seen_books(counter, ret)["waived"] == 900
    assert not any(each["fulfillmentHolds"] for each in counter.desk.order()["fulfillmentOrders"]["nodes"])


def test_a_waiver_of_the_policy_lets_the_goods_go_too(counter: Counter) -> None:
    ret = owing(counter, policy_with_waiver())

    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert ("release_hold", "done") in steps(counter, ret)
    assert not any(each["fulfillmentHolds"] for each in counter.desk.order()["fulfillmentOrders"]["nodes"])


def test_what_was_paid_before_the_end_is_exchanged_after_all(counter: Counter) -> None:
    ret = owing(counter)
    counter.wire.advance(seconds=9 * 86400)
    pays(counter)

    clock(counter, seconds=1)

    assert states(counter, ret) == ["settled"], looks(counter, ret)
    assert balance(counter, ret).state == "paid"
    assert theirs(counter) == [("exchange_sale", "48.60")]


def test_a_payment_of_which_no_word_arrived_is_found_within_the_hour(counter: Counter) -> None:
    ret = owing(counter)
    pays(counter)

    clock(counter, minutes=61)

    assert (states(counter, ret), balance(counter, ret).state) == (["settled"], "paid")


@pytest.mark.asked
def test_more_time_is_given_by_a_person(counter: Counter) -> None:
    ret = owing(counter)
    until = balance(counter, ret).pay_by
    with counter.database.write() as session:
        group_id = balance(counter, ret).group_id
        balance_verbs.extend(session, counter.ret(session, ret), group_id, 7, MARA, counter.now())

    clock(counter, days=9)

    assert states(counter, ret) == ["awaiting_payment"]
    assert balance(counter, ret).pay_by == until + timedelta(days=7)


def shop_now_for_a_coat(counter: Counter) -> Return:
    """The worked example: a coat at 60.00 for a shirt worth 48.60 and its bonus of 4.50; 11.34 is left to pay."""
    cart_cases.in_force(counter, cart_cases.policy())
    coat = cart_cases.new_product(counter, coat="60.00")["coat"]
    ret = cart_cases.asked(counter, {coat: 1})
    approve(counter, ret)
    receive(counter, ret)
    return ret


def test_new_items_that_cost_more_are_sent_once_they_are_paid(counter: Counter) -> None:
    ret = shop_now_for_a_coat(counter)
    assert (states(counter, ret), str(left_to_pay(counter))) == (["awaiting_payment"], "11.34")

    pays(counter)
    look(counter)

    assert states(counter, ret) == ["settled"], looks(counter, ret)
    assert theirs(counter) == [("exchange_sale", "59.94")]
    assert seen_books(counter, ret)["balance_paid"] == 1134
    assert seen_books(counter, ret)["bonus_consumed"] == -450


@pytest.mark.asked
def test_new_items_that_were_not_paid_become_credit_with_a_bonus_of_its_own(counter: Counter) -> None:
    ret = shop_now_for_a_coat(counter)

    clock(counter, days=9)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert theirs(counter) == [("exchange_sale", "59.94"), ("store_credit", "4.50"), ("store_credit_refund", "48.60")]
    books = seen_books(counter, ret)
    assert (books["exchange_sale"], books["balance_due"], books["bonus_consumed"]) == (0, 0, 0)
    assert (books["bonus_expense"], books["bonus_issued"]) == (450, -450)
    assert not left_to_pay(counter)


def test_credit_that_only_the_exchanged_item_may_have_comes_with_its_bonus(counter: Counter) -> None:
    """Beside it something goes back for which there is no credit: no outcome but a refund was offered for both."""
    usual = cart_cases.policy()
    when = Conditions(price_paid=Sum(at_most={"shop": Decimal(20)}))
    cheap = Rule(name="Cheap", when=when, then=Effects(outcomes=(REFUND,)))
    bought = buys(counter, replace(usual, rules=(cheap, *usual.rules)), Sold("50.00"), Sold("10.00"))
    coat = cart_cases.new_product(counter, tax_rate=0, coat="80.00")["coat"]
    wish = bought.wish((1, 1, Outcome.SHOP_NOW), (2, 1, REFUND))
    wish = replace(wish, cart=(NewGoods(coat, 1, Outcome.SHOP_NOW),), instead=Outcome.STORE_CREDIT)
    ret = counter.submit(cart_cases.priced(counter, wish))
    approve(counter, ret)
    receive(counter, ret)

    clock(counter, days=9)

    assert ("store_credit", "5.00") in theirs(counter), (steps(counter, ret), looks(counter, ret))
    assert ("store_credit_refund", "50.00") in theirs(counter)
