"""The home page: how far we have come with the shop's past, what its parcels do today, and what to set up next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Response
from sqlalchemy import ColumnElement, and_, func, select

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import say, show
from shopify_app.config import Config
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.settings.models import SettingsVersion
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.states import ParcelState
from shopify_app.shops.models import Backfill, Shop

KINDS: Mapping[str, Phrase] = {
    "products": phrase("Products"),
    "collections": phrase("Collections"),
    "customers": phrase("Customers"),
    "orders": phrase("Orders"),
}
READ: Mapping[str, Callable[[int], Phrase]] = {
    "products": lambda count: phrase_n("{count} product", "{count} products", count),
    "collections": lambda count: phrase_n("{count} collection", "{count} collections", count),
    "customers": lambda count: phrase_n("{count} customer", "{count} customers", count),
    "orders": lambda count: phrase_n("{count} order", "{count} orders", count),
}
ON_THE_WAY = (
    ParcelState.ACCEPTED,
    ParcelState.IN_TRANSIT,
    ParcelState.IN_CUSTOMS,
    ParcelState.OUT_FOR_DELIVERY,
    ParcelState.READY_FOR_PICKUP,
)
IN_TROUBLE = (
    ParcelState.DELAYED,
    ParcelState.DELIVERY_ATTEMPTED,
    ParcelState.ACTION_REQUIRED,
    ParcelState.RETURNING,
    ParcelState.LOST_OR_DESTROYED,
)
RECENT = timedelta(days=60)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Reading:
    """How far one kind of thing has been read. `share` is 0 to 100, None when nobody knows the whole."""

    label: Phrase
    counted: Phrase
    seen: int
    expected: int | None
    is_done: bool

    @property
    def share(self) -> int | None:
        if self.is_done:
            return 100
        return min(99, self.seen * 100 // self.expected) if self.expected else None


@dataclass(frozen=True)
class Progress:
    """The reading of the shop's past; empty `readings` means that it has not begun."""

    readings: tuple[Reading, ...]

    @property
    def is_done(self) -> bool:
        return bool(self.readings) and all(reading.is_done for reading in self.readings)


@dataclass(frozen=True)
class Figure:
    """One number and what it counts."""

    label: Phrase
    count: int
    means: Phrase


@dataclass(frozen=True)
class Step:
    """One thing to set up; `link` leads there. `is_ours` is done by us without the merchant."""

    title: Phrase
    text: Phrase
    is_done: bool
    is_ours: bool = False
    link: str | None = None
    link_text: Phrase | None = None


@dataclass(frozen=True)
class HomePage:
    tracking_url: str
    progress: Progress
    figures: tuple[Figure, ...]
    steps: tuple[Step, ...]


@blueprint.get("")
def home() -> Response:
    """The page as it stands."""
    with adapters().database.read() as session:
        page = home_page(session, shop_row(), adapters().config, adapters().clock.now())
    title = say(phrase("{shop} today", shop=shop_row().name or phrase("Your shop")))
    return show("home.html", title=title, page=page, listed=_listed(page.progress))


@blueprint.get("/progress")
def progress() -> Response:
    """The part of the home page that moves while the shop's past is read."""
    with adapters().database.read() as session:
        found = read_progress(session, shop_row().id)
    return show("_progress.html", progress=found, listed=_listed(found))


def _listed(found: Progress) -> str:
    """``64 products, 1,421 orders``."""
    return ", ".join(say(reading.counted) for reading in found.readings)


def home_page(session: Session, shop: Shop, config: Config, now: datetime) -> HomePage:
    """Everything the page says, read in one session."""
    found = read_progress(session, shop.id)
    return HomePage(
        tracking_url=tracking_url(shop),
        progress=found,
        figures=read_figures(session, shop.id, now),
        steps=steps(shop, config, found, _saved_kinds(session, shop.id)),
    )


