"""Which topics the app listens to, and where: read from its `shopify.app.toml` as a deploy would."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

COMPLIANCE_TOPICS = ("customers/data_request", "customers/redact", "shop/redact")

DEFAULT_TOPICS = (
    *COMPLIANCE_TOPICS,
    *("app/uninstalled", "app/scopes_update", "app_subscriptions/update", "shop/update"),
    *("markets/create", "markets/update", "markets/delete"),
    *("orders/create", "orders/updated", "orders/paid", "orders/edited", "orders/cancelled", "orders/delete"),
    *("refunds/create", "fulfillments/create", "fulfillments/update"),
    *("fulfillment_events/create", "fulfillment_events/delete"),
    "fulfillment_orders/line_items_prepared_for_pickup",
    "fulfillment_orders/line_items_prepared_for_local_delivery",
    *("returns/request", "returns/approve", "returns/decline", "returns/cancel", "returns/close", "returns/reopen"),
    *("returns/update", "returns/process"),
    *("reverse_deliveries/attach_deliverable", "reverse_fulfillment_orders/dispose"),
    *("products/create", "products/update", "products/delete", "inventory_levels/update"),
    *("customers/update", "customers/delete", "customers/merge"),
)

DEFAULT_SCOPES = (
    "read_orders,write_orders,read_fulfillments,write_fulfillments,read_returns,write_returns,read_products,"
    "read_inventory,read_locations,read_customers,read_customer_merge,read_store_credit_accounts,"
    "read_store_credit_account_transactions,write_store_credit_account_transactions,read_markets,write_app_proxy"
)


@dataclass(frozen=True)
class Subscription:
    """One topic sent to one address; `fields` are the top-level keys kept of the body, empty for all."""

    topic: str
    uri: str
    name: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What the app's released configuration says: its subscriptions and the scopes it asks for."""

    subscriptions: tuple[Subscription, ...]
    scopes: str

    def to(self, topic: str) -> tuple[Subscription, ...]:
        """The subscriptions to a topic."""
        return tuple(each for each in self.subscriptions if each.topic == topic)


def load_manifest(path: Path) -> Manifest:
    """The manifest of the file; without a file, what Postlude is known to need."""
    if not path.exists():
        return Manifest(tuple(Subscription(topic, "/webhooks") for topic in DEFAULT_TOPICS), DEFAULT_SCOPES)
    return _manifest(path.read_text())


@lru_cache(4)
def _manifest(text: str) -> Manifest:
    content = tomllib.loads(text)
    entries = content.get("webhooks", {}).get("subscriptions", [])
    subscriptions = [one for entry in entries for one in _subscriptions(entry)]
    return Manifest(tuple(subscriptions), content.get("access_scopes", {}).get("scopes", DEFAULT_SCOPES))


def _subscriptions(entry: dict[str, Any]) -> list[Subscription]:
    topics = [*entry.get("topics", []), *entry.get("compliance_topics", [])]
    fields = tuple(entry.get("include_fields", ()))
    return [Subscription(topic, entry["uri"], entry.get("name"), fields) for topic in topics]
