"""Work that the clock asks for in every shop: what goes wrong in one must not keep it from all the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from sqlalchemy import select

from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)


def installed(adapters: Adapters) -> list[int]:
    """Ids of the shops that have us installed."""
    wanted = select(Shop.id).where(Shop.state == ShopState.INSTALLED).order_by(Shop.id)
    with adapters.database.read() as session:
        return list(session.scalars(wanted))


def for_each(shop_ids: Iterable[int], work: Callable[[int], object]) -> int:
    """Does `work` for one shop after the other; how many it went well for. A shop that was erased meanwhile, or a row
    of its that nobody foresaw, is logged, and its turn comes again with the clock."""
    done = 0
    for shop_id in shop_ids:
        try:
            work(shop_id)
            done += 1
        except Exception as failure:  # the boundary of one shop
            log.error("shop_left_out", shop_id=shop_id, exc_info=failure)
    return done
