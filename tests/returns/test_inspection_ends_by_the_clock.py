"""Ada never answers: what the clock does with an inspection that gave less, at which second, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

import pytest
from cart_cases import in_force, policy
from inspecting import mail, the_question
from portal import Shopper
from returns_counter import Counter, open_counter
from settling import approve, judge, open_questions, receive, state, theirs, with_credit, work
from sqlalchemy import func, select

from jobs.inspection import look_at_questions
from shopify_app.db import Database
from shopify_app.messages.plan import MailKind
from shopify_app.pages.return_links import status_path
from shopify_app.returns.inspecting import dialogue, sending_back
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.models import Return
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent, Outcome
from shopify_app.settings import store as settings
from shopify_app.settings.returns import Payer, Returns, WithoutAnswer
from shopify_app.shops.models import Shop, ShopState
from wire import application

SECOND = timedelta(seconds=1)
DEFAULTS = [
    (WithoutAnswer.REDUCED, Outcome.REFUND, [("refund", "24.30")], 0),
    (WithoutAnswer.REDUCED, Outcome.STORE_CREDIT, [("store_credit", "2.25"), ("store_credit_refund", "24.30")], 0),
    (WithoutAnswer.SEND_BACK, Outcome.REFUND, [], 1),
    (WithoutAnswer.SEND_BACK, Outcome.STORE_CREDIT, [], 1),
]
"""A shirt of 48.60 accepted at half: what Mara has set, what Ada had chosen, what moves, how many go back to her."""


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    in_force(found, policy(MoneyEvent.INSPECTION))
    return found


def half(counter: Counter, outcome: Outcome, setting: WithoutAnswer) -> Return:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(inspection_default=setting), "mara", counter.now())
    ret = counter.asked(outcome=outcome)
    approve(counter, ret)
    receive(counter, ret)
    judge(counter, ret, UnitDecision.ACCEPTED, 1, "50")
    return ret


def clock_at(counter: Counter, moment: datetime) -> None:
    """The schedule's pass at that second, twice, as it happens when two schedulers run."""
    counter.wire.advance(seconds=ceil((moment - counter.now()).total_seconds()))
    for _ in range(2):
        look_at_questions(counter.wire.adapters)
        work(counter)


def reminders(counter: Counter) -> int:
    with counter.database.read() as session:
        reminded = InspectionQuestion.reminded_at.is_not(None)
        return session.scalar(select(func.count()).select_from(InspectionQuestion).where(reminded)) or 0


@pytest.mark.parametrize(("setting", "outcome", "moved", "back"), DEFAULTS)
def test_what_mara_has_set_happens_when_the_time_is_over_and_not_before(
    counter: Counter, setting: WithoutAnswer, outcome: Outcome, moved: list[tuple[str, str]], back: int
) -> None:
    ret = half(counter, outcome, setting)
    ends = the_question(counter, ret).answer_by

    clock_at(counter, ends - dialogue.REMIND_BEFORE)
    clock_at(counter, ends - 2 * SECOND)
    assert (theirs(counter), len(open_questions(counter, ret)), reminders(counter)) == ([], 1, 1)

    clock_at(counter, ends)
    assert theirs(counter) == moved
    assert open_questions(counter, ret) == []
    with counter.database.read() as session:
        assert len(sending_back.of_return(session, counter.ret(session, ret))) == back

    clock_at(counter, ends + timedelta(days=30))
    assert (theirs(counter), state(counter, ret)) == (moved, "closed")


def test_what_ada_was_told_happens_though_mara_sets_it_otherwise_meanwhile(counter: Counter) -> None:
    ret = half(counter, Outcome.REFUND, WithoutAnswer.SEND_BACK)
    ends = the_question(counter, ret).answer_by
    otherwise = Returns(inspection_default=WithoutAnswer.REDUCED, goods_back_paid_by=Payer.SHOPPER)
    counter.wire.advance(seconds=3600)
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, otherwise, "mara", counter.now())

    text = mail(counter, ret, MailKind.INSPECTION_REMINDER)
    ada = Shopper(application(counter.wire.adapters).test_client(), counter.wire, customer="501")
    ada.open("/" + status_path(counter.database.keyring, counter.shop_id, ret.id))
    clock_at(counter, ends)

    assert "Without an answer we send your items back to you." in text
    assert "If we hear nothing by then, we send the items back to you." in ada.words
    assert "We pay for sending them." in ada.words
    assert theirs(counter) == []
    with counter.database.read() as session:
        (back,) = sending_back.of_return(session, counter.ret(session, ret))
        assert back.paid_by == Payer.SHOP


def test_nothing_is_decided_for_a_shop_that_has_left_us(counter: Counter) -> None:
    ret = half(counter, Outcome.REFUND, WithoutAnswer.REDUCED)
    asked = the_question(counter, ret)
    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).state = ShopState.UNINSTALLED
    counter.wire.advance(seconds=ceil((asked.answer_by - counter.now()).total_seconds()) + 1)

    assert look_at_questions(counter.wire.adapters) == 0

    with counter.database.write() as session:
        session.get_one(Shop, counter.shop_id).state = ShopState.INSTALLED
    assert look_at_questions(counter.wire.adapters) == 1


def test_a_question_that_cannot_be_decided_keeps_no_other_waiting(counter: Counter) -> None:
    first = half(counter, Outcome.REFUND, WithoutAnswer.REDUCED)
    asked = the_question(counter, first)
    with counter.database.write() as session:  # a row that nobody foresaw, whose turn comes first
        facts = {column.name: getattr(asked, column.name) for column in InspectionQuestion.__table__.columns}
        facts |= {"id": asked.id + 1000, "round": 99, "answer_by": asked.answer_by - timedelta(days=1), "units": [7]}
        session.add(InspectionQuestion(**facts))

    clock_at(counter, asked.answer_by)

    with counter.database.read() as session:
        assert session.get_one(InspectionQuestion, asked.id).state != "asked"
