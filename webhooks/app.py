"""Topics about the installation itself: removed, scopes or plan changed, the shop's own facts or markets changed."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.shopify.payload_fields import BadPayload
from shopify_app.shops import installation, profile
from shopify_app.shops.models import Shop
from webhooks.work import Stale, Work


def app_uninstalled(work: Work) -> None:
    """``app/uninstalled``: tokens are dead already, so nothing is asked of Shopify."""
    with work.applying() as session:
        shop = shop_of(session, work)
        if not installation.mark_uninstalled(session, shop, work.triggered_at, work.now):
            raise Stale("the shop has installed us again since, or had gone before")


def app_scopes_update(work: Work) -> None:
    """``app/scopes_update`` carries what is granted now (`current`); of two, the one triggered last is the truth, and
    since deliveries come in any order Shopify is asked rather than the payload believed. Markets are read with it: they
    may be allowed since now."""
    if not isinstance(work.payload.get("current"), list):
        raise BadPayload("The field current is missing.")
    granted, markets = work.admin().granted_scopes(), work.admin().markets()
    with work.applying() as session:
        shop = shop_of(session, work)
        profile.take_markets(shop, markets, work.now)
        installation.change_scopes(session, shop, granted, wanted=shop.scopes.split(","), now=work.now)


def app_subscriptions_update(work: Work) -> None:
    """``app_subscriptions/update`` tells of one subscription, in any order and beside others: Shopify is asked what
    they come to. The answer is written down by when it was asked for, so that it may be so twice."""
    if not isinstance(work.payload.get("app_subscription"), dict):
        raise BadPayload("The field app_subscription is missing.")
    work.adapters.entitlements.ask(work.shop_id)
    with work.applying():
        pass  # the delivery is done; what Shopify said stands already


def shop_update(work: Work) -> None:
    """``shop/update``: the payload lacks policies and languages, so the profile is read anew."""
    snapshot = work.admin().shop_profile()
    with work.applying() as session:
        profile.apply(shop_of(session, work), snapshot, work.now)


def market_changed(work: Work) -> None:
    """``markets/create``, ``markets/update`` and ``markets/delete`` name no countries, and one market's may have come
    from another: all are read anew."""
    markets = work.admin().markets()
    with work.applying() as session:
        profile.take_markets(shop_of(session, work), markets, work.now)


def shop_of(session: Session, work: Work) -> Shop:
    """The shop this delivery is about, held for the transaction where the database can: what is told of it changes
    parts of one profile. Deliveries fall with their shop, so it is there."""
    return session.scalars(select(Shop).where(Shop.id == work.shop_id).with_for_update(key_share=True)).one()
