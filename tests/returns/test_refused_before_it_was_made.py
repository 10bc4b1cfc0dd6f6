"""Goods refused while Shopify's return was still to be made, and accepted after all: it is made anew with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from returns_counter import Counter, open_counter
from settling import MARA, agree, groups, ours, settle_now, state, states, steps, theirs, with_credit, work
from two_parts import open_shop

from shopify_app.db import Database
from shopify_app.returns import published, reception, requests
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.reception import Verdict
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import Wish

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found)
    return found


def in_force(counter: Counter) -> None:
    """Money after inspection, without fees; published before Ada bought."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE),
        methods=(Method.OWN_CARRIER,),
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    with counter.database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=then),))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=90))


def judged(counter: Counter, ret: Return, decision: UnitDecision, *places: int, line: int = 0) -> None:
    """The verdict on pieces of a line, while no worker works."""
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        units = [found.lines[line].units[place].id for place in places]
        reception.inspect(session, found, units, Verdict(decision), MARA, counter.now())


def approved(counter: Counter, quantity: int, outcome: Outcome = Outcome.REFUND, **more: object) -> Return:
    """Approved, with Shopify's return still to be made."""
    ret = counter.asked(quantity, outcome, **more)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    return ret


def made(counter: Counter, ret: Return) -> list[str]:
    return [key for key, phase in steps(counter, ret) if phase == "done"]


def told(counter: Counter, ret: Return) -> object:
    return steps(counter, ret), [(each.state, each.look, each.look_facts) for each in groups(counter, ret)]


def test_a_piece_accepted_after_all_is_paid_with_the_return_made_anew(counter: Counter) -> None:
    ret = approved(counter, 2)
    judged(counter, ret, REFUSED, 0)
    work(counter)
    judged(counter, ret, ACCEPTED, 0, 1)
    work(counter)

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed"), told(counter, ret)
    assert made(counter, ret) == ["create", "remove", "create.2", "process.2"]
    assert theirs(counter) == [("refund", "97.20")]
    assert ours(counter, ret) == theirs(counter)


def test_the_replacements_of_an_exchange_are_made_anew_with_it(counter: Counter) -> None:
    ret = approved(counter, 2, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])
    judged(counter, ret, REFUSED, 0)
    work(counter)
    judged(counter, ret, ACCEPTED, 0, 1)
    work(counter)

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert ours(counter, ret) == theirs(counter)


def test_an_exchange_of_two_gets_one_where_the_other_was_refused_before_it_was_made(counter: Counter) -> None:
    ret = approved(counter, 2, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])
    judged(counter, ret, REFUSED, 0)
    work(counter)
    judged(counter, ret, ACCEPTED, 1)
    work(counter)
    agree(counter, ret)

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert ours(counter, ret) == theirs(counter) == [("exchange_sale", "48.60")]


def test_a_return_that_holds_nothing_of_what_is_accepted_is_left_empty_and_made_anew(
    database: Database, database_url: str
) -> None:
    """Of two lines one was refused before the return was made, then the other one is, and the first is not."""
    counter = open_shop(database, database_url)
    in_force(counter)
    lines = [line for place in (1, 2) for line in counter.wish(place=place).lines]
    ret = counter.submit(counter.price(Wish(tuple(lines))))
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    judged(counter, ret, REFUSED, 0)
    work(counter)
    judged(counter, ret, REFUSED, 0, line=1)
    judged(counter, ret, ACCEPTED, 0)
    settle_now(counter, ret)

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert made(counter, ret) == ["create", "remove", "create.2", "process.2"]
    assert theirs(counter) == [("refund", "48.60")]
    assert ours(counter, ret) == theirs(counter)


def test_a_verdict_turned_while_the_answer_was_lost_does_not_confuse_what_was_made(counter: Counter) -> None:
    ret = approved(counter, 2)
    judged(counter, ret, REFUSED, 0)
    counter.wire.fault("answer_lost", "ReturnCreate")
    work(counter, rounds=1)
    assert steps(counter, ret) == [("create", "unknown")]
    judged(counter, ret, ACCEPTED, 0, 1)
    work(counter)

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert theirs(counter) == [("refund", "97.20")]


def test_a_verdict_turned_again_and_again_ends_with_a_return_of_the_right_size(counter: Counter) -> None:
    ret = approved(counter, 2)
    judged(counter, ret, REFUSED, 0)
    work(counter)
    for decision in (ACCEPTED, REFUSED, ACCEPTED):
        judged(counter, ret, decision, 0)
    work(counter)
    assert theirs(counter) == []
    judged(counter, ret, ACCEPTED, 1)
    work(counter)

    assert states(counter, ret) == ["settled"], told(counter, ret)
    assert theirs(counter) == [("refund", "97.20")]
