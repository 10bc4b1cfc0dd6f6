"""Numbers as nobody writes them, in addresses and forms of the admin: a sentence or nothing, never a fault of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shopify_app.returns.writing import drafts
from shopify_app.shops.models import Shop
from wire import SHOP, Wire

pytestmark = pytest.mark.again

ODD = pytest.mark.parametrize("number", ["²", "٣", "9" * 30, "9" * 5000], ids=["square", "arabic", "30", "5000"])
CREDIT = {
    "name": "Two weeks",
    "then.outcomes.kind": "some",
    "then.outcomes": ["store_credit"],
    "then.windows.any.kind": "days",
    "then.windows.any.latest_day": "14",
}
TAGGED = {"name": "Changed", "on": "OrderChanged", "then.1.do": "tag", "then.1.tag": "seen"}
OFFER = {"text-en": "Ten percent", "version": "0"}


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    return stage.install()


def see(door: FlaskClient, stage: Wire, path: str, **query: Any) -> TestResponse:
    return door.get(f"/app{path}?{urlencode({'shop': SHOP, 'id_token': stage.session_token()} | query)}")


def send(door: FlaskClient, stage: Wire, path: str, **form: Any) -> TestResponse:
    return door.post(f"/app{path}", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


@ODD
@pytest.mark.parametrize(
    "path", ["/settings/history", "/settings/privacy", "/returns/policy/versions", "/automations/log"]
)
def test_a_list_from_nowhere_on_is_the_list(door: FlaskClient, stage: Wire, path: str, number: str) -> None:
    assert see(door, stage, path, before=number).status_code == 200


@ODD
def test_what_has_no_such_number_is_not_there(door: FlaskClient, stage: Wire, number: str) -> None:
    assert see(door, stage, f"/returns/many/{number}").status_code == 404
    assert send(door, stage, "/returns/replies", id=number, name="Hello", body="Hello").status_code == 404
    assert send(door, stage, "/designer/history", number=number, version="0").status_code == 404


@ODD
def test_nobody_has_such_a_number(door: FlaskClient, stage: Wire, number: str) -> None:
    found = see(door, stage, "/settings/staff").text
    assert 'name="version" value="0"' in found

    assert send(door, stage, "/settings/staff", person=number, version="0").status_code == 303
    assert send(door, stage, "/returns/limits", take_off=number).status_code in {303, 422}
    assert send(door, stage, "/returns/withdrawals", withdrawal=number, verb="again").status_code in {303, 409, 422}


@ODD
@pytest.mark.parametrize("path", ["/returns/policy/rule", "/automations/rule"])
def test_goods_of_no_number_stand_in_the_form_as_they_came(
    door: FlaskClient, stage: Wire, path: str, number: str
) -> None:
    form = (CREDIT if "policy" in path else TAGGED) | {"revision": "0", "when.product_ids": number}

    sought = send(door, stage, path, **form, **{"find.product_ids": "boots"})
    saved = send(door, stage, path, **form)

    assert (sought.status_code, saved.status_code) == (200, 422)
    assert "needs another look" in saved.text


@ODD
def test_an_offer_at_no_place_is_a_new_one(door: FlaskClient, stage: Wire, number: str) -> None:
    assert see(door, stage, "/designer/offers", place=number).status_code == 200
    assert send(door, stage, "/designer/offers", place=number, **OFFER).status_code == 303


@pytest.mark.asked
@ODD
def test_a_draft_of_no_number_is_nobodys_to_throw_away(door: FlaskClient, stage: Wire, number: str) -> None:
    assert send(door, stage, "/designer/offers", place="0", **OFFER).status_code == 303

    assert send(door, stage, "/designer/discard", version=number).status_code == 409


def test_a_policy_of_goods_that_nobody_can_have_is_refused_and_the_desk_stays_open(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    document = '{"rules": [{"name": "All", "when": {"product_ids": [%s]}, "then": {"outcomes": []}}]}' % ("9" * 30)

    refused = send(door, stage, "/returns/policy/document", document=document, revision="0")

    assert refused.status_code == 422
    assert see(door, stage, "/returns/policy").status_code == 200
    with stage.adapters.database.read() as session:
        assert drafts.draft_of(session, mara.id).saved_at is None


class TestSentencesOfAutomations:
    def test_a_tag_that_is_too_long_is_said_beside_its_field(self, door: FlaskClient, stage: Wire) -> None:
        answer = send(door, stage, "/automations/rule", revision="0", **TAGGED, **{"if.order_tags": "x" * 300})

        assert answer.status_code == 422
        assert "That is too long: 255 characters at most." in answer.text

    def test_days_beyond_all_numbers_are_asked_for_in_the_readers_words(self, door: FlaskClient, stage: Wire) -> None:
        quiet = TAGGED | {"on": "ParcelQuiet", "if.quiet_days": "9" * 5000}

        assert "Write a number from 1 to 30." in send(door, stage, "/automations/rule", revision="0", **quiet).text


@ODD
def test_nobody_is_listed_and_nothing_is_sent_by_such_a_number(door: FlaskClient, stage: Wire, number: str) -> None:
    listed = send(door, stage, "/returns/limits", who=number, standing="blocked")
    kept = send(door, stage, "/returns/addresses", version="0", **{f"recipient-{number}": "Hedvall"})

    assert (listed.status_code, kept.status_code) == (422, 303)
