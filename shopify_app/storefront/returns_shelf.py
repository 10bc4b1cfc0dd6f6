"""What stands on the shelf of the shop inside a return: products by search, their prices in the order's currency, and
what is there of them by Shopify's word of just now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.catalogue import search
from shopify_app.catalogue.models import Product, Variant
from shopify_app.catalogue.search import Found, Wanted
from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.pages.parts import Picture
from shopify_app.pages.return_outcomes import FEW_LEFT
from shopify_app.pages.return_page import Choice, Flow
from shopify_app.pages.return_shop import ProductCard, ProductPage, Search, VariantChoice
from shopify_app.pages.texts import followable, plain
from shopify_app.returns.facts import rates_of
from shopify_app.returns.shop_now.shopping import exchange_input
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import VariantStock
from shopify_app.shopify.transport import WEB
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import asking_shopify
from shopify_app.storefront.returns_visit import Visit

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Shelf:
    """A page of products, and what was looked for."""

    found: tuple[Found, ...]
    has_more: bool
    page: int
    search: Search

    @classmethod
    def of(
        cls, session: Session, shop_id: int, words: str, collection: int | None, page: int, like: Sequence[int | None]
    ) -> Shelf:
        """What the words and the collection find; without either, products of the type of `like` first."""
        kind = select(Product.product_type).where(Product.shop_id == shop_id, Product.shopify_id.in_(like))
        wanted = Wanted(words, collection, session.scalars(kind.limit(1)).first(), page)
        found, has_more = search.find_products(session, shop_id, wanted)
        choices = tuple(
            Choice(str(id), plain(title, 80), id == collection) for id, title in search.collections(session, shop_id)
        )
        return cls(tuple(found), has_more, page, Search(words, choices))

    def query(self) -> dict[str, str]:
        """The search as an address has it."""
        inside = next((each.value for each in self.search.collections if each.is_chosen), "")
        return {name: value for name, value in (("q", self.search.words), ("in", inside)) if value}


def prices_of(here: Visit, variant_ids: Sequence[int]) -> dict[int, Money]:
    """What each variant costs in the order's currency. In the shop's own that is what our rows say; in another one it
    is asked of Shopify, which knows the market's prices. With no transaction open."""
    rates = rates_of(here.returnable)
    with adapters().database.read() as session:
        rows = select(Variant.shopify_id, Variant.price).where(
            Variant.shop_id == here.draft.shop_id, Variant.shopify_id.in_(variant_ids)
        )
        own = {id: Money(price, rates.shop_currency) for id, price in session.execute(rows)}
    if rates.currency == rates.shop_currency:
        return own
    about = {id: converted for id, price in own.items() if (converted := rates.money(price)) is not None}
    try:
        ids = [id for id in variant_ids if id in own]
        asked = [exchange_input(id, 1) for id in ids]
        admin = adapters().admin(here.draft.shop_id, WEB)
        said = admin.calculated_return(here.order.shopify_id, rates.currency, (), asked).new if asked else ()
        return {id: line.unit for id, line in zip(ids, said, strict=True)}
    except ShopifyError as failure:
        log.warning(
            "market_prices_not_read", shop_id=here.draft.shop_id, order_id=here.order.id, error=type(failure).__name__
        )
        return about


def look_at_variants(here: Visit, variant_ids: Sequence[int]) -> dict[int, VariantStock]:
    """Shopify's stock, with no transaction open. Raises CannotSay."""
    with asking_shopify():
        return adapters().admin(here.draft.shop_id, WEB).variant_stock(variant_ids)


def cards_of(here: Visit, shelf: Shelf, prices: Mapping[int, Money], outcome: Outcome) -> tuple[ProductCard, ...]:
    """The products as cards that lead to their own pages."""
    return tuple(
        ProductCard(
            title=plain(each.title, 120) or "·",
            url=_address(here, each.product_id, outcome),
            picture=_picture(each.image_url, each.image_alt, each.image_width, each.image_height),
            price=prices.get(each.variant_id),
            has_more=each.has_more_prices,
        )
        for each in shelf.found
    )


def product_page(
    flow: Flow,
    known: Product,
    prices: Mapping[int, Money],
    live: Mapping[int, VariantStock],
    aside: Mapping[int, int],
    base: str,
    outcome: Outcome,
) -> ProductPage:
    """A product's page; what others have been promised is not there for anybody else."""
    variants = tuple(
        _variant(each, prices.get(each.shopify_id), live.get(each.shopify_id), aside.get(each.shopify_id, 0))
        for each in known.variants
    )
    picture = _picture(known.image_url, known.image_alt, known.image_width, known.image_height)
    return ProductPage(flow, outcome, base, plain(known.title, 200) or "·", picture, variants, (), known.shopify_id)


def _variant(row: Variant, price: Money | None, have: VariantStock | None, aside: int) -> VariantChoice:
    is_there = have is not None and row.price > 0 and have.has(1 + aside)
    label: Phrase | str = "" if row.title == "Default Title" else plain(row.title, 120)
    if have is not None and is_there and have.available is not None and not have.sells_when_out:
        left = have.available - aside
        if left <= FEW_LEFT and label:
            label = phrase("{variant} ({count} left)", variant=label, count=left)
    return VariantChoice(row.shopify_id, label, price, is_there)


def _picture(url: str | None, alt: str | None, width: int | None, height: int | None) -> Picture | None:
    address = followable(url)
    return Picture(address, width, height, plain(alt, 255)) if address else None


def _address(here: Visit, product_id: int, outcome: Outcome) -> str:
    path = here.path(f"shop/{product_id}")
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'for': outcome})}"
