"""What a tracking page is made of, read in six statements at most, whatever the order's size and the shop's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, and_, bindparam, cast, or_, select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Collection, CollectionProduct, HowTo, Product, Variant
from shopify_app.orders.models import OrderLine
from shopify_app.prepared import Prepared, json_of
from shopify_app.settings.branding import Brand
from shopify_app.settings.offers import Offers
from shopify_app.settings.store import load_many
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import Promise, Scan, Shipment, ShipmentLine


@dataclass(frozen=True)
class PageSettings:
    """The settings that a page reads."""

    brand: Brand = field(default_factory=Brand)
    tracking: Tracking = field(default_factory=Tracking)
    support: Support = field(default_factory=Support)
    offers: Offers = field(default_factory=Offers)


class LineFact(NamedTuple):
    """An order line with its product's picture and where its units travel: (parcel's id, quantity)."""

    shopify_id: int
    title: str
    variant_title: str | None
    vendor: str | None
    quantity: int
    current_quantity: int
    unit_price: int
    discount: int
    requires_shipping: bool
    is_gift_card: bool
    product_id: int | None = None
    image_url: str | None = None
    image_alt: str | None = None
    travels: tuple[tuple[int, int], ...] = ()
    never_sent: int | None = None


class ScanFact(NamedTuple):
    state: str
    reason: str | None
    text: str | None
    place: str | None
    instant: datetime | None
    local_time: str | None
    precision: str = "minute"


class ParcelFact(NamedTuple):
    """A shipment with its living scans, oldest first."""

    id: int
    state: str
    reason: str | None
    state_at: datetime | None
    kind: str
    company: str | None
    carrier: str | None
    numbers: tuple[str, ...]
    urls: tuple[str, ...]
    shipped_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    carrier_eta: datetime | None
    destination: str | None
    destination_zone: str | None
    late_risk: str = "none"
    scans: tuple[ScanFact, ...] = ()


class PromiseFact(NamedTuple):
    """A date that was shown; the newest of a parcel comes last."""

    shipment_id: int | None
    likely: date | None
    by: date
    basis: str
    share_percent: int | None = None
    parcels: int | None = None
    because: str | None = None


class HowToFact(NamedTuple):
    slug: str
    owner_shopify_id: int
    phase: str
    type: str
    language: str
    title: str
    text: str
    minutes: int | None
    image_url: str | None


@dataclass(frozen=True)
class OrderPicture:
    """Everything about one order's page that was read from the database, beside the order row itself. `collections` is
    empty where no offer asks for any."""

    settings: PageSettings = field(default_factory=PageSettings)
    lines: tuple[LineFact, ...] = ()
    parcels: tuple[ParcelFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    collections: frozenset[int] = frozenset()
    how_tos: tuple[HowToFact, ...] = ()


def load_settings(session: Session, shop_id: int) -> PageSettings:
    """One statement."""
    groups = load_many(session, shop_id, (Brand, Tracking, Support, Offers))
    return PageSettings(groups[Brand], groups[Tracking], groups[Support], groups[Offers])


def load_picture(
    session: Session, shop_id: int, order_id: int, settings: PageSettings, has_promises: bool = True
) -> OrderPicture:
    """Four statements (five where an offer asks for collections, one less where the door knows that no date was
    promised), columns only: a page is read far more often than anything else."""
    lines = _lines(session, shop_id, order_id)
    is_asked = any(offer.collections for offer in settings.offers.offers)
    return OrderPicture(
        settings=settings,
        lines=lines,
        parcels=_parcels(session, shop_id, order_id),
        promises=_promises(session, shop_id, order_id) if has_promises else (),
        collections=_collections(session, shop_id, order_id) if is_asked else frozenset(),
        how_tos=_how_tos(session, shop_id, order_id),
    )


_SHOP, _ORDER = bindparam("shop"), bindparam("order")
_PRODUCTS = select(OrderLine.product_shopify_id).where(
    OrderLine.order_id == _ORDER, OrderLine.product_shopify_id.is_not(None)
)
"""The order's products. A list handed over would have to be written into the statement each time."""


def _is_of_shop(column: Any) -> Any:
    """`column` holds the shop at hand: checked row by row, and no reason to read an index of the whole shop where the
    order has its own. (SQLite, which knows nothing of how many rows either has, would take any.)"""
    return column + 0 == _SHOP


@cache
def _lines_asked() -> Prepared:
    line, product, variant, sent = OrderLine.__table__, Product.__table__, Variant.__table__, ShipmentLine.__table__
    parcels = select(Shipment.id).where(Shipment.order_id == _ORDER)
    return Prepared(
        select(
            line.c.shopify_id, line.c.title, line.c.variant_title, line.c.vendor, line.c.quantity,
            line.c.current_quantity, line.c.unit_price, line.c.discounts, line.c.requires_shipping,
            line.c.is_gift_card, line.c.product_shopify_id, product.c.image_url, product.c.image_alt,
            variant.c.image_url.label("variant_image"), line.c.never_sent, sent.c.shipment_id,
            sent.c.quantity.label("travelling"),
        )
        .outerjoin_from(
            line, product, and_(product.c.shop_id == _SHOP, product.c.shopify_id == line.c.product_shopify_id)
        )
        .outerjoin(variant, and_(variant.c.shop_id == _SHOP, variant.c.shopify_id == line.c.variant_shopify_id))
        .outerjoin(sent, and_(sent.c.shipment_id.in_(parcels), sent.c.line_shopify_id == line.c.shopify_id))
        .where(_is_of_shop(line.c.shop_id), line.c.order_id == _ORDER)
        .order_by(line.c.position, line.c.id, sent.c.shipment_id)
    )  # fmt: skip


