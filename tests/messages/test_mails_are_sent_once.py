"""At most once, whatever the mail server does: fault 17, duplicates, two workers, a worker that died."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from postbox import CODE, Office
from sqlalchemy import select, update

from jobs.mails import send_one
from jobs.sweep import Sweep
from shopify_app.db import Database
from shopify_app.events import CodeWanted, GroupSettled, Reaction, ReturnApproved, ReturnRequested
from shopify_app.leases import WorkState, claim
from shopify_app.messages import outbox
from shopify_app.messages.email import SendFailed
from shopify_app.messages.models import Message
from shopify_app.orders.models import OneTimeCode, Order
from shopify_app.settings.messages import Messages
from shopify_app.settings.store import save
from shopify_app.shops.models import Shop, ShopState

pytestmark = pytest.mark.again


def ask_code(office: Office) -> int:
    code = office.code()
    office.happens(CodeWanted(office.order_id, code))
    return code


def test_a_mail_goes_to_the_orders_own_address_and_leaves_nothing_personal_behind(office: Office) -> None:
    code = ask_code(office)

    office.send()

    assert office.postbox.envelopes == [("returns@postlude.example", ["Ada@Example.com"])]
    assert office.postbox.subjects == [f"{CODE} is your code"]
    (row,) = office.rows()
    assert (row.phase, row.state, row.recipient, row.facts) == ("sent", "done", None, None)
    assert row.sent_at == office.adapters.clock.now()
    with office.adapters.database.read() as session:
        assert session.get_one(OneTimeCode, code).code is None


def test_what_is_sent_is_not_sent_again(office: Office) -> None:
    ask_code(office)

    for _ in range(3):
        office.send()

    assert len(office.postbox.taken) == 1


def test_a_server_that_takes_the_text_and_says_nothing_gets_it_once(office: Office) -> None:
    office.postbox.mood = "drops"
    ask_code(office)

    office.send()
    office.postbox.mood = "takes"
    office.adapters.clock.advance(days=3)  # type: ignore[attr-defined]
    office.send()

    assert len(office.postbox.taken) == 1
    (row,) = office.rows()
    assert (row.phase, row.state, row.recipient) == ("uncertain", "parked", None)


@pytest.mark.parametrize("mood", ["busy", "busy_late"])
def test_a_busy_server_is_asked_again_later(office: Office, mood: str) -> None:
    office.postbox.mood = mood
    ask_code(office)

    office.send()
    assert office.postbox.taken == []
    (row,) = office.rows()
    assert (row.phase, row.state) == ("planned", "pending")
    assert row.due_at > office.adapters.clock.now()
    assert (row.error or "").endswith("_451")

    office.postbox.mood = "takes"
    office.send()
    assert office.phases() == ["sent"]
    assert len(office.postbox.taken) == 1


def test_an_address_that_the_server_refuses_is_not_tried_again_and_can_be_seen(office: Office) -> None:
    office.postbox.mood = "refuses"
    ask_code(office)

    office.send()
    office.postbox.mood = "takes"
    office.send()

    (row,) = office.rows()
    assert (row.phase, row.state, row.error) == ("refused", "parked", "recipient_550")
    assert office.postbox.taken == []


def test_without_a_mail_server_mails_wait_and_say_so(office: Office) -> None:
    config = replace(office.adapters.config, mail_server=None)
    ask_code(office)

    (row,) = office.rows()
    send_one(replace(office.adapters, config=config), row.id)

    (row,) = office.rows()
    assert (row.phase, row.state, row.error) == ("planned", "pending", "no_mail_server")


def test_a_server_that_is_away_is_asked_again_later(office: Office) -> None:
    assert office.adapters.config.mail_server
    nobody = replace(office.adapters.config.mail_server, port=9)
    ask_code(office)

    (row,) = office.rows()
    send_one(replace(office.adapters, config=replace(office.adapters.config, mail_server=nobody)), row.id)

    (row,) = office.rows()
    assert (row.phase, row.state) == ("planned", "pending")
    assert row.recipient


@pytest.mark.asked
def test_after_the_last_try_a_mail_is_refused_and_forgets_its_reader(office: Office) -> None:
    office.postbox.mood = "busy"
    office.request()
    office.happens(ReturnRequested(office.order_id, 1, at_once=False))

    for _ in range(12):
        office.send()
        office.adapters.clock.advance(days=1)  # type: ignore[attr-defined]

    (row,) = office.rows()
    assert (row.phase, row.state, row.recipient) == ("refused", "parked", None)
    assert row.attempts == 10


@pytest.mark.asked
def test_a_mail_that_a_dead_worker_had_handed_over_is_never_sent_again(office: Office, database: Database) -> None:
    ask_code(office)
    (row,) = office.rows()
    with office.adapters.database.write() as session:
        taken = outbox.take(session, row.id)
        assert taken
        outbox.hand_over(session, *taken, "<id@shop>")
        session.execute(update(Message).values(lease_until=1))  # it died; its lease has run out

    office.send()

    assert office.postbox.taken == []
    assert office.phases() == ["uncertain"]


@pytest.mark.asked
def test_two_workers_send_one_mail(office: Office) -> None:
    ask_code(office)
    (row,) = office.rows()

    workers = [threading.Thread(target=send_one, args=(office.adapters, row.id)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(office.postbox.taken) == 1
    assert office.phases() == ["sent"]


@pytest.mark.asked
def test_a_worker_whose_lease_changed_hands_does_not_send(office: Office) -> None:
    ask_code(office)

    def slow(server: Any, letter: Any, sender: str, recipient: str, hand_over: Any) -> None:
        with office.adapters.database.write() as session:
            session.execute(update(Message).values(lease_until=1))
            claim(session, Message, office.rows()[0].id)
        hand_over()
        raise AssertionError("the text must not leave")

    send_one(office.adapters, office.rows()[0].id, post=slow)

    assert office.phases() == ["planned"]


@pytest.mark.asked
def test_what_breaks_on_our_side_after_the_text_left_is_not_sent_again(office: Office) -> None:
    ask_code(office)

    def breaks(server: Any, letter: Any, sender: str, recipient: str, hand_over: Any) -> None:
        hand_over()
        raise RuntimeError("the disk is full")

    send_one(office.adapters, office.rows()[0].id, post=breaks)

    assert office.phases() == ["uncertain"]


def test_what_breaks_before_the_text_leaves_is_tried_again(office: Office) -> None:
    ask_code(office)

    def breaks(*_: Any) -> None:
        raise SendFailed("greeting_421")

    send_one(office.adapters, office.rows()[0].id, post=breaks)
    office.send()

    assert office.phases() == ["sent"]


def test_a_code_that_has_expired_is_not_mailed(office: Office) -> None:
    ask_code(office)
    office.adapters.clock.advance(hours=2)  # type: ignore[attr-defined]

    office.send()

    assert office.postbox.taken == []
    (row,) = office.rows()
    assert (row.phase, row.error) == ("unsent", "overtaken")


@pytest.mark.asked
def test_an_event_told_twice_is_one_mail(office: Office) -> None:
    ret = office.request()

    office.happens(ReturnRequested(office.order_id, ret, at_once=False))
    office.send()
    with office.adapters.database.write() as session:  # as if its worker had died before it could say so
        session.execute(update(Reaction).values(state=WorkState.PENDING))
    office.happens(GroupSettled(office.order_id, ret, office.group_of(ret)))
    with office.adapters.database.read() as session:
        assert set(session.scalars(select(Reaction.state).where(Reaction.follower == "mail_shopper"))) == {"done"}
    office.send()
    office.send()

    assert office.postbox.subjects == ["We have your return request", "Your refund is on its way"]


def test_an_approval_at_once_is_one_mail_not_two(office: Office) -> None:
    ret = office.request(state="approved")

    office.happens(ReturnRequested(office.order_id, ret, at_once=True))
    office.happens(ReturnApproved(office.order_id, ret))
    office.send()

    assert office.postbox.subjects == ["Your return is approved"]


def test_a_mail_that_events_have_overtaken_stays_unsent(office: Office) -> None:
    ret = office.request(state="cancelled")

    office.happens(ReturnRequested(office.order_id, ret, at_once=False))
    office.send()

    assert office.postbox.taken == []
    assert office.phases() == ["unsent"]


def test_a_return_begun_in_shopify_is_told_by_shopify_until_money_moves(office: Office) -> None:
    ret = office.request(state="approved", source="shopify")

    office.happens(ReturnApproved(office.order_id, ret))
    office.happens(GroupSettled(office.order_id, ret, office.group_of(ret)))
    office.send()

    assert office.postbox.subjects == ["Your refund is on its way"]


@pytest.mark.asked
def test_nobody_to_write_to_is_noted_and_nothing_is_sent(office: Office) -> None:
    with office.adapters.database.write() as session:
        session.execute(update(Order).values(email=None))
    ret = office.request(state="approved")

    office.happens(ReturnApproved(office.order_id, ret))
    office.send()

    (row,) = office.rows()
    assert (row.phase, row.state, row.error) == ("unsent", "done", "no_address")


def test_in_the_name_of_a_shop_that_has_left_us_nobody_is_written_to(office: Office) -> None:
    ret = office.request(state="approved")
    office.happens(ReturnApproved(office.order_id, ret))
    with office.adapters.database.write() as session:
        session.get_one(Shop, office.shop_id).state = ShopState.UNINSTALLED

    office.send()

    assert office.postbox.taken == []
    (row,) = office.rows()
    assert (row.phase, row.error, row.recipient) == ("unsent", "shop_gone", None)


def test_a_shop_that_wants_no_mails_about_returns_still_sends_codes(office: Office) -> None:
    with office.adapters.database.write() as session:
        save(session, office.shop_id, Messages(return_mails=False), "mara", office.adapters.clock.now())
    ret = office.request(state="approved")

    office.happens(ReturnApproved(office.order_id, ret))
    ask_code(office)
    office.send()

    assert office.postbox.subjects == [f"{CODE} is your code"]


def test_the_sweep_finds_a_mail_whose_message_was_lost(office: Office) -> None:
    ask_code(office)
    sent: list[Any] = []
    office.adapters.clock.advance(seconds=5)  # type: ignore[attr-defined]

    Sweep(send=lambda task, *ids: bool(sent.append((task, ids))) or True)(office.adapters, office.adapters.clock.now())

    assert ("jobs.send_mail", (office.rows()[0].id,)) in sent
