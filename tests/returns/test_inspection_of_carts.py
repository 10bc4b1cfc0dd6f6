"""Ada's exchange for new items when not everything is accepted: it goes on while it costs her nothing more; otherwise
she is asked. A small balance is waived visibly; splitting never pays more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from balance_desk import left_to_pay, look, pays
from cart_cases import asked, in_force, new_product, policy
from inspecting import offered, send_back, take, take_instead, the_question, without_answer
from returns_counter import Counter, open_counter
from settling import (
    approve,
    groups,
    judge,
    looks,
    open_questions,
    ours,
    receive,
    settle_now,
    states,
    steps,
    theirs,
    with_credit,
)

from shopify_app.db import Database
from shopify_app.returns.models import Return
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import MoneyEvent, Outcome

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def exchanged(counter: Counter, price: str, *verdicts: tuple[UnitDecision, str | None]) -> Return:
    """Ada's shirts at 48.60 each, for one new item."""
    in_force(counter, policy(MoneyEvent.INSPECTION))
    coat = new_product(counter, coat=price)["coat"]
    ret = asked(counter, {coat: 1}, quantity=len(verdicts))
    approve(counter, ret)
    receive(counter, ret)
    for decision, percent in verdicts:
        judge(counter, ret, decision, 1, percent)
    return ret


def test_an_exchange_that_leaves_something_over_goes_on_with_less_of_it(counter: Counter) -> None:
    ret = exchanged(counter, "40.00", (REFUSED, None), (ACCEPTED, None))  # 43.20 with its tax
    question = the_question(counter, ret)
    settled = settlement_from_stored(question.offer or {})
    assert (str(settled.due), str(settled.back), question.instead) == ("0.00", "5.40", [])

    take(counter, ret)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert theirs(counter) == sorted([("exchange_sale", "43.20"), ("refund", "5.40")])
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.parametrize(
    ("outcome", "moved"),
    [
        (Outcome.REFUND, [("refund", "48.60")]),
        (Outcome.STORE_CREDIT, [("store_credit", "4.50"), ("store_credit_refund", "48.60")]),
    ],
)
def test_an_exchange_that_would_cost_becomes_what_ada_takes_instead(
    counter: Counter, outcome: Outcome, moved: list[tuple[str, str]]
) -> None:
    ret = exchanged(counter, "80.00", (REFUSED, None), (ACCEPTED, None))
    question = the_question(counter, ret)
    offer = settlement_from_stored(question.offer or {})
    assert (str(offer.own), str(offer.bonus_used), str(offer.due)) == ("48.60", "4.50", "32.94")  # 75.50 and its tax

    take_instead(counter, ret, outcome)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert theirs(counter) == sorted(moved) == ours(counter, ret)


def test_ada_pays_exactly_what_she_was_shown(counter: Counter) -> None:
    ret = exchanged(counter, "80.00", (REFUSED, None), (ACCEPTED, None))

    take(counter, ret)

    assert states(counter, ret) == ["awaiting_payment"], (steps(counter, ret), looks(counter, ret))
    assert str(settlement_from_stored(groups(counter, ret)[0].final or {}).due) == "32.94"


@pytest.mark.parametrize("percent", ["5", "0.01"])
def test_what_counts_for_less_than_its_own_tax_is_set_against_new_items_to_the_cent(
    counter: Counter, percent: str
) -> None:
    ret = exchanged(counter, "80.00", (ACCEPTED, percent))
    take(counter, ret)
    assert states(counter, ret) == ["awaiting_payment"], (steps(counter, ret), groups(counter, ret)[0].look_facts)
    due = settlement_from_stored(groups(counter, ret)[0].final or {}).due

    assert left_to_pay(counter) == due
    pays(counter)
    look(counter)

    assert (states(counter, ret), looks(counter, ret)) == (["settled"], [None])
    assert ours(counter, ret) == theirs(counter)


def test_a_dropped_exchange_sends_back_what_was_accepted_too(counter: Counter) -> None:
    ret = exchanged(counter, "40.00", (ACCEPTED, "50"), (ACCEPTED, None))
    assert the_question(counter, ret).rest is None

    send_back(counter, ret)

    assert (states(counter, ret), theirs(counter)) == (["fell_away"], [])


def test_without_an_answer_nobody_is_charged(counter: Counter) -> None:
    ret = exchanged(counter, "80.00", (ACCEPTED, "50"), (ACCEPTED, None))

    without_answer(counter, ret)

    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == [("refund", "72.90")]


def test_settling_by_hand_charges_nobody_without_their_word(counter: Counter) -> None:
    ret = exchanged(counter, "80.00", (REFUSED, None), (ACCEPTED, None))

    settle_now(counter, ret)

    assert looks(counter, ret) == ["exchange_would_cost"]
    assert open_questions(counter, ret) == []
    assert theirs(counter) == []


def test_a_small_balance_is_waived_and_no_reason_to_ask_for_money(counter: Counter) -> None:
    rules = policy(MoneyEvent.INSPECTION)
    in_force(counter, replace(rules, waive_balance_up_to={"shop": Decimal(40)}))
    coat = new_product(counter, coat="80.00")["coat"]
    ret = asked(counter, {coat: 1}, quantity=2)
    approve(counter, ret)
    receive(counter, ret)
    judge(counter, ret, REFUSED, 1)
    judge(counter, ret, ACCEPTED, 1)

    question = the_question(counter, ret)
    offer = settlement_from_stored(question.offer or {})
    assert (str(offer.waived), str(offer.due), question.instead) == ("32.94", "0.00", [])
    assert offered(question) is not None
