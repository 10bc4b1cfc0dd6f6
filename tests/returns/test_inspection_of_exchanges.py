"""An exchange that would cost more after its inspection: Ada pays, takes what comes next, or drops it; nobody is
charged without a word. Every new call may lose its answer."""

from __future__ import annotations

import pytest
from again import slow_but
from balance_desk import balance, clock, left_to_pay, look, pays, seen_books
from counter_cases import CREDIT, REFUND, SWAP, Bought, Sold, buys, terms, why
from inspecting import offered, send_back, take, take_instead, the_question, without_answer
from returns_counter import Counter, open_counter
from settling import (
    MARA,
    approve,
    groups,
    judge,
    looks,
    open_questions,
    ours,
    receive,
    state,
    states,
    steps,
    with_credit,
    work,
)
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting import sending_back
from shopify_app.returns.inspecting.dialogue import would_cost
from shopify_app.returns.models import Return, StockHold
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import MoneyEvent, Outcome
from shopify_app.settings import store as settings
from shopify_app.settings.returns import Returns

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def swapped(counter: Counter, *verdicts: tuple[UnitDecision, str | None]) -> tuple[Return, Bought]:
    """Ada's jackets at 60.00 come back for another size, and are looked at."""
    bought = buys(
        counter, terms(MoneyEvent.INSPECTION), Sold("60.00", len(verdicts), swap="60.00"), taxes_included=True
    )
    ret = bought.asks((1, len(verdicts), SWAP))
    approve(counter, ret)
    receive(counter, ret)
    for decision, percent in verdicts:
        judge(counter, ret, decision, 1, percent)
    return ret, bought


def test_a_swap_of_a_jacket_accepted_at_half_is_put_to_ada_with_all_that_it_could_become(counter: Counter) -> None:
    ret, _ = swapped(counter, (ACCEPTED, "50"))

    question = the_question(counter, ret)
    (group,) = groups(counter, ret)
    assert would_cost(group, question)
    assert looks(counter, ret) == [None]
    assert settlement_from_stored(question.offer or {}).due == Money.parse("30.00", "EUR")
    instead = [(each["outcome"], str(settlement_from_stored(each["final"]).gets)) for each in question.instead]
    assert instead == [("refund", "30.00"), ("store_credit", "33.00")]


@pytest.mark.asked
@pytest.mark.parametrize(
    ("outcome", "moved"),
    [(REFUND, [("refund", "30.00")]), (CREDIT, [("store_credit", "3.00"), ("store_credit_refund", "30.00")])],
)
def test_the_swap_becomes_what_ada_takes_instead(
    counter: Counter, outcome: Outcome, moved: list[tuple[str, str]]
) -> None:
    ret, bought = swapped(counter, (ACCEPTED, "50"))

    take_instead(counter, ret, outcome)

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed"), why(counter, ret)
    assert [key for key, _ in steps(counter, ret)][:4] == ["create", "remove", "create.2", "process"]
    assert bought.sums() == sorted(moved) == ours(counter, ret)
    with counter.database.read() as session:
        held = select(StockHold).where(StockHold.return_id == ret.id, StockHold.released_at.is_(None))
        assert session.scalars(held).all() == []


@pytest.mark.parametrize("call", ["removeFromReturn", "returnCreate", "returnProcess"])
@pytest.mark.parametrize("kind", slow_but("answer_lost", of=["answer_lost", "5xx"]))
def test_the_change_is_made_once_whatever_becomes_of_the_answers(counter: Counter, kind: str, call: str) -> None:
    ret, bought = swapped(counter, (ACCEPTED, "50"))
    counter.stage.control("POST", "/faults", {"kind": kind, "match": call, "count": 1})

    take_instead(counter, ret, REFUND)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("refund", "30.00")] == ours(counter, ret)


def test_ada_pays_what_the_swap_now_costs(counter: Counter) -> None:
    ret, _ = swapped(counter, (ACCEPTED, "50"))

    take(counter, ret)

    assert states(counter, ret) == ["awaiting_payment"], why(counter, ret)
    look(counter)
    assert states(counter, ret) == ["awaiting_payment"], "Shopify asks for it too"
    assert str(left_to_pay(counter)) == "30.00"
    pays(counter)
    look(counter)
    assert (states(counter, ret), balance(counter, ret).state) == (["settled"], "paid")


def test_a_swap_that_counts_for_less_and_is_not_paid_becomes_what_its_goods_are_worth(counter: Counter) -> None:
    ret, bought = swapped(counter, (ACCEPTED, "50"))
    take(counter, ret)

    clock(counter, days=8)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert balance(counter, ret).state == "dropped"
    assert bought.sums() == [("exchange_sale", "60.00"), ("store_credit", "3.00"), ("store_credit_refund", "30.00")]
    assert str(seen_books(counter, ret)["balance_due"]) == "0"


def test_without_an_answer_the_swap_becomes_a_refund_and_is_never_charged(counter: Counter) -> None:
    ret, bought = swapped(counter, (ACCEPTED, "50"), (ACCEPTED, None))

    without_answer(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("refund", "90.00")]


def test_a_dropped_swap_sends_everything_back(counter: Counter) -> None:
    ret, bought = swapped(counter, (ACCEPTED, "50"), (ACCEPTED, None))

    send_back(counter, ret)

    assert (states(counter, ret), bought.sums()) == (["fell_away"], [])
    with counter.database.read() as session:
        (back,) = sending_back.of_return(session, counter.ret(session, ret))
        assert len(back.units) == 2


def test_a_refused_jacket_takes_its_new_one_with_it_and_costs_nothing(counter: Counter) -> None:
    ret, bought = swapped(counter, (REFUSED, None), (ACCEPTED, None))
    question = the_question(counter, ret)
    assert (offered(question), question.instead) == (Money.parse("60.00", "EUR"), [])

    take(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("exchange_sale", "60.00")]


def test_mara_asks_by_hand_where_the_dialogue_is_off_and_a_part_waits(counter: Counter) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(inspection_dialogue=False), "mara", counter.now())
    ret, bought = swapped(counter, (ACCEPTED, "50"))
    assert looks(counter, ret) == ["exchange_would_cost"]

    with counter.database.write() as session:
        assert inspection.ask(session, counter.ret(session, ret), MARA, counter.now()) == 1
    work(counter)

    assert len(open_questions(counter, ret)) == 1
    take_instead(counter, ret, REFUND)
    assert (states(counter, ret), bought.sums()) == (["settled"], [("refund", "30.00")]), why(counter, ret)
