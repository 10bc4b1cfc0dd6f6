"""Products that Shopify deleted while nobody told us: their absence is the only trace they leave.

All ids of the shop are read in ascending order, page by page. A page speaks for the ids from where the page before
ended to its own last one (the last page for all above), so each is compared on its own: a read that breaks off deletes
nothing that it has not seen, and goes on from there. What looks gone is asked for once more, by its id; a product is
deleted only when both reads agree.
"""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.catalogue.models import Product
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.snapshots import Page
from shopify_app.wiring import Adapters

ASKED_AT_ONCE = 250
"""As many as Shopify answers for in one question by id."""


def gone_page(adapters: Adapters, admin: AdminAPI, shop_id: int, cursor: str | None) -> Page[int]:
    """Shopify's ids of our products that are gone, as far as one page of Shopify's tells. `cursor` is of our making:
    the last id of the page before, and Shopify's own cursor."""
    after, _, theirs = (cursor or "0 ").partition(" ")
    page = admin.product_ids_page(theirs or None)
    last = max(page.nodes, default=int(after))
    missing = [*_held(adapters, shop_id, int(after), last if page.next_cursor else None) - set(page.nodes)]
    gone: list[int] = []
    for start in range(0, len(missing), ASKED_AT_ONCE):
        asked = sorted(missing)[start : start + ASKED_AT_ONCE]
        there = admin.products_there(asked)
        gone += [product for product in asked if product not in there]
    return Page(tuple(gone), f"{last} {page.next_cursor}" if page.next_cursor else None)


def _held(adapters: Adapters, shop_id: int, after: int, last: int | None) -> set[int]:
    """Our living products above `after`, up to `last`."""
    ours = select(Product.shopify_id).where(Product.shop_id == shop_id, Product.deleted_at.is_(None))
    ours = ours.where(Product.shopify_id > after)
    with adapters.database.read() as session:
        return set(session.scalars(ours if last is None else ours.where(Product.shopify_id <= last)))
