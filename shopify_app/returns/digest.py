"""What a quote was made from, in a few letters: whether the world has moved when it is accepted, and in which way."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from shopify_app.catalogue.models import Variant
from shopify_app.db import Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import past
from shopify_app.returns.bonus import COUNTED
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.money_models import BonusGrant
from shopify_app.returns.wishes import Wish, to_json
from shopify_app.returns.withdrawing import spoken_for

LENGTH = 16


@dataclass(frozen=True)
class Digest:
    """`policy`: the shop's versions; `order`: its state, its returns and withdrawals, its customer's bonuses; `prices`:
    of the replacements and of what is in a cart; `wish`: what was asked for."""

    policy: str
    order: str
    prices: str
    wish: str

    @property
    def text(self) -> str:
        """As `ReturnQuote.digest` keeps it."""
        return self.policy + self.order + self.prices + self.wish

    @classmethod
    def read(cls, text: str) -> Digest:
        """The parts of a kept digest."""
        return cls(*(text[start : start + LENGTH] for start in range(0, 4 * LENGTH, LENGTH)))


def digest_of(
    session: Session, order: Order, wish: Wish, without_return: int | None = None, without_group: past.GroupIds = None
) -> Digest:
    """From our rows alone, so that it can be made again when the quote is accepted."""
    return Digest(
        _short(newest_version(session, order.shop_id)),
        _short(_order_now(session, order, without_return, without_group)),
        _short(_prices(session, order.shop_id, wish)),
        _short(to_json(wish)),
    )


def newest_version(session: Session, shop_id: int) -> int:
    """The number of the newest policy version; a shop that has published none has its first."""
    newest = select(func.max(PublishedPolicy.number)).where(PublishedPolicy.shop_id == shop_id)
    return session.scalar(newest) or 1


def _order_now(session: Session, order: Order, without_return: int | None, without_group: past.GroupIds) -> list[Any]:
    without = past.ids_of(without_group)
    lines = session.execute(
        select(OrderLine.shopify_id, OrderLine.quantity, OrderLine.current_quantity)
        .where(OrderLine.order_id == order.id)
        .order_by(OrderLine.id)
    )
    refunded, cancelled = session.execute(select(Order.refunded, Order.cancelled_at).where(Order.id == order.id)).one()
    groups = past.groups_of(session, order, without_return)
    whose = [BonusGrant.order_id == order.id]
    if order.customer_id is not None:
        whose.append(BonusGrant.customer_id == order.customer_id)
    bonuses = session.execute(
        select(BonusGrant.id, BonusGrant.amount)
        .where(BonusGrant.shop_id == order.shop_id, BonusGrant.state.in_(COUNTED), or_(*whose))
        .where(BonusGrant.return_id != (without_return or 0), BonusGrant.group_id.not_in(without))
        .order_by(BonusGrant.id)
    )
    return [
        [list(row) for row in lines],
        refunded,
        cancelled is not None,
        [[each.group_id, each.is_settled] for each in groups if each.group_id not in without],
        [list(row) for row in bonuses],
        sorted(spoken_for.declared(session, order).items()),
    ]


def _prices(session: Session, shop_id: int, wish: Wish) -> list[Any]:
    wanted = [line.replacement_variant_id for line in wish.lines if line.replacement_variant_id]
    wanted += [each.variant_id for each in wish.cart]
    if not wanted:
        return []
    rows = session.execute(
        select(Variant.shopify_id, Variant.price)
        .where(Variant.shop_id == shop_id, Variant.shopify_id.in_(wanted))
        .order_by(Variant.shopify_id)
    )
    return [list(row) for row in rows]


def _short(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:LENGTH]
