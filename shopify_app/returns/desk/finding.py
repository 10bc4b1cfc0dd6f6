"""Which returns are wanted: filters, and the one search field.

Conditions are made for a *shape*, what is asked for without its values: lists of one shape are one statement, made once
(`listing`), with the values beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select, union

from shopify_app.casework.models import CaseFile, CaseKind, CaseTag
from shopify_app.crypto import normalise_email
from shopify_app.customers.models import Customer
from shopify_app.db import Session, UTCDateTime, keyring_of
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.returns.desk.asked import LONGEST_SEARCH, NOBODY, DeskQuery, Waits
from shopify_app.returns.desk.tabs import answers_due, balances_due
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.parcels.models import ReturnParcel
from shopify_app.returns.searching import folding
from shopify_app.returns.searching.models import ReturnWord, WordKind
from shopify_app.shipments.numbers import plain
from shopify_app.shops import profile
from shopify_app.shops.models import Shop
from shopify_app.zones import zone_named

SHORTEST_TITLE = 3
"""Letters of a product's name before it is searched for."""
SHOP: Any = bindparam("shop_id")
NO_COLUMN = frozenset({"market", "waits", "is_late"})
"""Filters that are more than a column held against what was asked for."""
_LAST = "\U0010ffff"
_MORE_THAN_ITSELF = str.maketrans({sign: f"/{sign}" for sign in "/%_"})
"""What LIKE would take for more."""


@dataclass(frozen=True)
class Search:
    """How a word is looked for. `names`: how many words of a name it has."""

    is_mail: bool
    is_long: bool
    names: int


@dataclass(frozen=True)
class Shape:
    """What a list is narrowed by, without values. `places`: how many places the market consists of; None without one or
    with one that is everywhere."""

    filters: frozenset[str]
    search: Search | None = None
    places: int | None = None


def shape_of(shop: Shop, query: DeskQuery) -> Shape:
    """The shape of what is asked for."""
    filters = frozenset(query.filters) - NO_COLUMN
    if query.waits:
        filters = filters | {query.waits}
    if query.assignee == NOBODY:
        filters = filters - {"assignee"} | {NOBODY}
    places = _places(shop, query.market) if query.market else None
    return Shape(filters, _search(query.search), None if places is None else len(places))


def conditions(shape: Shape) -> tuple[ColumnElement[bool], ...]:
    """What every row must be, with places for `values`."""
    found = [Return.shop_id == SHOP, *(made for name, made in _FILTERS.items() if name in shape.filters)]
    if shape.places is not None:
        words = [bindparam(f"place_{number}") for number in range(shape.places)]
        found.append(Return.id.in_(_worded(WordKind.PLACE, ReturnWord.word.in_(words))) if words else false())
    if shape.search:
        found.append(Return.id.in_(_searched(shape.search)))
    return tuple(found)


def values(session: Session, shop: Shop, query: DeskQuery) -> dict[str, Any]:
    """What stands in the places of `conditions`."""
    told: dict[str, Any] = {"shop_id": shop.id}
    told |= {name: getattr(query, name) for name in query.filters if name not in NO_COLUMN}
    if query.assignee == NOBODY:
        del told["assignee"]
    if query.asked_from:
        told["asked_from"] = _midnight(shop, query.asked_from)
    if query.asked_to:
        told["asked_to"] = _midnight(shop, min(query.asked_to, _LAST_DAY) + timedelta(days=1))
    for number, place in enumerate((query.market and _places(shop, query.market)) or ()):
        told[f"place_{number}"] = place
    return told | _looked_for(session, query.search)


def _search(typed: str) -> Search | None:
    """RMA, order and parcel numbers are always looked for; names and items not within an e-mail address."""
    typed = typed.strip()[:LONGEST_SEARCH]
    if not typed:
        return None
    is_mail = "@" in typed
    names = 0 if is_mail else len(folding.asked_names(typed))
    return Search(is_mail, not is_mail and len(folding.folded(typed)) >= SHORTEST_TITLE, names)


