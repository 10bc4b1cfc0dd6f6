"""What somebody without an order number sends in: checked, its files kept, and a code sent to the address.

Everybody gets the same answer, whether we know the address or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from shopify_app.catalogue.models import Product, Variant
from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.envelope import NoAddress, address_of
from shopify_app.orders.access import TooManyTries
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.no_receipt import BASE, REASONS, Typed
from shopify_app.pages.texts import plain
from shopify_app.returns import sealed
from shopify_app.returns.no_receipt import asking as no_receipt_asking
from shopify_app.returns.no_receipt import files as no_receipt_files
from shopify_app.returns.no_receipt.asking import Asked, email_hash
from shopify_app.returns.no_receipt.files import MOST_OF_EACH, TOO_MANY, KeptFile
from shopify_app.returns.no_receipt.models import ProofOf
from shopify_app.returns.photos import MOST_BYTES, PhotoRefused
from shopify_app.returns.vocabulary import ProofLevel
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.no_receipt import PURPOSE, Counter, form_page, gives, opened, product_of
from shopify_app.storefront.returns_answers import CannotSay, onward
from shopify_app.storefront.returns_codes import count_try

ASKING, ASKING_LIFE = "no-receipt code", timedelta(minutes=30)
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


@proxied.post("/returns/no-receipt/<token>")
def no_receipt_sent(token: str) -> Response:
    """Keeps it and sends a code to the address; it counts when the code is typed."""
    request.max_content_length = MOST_UPLOAD
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
            return form_page(session, here, typed, (*problems, *refusals, *again), 422)
    return _kept(here, typed, variant, kept)


def _kept(here: Counter, typed: Typed, variant: Variant, kept: list[KeptFile]) -> Response:
    setting, email = here.setting, typed.email
    said = Asked(
        key=_key(here, typed, kept),
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
        raise CannotSay(429) from tried
    if not is_new:
        _drop(here, kept)
    token = adapters().database.keyring.sign(ASKING, {"s": made.shop_id, "n": made.id}, setting.now + ASKING_LIFE)
    return onward(setting, f"{BASE}/code/{token}")


def _key(here: Counter, typed: Typed, kept: list[KeptFile]) -> str:
    """What is the same for a form that is sent twice, and another one once something in it was corrected."""
    files = [f"{each.proof_of}:{each.bytes}" for each in kept]
    said = [here.key, *(str(getattr(typed, name)) for name in LONGEST), *files]
    return adapters().database.keyring.blind("no-receipt form", "\0".join(said))


def _at(session: Session, token: str) -> Counter:
    setting = opened(session)
    try:
        found = adapters().database.keyring.unsign(PURPOSE, token, setting.now)
    except BadToken as bad:
        raise CannotSay(410, PAGE_OVER) from bad
    product = product_of(session, setting, found["p"]) if found["s"] == setting.shop.id else None
    if product is None:
        raise CannotSay(404)
    return Counter(setting, product, found["k"], token)


def _variant(product: Product, typed: str) -> Variant | None:
    if len(product.variants) == 1:
        return product.variants[0]
    return next((each for each in product.variants if str(each.shopify_id) == typed), None)


def _problems(session: Session, here: Counter, typed: Typed, variant: Variant | None) -> tuple[tuple[str, Phrase], ...]:
    _, level = gives(session, here.setting, here.product)
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
        sealed.remove(folder, here.setting.shop.id, each.file_name)
