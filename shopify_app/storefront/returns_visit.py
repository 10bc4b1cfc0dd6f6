"""Who is at a return: the draft behind an address, its order, and what Shopify says of it.

A door reads Shopify with no transaction open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Response
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase
from shopify_app.orders.access import Access, NotFound, owned_order
from shopify_app.orders.models import Order
from shopify_app.pages.return_change import not_changeable
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_page import Flow, FlowStep
from shopify_app.returns import drafts, published
from shopify_app.returns.changing import changes
from shopify_app.returns.changing.terms import Changing
from shopify_app.returns.drafts import DraftGone
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.models import Return, ReturnDraft
from shopify_app.returns.refusals import NotChangeable
from shopify_app.returns.states import Actor
from shopify_app.returns.wishes import Wish
from shopify_app.settings.shape import PerLanguage
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import OrderTooLarge, ReturnableOrder
from shopify_app.shopify.transport import WEB
from shopify_app.shops.models import Shop
from shopify_app.storefront.door import adapters, call
from shopify_app.storefront.returns_answers import (
    CLOSED_PORTAL,
    DRAFT_OVER,
    NOT_NOW,
    WRITE_TO_US,
    CannotSay,
    Setting,
    our_shop,
    setting_of,
    shown,
)

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=5)
"""How old Shopify's word may be while items and reasons are chosen; prices are reckoned from a newer one."""
JUST_NOW = timedelta(seconds=20)


@dataclass(frozen=True)
class Visit:
    """A draft somebody is at, with its order and what Shopify said of it."""

    setting: Setting
    draft: ReturnDraft
    order: Order
    wish: Wish
    returnable: ReturnableOrder
    change: Changing | None = None  # of the return that the draft is to change

    @property
    def base(self) -> str:
        return f"returns/{self.draft.token}"

    @property
    def is_owner(self) -> bool:
        """Whether addresses may be shown and changed."""
        return self.draft.access >= Access.OWNER

    def path(self, tail: str) -> str:
        """The address of a step of this draft."""
        return self.setting.path(f"{self.base}/{tail}")

    def action(self, tail: str) -> str:
        """Where a step's form is sent: without a query, the form carries the language itself."""
        return self.setting.place.path(f"{self.base}/{tail}")

    def flow(
        self, step: FlowStep, back: str | None, problems: list[tuple[str, Phrase]] | None = None, **more: Any
    ) -> Flow:
        """The frame of a step's page."""
        changing = self.change is not None
        more = {"changes": changing} | more
        return Flow(
            order_name=self.order.name,
            step=step,
            action=self.action(step),
            back=self.path(back) if back else None,
            problems=tuple(problems or ()),
            **more,
        )

    def lines(self, session: Session, reasons: tuple[str, ...] = ()) -> tuple[EligibleLine, ...]:
        """All lines of the order under the policy, by what was told so far."""
        changing = self.change
        known = eligible(
            session,
            self.order,
            self.returnable,
            changing.noticed_at if changing else self.setting.now,
            wish=self.wish,
            reasons=reasons,
            without_group=changing.groups if changing else None,
        )
        return tuple(changing.as_agreed(line) for line in known) if changing else known


def visit(session: Session, token: str) -> Visit:
    """The draft behind an address, with Shopify's word on it as it was kept. Raises CannotSay."""
    now = adapters().clock.now()
    shop = our_shop(session)
    draft, order = found(session, shop, token, now)
    setting = setting_of(session, shop, now, order)
    if not setting.returns.portal_open:
        raise CannotSay(403, CLOSED_PORTAL)
    returnable = drafts.facts_of(draft)
    if returnable is None:
        raise CannotSay(503, NOT_NOW)
    here = Visit(setting, draft, order, drafts.wish_of(draft), returnable)
    return here if draft.changes_id is None else _changing(session, here, draft.changes_id)


def _changing(session: Session, here: Visit, return_id: int) -> Visit:
    """The visit of a draft that changes a return: what the return asks for already is free again. Raises CannotSay."""
    ret = session.get_one(Return, return_id)
    free = changes.as_free(session, ret, here.returnable)
    try:
        change = changes.part_of(session, ret, free, here.wish, Actor.SHOPPER, here.setting.now)
    except NotChangeable as late:
        path = here.setting.path(status_path(adapters().database.keyring, ret.shop_id, ret.id))
        raise CannotSay(409, not_changeable(late.why, path)) from late
    return replace(here, returnable=free, change=change)


def found(session: Session, shop: Shop, token: str, now: datetime) -> tuple[ReturnDraft, Order]:
    """The draft and its order. Raises CannotSay."""
    try:
        return drafts.find(session, shop.id, token, now)
    except DraftGone as gone:
        raise CannotSay(410, DRAFT_OVER) from gone


def listen(token: str, fresh: timedelta = FRESH) -> None:
    """Asks Shopify about the draft's order, unless it was asked within `fresh`; with no transaction open.

    Where Shopify does not answer, its last word does while items are chosen. Raises CannotSay.
    """
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = our_shop(session)
        draft, order = found(session, shop, token, now)
        if draft.facts_at is not None and timedelta(0) <= now - draft.facts_at < fresh:
            return
    try:
        said = adapters().admin(shop.id, WEB).returnable_order(order.shopify_id)
    except OrderTooLarge as large:
        raise CannotSay(409, WRITE_TO_US) from large
    except ShopifyError as failure:
        log.warning("return_order_unread", shop=shop.domain, order_id=order.id, why=type(failure).__name__)
        if draft.facts is None or fresh < FRESH:
            raise CannotSay(503, NOT_NOW) from failure
        return
    if said is None:
        raise CannotSay(409, WRITE_TO_US)
    with adapters().database.write() as session:
        draft, _ = found(session, shop, token, now)
        drafts.keep_facts(draft, said, now)


def own_words(session: Session, shop_id: int) -> dict[str, PerLanguage]:
    """What the merchant says in each rule, by the rule's name."""
    return {
        rule.name: rule.says
        for version in published.versions(session, shop_id)
        for rule in version.policy.rules
        if rule.says
    }


def show(visit: Visit, template: str, page: Any, tail: str, status: int = 200) -> Response:
    """A step's page."""
    return shown(visit.setting, template, page, f"{visit.base}/{tail}", status)


def is_owner(session: Session, order: Order) -> bool:
    """Whether whoever asks is signed in at the shop as the order's customer, whatever link they came by."""
    customer = call().customer_id
    if customer is None:
        return False
    try:
        owned_order(session, order.shop_id, order.id, customer)
    except NotFound:
        return False
    return True
