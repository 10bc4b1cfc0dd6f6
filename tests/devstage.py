"""A dev store under test: who talks to it, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from devstore import tokens
from devstore.app import create_devstore
from devstore.config import DevStoreConfig
from devstore.opening import open_shop
from devstore.seed import SeedShop
from devstore.store import Document, Store
from devstore.world import World

API = "/admin/api/2026-10/graphql.json"


@dataclass
class Stage:
    """A running dev store and the two who talk to it: the app (with a token) and the tester (control API)."""

    client: FlaskClient
    world: World
    config: DevStoreConfig
    token: str = ""

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.client.open(f"/control{path}", method=method, json=body)

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A control call that must succeed."""
        answer = self.control("POST", path, body or {})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def exchange(self, **changes: Any) -> Any:
        """A token exchange as the app makes it."""
        body = {
            "client_id": self.config.api_key,
            "client_secret": self.config.api_secret,
            "grant_type": tokens.EXCHANGE_GRANT,
            "subject_token": tokens.id_token(self.config, 4242, self.world.now()),
            "subject_token_type": tokens.ID_TOKEN_TYPE,
            "requested_token_type": tokens.OFFLINE_TYPE,
            "expiring": 1,
        } | changes
        return self.client.post("/admin/oauth/access_token", json=body)

    def refresh(self, refresh_token: str) -> Any:
        """A refresh as the app makes it."""
        body = {
            "client_id": self.config.api_key,
            "client_secret": self.config.api_secret,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
        }
        return self.client.post("/admin/oauth/access_token", json=body)

    def ask(self, query: str, /, token: str | None = None, **variables: Any) -> Any:
        """A GraphQL request as the app sends it; the raw answer."""
        headers = {"X-Shopify-Access-Token": token or self.token}
        return self.client.post(API, json={"query": query, "variables": variables}, headers=headers)

    def read(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The `data` of a request that must succeed."""
        body = self.ask(query, **variables).json
        assert "errors" not in body, body["errors"]
        return body["data"]

    def install(self, scopes: str) -> None:
        """The app is on the shop and holds a token, without a web server behind it."""
        mark = {"id": 1, "installed": True, "scopes": scopes, "installed_at": self.world.now_text()}
        self.world.store.put("installation", mark)
        self.token = self.exchange().json["access_token"]

    def sent(self, topic: str) -> list[dict[str, Any]]:
        """Bodies written down for the topic, oldest first."""
        deliveries = self.control("GET", f"/deliveries?topic={topic}").json["deliveries"]
        return [each["body"] for each in deliveries]


ALL_SCOPES = (
    "read_all_orders,write_orders,write_fulfillments,write_merchant_managed_fulfillment_orders,read_products,"
    "read_inventory,read_locations,read_customers,read_returns,read_store_credit_accounts,"
    "write_store_credit_account_transactions,read_legal_policies,read_locales,read_markets,write_customers,write_products"
)


def make_stage(seed: SeedShop, store: Store | None = None, **settings: Any) -> Stage:
    """A dev store over the seed, in memory unless a store is given; one that holds a shop already is taken as it is."""
    config = DevStoreConfig(**({"deliver_webhooks": False, "smtp_port": 0} | settings))
    store = store or Store(None)
    if not store.all("shop"):
        open_shop(store, seed)
    app = create_devstore(config, store)
    made = Stage(app.test_client(), app.extensions["devstore"], config)
    made.install(ALL_SCOPES)
    return made


def parts_of(seed: SeedShop, orders: list[Document]) -> dict[str, list[Document]]:
    ids = {order["id"] for order in orders}
    kinds = ("fulfillments", "fulfillment_events", "refunds", "returns", "transactions")
    return {"orders": orders} | {
        kind: [each for each in getattr(seed, kind) if each["order_id"] in ids] for kind in kinds
    }
