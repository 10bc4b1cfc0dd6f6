"""Somebody asks Mara for their data: found by what they write from, handed out or erased, and nobody else's touched."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from devstore.tokens import COLLEAGUE, STAFF, id_token
from jobs import privacy as carrying_out
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.shopify.oauth import StaffUser
from shopify_app.shops import privacy, staff
from shopify_app.shops.models import PrivacyRequest, Shop
from shopify_app.shops.staff import Right
from stage import ada, order
from wire import Wire

PERSON = "/app/settings/privacy/person"
ADA, GUEST = "ada@example.com", "guest@example.com"


@pytest.fixture(autouse=True)
def mara(stage: Wire, other_shop: Shop) -> Shop:
    """Ada bought twice, a guest and Ben once; Ada bought at Otto's too."""
    shop = stage.install()
    with stage.adapters.database.write() as session:
        for shop_id in (shop.id, other_shop.id):
            apply_order(session, shop_id, order(lines=()), stage.now())
        apply_order(session, shop.id, order(shopify_id=1043, name="#1043", lines=()), stage.now())
        guest = order(shopify_id=1044, name="#1044", lines=(), customer=None, email=GUEST, phone="+46 70 111 22 33")
        apply_order(session, shop.id, guest, stage.now())
        bens = ada(shopify_id=777, first_name="Ben", last_name="Berg", email="ben@example.com", phone=None)
        told = order(shopify_id=1045, name="#1045", lines=(), customer=bens, email="ben@example.com")
        apply_order(session, shop.id, told, stage.now())
    return shop


def send(door: FlaskClient, stage: Wire, person: int = int(STAFF["id"]), **form: Any) -> TestResponse:
    token = id_token(stage.config, person, stage.now())
    return door.post(PERSON, data=form, headers={"Authorization": f"Bearer {token}"})


def see(door: FlaskClient, stage: Wire, path: str = "/app/settings/privacy") -> TestResponse:
    return door.get(path, headers={"Authorization": f"Bearer {stage.session_token()}"})


def carry_out(stage: Wire) -> list[PrivacyRequest]:
    """What the reactions do; all requests, oldest first."""
    with stage.adapters.database.write() as session:
        for request_id in session.scalars(select(PrivacyRequest.id).order_by(PrivacyRequest.id)).all():
            carrying_out.carry_out(session, request_id, stage.now())
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(PrivacyRequest).order_by(PrivacyRequest.id)))


def mails_known(stage: Wire, shop: Shop) -> dict[str, str | None]:
    with stage.adapters.database.read() as session:
        return {row.name: row.email for row in session.scalars(select(Order).where(Order.shop_id == shop.id))}


def beside(html: str) -> dict[str, str]:
    fields = re.findall(r"<s-[\w-]+ name=\"([\w-]+)\"[^>]*? error=\"([^\"]*)\"", html)
    return {name: unescape(words) for name, words in fields}


@pytest.mark.parametrize("who", [" ADA@example.com", "070-174 06 05", "+46701740605"])
def test_somebody_is_found_by_what_they_write_or_call_from(door: FlaskClient, stage: Wire, who: str) -> None:
    html = send(door, stage, verb="find", who=who).text

    assert "Ada Lindholm" in html
    assert "Ben" not in html
    assert "#1043" in html


@pytest.mark.again
@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("", "Write an e-mail address or a phone number."),
        ("Ada Lindholm", "Write an e-mail address or a phone number."),
        ("nobody@example.com", "Nobody is known by this. There is nothing to hand out and nothing to erase."),
    ],
)
def test_what_finds_nobody_is_said_beside_the_field(door: FlaskClient, stage: Wire, who: str, said: str) -> None:
    for verb in ("find", "erase", "export"):
        answer = send(door, stage, verb=verb, who=who, again=who)

        assert (answer.status_code, beside(answer.text)) == (422, {"who": said})
    assert carry_out(stage) == []


@pytest.mark.again
def test_an_erasure_takes_the_address_twice(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    answer = send(door, stage, verb="erase", who=ADA, again="ben@example.com")

    assert answer.status_code == 422
    assert beside(answer.text) == {"again": "This is not what you wrote above. Nothing was erased."}
    assert 'value="ben@example.com"' in answer.text
    assert carry_out(stage) == []
    assert mails_known(stage, mara)["#1042"] == "Ada@Example.com"


@pytest.mark.again
def test_who_is_erased_is_gone_and_the_log_says_who_asked_and_nothing_of_whom(
    door: FlaskClient, stage: Wire, mara: Shop, other_shop: Shop
) -> None:
    answer = send(door, stage, verb="erase", who=ADA, again="Ada@Example.com ")
    (request,) = carry_out(stage)
    html = see(door, stage).text

    assert answer.status_code == 303
    assert mails_known(stage, mara) == {
        "#1042": None, "#1043": None, "#1044": GUEST, "#1045": "ben@example.com"
    }  # fmt: skip
    assert mails_known(stage, other_shop) == {"#1042": "Ada@Example.com"}
    assert (request.asked_by, request.email_hash, request.customer_shopify_id) == ("4242", None, 501)
    assert "Asked by Mara Lind" in html
    assert "rows erased" in html
    assert "Lindholm" not in html
    with stage.adapters.database.read() as session:
        facts = json.dumps([event.facts for event in session.scalars(select(Event))]).lower()
    assert ADA not in facts


def test_a_guest_is_erased_by_their_orders(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, verb="erase", who="0701112233", again="+46 70 1112233")
    (request,) = carry_out(stage)

    assert (request.customer_shopify_id, request.order_shopify_ids) == (None, [1044])
    assert (request.email_hash, request.phone_hash) == (None, None)
    assert mails_known(stage, mara)["#1044"] is None
    assert mails_known(stage, mara)["#1042"] is not None


def test_a_copy_is_a_file_for_whoever_may_erase_and_goes_with_the_person(
    door: FlaskClient, stage: Wire, mara: Shop
) -> None:
    send(door, stage, verb="export", who=ADA)
    (request,) = carry_out(stage)
    path = f"/app/settings/privacy/requests/{request.id}"

    assert path in see(door, stage).text
    answer = see(door, stage, path)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="customer-data-{request.id}.json"'
    assert [each["name"] for each in answer.get_json()["orders"]] == ["#1042", "#1043"]
    assert see(door, stage, f"{path}0").status_code == 404

    send(door, stage, verb="erase", who=ADA, again=ADA)
    carry_out(stage)
    assert see(door, stage, path).status_code == 404
    assert path not in see(door, stage).text


def test_who_may_not_erase_neither_looks_up_nor_hands_out(
    door: FlaskClient, stage: Wire, mara: Shop, database: Database
) -> None:
    jonas = int(COLLEAGUE["id"])
    with database.write() as session:
        staff.learn(session, mara.id, str(jonas), StaffUser(jonas, "Jonas Ek", False), stage.now())
        session.scalars(select(staff.StaffMember).where(staff.StaffMember.user_id == jonas)).one().withheld = [
            Right.ERASE.value
        ]

    for verb in ("find", "erase", "export"):
        assert send(door, stage, jonas, verb=verb, who=ADA, again=ADA).status_code == 403
    assert carry_out(stage) == []


@pytest.mark.again
def test_a_request_of_shopifys_stands_in_the_log_as_theirs(
    door: FlaskClient, stage: Wire, mara: Shop, database: Database
) -> None:
    with database.write() as session:
        privacy.ask(session, session.get_one(Shop, mara.id), privacy.ERASE, 501, [], stage.now())

    html = see(door, stage).text
    assert "Asked by Shopify" in html
    assert "Being worked on" in html
