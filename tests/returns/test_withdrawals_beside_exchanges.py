"""A withdrawal from one part of an order while an exchange of another part is not paid, was waived or was dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from balance_desk import balance, left_to_pay, look, owing, pays, policy_with_waiver
from returns_counter import Counter, open_counter
from settling import MARA, looks, states, steps, theirs, with_credit, work
from withdrawing import buys, carry_out, declare, its_return

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.returns import ledger
from shopify_app.returns.balances import verbs as balances
from shopify_app.returns.models import Return
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.declarations import NoWithdrawal, WrongChoice


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Ada bought two goods; one came, the other has not left yet."""
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    return replace(found, desk=buys(found, "S", "M", sent=1))


def due_of(counter: Counter, ret: Return) -> Money:
    return balance(counter, ret).rest


def withdrawn(counter: Counter, key: str, place: int) -> Return:
    """Ada withdraws from one unit of a line, and all is done that follows."""
    counter.learn()
    row = declare(counter, counter.desk, key, {place: 1})
    carry_out(counter)
    return its_return(counter, row)


def refunds(counter: Counter) -> list[str]:
    return [amount for kind, amount in theirs(counter) if kind == "refund"]


def causes(counter: Counter, ret: Return) -> dict[str | None, int]:
    with counter.database.read() as session:
        rows = ledger.rows(session, counter.ret(session, ret))
        assert ledger.check(session, counter.ret(session, ret)) == ()
        return {row.cause: row.amount for row in rows if row.account == ledger.Account.DIFFERENCE}


@pytest.mark.again
def test_what_is_due_for_an_exchange_does_not_hold_back_the_money_for_what_never_left(counter: Counter) -> None:
    due = due_of(counter, owing(counter))

    ret = withdrawn(counter, "one", 2)

    assert (states(counter, ret), looks(counter, ret)) == (["settled"], [None])
    assert refunds(counter) == ["54.00"]
    assert causes(counter, ret) == {"withheld_earlier": due.amount}
    assert left_to_pay(counter) == due


@pytest.mark.again
def test_nor_does_what_was_paid_of_it_and_not_told_to_us_yet(counter: Counter) -> None:
    due = due_of(counter, owing(counter))
    pays(counter, str(Money(due.amount - 300, "EUR")))

    ret = withdrawn(counter, "one", 2)

    assert (states(counter, ret), refunds(counter)) == (["settled"], ["54.00"])
    assert causes(counter, ret) == {"withheld_earlier": 300}


def waived_by_mara(counter: Counter) -> Money:
    """The exchange is the shopper's; what was still due for it is asked of nobody."""
    ret = owing(counter)
    due = due_of(counter, ret)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        balances.waive(session, found, found.lines[0].group_id or 0, MARA, counter.now())
    work(counter)
    return due


def waived_by_the_policy(counter: Counter) -> Money:
    fee = Money(1000, "EUR")
    owing(counter, policy_with_waiver())
    return fee


@pytest.mark.again
@pytest.mark.parametrize("way", [waived_by_mara, waived_by_the_policy])
def test_what_was_waived_for_new_goods_is_not_paid_out_when_they_go_back(counter: Counter, way: object) -> None:
    waived = way(counter)  # type: ignore[operator]

    ret = withdrawn(counter, "new goods", 3)

    assert (states(counter, ret), looks(counter, ret)) == (["settled"], [None])
    assert refunds(counter) == [str(Money(5400, "EUR") - waived)]
    assert causes(counter, ret) == {}


def test_what_is_paid_after_it_was_waived_waits_for_a_person_and_holds_no_goods_up(counter: Counter) -> None:
    waived = waived_by_mara(counter)
    pays(counter)
    look(counter)

    ret = withdrawn(counter, "new goods", 3)

    assert (states(counter, ret), looks(counter, ret)) == (["settled"], [None])
    assert refunds(counter) == [str(Money(5400, "EUR") - waived)]
    assert causes(counter, ret) == {"paid_too_much": -waived.amount}


def test_what_was_waived_lowers_nothing_else_of_the_order(counter: Counter) -> None:
    waived = waived_by_mara(counter)

    first = withdrawn(counter, "one", 2)
    second = withdrawn(counter, "new goods", 3)

    assert (states(counter, first), states(counter, second)) == (["settled"], ["settled"])
    assert sorted(refunds(counter)) == sorted(["54.00", str(Money(5400, "EUR") - waived)])
    assert causes(counter, first) == {"withheld_earlier": waived.amount}


@pytest.mark.again
def test_goods_of_an_exchange_that_was_just_dropped_are_not_withdrawn_from(counter: Counter) -> None:
    ret = owing(counter)
    counter.learn()
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        balances.drop(session, found, found.lines[0].group_id or 0, MARA, counter.now())
    work(counter)
    assert ("drop_exchange", "done") in steps(counter, ret)

    with pytest.raises((NoWithdrawal, WrongChoice)):
        declare(counter, counter.desk, "new goods", {3: 1})

    with counter.database.read() as session:
        free = withdrawals.right_of(session, counter.order(session), counter.now()).choices
    assert [(each.units, each.unsent) for each in free] == [(0, 0), (1, 1), (0, 0)]
