"""What every page of a return needs: the draft behind an address, what Shopify says of its order, and how to answer.

A door reads Shopify with no transaction open. Addresses are left by a page that leads on at once: through the app
proxy a redirect is followed by Shopify itself, so that the browser would never learn the next address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.i18n import Language, Phrase, phrase
from shopify_app.orders.access import Access, NotFound, owned_order
from shopify_app.orders.models import Order
from shopify_app.pages.messages import MessagePage, message_for
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Link
from shopify_app.pages.return_change import not_changeable
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_page import Flow, FlowStep
from shopify_app.pages.support import reachable, support_block
from shopify_app.returns import drafts, published
from shopify_app.returns.changing import changes
from shopify_app.returns.changing.terms import Changing
from shopify_app.returns.drafts import DraftGone
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.models import Return, ReturnDraft
from shopify_app.returns.parcels import send_to
from shopify_app.returns.refusals import NotChangeable
from shopify_app.returns.states import Actor
from shopify_app.returns.wishes import Wish
from shopify_app.returns.withdrawing.law import law_of
from shopify_app.settings.branding import Brand
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import PerLanguage
from shopify_app.settings.store import load, load_many
from shopify_app.settings.support import Support
from shopify_app.settings.withdrawal import Withdrawal
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import OrderTooLarge, ReturnableOrder
from shopify_app.shopify.transport import WEB
from shopify_app.shops.models import Shop
from shopify_app.storefront import answers, spoken_pages
from shopify_app.storefront.door import adapters, call, proxied_shop
from shopify_app.storefront.reading import Place, frame_for, here_for, language_for, renderer, themed
from shopify_app.storefront.rendering import Surface

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=5)
"""How old Shopify's word may be while items and reasons are chosen; prices are reckoned from a newer one."""
JUST_NOW = timedelta(seconds=20)

DRAFT_OVER = MessagePage(
    phrase("Please start your return again"),
    (phrase("What you chose is kept for a day, and that day is over. Nothing has been sent in."),),
    icon="clock",
)
CLOSED_PORTAL = MessagePage(
    phrase("Please write to us about a return"),
    (phrase("Returns cannot be started online in this shop."),),
    icon="chat",
)
NOT_NOW = MessagePage(
    phrase("We cannot look into your order right now"),
    (phrase("Please try again in a minute. What you chose so far is kept."),),
    icon="clock",
)
WRITE_TO_US = MessagePage(
    phrase("Please write to us about this return"), (phrase("This order needs a person to look at it."),), icon="chat"
)


class CannotSay(Exception):
    """A page that cannot be shown: the answer says why, with `status`."""

    def __init__(self, status: int, message: MessagePage | None = None) -> None:
        super().__init__(str(status))
        self.status, self.message = status, message


@dataclass(frozen=True)
class Setting:
    """The shop's way of speaking, and where its pages are."""

    shop: Shop
    brand: Brand
    support: Support
    returns: Returns
    place: Place
    language: Language
    now: datetime

    @property
    def here(self) -> Here:
        return here_for(self.shop, self.language.code, self.now)

    def path(self, tail: str) -> str:
        """An address of ours in the theme, in the language that the reader chose."""
        chosen = request.args.get("lang") or request.form.get("locale")
        address = self.place.path(tail)
        return f"{address}?lang={self.language.code}" if chosen else address


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


def setting_of(session: Session, shop: Shop, now: datetime, order: Order | None = None) -> Setting:
    """Two statements; with an order, its own return address is in force."""
    groups = load_many(session, shop.id, (Brand, Support, Returns))
    language = language_for(shop, groups[Brand].tone, order)
    support = reachable(groups[Support], shop)
    returns = send_to.for_order(session, order, groups[Returns]) if order else groups[Returns]
    return Setting(shop, groups[Brand], support, returns, themed(shop), language, now)


def withdraw_address(session: Session, setting: Setting) -> str | None:
    """Where one withdraws from a contract, in shops of a country whose law asks for it."""
    law = law_of(setting.shop.country)
    is_on = law is not None and law.country not in load(session, setting.shop.id, Withdrawal).off_in
    return setting.path("withdraw") if is_on else None


def visit(session: Session, token: str) -> Visit:
    """The draft behind an address, with Shopify's word on it as it was kept. Raises CannotSay."""
    now = adapters().clock.now()
    shop = proxied_shop(session)
    if shop is None:
        raise CannotSay(404)
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
        shop = proxied_shop(session)
        if shop is None:
            raise CannotSay(404)
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


def shown(setting: Setting, template: str, page: Any, tail: str | None, status: int = 200, **facts: Any) -> Response:
    """A page of a return; `tail` is its own address, for the links to other languages."""
    if spoken_pages.is_asked_for():
        return spoken_pages.page(setting.language, template, page, tail, status)
    frame = frame_for(setting.shop, setting.brand, setting.place, setting.place.path(tail) if tail else None)
    body = renderer().render(f"storefront/{template}", setting.language, frame, page=page, **facts)
    return answers.page(body, setting.place.surface, status)


def onward(setting: Setting, tail: str, **more: str) -> Response:
    """Leads on to another of our pages: a page of its own, since a redirect would be followed on the way here. `more`
    goes into the address."""
    frame = replace(frame_for(setting.shop, setting.brand, setting.place), surface=Surface.ALONE)
    chosen = request.args.get("lang") or request.form.get("locale")
    query = urlencode(more | ({"lang": setting.language.code} if chosen else {}))
    address = setting.place.path(tail) + (f"?{query}" if query else "")
    if spoken_pages.is_asked_for():
        return spoken_pages.leads_on(address)
    body = renderer().render("storefront/return_onward.html", setting.language, frame, onward=address)
    return answers.page(body, Surface.ALONE)


def refused(cannot: CannotSay) -> Response:
    """The message that stands for a page that cannot be shown."""
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        if cannot.message is None and not spoken_pages.is_asked_for():
            return answers.in_theme(session, shop, cannot.status)
        setting = setting_of(session, shop, adapters().clock.now())
        said = cannot.message or message_for(cannot.status)
        if spoken_pages.is_asked_for():
            return spoken_pages.message(setting.language, said, cannot.status)
        leads = replace(said, next=Link(phrase("Start a return"), setting.path("returns")))
        message = leads if cannot.status in (403, 410) and cannot.message is not CLOSED_PORTAL else said
        frame = frame_for(setting.shop, setting.brand, setting.place)
        body = renderer().render(
            "storefront/message.html",
            setting.language,
            frame,
            message=message,
            support=support_block(setting.support, None, setting.here),
        )
        return answers.page(body, setting.place.surface, cannot.status)


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
