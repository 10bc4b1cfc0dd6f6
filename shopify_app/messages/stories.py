"""What happened, read from our rows as they are when a mail is composed: its `Story`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from shopify_app.catalogue.models import Product, Variant
from shopify_app.customers.models import Customer
from shopify_app.customers.projection import kept_of
from shopify_app.db import Session
from shopify_app.messages.automated_story import said_of
from shopify_app.messages.inspected_story import asked_of, went_back_of
from shopify_app.messages.letters import Picture
from shopify_app.messages.models import Message
from shopify_app.messages.plan import MailKind
from shopify_app.messages.story import ChangeFacts, House, LabelFacts, Story
from shopify_app.messages.withdrawn_story import withdrawal_of
from shopify_app.orders.models import OneTimeCode, Order, OrderLine
from shopify_app.returns import dossier, stock
from shopify_app.returns.changing.sums import Compared, Sums
from shopify_app.returns.crediting import gift_card_code
from shopify_app.returns.models import Return, ReturnEntry, StockHold
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.parcels import send_to
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.states import Actor
from shopify_app.settings.branding import Brand
from shopify_app.settings.messages import Messages
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load_many
from shopify_app.settings.support import Support
from shopify_app.shops.models import Shop
from shopify_app.shops.profile import shops_own
from shopify_app.texts import plain
from shopify_app.zones import zone_named


def house_of(session: Session, shop: Shop) -> House:
    """The shop's own part of every mail."""
    found = load_many(session, shop.id, (Brand, Returns, Messages, Support))
    brand, support, messages = found[Brand], found[Support], found[Messages]
    return House(
        name=plain(brand.name or shop.name or shop.domain, 120),
        home=f"{shop.storefront_url}/",
        contact=messages.reply_to or support.email or shop.profile.get("email") or "",
        brand=brand,
        returns=found[Returns],
        messages=messages,
        zone=zone_named(shop.timezone),
        languages=tuple(shops_own(shop)),
        offered=tuple(shop.languages),
    )


def story_of(session: Session, message: Message, order: Order, link: str, now: datetime) -> Story:
    """Everything `message` needs to be composed, as it is now."""
    house = house_of(session, order.shop)
    story = Story(house, order=plain(order.name, 64), link=link, zone=zone_named(order.city_timezone, house.zone))
    story = replace(story, automated=said_of(message.facts))
    story = replace(story, withdrawal=withdrawal_of(session, message.references.get("withdrawal_id"), order))
    if message.kind in (MailKind.WITHDRAWAL_RECEIVED, MailKind.TEAM_WITHDRAWAL):
        return replace(story, line_pictures=_line_pictures(session, order))
    if message.return_id is None:
        return _with_code(session, story, message, now)
    ret = session.get_one(Return, message.return_id)
    facts = dossier.read(session, ret)
    return replace(
        story,
        house=replace(house, returns=send_to.for_return(session, ret, house.returns)),
        ret=facts,
        group_id=message.references.get("group_id"),
        question=_said(session, ret, "more_wanted", message.references.get("entry_id")),
        note=_note(session, ret, message),
        held_until=_held_until(session, ret, story),
        customer_id=_customer(session, order),
        label=_label(session, story, message.references.get("label_id")),
        change=_change(session, ret, message),
        asked=asked_of(session, message.references.get("question_id")),
        went_back=went_back_of(session, message.references.get("back_id")),
        card_code=_card_code(session, message.references.get("group_id")),
        line_pictures=_line_pictures(session, order),
        new_pictures=_new_pictures(session, ret),
    )


def _with_code(session: Session, story: Story, message: Message, now: datetime) -> Story:
    code = session.get(OneTimeCode, message.references.get("code_id"))
    if code is None or code.code is None or code.used_at is not None or code.expires_at <= now:
        return story
    return replace(story, code=code.code, code_minutes=max(1, round((code.expires_at - now).total_seconds() / 60)))


