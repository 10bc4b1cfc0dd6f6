"""Withdrawals from declaration to money, held against the dev store's own ledger."""

from __future__ import annotations

from typing import Any

import pytest
from counter_cases import Bought, refund_by_hand
from returns_counter import Counter, open_counter
from settling import ours, receive, states, steps, theirs, with_credit
from sqlalchemy import select
from withdrawing import buys, carry_out, declare, its_return, open_only, return_of

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.messages.models import Message
from shopify_app.orders.models import Order
from shopify_app.returns import dossier as dossiers
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.declarations import NoWithdrawal, WrongChoice
from shopify_app.returns.withdrawing.law import Bar
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.travelled import leaves_nothing
from shopify_app.settings import store as settings
from shopify_app.settings.messages import Messages
from shopify_app.settings.withdrawal import Withdrawal as Settings

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def kept(counter: Counter, row: Withdrawal) -> Withdrawal:
    with counter.database.read() as session:
        return session.get_one(Withdrawal, row.id)


def at_shopify(counter: Counter, desk: Any) -> dict[str, Any]:
    return counter.stage.world.need("order", desk.order_id)


def test_nothing_sent_and_all_withdrawn_cancels_the_order_and_pays_it_back_with_its_delivery(counter: Counter) -> None:
    desk = buys(counter, "S", "M")

    row = declare(counter, desk)
    carry_out(counter)

    ret = its_return(counter, row)
    assert kept(counter, row).is_whole
    assert steps(counter, ret) == [("take_off", "done"), ("cancel_order", "done")]
    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == [("refund", "112.90")]
    assert [amount for _, amount in ours(counter, ret)] == ["108.00", "4.90"]
    order = at_shopify(counter, desk)
    assert order["cancelled_at"]
    assert [line["current_quantity"] for line in order["line_items"]] == [0, 0]


def test_a_part_that_was_not_sent_leaves_the_order_and_the_rest_stays(counter: Counter) -> None:
    desk = buys(counter, "S", "M")

    row = declare(counter, desk, lines={2: 1})
    carry_out(counter)

    ret = its_return(counter, row)
    assert not kept(counter, row).is_whole
    assert steps(counter, ret) == [("take_off", "done")]
    assert theirs(counter) == [("refund", "54.00")]
    order = at_shopify(counter, desk)
    assert not order["cancelled_at"]
    assert [line["current_quantity"] for line in order["line_items"]] == [1, 0]


def test_what_was_sent_is_paid_back_when_it_is_here_and_what_was_not_at_once(counter: Counter) -> None:
    desk = buys(counter, "S", "M", sent=1)

    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)
    before = theirs(counter)
    receive(counter, ret)

    assert before == [("refund", "54.00")]
    assert theirs(counter) == [("refund", "4.90"), ("refund", "54.00"), ("refund", "54.00")]
    assert [kind for kind, _ in steps(counter, ret)] == ["take_off", "create", "process", "refund_delivery"]
    assert states(counter, ret) == ["settled", "settled"]
    assert ours(counter, ret) == theirs(counter)
    assert not at_shopify(counter, desk)["cancelled_at"]


def test_no_fee_is_taken_and_no_credit_is_offered_whatever_the_policy_says(counter: Counter) -> None:
    desk = buys(counter, "S", sent=1)

    row = declare(counter, desk)
    carry_out(counter)
    ret = its_return(counter, row)

    assert [line.outcome for line in ret.lines] == ["refund"]
    receive(counter, ret)
    assert theirs(counter) == [("refund", "4.90"), ("refund", "54.00")]


def test_the_dearer_delivery_is_paid_back_up_to_the_standard_rate(counter: Counter) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Settings(standard_delivery_cost="4.90"), "mara", counter.now())  # type: ignore[arg-type]
    desk = buys(counter, "S", shipping_lines=[{"title": "Express", "price": "14.90"}])

    declare(counter, desk)
    carry_out(counter)

    assert theirs(counter) == [("refund", "58.90")]


@pytest.mark.asked
def test_a_tip_that_stays_keeps_no_delivery_back(counter: Counter) -> None:
    """Nothing was delivered with it: what the delivery was paid for is withdrawn from."""
    tip = {"title": "Tip", "price": "5.00", "quantity": 1, "requires_shipping": False}
    shirt = {"variant_id": counter.desk.variants["S"], "quantity": 1}
    desk = buys(counter, line_items=[shirt, tip])

    row = declare(counter, desk)
    carry_out(counter)

    assert theirs(counter) == [("refund", "58.90")]
    order = at_shopify(counter, desk)
    assert not order["cancelled_at"]
    assert [line["current_quantity"] for line in order["line_items"]] == [0, 1]
    with counter.database.read() as session:
        dossier = dossiers.read(session, return_of(session, session.get_one(Withdrawal, row.id)))
    assert dossier.withdrawal is not None
    assert not dossier.withdrawal.is_whole  # nor is that said of it to anybody


