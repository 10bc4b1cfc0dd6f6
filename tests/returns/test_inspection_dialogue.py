"""What Ada is asked when her goods are accepted at less or refused, what she can answer, and what money follows: the
dev store's ledger is ours, to the cent."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from inspecting import appeal, decide_appeal, mail, offered, send_back, take, the_question, without_answer
from returns_counter import Counter, open_counter
from settling import (
    ADA,
    MARA,
    approve,
    groups,
    judge,
    open_questions,
    ours,
    receive,
    settle_now,
    state,
    states,
    steps,
    theirs,
    with_credit,
    work,
)
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.events import Event, GoodsGoBack, Happening, InspectionAppealed
from shopify_app.messages.plan import MailKind
from shopify_app.money import Money
from shopify_app.returns import published, reception
from shopify_app.returns.effects import Bonus, Effects, Window
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting import sending_back
from shopify_app.returns.inspecting.dialogue import LessThanBefore
from shopify_app.returns.inspecting.states import Appealed, QuestionState
from shopify_app.returns.models import Return
from shopify_app.returns.parcels.parcels import Sent
from shopify_app.returns.reception import Verdict
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Disposition, UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.settings import store as settings
from shopify_app.settings.returns import Returns, WithoutAnswer
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again

CREDIT, REFUND = Outcome.STORE_CREDIT, Outcome.REFUND
ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Mara pays when she has inspected; ten percent bonus on store credit."""
    found = with_credit(open_counter(database, database_url))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(REFUND, CREDIT, Outcome.VARIANT_EXCHANGE),
        methods=(Method.OWN_CARRIER,),
        bonus={Scope.ANY: Bonus(percent=Decimal(10))},
        money_events={Scope.ANY: MoneyEvent.INSPECTION},
        approval=Approval.REVIEW,
    )
    policy = Policy(rules=(Rule(name="All", then=then),))
    with found.database.write() as session:
        published.publish(session, found.shop_id, policy, "mara", found.now() - timedelta(days=90))
    return found


def inspected(counter: Counter, outcome: Outcome, *verdicts: tuple[UnitDecision, str | None]) -> Return:
    """Ada's shirts, each with its verdict."""
    ret = counter.asked(quantity=len(verdicts), outcome=outcome)
    approve(counter, ret)
    receive(counter, ret)
    for decision, percent in verdicts:
        judge(counter, ret, decision, 1, percent)
    return ret


def happened(counter: Counter, *kinds: type[Happening]) -> list[str]:
    """What Mara's team is to be told of, in its order."""
    wanted = select(Event.kind).where(Event.kind.in_(kind.__name__ for kind in kinds)).order_by(Event.id)
    with counter.database.read() as session:
        return list(session.scalars(wanted))


def test_no_money_moves_before_ada_has_said_what_shall_become_of_a_shirt_accepted_at_half(counter: Counter) -> None:
    ret = inspected(counter, REFUND, (ACCEPTED, "50"), (ACCEPTED, None))

    question = the_question(counter, ret)

    assert states(counter, ret) == ["open"]
    assert theirs(counter) == []
    assert offered(question) == Money.parse("72.90", "EUR")  # 48.60 + 24.30
    assert [each["percent"] for each in question.units] == ["50"]
    assert question.answer_by - question.asked_at == timedelta(days=7)

    take(counter, ret)

    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == [("refund", "72.90")]
    assert ours(counter, ret) == theirs(counter)


def test_one_of_two_shirts_refused_halves_the_credit_and_its_bonus(counter: Counter) -> None:
    ret = inspected(counter, CREDIT, (REFUSED, None), (ACCEPTED, None))

    settled = settlement_from_stored(the_question(counter, ret).offer or {})
    take(counter, ret)

    assert (str(settled.own), str(settled.bonus)) == ("48.60", "4.50")
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([(ACCEPTED, "50"), (ACCEPTED, None)], "1 accepted at 50 %"),
        ([(ACCEPTED, "50"), (REFUSED, None)], "1 could not be accepted, 1 accepted at 50 %"),
        ([(ACCEPTED, "50"), (ACCEPTED, "80")], "1 accepted at 50 %, 1 accepted at 80 %"),
        ([(ACCEPTED, "50"), (ACCEPTED, "50")], "Accepted at 50 %"),
        ([(REFUSED, None), (ACCEPTED, None)], "1 of 2 accepted"),
        ([(REFUSED, None), (REFUSED, None)], "Not accepted"),
    ],
)
def test_the_mail_says_of_how_many_shirts_each_verdict_is(
    counter: Counter, verdicts: list[tuple[UnitDecision, str | None]], said: str
) -> None:
    ret = inspected(counter, REFUND, *verdicts)

    assert f"- 2 × Wool shirt, S: {said} " in mail(counter, ret, MailKind.INSPECTION_ASKED)


