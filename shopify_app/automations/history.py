"""What rules have done: how often, and firing by firing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from shopify_app.automations.models import Effect, Firing
from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return

A_PAGE = 40


@dataclass(frozen=True)
class Fired:
    """One firing with the order it was about, its return's number if it was about one, and what became of it."""

    firing: Firing
    order: str
    order_shopify_id: int
    rma: str | None
    effects: tuple[Effect, ...]


def counts(session: Session, shop_id: int) -> Mapping[str, int]:
    """How often each rule has fired, by its key, for as long as firings are kept."""
    rows = select(Firing.rule_key, func.count()).where(Firing.shop_id == shop_id).group_by(Firing.rule_key)
    return {key: count for key, count in session.execute(rows)}


def fired(session: Session, shop_id: int, before: int | None = None, key: str = "") -> tuple[tuple[Fired, ...], bool]:
    """The newest firings, those older than `before`, of one rule where `key` names it; whether there are more. Two
    statements."""
    mine = (
        select(Firing, Order.name, Order.shopify_id, Return.rma)
        .join(Order, Order.id == Firing.order_id)
        .outerjoin(Return, Return.id == Firing.return_id)
        .where(Firing.shop_id == shop_id)
    )
    if before is not None:
        mine = mine.where(Firing.id < before)
    if key:
        mine = mine.where(Firing.rule_key == key)
    rows = session.execute(mine.order_by(Firing.id.desc()).limit(A_PAGE + 1)).all()
    shown = rows[:A_PAGE]
    effects: dict[int, list[Effect]] = {}
    wanted = select(Effect).where(Effect.firing_id.in_([row.Firing.id for row in shown])).order_by(Effect.position)
    for effect in session.scalars(wanted) if shown else ():
        effects.setdefault(effect.firing_id, []).append(effect)
    found = tuple(
        Fired(row.Firing, row.name, row.shopify_id, row.rma, tuple(effects.get(row.Firing.id, ()))) for row in shown
    )
    return found, len(rows) > A_PAGE
