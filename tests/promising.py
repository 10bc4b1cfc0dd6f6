"""Mara's shop as its theme sees it: what she publishes, what is kept for her theme, and the page a shopper is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devstore.admin.shop import APP_METAFIELD
from shopify_app.db import Database, Session
from shopify_app.returns import published
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Scope
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import TransitCount
from shopify_app.shops.models import Shop
from wire import Wire, empty_store, wire

TUESDAY_NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # noon in Stockholm, the cut-off
PRODUCT = {
    "id": 7,
    "title": "Fell boots",
    "handle": "fell-boots",
    "status": "active",
    "published_at": "2026-01-01T00:00:00Z",
    "variants": [{"id": 8, "title": "42", "price": "100.00", "inventory_quantity": 5, "requires_shipping": True}],
}


def open_shop(database: Database, database_url: str, folder: Path) -> Wire:
    """Mara's shop with boots on sale; the dev store's clock says Tuesday, half an hour before noon in Stockholm."""
    store = empty_store()
    store.put("product", PRODUCT)
    ready = wire(database, database_url, store, clock_file=folder / "clock")
    ready.install()
    with ready.adapters.database.write() as session:
        shop = session.query(Shop).one()
        shop.timezone = "Europe/Stockholm"
        shop.profile = {
            "policies": {"refund": ["Refunds", "<p>30 days</p>", f"https://{shop.domain}/policies/refund-policy"]}
        }
    at = TUESDAY_NOON - timedelta(minutes=30)
    ready.advance(seconds=(at - ready.now()).total_seconds())
    return ready


def mara(session: Session, wired: Wire) -> Shop:
    return session.query(Shop).filter_by(domain=wired.config.shop).one()


def settle(wired: Wire, tracking: Tracking, parcels: dict[str, dict[int, int]] | None = None) -> int:
    """Mara saves her settings; `parcels` per country and working days have arrived."""
    with wired.adapters.database.write() as session:
        shop = mara(session, wired)
        save(session, shop.id, tracking, "Mara", wired.now())
        for country, taken in (parcels or {}).items():
            for days, count in taken.items():
                session.add(TransitCount(shop_id=shop.id, lane=f"|||{country}", working_days=days, parcels=count))
        return shop.id


def by_hand(wired: Wire) -> None:
    """Mara takes returns by hand: the portal is closed, and no policy of hers says what it would do."""
    with wired.adapters.database.write() as session:
        save(session, mara(session, wired).id, Returns(portal_open=False), "Mara", wired.now())


def publish_rules(wired: Wire, *rules: Rule) -> None:
    with wired.adapters.database.write() as session:
        published.publish(session, mara(session, wired).id, Policy(rules=rules), "Mara", wired.now())


def thirty(**then: Any) -> Rule:
    outcomes, windows = (Outcome.REFUND, Outcome.STORE_CREDIT), {Scope.ANY: Window(latest_day=30)}
    return Rule(name="Thirty days", then=Effects(**{"outcomes": outcomes, "windows": windows} | then))


def product_page(wired: Wire) -> str:
    """What a shopper is sent, no-break spaces as plain ones."""
    return wired.app.test_client().get("/products/fell-boots").text.replace("\u00a0", " ")


def stored(wired: Wire, key: str = "promise") -> dict[str, Any] | None:
    found = wired.world.store.find(APP_METAFIELD, namespace="postlude", key=key)
    return json.loads(found[0]["value"]) if found else None


def writes(wired: Wire) -> int:
    return sum(b"metafieldsSet" in request.content for request in wired.line.requests)
