"""Finished tracking pages, kept for a minute and for as long as nothing they tell has changed.

A page is read far more often than its order changes: anxious people reload. One statement says what state an order's
page is made of (its *version*); while that is the same, the page that was rendered a moment ago is the page. What the
version does not see (another product's stock, the minute at which the shop opens) is at most a minute old, on a card
half a minute more (`recommendations.shelf`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order, OrderLink
from shopify_app.prepared import Prepared
from shopify_app.returns import still_to_come
from shopify_app.returns.models import PublishedPolicy, Return
from shopify_app.returns.withdrawing.called import NUMBER_OF_WITHDRAWAL
from shopify_app.settings.models import SettingsVersion
from shopify_app.shipments.models import Promise, Scan, Shipment
from shopify_app.shops.models import Shop
from shopify_app.storefront.rendering import Rendered

KEPT_FOR = timedelta(seconds=60)
MOST_PAGES = 500
Version = tuple[Any, ...]


def _of_order(column: ColumnElement[Any], *where: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(column).where(*where).correlate(Order).scalar_subquery()


_COMMA: Any = literal_column("','")  # a word of the statement: what is handed over is written into it each time
RETURNS_TOLD = func.aggregate_strings(
    cast(Return.id, String) + ":" + still_to_come.TOLD + ":" + Return.rma + ":" + NUMBER_OF_WITHDRAWAL, _COMMA
)
"""What the page tells of each return, with commas between; the last is empty but for withdrawals."""
_MINE = Shipment.order_id == Order.id
_TIMES_OF_PARCEL = (Shipment.fact_at, Shipment.told_at, Shipment.state_at)
_NEWEST_OF_PARCELS = (*(func.max(each) for each in _TIMES_OF_PARCEL), func.count())
_MY_SCANS = (Scan.shipment_id == Shipment.id, _MINE)
VERSION: tuple[ColumnElement[Any], ...] = (
    *(Order.id, Order.shop_id, Shop.domain, Shop.state, Shop.name, Shop.profile_read_at, Shop.proxy_path),
    *(OrderLink.revoked_at, OrderLink.expires_at, Order.deleted_at, Order.erased_at),
    *(Order.fact_at, Order.told_at, Order.refunded, Order.customer_id, Order.delivery, Order.packed_at),
    *(_of_order(what, _MINE) for what in _NEWEST_OF_PARCELS),
    *(_of_order(what, *_MY_SCANS) for what in (func.max(Scan.id), func.count(Scan.deleted_at))),
    _of_order(func.max(Promise.id), Promise.order_id == Order.id),
    _of_order(RETURNS_TOLD, Return.order_id == Order.id),
    _of_order(func.max(PublishedPolicy.number), PublishedPolicy.shop_id == Order.shop_id),
    _of_order(func.max(SettingsVersion.id), SettingsVersion.shop_id == Order.shop_id),
)  # type: ignore[assignment]
"""All that a link's page tells, as the newest row of each kind. The last four are the newest date promised for the
order, its returns, the newest of the shop's policies, and the newest of its settings."""

_STATEMENT = Prepared(
    select(*VERSION)
    .join(OrderLink, OrderLink.order_id == Order.id)
    .join(Shop, Shop.id == Order.shop_id)
    .where(OrderLink.nonce == bindparam("nonce"))
)


@dataclass(frozen=True)
class FinishedPage:
    """A rendered page, whose it is, and until when it may be shown again; without a version, it may not."""

    rendered: Rendered
    version: Version
    made_at: datetime

    @cached_property
    def etag(self) -> str:
        """Reckoned once, also where the page is shown again."""
        return self.rendered.etag

    @property
    def order_id(self) -> int:
        return self.version[0]

    @property
    def shop_id(self) -> int:
        return self.version[1]

    def holds(self, version: Version | None, now: datetime) -> bool:
        return version == self.version and timedelta(0) <= now - self.made_at < KEPT_FOR


class FinishedPages:
    """The pages that this process rendered last, by whatever made them what they are (address, language asked for)."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most, self._lock = most, threading.Lock()
        self._pages: OrderedDict[tuple[Any, ...], FinishedPage] = OrderedDict()

    def has(self, key: tuple[Any, ...]) -> bool:
        """Whether it is worth asking for the version."""
        return key in self._pages

    def find(self, key: tuple[Any, ...], version: Version | None, now: datetime) -> FinishedPage | None:
        """The page under `key`, if it still holds."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or not page.holds(version, now):
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: tuple[Any, ...], page: FinishedPage) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)


def version_of(session: Session, nonce: str) -> Version | None:
    """What the page behind a link is made of right now; None when there is no such link. One statement."""
    rows = _STATEMENT.rows(session, nonce=nonce)
    return tuple(rows[0]) if rows else None
