"""Where a merchant has put us is kept up to date from what the proxy signs, and never is an address elsewhere."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

import pytest

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


@pytest.mark.parametrize("prefix", ["/apps/where-is-it", "/a/parcels", "/community/care_2", "/tools/care"])
def test_a_path_that_the_merchant_chose_is_taken_over(stage: Wire, shop: Shop, prefix: str) -> None:
    assert path_after(stage, shop, prefix) == prefix


@pytest.mark.parametrize(
    "prefix", ["//elsewhere.example/apps", "/\\elsewhere.example", "/apps/../account", "/apps/a?b=", "/account", "/"]
)
def test_what_the_proxy_never_says_is_not(stage: Wire, shop: Shop, prefix: str) -> None:
    assert path_after(stage, shop, prefix) == "/apps/order-care"
