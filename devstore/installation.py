"""Installing, removing and opening the app, and the privacy topics that follow."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx

from devstore import billing, payloads
from devstore.admin.shop import APP_METAFIELD
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.subscriptions import COMPLIANCE_TOPICS
from devstore.tokens import STAFF, TokenDesk, host_parameter, id_token
from devstore.world import INSTALLATION, World

OPENING_SECONDS = 30.0


def install(world: World) -> dict[str, Any]:
    """The merchant accepts the scopes of the released app (managed installation) and opens it, as App Bridge would."""
    scopes = world.config.installed_scopes or world.outbox.manifest.scopes
    mark = {"id": INSTALLATION, "installed": True, "scopes": scopes, "installed_at": world.now_text()}
    world.store.put("installation", mark)
    return open_app(world)


def open_app(world: World) -> dict[str, Any]:
    """GET of the app's `application_url` in the admin's frame; returns the status of the page it ends at."""
    query = {
        "embedded": "1",
        "shop": world.config.shop,
        "host": host_parameter(world.config),
        "locale": "en",
        "id_token": id_token(world.config, STAFF["id"], world.now()),
    }
    url = f"{world.config.app_url.rstrip('/')}/?{urlencode(query)}"
    try:
        answer = httpx.get(url, timeout=OPENING_SECONDS, follow_redirects=True)
    except httpx.HTTPError as failure:
        raise Refusal(f"The app did not answer at {world.config.app_url}: {type(failure).__name__}.") from failure
    return {"installed": True, "status": answer.status_code}


def uninstall(world: World, tokens: TokenDesk) -> None:
    """The app is removed: tokens are dead at once, what it stored with its installation goes, app/uninstalled is
    sent."""
    with world.store.transaction():
        if world.installed_scopes() is None:
            raise Refusal("The app is not installed.")
        billing.end_all(world)
        world.fire("app/uninstalled", payloads.shop_body(world.shop()))
        installation = world.need("installation", INSTALLATION)
        world.store.put("installation", installation | {"installed": False})
        for metafield in list(world.store.all(APP_METAFIELD)):
            world.store.delete(APP_METAFIELD, metafield["id"])
        tokens.revoke_all()


def change_scopes(world: World, scopes: str) -> None:
    """The merchant grants other scopes (app/scopes_update); tokens got from now on carry them."""
    with world.store.transaction():
        previous = world.installed_scopes()
        if previous is None:
            raise Refusal("The app is not installed.")
        installation = world.need("installation", INSTALLATION)
        world.store.put("installation", installation | {"scopes": scopes})
        for token in list(world.store.all("token")):
            world.store.put("token", {**token, "scope": scopes})
        body = {
            "id": world.shop()["id"],
            "shop_id": f"gid://shopify/Shop/{world.shop()['id']}",
            "previous": previous.split(","),
            "current": scopes.split(","),
            "updated_at": world.now_text(),
        }
        world.fire("app/scopes_update", body)


def change_shop(world: World, given: dict[str, Any]) -> Document:
    """Shop settings change (shop/update)."""
    fields = ("name", "email", "customer_email", "phone", "currency", "iana_timezone", "plan_name", "plan_display_name")
    with world.store.transaction():
        shop = world.need("shop", world.shop()["id"])
        shop |= {key: given[key] for key in fields if key in given} | {"updated_at": world.now_text()}
        world.store.put("shop", shop)
        world.fire("shop/update", payloads.shop_body(shop))
    return shop


def change_market(world: World, given: dict[str, Any]) -> Document:
    """The merchant makes or changes a market by region (markets/create, markets/update); `handle` tells which.
    `regions` are countries or parts of them (``CA-QC``); none at all stands for everywhere."""
    handle = str(given.get("handle") or "")
    if not handle:
        raise Refusal("A market needs a handle.")
    with world.store.transaction():
        there = next(iter(world.store.find("market", handle=handle)), None)
        market = there or {"id": world.store.next_id("market"), "handle": handle, "name": handle, "status": "ACTIVE"}
        market = {"type": "REGION", "regions": [], **market} | {
            key: given[key] for key in ("name", "status", "regions") if key in given
        }
        market["everywhere"] = not market["regions"]
        world.store.put("market", market)
        body = {key: market[key] for key in ("id", "name", "status", "type")}
        world.fire("markets/update" if there else "markets/create", body)
    return market


def remove_market(world: World, handle: str) -> None:
    """The merchant removes a market (markets/delete)."""
    with world.store.transaction():
        for market in world.store.find("market", handle=handle):
            world.store.delete("market", market["id"])
            world.fire("markets/delete", {"id": market["id"]})


def compliance(world: World, given: dict[str, Any]) -> str:
    """Sends one of the three privacy topics, installed or not, as Shopify does; returns the event id."""
    topic = str(given.get("topic") or "")
    shop, domain = world.shop(), world.config.shop
    if topic not in COMPLIANCE_TOPICS:
        raise Refusal(f"topic must be one of {', '.join(COMPLIANCE_TOPICS)}.")
    if topic == "shop/redact":
        return world.outbox.fire(topic, payloads.shop_redact_body(shop, domain))
    customer = world.need("customer", int(given.get("customer_id") or 0))
    orders = given.get("orders") or [
        order["id"] for order in world.store.all("order") if (order.get("customer") or {}).get("id") == customer["id"]
    ]
    if topic == "customers/redact":
        return world.outbox.fire(topic, payloads.customer_redact_body(shop, domain, customer, orders))
    number = world.store.next_id("data_request")
    return world.outbox.fire(topic, payloads.data_request_body(shop, domain, customer, orders, number))