def _lines(session: Session, shop_id: int, order_id: int) -> tuple[LineFact, ...]:
    found: dict[int, tuple[list[Any], list[tuple[int, int]]]] = {}
    for row in _lines_asked().rows(session, shop=shop_id, order=order_id):
        _, travels = found.setdefault(row[0], (row, []))
        shipment_id, travelling = row[-2:]
        if shipment_id is not None:
            travels.append((shipment_id, travelling))
    return tuple(_line(row, travels) for row, travels in found.values())


def _line(row: list[Any], travels: list[tuple[int, int]]) -> LineFact:
    number, title, variant, vendor, quantity, current, price, discounts, is_sent, is_card, product, *more = row[:-2]
    of_product, alt, of_variant, never_sent = more
    return LineFact(
        number, title, variant, vendor, quantity, current, price, sum(part["amount"] for part in discounts), is_sent,
        is_card, product, of_variant or of_product, alt, tuple(travels), never_sent,
    )  # fmt: skip


_OF_PARCEL = tuple(name for name in ParcelFact._fields if name != "scans")


_LISTS = tuple(_OF_PARCEL.index(name) for name in ("numbers", "urls"))


@cache
def _parcels_asked() -> Prepared:
    parcel, scan = Shipment.__table__, Scan.__table__
    return Prepared(
        select(
            *(_of_parcel(parcel.c[name]) for name in _OF_PARCEL),
            scan.c.state.label("scan_state"), scan.c.reason.label("scan_reason"), scan.c.text, scan.c.place,
            scan.c.instant, scan.c.local_time, scan.c.precision,
        )
        .outerjoin_from(parcel, scan, and_(scan.c.shipment_id == parcel.c.id, scan.c.deleted_at.is_(None)))
        .where(_is_of_shop(parcel.c.shop_id), parcel.c.order_id == _ORDER)
        .order_by(parcel.c.shipped_at, parcel.c.id, scan.c.instant, scan.c.id)
    )  # fmt: skip


def _of_parcel(column: Any) -> Any:
    """A parcel's column; a list as the text it is stored as, since each of the parcel's scans repeats it."""
    return cast(column, String) if column.name in ("numbers", "urls") else column


def _parcels(session: Session, shop_id: int, order_id: int) -> tuple[ParcelFact, ...]:
    found: dict[int, tuple[list[Any], list[ScanFact]]] = {}
    width = len(_OF_PARCEL)
    for row in _parcels_asked().rows(session, shop=shop_id, order=order_id):
        _, scans = found.setdefault(row[0], (row, []))
        if row[width] is not None:
            scans.append(ScanFact(*row[width:]))
    return tuple(_parcel(row[:width], tuple(scans)) for row, scans in found.values())


def _parcel(known: list[Any], scans: tuple[ScanFact, ...]) -> ParcelFact:
    for place in _LISTS:
        known[place] = tuple(json_of(known[place]))
    return ParcelFact(*known, scans=scans)


@cache
def _promises_asked() -> Prepared:
    made = Promise.__table__.c
    columns = (made.shipment_id, made.likely, made.by, made.basis, made.share_percent, made.parcels, made.because)
    mine = (_is_of_shop(made.shop_id), made.order_id == _ORDER)
    return Prepared(select(*columns).where(*mine).order_by(made.id))


def _promises(session: Session, shop_id: int, order_id: int) -> tuple[PromiseFact, ...]:
    rows = _promises_asked().rows(session, shop=shop_id, order=order_id)
    return tuple(PromiseFact(*row) for row in rows)


def _of_collections() -> Any:
    collection, product, holds = Collection.__table__, Product.__table__, CollectionProduct.__table__
    return (
        select(collection.c.shopify_id)
        .join_from(collection, holds, holds.c.collection_id == collection.c.id)
        .join(product, product.c.id == holds.c.product_id)
        .where(product.c.shop_id == _SHOP, product.c.shopify_id.in_(_PRODUCTS))
    )


@cache
def _collections_asked() -> Prepared:
    return Prepared(_of_collections())


def _collections(session: Session, shop_id: int, order_id: int) -> frozenset[int]:
    return frozenset(number for (number,) in _collections_asked().rows(session, shop=shop_id, order=order_id))


@cache
def _how_tos_asked() -> Prepared:
    told = HowTo.__table__.c
    columns = (
        told.slug, told.owner_shopify_id, told.phase, told.type, told.language, told.title, told.text, told.minutes,
        told.steps,
    )  # fmt: skip
    of_product = and_(told.owner_kind == "product", told.owner_shopify_id.in_(_PRODUCTS))
    of_collection = and_(told.owner_kind == "collection", told.owner_shopify_id.in_(_of_collections()))
    # a product's own content comes before its collections'
    by_nearness = (told.owner_kind.desc(), told.position, told.id)
    return Prepared(
        select(*columns).where(told.shop_id == _SHOP, or_(of_product, of_collection)).order_by(*by_nearness)
    )


def _how_tos(session: Session, shop_id: int, order_id: int) -> tuple[HowToFact, ...]:
    rows = _how_tos_asked().rows(session, shop=shop_id, order=order_id)
    return tuple(HowToFact(*known, image_url=_first_picture(steps)) for *known, steps in rows)


def _first_picture(steps: list[Any]) -> str | None:
    return next((step["image"] for step in steps if step.get("image")), None)
