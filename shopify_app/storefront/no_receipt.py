"""The door for people without an order number: which product, what happened, and pictures of it. No script, no account.

Sending it in gives the same answer to everybody, whether we know the address or not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from shopify_app.catalogue.models import Product, Variant
from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.envelope import NoAddress, address_of
from shopify_app.money import Money
from shopify_app.orders.access import TooManyTries
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.no_receipt import BASE, REASONS, AskPage, SearchPage, Typed, products_found
from shopify_app.pages.parts import Picture
from shopify_app.pages.return_goods import goods_of, item
from shopify_app.pages.support import support_block
from shopify_app.pages.texts import followable, plain
from shopify_app.returns import effect_words, facts, no_receipt_asking, no_receipt_files, no_receipt_terms, published
from shopify_app.returns.amounts import Rates
from shopify_app.returns.no_receipt_asking import MOST_PIECES, Asked, email_hash
from shopify_app.returns.no_receipt_files import MOST_OF_EACH, TOO_MANY, KeptFile
from shopify_app.returns.no_receipt_models import ProofOf
from shopify_app.returns.photos import MOST_BYTES, PhotoRefused
from shopify_app.returns.subjects import LineFacts
from shopify_app.returns.vocabulary import ProofLevel
from shopify_app.settings.no_receipt import NoReceipt as Settings
from shopify_app.settings.store import load
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.reading import frame_for, renderer
from shopify_app.storefront.returns_codes import count_try, open_setting
from shopify_app.storefront.returns_visit import CannotSay, Setting, onward, refused

PURPOSE, LIFE = "no-receipt form", timedelta(hours=2)
ASKING, ASKING_LIFE = "no-receipt code", timedelta(minutes=30)
SHOWN = 12
LONGEST = {"variant": 20, "quantity": 2, "reason": 60, "bought": 300, "name": 120, "email": 254}
MOST_UPLOAD = 64 * 1024 * 1024
"""Of one form with all its files; each file has its own limit, which a sentence explains."""
FIELDS: Mapping[ProofOf, str] = {ProofOf.GOODS: "goods", ProofOf.PURCHASE: "purchase"}

NO_SIZE = phrase("Please choose which one it is.")
NO_REASON = phrase("Please choose a reason.")
NO_PICTURE = phrase("Please add a picture of the item.")
NO_PAPER = phrase("Please add a picture or a PDF of the receipt.")
NO_WORDS = phrase("Please tell us where and about when it was bought.")
NO_NAME = phrase("Please enter your name.")
NO_EMAIL = phrase("Please enter an e-mail address, so that we can write to you.")
ONCE_MORE = phrase("Please choose your pictures again: a page cannot keep them for you.")
PAGE_OVER = MessagePage(
    phrase("Please start again"), (phrase("This page closes after two hours. Nothing has been sent."),), icon="clock"
)


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
    try:
        with adapters().database.read() as session:
            setting = opened(session)
            chosen = request.args.get("item", "")
            if chosen.isdecimal() and len(chosen) < 19:
                product = _product(session, setting, int(chosen))
                if product is not None:
                    return _form(session, _counter(setting, product), Typed(), ())
            return _search(session, setting, plain(request.args.get("q"), 80))
    except CannotSay as cannot:
        return refused(cannot)


@proxied.post("/returns/no-receipt/<token>")
def no_receipt_sent(token: str) -> Response:
    """Keeps it and sends a code to the address; it counts when the code is typed."""
    request.max_content_length = MOST_UPLOAD
    try:
        with adapters().database.read() as session:
            here = _at(session, token)
            typed = Typed(**{name: request.form.get(name, "").strip()[:most] for name, most in LONGEST.items()})
            variant = _variant(here.product, typed.variant)
            problems = _problems(session, here, typed, variant)
        if not problems:  # counted before anything is drawn anew, which costs more than a page
            count_try(here.setting.shop, email_hash(adapters().database.keyring, typed.email) or "", here.setting.now)
        kept, refusals = ([], []) if problems else _files(here)
        if problems or refusals or variant is None:
            _drop(here, kept)
            with adapters().database.read() as session:
                again = [("goods", ONCE_MORE)] if _has("goods") and not refusals else []
                return _form(session, here, typed, (*problems, *refusals, *again), 422)
        return _kept(here, typed, variant, kept)
    except CannotSay as cannot:
        return refused(cannot)


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


def too_many(tried: TooManyTries) -> CannotSay:
    """The message for whoever asked too often."""
    return CannotSay(429)


def _kept(here: Counter, typed: Typed, variant: Variant, kept: list[KeptFile]) -> Response:
    setting, email = here.setting, typed.email
    said = Asked(
        key=here.key,
        product_id=here.product.shopify_id,
        variant_id=variant.shopify_id,
        title=here.product.title,
        variant_title="" if variant.title == "Default Title" else variant.title,
        quantity=int(typed.quantity) if typed.quantity.isdecimal() else 1,
        reason=typed.reason,
        bought=typed.bought,
        name=typed.name,
        email=email,
        locale=setting.language.tag,
    )
    try:
        with adapters().database.write() as session:
            made = no_receipt_asking.ask(session, setting.shop, said, kept, setting.now)
            is_new = made.asked_at == setting.now
    except TooManyTries as tried:
        _drop(here, kept)
        raise too_many(tried) from tried
    if not is_new:
        _drop(here, kept)
    token = adapters().database.keyring.sign(ASKING, {"s": made.shop_id, "n": made.id}, setting.now + ASKING_LIFE)
    return onward(setting, f"{BASE}/code/{token}")


def _at(session: Session, token: str) -> Counter:
    setting = opened(session)
    try:
        found = adapters().database.keyring.unsign(PURPOSE, token, setting.now)
    except BadToken as bad:
        raise CannotSay(410, PAGE_OVER) from bad
    product = _product(session, setting, found["p"]) if found["s"] == setting.shop.id else None
    if product is None:
        raise CannotSay(404)
    return Counter(setting, product, found["k"], token)


def _counter(setting: Setting, product: Product) -> Counter:
    key = secrets.token_urlsafe(12)
    said = {"s": setting.shop.id, "p": product.shopify_id, "k": key}
    return Counter(setting, product, key, adapters().database.keyring.sign(PURPOSE, said, setting.now + LIFE))


def _product(session: Session, setting: Setting, shopify_id: int) -> Product | None:
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


def _form(
    session: Session,
    here: Counter,
    typed: Typed,
    problems: tuple[tuple[str, Phrase], ...],
    status: int = 200,
) -> Response:
    setting, product = here.setting, here.product
    pictures = goods_of(session, setting.shop.id, {product.shopify_id})
    several = product.variants if len(product.variants) > 1 else []
    gives, level = _gives(session, setting, product)
    shown = AskPage(
        action=setting.place.path(f"{BASE}/{here.token}"),
        back=setting.path(BASE),
        item=item(product.title, None, 1, pictures.picture(product.shopify_id, None)),
        variants=tuple((each.shopify_id, plain(each.title, 120)) for each in several),
        most=MOST_PIECES,
        gives=gives,
        needs_paper=level is ProofLevel.GIFT,
        typed=typed,
        problems=problems,
    )
    return page(setting, "no_receipt.html", BASE, shown, status, {"item": str(product.shopify_id)})


def _gives(session: Session, setting: Setting, product: Product) -> tuple[tuple[Phrase, ...], ProofLevel]:
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


def _variant(product: Product, typed: str) -> Variant | None:
    if len(product.variants) == 1:
        return product.variants[0]
    return next((each for each in product.variants if str(each.shopify_id) == typed), None)


def _problems(session: Session, here: Counter, typed: Typed, variant: Variant | None) -> tuple[tuple[str, Phrase], ...]:
    _, level = _gives(session, here.setting, here.product)
    checks = (
        ("variant", NO_SIZE, variant is not None),
        ("reason", NO_REASON, typed.reason in dict(REASONS)),
        ("bought", NO_WORDS, any(ch.isalnum() for ch in typed.bought)),
        ("goods", NO_PICTURE, _has("goods")),
        ("purchase", NO_PAPER, level is not ProofLevel.GIFT or _has("purchase")),
        ("name", NO_NAME, any(ch.isalpha() for ch in typed.name)),
        ("email", NO_EMAIL, _is_address(typed.email)),
    )
    return tuple((field, sentence) for field, sentence, is_well in checks if not is_well)


def _is_address(email: str) -> bool:
    try:
        return bool(address_of(email))
    except NoAddress:
        return False


def _has(field: str) -> bool:
    return any(sent.filename for sent in request.files.getlist(field))


def _files(here: Counter) -> tuple[list[KeptFile], list[tuple[str, Phrase]]]:
    """Keeps what came with the form, with no transaction open; a sentence for each file that is refused."""
    kept: list[KeptFile] = []
    refusals: list[tuple[str, Phrase]] = []
    for proof, field in FIELDS.items():
        sent = [each for each in request.files.getlist(field) if each.filename]
        for number, each in enumerate(sent, start=1):
            try:
                kept.append(_keep(here.setting.shop.id, each, proof, number))
            except PhotoRefused as refusal:
                refusals.append((field, refusal.sentence))
    return kept, refusals


def _keep(shop_id: int, sent: FileStorage, proof: ProofOf, number: int) -> KeptFile:
    if number > MOST_OF_EACH:
        raise PhotoRefused(no_receipt_files.about(TOO_MANY, plain(sent.filename, 60) or "·"))
    raw = sent.stream.read(MOST_BYTES + 1)
    folder = no_receipt_files.folder_in(adapters().config.data_dir)
    return no_receipt_files.keep(folder, adapters().database.keyring, shop_id, raw, sent.filename or "", proof)


def _drop(here: Counter, kept: list[KeptFile]) -> None:
    """Files of a form that was not taken go at once."""
    folder = no_receipt_files.folder_in(adapters().config.data_dir)
    for each in kept:
        no_receipt_files.remove(folder, here.setting.shop.id, each.file_name)
