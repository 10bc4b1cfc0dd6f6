"""What Shopify says about the shop, kept in its row.

Webhooks bring no facts here, they have Shopify asked; two who ask at once may be answered in one order and write in the
other. The answer to the later question stands, of the shop's own facts and of its markets apart (``asked_at`` and
``markets_asked_at`` in `profile`, ISO texts in UTC).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from shopify_app.shopify.markets import MarketSnapshot
from shopify_app.shopify.snapshots import ShopSnapshot
from shopify_app.shops.models import Shop

AT_ONCE = timedelta(minutes=10)
"""Within this an answer is waited for, and so are others who ask."""


def apply(shop: Shop, snapshot: ShopSnapshot, asked_at: datetime) -> None:
    """Copies the facts that rooms ask for into columns, everything into `profile`."""
    take_markets(shop, snapshot.markets, asked_at)
    if not _stands(shop, "asked_at", asked_at):
        return
    shop.shopify_id = snapshot.shopify_id
    shop.name = snapshot.name
    shop.currency = snapshot.currency
    shop.timezone = snapshot.timezone
    shop.country = snapshot.country
    shop.primary_domain = snapshot.primary_domain
    shop.profile = {**asdict(snapshot), "locales": list(snapshot.locales)} | {
        "policies": {kind: list(policy) for kind, policy in snapshot.policies.items()},
        "asked_at": asked_at.isoformat(),
        **{name: shop.profile.get(name) for name in ("markets", "markets_asked_at")},
    }
    shop.profile_read_at = asked_at


def take_markets(shop: Shop, markets: tuple[MarketSnapshot, ...] | None, asked_at: datetime) -> None:
    """Copies what was read of the markets alone. Pages that were made before know another `profile_read_at`."""
    if not _stands(shop, "markets_asked_at", asked_at):
        return
    shop.profile = {**shop.profile, "markets": _kept(markets), "markets_asked_at": asked_at.isoformat()}
    shop.profile_read_at = asked_at


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


def _stands(shop: Shop, name: str, asked_at: datetime) -> bool:
    """Whether nobody has written down the answer to a later question. One that is much later was never asked: a clock
    was set back."""
    known = shop.profile.get(name)
    return known is None or not timedelta(0) < datetime.fromisoformat(known) - asked_at < AT_ONCE


def _kept(markets: tuple[MarketSnapshot, ...] | None) -> list[dict[str, Any]] | None:
    return None if markets is None else [{**asdict(each), "regions": list(each.regions)} for each in markets]
