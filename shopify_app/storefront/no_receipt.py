"""The door for people without an order number: which product it is, and the form about it. No script, no account."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Product
from shopify_app.i18n import Phrase
from shopify_app.money import Money
from shopify_app.pages.no_receipt import BASE, AskPage, SearchPage, Typed, products_found
from shopify_app.pages.parts import Picture
from shopify_app.pages.return_goods import goods_of, item
from shopify_app.pages.support import support_block
from shopify_app.pages.texts import followable, plain
from shopify_app.returns import effect_words, facts, published
from shopify_app.returns.amounts import Rates
from shopify_app.returns.no_receipt import terms as no_receipt_terms
from shopify_app.returns.no_receipt.asking import MOST_PIECES
from shopify_app.returns.subjects import LineFacts
from shopify_app.returns.vocabulary import ProofLevel
from shopify_app.settings.no_receipt import NoReceipt as Settings
from shopify_app.settings.store import load
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.reading import frame_for, renderer
from shopify_app.storefront.returns_answers import CannotSay, Setting
from shopify_app.storefront.returns_codes import open_setting

PURPOSE, LIFE = "no-receipt form", timedelta(hours=2)
SHOWN = 12


@dataclass(frozen=True)
class Counter:
    """Somebody at the form about one product; `key` makes sending it twice one request."""

    setting: Setting
    product: Product
    key: str
    token: str


@proxied.get("/returns/no-receipt")
def no_receipt_start() -> Response:
    """Which product: a search by its name (``?q=``), then the form about one (``?item=``)."""
    with adapters().database.read() as session:
        setting = opened(session)
        chosen = request.args.get("item", "")
        if chosen.isdecimal() and len(chosen) < 19:
            product = product_of(session, setting, int(chosen))
            if product is not None:
                return form_page(session, _counter(setting, product), Typed(), ())
        return _search(session, setting, plain(request.args.get("q"), 80))


def opened(session: Session) -> Setting:
    """The shop's way of speaking, where the merchant has opened this door. Raises CannotSay."""
    setting = open_setting(session)
    if not load(session, setting.shop.id, Settings).is_open:
        raise CannotSay(404)
    return setting


def page(
    setting: Setting, template: str, tail: str, page: Any, status: int = 200, keep: dict[str, str] | None = None
) -> Response:
    """A page of this door; `keep` goes into the links to other languages."""
    frame = frame_for(setting.shop, setting.brand, setting.place, setting.place.path(tail), keep)
    support = support_block(setting.support, None, setting.here)
    body = renderer().render(f"storefront/{template}", setting.language, frame, page=page, support=support)
    return answers.page(body, setting.place.surface, status)


def _counter(setting: Setting, product: Product) -> Counter:
    key = secrets.token_urlsafe(12)
    said = {"s": setting.shop.id, "p": product.shopify_id, "k": key}
    return Counter(setting, product, key, adapters().database.keyring.sign(PURPOSE, said, setting.now + LIFE))


def product_of(session: Session, setting: Setting, shopify_id: int) -> Product | None:
    """A product that the shop shows; its variants come with it."""
    mine = (Product.shop_id == setting.shop.id, Product.shopify_id == shopify_id)
    found = session.scalar(select(Product).where(*mine, *_sold()))
    if found is not None:
        _ = len(found.variants)  # read now: the form outlives the session
    return found


def _sold() -> tuple[Any, ...]:
    return (Product.deleted_at.is_(None), Product.is_published.is_(True), Product.is_gift_card.is_(False))


def _search(session: Session, setting: Setting, query: str) -> Response:
    words = query.lower().split()[:6]
    fits = [func.lower(Product.title).contains(word, autoescape=True) for word in words]
    mine = select(Product).where(Product.shop_id == setting.shop.id, *_sold(), *fits)
    rows = session.scalars(mine.order_by(Product.title, Product.id).limit(SHOWN + 1)).all() if words else []
    found = products_found(
        [
            (row.title, Picture(url) if (url := followable(row.image_url)) else None, _address(setting, row))
            for row in rows[:SHOWN]
        ]
    )
    shown = SearchPage(setting.place.path(BASE), query, found, len(rows) > SHOWN)
    return page(setting, "no_receipt_search.html", BASE, shown, keep={"q": query} if query else None)


def _address(setting: Setting, product: Product) -> str:
    chosen = {"lang": setting.language.code} if request.args.get("lang") else {}
    return f"{setting.place.path(BASE)}?{urlencode({'item': product.shopify_id} | chosen)}"


def form_page(
    session: Session,
    here: Counter,
    typed: Typed,
    problems: tuple[tuple[str, Phrase], ...],
    status: int = 200,
) -> Response:
    """The form about one product, with what was typed and what is wrong with it."""
    setting, product = here.setting, here.product
    pictures = goods_of(session, setting.shop.id, {product.shopify_id})
    several = product.variants if len(product.variants) > 1 else []
    given, level = gives(session, setting, product)
    shown = AskPage(
        action=setting.place.path(f"{BASE}/{here.token}"),
        back=setting.path(BASE),
        item=item(product.title, None, 1, pictures.picture(product.shopify_id, None)),
        variants=tuple((each.shopify_id, plain(each.title, 120)) for each in several),
        most=MOST_PIECES,
        gives=given,
        needs_paper=level is ProofLevel.GIFT,
        typed=typed,
        problems=problems,
    )
    return page(setting, "no_receipt.html", BASE, shown, status, {"item": str(product.shopify_id)})


def gives(session: Session, setting: Setting, product: Product) -> tuple[tuple[Phrase, ...], ProofLevel]:
    """What the policy gives for it without an order, in words; before a reason is known."""
    of_goods = facts.goods(session, setting.shop.id, [product.shopify_id])[product.shopify_id]
    rates = Rates(setting.shop.currency, setting.shop.currency)
    line = LineFacts(
        0,
        Money.zero(setting.shop.currency),
        product_id=product.shopify_id,
        product_tags=of_goods.tags,
        collection_ids=of_goods.collections,
        product_type=of_goods.type,
        vendor=of_goods.vendor,
        is_final_sale=of_goods.is_final_sale,
    )
    found = no_receipt_terms.decided(published.newest(session, setting.shop.id), line, None)
    if found is None or found[1].proof is ProofLevel.ORDER:
        return (), ProofLevel.ORDER
    return effect_words.without_receipt(found[1], (rates,)), found[1].proof
