"""A return from request to settlement, as Ada's mailbox saw it: the sums of the page, of the money and of the mail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from databases import sharing
from postbox import Postbox
from returns_counter import Counter, open_counter
from settling import approve, grant, receive, states, theirs, with_credit
from sqlalchemy import select

from jobs.mails import send_one
from jobs.reactions import FOLLOWERS, do_duty
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.leases import due
from shopify_app.messages.models import Message
from shopify_app.returns import requests
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.returns import BonusAs, Returns
from shopify_app.settings.store import save

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str, postbox: Postbox) -> Counter:
    found = with_credit(open_counter(sharing(database, FOLLOWERS), database_url))
    config = replace(found.wire.adapters.config, mail_server=postbox.server, mail_from="returns@mara.example")
    found.wire.adapters = replace(found.wire.adapters, config=config)
    deliver(found)
    postbox.taken.clear()
    return found


def deliver(counter: Counter) -> None:
    """What follows from what happened: mails are planned, then sent."""
    adapters = counter.wire.adapters
    with counter.database.read() as session:
        duties = list(session.scalars(select(Reaction.id).where(Reaction.follower == "mail_shopper")))
    for duty in duties:
        do_duty(adapters, duty)
    with counter.database.read() as session:
        waiting = due(session, Message, counter.now())
    for row_id in waiting:
        send_one(adapters, row_id)


def text(postbox: Postbox, place: int = -1) -> str:
    part = postbox.taken[place].get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").replace("\u00a0", " ")


def test_every_step_of_a_refund_is_told_once(counter: Counter, postbox: Postbox) -> None:
    ret = counter.asked()
    deliver(counter)
    approve(counter, ret)
    deliver(counter)
    receive(counter, ret)
    for _ in range(2):
        deliver(counter)

    assert postbox.subjects == [
        "We have your return request",
        "Your return is approved",
        "Your item has arrived",
        "Your refund of €48.60 is on its way",
    ]
    assert {str(letter["To"]).lower() for letter in postbox.taken} == {"ada@example.com"}
    assert len({letter["Message-ID"] for letter in postbox.taken}) == 4


def test_the_mails_sums_are_those_of_the_quote_and_of_the_money(counter: Counter, postbox: Postbox) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    deliver(counter)
    assert "Store credit: €53.10" in text(postbox)

    receive(counter, ret)
    deliver(counter)

    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert postbox.subjects[-1] == "€53.10 store credit is yours"
    said = text(postbox)
    assert "Price of 1 item: €50.00" in said
    assert "Bonus, 10 % of €45.00: €4.50" in said
    assert "Your store credit now: €53.10" in said
    expires = grant(counter, ret).expires_at
    assert expires is not None
    assert f"Bonus to be used by: {expires:%b} {expires.day}, {expires.year}" in said


def test_the_mail_about_money_is_planned_only_when_the_money_has_moved(counter: Counter, postbox: Postbox) -> None:
    ret = counter.asked()
    approve(counter, ret)
    receive(counter, ret, then_work=False)
    deliver(counter)

    assert theirs(counter) == []
    assert not any("refund" in subject for subject in postbox.subjects)


@pytest.mark.asked
def test_a_bonus_on_a_gift_card_comes_with_its_code(counter: Counter, postbox: Postbox) -> None:
    with counter.database.write() as session:
        save(session, counter.shop_id, Returns(bonus_as=BonusAs.GIFT_CARD), "mara", counter.now())
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret)
    deliver(counter)

    assert postbox.subjects[-1] == "€48.60 store credit is yours"
    said = text(postbox)
    assert "This is its code" in said
    (card,) = counter.wire.world.store.all("gift_card")
    assert f"    {card['code']}" in said.lower().splitlines()


def test_a_decline_brings_the_shops_own_words(counter: Counter, postbox: Postbox) -> None:
    ret = counter.asked()
    with counter.database.write() as session:
        found = session.get_one(Return, ret.id)
        requests.decline(session, found, "other", "The seam was cut open.", Actor.MERCHANT, counter.now())
    deliver(counter)

    assert postbox.subjects == ["We cannot accept your return"]  # the request's own mail had been overtaken
    assert "> The seam was cut open." in text(postbox)


def test_a_question_brings_the_shops_own_words(counter: Counter, postbox: Postbox) -> None:
    ret = counter.asked()
    with counter.database.write() as session:
        requests.ask_more(session, session.get_one(Return, ret.id), "Which seam is it?", Actor.MERCHANT, counter.now())
    deliver(counter)

    assert postbox.subjects[-1] == "We have a question about your return"
    assert "> Which seam is it?" in text(postbox)


def test_a_cancelled_return_is_told_and_leads_to_its_page(counter: Counter, postbox: Postbox) -> None:
    ret = counter.asked()
    with counter.database.write() as session:
        requests.cancel(session, session.get_one(Return, ret.id), Actor.SHOPPER, counter.now())
    deliver(counter)

    assert postbox.subjects[-1] == "Your return is cancelled"
    assert "/apps/order-care/returns/r/" in text(postbox)
