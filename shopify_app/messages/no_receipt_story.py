"""What a mail about a request without an order number tells, read from its row as it is now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Session
from shopify_app.i18n import Day
from shopify_app.messages.models import Message
from shopify_app.messages.plan import MailKind
from shopify_app.messages.stories import house_of, picture_of
from shopify_app.messages.story import NoReceiptFacts, Story
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.texts import plain


def story_of_request(session: Session, message: Message, request: NoReceiptRequest, link: str, now: datetime) -> Story:
    """Everything `message` needs to be composed; the shop's clock is taken to be the reader's."""
    house = house_of(session, request.shop)
    is_code = message.kind == MailKind.NO_RECEIPT_CODE
    is_living = bool(request.code) and request.code_expires_at is not None and request.code_expires_at > now
    left = (request.code_expires_at - now).total_seconds() if is_living and request.code_expires_at else 0
    is_newest = message.references.get("made") == request.codes_made
    return Story(
        house,
        order="",
        link=link,
        zone=house.zone,
        code=(request.code or "") if is_code and is_living and is_newest else "",
        code_minutes=max(1, round(left / 60)),
        note=request.decline_note or "" if message.kind == MailKind.NO_RECEIPT_DECLINED else "",
        no_receipt=_facts(session, request, house.zone),
    )


def _facts(session: Session, request: NoReceiptRequest, zone: ZoneInfo) -> NoReceiptFacts:
    ends = request.credit_expires_at
    order = session.get(Order, request.order_id) if request.order_id else None
    shown = session.execute(
        select(Product.title, Variant.image_url, Product.image_url, Product.image_alt)
        .join(Variant, Variant.product_id == Product.id)
        .where(Variant.shop_id == request.shop_id, Variant.shopify_id == request.variant_id)
    ).one_or_none()
    return NoReceiptFacts(
        number=request.number or "",
        state=request.state,
        title=plain(request.title, 200),
        variant=plain(request.variant_title, 120),
        quantity=request.quantity,
        amount=Money(request.amount or 0, request.currency or request.shop.currency),
        until=Day(ends.astimezone(zone).date(), has_year=True) if ends else None,
        address=plain(request.email, 254),
        is_orderers=order is not None and order.email_hash is not None and order.email_hash == request.email_hash,
        picture=picture_of(*shown) if shown else None,
        needs_look=request.look is not None,
    )
