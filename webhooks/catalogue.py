"""Products and their stock."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.catalogue.projection import apply_product, apply_stock, delete_product
from shopify_app.shopify import payloads, product_payloads
from shopify_app.shopify.payload_fields import number
from shopify_app.shops.models import Shop
from webhooks.work import Stale, Work


def product_changed(work: Work) -> None:
    """``products/create|update``. A product with more variants than a payload holds is read whole."""
    snapshot = product_payloads.product(work.payload, _shop_currency(work), work.triggered_at)
    if not product_payloads.is_whole(work.payload):
        snapshot = work.admin().product(snapshot.shopify_id)
        if snapshot is None:
            raise Stale("Shopify shows us no such product")
    with work.applying() as session:
        apply_product(session, work.shop_id, snapshot, work.now)


def product_deleted(work: Work) -> None:
    """``products/delete``: only the id."""
    product_id = number(work.payload, "id")
    with work.applying() as session:
        delete_product(session, work.shop_id, product_id, work.now)


def stock_changed(work: Work) -> None:
    """``inventory_levels/update``: what one location holds of one item."""
    snapshot = payloads.stock(work.payload, work.triggered_at)
    with work.applying() as session:
        apply_stock(session, work.shop_id, snapshot, work.now)


def _shop_currency(work: Work) -> str:
    with work.reading() as session:
        return session.scalars(select(Shop.currency).where(Shop.id == work.shop_id)).one()
