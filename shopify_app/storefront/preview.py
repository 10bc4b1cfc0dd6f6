"""Pages drawn for the merchant before they are published: the real ones, made of settings that nobody else sees.

Nothing is counted, finished pages are neither used nor kept, and links lead nowhere: the page is shown in a frame that
opens no windows, and every link would open one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, joinedload

from shopify_app.i18n import Language
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.pages.facts import PageSettings, load_picture
from shopify_app.pages.lookup import lookup_form
from shopify_app.pages.preview import PREVIEW, PreviewPage, Wish
from shopify_app.pages.support import reachable, support_block
from shopify_app.pages.tracking import Reader, assemble, here_of
from shopify_app.pages.trouble import is_wrong
from shopify_app.recommendations.cards import cards_for
from shopify_app.returns.models import PublishedPolicy, Return
from shopify_app.settings.branding import Brand, Scheme
from shopify_app.settings.offers import Offers
from shopify_app.settings.recommendations import Recommendations
from shopify_app.settings.returns import Returns
from shopify_app.settings.shape import but
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Block, Tracking
from shopify_app.shops.models import Shop
from shopify_app.shops.profile import shops_own
from shopify_app.storefront.clicks import linked
from shopify_app.storefront.door import adapters, blueprint
from shopify_app.storefront.finished import RETURNS_TOLD
from shopify_app.storefront.reading import frame_for, here_for, languages, renderer, standing_alone
from shopify_app.storefront.rendering import Frame
from shopify_app.storefront.returns_entrance import Known, returns_facts

LEADS_NOWHERE = '<head><base target="_blank">'
PLATE = "<style>.pl-brand img{background:#fff;padding:.3rem .6rem;border-radius:var(--r)}</style></head>"
"""What a device that asks for dark does to a logo that has no dark twin."""


def drawn(session: Session, shop: Shop, wish: Wish, now: datetime) -> str:
    """The page as a whole document (`pages.preview.Draws`). A page that needs an order and gets none is the form that
    asks for one."""
    found = _found(session, shop, wish.order) if wish.page is PreviewPage.TRACKING else None
    language = _language(shop, wish, found[0] if found else None)
    frame = frame_for(shop, _dressed(wish), standing_alone(adapters().config.app_url), "#")
    if wish.guide is not None:
        page = renderer().render("storefront/how_to.html", language, frame, guide=wish.guide)
    elif found is not None:
        page = _tracking(session, shop, found, wish, language, frame, now)
    else:
        page = _form(shop, wish, language, frame, now)
    return _alone(page, wish)


def _found(session: Session, shop: Shop, wanted: int | str) -> tuple[Order, Known] | None:
    """The shop's own order with what its page asks of returns, in one statement; erased ones are not found."""
    living = (Order.shop_id == shop.id, Order.erased_at.is_(None), Order.deleted_at.is_(None))
    number = "".join(sign for sign in str(wanted).upper() if sign.isalnum())
    this = Order.id == wanted if isinstance(wanted, int) else Order.number == number if number else true()
    told = select(RETURNS_TOLD).where(Return.shop_id == shop.id, Return.order_id == Order.id).scalar_subquery()
    policy = select(func.max(PublishedPolicy.number)).where(PublishedPolicy.shop_id == shop.id).scalar_subquery()
    newest = select(Order, told.correlate(Order), policy).where(*living, this).order_by(Order.placed_at.desc()).limit(1)
    row = session.execute(newest.options(joinedload(Order.shop))).first()
    return None if row is None else (row[0], Known(row[1], row[2], None))


def _tracking(
    session: Session,
    shop: Shop,
    found: tuple[Order, Known],
    wish: Wish,
    language: Language,
    frame: Frame,
    now: datetime,
) -> str:
    (order, known), groups = found, wish.settings
    support = reachable(groups[Support], shop)
    settings = PageSettings(frame.brand, groups[Tracking], support, groups[Offers])
    picture = load_picture(session, shop.id, order.id, settings)
    is_troubled = is_wrong(order, picture, here_of(shop, order, picture, language.code, now))
    cards = () if is_troubled else _cards(session, order, [line.product_id for line in picture.lines], groups, now)
    returns = returns_facts(session, order, "#", "#", known, now) if groups[Returns].portal_open else None
    page = assemble(shop, order, picture, Reader(Access.FULL, language.code, "#", cards, returns), now)
    return renderer().render("storefront/tracking.html", language, frame, page=page)


def _cards(session: Session, order: Order, products: list[int | None], groups: Any, now: datetime) -> tuple[Any, ...]:
    if Block.RECOMMENDATIONS not in groups[Tracking].blocks:
        return ()
    chosen = cards_for(session, order, products, groups[Recommendations], order.shop.currency, now)
    return tuple(linked(card, order, adapters()) for card in chosen)


def _form(shop: Shop, wish: Wish, language: Language, frame: Frame, now: datetime) -> str:
    """The form that asks for an order, to follow it or to send something of it back."""
    is_return = wish.page is PreviewPage.RETURNS
    here = here_for(shop, language.code, now)
    support = reachable(wish.settings[Support], shop)
    return renderer().render(
        "storefront/return_start.html" if is_return else "storefront/lookup.html",
        language,
        frame,
        form=lookup_form("#", wish.settings[Tracking].lookup_fields),
        own_orders=(),
        support=support_block(support, None, here),
    )


def _language(shop: Shop, wish: Wish, order: Order | None) -> Language:
    wanted = [wish.language, order.locale if order else None, *shops_own(shop)]
    country = order.country if order else shop.country
    return languages().choose([tag for tag in wanted if tag], country, wish.settings[Brand].tone, shop.languages)


def _dressed(wish: Wish) -> Brand:
    """The brand on the device that is played: it decides only where the brand leaves it to the device."""
    brand: Brand = wish.settings[Brand]
    if brand.scheme is not Scheme.AUTO:
        return brand
    if not wish.is_dark:
        return but(brand, scheme=Scheme.LIGHT)
    return but(brand, scheme=Scheme.DARK, logo_url=brand.logo_dark_url or brand.logo_url)


def _alone(page: str, wish: Wish) -> str:
    brand: Brand = wish.settings[Brand]
    page = page.replace("<head>", LEADS_NOWHERE, 1)
    on_plate = wish.is_dark and brand.scheme is Scheme.AUTO and brand.logo_url and not brand.logo_dark_url
    return page.replace("</head>", PLATE, 1) if on_plate else page


blueprint.record_once(lambda state: state.app.extensions.setdefault(PREVIEW, drawn))
