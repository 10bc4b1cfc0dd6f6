"""The first day of the shop: the seed's documents go into an empty store."""

from __future__ import annotations

from typing import Any

from devstore.store import Store
from devstore.world import INSTALLATION

KINDS = {
    "locations": "location",
    "products": "product",
    "collections": "collection",
    "customers": "customer",
    "orders": "order",
    "fulfillments": "fulfillment",
    "fulfillment_events": "fulfillment_event",
    "refunds": "refund",
    "returns": "return",
    "transactions": "transaction",
    "policies": "policy",
    "pages": "page",
    "discounts": "discount",
    "markets": "market",
}


def open_shop(store: Store, seed: Any) -> None:
    """Puts a `SeedShop` in place. Parts that have documents of their own are not kept twice inside orders."""
    with store.transaction():
        store.put("shop", seed.shop)
        for attribute, kind in KINDS.items():
            for document in getattr(seed, attribute):
                store.put(kind, _alone(document) if kind == "order" else document)
        store.put("showcase", {"id": 1, "orders": seed.showcase})
        store.put("installation", {"id": INSTALLATION, "installed": False, "scopes": "", "installed_at": None})


def _alone(order: dict[str, Any]) -> dict[str, Any]:
    emptied = {"fulfillments": [], "refunds": [], "returns": []}
    return {key: value for key, value in order.items() if key != "_transactions"} | emptied
