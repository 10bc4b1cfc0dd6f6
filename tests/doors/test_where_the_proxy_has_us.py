"""Where a merchant has put us is kept up to date from what the proxy signs, and never is an address elsewhere."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from returns_counter import open_counter

from shopify_app.db import Database
from shopify_app.pages.return_links import status_path
from shopify_app.shops.models import Shop
from wire import SHOP, Wire, application


def signed(stage: Wire, prefix: str) -> str:
    now = str(int(stage.adapters.clock.now().timestamp()))
    facts = {"shop": SHOP, "logged_in_customer_id": "", "path_prefix": prefix, "timestamp": now}
    message = "".join(sorted(f"{key}={value}" for key, value in facts.items()))
    mac = hmac.new(stage.adapters.config.api_secret.encode(), message.encode(), hashlib.sha256)
    return urlencode(facts | {"signature": mac.hexdigest()})


def path_after(stage: Wire, shop: Shop, prefix: str) -> str:
    client = application(stage.adapters).test_client()
    assert client.get(f"/proxy/track?{signed(stage, prefix)}").status_code == 200
    with stage.adapters.database.read() as session:
        return session.get_one(Shop, shop.id).proxy_path


@pytest.mark.again
@pytest.mark.parametrize("prefix", ["/apps/where-is-it", "/a/parcels", "/community/care_2", "/tools/care"])
def test_a_path_that_the_merchant_chose_is_taken_over(stage: Wire, shop: Shop, prefix: str) -> None:
    assert path_after(stage, shop, prefix) == prefix


@pytest.mark.again
@pytest.mark.parametrize(
    "prefix", ["//elsewhere.example/apps", "/\\elsewhere.example", "/apps/../account", "/apps/a?b=", "/account", "/"]
)
def test_what_the_proxy_never_says_is_not(stage: Wire, shop: Shop, prefix: str) -> None:
    assert path_after(stage, shop, prefix) == "/apps/order-care"


@pytest.mark.again
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_the_bare_path_is_answered_where_it_is(stage: Wire, shop: Shop, method: str) -> None:
    """A redirect would name our own host, and cost Shopify a second request for the page that menus lead to."""
    client = application(stage.adapters).test_client()

    answer = client.open(f"/proxy?{signed(stage, '/apps/order-care')}", method=method)

    assert answer.status_code == (405 if method == "PUT" else 200)


def test_the_very_first_page_by_another_path_leads_on_by_it(stage: Wire, shop: Shop) -> None:
    page = application(stage.adapters).test_client().get(f"/proxy/track?{signed(stage, '/apps/where-is-it')}").text

    assert 'action="/apps/where-is-it/track"' in page
    assert "/apps/order-care" not in page


@pytest.mark.again
def test_a_form_that_is_the_first_to_come_by_another_path_does_what_it_says(
    database: Database, database_url: str
) -> None:
    counter = open_counter(database, database_url)
    ret = counter.asked()
    path = status_path(database.keyring, ret.shop_id, ret.id)

    answer = (
        application(counter.wire.adapters)
        .test_client()
        .post(f"/proxy/{path}/cancel?{signed(counter.wire, '/apps/where-is-it')}")
    )

    assert f"/apps/where-is-it/{path}" in answer.text
    with database.read() as session:
        assert (counter.ret(session, ret).state, counter.wire.shop().proxy_path) == ("cancelled", "/apps/where-is-it")
