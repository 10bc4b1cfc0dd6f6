"""Extensions at our door: who they are, said to any origin, and nothing without a token."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from devstore.tokens import customer_token
from shopify_app.shops.installation import mark_uninstalled
from shopify_app.shops.models import Shop
from wire import SHOP, Wire


@pytest.fixture(autouse=True)
def installed(stage: Wire) -> None:
    stage.install()


def ask(door: FlaskClient, token: str):
    return door.get("/account/session", headers={"Authorization": f"Bearer {token}", "Origin": "null"})


def test_a_customer_is_told_who_we_take_them_for(door: FlaskClient, stage: Wire) -> None:
    answer = ask(door, customer_token(stage.config, 77, stage.now()))

    assert answer.json == {"kind": "customer", "shop": SHOP, "customer_id": 77}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_shopper_who_has_not_signed_in_has_no_id(door: FlaskClient, stage: Wire) -> None:
    assert ask(door, customer_token(stage.config, None, stage.now())).json == {
        "kind": "customer",
        "shop": SHOP,
        "customer_id": None,
    }


def test_staff_are_staff(door: FlaskClient, stage: Wire) -> None:
    assert ask(door, stage.session_token()).json == {"kind": "staff", "shop": SHOP, "customer_id": None}


def test_a_pre_flight_is_answered_without_a_token(door: FlaskClient) -> None:
    answer = door.options("/account/session", headers={"Origin": "null", "Access-Control-Request-Method": "GET"})

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer a.b.c"}]
)
def test_without_a_token_there_is_a_sentence_and_it_may_be_read(door: FlaskClient, header: dict[str, str]) -> None:
    answer = door.get("/account/session", headers=header)

    assert answer.status_code == 401
    assert answer.json["error"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_old_token_is_refused(door: FlaskClient, stage: Wire) -> None:
    token = customer_token(stage.config, 77, stage.now())
    stage.advance(minutes=6)

    assert ask(door, token).status_code == 401


def test_a_shop_that_has_left_is_not_served(door: FlaskClient, stage: Wire) -> None:
    with stage.adapters.database.write() as session:
        mark_uninstalled(session, session.scalars(select(Shop)).one(), stage.now(), stage.now())

    assert ask(door, customer_token(stage.config, 77, stage.now())).status_code == 403
