"""What the merchant decides in the admin: each verb by its form, once, on the picture that they saw."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.events import Event
from shopify_app.returns.models import ListedCustomer, Return, ReturnEntry
from shopify_app.shops.models import Shop
from wire import Wire

RMA = "R-1042-1"


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


def returned(stage: Wire, shop: Shop, **states: Any) -> Return:
    with stage.adapters.database.write() as session:
        return wanted(session, placed(session, shop.id), stage.now(), **states)


def send(door: FlaskClient, stage: Wire, verb: str, version: int = 0, **form: Any) -> TestResponse:
    token = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post(f"/app/returns/{RMA}", data={"verb": verb, "version": version} | form, headers=token)


def now_is(stage: Wire) -> Return:
    with stage.adapters.database.read() as session:
        return session.scalars(select(Return).where(Return.rma == RMA)).one()


def entries(stage: Wire) -> list[ReturnEntry]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(ReturnEntry).order_by(ReturnEntry.id)))


def events(stage: Wire) -> list[str]:
    with stage.adapters.database.read() as session:
        return [kind for kind in session.scalars(select(Event.kind)) if kind.startswith("Return")]


class TestDeciding:
    def test_an_approval_is_noted_with_who_gave_it(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        answer = send(door, stage, "approve")

        assert (answer.status_code, "did=approve" in answer.location) == (303, True)
        assert now_is(stage).state == "approved"
        assert (entries(stage)[-1].kind, entries(stage)[-1].actor) == ("approved", "merchant")
        assert (entries(stage)[-1].staff or "").isdigit()
        assert events(stage) == ["ReturnApproved"]

    def test_a_decline_needs_a_reason_and_words(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        wordless = send(door, stage, "decline", reason="other", note="  ")
        unknown = send(door, stage, "decline", reason="because", note="No")
        said = send(door, stage, "decline", reason="final_sale", note="Sold as final sale, as the page said.")

        assert [answer.status_code for answer in (wordless, unknown, said)] == [409, 409, 303]
        assert "Tell the shopper why" in wordless.text
        assert (now_is(stage).state, now_is(stage).decline_reason) == ("declined", "final_sale")
        assert entries(stage)[-1].said == "Sold as final sale, as the page said."

    def test_a_question_waits_for_the_shopper_and_an_answer_for_the_merchant(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara)

        send(door, stage, "ask_more", question="Which sleeve?")
        asked = now_is(stage)
        send(door, stage, "answer", version=asked.version, text="The left one")

        assert (asked.state, now_is(stage).state) == ("more_wanted", "requested")

    def test_a_declined_request_can_be_opened_again(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)
        send(door, stage, "decline", reason="other", note="A mistake of ours")

        send(door, stage, "reopen", version=now_is(stage).version)

        assert now_is(stage).state == "requested"

    def test_a_cancelled_return_is_over(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        send(door, stage, "cancel")
        again = send(door, stage, "approve", version=now_is(stage).version)

        assert (now_is(stage).state, again.status_code) == ("cancelled", 409)
        assert "The return is cancelled and cannot become approved." in again.text

    def test_a_note_is_for_the_team_alone(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        send(door, stage, "note", text="Regular customer, be kind")

        assert (entries(stage)[-1].said, entries(stage)[-1].is_internal) == ("Regular customer, be kind", True)


class TestTwoPeople:
    def test_an_older_picture_changes_nothing_and_gets_the_present_state(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara)
        send(door, stage, "ask_more", question="Which sleeve?")

        answer = send(door, stage, "decline", version=0, reason="other", note="Written for twenty minutes")

        assert answer.status_code == 409
        assert "has changed since you looked at it" in answer.text
        assert "Asked the shopper" in answer.text
        assert "Written for twenty minutes" in answer.text
        assert now_is(stage).state == "more_wanted"

    def test_a_double_click_approves_once(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        answers = [send(door, stage, "approve").status_code for _ in range(2)]

        assert answers == [303, 409]
        assert events(stage) == ["ReturnApproved"]

    def test_a_form_without_a_token_is_not_carried_out(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        answer = door.post(f"/app/returns/{RMA}", data={"verb": "approve", "version": 0})

        assert answer.status_code in {302, 400, 401}
        assert now_is(stage).state == "requested"

    def test_otto_cannot_decide_for_mara(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto's", installed_at=stage.now())
            session.add(otto)
        returned(stage, otto)

        assert send(door, stage, "approve").status_code == 404
        assert now_is(stage).state == "requested"


class TestTheCustomer:
    @pytest.mark.parametrize(("verb", "standing"), [("block", "blocked"), ("allow", "allowed")])
    def test_a_customer_is_put_on_a_list_and_taken_off(
        self, door: FlaskClient, stage: Wire, mara: Shop, verb: str, standing: str
    ) -> None:
        returned(stage, mara)

        send(door, stage, verb)
        with stage.adapters.database.read() as session:
            listed = session.scalars(select(ListedCustomer)).one()
        send(door, stage, "unlist")

        assert (listed.key, listed.standing) == ("customer:501", standing)
        with stage.adapters.database.read() as session:
            assert session.scalars(select(ListedCustomer)).all() == []
