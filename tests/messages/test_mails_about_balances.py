"""What Ada reads in her mailbox about a balance: asked once, reminded, and told what became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from balance_desk import balance, clock, look, owing, pays
from databases import sharing
from postbox import Postbox
from returns_counter import Counter, open_counter
from settling import MARA, states, with_credit, work
from sqlalchemy import select

from jobs.mails import send_one
from jobs.reactions import FOLLOWERS, do_duty
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.leases import due
from shopify_app.messages.models import Message
from shopify_app.returns.balances import verbs as balance_verbs


@pytest.fixture
def counter(database: Database, database_url: str, postbox: Postbox) -> Counter:
    found = with_credit(open_counter(sharing(database, FOLLOWERS), database_url))
    config = replace(found.wire.adapters.config, mail_server=postbox.server, mail_from="returns@mara.example")
    found.wire.adapters = replace(found.wire.adapters, config=config)
    return found


def deliver(counter: Counter) -> None:
    """Mails are planned from what happened, then sent."""
    with counter.database.read() as session:
        duties = list(session.scalars(select(Reaction.id).where(Reaction.follower == "mail_shopper")))
    for duty in duties:
        do_duty(counter.wire.adapters, duty)
    with counter.database.read() as session:
        waiting = due(session, Message, counter.now())
    for row_id in waiting:
        send_one(counter.wire.adapters, row_id)


def text(postbox: Postbox, place: int = -1) -> str:
    part = postbox.taken[place].get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").replace("\u00a0", " ")


@pytest.mark.again
def test_the_mail_says_how_much_until_when_and_where(counter: Counter, postbox: Postbox) -> None:
    owing(counter)
    deliver(counter)

    assert postbox.subjects[-1].startswith("Your exchange: please pay €9.00 by ")
    assert "pay=1" in text(postbox)
    assert "we take the exchange off and give you store credit" in text(postbox)


@pytest.mark.again
def test_the_mail_leads_to_the_page_where_shopify_does_not_answer(counter: Counter, postbox: Postbox) -> None:
    owing(counter)
    counter.stage.control("POST", "/faults", {"kind": "5xx", "match": "OrderBalance", "count": 99})
    deliver(counter)

    assert postbox.subjects[-1].startswith("Your exchange: please pay €9.00 by ")
    assert "pay=1" not in text(postbox)
    assert "/returns/r/" in text(postbox)


def test_one_reminder_is_one_mail_and_none_once_it_is_paid(counter: Counter, postbox: Postbox) -> None:
    ret = owing(counter)
    deliver(counter)
    clock(counter, days=2)
    deliver(counter)
    deliver(counter)

    assert [each for each in postbox.subjects if each.startswith("Still open")] == [postbox.subjects[-1]]
    with counter.database.write() as session:
        group_id = balance(counter, ret).group_id
        balance_verbs.remind(session, counter.ret(session, ret), group_id, MARA, counter.now())
    pays(counter)
    look(counter)
    sent = len(postbox.taken)
    deliver(counter)
    assert postbox.subjects[sent:] == ["Your exchange is confirmed"]
    assert "Thank you: your payment of €9.00 has reached us." in text(postbox)


def test_an_exchange_that_was_dropped_is_told_with_its_sums(counter: Counter, postbox: Postbox) -> None:
    ret = owing(counter)
    clock(counter, days=9)
    deliver(counter)

    assert states(counter, ret) == ["settled"]
    assert postbox.subjects[-1] == "€43.20 store credit is yours"
    assert "The exchange was not paid, so we have taken the new items off your order." in text(postbox)
    assert "After checking" not in text(postbox)
    assert not any(each.startswith("Your exchange: please pay") for each in postbox.subjects)


@pytest.mark.again
def test_a_waived_balance_is_said_to_be_waived(counter: Counter, postbox: Postbox) -> None:
    ret = owing(counter)
    with counter.database.write() as session:
        group_id = balance(counter, ret).group_id
        balance_verbs.waive(session, counter.ret(session, ret), group_id, MARA, counter.now())
    work(counter)
    deliver(counter)

    assert "We do not ask for the €9.00 that was open." in text(postbox)
