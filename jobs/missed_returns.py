"""Returns at Shopify of which nobody told us: open ones from before the installation, and what was lost since.

A page of orders says which returns there are. Those that are open there, or still open here, are read anew and
followed like one that a webhook named: what we know already changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.returns.following import ReadTooEarly, follow, is_new
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import FINISHED_GROUPS
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.return_facts import ReturnFacts
from shopify_app.shopify.return_snapshots import HOLDING, OrderReturns, OrderTooLarge, ReturnableOrder
from shopify_app.shopify.snapshots import Page
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

OPEN_ONES = "return_status:return_requested OR return_status:in_progress OR return_status:inspection_complete"
"""In Shopify's search syntax: the orders that a shop still has a return of."""


@dataclass(frozen=True)
class ReadReturn:
    """A return as it was at `read_at` or later; `returnable` is what one that is new to us is priced from."""

    facts: ReturnFacts
    returnable: ReturnableOrder | None
    read_at: datetime


def returns_page(adapters: Adapters, admin: AdminAPI, shop_id: int, query: str, cursor: str | None) -> Page[ReadReturn]:
    """The returns of one page of orders that wait for something, each read whole."""
    page = admin.returns_page(query, cursor)
    waiting = _waiting_here(adapters, shop_id, page.nodes)
    wanted = [id_ for order in page.nodes for id_, status in order.returns if status in HOLDING or id_ in waiting]
    read = (_read(adapters, admin, shop_id, id_) for id_ in wanted)
    return Page(tuple(each for each in read if each is not None), page.next_cursor)


def follow_read(session: Session, shop_id: int, read: ReadReturn, _now: datetime) -> None:
    """As a webhook would have had it. Where a step of ours was written down meanwhile, the next pass comes by."""
    try:
        follow(session, shop_id, read.facts, read.returnable, read.read_at)
    except ReadTooEarly:
        log.info("return_read_too_early", shop_id=shop_id, return_id=read.facts.id)


def _waiting_here(adapters: Adapters, shop_id: int, orders: tuple[OrderReturns, ...]) -> set[int | None]:
    ids = [id_ for order in orders for id_, _ in order.returns]
    wanted = select(ReleaseGroup.shopify_return_id).where(
        ReleaseGroup.shop_id == shop_id,
        ReleaseGroup.shopify_return_id.in_(ids),
        ReleaseGroup.state.not_in(FINISHED_GROUPS),
    )
    with adapters.database.read() as session:
        return set(session.scalars(wanted))


def _read(adapters: Adapters, admin: AdminAPI, shop_id: int, shopify_id: int) -> ReadReturn | None:
    read_at = adapters.clock.now()
    facts = admin.return_state(shopify_id)
    if facts is None:
        return None
    with adapters.database.read() as session:
        needs_prices = is_new(session, shop_id, facts)
    try:
        return ReadReturn(facts, admin.returnable_order(facts.order_id) if needs_prices else None, read_at)
    except OrderTooLarge:  # it stays Shopify's
        return None
