"""A shop comes, changes what it grants us, goes, and comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from shopify_app.db import Session
from shopify_app.events import Event, ScopesChanged, ShopInstalled, ShopUninstalled, record
from shopify_app.shopify.oauth import TokenGrant
from shopify_app.shopify.scopes import missing_scopes
from shopify_app.shops.models import SHOP_MOVES, Shop, ShopState
from shopify_app.shops.tokens import token_values

NOTED_EVERY = timedelta(minutes=1)


def find(session: Session, domain: str) -> Shop | None:
    """The shop of this ``*.myshopify.com`` name, installed or not."""
    return session.scalar(select(Shop).where(Shop.domain == domain))


def is_here(shop_id: Any) -> ColumnElement[bool]:
    """Whether the shop of a row has not left: in the name of one that has, nobody is asked and nothing is planned."""
    return select(Shop.id).where(Shop.id == shop_id, Shop.state != ShopState.UNINSTALLED).exists()


def install(session: Session, domain: str, grant: TokenGrant, now: datetime) -> Shop:
    """The shop with fresh tokens: a new row, or the one we had. Records ShopInstalled for a new or returning shop; a
    shop that only brought new tokens (after `reauth_required`) keeps its installation. A row that holds no tokens at
    all has been away, whatever its state (`mark_uninstalled`); its rows are as they were, and so is the day that
    figures are held against, `installed_at` (`here_since`: when it installed us last)."""
    shop = find(session, domain)
    is_new, was_away = shop is None, shop is not None and shop.access_token is None
    if shop is None:
        shop = Shop(domain=domain, primary_domain=domain, installed_at=now)
        session.add(shop)
    if was_away:
        shop.uninstalled_at = None
    shop.state = SHOP_MOVES.check(ShopState(shop.state or ShopState.INSTALLED), ShopState.INSTALLED)
    for column, value in token_values(grant, now).items():
        setattr(shop, column, value)
    shop.refresh_lease_until = shop.refresh_lease_token = None  # a refresh under way holds tokens that are dead now
    shop.scopes, shop.exchanged_at = grant.scopes, now
    session.flush()
    if is_new or was_away:
        record(session, shop.id, ShopInstalled(again=was_away), now)
    return shop


def here_since(session: Session, shop: Shop) -> datetime:
    """When the shop installed us last: what happened at Shopify before then happened without us."""
    last = select(func.max(Event.recorded_at)).where(Event.shop_id == shop.id, Event.kind == ShopInstalled.__name__)
    return max(shop.installed_at, session.scalar(last) or shop.installed_at)


def has_to_be_noted(shop: Shop, issued_at: datetime, is_document: bool) -> bool:
    """Whether a visit with a token made at `issued_at` is news. A document always is: a shop that installs us again is
    led to one, and an uninstall told late must not undo that (`mark_uninstalled`). What an open document fetches says
    nothing that the document did not say, so it is noted once in `NOTED_EVERY`."""
    if is_document or shop.seen_at is None:
        return _is_newer(issued_at, shop.seen_at)
    return issued_at - shop.seen_at >= NOTED_EVERY


def note_visit(session: Session, shop: Shop, issued_at: datetime) -> bool:
    """Keeps when the newest session token of an admin visit was made; False, and nothing written, when we know of a
    newer one. Shopify hands tokens out for installed apps only, so each is proof that we were installed then."""
    if not _is_newer(issued_at, shop.seen_at):
        return False
    shop.seen_at = issued_at
    return True


def mark_uninstalled(session: Session, shop: Shop, triggered_at: datetime, now: datetime) -> bool:
    """The merchant removed us at `triggered_at`: tokens are gone at once, the rows stay until ``shop/redact``. False,
    and nothing changed, when the shop has brought new tokens since, or had gone already.

    Installed again without bringing new tokens (the visit found ours, which looked alive) the shop loses those dead
    tokens and waits in `reauth_required`: the next visit brings new ones, and is told to followers as an installation,
    since Shopify dropped with the app whatever it had kept for it.
    """
    if shop.state == ShopState.UNINSTALLED or triggered_at < (shop.exchanged_at or shop.installed_at):
        return False
    is_back = _is_newer(shop.seen_at, triggered_at)
    shop.state = SHOP_MOVES.check(
        ShopState(shop.state), ShopState.REAUTH_REQUIRED if is_back else ShopState.UNINSTALLED
    )
    shop.access_token = shop.refresh_token = None
    shop.access_expires_at = shop.refresh_expires_at = None
    shop.refresh_lease_until = shop.refresh_lease_token = None
    if not is_back:
        shop.uninstalled_at = triggered_at
        record(session, shop.id, ShopUninstalled(), now)
    return True


def _is_newer(instant: datetime | None, than: datetime | None) -> bool:
    return instant is not None and (than is None or instant > than)


def change_scopes(session: Session, shop: Shop, granted: Iterable[str], wanted: Iterable[str], now: datetime) -> None:
    """What the merchant grants now; records ScopesChanged with those of `wanted` that are missing."""
    granted = list(granted)
    shop.scopes = ",".join(granted)
    record(session, shop.id, ScopesChanged(missing=missing_scopes(granted, wanted)), now)
