"""A shop's access token: always fresh, refreshed by one worker at a time, and never lost with an answer.

The refresh lease is a conditional update that one worker wins and commits; the call then runs with no transaction
open; both tokens are stored together, and only if the lease is still ours. A lost answer is asked for again with the
same refresh token, which Shopify keeps valid until the replacement is first used.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import CursorResult, Update, or_, select, update

from shopify_app.clock import Clock
from shopify_app.db import Database, Session, database_epoch
from shopify_app.shopify.errors import ShopGone, ShopifyError, Throttled, TokenRefused, Unavailable
from shopify_app.shopify.oauth import TokenEndpoint, TokenGrant
from shopify_app.shops.models import Shop, ShopState

log = structlog.get_logger(__name__)

FRESH_FOR = timedelta(minutes=5)
REFRESH_ATTEMPTS = 3
LEASE_SECONDS = 90  # longer than REFRESH_ATTEMPTS answers can take
WAIT_FOR_OTHER_SECONDS = 10.0
IDLE_REFRESH_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class ShopTokens:
    """The `TokenSource` of one shop."""

    database: Database
    endpoint: TokenEndpoint
    clock: Clock
    shop_id: int
    sleep: Callable[[float], None] = time.sleep
    seen: Shop | None = None
    """The shop's row as it was read a moment ago, whose token will do while it is fresh."""

    def token(self) -> str:
        """An access token with minutes to live. Raises TokenRefused (the merchant must open the app), ShopGone
        (uninstalled) or Unavailable."""
        now = self.clock.now()
        if self.seen is not None and self.seen.state == ShopState.INSTALLED and is_fresh(self.seen, now):
            return _access(self.seen)
        shop = self._load()
        if is_fresh(shop, now):
            return _access(shop)
        return self._refresh(shop, otherwise=_access(shop) if _is_alive(shop, now) else None)

    def renew(self, refused: str) -> str:
        """Another token after a 401; if somebody renewed it meanwhile, theirs."""
        shop = self._load()
        return _access(shop) if shop.access_token != refused else self._refresh(shop, otherwise=None)

    def give_up(self, refused: str) -> None:
        """Notes `reauth_required`: background work for the shop pauses until the next admin visit. One that came while
        Shopify was refusing has brought another token already."""
        with self.database.write() as session:
            shop = session.scalar(select(Shop).where(Shop.id == self.shop_id).with_for_update(key_share=True))
            if shop is not None and shop.access_token == refused:
                _require_reauth(session, self.shop_id)

    def _load(self) -> Shop:
        with self.database.read() as session:
            shop = session.get(Shop, self.shop_id)
        if shop is None or shop.state == ShopState.UNINSTALLED:
            raise ShopGone(f"shop {self.shop_id} has removed the app")
        if shop.state == ShopState.REAUTH_REQUIRED or not shop.access_token:
            raise TokenRefused(f"shop {self.shop_id} has to open the app once")
        return shop

    def _refresh(self, stale: Shop, otherwise: str | None) -> str:
        """`otherwise` is a token that would do for now, should the refresh not come about."""
        lease = self._claim()
        if lease is None:
            return otherwise or self._wait_for_other(stale)
        shop = self._load()
        if shop.access_token != stale.access_token:  # refreshed between our look and our claim
            self._release(lease)
            return _access(shop)
        try:
            grant = self._ask(shop)
        except TokenRefused:
            self._refused(shop, lease)
            raise
        except ShopifyError:
            self._release(lease)
            if otherwise is None:
                raise
            return otherwise
        return grant.access_token if self._store(grant, lease) else _access(self._load())

    def _ask(self, shop: Shop) -> TokenGrant:
        """Offers the same refresh token again while answers are lost."""
        for attempt in range(1, REFRESH_ATTEMPTS + 1):
            try:
                return self.endpoint.refresh(shop.domain, shop.refresh_token or "")
            except (Unavailable, Throttled):
                if attempt == REFRESH_ATTEMPTS:
                    raise
                self.sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable")

    def _wait_for_other(self, stale: Shop) -> str:
        """Somebody else is refreshing: their token as soon as it is there."""
        for _ in range(int(WAIT_FOR_OTHER_SECONDS / 0.2)):
            self.sleep(0.2)
            shop = self._load()
            if shop.access_token != stale.access_token:
                return _access(shop)
        raise Unavailable("another worker's token refresh takes too long", sent=False)

    def _claim(self) -> str | None:
        lease = secrets.token_hex(8)
        free = or_(Shop.refresh_lease_until.is_(None), Shop.refresh_lease_until < database_epoch())
        until = database_epoch() + LEASE_SECONDS
        with self.database.write() as session:
            won = _hits(
                session,
                update(Shop)
                .where(Shop.id == self.shop_id, free)
                .values(refresh_lease_until=until, refresh_lease_token=lease),
            )
        return lease if won else None

    def _release(self, lease: str) -> None:
        with self.database.write() as session:
            _hits(session, _holding(self.shop_id, lease).values(refresh_lease_until=None, refresh_lease_token=None))

    def _store(self, grant: TokenGrant, lease: str) -> bool:
        """False when the lease changed hands: then the other worker's tokens stand."""
        values = token_values(grant, self.clock.now())
        with self.database.write() as session:
            return _hits(
                session,
                _holding(self.shop_id, lease).values(refresh_lease_until=None, refresh_lease_token=None, **values),
            )

    def _refused(self, shop: Shop, lease: str) -> None:
        with self.database.write() as session:
            if _hits(session, _holding(self.shop_id, lease).values(refresh_lease_until=None, refresh_lease_token=None)):
                _require_reauth(session, self.shop_id)
                log.warning("reauth_required", shop=shop.domain)


