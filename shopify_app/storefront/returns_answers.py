"""What every page of a return is in, and how it is answered: the shop's way of speaking, the page, the way onward, the
message that stands for a page.

Addresses are left by a page that leads on at once: through the app proxy a redirect is followed by Shopify itself, so
that the browser would never learn the next address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.i18n import Language, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.messages import MessagePage, message_for
from shopify_app.pages.moment import Here
from shopify_app.pages.parts import Link
from shopify_app.pages.support import reachable, support_block, way_to_us
from shopify_app.returns.parcels import send_to
from shopify_app.returns.withdrawing.law import law_of
from shopify_app.settings.branding import Brand
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load, load_many
from shopify_app.settings.support import Support
from shopify_app.settings.withdrawal import Withdrawal
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import OrderTooLarge, ReturnableOrder
from shopify_app.shopify.transport import WEB
from shopify_app.shops.models import Shop
from shopify_app.storefront import answers, spoken_pages
from shopify_app.storefront.door import adapters, proxied, proxied_shop
from shopify_app.storefront.reading import Place, frame_for, here_for, language_for, renderer, themed
from shopify_app.storefront.rendering import Surface

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
    """A page that cannot be shown: the answer (`refused`) says why, with `status`."""

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


def our_shop(session: Session) -> Shop:
    """The shop of this request. Raises CannotSay where it does not have us installed."""
    shop = proxied_shop(session)
    if shop is None:
        raise CannotSay(404)
    return shop


@contextmanager
def asking_shopify() -> Iterator[None]:
    """For questions to Shopify, with no transaction open: where they are not answered, a message stands for the page.
    Raises CannotSay."""
    try:
        yield
    except OrderTooLarge as large:
        raise CannotSay(409, WRITE_TO_US) from large
    except ShopifyError as failure:
        raise CannotSay(503, NOT_NOW) from failure


def order_there(order: Order) -> ReturnableOrder:
    """The order as Shopify has it now, asked with no transaction open. Raises CannotSay."""
    with asking_shopify():
        said = adapters().admin(order.shop_id, WEB).returnable_order(order.shopify_id)
    if said is None:
        raise CannotSay(409, WRITE_TO_US)
    return said


def said_page(setting: Setting, message: MessagePage, status: int) -> Response:
    """A message in the shop's look, with the way to its people."""
    frame = frame_for(setting.shop, setting.brand, setting.place)
    support = support_block(setting.support, None, setting.here)
    body = renderer().render("storefront/message.html", setting.language, frame, message=message, support=support)
    return answers.page(body, setting.place.surface, status)


@proxied.errorhandler(CannotSay)
def refused(cannot: CannotSay) -> Response:
    """The message that stands for a page that cannot be shown. What was being written is not."""
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        if cannot.message is None and not spoken_pages.is_asked_for():
            return answers.in_theme(session, shop, cannot.status)
        setting = setting_of(session, shop, adapters().clock.now())
        said = cannot.message or message_for(cannot.status)
        if spoken_pages.is_asked_for():
            return spoken_pages.message(setting.language, said, way_to_us(setting.support, ""), cannot.status)
        leads = replace(said, next=Link(phrase("Start a return"), setting.path("returns")))
        message = leads if cannot.status in (403, 410) and cannot.message is not CLOSED_PORTAL else said
        return said_page(setting, message, cannot.status)
