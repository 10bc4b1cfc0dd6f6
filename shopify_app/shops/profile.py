"""What Shopify says about the shop, kept in its row."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.snapshots import ShopSnapshot
from shopify_app.shops.models import Shop


def apply(shop: Shop, snapshot: ShopSnapshot, now: datetime) -> None:
    """Copies the facts that rooms ask for into columns, everything into `profile`; `now` is when they were read."""
    shop.shopify_id = snapshot.shopify_id
    shop.name = snapshot.name
    shop.currency = snapshot.currency
    shop.timezone = snapshot.timezone
    shop.country = snapshot.country
    shop.primary_domain = snapshot.primary_domain
    shop.profile = {**asdict(snapshot), "locales": list(snapshot.locales)} | {
        "policies": {kind: list(policy) for kind, policy in snapshot.policies.items()},
        "markets": _kept(snapshot.markets),
    }
    shop.profile_read_at = now


def take_markets(shop: Shop, markets: tuple[MarketSnapshot, ...] | None, now: datetime) -> None:
    """Copies what was read of the markets alone; pages that were made before `now` are made anew."""
    shop.profile = {**shop.profile, "markets": _kept(markets)}
    shop.profile_read_at = now


def shops_own(shop: Shop) -> list[str]:
    """The languages in which a shop speaks to somebody who has named none of them: its chosen one, then those that it
    has at Shopify."""
    return [*shop.languages[:1], *shop.profile.get("locales", ())]


def markets(shop: Shop) -> tuple[MarketSnapshot, ...] | None:
    """The active markets that are chosen by destination; None where we could not read them."""
    kept = shop.profile.get("markets")
    if kept is None:
        return None
    return tuple(MarketSnapshot(**{**each, "regions": tuple(each["regions"])}) for each in kept)


def markets_to(shop: Shop, country: str | None, province: str | None) -> frozenset[str]:
    """Handles of all markets that a destination (ISO codes) is in. Markets may lie within one another: as at Shopify
    (shopify.dev, "Markets inheritance") a buyer is in each that fits, not in the narrowest alone."""
    if country is None:
        return frozenset()
    here = {country, f"{country}-{province}"}
    kept = shop.profile.get("markets") or ()
    return frozenset(each["handle"] for each in kept if each["is_everywhere"] or not here.isdisjoint(each["regions"]))


def _kept(markets: tuple[MarketSnapshot, ...] | None) -> list[dict[str, Any]] | None:
    return None if markets is None else [{**asdict(each), "regions": list(each.regions)} for each in markets]