def token_values(grant: TokenGrant, now: datetime) -> dict[str, object]:
    """The columns of `Shop` that a grant fills: both tokens and both expiries, always together."""
    return {
        "access_token": grant.access_token,
        "access_expires_at": now + timedelta(seconds=grant.access_seconds),
        "refresh_token": grant.refresh_token,
        "refresh_expires_at": now + timedelta(seconds=grant.refresh_seconds),
    }


def needs_exchange(shop: Shop | None, now: datetime) -> bool:
    """Whether the next admin visit has to exchange its session token: a new or returning shop, or dead tokens."""
    if shop is None or shop.state != ShopState.INSTALLED or not shop.access_token or not shop.refresh_token:
        return True
    return shop.refresh_expires_at is not None and shop.refresh_expires_at <= now


def idle_shops(session: Session, now: datetime) -> list[int]:
    """Installed shops whose tokens nobody has refreshed for a week: `refresh_idle` keeps their 90 days from running
    out."""
    refreshed_before = now - IDLE_REFRESH_AFTER
    wanted = select(Shop.id).where(
        Shop.state == ShopState.INSTALLED,
        Shop.access_token.is_not(None),
        Shop.access_expires_at < refreshed_before,
    )
    return list(session.scalars(wanted.order_by(Shop.id)))


def refresh_idle(database: Database, endpoint: TokenEndpoint, clock: Clock) -> int:
    """Refreshes every idle shop; returns how many. One shop's refusal does not stop the others."""
    with database.read() as session:
        shop_ids = idle_shops(session, clock.now())
    done = 0
    for shop_id in shop_ids:
        try:
            ShopTokens(database, endpoint, clock, shop_id).token()
            done += 1
        except ShopifyError as failure:
            log.warning("idle_refresh_failed", shop_id=shop_id, error=type(failure).__name__)
    return done


def is_fresh(shop: Shop, now: datetime) -> bool:
    """Whether the access token lives five minutes more."""
    return shop.access_expires_at is not None and shop.access_expires_at - now >= FRESH_FOR


def _is_alive(shop: Shop, now: datetime) -> bool:
    return shop.access_expires_at is not None and shop.access_expires_at > now


def _access(shop: Shop) -> str:
    if not shop.access_token:
        raise TokenRefused(f"shop {shop.id} has no token")
    return shop.access_token


def _require_reauth(session: Session, shop_id: int) -> None:
    _hits(
        session,
        update(Shop)
        .where(Shop.id == shop_id, Shop.state == ShopState.INSTALLED)
        .values(state=ShopState.REAUTH_REQUIRED),
    )


def _holding(shop_id: int, lease: str) -> Update:
    return update(Shop).where(Shop.id == shop_id, Shop.refresh_lease_token == lease)


def _hits(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1
