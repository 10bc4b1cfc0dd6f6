"""Which plan each shop has: asked again once a day, in case Shopify's word of a change never reached us."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import select

from shopify_app.queue import celery
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)


@celery.task(name="jobs.read_plans", bind=True)
def read_plans(self: Any) -> None:
    """Asks for every installed shop."""
    read_all(self.app.adapters)


def read_all(adapters: Adapters) -> None:
    """Shops that Shopify does not answer for keep what they had until tomorrow; the others are asked all the same."""
    with adapters.database.read() as session:
        shops = session.scalars(select(Shop.id).where(Shop.state == ShopState.INSTALLED).order_by(Shop.id)).all()
    for shop_id in shops:
        try:
            adapters.entitlements.ask(shop_id)
        except ShopifyError as failure:
            log.warning("plan_not_read", shop_id=shop_id, error=type(failure).__name__)
