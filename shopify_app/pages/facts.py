"""What a tracking page is made of, read in six statements whatever the order's size."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Collection, CollectionProduct, HowTo, Product, Variant
from shopify_app.orders.models import OrderLine
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


@dataclass(frozen=True)
class LineFact:
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


@dataclass(frozen=True)
class ScanFact:
    state: str
    reason: str | None
    text: str | None
    place: str | None
    instant: datetime | None
    local_time: str | None
    precision: str = "minute"


@dataclass(frozen=True)
class ParcelFact:
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


@dataclass(frozen=True)
class PromiseFact:
    """A date that was shown; the newest of a parcel comes last."""

    shipment_id: int | None
    likely: date | None
    by: date
    basis: str
    share_percent: int | None = None
    parcels: int | None = None
    because: str | None = None


@dataclass(frozen=True)
class HowToFact:
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
    """Everything about one order's page that was read from the database, beside the order row itself."""

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


def load_picture(session: Session, shop_id: int, order_id: int, settings: PageSettings) -> OrderPicture:
    """Five statements, columns only: a page is read far more often than anything else."""
    lines = _lines(session, shop_id, order_id)
    products = {line.product_id for line in lines if line.product_id}
    collections = _collections(session, shop_id, products)
    return OrderPicture(
        settings=settings,
        lines=lines,
        parcels=_parcels(session, shop_id, order_id),
        promises=_promises(session, shop_id, order_id),
        collections=collections,
        how_tos=_how_tos(session, shop_id, products, collections),
    )


def _lines(session: Session, shop_id: int, order_id: int) -> tuple[LineFact, ...]:
    rows = session.execute(
        select(
            OrderLine.shopify_id, OrderLine.title, OrderLine.variant_title, OrderLine.vendor, OrderLine.quantity,
            OrderLine.current_quantity, OrderLine.unit_price, OrderLine.discounts, OrderLine.requires_shipping,
            OrderLine.is_gift_card, OrderLine.product_shopify_id, Product.image_url, Product.image_alt,
            Variant.image_url.label("variant_image"), ShipmentLine.shipment_id,
            ShipmentLine.quantity.label("travelling"),
        )
        .outerjoin(
            Product, and_(Product.shop_id == shop_id, Product.shopify_id == OrderLine.product_shopify_id)
        )
        .outerjoin(
            Variant, and_(Variant.shop_id == shop_id, Variant.shopify_id == OrderLine.variant_shopify_id)
        )
        .outerjoin(
            ShipmentLine,
            and_(ShipmentLine.shop_id == shop_id, ShipmentLine.line_shopify_id == OrderLine.shopify_id),
        )
        .where(OrderLine.shop_id == shop_id, OrderLine.order_id == order_id)
        .order_by(OrderLine.position, OrderLine.id, ShipmentLine.shipment_id)
    )  # fmt: skip
    found: dict[int, tuple[Any, list[tuple[int, int]]]] = {}
    for row in rows:
        _, travels = found.setdefault(row.shopify_id, (row, []))
        if row.shipment_id is not None:
            travels.append((row.shipment_id, row.travelling))
    return tuple(_line(row, travels) for row, travels in found.values())


def _line(row: Any, travels: list[tuple[int, int]]) -> LineFact:
    return LineFact(
        row.shopify_id, row.title, row.variant_title, row.vendor, row.quantity, row.current_quantity, row.unit_price,
        sum(part["amount"] for part in row.discounts), row.requires_shipping, row.is_gift_card,
        row.product_shopify_id, row.variant_image or row.image_url, row.image_alt, tuple(travels),
    )  # fmt: skip


def _parcels(session: Session, shop_id: int, order_id: int) -> tuple[ParcelFact, ...]:
    columns = (
        Shipment.id, Shipment.state, Shipment.reason, Shipment.state_at, Shipment.kind, Shipment.company,
        Shipment.carrier, Shipment.numbers, Shipment.urls, Shipment.shipped_at, Shipment.accepted_at,
        Shipment.delivered_at, Shipment.carrier_eta, Shipment.destination, Shipment.destination_zone,
        Shipment.late_risk,
    )  # fmt: skip
    scan_columns = (
        Scan.state.label("scan_state"), Scan.reason.label("scan_reason"), Scan.text, Scan.place, Scan.instant,
        Scan.local_time, Scan.precision,
    )  # fmt: skip
    rows = session.execute(
        select(*columns, *scan_columns)
        .outerjoin(Scan, and_(Scan.shipment_id == Shipment.id, Scan.deleted_at.is_(None)))
        .where(Shipment.shop_id == shop_id, Shipment.order_id == order_id)
        .order_by(Shipment.shipped_at, Shipment.id, Scan.instant, Scan.id)
    )
    found: dict[int, tuple[Any, list[ScanFact]]] = {}
    for row in rows:
        _, scans = found.setdefault(row.id, (row, []))
        if row.scan_state is not None:
            scans.append(_scan(row))
    return tuple(_parcel(row, tuple(scans)) for row, scans in found.values())


def _parcel(row: Any, scans: tuple[ScanFact, ...]) -> ParcelFact:
    known: dict[str, Any] = {name: getattr(row, name) for name in ParcelFact.__dataclass_fields__ if name != "scans"}
    known |= {"numbers": tuple(row.numbers), "urls": tuple(row.urls)}
    return ParcelFact(**known, scans=scans)


def _scan(row: Any) -> ScanFact:
    return ScanFact(row.scan_state, row.scan_reason, row.text, row.place, row.instant, row.local_time, row.precision)


def _promises(session: Session, shop_id: int, order_id: int) -> tuple[PromiseFact, ...]:
    rows = session.execute(
        select(
            Promise.shipment_id, Promise.likely, Promise.by, Promise.basis, Promise.share_percent, Promise.parcels,
            Promise.because,
        )
        .where(Promise.shop_id == shop_id, Promise.order_id == order_id)
        .order_by(Promise.id)
    )  # fmt: skip
    return tuple(PromiseFact(*row) for row in rows)


def _collections(session: Session, shop_id: int, products: set[int]) -> frozenset[int]:
    rows = session.scalars(
        select(Collection.shopify_id)
        .join(CollectionProduct, CollectionProduct.collection_id == Collection.id)
        .join(Product, Product.id == CollectionProduct.product_id)
        .where(Product.shop_id == shop_id, Product.shopify_id.in_(products))
        .distinct()
    )
    return frozenset(rows)


def _how_tos(session: Session, shop_id: int, products: set[int], collections: frozenset[int]) -> tuple[HowToFact, ...]:
    rows = session.execute(
        select(
            HowTo.slug, HowTo.owner_shopify_id, HowTo.phase, HowTo.type, HowTo.language, HowTo.title, HowTo.text,
            HowTo.minutes, HowTo.steps,
        )
        .where(
            HowTo.shop_id == shop_id,
            or_(
                and_(HowTo.owner_kind == "product", HowTo.owner_shopify_id.in_(products)),
                and_(HowTo.owner_kind == "collection", HowTo.owner_shopify_id.in_(collections)),
            ),
        )
        # a product's own content comes before its collections'
        .order_by(HowTo.owner_kind.desc(), HowTo.position, HowTo.id)
    )  # fmt: skip
    return tuple(HowToFact(*row[:-1], image_url=_first_picture(row.steps)) for row in rows)


def _first_picture(steps: list[Any]) -> str | None:
    return next((step["image"] for step in steps if step.get("image")), None)
