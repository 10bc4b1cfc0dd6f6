"""Products as cards need them, remembered for half a minute: many orders' pages show the same few of a shop."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, exists, or_, select, union
from sqlalchemy.orm import Session, aliased

from shopify_app.catalogue.models import Product, Variant
from shopify_app.recommendations.models import ItemCount
from shopify_app.recommendations.ranking import NEW_FOR, Candidate

KEPT_FOR = timedelta(seconds=30)
MOST_SHOPS = 200
MOST_NEW = 12
MOST_CHOSEN = 1000  # of a shop, in half a minute


@dataclass(frozen=True)
class Shown:
    """A product: its row, and what the filters must know of it before they know the shopper."""

    row: Any
    candidate: Candidate


@dataclass
class Board:
    """What was read of one shop since `began`. `known`: by product, None for one that we do not have; `new`: the
    newest products, None while not read; `chosen`: what was shown beside the same products to whoever had no past."""

    shop_id: int
    began: datetime
    known: dict[int, Shown | None] = field(default_factory=dict)
    new: dict[int, Shown] | None = None
    chosen: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)

    def holds(self, now: datetime) -> bool:
        return timedelta(0) <= now - self.began < KEPT_FOR and len(self.chosen) < MOST_CHOSEN

    def products(self, session: Session, numbers: Set[int], now: datetime) -> dict[int, Shown]:
        """The named products and a few new ones, by product. One statement where any of them is not known."""
        missing = numbers - self.known.keys()
        if missing or self.new is None:
            found = _read(session, self.shop_id, missing, now)
            self.known.update({number: found.get(number) for number in missing})
            self.new = self.new if self.new is not None else _newest(found, now)
        named = ((number, self.known[number]) for number in sorted(numbers))
        return {number: shown for number, shown in named if shown is not None} | self.new


class Shelf:
    """What stands in the shops' shelves, at most half a minute old. One for each process; threads share it: each entry
    is put there whole, and reading one twice does no harm."""

    def __init__(self) -> None:
        self._boards: dict[int, Board] = {}

    def of(self, shop_id: int, now: datetime) -> Board:
        """One shop's."""
        board = self._boards.get(shop_id)
        if board is None or not board.holds(now):
            if len(self._boards) >= MOST_SHOPS:
                self._boards = {}
            board = self._boards[shop_id] = Board(shop_id, now)
        return board


def _newest(found: dict[int, Shown], now: datetime) -> dict[int, Shown]:
    """The new ones of what the statement found, which has all that count besides those it was asked for."""
    fresh = [
        shown
        for shown in found.values()
        if shown.row.is_published and shown.row.created_at and shown.row.created_at > now - NEW_FOR
    ]
    fresh.sort(key=lambda shown: shown.row.created_at, reverse=True)
    return {shown.candidate.product_id: shown for shown in fresh[:MOST_NEW]}


def _read(session: Session, shop_id: int, numbers: Set[int], now: datetime) -> dict[int, Shown]:
    asked = {"shop": shop_id, "numbers": list(numbers), "newer_than": now - NEW_FOR}
    rows = session.connection().execute(_facts(), asked).all()
    return {row.shopify_id: Shown(row, _candidate(row)) for row in rows}


def _candidate(row: Any) -> Candidate:
    return Candidate(
        product_id=row.shopify_id,
        is_shown=row.is_published and not row.is_gift_card and row.deleted_at is None,
        is_buyable=row.variant_id is not None,
        created_at=row.created_at,
        product_type=row.product_type,
        orders=row.orders or 0.0,
        returned=row.returned or 0.0,
    )


@cache
def _facts() -> Any:
    """The statement, made once: the named products and the newest, each with the cheapest variant that can be bought
    (None where none can)."""
    shop = bindparam("shop")
    new = (
        select(Product.id)
        .where(Product.shop_id == shop, Product.is_published, Product.created_at > bindparam("newer_than"))
        .order_by(Product.created_at.desc())
        .limit(MOST_NEW)
        .subquery()
    )
    named = select(Product.id).where(
        Product.shop_id == shop, Product.shopify_id.in_(bindparam("numbers", expanding=True))
    )
    looked_at = union(named, select(new.c.id))  # each by its index: one OR would read all products of the shop
    other = aliased(Variant)
    cheapest = select(other.id).where(other.product_id == Product.id, _can_buy(other))
    cheapest = cheapest.order_by(other.price, other.position).limit(1).correlate(Product).scalar_subquery()
    dearer = exists().where(other.product_id == Variant.product_id, other.price > Variant.price, _can_buy(other))
    return (
        select(
            *(Product.shopify_id, Product.handle, Product.title, Product.product_type),
            *(Product.is_published, Product.is_gift_card, Product.deleted_at, Product.created_at),
            *(Product.image_url, Product.image_width, Product.image_height, Product.image_alt),
            *(Variant.shopify_id.label("variant_id"), Variant.price, dearer.label("has_more_prices")),
            *(cast(Product.tags, String).label("tags"), ItemCount.orders, ItemCount.returned),
        )
        .select_from(Product)
        .join(Variant, Variant.id == cheapest, isouter=True)
        .join(
            ItemCount,
            and_(ItemCount.shop_id == Product.shop_id, ItemCount.product_id == Product.shopify_id),
            isouter=True,
        )
        .where(Product.id.in_(looked_at))
        .order_by(Product.id)
    )


def _can_buy(variant: Any) -> ColumnElement[bool]:
    return and_(variant.price > 0, or_(variant.available.is_(None), variant.available > 0, variant.sells_when_out))
