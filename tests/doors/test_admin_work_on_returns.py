"""The work on a return: whose it is, by when, tags, messages from saved replies, and two people on one return."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.casework.models import CaseFile, CaseTag, SavedReply
from shopify_app.events import Event
from shopify_app.returns import timeline
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.states import Actor
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

HERE = "/app/returns/R-1042-1"
REPLIES = "/app/returns/replies"


@pytest.fixture
def mara(stage: Wire) -> Shop:
    shop = stage.install()
    with stage.adapters.database.write() as session:
        wanted(session, placed(session, shop.id), stage.now())
    return shop


def send(door: FlaskClient, stage: Wire, path: str, **form: Any) -> TestResponse:
    return door.post(path, data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def rows(stage: Wire, table: Any) -> list[Any]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(table)))


class TestWhoseItIs:
    def test_it_is_given_to_somebody_and_answered_by_a_day_of_their_own(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        day = stage.now().date() + timedelta(days=30)
        send(door, stage, f"{HERE}/case", verb="assign", case_version=0, assignee="staff:77")
        send(door, stage, f"{HERE}/case", verb="answer_by", case_version=1, day=day)

        (file,) = rows(stage, CaseFile)
        page = see(door, stage, HERE).text
        assert (file.assignee, file.version) == ("staff:77", 2)
        assert f'value="{day}"' in page
        assert f"{day:%b} {day.day}" in see(door, stage, "/app/returns", assignee="staff:77").text

    def test_whoever_comes_second_is_told_and_takes_nothing_away(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, f"{HERE}/case", verb="assign", case_version=0, assignee="staff:77")

        late = send(door, stage, f"{HERE}/case", verb="assign", case_version=0, assignee="")

        assert (late.status_code, rows(stage, CaseFile)[0].assignee) == (409, "staff:77")
        assert "Somebody else changed whose this is" in late.text

    @pytest.mark.again
    def test_what_cannot_be_is_said_beside_its_field(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        forms = [
            {"verb": "assign", "case_version": 0, "assignee": "everybody"},
            {"verb": "answer_by", "case_version": 0, "day": "2020-01-01"},
            {"verb": "tag", "tag": " "},
            {"verb": "write", "words": " "},
            {"verb": "explode"},
        ]

        answers = [send(door, stage, f"{HERE}/case", **form) for form in forms]

        assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 400]
        said = ("Choose somebody from the list", "Choose a day from today on.", "Write the tag.", "Write a sentence.")
        for answer, words in zip(answers, said, strict=False):
            assert f'error="{words}' in answer.text
        assert rows(stage, CaseFile) == []

    def test_tags_are_put_on_and_taken_off(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        for tag in ("sleeves", "sleeves", "second time"):
            send(door, stage, f"{HERE}/case", verb="tag", tag=tag)
        send(door, stage, f"{HERE}/case", verb="untag", tag="sleeves")

        assert [row.tag for row in rows(stage, CaseTag)] == ["second time"]


class TestWriting:
    def test_a_saved_reply_is_filled_in_and_sent_to_the_shopper(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(
            door, stage, REPLIES, name="Patience", body="Hej {first_name}, {order} takes a day more. {shop}", version=0
        )
        (reply,) = rows(stage, SavedReply)

        page = see(door, stage, HERE, reply=reply.id).text
        send(door, stage, f"{HERE}/case", verb="write", words="Hej Ada, #1042 takes a day more.")

        assert "Hej Ada, #1042 takes a day more." in page
        said = [row for row in rows(stage, ReturnEntry) if row.kind == "message"]
        assert [(row.said, row.is_internal) for row in said] == [("Hej Ada, #1042 takes a day more.", False)]
        assert [row.facts["entry_id"] for row in rows(stage, Event) if row.kind == "ShopWrote"] == [said[0].id]

    @pytest.mark.again
    def test_every_field_of_a_reply_is_told_what_is_wrong_with_it(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        answer = send(door, stage, REPLIES, name="x" * 81, body="Hej {surname}", version=0)

        assert answer.status_code == 422
        assert 'error="A name has at most 80 characters."' in answer.text
        assert 'error="There is no such place.' in answer.text
        assert "Hej {surname}" in answer.text
        assert rows(stage, SavedReply) == []

    def test_a_stale_reply_overwrites_nothing_and_keeps_what_was_typed(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, REPLIES, name="Patience", body="One", version=0)
        (reply,) = rows(stage, SavedReply)
        send(door, stage, REPLIES, id=reply.id, name="Patience", body="Two", version=1)

        late = send(door, stage, REPLIES, id=reply.id, name="Patience", body="Three", version=1)

        assert (late.status_code, rows(stage, SavedReply)[0].body) == (409, "Two")
        assert "Three" in late.text


@pytest.mark.again
class TestTwoPeople:
    @pytest.mark.asked
    def test_the_second_hears_of_what_the_first_did(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.read() as session:
            seen = session.scalars(select(ReturnEntry.id)).one()
        quiet = see(door, stage, f"{HERE}/changed", seen=seen, since=0)
        send(door, stage, HERE, verb="approve", version=0)

        news = see(door, stage, f"{HERE}/changed", seen=seen, since=0)

        assert quiet.status_code == 204
        assert "This return has just been changed" in news.text
        assert "Approved" in news.text

    def test_what_was_typed_on_the_command_line_is_said_so(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            ret = session.scalars(select(Return)).one()
            timeline.add(session, ret, "approved", Actor.MERCHANT, stage.now(), staff="operator")

        told = see(door, stage, HERE).text.partition('class="timeline"')[2]

        assert "the command line" in told
        assert "operator" not in told

    def test_who_decides_on_an_older_picture_is_told_what_happened(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        send(door, stage, HERE, verb="approve", version=0)

        late = send(door, stage, HERE, verb="decline", version=0, reason="other", note="No.")

        assert (late.status_code, rows(stage, Return)[0].state) == (409, "approved")
        assert "Last: Approved" in late.text
        assert "No." in late.text

    def test_otto_reads_and_changes_nothing_of_mara(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto's", installed_at=stage.now())
            session.add(otto)
            session.flush()
            wanted(session, placed(session, otto.id, 2001), stage.now())
            theirs = SavedReply(shop_id=otto.id, name="Secret", body="Secret", changed_at=stage.now())
            session.add(theirs)

        answers = [
            send(door, stage, "/app/returns/R-2001-1/case", verb="assign", case_version=0, assignee="team:Ours"),
            see(door, stage, "/app/returns/R-2001-1/changed"),
            see(door, stage, REPLIES, edit=theirs.id),
            send(door, stage, REPLIES, id=theirs.id, verb="remove"),
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
        assert "Secret" not in see(door, stage, HERE).text
        assert (rows(stage, CaseFile), len(rows(stage, SavedReply))) == ([], 1)
