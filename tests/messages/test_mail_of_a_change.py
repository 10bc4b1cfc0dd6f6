"""Whoever changes a return, its shopper reads what was and what is, once a change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from changing import changed
from returns_counter import Counter, open_counter
from settling import with_credit, work
from sqlalchemy import select

from jobs.mails import send_one
from jobs.reactions import FOLLOWERS, do_duty
from shopify_app.config import MailServer
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.messages.models import Message
from shopify_app.returns import published
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Approval, Method, Outcome, Scope, Start


@dataclass
class Office:
    """The counter, and the letters that leave it."""

    counter: Counter
    letters: list[EmailMessage] = field(default_factory=list)

    def post(self, server: Any, letter: EmailMessage, sender: str, recipient: str, hand_over: Any) -> None:
        hand_over()
        self.letters.append(letter)

    def goes_on(self) -> None:
        for _ in range(3):
            with self.counter.database.read() as session:
                duties = list(session.scalars(select(Reaction.id).where(Reaction.state == "pending")))
                mails = list(session.scalars(select(Message.id).where(Message.state == "pending")))
            for duty in duties:
                do_duty(self.counter.wire.adapters, duty)
            for mail in mails:
                send_one(self.counter.wire.adapters, mail, self.post)
            work(self.counter)

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]

    @property
    def newest(self) -> str:
        body = self.letters[-1].get_body(("plain",))
        assert body is not None
        return " ".join(body.get_content().split())

    def state(self, ret: Return) -> str:
        with self.counter.database.read() as session:
            return self.counter.ret(session, ret).state


@pytest.fixture
def office(database: Database, database_url: str) -> Office:
    database.followers = FOLLOWERS
    counter = with_credit(open_counter(database, database_url))
    adapters = counter.wire.adapters
    mail = {"mail_server": MailServer("127.0.0.1", 25), "mail_from": "returns@mara.example"}
    counter.wire.adapters = replace(adapters, config=replace(adapters.config, **mail))
    return Office(counter)


@pytest.mark.again
def test_the_shopper_reads_what_was_and_what_is(office: Office) -> None:
    ret = office.counter.asked(1, Outcome.REFUND)
    office.goes_on()
    changed(office.counter, ret, first=(1, Outcome.STORE_CREDIT))
    office.goes_on()

    assert office.subjects == ["We have your return request", "Your return is changed"]
    assert "Your change is made." in office.newest
    before, _, after = office.newest.partition("After the change")
    assert "Before the change" in before
    assert "48.60" in before
    assert "Store credit" in after
    assert "4.50" in after


def test_the_merchants_word_comes_with_it(office: Office) -> None:
    ret = office.counter.asked(1, Outcome.REFUND)
    office.goes_on()
    changed(office.counter, ret, Actor.MERCHANT, first=(1, Outcome.STORE_CREDIT))
    office.goes_on()
    assert "We have changed your return for you." in office.newest
    assert "As we agreed on the phone." in office.newest

    changed(office.counter, ret, first=(1, Outcome.REFUND))  # and Ada changes it back
    office.goes_on()
    assert "As we agreed on the phone." not in office.newest
    assert office.subjects.count("Your return is changed") == 2


@pytest.mark.again
def test_what_is_changed_before_the_policy_has_approved_it_is_told_by_the_approval(office: Office) -> None:
    publish_at_once(office.counter)
    ret = office.counter.asked(1, Outcome.REFUND)
    changed(office.counter, ret, first=(1, Outcome.STORE_CREDIT))
    office.goes_on()
    assert office.state(ret) == "approved"
    assert office.subjects == ["Your return is approved"]
    assert "Store credit" in office.newest


def publish_at_once(counter: Counter) -> None:
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        approval=Approval.AT_ONCE,
    )
    with counter.database.write() as session:
        policy = Policy(rules=(Rule(name="All", then=then),))
        published.publish(session, counter.shop_id, policy, "mara", counter.now() - timedelta(days=90))
