"""Our figure beside Shopify's, just before money goes: what both books explain may differ, everything else stops it."""

from __future__ import annotations

from typing import Any

import pytest
from balance_desk import look, owing, pays
from money_cases import money, one, order, pick, terms
from returns_counter import Counter, open_counter
from settling import MARA, approve, groups, looks, ours, receive, states, theirs, with_credit

from shopify_app.db import Database
from shopify_app.returns import ledger, settle
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.outgoing import NeedsLook
from shopify_app.returns.reckoning import Reckoning, compare
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.return_facts import OutcomeFacts

pytestmark = pytest.mark.again

SHIRT = one(order(), pick(terms()))
"""48.60 go back."""


def shopify_says(suggested: str, maximum: str = "97.20", overpaid: str = "0") -> OutcomeFacts:
    nothing: Any = None
    return OutcomeFacts(nothing, money(suggested), money(maximum), money(overpaid), ())


def booked(withheld: int = 0, too_much: int = 0) -> Reckoning:
    return Reckoning(SHIRT, SHIRT, withheld, too_much)


def test_the_same_figure_needs_no_cause() -> None:
    assert compare(booked(), shopify_says("48.60"), 1) == {"suggested": 4860}


@pytest.mark.parametrize("suggested", ["48.59", "48.61"])
def test_a_rounding_is_let_pass_and_booked(suggested: str) -> None:
    assert abs(compare(booked(), shopify_says(suggested), 1)["rounding"]) == 1


@pytest.mark.parametrize("suggested", ["48.58", "48.62", "0", "97.20"])
def test_what_nothing_explains_sends_nothing(suggested: str) -> None:
    with pytest.raises(NeedsLook) as stopped:
        compare(booked(), shopify_says(suggested), 1)

    assert stopped.value.look is Look.AMOUNTS_DIFFER


def test_more_than_can_still_go_back_is_not_sent() -> None:
    with pytest.raises(NeedsLook) as stopped:
        compare(booked(), shopify_says("48.60", maximum="48.59"), 1)

    assert (stopped.value.look, stopped.value.facts["maximum"]) == (Look.TOO_LITTLE_LEFT, 4859)


def test_what_another_exchange_still_costs_is_told_by_both_though_something_was_withheld_before() -> None:
    # given 9.00 due for another exchange, and 4.00 withheld earlier, which Shopify has written off
    theirs = shopify_says("39.60", overpaid="-9.00")

    found = compare(Reckoning(SHIRT, SHIRT, withheld=-500, owed=-900), theirs, 0)

    assert found["withheld_earlier"] == -900
    with pytest.raises(NeedsLook):
        compare(Reckoning(SHIRT, SHIRT, withheld=-500, owed=-800), theirs, 0)


@pytest.mark.parametrize(("withheld", "overpaid"), [(900, "0"), (0, "9.00"), (898, "9.00"), (900, "8.98")])
def test_money_withheld_earlier_explains_only_what_both_books_know(withheld: int, overpaid: str) -> None:
    with pytest.raises(NeedsLook):
        compare(booked(withheld), shopify_says("57.60", overpaid=overpaid), 1)


def test_each_cause_explains_its_own_part() -> None:
    found = compare(booked(withheld=400, too_much=500), shopify_says("57.60", overpaid="9.00"), 0)

    assert found == {ledger.WITHHELD_EARLIER: 400, ledger.PAID_TOO_MUCH: 500, "suggested": 5760}


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def paid_twice(counter: Counter) -> Return:
    """Ada swaps one of two shirts, owes 9.00 and pays it twice."""
    swapped = owing(counter)
    for _ in range(2):
        pays(counter, "9.00")
        look(counter)
    counter.learn()
    assert looks(counter, swapped) == [Look.OVERPAID]
    return swapped


def test_what_was_paid_too_much_holds_no_later_return_up(counter: Counter) -> None:
    swapped = paid_twice(counter)

    ret = counter.submit(counter.price(counter.wish(1)))
    approve(counter, ret)
    receive(counter, ret)

    # then the other shirt is paid at 48.60 less its fee, and the 9.00 too much still wait for Mara
    assert states(counter, ret) == ["settled"], groups(counter, ret)[0].look_facts
    assert [row for row in theirs(counter) if row[0] == "refund"] == [("refund", "39.60")]
    assert ("refund", "39.60") in ours(counter, ret)
    assert looks(counter, swapped) == [Look.OVERPAID]


def test_what_somebody_has_dealt_with_explains_nothing_any_more(counter: Counter) -> None:
    swapped = paid_twice(counter)
    with counter.database.write() as session:
        settle.retry(session, counter.ret(session, swapped), groups(counter, swapped)[0].id, MARA, counter.now())

    # given that Mara crossed it off, and gave nothing back
    ret = counter.submit(counter.price(counter.wish(1)))
    approve(counter, ret)
    receive(counter, ret)

    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], [Look.AMOUNTS_DIFFER])


def test_an_exchange_that_costs_may_have_been_paid_so_and_a_person_is_asked(counter: Counter) -> None:
    paid_twice(counter)
    wish = counter.wish(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])

    ret = counter.submit(counter.price(wish))
    approve(counter, ret)
    receive(counter, ret)

    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], [Look.AMOUNTS_DIFFER])
