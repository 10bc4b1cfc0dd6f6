"""The shops' accounts with providers, and who calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.carriers.easypost import ID as EASYPOST
from shopify_app.carriers.easypost import EasyPost
from shopify_app.db import Database
from shopify_app.returns.parcels.models import ProviderAccount
from shopify_app.settings import store
from shopify_app.settings.models import SettingsVersion
from shopify_app.shops.models import Shop

PROVIDERS = (EASYPOST,)
"""Whom a shop can have an account with."""
HISTORY = "carriers"
"""Under this name the history of settings has what was done to accounts."""


@dataclass(frozen=True)
class Carriers:
    """Hands out the provider of a shop; all share one connection pool. `origin` replaces EasyPost's own address."""

    database: Database
    client: httpx.Client
    origin: str

    def of(self, shop_id: int) -> EasyPost | None:
        """Who follows the shop's parcels; None: nobody."""
        with self.database.read() as session:
            account = account_of(session, shop_id)
        key = account.api_key if account else None
        return EasyPost(self.client, self.origin, key) if key else None

    def seller_of(self, shop_id: int) -> EasyPost | None:
        """Who sells labels to the shop; None: nobody."""
        with self.database.read() as session:
            account = account_of(session, shop_id)
        sells = account is not None and account.is_label_seller and account.api_key
        return EasyPost(self.client, self.origin, str(sells)) if sells else None


def account_of(session: Session, shop_id: int, provider: str = EASYPOST) -> ProviderAccount | None:
    """The shop's account."""
    mine = select(ProviderAccount).where(ProviderAccount.shop_id == shop_id, ProviderAccount.provider == provider)
    return session.scalars(mine).one_or_none()


def fingerprint(account: ProviderAccount | None) -> str:
    """A short text that differs once anything of the account does, and tells nothing of its keys; empty for none."""
    if account is None:
        return ""
    kept = (account.id, account.api_key, account.push_secret, account.is_label_seller, account.connected_by)
    return sha256(repr(kept).encode()).hexdigest()[:12]


def accounts(session: Session, provider: str, domain: str | None, most: int) -> Sequence[ProviderAccount]:
    """Accounts whose pushes we could prove, of the shop of that ``*.myshopify.com`` name; without one `most` of all,
    the oldest first."""
    proves = (ProviderAccount.provider == provider, ProviderAccount.push_secret.is_not(None))
    wanted = select(ProviderAccount).where(*proves).order_by(ProviderAccount.id).limit(most)
    if domain is not None:
        wanted = wanted.join(Shop, Shop.id == ProviderAccount.shop_id).where(Shop.domain == domain)
    return session.scalars(wanted).all()


def connect(
    session: Session,
    shop_id: int,
    provider: str,
    api_key: str | None,
    push_secret: str | None,
    sells: bool,
    by: str,
    now: datetime,
) -> ProviderAccount:
    """Keeps the account; what is None or empty stays as it was."""
    row = account_of(session, shop_id, provider)
    if row is None:
        row = ProviderAccount(shop_id=shop_id, provider=provider, connected_at=now)
        session.add(row)
    before = row.api_key, row.push_secret
    row.api_key = api_key or row.api_key
    row.push_secret = push_secret or row.push_secret
    row.is_label_seller, row.connected_by = sells, by
    session.flush()
    _note(session, row, before, by, now)
    return row


def disconnect(session: Session, shop_id: int, by: str, now: datetime, provider: str = EASYPOST) -> bool:
    """Forgets the account and its keys; labels and parcels that are known stay. Whether there was one."""
    row = account_of(session, shop_id, provider)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    store.note(session, shop_id, HISTORY, {}, by, now)
    return True


def _note(
    session: Session, row: ProviderAccount, before: tuple[str | None, str | None], by: str, now: datetime
) -> None:
    """For the history of settings: whether labels are bought, and how often each key was replaced; no key."""
    noted = _newest_note(session, row.shop_id)
    keys = {"api_key": (before[0], row.api_key), "push_secret": (before[1], row.push_secret)}
    times = {name: noted.get(name, 0) + (was != now_is) or 1 for name, (was, now_is) in keys.items() if now_is}
    store.note(session, row.shop_id, HISTORY, {row.provider: True, "sells": row.is_label_seller, **times}, by, now)


def _newest_note(session: Session, shop_id: int) -> Mapping[str, Any]:
    mine = (SettingsVersion.shop_id == shop_id, SettingsVersion.kind == HISTORY)
    newest = select(SettingsVersion.document).where(*mine).order_by(SettingsVersion.version.desc()).limit(1)
    return session.scalar(newest) or {}
