"""An order behind a link, for a page that only reads: past the ORM, without what nobody looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from types import FunctionType
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, case, literal, select

from shopify_app.db import Session
from shopify_app.orders.access import LinkGone, check_is_living
from shopify_app.orders.models import Order, OrderLink
from shopify_app.prepared import Prepared
from shopify_app.shops.models import Shop


def glance_behind(
    session: Session, nonce: str, now: datetime, columns: tuple[ColumnElement[Any], ...]
) -> tuple[Order, tuple[Any, ...]]:
    """What `access.open_link` opens, for reading alone, with the values of `columns` (two at least: of OrderLink,
    Order, Shop, or correlated to Order); `nonce` is that of a genuine token (`access.nonce_of`). Raises LinkGone.

    Order and shop come past the ORM, are plain objects and belong to no session: what they were read for is in them,
    and the ways to reach the shopper, the addresses and the shop's keys are left out (None), not even decrypted.
    Whether there is a shipping address can be told: it is empty then."""
    statement, asked = _read_behind_a_link(columns)
    found = statement.rows(session, nonce=nonce)
    if not found:
        raise LinkGone
    revoked_at, expires_at, *values = found[0]
    order = _apart(Order, _READ_OF_ORDER, values)
    order.__dict__["shop"] = _apart(Shop, _READ_OF_SHOP, values[len(_READ_OF_ORDER) :])
    check_is_living(revoked_at, expires_at, order, now)
    return order, asked(found[0])


Taking = Callable[[Sequence[Any]], tuple[Any, ...]]
_UNREAD = {
    *("email", "phone", "phone_hash", "postcode_hash", "billing_postcode_hash", "billing_address", "status_url"),
    *("refund_ids", "tags", "scopes", "access_token", "access_expires_at", "refresh_token", "refresh_expires_at"),
    *("refresh_lease_until", "refresh_lease_token"),
}
_READ_OF_ORDER, _READ_OF_SHOP = (
    tuple(column.name for column in model.__table__.c if column.name not in _UNREAD) for model in (Order, Shop)
)


def _apart(model: type[Any], names: tuple[str, ...], values: Sequence[Any]) -> Any:
    """A row of `model` outside any session, of the first `values`."""
    made = _plain(model)()
    made.__dict__.update(zip(names, values, strict=False))
    return made


@cache
def _plain(model: type[Any]) -> type[Any]:
    """Objects that answer as rows of `model` do, with their methods and nothing that watches over attributes: a page
    asks for a hundred and more of them."""
    asked = {name: each for name, each in vars(model).items() if isinstance(each, (FunctionType, property))}
    empty = dict.fromkeys(column.name for column in model.__table__.c)
    return type(model.__name__, (), empty | {name: each for name, each in asked.items() if not name.startswith("__")})


@cache
def _read_behind_a_link(columns: tuple[ColumnElement[Any], ...]) -> tuple[Prepared, Taking]:
    """That of `glance_behind`, and what takes the values of `columns` out of its rows: most are read anyhow."""
    link, order, shop = (model.__table__ for model in (OrderLink, Order, Shop))
    columns = tuple(getattr(column, "expression", column) for column in columns)
    unopened = {"shipping_address": case((order.c.shipping_address.is_not(None), literal("", String)))}
    read = (*(unopened.get(name, order.c[name]) for name in _READ_OF_ORDER), *(shop.c[name] for name in _READ_OF_SHOP))
    known: list[Any] = [link.c.revoked_at, link.c.expires_at, *read]
    places = {column: place for place, column in enumerate(known)}
    for column in columns:
        if places.setdefault(column, len(known)) == len(known):
            known.append(column)
    statement = (
        select(*known)
        .join_from(link, order, order.c.id == link.c.order_id)
        .join(shop, shop.c.id == order.c.shop_id)
        .where(link.c.nonce == bindparam("nonce"))
    )
    return Prepared(statement), itemgetter(*(places[column] for column in columns))