def _note(session: Session, ret: Return, message: Message) -> str:
    is_of_entry = message.kind in (MailKind.RETURN_CHANGED, MailKind.RETURN_MESSAGE)
    entry_id = message.references.get("entry_id") if is_of_entry else None
    return _said(session, ret, message.kind.removeprefix("return_"), entry_id)


def _change(session: Session, ret: Return, message: Message) -> ChangeFacts | None:
    wanted = message.references.get("entry_id") if message.kind == MailKind.RETURN_CHANGED else None
    entry = session.get(ReturnEntry, wanted) if wanted is not None else None
    if entry is None or entry.return_id != ret.id:
        return None
    sums = (Sums.of_facts(entry.facts[name], ret.currency) for name in ("before", "after"))
    return ChangeFacts(Compared(*sums), entry.actor == Actor.MERCHANT)


def _said(session: Session, ret: Return, kind: str, entry_id: int | None) -> str:
    """What the shop wrote to the shopper in an entry of the timeline; the newest of its kind where none is named."""
    theirs = select(ReturnEntry).where(
        ReturnEntry.return_id == ret.id,
        ReturnEntry.kind == kind,
        ReturnEntry.actor == Actor.MERCHANT,
        ReturnEntry.is_internal.is_(False),
    )
    if entry_id is not None:
        theirs = theirs.where(ReturnEntry.id == entry_id)
    entry = session.scalars(theirs.order_by(ReturnEntry.id.desc()).limit(1)).first()
    return (entry.said if entry else None) or ""


def _held_until(session: Session, ret: Return, story: Story) -> date | None:
    holds = select(StockHold.until).where(StockHold.return_id == ret.id, StockHold.released_at.is_(None))
    until = session.scalars(holds.order_by(StockHold.until).limit(1)).first()
    return story.day(until) if until else None


def _customer(session: Session, order: Order) -> int | None:
    """Shopify's id of who bought; of the customer that theirs was merged into."""
    customer = session.get(Customer, order.customer_id) if order.customer_id else None
    return kept_of(session, customer).shopify_id if customer else None


def _label(session: Session, story: Story, label_id: int | None) -> LabelFacts | None:
    """None where the mail speaks of none, or where it was taken back."""
    row = session.get(ReturnLabel, label_id) if label_id else None
    if row is None or row.withdrawn_at is not None:
        return None
    until = story.day(row.valid_until) if row.valid_until else None
    return LabelFacts(plain(row.number, 100), plain(row.carrier, 40), until)


def _card_code(session: Session, group_id: int | None) -> str:
    group = session.get(ReleaseGroup, group_id) if group_id else None
    return (gift_card_code(session, group) if group else None) or ""


def _line_pictures(session: Session, order: Order) -> dict[int, Picture]:
    rows = session.execute(
        select(OrderLine.shopify_id, OrderLine.title, Variant.image_url, Product.image_url, Product.image_alt)
        .select_from(OrderLine)
        .outerjoin(
            Product, (Product.shop_id == OrderLine.shop_id) & (Product.shopify_id == OrderLine.product_shopify_id)
        )
        .outerjoin(
            Variant, (Variant.shop_id == OrderLine.shop_id) & (Variant.shopify_id == OrderLine.variant_shopify_id)
        )
        .where(OrderLine.order_id == order.id)
    )
    return {line: picture for line, *shown in rows if (picture := picture_of(*shown))}


def _new_pictures(session: Session, ret: Return) -> dict[int, Picture]:
    wanted = stock.promised(session, ret).keys()
    rows = session.execute(
        select(Variant.shopify_id, Product.title, Variant.image_url, Product.image_url, Product.image_alt)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.shop_id == ret.shop_id, Variant.shopify_id.in_(wanted))
    )
    return {variant: picture for variant, *shown in rows if (picture := picture_of(*shown))}


def picture_of(title: str | None, of_variant: str | None, of_product: str | None, alt: str | None) -> Picture | None:
    """A product's picture, the variant's own first; None where there is none that a mail may show."""
    url = of_variant or of_product
    if not url or any(ch in url for ch in " \"'<>\\") or urlsplit(url).scheme not in ("http", "https"):
        return None
    return Picture(url, plain(alt or title, 120))
