"""What the merchant decides in the admin: each verb by its form, once, on the picture that they saw."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.events import Event
from shopify_app.returns.looks import Look, advice
from shopify_app.returns.models import ListedCustomer, Return, ReturnEntry, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import Source
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

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


def seen(door: FlaskClient, stage: Wire) -> str:
    wanted = {"shop": SHOP, "host": "aG9zdA", "embedded": "1", "id_token": stage.session_token()}
    return door.get(f"/app/returns/{RMA}", query_string=wanted).text


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

    @pytest.mark.again
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

    @pytest.mark.parametrize(("source", "is_offered"), [(Source.SHOPPER, True), (Source.SHOPIFY, False)])
    def test_a_no_that_shopify_keeps_for_good_is_not_offered_to_be_taken_back(
        self, door: FlaskClient, stage: Wire, mara: Shop, source: Source, is_offered: bool
    ) -> None:
        returned(stage, mara, state="declined")
        with stage.adapters.database.write() as session:
            session.scalars(select(Return)).one().source = source

        token = {"Authorization": f"Bearer {stage.session_token()}"}
        page = door.get(f"/app/returns/{RMA}?id_token={stage.session_token()}&shop={SHOP}", headers=token)

        assert page.status_code == 200
        assert ('value="reopen"' in page.text) is is_offered

    @pytest.mark.again
    def test_what_was_paid_out_is_not_opened_again(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara, state="closed", group="settled")

        answer = send(door, stage, "reopen")

        assert (answer.status_code, now_is(stage).state) == (409, "closed")
        assert "Shopify cannot take a refund back" in answer.text

    def test_a_cancelled_return_is_over(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        send(door, stage, "cancel")
        again = send(door, stage, "approve", version=now_is(stage).version)

        assert (now_is(stage).state, again.status_code) == ("cancelled", 409)
        assert "The return is cancelled and cannot become approved." in again.text

    @pytest.mark.again
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

    @pytest.mark.again
    def test_a_form_without_a_token_is_not_carried_out(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        returned(stage, mara)

        answer = door.post(f"/app/returns/{RMA}", data={"verb": "approve", "version": 0})

        assert answer.status_code in {302, 400, 401}
        assert now_is(stage).state == "requested"

    @pytest.mark.again
    def test_otto_cannot_decide_for_mara(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto's", installed_at=stage.now())
            session.add(otto)
        returned(stage, otto)

        assert send(door, stage, "approve").status_code == 404
        assert now_is(stage).state == "requested"


class TestTheCustomer:
    @pytest.mark.again
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


def units(stage: Wire) -> list[tuple[str, str, str, str]]:
    with stage.adapters.database.read() as session:
        return [
            (unit.reception, unit.decision, f"{unit.percent or ''}"[:4], unit.disposition)
            for unit in session.scalars(select(ReturnUnit).order_by(ReturnUnit.id))
        ]


def unit_ids(stage: Wire) -> list[int]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(ReturnUnit.id).order_by(ReturnUnit.id)))


class TestGoods:
    @pytest.fixture(autouse=True)
    def approved(self, stage: Wire, mara: Shop) -> Return:
        return returned(stage, mara, state="approved", group="open")

    def line(self, stage: Wire) -> str:
        return f"quantity-{self.line_id(stage)}"

    @staticmethod
    def line_id(stage: Wire) -> int:
        with stage.adapters.database.read() as session:
            return session.scalars(select(ReturnLine.id)).one()

    @pytest.mark.again
    def test_what_arrived_is_received_and_what_did_not_is_missing(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "receive", **{self.line(stage): "1"})
        send(door, stage, "missing", version=now_is(stage).version, **{self.line(stage): "1"})

        assert [unit[0] for unit in units(stage)] == ["received", "missing"]

    @pytest.mark.again
    @pytest.mark.parametrize("count", ["3", "-1", "0", "9" * 30, "one"])
    def test_more_than_is_expected_or_no_number_changes_nothing(
        self, door: FlaskClient, stage: Wire, count: str
    ) -> None:
        answer = send(door, stage, "receive", **{self.line(stage): count})

        assert answer.status_code == 409
        assert [unit[0] for unit in units(stage)] == ["expected", "expected"]

    @pytest.mark.again
    def test_a_line_of_another_return_is_refused(self, door: FlaskClient, stage: Wire) -> None:
        assert send(door, stage, "receive", **{"quantity-999": "1"}).status_code == 409

    def test_a_receipt_noted_by_mistake_is_taken_back(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "receive", **{self.line(stage): "2"})

        send(door, stage, "take_back_receipt", version=now_is(stage).version, **{self.line(stage): "1"})

        assert [unit[0] for unit in units(stage)] == ["received", "expected"]

    def test_each_piece_gets_its_own_verdict(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "receive", **{self.line(stage): "2"})
        first, second = unit_ids(stage)
        form = {
            f"decision-{first}": "reduce", f"percent-{first}": "62,5", f"grade-{first}": "C",
            f"decision-{second}": "refuse", f"note-{second}": "Worn",
        }  # fmt: skip

        answer = send(door, stage, "inspect", version=now_is(stage).version, **form)

        assert answer.status_code == 303
        assert [unit[1:3] for unit in units(stage)] == [("accepted", "62.5"), ("refused", "")]

    def test_a_verdict_is_corrected_on_the_same_page_and_the_timeline_says_so(
        self, door: FlaskClient, stage: Wire
    ) -> None:
        send(door, stage, "receive", **{self.line(stage): "2"})
        first, _ = unit_ids(stage)
        form = {f"decision-{first}": "reduce", f"percent-{first}": "50", f"note-{first}": "Worn"}
        send(door, stage, "inspect", version=now_is(stage).version, **form)
        shown = seen(door, stage)
        assert 'value="Worn"' in shown
        assert 'value="50"' in shown

        form = {f"decision-{first}": "refuse", f"grade-{first}": "D", f"note-{first}": ""}
        answer = send(door, stage, "inspect", version=now_is(stage).version, **form)

        assert answer.status_code == 303
        assert units(stage)[0][1:3] == ("refused", "")
        assert "1 piece: refused, condition D (was: accepted at 50 %)" in seen(door, stage)

    @pytest.mark.again
    @pytest.mark.parametrize("percent", ["", "0", "101", "-5", "NaN", "1e9", "0.00001", "half"])
    def test_a_part_that_is_none_decides_nothing(self, door: FlaskClient, stage: Wire, percent: str) -> None:
        send(door, stage, "receive", **{self.line(stage): "2"})
        first, second = unit_ids(stage)
        form = {f"decision-{first}": "reduce", f"percent-{first}": percent, f"decision-{second}": "accept"}

        answer = send(door, stage, "inspect", version=now_is(stage).version, **form)

        assert answer.status_code == 409
        assert [unit[1] for unit in units(stage)] == ["pending", "pending"]

    @pytest.mark.again
    def test_goods_go_back_into_stock_at_a_location_only(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "receive", **{self.line(stage): "2"})
        first, second = unit_ids(stage)
        form = {f"disposition-{first}": "restocked", f"disposition-{second}": "not_restocked"}

        nowhere = send(door, stage, "dispose", version=now_is(stage).version, **form)
        somewhere = send(door, stage, "dispose", version=now_is(stage).version, **form, location="61")

        assert (nowhere.status_code, somewhere.status_code) == (409, 303)
        assert [unit[3] for unit in units(stage)] == ["restocked", "not_restocked"]

    def test_settling_by_hand_releases_what_waited(self, door: FlaskClient, stage: Wire) -> None:
        send(door, stage, "receive", **{self.line(stage): "2"})

        answer = send(door, stage, "settle", version=now_is(stage).version)

        assert answer.status_code == 303
        with stage.adapters.database.read() as session:
            group = session.scalars(select(ReleaseGroup)).one()
        assert (group.state, group.released_by) == ("released", "by_hand")
        assert "<strong>Money released by hand</strong>" in seen(door, stage)


class TestALook:
    @pytest.mark.parametrize("look", Look)
    def test_what_to_do_names_buttons_that_are_there(self, look: Look) -> None:
        said = advice(look, {}, "EUR").do.text

        assert re.search(r"\bsettle|\bclose\b", said) is None, said

    @pytest.mark.parametrize("look", [Look.REFUND_ELSEWHERE, Look.TOO_LITTLE_LEFT, Look.AMOUNTS_DIFFER])
    def test_a_part_that_may_be_paid_already_can_go_on_or_be_put_down(self, look: Look) -> None:
        said = advice(look, {}, "EUR").do.text.casefold()

        assert "try again" in said
        assert "dealt with" in said

    def test_the_page_says_what_is_known_and_trying_again_clears_it(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara, state="approved", group="needs_look")
        with stage.adapters.database.read() as session:
            group = session.scalars(select(ReleaseGroup)).one()

        refused = send(door, stage, "nonsense")
        answer = send(door, stage, "retry", group=group.id)

        assert refused.status_code == 400
        assert "Shopify refused a step and said: Not now." in refused.text
        assert answer.status_code == 303
        with stage.adapters.database.read() as session:
            assert session.scalars(select(ReleaseGroup.look)).one() is None
        assert "<strong>Tried again</strong>" in seen(door, stage)

    def test_a_part_finished_elsewhere_is_put_down_with_a_word_why(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara, state="approved", group="needs_look")
        with stage.adapters.database.read() as session:
            group = session.scalars(select(ReleaseGroup)).one()

        wordless = send(door, stage, "resolve", group=group.id)
        foreign = send(door, stage, "resolve", group=group.id + 1, text="Refunded in Shopify")
        answer = send(door, stage, "resolve", group=group.id, text="Refunded in Shopify")

        assert [each.status_code for each in (wordless, foreign, answer)] == [409, 409, 303]
        assert now_is(stage).state == "closed"
        assert "Refunded in Shopify" in [entry.said for entry in entries(stage)]
