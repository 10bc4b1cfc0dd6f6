"""Which returns are wanted: filters, and the one search field."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union

from shopify_app.casework.models import CaseFile, CaseKind, CaseTag
from shopify_app.crypto import normalise_email
from shopify_app.customers.models import Customer
from shopify_app.db import Session, keyring_of
from shopify_app.orders.models import Order, OrderLine
from shopify_app.orders.projection import number_key
from shopify_app.returns.desk.asked import LONGEST_SEARCH, NOBODY, DeskQuery
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.parcels.models import ReturnParcel
from shopify_app.shops import profile
from shopify_app.shops.models import Shop

SHORTEST_TITLE = 3
"""Letters of a product's name before it is searched for."""
_LAST = "\U0010ffff"


def wanted(session: Session, shop: Shop, query: DeskQuery) -> tuple[ColumnElement[bool], ...]:
    """What every row must be. Needs beside `Return` what `listing.joined` puts there."""
    found = [Return.shop_id == shop.id, *_own(query), *_of_lines(query), *_of_place(shop, query), *_asked(shop, query)]
    if query.assignee:
        is_nobodys = CaseFile.assignee.is_(None)
        found.append(is_nobodys if query.assignee == NOBODY else CaseFile.assignee == query.assignee)
    if query.tag:
        tagged = select(CaseTag.subject_id).where(
            CaseTag.shop_id == shop.id, CaseTag.kind == CaseKind.RETURN, CaseTag.tag == query.tag
        )
        found.append(Return.id.in_(tagged))
    if query.search:
        found.append(Return.id.in_(searched(session, shop.id, query.search)))
    return tuple(found)


def searched(session: Session, shop_id: int, typed: str) -> Select[Any]:
    """Ids of returns that a word names: the beginning of an RMA, an order number, the whole e-mail address of whoever
    ordered, the number of a parcel on its way back, or a part of an item's name or number. Names of people are
    encrypted and cannot be searched."""
    typed = typed.strip()[:LONGEST_SEARCH]
    mine = select(Return.id).where(Return.shop_id == shop_id)
    orders = mine.join(Order, Order.id == Return.order_id)
    ways = [
        mine.where(Return.rma >= typed.upper(), Return.rma < typed.upper() + _LAST),
        orders.where(Order.shop_id == shop_id, Order.number == number_key(typed)),
        select(ReturnParcel.return_id).where(ReturnParcel.shop_id == shop_id, ReturnParcel.number == typed),
    ]
    if "@" in typed:
        mail = keyring_of(session).blind("email", normalise_email(typed) or "")
        people = select(Customer.id).where(Customer.shop_id == shop_id, Customer.email_hash == mail)
        ways += [orders.where(Order.shop_id == shop_id, Order.email_hash == mail)]
        ways += [orders.where(Order.customer_id.in_(people))]
    elif len(typed) >= SHORTEST_TITLE:
        ways.append(_items(shop_id, typed))
    ids = union(*ways).subquery()
    return select(ids.c[0])


def _items(shop_id: int, typed: str) -> Select[Any]:
    return (
        select(ReturnLine.return_id)
        .join(Return, Return.id == ReturnLine.return_id)
        .join(OrderLine, and_(OrderLine.order_id == Return.order_id, OrderLine.shopify_id == ReturnLine.line_id))
        .where(
            Return.shop_id == shop_id,
            or_(
                OrderLine.title.icontains(typed, autoescape=True),
                OrderLine.sku.istartswith(typed, autoescape=True),
            ),
        )
    )


def _own(query: DeskQuery) -> list[ColumnElement[bool]]:
    found = []
    if query.state:
        found.append(Return.state == query.state)
    if query.source:
        found.append(Return.source == query.source)
    return found


def _of_lines(query: DeskQuery) -> list[ColumnElement[bool]]:
    has = select(ReturnLine.id).where(ReturnLine.return_id == Return.id)
    found = []
    if query.outcome:
        found.append(has.where(ReturnLine.outcome == query.outcome).exists())
    if query.reason:
        found.append(has.where(ReturnLine.reason == query.reason).exists())
    return found


def _of_place(shop: Shop, query: DeskQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.country:
        found.append(Order.country == query.country)
    if query.market:
        found.append(_in_market(shop, query.market))
    return found


def _in_market(shop: Shop, handle: str) -> ColumnElement[bool]:
    """A market is its destinations; one that is not known has none."""
    market = next((each for each in profile.markets(shop) or () if each.handle == handle), None)
    if market is None:
        return false()
    if market.is_everywhere:
        return true()
    countries = [region for region in market.regions if "-" not in region]
    parts = [region.split("-", 1) for region in market.regions if "-" in region]
    within = [and_(Order.country == country, Order.province == part) for country, part in parts]
    return or_(Order.country.in_(countries), *within)


def _asked(shop: Shop, query: DeskQuery) -> list[ColumnElement[bool]]:
    found = []
    if query.asked_from:
        found.append(Return.requested_at >= _midnight(shop, query.asked_from))
    if query.asked_to and query.asked_to < date.max:
        found.append(Return.requested_at < _midnight(shop, query.asked_to + timedelta(days=1)))
    return found


def _midnight(shop: Shop, day: date) -> datetime:
    return datetime.combine(max(day, date(1970, 1, 2)), time(), ZoneInfo(shop.timezone))
