"""Many returns at once: chosen, asked once more, accepted, carried out with a result for each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returned import placed, wanted
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from jobs.many import carry_piece
from shopify_app.casework.models import BulkAction, BulkItem, CaseFile, CaseTag
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

MANY = "/app/returns/many"


@pytest.fixture
def mara(stage: Wire) -> Shop:
    return stage.install()


def returned(stage: Wire, shop: Shop, number: int, **states: Any) -> str:
    with stage.adapters.database.write() as session:
        ret = wanted(session, placed(session, shop.id, number), stage.now(), **states)
    return f"{ret.rma}~{ret.version}"


def send(door: FlaskClient, stage: Wire, verb: str, *rows: str, **form: Any) -> TestResponse:
    token = {"Authorization": f"Bearer {stage.session_token()}"}
    return door.post(MANY, data={"verb": verb, "row": list(rows)} | form, headers=token)


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> str:
    return door.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}").text


def carried_out(stage: Wire) -> dict[str, tuple[str | None, str | None]]:
    """What became of each return, by its number, after workers have done all there is."""
    with stage.adapters.database.read() as session:
        ids = session.scalars(select(BulkAction.id)).all()
    for bulk_id in ids:
        while carry_piece(stage.adapters, bulk_id):
            pass
    with stage.adapters.database.read() as session:
        return {item.name: (item.outcome, item.because) for item in session.scalars(select(BulkItem))}


def states(stage: Wire) -> dict[str, str]:
    with stage.adapters.database.read() as session:
        return {rma: state for rma, state in session.execute(select(Return.rma, Return.state))}


@pytest.mark.again
class TestChoosing:
    def test_those_chosen_are_asked_about_once_more_before_anything_happens(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        rows = [returned(stage, mara, number) for number in (1042, 1043)]

        answer = send(door, stage, "approve", *rows)

        assert "Approve: 2 returns" in answer.text
        assert "R-1042-1, R-1043-1" in answer.text
        assert set(states(stage).values()) == {"requested"}

    def test_every_wrong_field_is_told_beside_it_and_what_was_typed_is_kept(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        row = returned(stage, mara, 1042)

        declined = send(door, stage, "decline", row, sure="1", reason="because", words=" ")
        assigned = send(door, stage, "assign", row, sure="1", team="x" * 41)
        tagged = send(door, stage, "tag", row, sure="1", tag="y" * 41)

        assert [answer.status_code for answer in (declined, assigned, tagged)] == [422, 422, 422]
        assert 'error="Choose a reason."' in declined.text
        assert 'error="Write a sentence."' in declined.text
        assert "x" * 41 in assigned.text
        assert "y" * 41 in tagged.text
        assert carried_out(stage) == {}

    def test_nothing_chosen_and_no_verb_say_so_in_the_queue(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        row = returned(stage, mara, 1042)

        nothing, unknown = send(door, stage, "approve"), send(door, stage, "explode", row)

        assert (nothing.status_code, "Choose at least one return." in nothing.text) == (422, True)
        assert (unknown.status_code, "Choose what to do with them." in unknown.text) == (400, True)

    @pytest.mark.asked
    def test_ottos_returns_and_actions_are_not_there_for_mara(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        with stage.adapters.database.write() as session:
            otto = Shop(domain="ottos-outlet.myshopify.com", name="Otto's", installed_at=stage.now())
            session.add(otto)
            session.flush()
            theirs = BulkAction(
                shop_id=otto.id, kind="return", verb="tag", facts={}, made_at=stage.now(), due_at=stage.now()
            )
            session.add(theirs)
        row = returned(stage, otto, 2001)

        chosen = send(door, stage, "cancel", row, sure="1")
        seen = door.get(f"{MANY}/{theirs.id}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()})}")

        assert (chosen.status_code, seen.status_code) == (404, 404)
        assert states(stage) == {"R-2001-1": "requested"}


class TestCarryingOut:
    def test_each_return_has_its_own_result(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        fresh = returned(stage, mara, 1042)
        done = returned(stage, mara, 1043, state="closed", group="settled")

        answer = send(door, stage, "approve", fresh, done, sure="1")
        results = carried_out(stage)

        assert answer.status_code == 303
        assert results["R-1042-1"] == ("done", None)
        assert results["R-1043-1"][0] == "refused"
        assert states(stage) == {"R-1042-1": "approved", "R-1043-1": "closed"}
        page = see(door, stage, answer.location.split("?")[0])
        assert "1 return was left as it was" in page
        assert str(results["R-1043-1"][1]) in page

    @pytest.mark.again
    def test_what_somebody_changed_meanwhile_is_left_alone(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        row = returned(stage, mara, 1042)
        send(door, stage, "cancel", row, sure="1")
        with stage.adapters.database.write() as session:
            session.scalars(select(Return)).one().version += 1

        results = carried_out(stage)

        assert results["R-1042-1"] == ("refused", "changed")
        assert states(stage) == {"R-1042-1": "requested"}

    def test_two_workers_do_nothing_twice(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        row = returned(stage, mara, 1042)
        send(door, stage, "note", row, sure="1", words="Called her.")
        carried_out(stage)
        with stage.adapters.database.write() as session:  # as if a worker had died before it laid the action down
            session.scalars(select(BulkAction)).one().state = "pending"

        carried_out(stage)

        with stage.adapters.database.read() as session:
            notes = session.scalars(select(ReturnEntry).where(ReturnEntry.kind == "note")).all()
        assert [note.said for note in notes] == ["Called her."]

    def test_a_reason_and_words_go_to_everybody_who_is_declined(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        rows = [returned(stage, mara, number) for number in (1042, 1043)]

        send(door, stage, "decline", *rows, sure="1", reason="final_sale", words="These were sold as they are.")
        carried_out(stage)

        with stage.adapters.database.read() as session:
            said = session.scalars(select(ReturnEntry).where(ReturnEntry.kind == "declined")).all()
        assert {entry.said for entry in said} == {"These were sold as they are."}
        assert set(states(stage).values()) == {"declined"}

    def test_they_are_given_to_a_new_team_and_tagged(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        row = returned(stage, mara, 1042)

        send(door, stage, "assign", row, sure="1", team=" Warehouse  two ")
        send(door, stage, "tag", row, sure="1", tag="sleeves")
        carried_out(stage)

        with stage.adapters.database.read() as session:
            assert session.scalars(select(CaseFile.assignee)).all() == ["team:Warehouse two"]
            assert session.scalars(select(CaseTag.tag)).all() == ["sleeves"]
        assert "Warehouse two" in see(door, stage, "/app/returns", assignee="team:Warehouse two", tag="sleeves")

    @pytest.mark.again
    def test_goods_are_received_and_judged_together(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        row = returned(stage, mara, 1042, state="approved", group="open")
        waiting = returned(stage, mara, 1043)

        send(door, stage, "receive", row, waiting, sure="1")
        received = carried_out(stage)
        page = see(door, stage, "/app/returns", tab="to_inspect")

        assert (received["R-1042-1"][0], received["R-1043-1"][0]) == ("done", "refused")
        assert "R-1042-1<" in page


class TestTenThousand:
    def test_all_that_match_are_accepted_in_one_request_and_carried_out_by_workers(
        self, door: FlaskClient, stage: Wire, mara: Shop
    ) -> None:
        returned(stage, mara, 1042)
        with stage.adapters.database.write() as session:
            order_id = session.scalars(select(Order.id)).one()
            asked = {"shop_id": mara.id, "order_id": order_id, "currency": "EUR", "requested_at": stage.now()}
            session.execute(
                insert(Return), [asked | {"rma": f"R-9-{n}", "state": "requested"} for n in range(1, 10_001)]
            )

        once_more = send(door, stage, "tag", all="1", query="tab=to_approve").text
        answer = send(door, stage, "tag", all="1", query="tab=to_approve", sure="1", tag="sale")

        with stage.adapters.database.read() as session:
            action = session.scalars(select(BulkAction)).one()
            youngest = session.scalars(select(BulkItem.id).where(BulkItem.name == "R-9-10000")).all()
        assert "These are the 10,000 oldest" in once_more
        assert (answer.status_code, action.total, youngest) == (303, 10_000, [])
        assert carry_piece(stage.adapters, action.id)
        assert "50 of 10000 done" in see(door, stage, answer.location.split("?")[0]).replace(",", "")

    @pytest.mark.again
    def test_ten_thousand_rows_typed_into_one_form_are_read(self, door: FlaskClient, stage: Wire, mara: Shop) -> None:
        row = returned(stage, mara, 1042)

        answer = send(door, stage, "tag", row, *(f"R-{n}-9~0" for n in range(9_999)), sure="1", tag="sale")

        assert answer.status_code == 303
        assert carried_out(stage) == {"R-1042-1": ("done", None)}
