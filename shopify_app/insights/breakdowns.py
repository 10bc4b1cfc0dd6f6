"""What figures are made of: returned products with their reasons, variants, vendors, lanes, named customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from shopify_app.catalogue.models import Product, Variant
from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.insights.counts import Count, Sums
from shopify_app.insights.models import ProductDay
from shopify_app.insights.periods import Span
from shopify_app.insights.portraits import Best
from shopify_app.insights.report import sums


@dataclass(frozen=True)
class Returned:
    """A product that came back (`product_id` 0: lines without one). `reasons` are (reason, units), the most first;
    `sold` are its units sold in the same days, None where that was not asked. `title` None: no longer known."""

    product_id: int
    title: str | None
    units: int
    reasons: tuple[tuple[str, int], ...]
    sold: int | None = None

    @property
    def rate(self) -> float | None:
        """Returned of sold."""
        return self.units / self.sold if self.sold else None


@dataclass(frozen=True)
class ReturnedVariant:
    """A variant that came back; titles None where the catalogue does not know it any more."""

    product_id: int
    variant_id: int
    product: str | None
    variant: str | None
    units: int


@dataclass(frozen=True)
class LaneResult:
    """A carrier's parcels to a country."""

    lane: str
    delivered: int
    promised: int
    kept: int
    transit_parcels: int
    transit_days: int


@dataclass(frozen=True)
class Known:
    """A customer with their name (empty: erased, or never told)."""

    best: Best
    name: str
    shopify_id: int | None


def returned_products(session: Session, shop_id: int, span: Span, most: int) -> tuple[Returned, ...]:
    """The products of which most units were asked back, three statements."""
    by_product: dict[int, Counter[str]] = {}
    for key, units in sums(session, shop_id, span, (Count.BY_PRODUCT,)).keys(Count.BY_PRODUCT).items():
        product, _, reason = key.partition("|")
        by_product.setdefault(int(product), Counter())[reason] += units
    first = sorted(by_product, key=lambda each: (-by_product[each].total(), each))[:most]
    titles, sold = _titles(session, shop_id, first), _sold(session, shop_id, span, first)
    return tuple(
        Returned(
            product_id=each,
            title=titles.get(each),
            units=by_product[each].total(),
            reasons=tuple(sorted(by_product[each].items(), key=lambda pair: (-pair[1], pair[0]))),
            sold=sold.get(each),
        )
        for each in first
    )


def returned_variants(session: Session, shop_id: int, span: Span, most: int) -> tuple[ReturnedVariant, ...]:
    """The variants of which most units were asked back."""
    found = list(sums(session, shop_id, span, (Count.BY_VARIANT,)).keys(Count.BY_VARIANT).items())[:most]
    pairs = [tuple(int(part) for part in key.split("|")) for key, _ in found]
    titles = _titles(session, shop_id, {product for product, _ in pairs})
    wanted = select(Variant.shopify_id, Variant.title).where(
        Variant.shop_id == shop_id, Variant.shopify_id.in_({variant for _, variant in pairs})
    )
    variants = {shopify_id: title for shopify_id, title in session.execute(wanted)}
    return tuple(
        ReturnedVariant(product, variant, titles.get(product), variants.get(variant), units)
        for (product, variant), (_, units) in zip(pairs, found, strict=True)
    )


def returned_by_vendor(session: Session, shop_id: int, span: Span) -> dict[str, int]:
    """Units by vendor, the most first."""
    return sums(session, shop_id, span, (Count.BY_VENDOR,)).keys(Count.BY_VENDOR)


def lanes(found: Sums) -> tuple[LaneResult, ...]:
    """By carrier and country, the busiest first."""
    parts = {
        count: found.keys(count)
        for count in (
            *(Count.DELIVERED, Count.DELIVERED_PROMISED, Count.DELIVERED_KEPT),
            *(Count.TRANSIT_PARCELS, Count.TRANSIT_DAYS),
        )
    }
    return tuple(
        LaneResult(
            lane=lane,
            delivered=delivered,
            promised=parts[Count.DELIVERED_PROMISED].get(lane, 0),
            kept=parts[Count.DELIVERED_KEPT].get(lane, 0),
            transit_parcels=parts[Count.TRANSIT_PARCELS].get(lane, 0),
            transit_days=parts[Count.TRANSIT_DAYS].get(lane, 0),
        )
        for lane, delivered in parts[Count.DELIVERED].items()
    )


def named(session: Session, shop_id: int, best: Iterable[Best]) -> tuple[Known, ...]:
    """Customers with their names, which are read now and kept nowhere else. Whoever was erased has none."""
    chosen = list(best)
    wanted = select(Customer).where(Customer.shop_id == shop_id, Customer.id.in_([each.customer_id for each in chosen]))
    people = {row.id: row for row in session.scalars(wanted)}
    return tuple(Known(each, *_person(people.get(each.customer_id))) for each in chosen)


def _person(row: Customer | None) -> tuple[str, int | None]:
    if row is None or row.deleted_at is not None:
        return "", None
    return " ".join(part for part in (row.first_name, row.last_name) if part), row.shopify_id


def _titles(session: Session, shop_id: int, products: Collection[int]) -> dict[int, str]:
    wanted = select(Product.shopify_id, Product.title).where(
        Product.shop_id == shop_id, Product.shopify_id.in_(products)
    )
    return {shopify_id: title for shopify_id, title in session.execute(wanted)} if products else {}


def _sold(session: Session, shop_id: int, span: Span, products: Collection[int]) -> dict[int, int]:
    row = ProductDay
    wanted = (
        select(row.product_id, func.sum(row.units))
        .where(row.shop_id == shop_id, row.product_id.in_(products), row.day.between(span.first, span.last))
        .group_by(row.product_id)
    )
    return {product_id: int(units) for product_id, units in session.execute(wanted)} if products else {}