def tracking_url(shop: Shop) -> str:
    """Where shoppers find the page. No shop's domain at Shopify has a port; one that has is a stand-in without TLS."""
    host = shop.primary_domain or shop.domain
    return f"{'http' if ':' in host else 'https'}://{host}{shop.proxy_path}"


def read_progress(session: Session, shop_id: int) -> Progress:
    """From the back-fill's own rows, in the order in which a merchant would name them."""
    rows = session.scalars(select(Backfill).where(Backfill.shop_id == shop_id, Backfill.kind.in_(KINDS))).all()
    by_kind = {row.kind: row for row in rows}
    return Progress(
        tuple(
            Reading(label, READ[kind](row.seen), row.seen, row.expected, row.finished_at is not None)
            for kind, label in KINDS.items()
            if (row := by_kind.get(kind))
        )
    )


def read_figures(session: Session, shop_id: int, now: datetime) -> tuple[Figure, ...]:
    """Parcels of the last 60 days, by where they are."""
    mine = and_(Shipment.shop_id == shop_id, Shipment.shipped_at >= now - RECENT)
    out = Shipment.state == ParcelState.OUT_FOR_DELIVERY
    delivered = and_(Shipment.state == ParcelState.DELIVERED, Shipment.delivered_at >= now - WEEK)
    on_the_way, today, week, trouble = session.execute(
        select(
            _count(Shipment.state.in_(ON_THE_WAY)),
            _count(out),
            _count(delivered),
            _count(Shipment.state.in_(IN_TROUBLE)),
        ).where(mine)
    ).one()
    return (
        Figure(phrase("On the way"), on_the_way, phrase("Parcels a carrier has, sent in the last 60 days")),
        Figure(phrase("Out for delivery"), today, phrase("Parcels on the van right now")),
        Figure(phrase("Delivered this week"), week, phrase("Parcels that arrived in the last 7 days")),
        Figure(phrase("Need a look"), trouble, phrase("Late, missed, stopped, lost or coming back")),
    )


def steps(shop: Shop, config: Config, found: Progress, saved: Iterable[str]) -> tuple[Step, ...]:
    """The set-up list; what only the theme knows (blocks) is left to the merchant's eye."""
    return (
        Step(phrase("Connect the shop"), phrase("Postlude listens to your orders and parcels from now on."), True),
        Step(
            phrase("Read the last 60 days"),
            phrase("Past orders teach us how long your parcels take and what goes well together."),
            found.is_done,
            is_ours=True,
        ),
        Step(
            phrase("Put order tracking on a page"),
            phrase("Add the block “Order tracking” to a page of your theme, then link that page in your menu."),
            False,
            link=theme_link(shop, config, {"template": "page", "addAppBlockId": f"{config.api_key}/order-tracking"}),
            link_text=phrase("Open the theme editor"),
        ),
        Step(
            phrase("Show the link “Track your order” everywhere"),
            phrase("One switch in the theme editor, under App embeds."),
            False,
            link=theme_link(shop, config, {"context": "apps", "activateAppId": f"{config.api_key}/track-link"}),
            link_text=phrase("Open app embeds"),
        ),
        Step(
            phrase("Make the page yours"),
            phrase("Your logo, colours and words go on it. Until you choose them, it keeps to your theme."),
            "brand" in set(saved),
        ),
    )


def theme_link(shop: Shop, config: Config, where: Mapping[str, str]) -> str:
    """A deep link into the shop's theme editor (shopify.dev, "Configure theme app extensions")."""
    parameters = dict(where)
    if "addAppBlockId" in parameters:
        parameters["target"] = "newAppsSection"
    return f"https://{shop.domain}/admin/themes/current/editor?{urlencode(parameters)}"


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _saved_kinds(session: Session, shop_id: int) -> list[str]:
    return list(
        session.scalars(select(SettingsVersion.kind).where(SettingsVersion.shop_id == shop_id).distinct()).all()
    )