def test_a_tip_that_had_been_given_back_is_none_that_stays(counter: Counter) -> None:
    tip = {"title": "Tip", "price": "5.00", "quantity": 1, "requires_shipping": False}
    desk = buys(counter, line_items=[{"variant_id": counter.desk.variants["S"], "quantity": 1}, tip])
    counter.wire.advance(seconds=1)
    refund_by_hand(Bought(counter, desk, None), "5.00", of_line=2)
    counter.learn(desk)

    row = declare(counter, desk)

    with counter.database.read() as session:
        assert leaves_nothing(row, counter.order(session, desk).lines)


@pytest.mark.parametrize("is_told", [True, False])
def test_two_parts_that_make_the_whole_pay_the_delivery_with_the_second(counter: Counter, is_told: bool) -> None:
    """Also where Shopify's own word of the first is still on its way."""
    desk = buys(counter, "S", "M")

    declare(counter, desk, "one", {1: 1})
    carry_out(counter)
    if is_told:
        counter.learn(desk)
    declare(counter, desk, "two")
    carry_out(counter)

    assert theirs(counter) == [("refund", "54.00"), ("refund", "58.90")]
    assert at_shopify(counter, desk)["cancelled_at"]


def test_the_same_form_sent_twice_is_one_declaration(counter: Counter) -> None:
    desk = buys(counter, "S")

    first, second = declare(counter, desk), declare(counter, desk)
    carry_out(counter)

    assert first.id == second.id
    assert theirs(counter) == [("refund", "58.90")]


def test_withdrawing_twice_from_the_same_goods_finds_nothing_left(counter: Counter) -> None:
    desk = buys(counter, "S")
    declare(counter, desk, "one")

    with pytest.raises(NoWithdrawal) as none:
        declare(counter, desk, "two")

    assert none.value.bar is Bar.IN_A_RETURN


@pytest.mark.parametrize("lines", [{1: 2}, {1: -1}, {1: 0}])
def test_more_than_there_is_less_than_nothing_and_nothing_are_refused(counter: Counter, lines: dict[int, int]) -> None:
    desk = buys(counter, "S")
    with pytest.raises(WrongChoice):
        declare(counter, desk, lines=lines)


def test_day_fifteen_is_too_late_and_says_when_the_period_ended(counter: Counter) -> None:
    desk = buys(counter, "S", sent=1)
    counter.wire.advance(days=18)

    with pytest.raises(NoWithdrawal) as late:
        declare(counter, desk)

    assert late.value.bar is Bar.OVER
    assert late.value.right.last_day is not None


@pytest.mark.asked
def test_a_companys_order_has_no_such_right(counter: Counter) -> None:
    desk = buys(counter, "S")
    with counter.database.write() as session:
        counter.order(session, desk).is_company = True

    with pytest.raises(NoWithdrawal) as company:
        declare(counter, desk)

    assert company.value.bar is Bar.COMPANY


def test_goods_that_left_meanwhile_move_no_money_and_wait_for_a_person(counter: Counter) -> None:
    desk = buys(counter, "S")
    row = declare(counter, desk)
    open_only(counter)
    counter.stage.post("/fulfillments", {"order_id": desk.order_id})
    carry_out(counter)

    ret = its_return(counter, row)
    assert states(counter, ret) == ["needs_look"]
    assert theirs(counter) == []


def test_an_order_that_nobody_paid_for_waits_for_a_person(counter: Counter) -> None:
    desk = buys(counter, "S", financial_status="pending", transactions=[])

    row = declare(counter, desk)
    carry_out(counter)

    assert (kept(counter, row).state, kept(counter, row).look) == (WithdrawalState.NEEDS_LOOK, "unpaid")


@pytest.mark.asked
def test_it_is_acknowledged_once_even_where_mails_about_returns_are_off(counter: Counter) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Messages(return_mails=False), "mara", counter.now())
    desk = buys(counter, "S")

    declare(counter, desk)
    carry_out(counter)
    carry_out(counter)

    with counter.database.read() as session:
        order_id = session.scalar(select(Order.id).where(Order.shopify_id == desk.order_id))
        mails = list(session.scalars(select(Message.kind).where(Message.order_id == order_id)))
    assert mails == ["withdrawal_received"]


def test_what_left_the_order_a_moment_ago_is_not_offered_again_before_shopify_has_told_us(counter: Counter) -> None:
    desk = buys(counter, "S", "M", sent=1)
    declare(counter, desk, "one", {2: 1})
    carry_out(counter)

    with counter.database.read() as session:
        before = withdrawals.right_of(session, counter.order(session, desk), counter.now())
    counter.learn(desk)
    with counter.database.read() as session:
        after = withdrawals.right_of(session, counter.order(session, desk), counter.now())

    assert [each.units for each in before.choices] == [1, 0]
    assert [each.units for each in after.choices] == [1, 0]
    assert [each.unsent for each in after.choices] == [0, 0]
