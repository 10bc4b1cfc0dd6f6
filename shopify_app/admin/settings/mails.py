"""What each mail looks like: with the shop's brand and products, about an order that never was."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from sqlalchemy import exists, select

from shopify_app.admin.designer.page import reader_languages, shoppers_languages
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.admin.settings.table import offered
from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.compose import compose
from shopify_app.messages.plan import MailKind
from shopify_app.messages.rendering import render
from shopify_app.messages.specimens import Piece, specimen
from shopify_app.messages.stories import house_of, picture_of
from shopify_app.money import Money

K = MailKind
KINDS: Mapping[MailKind, Phrase] = {
    K.RETURN_REQUESTED: phrase("Return asked for"),
    K.RETURN_MORE_WANTED: phrase("Question about a return"),
    K.RETURN_MESSAGE: phrase("Message about a return"),
    K.RETURN_APPROVED: phrase("Return approved"),
    K.RETURN_DECLINED: phrase("Return declined"),
    K.RETURN_CHANGED: phrase("Return changed"),
    K.RETURN_CANCELLED: phrase("Return cancelled"),
    K.RETURN_LABEL: phrase("Label for a return"),
    K.RETURN_LABEL_ENDS: phrase("Label is about to end"),
    K.GOODS_RECEIVED: phrase("Goods arrived with you"),
    K.INSPECTION_ASKED: phrase("Accepted at less, asked"),
    K.INSPECTION_REMINDER: phrase("Accepted at less, reminder"),
    K.INSPECTION_DECIDED: phrase("Accepted in full after a second look"),
    K.GOODS_SENT_BACK: phrase("Goods sent back"),
    K.GROUP_SETTLED: phrase("Money paid back"),
    K.BALANCE_DUE: phrase("Exchange to be paid"),
    K.BALANCE_REMINDER: phrase("Exchange to be paid, reminder"),
    K.REPLACEMENT_GONE: phrase("Replacement sold out"),
    K.WITHDRAWAL_RECEIVED: phrase("Withdrawal acknowledged"),
    K.WITHDRAWAL_OPENED: phrase("Withdrawal, how to send goods"),
    K.NO_RECEIPT_RECEIVED: phrase("Without a number, received"),
    K.NO_RECEIPT_MATCHED: phrase("Without a number, order found"),
    K.NO_RECEIPT_ACCOUNT: phrase("Without a number, account wanted"),
    K.NO_RECEIPT_CREDITED: phrase("Without a number, credited"),
    K.NO_RECEIPT_DECLINED: phrase("Without a number, declined"),
    K.ONE_TIME_CODE: phrase("One-time code"),
    K.NO_RECEIPT_CODE: phrase("One-time code, without a number"),
    K.TEAM_NEW_RETURN: phrase("To your team, new return"),
    K.TEAM_ANSWERED: phrase("To your team, a shopper has answered"),
    K.TEAM_NO_RECEIPT: phrase("To your team, without a number"),
    K.TEAM_LOOK: phrase("To your team, needs a look"),
    K.TEAM_APPEAL: phrase("To your team, second look wanted"),
    K.TEAM_SEND_BACK: phrase("To your team, goods to send back"),
    K.TEAM_WITHDRAWAL: phrase("To your team, withdrawal needs a look"),
    K.SENDER_TEST: phrase("Test of the sender"),
}


@blueprint.get("/settings/mails", endpoint="settings_mails")
def mails_page() -> Response:
    """One mail at a time: ``?mail=return_approved&language=de``."""
    wanted = request.args.get("mail", "")
    kind = K(wanted) if wanted in KINDS else next(iter(KINDS))
    languages = offered(reader_languages())
    shop = shop_row()
    with adapters().database.read() as session:
        house = house_of(session, shop)
        goods = pieces(session, shop.id, shop.currency)
    tags = [request.args.get("language", "")[:12], *house.languages]
    spoken = shoppers_languages().choose(tags, shop.country, house.brand.tone, house.offered)
    told = specimen(kind, house, goods, adapters().clock.now(), spoken)
    mail = render(compose(kind, told, spoken.code), spoken, house)
    return show("settings/mails.html", kinds=KINDS, kind=kind, languages=languages, spoken=spoken, mail=mail)


def pieces(session: Session, shop_id: int, currency: str) -> tuple[Piece, ...]:
    """Two of the shop's products, those with a picture and several variants first; made-up ones where it has none."""
    shown = select(Product.id).where(Product.shop_id == shop_id, Product.is_published, ~Product.is_gift_card)
    second = exists().where(Variant.product_id == Product.id, Variant.position == 2)
    two = shown.order_by(Product.image_url.is_(None), ~second, Product.id.desc()).limit(2)
    rows = session.execute(
        select(Product, Variant)
        .join(Variant, Variant.product_id == Product.id)
        .where(Product.id.in_(two))
        .order_by(Product.id, Variant.position)
    ).all()
    variants: dict[Product, list[Variant]] = {}
    for product, variant in rows:
        variants.setdefault(product, []).append(variant)
    found = tuple(_piece(product, of, currency) for product, of in variants.items())
    return found or (Piece("Wool jumper", "M", "L", Money.parse("89", currency)),)


def _piece(product: Product, variants: list[Variant], currency: str) -> Piece:
    one, other = variants[0], variants[-1]
    names = ["" if each.title == "Default Title" else each.title for each in (one, other)]
    picture = picture_of(product.title, one.image_url, product.image_url, product.image_alt)
    return Piece(product.title, names[0], names[1] or product.title, Money(one.price, currency), picture)
