"""How-to pages: for anybody who has the short address or scans its code, signed in or not."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import HowTo
from shopify_app.pages.how_to import HowToPage, how_to_page
from shopify_app.settings.branding import Brand
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, alone, proxied, proxied_shop
from shopify_app.storefront.reading import Place, frame_for, language_for, renderer, standing_alone, themed
from shopify_app.storefront.tracking import view_counter

SOURCES = ("page", "scan")


@proxied.get("/h/<slug>")
def in_theme(slug: str) -> Response:
    """The guide in the merchant's theme."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        if shop is None:
            return answers.bare(404)
        guide = how_to_page(session, shop.id, slug, _scanned(slug))
        if guide is None:
            return answers.in_theme(session, shop, 404)
        return _show(session, shop, guide, themed(shop), slug, now)


@alone.get("/h/<slug>")
def standing(slug: str) -> Response:
    """The guide on our own short address: what a printed code leads to."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        shop = session.scalar(select(Shop).join(HowTo, HowTo.shop_id == Shop.id).where(HowTo.slug == slug))
        guide = how_to_page(session, shop.id, slug, _scanned(slug)) if shop else None
        if shop is None or guide is None:
            return answers.bare(404)
        return _show(session, shop, guide, standing_alone(adapters().config.app_url), slug, now)


def _scanned(slug: str) -> str:
    """What the code on the page says: the short address, marked as scanned."""
    return f"{adapters().config.app_url}/h/{slug}?from=scan"


def _show(session: Session, shop: Shop, guide: HowToPage, place: Place, slug: str, now: datetime) -> Response:
    brand = load(session, shop.id, Brand)
    language = language_for(shop, brand.tone, written_in=guide.language)
    source = request.args.get("from", "")
    view_counter().how_to(shop.id, guide.id, source if source in SOURCES else "link", now)
    body = renderer().render(
        "storefront/how_to.html", language, frame_for(shop, brand, place, place.path(f"h/{slug}")), guide=guide
    )
    return answers.page(body, place.surface)
