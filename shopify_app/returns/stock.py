"""What can still be promised of a variant: Shopify's stock less what other exchanges hold. Rows of ours only;
Shopify's stock is untouched, and read again at approval."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from shopify_app.catalogue.models import Variant
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.returns.exchanges import NewItem
from shopify_app.returns.models import Return, StockHold
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import WITH_CART, Outcome
from shopify_app.shopify.return_snapshots import VariantStock
from shopify_app.shops.models import Shop


def held(
    session: Session, shop_id: int, variant_ids: Collection[int], now: datetime, *, but_return: int | None = None
) -> dict[int, int]:
    """Units of each variant kept aside for returns (other than `but_return`); variants without a hold are left out."""
    counted = (
        select(StockHold.variant_id, func.sum(StockHold.quantity))
        .where(
            StockHold.shop_id == shop_id,
            StockHold.variant_id.in_(variant_ids),
            StockHold.released_at.is_(None),
            StockHold.until > now,
            StockHold.return_id != (but_return or 0),
        )
        .group_by(StockHold.variant_id)
    )
    return {variant_id: int(units) for variant_id, units in session.execute(counted)}


def promised(session: Session, ret: Return) -> dict[int, int]:
    """Units of each variant that the return promises: replacements of even swaps, and the new items of its carts."""
    wanted: dict[int, int] = {}
    for line in ret.lines:
        if line.outcome == Outcome.VARIANT_EXCHANGE and line.replacement_variant_id is not None:
            wanted[line.replacement_variant_id] = wanted.get(line.replacement_variant_id, 0) + line.quantity
    groups = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id, ReleaseGroup.outcome.in_(WITH_CART))
    for group in session.scalars(groups):
        for item in items_of(group):
            wanted[item.variant_id] = wanted.get(item.variant_id, 0) + item.quantity
    return wanted


def items_of(group: ReleaseGroup) -> tuple[NewItem, ...]:
    """The new items that a group's exchange was accepted for."""
    if group.outcome not in WITH_CART or not group.accepted:
        return ()
    cart = settlement_from_stored(group.accepted).cart
    return cart.items if cart else ()


def missing(
    session: Session,
    shop_id: int,
    wanted: Mapping[int, int],
    now: datetime,
    *,
    but_return: int | None = None,
    live: Mapping[int, VariantStock] | None = None,
) -> tuple[int, ...]:
    """Which of the `wanted` variants (units by id) cannot be had. `live` is Shopify's stock read just now; without it
    our own copy of it counts."""
    if not wanted:
        return ()
    aside = held(session, shop_id, wanted.keys(), now, but_return=but_return)
    known = live if live is not None else of_rows(session, shop_id, wanted.keys())
    return tuple(
        variant_id
        for variant_id, units in wanted.items()
        if variant_id not in known or not known[variant_id].has(units + aside.get(variant_id, 0))
    )


def of_rows(session: Session, shop_id: int, variant_ids: Collection[int]) -> dict[int, VariantStock]:
    """The stock that webhooks told us, in the shape of a live read."""
    wanted = select(Variant).options(joinedload(Variant.product))
    found = session.scalars(wanted.where(Variant.shop_id == shop_id, Variant.shopify_id.in_(variant_ids)))
    currency = session.get_one(Shop, shop_id).currency
    return {each.shopify_id: _stock(each, currency) for each in found}


def hold(session: Session, shop_id: int, return_id: int, wanted: Mapping[int, int], days: int, now: datetime) -> None:
    """Keeps units aside for a return, for `days`."""
    session.add_all(
        StockHold(
            shop_id=shop_id, return_id=return_id, variant_id=variant, quantity=units, until=now + timedelta(days=days)
        )
        for variant, units in wanted.items()
    )


def release(session: Session, return_id: int, now: datetime) -> None:
    """What the return held can be promised to others again."""
    session.execute(
        update(StockHold)
        .where(StockHold.return_id == return_id, StockHold.released_at.is_(None))
        .values(released_at=now)
        .execution_options(synchronize_session=False)
    )


def _stock(variant: Variant, currency: str) -> VariantStock:
    product = variant.product
    return VariantStock(
        variant_id=variant.shopify_id,
        price=Money(variant.price, currency).decimal,
        available=variant.available,
        sells_when_out=variant.sells_when_out,
        is_on_sale=product.deleted_at is None and product.is_published,
    )
