"""The page that fetches a session token and goes on: only for a real shop, only to our own pages."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from wire import SHOP


def bounce(door: FlaskClient, shop: str, target: str):
    return door.get(f"/app/bounce?shop={quote(shop)}&shopify-reload={quote(target, safe='')}")


def test_it_holds_app_bridge_and_the_shops_frame_policy(door: FlaskClient) -> None:
    answer = bounce(door, SHOP, f"/app?shop={SHOP}&page=2")

    assert answer.status_code == 200
    assert (
        'data-api-key="postlude-dev-client-id" src="https://cdn.shopify.com/shopifycloud/app-bridge.js"' in answer.text
    )
    assert answer.headers["Content-Security-Policy"] == f"frame-ancestors https://{SHOP} http://admin.test;"


@pytest.mark.parametrize(
    "shop",
    [
        "",
        "mara-goods",
        "evil.example",
        f"{SHOP}.evil.example",
        "x.myshopify.com; script-src *",
        "mara goods.myshopify.com",
        "evil.example/.myshopify.com",
        "https://evil.example#mara.myshopify.com",
        "mara.myshopify.com:8443",
    ],
)
def test_what_is_no_shop_gets_no_frame_and_nothing_of_it_comes_back(door: FlaskClient, shop: str) -> None:
    answer = bounce(door, shop, "/app")

    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none';"
    assert "evil" not in answer.text
    assert "Open Postlude from your Shopify admin" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/",
        "//evil.example/app",
        "//[evil.example/app",
        "/\\evil.example/app",
        "/app//evil.example",
        "/application",
        "/account/session",
        "/app/../account/session",
        "javascript:alert(1)",
        "/app\n//evil.example",
        "\t/app",
        "/app?" + "x" * 3000,
    ],
)
def test_a_way_out_of_our_own_pages_is_refused(door: FlaskClient, target: str) -> None:
    assert bounce(door, SHOP, target).status_code == 400
