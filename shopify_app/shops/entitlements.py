"""What a shop may use: the port, and its two adapters. `wiring` chooses by ``POSTLUDE_PLAN``.

Shopify App Pricing: plans are chosen, approved, paid and cancelled on Shopify's own page; we ask the shop's Admin API
what came of it, keep the answer in a row, and ask again each day, when Shopify says that something changed
(``app_subscriptions/update``), and when the merchant comes back from that page. A fixed plan is for whoever runs the
app for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.clock import Clock
from shopify_app.db import Database, Session
from shopify_app.money import Money
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.subscriptions import SubscriptionSnapshot
from shopify_app.shopify.transport import BACKGROUND, Pace
from shopify_app.shops.entitlements_models import ShopPlan
from shopify_app.shops.entitlements_plans import (
    EVERYTHING,
    STARTER,
    Entitlement,
    Plan,
    Standing,
    entitled,
    plan_named,
)

log = structlog.get_logger(__name__)

BY_SHOPIFY = "shopify"
"""``POSTLUDE_PLAN`` for Shopify App Pricing; every other value names the plan that all shops have."""


class Entitlements(Protocol):
    """What shops may use, and where that is changed."""

    def of(self, session: Session, shop_id: int) -> Entitlement:
        """What we know; nothing is asked of Shopify."""
        ...

    def ask(self, shop_id: int, pace: Pace = BACKGROUND) -> Entitlement:
        """What Shopify says now, written down. Raises `ShopifyError`; what we knew stays."""
        ...

    def plan_page(self, domain: str) -> str | None:
        """Where the merchant of ``x.myshopify.com`` chooses, changes and cancels the plan; opened outside the frame.
        None where there is nothing to choose."""
        ...


@dataclass(frozen=True)
class FixedPlan:
    """Every shop of this installation has the same."""

    plan: Plan = EVERYTHING

    def of(self, session: Session, shop_id: int) -> Entitlement:
        return Entitlement(self.plan, Standing.FIXED)

    def ask(self, shop_id: int, pace: Pace = BACKGROUND) -> Entitlement:
        return Entitlement(self.plan, Standing.FIXED)

    def plan_page(self, domain: str) -> str | None:
        return None


@dataclass(frozen=True)
class AppPricing:
    """Plans that Shopify sells. `admin_of` reaches a shop's Admin API at a pace."""

    database: Database
    clock: Clock
    admin_of: Callable[[int, Pace], AdminAPI]
    admin_origin: str
    app_handle: str

    def of(self, session: Session, shop_id: int) -> Entitlement:
        row = _row(session, shop_id)
        return Entitlement(EVERYTHING, Standing.UNREAD) if row is None else _kept(row)

    def ask(self, shop_id: int, pace: Pace = BACKGROUND) -> Entitlement:
        asked_at = self.clock.now()
        told = self.admin_of(shop_id, pace).subscriptions()
        with self.database.write() as session:
            return take(session, shop_id, told, asked_at, self.clock.now())

    def plan_page(self, domain: str) -> str | None:
        store = domain.removesuffix(".myshopify.com")
        return f"{self.admin_origin}/store/{quote(store)}/charges/{quote(self.app_handle)}/pricing_plans"


def chosen(named: str, pricing: Callable[[], AppPricing]) -> Entitlements:
    """The adapter for what ``POSTLUDE_PLAN`` says."""
    if named == BY_SHOPIFY:
        return pricing()
    return FixedPlan(plan_named(named) or EVERYTHING)


def take(
    session: Session, shop_id: int, told: Sequence[SubscriptionSnapshot], asked_at: datetime, now: datetime
) -> Entitlement:
    """Writes down what Shopify told of a shop's subscriptions; the answer to an older question changes nothing."""
    row = _first(session, shop_id, asked_at, now)
    if row.asked_at > asked_at:
        return _kept(row)
    before = plan_named(row.plan) if row.standing != Standing.UNREAD else None
    found = entitled(told, before, asked_at)
    if not found.is_known:
        log.warning("plan_unknown", shop_id=shop_id, named=found.named, kept=found.plan.handle)
    if (row.plan, row.standing) != (found.plan.handle, found.standing):
        log.info("plan_changed", shop_id=shop_id, was=row.plan, plan=found.plan.handle, standing=found.standing.value)
        row.changed_at = now
    row.plan, row.standing, row.named, row.asked_at = found.plan.handle, found.standing, found.named[:255], asked_at
    row.price_minor, row.currency = (found.price.amount, found.price.currency) if found.price else (None, None)
    row.every_days, row.is_test, row.is_known = found.every_days, found.is_test, found.is_known
    row.trial_ends_at, row.period_ends_at = found.trial_ends_at, found.period_ends_at
    return found


def _first(session: Session, shop_id: int, asked_at: datetime, now: datetime) -> ShopPlan:
    """The shop's row, held; two first answers at once make one."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = {
        "shop_id": shop_id, "plan": STARTER.handle, "standing": Standing.UNREAD, "named": "", "is_test": False,
        "is_known": True, "asked_at": asked_at, "changed_at": now,
    }  # fmt: skip
    session.execute(dialect.insert(ShopPlan).values(new).on_conflict_do_nothing())
    held = select(ShopPlan).where(ShopPlan.shop_id == shop_id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).one()


def _row(session: Session, shop_id: int) -> ShopPlan | None:
    return session.scalar(select(ShopPlan).where(ShopPlan.shop_id == shop_id))


def _kept(row: ShopPlan) -> Entitlement:
    return Entitlement(
        plan=plan_named(row.plan) or STARTER,
        standing=Standing(row.standing),
        named=row.named,
        price=Money(row.price_minor, row.currency) if row.price_minor is not None and row.currency else None,
        every_days=row.every_days,
        trial_ends_at=row.trial_ends_at,
        period_ends_at=row.period_ends_at,
        is_test=row.is_test,
        is_known=row.is_known,
        read_at=row.asked_at,
    )
