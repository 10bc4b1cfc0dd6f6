"""What the account's door hands on to the portal, and what of its answers an extension can be given."""

from __future__ import annotations

from dataclasses import replace

import jwt
import pytest
from flask.testing import FlaskClient
from in_account import ADA, Account, at_outcomes, sent_in
from returns_counter import Counter
from sqlalchemy import select

from devstore.tokens import customer_token
from shopify_app.returns import review
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.shopify.signatures import ProxyCall, as_proxy, proxy_call
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Account:
    return Account(client, counter)


def test_what_we_sign_is_what_the_proxy_would_have_signed(counter: Counter) -> None:
    call = ProxyCall("mara.myshopify.com", ADA, "/apps/order-care", int(counter.now().timestamp()))

    query = as_proxy(call, [("lang", "de"), ("key", "a b&c")], "secret")

    assert proxy_call(query, ["secret"], counter.now()) == call
    assert (
        proxy_call(as_proxy(replace(call, customer_id=None), [], "secret"), ["secret"], counter.now()).customer_id
        is None
    )


def test_what_only_a_browser_can_show_is_named_with_the_place_where_it_is(ada: Account, counter: Counter) -> None:
    paper = f"{sent_in(ada)}/slip.pdf"
    with counter.database.write() as session:
        review.approve(session, session.scalars(select(Return)).one(), Actor.MERCHANT, counter.now())

    ada.ask(paper)

    assert (ada.status, ada.said["at"]) == (406, paper)
    assert ada.said["portal"]["path"] == "/apps/order-care"


@pytest.mark.parametrize("tail", ["nowhere", "näher", "%2e%2e", "items/items"])
def test_an_address_that_the_portal_does_not_have_is_none(ada: Account, tail: str) -> None:
    at_outcomes(ada)
    draft = ada.below(ada.model["flow"]["action"]).rpartition("/")[0]

    assert ada.ask(f"{draft}/{tail}").status in (404, 406)


def test_the_previous_secret_counts_while_it_is_rotated(counter: Counter) -> None:
    config = counter.wire.adapters.config
    rotated = replace(
        counter.wire.adapters, config=replace(config, api_secret="n" * 40, old_api_secret=config.api_secret)
    )
    ada = Account(application(rotated).test_client(), counter)

    assert ada.ask(f"returns?order={counter.desk.order_id}").status == 200
    forged = jwt.encode({"sub": f"gid://shopify/Customer/{ADA}"}, "x" * 40, algorithm="HS256")
    assert ada.ask(f"returns?order={counter.desk.order_id}", "GET", forged).status == 401


def test_nobody_speaks_for_a_customer_but_their_token(client: FlaskClient, counter: Counter) -> None:
    """What a page's address says of a customer is not believed."""
    token = customer_token(counter.wire.config, 777, counter.now())
    path = f"/account/returns?order={counter.desk.order_id}&logged_in_customer_id={ADA}&customer_id={ADA}"

    assert client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 404