def _searched(search: Search) -> Select[Any]:
    """Ids of returns that a word names: the beginning of an RMA, an order number, the whole e-mail address of whoever
    ordered, the number of a parcel on its way back or of one that brought the order, a part of an item's name or
    number, or whole words of the name of whoever ordered, got or asked: all that were typed."""
    mine = select(Return.id).where(Return.shop_id == SHOP)
    orders = mine.join(Order, Order.id == Return.order_id).where(Order.shop_id == SHOP)
    ways = [
        mine.where(Return.rma >= bindparam("rma"), Return.rma < bindparam("rma_end")),
        orders.where(Order.number == bindparam("number")),
        select(ReturnParcel.return_id).where(ReturnParcel.shop_id == SHOP, ReturnParcel.number == bindparam("parcel")),
        _worded(WordKind.PARCEL, ReturnWord.word == bindparam("outward")),
    ]
    if search.is_mail:
        mail = bindparam("email")
        people = select(Customer.id).where(Customer.shop_id == SHOP, Customer.email_hash == mail)
        ways += [orders.where(Order.email_hash == mail), orders.where(Order.customer_id.in_(people))]
    if search.is_long:
        ways.append(_worded(WordKind.ITEM, ReturnWord.word.like(bindparam("part"), escape="/")))
    if search.names:
        first, *more = (
            _worded(WordKind.PERSON, ReturnWord.word == bindparam(f"name_{number}")) for number in range(search.names)
        )
        ways.append(first.where(*(ReturnWord.return_id.in_(each.correlate(None)) for each in more)))
    ids = union(*ways).subquery()
    return select(ids.c[0])


def _looked_for(session: Session, typed: str) -> dict[str, Any]:
    search, typed = _search(typed), typed.strip()[:LONGEST_SEARCH]
    if search is None:
        return {}
    told = {"rma": typed.upper(), "rma_end": typed.upper() + _LAST, "number": number_key(typed), "parcel": typed}
    blind = keyring_of(session).blind
    told["outward"] = blind("parcel", plain(typed))
    if search.is_mail:
        told["email"] = blind("email", normalise_email(typed) or "")
    if search.is_long:
        told["part"] = f"%{folding.folded(typed).translate(_MORE_THAN_ITSELF)}%"
    if search.names:
        told |= {f"name_{number}": blind("name", word) for number, word in enumerate(folding.asked_names(typed))}
    return told


def _worded(kind: WordKind, *found: ColumnElement[bool]) -> Select[Any]:
    """Ids of returns of which such a word is written down."""
    return select(ReturnWord.return_id).where(ReturnWord.shop_id == SHOP, ReturnWord.kind == kind, *found)


def _line(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Return.id.in_(select(ReturnLine.return_id).where(ReturnLine.shop_id == SHOP, condition))


def _case(*found: ColumnElement[bool]) -> Select[Any]:
    return select(CaseFile.subject_id).where(CaseFile.shop_id == SHOP, CaseFile.kind == CaseKind.RETURN, *found)


def _tagged() -> Select[Any]:
    mine = (CaseTag.shop_id == SHOP, CaseTag.kind == CaseKind.RETURN)
    return select(CaseTag.subject_id).where(*mine, CaseTag.tag == bindparam("tag"))


def _answer_due() -> ColumnElement[bool]:
    """With `soon` among the values of the statement."""
    asks, looks = answers_due(SHOP, bindparam("soon", type_=UTCDateTime()))
    return or_(asks, Return.id.in_(looks))


_FILTERS: dict[str, ColumnElement[bool]] = {
    "state": Return.state == bindparam("state"),
    "source": Return.source == bindparam("source"),
    "outcome": _line(ReturnLine.outcome == bindparam("outcome")),
    "reason": _line(ReturnLine.reason == bindparam("reason")),
    "country": Return.id.in_(_worded(WordKind.PLACE, ReturnWord.word == bindparam("country"))),
    NOBODY: Return.id.not_in(_case(CaseFile.assignee.is_not(None))),
    "assignee": Return.id.in_(_case(CaseFile.assignee == bindparam("assignee"))),
    "tag": Return.id.in_(_tagged()),
    "asked_from": Return.requested_at >= bindparam("asked_from"),
    "asked_to": Return.requested_at < bindparam("asked_to"),
    Waits.ANSWER: _answer_due(),
    Waits.PAYMENT: Return.id.in_(balances_due(SHOP)),
}


def _places(shop: Shop, handle: str) -> tuple[str, ...] | None:
    """A market is its destinations, as `folding.place` writes them; one that is not known has none, and one that is
    everywhere narrows nothing: None."""
    market = next((each for each in profile.markets(shop) or () if each.handle == handle), None)
    if market is None:
        return ()
    return None if market.is_everywhere else tuple(market.regions)


_LAST_DAY = date.max - timedelta(days=2)


def _midnight(shop: Shop, day: date) -> datetime:
    return datetime.combine(max(day, date(1970, 1, 2)), time(), zone_named(shop.timezone))