@pytest.mark.asked
def test_goods_sent_back_leave_the_return_and_are_maras_task_until_they_have_left(counter: Counter) -> None:
    ret = inspected(counter, REFUND, (ACCEPTED, "50"), (ACCEPTED, None))
    assert str(settlement_from_stored(the_question(counter, ret).rest or {}).gets) == "48.60"

    send_back(counter, ret, last_name="Lindholm", address1="Storgatan 2", city="Borås", country_code="SE")

    assert theirs(counter) == [("refund", "48.60")]
    assert ours(counter, ret) == theirs(counter)
    assert state(counter, ret) == "closed"
    with counter.database.read() as session:
        found = counter.ret(session, ret)
        (back,) = sending_back.of_return(session, found)
        unit = found.lines[0].units[0]
        assert json.loads(back.address or "{}")["address1"] == "Storgatan 2"
        assert (unit.decision, unit.disposition) == (REFUSED, Disposition.SENT_BACK)
    assert happened(counter, GoodsGoBack) == ["GoodsGoBack"]
    with counter.database.write() as session:
        sending_back.went_back(session, counter.ret(session, ret), Sent("JD99", "DHL", None), MARA, counter.now())
    with pytest.raises(IllegalMove), counter.database.write() as session:
        sending_back.went_back(session, counter.ret(session, ret), Sent("JD99", "DHL", None), MARA, counter.now())


def test_when_everything_goes_back_nothing_is_paid_and_the_bonus_is_void(counter: Counter) -> None:
    ret = inspected(counter, CREDIT, (REFUSED, None))
    assert offered(the_question(counter, ret)) is None

    send_back(counter, ret)

    assert states(counter, ret) == ["fell_away"]
    assert theirs(counter) == []


def test_ada_keeps_the_reduced_sum_and_has_the_refused_shirt_sent_back(counter: Counter) -> None:
    ret = inspected(counter, REFUND, (ACCEPTED, "50"), (REFUSED, None))

    question = the_question(counter, ret)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        inspection.take(session, found, question.id, ADA, counter.now(), refused_to={"city": "Borås"})
    work(counter)

    assert theirs(counter) == [("refund", "24.30")]
    with counter.database.read() as session:
        (back,) = sending_back.of_return(session, counter.ret(session, ret))
        assert len(back.units) == 1


def test_an_appeal_that_is_granted_restores_the_sum_and_the_bonus(counter: Counter) -> None:
    ret = inspected(counter, CREDIT, (ACCEPTED, "50"), (REFUSED, None))

    question = appeal(counter, ret)
    decide_appeal(counter, ret, question, Appealed.FULL)

    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "97.20"), ("store_credit", "9.00")])
    assert ours(counter, ret) == theirs(counter)


def test_after_an_appeal_in_part_ada_is_asked_once_more_and_cannot_appeal_again(counter: Counter) -> None:
    ret = inspected(counter, REFUND, (ACCEPTED, "50"))
    first = appeal(counter, ret)
    with pytest.raises(LessThanBefore):
        decide_appeal(counter, ret, first, Appealed.CHANGED, "40")

    decide_appeal(counter, ret, first, Appealed.CHANGED, "80")

    second = the_question(counter, ret)
    assert (second.round, offered(second)) == (2, Money.parse("38.88", "EUR"))
    with pytest.raises(IllegalMove):
        appeal(counter, ret)
    assert happened(counter, InspectionAppealed, GoodsGoBack) == ["InspectionAppealed"]
    take(counter, ret)
    assert theirs(counter) == [("refund", "38.88")]


@pytest.mark.parametrize(
    ("setting", "moved", "left"), [(WithoutAnswer.REDUCED, [("refund", "24.30")], 0), (WithoutAnswer.SEND_BACK, [], 1)]
)
def test_without_an_answer_happens_what_mara_has_set(
    counter: Counter, setting: WithoutAnswer, moved: list[tuple[str, str]], left: int
) -> None:
    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(inspection_default=setting), "mara", counter.now())
    ret = inspected(counter, REFUND, (ACCEPTED, "50"))

    without_answer(counter, ret)

    assert theirs(counter) == moved
    with counter.database.read() as session:
        found = counter.ret(session, ret)
        assert len(sending_back.of_return(session, found)) == left
        assert inspection_asking.of_return(session, found)[0].state == QuestionState.DEFAULTED


def test_mara_may_switch_the_dialogue_off_or_settle_by_hand(counter: Counter) -> None:
    ret = inspected(counter, REFUND, (ACCEPTED, "50"))
    settle_now(counter, ret)
    assert theirs(counter) == [("refund", "24.30")]
    assert open_questions(counter, ret) == []

    with counter.database.write() as session:
        settings.save(session, counter.shop_id, Returns(inspection_dialogue=False), "mara", counter.now())
    other = inspected(counter, REFUND, (ACCEPTED, "50"))

    assert open_questions(counter, other) == []
    assert theirs(counter) == [("refund", "24.30"), ("refund", "24.30")]


def test_a_verdict_changed_meanwhile_is_asked_about_anew(counter: Counter) -> None:
    ret = inspected(counter, REFUND, (ACCEPTED, "50"))
    first = the_question(counter, ret)

    with counter.database.write() as session:
        found = counter.ret(session, ret)
        verdict = Verdict(ACCEPTED, Decimal(75))
        units = [unit.id for unit in found.lines[0].units]
        reception.inspect(session, found, units, verdict, MARA, counter.now())
    work(counter)

    second = the_question(counter, ret)
    assert second.id != first.id
    assert offered(second) == Money.parse("36.45", "EUR")
    with pytest.raises(IllegalMove), counter.database.write() as session:
        inspection.take(session, counter.ret(session, ret), first.id, ADA, counter.now())
    assert groups(counter, ret)[0].state == "open"
