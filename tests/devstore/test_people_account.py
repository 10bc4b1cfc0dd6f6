"""The customer's account of the dev store: their orders, and the app's extensions as Shopify would start them."""

from __future__ import annotations

import json
import re

import jwt
import pytest
from flask.testing import FlaskClient

from devstage import Stage
from devstore.account_shell import BLOCK, LANGUAGES, MENU, PAGE, AccountExtension

ACCOUNT = "/customer-account"


@pytest.fixture
def placed(stage: Stage) -> dict:
    """The newest order of somebody who has an account."""
    orders = [order for order in stage.world.store.all("order") if (order.get("customer") or {}).get("id")]
    return max(orders, key=lambda order: order["created_at"])


@pytest.fixture
def ada(stage: Stage, placed: dict) -> FlaskClient:
    """Who placed it, signed in at the shop."""
    stage.client.set_cookie("storefront_customer", str(placed["customer"]["id"]))
    return stage.client


@pytest.fixture
def ben(stage: Stage, placed: dict) -> FlaskClient:
    """Another customer."""
    others = [each["id"] for each in stage.world.store.all("customer") if each["id"] != placed["customer"]["id"]]
    stage.client.set_cookie("storefront_customer", str(others[0]))
    return stage.client


def test_whoever_is_not_signed_in_is_asked_to(stage: Stage, placed: dict) -> None:
    for path in ("", f"/orders/{placed['id']}", f"/pages/return-page/{placed['id']}"):
        answer = stage.client.get(ACCOUNT + path)

        assert (answer.status_code, answer.location) == (303, f"/account/login?return_to={ACCOUNT}{path}")


def test_the_account_lists_the_customers_own_orders(ada: FlaskClient, placed: dict, stage: Stage) -> None:
    page = ada.get(ACCOUNT).text

    who = placed["customer"]["id"]
    own = [order for order in stage.world.store.all("order") if (order.get("customer") or {}).get("id") == who]
    assert {int(id) for id in re.findall(r"/orders/(\d+)", page)} == {each["id"] for each in own}
    assert "stands in for Shopify" in page


def test_an_orders_page_starts_what_serves_it(ada: FlaskClient, placed: dict) -> None:
    page = ada.get(f"{ACCOUNT}/orders/{placed['id']}").text

    frames = re.findall(r'src="([^"]+)" sandbox="([^"]+)"', page)
    assert [src for src, _ in frames] == [f"{ACCOUNT}/frame/{target}/{placed['id']}" for target in (MENU, BLOCK)]
    assert not any("allow-same-origin" in sandbox for _, sandbox in frames)  # as opaque as Shopify's worker


def test_a_frame_knows_its_order_its_words_and_its_bundle(ada: FlaskClient, placed: dict) -> None:
    ada.set_cookie("account_language", "de")

    page = ada.get(f"{ACCOUNT}/frame/{PAGE}/{placed['id']}").text

    facts = json.loads(re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert facts["order"] == {"id": f"gid://shopify/Order/{placed['id']}", "name": placed["name"]}
    assert (facts["target"], facts["language"]) == (PAGE, "de")
    assert facts["texts"]["page"]["begin"] == "Rückgabe starten"
    assert f'src="{ACCOUNT}/bundles/return-page.js"' in page


def test_a_bundle_calls_the_app_where_it_runs(stage: Stage) -> None:
    for handle in ("returns", "return-page"):
        source = stage.client.get(f"{ACCOUNT}/bundles/{handle}.js").text

        assert stage.config.app_url in source
        assert "postlude.example.com" not in source


def test_the_token_is_the_customers_as_shopify_signs_it(ada: FlaskClient, placed: dict, stage: Stage) -> None:
    token = ada.get(f"{ACCOUNT}/session-token").json["token"]

    claims = jwt.decode(token, stage.config.api_secret, algorithms=["HS256"], audience=stage.config.api_key)
    assert claims["sub"] == f"gid://shopify/Customer/{placed['customer']['id']}"
    assert claims["dest"] == stage.config.shop
    assert "iss" not in claims


def test_nobody_sees_anothers_order(ben: FlaskClient, placed: dict) -> None:
    for path in (f"orders/{placed['id']}", f"pages/return-page/{placed['id']}", f"frame/{PAGE}/{placed['id']}"):
        assert ben.get(f"{ACCOUNT}/{path}").status_code == 404


def test_what_is_not_the_apps_is_not_there(ada: FlaskClient, placed: dict) -> None:
    for path in (f"pages/other/{placed['id']}", f"frame/customer-account.nowhere/{placed['id']}", "bundles/other.js"):
        assert ada.get(f"{ACCOUNT}/{path}").status_code == 404


def test_every_language_of_the_account_has_the_extensions_words() -> None:
    assert {len(AccountExtension().texts(language)) for language in LANGUAGES} == {len(AccountExtension().texts("en"))}
