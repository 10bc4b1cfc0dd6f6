"""What Shopify says about the shop, kept in its row."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from shopify_app.shopify.snapshots import ShopSnapshot
from shopify_app.shops.models import Shop

OLD_AFTER = timedelta(days=1)


def apply(shop: Shop, snapshot: ShopSnapshot, now: datetime) -> None:
    """Copies the facts that rooms ask for into columns, everything into `profile`; `now` is when they were read."""
    shop.shopify_id = snapshot.shopify_id
    shop.name = snapshot.name
    shop.currency = snapshot.currency
    shop.timezone = snapshot.timezone
    shop.country = snapshot.country
    shop.primary_domain = snapshot.primary_domain
    shop.profile = {**asdict(snapshot), "locales": list(snapshot.locales)} | {
        "policies": {kind: list(policy) for kind, policy in snapshot.policies.items()}
    }
    shop.profile_read_at = now


def is_old(shop: Shop, now: datetime) -> bool:
    """Whether it is time to ask Shopify again (policies change without a webhook)."""
    return shop.profile_read_at is None or now - shop.profile_read_at >= OLD_AFTER
