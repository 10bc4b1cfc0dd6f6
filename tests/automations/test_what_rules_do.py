"""What each action of a rule does, and what becomes of one that cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from databases import sharing
from returns_counter import Counter, open_counter
from ruled import TAG, changed, outcomes, publish, rows, rule, tags, work
from sqlalchemy import select

from jobs import reactions
from shopify_app.automations import calling
from shopify_app.db import Database
from shopify_app.messages.models import Message
from shopify_app.orders.models import Order


@pytest.fixture
def counter(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.chdir(tmp_path)
    found = open_counter(sharing(database, reactions.FOLLOWERS), database_url)
    work(found)
    return found


@pytest.mark.again
class TestActions:
    def test_the_shopper_is_written_to_in_their_language_with_the_places_filled(self, counter: Counter) -> None:
        mail = {"subject": {"en": "About {order}", "de": "Zu {order}"}, "words": {"en": "Hello {first_name}."}}
        publish(counter, rule("a", "OrderChanged", {"do": "mail_shopper", **mail}))
        changed(counter)
        work(counter)

        (row,) = [each for each in rows(counter, Message) if each.kind == "automated"]
        with counter.database.read() as session:
            order = counter.order(session)
            assert row.recipient == order.email
        assert f'"About {order.name}"' in (row.facts or "")
        assert '"Hello Ada."' in (row.facts or "")

    def test_a_mail_to_an_address_that_is_none_keeps_nothing_of_what_it_would_have_said(self, counter: Counter) -> None:
        mail = {"subject": {"en": "About {order}"}, "words": {"en": "Hello {first_name}."}}
        publish(counter, rule("a", "OrderChanged", {"do": "mail_shopper", **mail}))
        changed(counter)
        with counter.database.write() as session:
            counter.order(session).email = "ada at example"
        work(counter)

        (row,) = [each for each in rows(counter, Message) if each.kind == "automated"]
        assert (row.phase, row.error, row.recipient, row.facts) == ("unsent", "address_is_none", None, None)

    def test_nobody_to_write_to_is_said_and_the_rest_is_done(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", {"do": "mail_team", "words": "Look."}, TAG))
        changed(counter)
        work(counter)

        assert outcomes(counter) == [("mail_team", "refused", "nobody_to_write_to"), ("tag", "done", None)]

    def test_a_call_is_tried_again_with_the_same_id_until_somebody_says_yes(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", {"do": "call", "url": "https://hooks.example.org/"}))
        changed(counter)
        heard: list[calling.Letter] = []

        def post(url: str, letter: calling.Letter) -> None:
            heard.append(letter)
            if len(heard) < 3:
                raise calling.NotTaken("answer_500")

        for _ in range(3):
            work(counter, post)
            counter.wire.advance(minutes=1)

        assert len({letter.headers["X-Postlude-Id"] for letter in heard}) == 1
        assert len({letter.headers["X-Postlude-Signature"] for letter in heard}) == 3
        assert outcomes(counter) == [("call", "done", None)]
        assert b"ada@example.com" not in heard[0].body

    @pytest.mark.asked
    def test_a_call_that_nobody_takes_is_given_up_in_the_end(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", {"do": "call", "url": "https://hooks.example.org/"}))
        changed(counter)
        for _ in range(12):
            work(counter)
            counter.wire.advance(hours=13)

        assert outcomes(counter) == [("call", "given_up", "no_answer")]

    def test_a_name_that_leads_inside_by_now_is_not_called(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", {"do": "call", "url": "https://hooks.example.org/"}))
        changed(counter)

        def inside(url: str, letter: calling.Letter) -> None:
            raise calling.NotCalled(url)

        work(counter, inside)

        assert outcomes(counter) == [("call", "refused", "address_refused")]

    def test_shopify_away_is_waited_for(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", TAG))
        changed(counter)
        counter.wire.line.cut_before = 5
        work(counter)
        counter.wire.line.cut_before = 0
        counter.wire.advance(minutes=1)
        work(counter)

        assert outcomes(counter) == [("tag", "done", None)]
        assert tags(counter) == "look"

    @pytest.mark.asked
    def test_nothing_is_done_about_somebody_who_was_erased(self, counter: Counter) -> None:
        publish(counter, rule("a", "OrderChanged", TAG))
        changed(counter)
        with counter.database.write() as session:
            session.scalars(select(Order)).one().erased_at = counter.now()
        work(counter)

        assert outcomes(counter) == []
        assert tags(counter) == ""
