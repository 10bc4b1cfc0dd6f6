"""Who reads and in what frame: the language, the brand around the page, and the addresses it may link to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from urllib.parse import urlencode

from flask import request

from shopify_app.i18n import Language, Languages, accepted
from shopify_app.orders.models import Order
from shopify_app.pages.moment import Here
from shopify_app.settings.branding import Brand
from shopify_app.shops.models import Shop
from shopify_app.shops.profile import shops_own
from shopify_app.storefront.rendering import Frame, Renderer, Surface
from shopify_app.zones import zone_named

LONGEST_TAG = 35
"""Of languages as browsers name them (RFC 5646, section 4.4.1): whatever is longer names none."""


@cache
def languages() -> Languages:
    """All catalogues, read once."""
    return Languages()


@lru_cache(64)
def _spoken(among: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The code of every language that a shop speaks, and what it calls itself; nothing to choose from where there is
    one."""
    codes = [code for code in languages().codes if not among or code in among]
    return tuple((code, languages().choose([code]).language_name()) for code in codes if len(codes) > 1)


@cache
def renderer() -> Renderer:
    return Renderer()


@dataclass(frozen=True)
class Place:
    """Where this request's pages live: `base` is the merchant's path through the proxy (``/apps/order-care``) or ours
    (empty), `origin` the scheme and host in front of it."""

    surface: Surface
    origin: str
    base: str

    def path(self, tail: str) -> str:
        """An address on this surface, without its host: ``/apps/order-care/t/x``."""
        return f"{self.base}/{tail}"


def themed(shop: Shop) -> Place:
    """In the merchant's theme."""
    return Place(Surface.THEME, shop.storefront_url, shop.proxy_path)


def standing_alone(app_url: str) -> Place:
    """On our own address."""
    return Place(Surface.ALONE, app_url, "")


def language_for(shop: Shop, tone: str, order: Order | None = None, written_in: str | None = None) -> Language:
    """The reader's own choice, else what the form's page was in, else what the order was placed in or the shop's own
    text on the page is written in, else the browser's wish, else the shop's first language."""
    wanted: list[str | None] = [*_chosen_by_the_reader(), order.locale if order else written_in]
    wanted += _accepted(request.headers.get("Accept-Language"))
    wanted += shops_own(shop)
    country = order.country if order else shop.country
    return _chosen(tuple(tag for tag in wanted if tag), country, tone, tuple(shop.languages))


def _chosen_by_the_reader() -> list[str]:
    """The languages in the page's address and in the form that was sent. Lists: to ask for one that is missing raises,
    which costs more than all the rest; and a page that was only opened has no form."""
    sent = request.form.getlist("locale") if request.method == "POST" else []
    return request.args.getlist("lang")[:1] + sent[:1]


def onward_to(address: str) -> str:
    """Another of our pages, in the language that the reader chose for this one, if they chose any."""
    chosen = next(filter(None, _chosen_by_the_reader()), None)
    if chosen is None or not address:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'lang': chosen[:LONGEST_TAG]})}"


_accepted = lru_cache(1024)(accepted)  # of headers and tags there are few, and each page asks


@lru_cache(1024)
def _chosen(wanted: tuple[str, ...], country: str | None, tone: str, among: tuple[str, ...]) -> Language:
    return languages().choose(wanted, country, tone, among)


def here_for(shop: Shop, language: str, now: datetime) -> Here:
    """Time and place for pages that know no parcel: the reader's zone is taken to be the shop's."""
    zone = zone_named(shop.timezone)
    return Here(now, zone, zone, language)


def frame_for(
    shop: Shop,
    brand: Brand,
    place: Place,
    here: str | None = None,
    keep: dict[str, str] | None = None,
    withdraw: str | None = None,
) -> Frame:
    """The frame of a page. `here` is the page's own address (without a query) for the links to other languages;
    `keep` are parameters that those links carry on; `withdraw` as the frame has it."""
    links: tuple[tuple[str, str, str], ...] = ()
    if here is not None:
        kept = f"{urlencode(keep)}&" if keep else ""
        links = tuple((code, name, f"{here}?{kept}lang={code}") for code, name in _spoken(tuple(shop.languages)))
    return Frame(
        brand=brand,
        shop_name=shop.name or shop.domain,
        shop_url=f"{shop.storefront_url}/" if place.surface is Surface.ALONE else "/",
        surface=place.surface,
        languages=links,
        withdraw=withdraw,
    )
