"""Who is blocked and who is trusted, in the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopify_app.customers.projection import apply_customer
from shopify_app.returns.models import ListedCustomer
from shopify_app.returns.standing import put, standing_of
from shopify_app.returns.vocabulary import Standing
from shopify_app.shops.models import Shop
from stage import ada
from wire import SHOP, Wire

ADA = 501


@pytest.fixture(autouse=True)
def mara(stage: Wire) -> Shop:
    shop = stage.install()
    with stage.adapters.database.write() as session:
        apply_customer(session, shop.id, ada(), stage.now())
    return shop


def see(door: FlaskClient, stage: Wire, **query: Any) -> str:
    asked = urlencode({"shop": SHOP, "id_token": stage.session_token()} | query)
    return door.get(f"/app/returns/limits?{asked}").text


def send(door: FlaskClient, stage: Wire, **form: Any) -> TestResponse:
    return door.post("/app/returns/limits", data=form, headers={"Authorization": f"Bearer {stage.session_token()}"})


def rows(stage: Wire) -> list[ListedCustomer]:
    with stage.adapters.database.read() as session:
        return list(session.scalars(select(ListedCustomer).order_by(ListedCustomer.id)))


@pytest.mark.parametrize("who", ["501", "https://admin.shopify.com/store/mara-goods/customers/501"])
def test_a_customer_is_blocked_by_number_and_shown_by_name_with_why_and_by_whom(
    door: FlaskClient, stage: Wire, mara: Shop, who: str
) -> None:
    answer = send(door, stage, who=who, standing="blocked", reason="Sends back <b>worn</b> shoes")

    text = see(door, stage)
    assert answer.status_code == 303
    (row,) = rows(stage)
    assert (row.key, row.standing) == ("customer:501", "blocked")
    assert timedelta(0) <= stage.now() - row.listed_at < timedelta(minutes=1)
    assert "Ada" in text
    assert "Sends back &lt;b&gt;worn&lt;/b&gt; shoes" in text
    assert "by Mara Lind" in text


def test_an_address_is_trusted_and_recognised_by_its_hash(door: FlaskClient, stage: Wire, mara: Shop) -> None:
    send(door, stage, who=" Ben@Example.com ", standing="allowed")

    assert "ben@example.com" in see(door, stage)
    with stage.adapters.database.read() as session:
        ben = stage.adapters.database.keyring.blind("email", "ben@example.com")
        assert standing_of(session, mara.id, None, ben) is Standing.ALLOWED


def test_whoever_is_put_on_the_other_list_leaves_the_first(door: FlaskClient, stage: Wire) -> None:
    send(door, stage, who="501", standing="blocked")
    send(door, stage, who="501", standing="allowed")

    assert [row.standing for row in rows(stage)] == ["allowed"]


def test_somebody_is_taken_off(door: FlaskClient, stage: Wire) -> None:
    send(door, stage, who="501", standing="blocked")
    (row,) = rows(stage)

    send(door, stage, take_off=row.id)

    assert rows(stage) == []
    assert "Nobody is blocked." in see(door, stage)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"who": "Ada", "standing": "blocked", "reason": "my words"}, "Name an e-mail address"),
        ({"who": "", "standing": "blocked", "reason": "my words"}, "Name an e-mail address"),
        ({"who": "9" * 30, "standing": "blocked", "reason": "my words"}, "Name an e-mail address"),
        ({"who": "501", "standing": "king", "reason": "my words"}, "Say whether they are blocked"),
    ],
)
def test_what_nobody_can_act_on_is_refused_and_what_was_typed_stays(
    door: FlaskClient, stage: Wire, form: dict[str, str], said: str
) -> None:
    answer = send(door, stage, **form)

    assert answer.status_code == 422
    assert said in answer.text
    assert "my words" in answer.text
    assert rows(stage) == []


def test_ottos_list_is_neither_seen_nor_changed(door: FlaskClient, stage: Wire, other_shop: Shop) -> None:
    with stage.adapters.database.write() as session:
        his = put(session, other_shop.id, Standing.BLOCKED, "operator", stage.now(), email="otto@example.com")
        assert his is not None

    send(door, stage, take_off=his.id)

    assert "otto@example.com" not in see(door, stage)
    assert [row.id for row in rows(stage)] == [his.id]
