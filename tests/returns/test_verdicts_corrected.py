"""Mara corrects what she found, as long as no money has moved: the grade, the part of the value, a yes or a no."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from inspecting import appeal, offered, send_back, take, the_question
from returns_counter import Counter, open_counter
from settling import MARA, approve, groups, judge, open_questions, ours, receive, states, theirs, with_credit, work
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.returns import published, reception
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.reception import Verdict
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Grade, GroupState, ReturnState, UnitDecision
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Mara pays when she has inspected."""
    found = with_credit(open_counter(database, database_url))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    with found.database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=then),))
        published.publish(session, found.shop_id, policy, "mara", found.now() - timedelta(days=90))
    return found


def here(counter: Counter, quantity: int = 1) -> Return:
    ret = counter.asked(quantity)
    approve(counter, ret)
    receive(counter, ret)
    return ret


def correct(counter: Counter, ret: Return, decision: UnitDecision, percent: str | None = None, **more: Any) -> None:
    """The verdict on the first piece, whatever it was."""
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        verdict = Verdict(decision, Decimal(percent) if percent else None, **more)
        reception.inspect(session, found, [found.lines[0].units[0].id], verdict, MARA, counter.now())
    work(counter)


def entries(counter: Counter, ret: Return) -> list[ReturnEntry]:
    with counter.database.read() as session:
        wanted = select(ReturnEntry).where(ReturnEntry.return_id == ret.id, ReturnEntry.kind == "inspected")
        return list(session.scalars(wanted.order_by(ReturnEntry.id)))


def asked(counter: Counter, ret: Return) -> list[str]:
    with counter.database.read() as session:
        return [each.state for each in inspection_asking.of_return(session, counter.ret(session, ret))]


def test_a_refusal_taken_back_overtakes_the_question_and_pays_in_full(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, REFUSED)
    assert offered(the_question(counter, ret)) is None

    correct(counter, ret, ACCEPTED)

    assert asked(counter, ret) == [QuestionState.OVERTAKEN]
    assert theirs(counter) == [("refund", "48.60")]
    assert ours(counter, ret) == theirs(counter)


def test_another_part_of_the_value_is_asked_about_anew(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, ACCEPTED, percent="50")
    correct(counter, ret, ACCEPTED, "25")

    assert asked(counter, ret) == [QuestionState.OVERTAKEN, QuestionState.ASKED]
    assert offered(the_question(counter, ret)) == Money.parse("12.15", "EUR")
    take(counter, ret)
    assert theirs(counter) == [("refund", "12.15")]


def test_a_verdict_is_corrected_while_mara_is_to_look_again(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, REFUSED)
    appeal(counter, ret)

    correct(counter, ret, ACCEPTED)

    assert asked(counter, ret) == [QuestionState.OVERTAKEN]
    assert states(counter, ret) == ["settled"]


def test_the_timeline_says_what_it_was_and_what_it_is(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, ACCEPTED, percent="50")
    correct(counter, ret, REFUSED, grade=Grade.C)

    first, second = entries(counter, ret)
    assert first.facts["was"] == []
    assert (second.facts["decision"], second.facts["grade"], second.is_internal) == ("refused", "C", False)
    assert second.facts["was"] == [{"decision": "accepted", "percent": "50", "grade": None, "units": 1}]


@pytest.mark.asked
def test_a_grade_or_a_note_alone_asks_nobody_anything_new_and_is_for_maras_team(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, ACCEPTED, percent="50")
    question = the_question(counter, ret)
    correct(counter, ret, ACCEPTED, "50", note="A stain on the cuff")
    correct(counter, ret, ACCEPTED, "50", note="")

    assert the_question(counter, ret).id == question.id
    assert [each.is_internal for each in entries(counter, ret)] == [False, True, True]
    with counter.database.read() as session:
        assert counter.ret(session, ret).lines[0].units[0].note is None


def test_the_same_verdict_once_more_is_no_news(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, ACCEPTED, percent="50")
    correct(counter, ret, ACCEPTED, "50")
    assert len(entries(counter, ret)) == 1
    assert len(open_questions(counter, ret)) == 1


def test_once_the_money_has_moved_the_verdict_stays(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, ACCEPTED)
    assert theirs(counter) == [("refund", "48.60")]
    with pytest.raises(IllegalMove):
        correct(counter, ret, REFUSED)
    assert groups(counter, ret)[0].state == "settled"


def test_nor_does_it_change_while_a_person_looks_at_what_was_booked(counter: Counter) -> None:
    ret = here(counter)
    judge(counter, ret, ACCEPTED)
    with counter.database.write() as session:
        session.get_one(ReleaseGroup, groups(counter, ret)[0].id).state = GroupState.NEEDS_LOOK
        counter.ret(session, ret).state = ReturnState.APPROVED
    with pytest.raises(IllegalMove):
        correct(counter, ret, ACCEPTED, "50")
    assert theirs(counter) == [("refund", "48.60")]


def test_a_piece_on_its_way_back_to_ada_is_not_accepted_any_more(counter: Counter) -> None:
    ret = here(counter, 2)
    judge(counter, ret, REFUSED, 1)
    judge(counter, ret, REFUSED, 1)
    send_back(counter, ret)
    with pytest.raises(IllegalMove):
        correct(counter, ret, ACCEPTED)
    assert theirs(counter) == []
