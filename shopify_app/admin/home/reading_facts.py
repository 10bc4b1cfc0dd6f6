"""What the home page asks of the rows about the set-up, in one statement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, false, func, or_, select

from shopify_app.admin.home.checklist import Facts
from shopify_app.db import Session
from shopify_app.insights.models import FiguresProgress
from shopify_app.insights.periods import day_of
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.orders.models import Order, PageView
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.published import PRESET
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.page_models import PagePublication
from shopify_app.shops.models import Shop


def set_up_so_far(session: Session, shop: Shop, has_sender: bool) -> tuple[Facts, datetime | None]:
    """What is done, and when the shop's figures were last counted (None: never). Mails are looked through only where
    there is a sender to have proven itself."""
    mailed = _has_mailed(shop.id) if has_sender else false()
    asked = select(_has_look(shop.id), _has_policy(shop.id), mailed, _has_followed(shop), _counted_at(shop.id))
    *found, counted_at = session.execute(asked).one()
    return Facts(*(bool(each) for each in found)), counted_at


def last_counted(session: Session, shop_id: int) -> datetime | None:
    """When the figures were last counted, for a shop that has put its list away."""
    return session.scalar(select(_counted_at(shop_id)))


def _counted_at(shop_id: int) -> ScalarSelect[datetime]:
    return select(FiguresProgress.counted_at).where(FiguresProgress.shop_id == shop_id).scalar_subquery()


def _has_look(shop_id: int) -> ColumnElement[bool]:
    """Published in the designer, or set on the command line."""
    published = select(PagePublication.id).where(PagePublication.shop_id == shop_id).exists()
    brand = SettingsVersion.shop_id == shop_id, SettingsVersion.kind == "brand"
    return or_(published, select(SettingsVersion.id).where(*brand).exists())


def _has_policy(shop_id: int) -> ColumnElement[bool]:
    """By somebody: the preset that a shop starts with does not count."""
    by = PublishedPolicy.published_by
    mine = PublishedPolicy.shop_id == shop_id, or_(by.is_(None), by != PRESET)
    return select(PublishedPolicy.id).where(*mine).exists()


def _has_mailed(shop_id: int) -> ColumnElement[bool]:
    """A mail server took a mail since the sender was set."""
    saved = SettingsVersion.shop_id == shop_id, SettingsVersion.kind == "messages"
    since = select(func.max(SettingsVersion.saved_at)).where(*saved).scalar_subquery()
    sent = Message.shop_id == shop_id, Message.phase == MessagePhase.SENT, Message.sent_at >= since
    return select(Message.id).where(*sent).exists()


def _has_followed(shop: Shop) -> ColumnElement[bool]:
    """Somebody opened the page of a test order, or of an order that came after the installation."""
    ours = or_(Order.is_test.is_(True), Order.placed_at >= shop.installed_at)
    viewed = PageView.shop_id == shop.id, PageView.day >= day_of(shop.installed_at, "UTC")
    return select(PageView.id).join(Order, Order.id == PageView.order_id).where(*viewed, ours).exists()
