"""Reading a shop's past, and what never reached us: page by page, each page's progress committed with it.

One chain a shop: `jobs.catch_up` reads one page of the first kind that is not finished, commits, and sends itself.
Where a chain breaks (a killed worker, a throttled shop, a lost message) the schedule takes it up again from the last
cursor. Two chains at once do no harm: applying is harmless twice, and only one of them can move the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from jobs.gone_products import gone_page
from jobs.missed_returns import OPEN_ONES, follow_read, returns_page
from shopify_app.catalogue.projection import apply_collection, apply_product, delete_product
from shopify_app.customers.projection import apply_customer
from shopify_app.queue import celery, send, send_after_commit
from shopify_app.row_counts import count_rows
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.errors import AccessDenied, ShopifyError
from shopify_app.shopify.snapshots import Page, ShopSnapshot
from shopify_app.shops import profile
from shopify_app.shops.models import Backfill, Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

PAST = timedelta(days=60)  # what Shopify shows without read_all_orders
OVERLAP = timedelta(minutes=10)
FIRST_LOOKS_BACK = timedelta(hours=1)
WEEK = timedelta(days=7)
GONE_PRODUCTS = "reconcile_gone"
PASSED_OVER = "passed_over"
"""What a pass notes that could not keep everything it read."""
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
APPLIED_AT_ONCE = 10  # so that a page does not hold SQLite's one writer's place for long


@dataclass(frozen=True)
class Reading:
    """One page to be read: of which shop, what is asked for (in Shopify's search syntax), from where on."""

    adapters: Adapters
    admin: AdminAPI
    shop_id: int
    query: str
    cursor: str | None


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is read and applied; `query` is made from the kind's progress row."""

    page: Callable[[Reading], Page[Any]]
    apply: Callable[[Session, int, Any, datetime], object]
    query: Callable[[Backfill], str] = lambda _: ""


def _shop_page(ask: Reading) -> Page[tuple[ShopSnapshot, datetime]]:
    """The profile, and when it was asked for."""
    asked_at = ask.adapters.clock.now()
    return Page(((ask.admin.shop_profile(), asked_at),), None)


def _apply_profile(session: Session, shop_id: int, told: tuple[ShopSnapshot, datetime], _now: datetime) -> None:
    held = select(Shop).where(Shop.id == shop_id).with_for_update(key_share=True)
    profile.apply(session.scalars(held).one(), *told)


def _since(moment: datetime, field: str) -> str:
    return f"{field}:>='{moment:%Y-%m-%dT%H:%M:%SZ}'"


def _changed_since_last(row: Backfill) -> str:
    """The first pass comes up to half an hour after the back-fill began."""
    return _since((row.until or row.started_at - FIRST_LOOKS_BACK) - OVERLAP, "updated_at")


BACK_FILL: dict[str, Kind] = {
    "shop": Kind(_shop_page, _apply_profile),
    "products": Kind(lambda ask: ask.admin.products_page(cursor=ask.cursor), apply_product),
    "collections": Kind(lambda ask: ask.admin.collections_page(ask.cursor), apply_collection),
    "customers": Kind(lambda ask: ask.admin.customers_page(ask.cursor), apply_customer),
    "orders": Kind(
        lambda ask: ask.admin.orders_page(ask.query, ask.cursor),
        apply_whole_order,
        lambda row: _since(row.started_at - PAST, "created_at"),
    ),
    "returns": Kind(
        lambda ask: returns_page(ask.adapters, ask.admin, ask.shop_id, ask.query, ask.cursor),
        follow_read,
        lambda _: OPEN_ONES,
    ),
}
LAST = "returns"
"""Of the past: from here on its figures can be told, and nobody should have to wait for the clock."""
GROWN = frozenset({"products", "orders"})
"""Once these are read the database has become a big one, and should not wait for the clock to notice."""
RECONCILE: dict[str, Kind] = {
    "reconcile_shop": BACK_FILL["shop"],
    "reconcile": Kind(
        lambda ask: ask.admin.orders_page(ask.query, ask.cursor),
        apply_whole_order,
        _changed_since_last,
    ),
    "reconcile_week": Kind(
        lambda ask: ask.admin.orders_page(ask.query, ask.cursor),
        apply_whole_order,
        lambda row: _since(row.started_at - WEEK, "updated_at"),
    ),
    "reconcile_returns": Kind(
        BACK_FILL["returns"].page,
        follow_read,
        _changed_since_last,
    ),
    "reconcile_products": Kind(
        lambda ask: ask.admin.products_page(ask.query, ask.cursor),
        apply_product,
        _changed_since_last,
    ),
    GONE_PRODUCTS: Kind(
        lambda ask: gone_page(ask.adapters, ask.admin, ask.shop_id, ask.cursor),
        delete_product,
    ),
}
KINDS = BACK_FILL | RECONCILE
"""In this order; the row of each is `shops.models.Backfill`. A finished row's `until` is how far it has seen. What a
scan by the time of change cannot see, what is no longer there, is found by comparing (`gone_products`)."""


def start_back_fill(session: Session, shop_id: int, now: datetime) -> None:
    """Everything of the shop is to be read (again), and what went while we were away is to be found; the chain starts
    when the transaction commits."""
    rows = {row.kind: row for row in session.scalars(select(Backfill).where(Backfill.shop_id == shop_id))}
    for kind in (*BACK_FILL, GONE_PRODUCTS):
        _begin(session, shop_id, kind, rows.get(kind), now)
    send_after_commit(session, "jobs.catch_up", shop_id)


def start_reconcile(session: Session, kind: str, now: datetime) -> list[int]:
    """Opens a pass of `kind` for each installed shop whose last pass is through; the shops' ids."""
    shops = session.scalars(select(Shop.id).where(Shop.state == ShopState.INSTALLED)).all()
    rows = {row.shop_id: row for row in session.scalars(select(Backfill).where(Backfill.kind == kind))}
    opened = [shop_id for shop_id in shops if shop_id not in rows or rows[shop_id].finished_at is not None]
    for shop_id in opened:
        _begin(session, shop_id, kind, rows.get(shop_id), now)
        send_after_commit(session, "jobs.catch_up", shop_id)
    return opened


def _begin(session: Session, shop_id: int, kind: str, row: Backfill | None, now: datetime) -> None:
    if row is None:
        session.add(Backfill(shop_id=shop_id, kind=kind, started_at=now))
        return
    row.cursor, row.seen, row.expected, row.error = None, 0, None, None
    row.started_at, row.finished_at = now, None


def unfinished(session: Session) -> list[int]:
    """Ids of installed shops with something left to read."""
    wanted = select(Backfill.shop_id).where(Backfill.finished_at.is_(None)).distinct()
    return list(session.scalars(wanted.join(Shop, Shop.id == Backfill.shop_id).where(Shop.state == "installed")))


@celery.task(name="jobs.catch_up", bind=True)
def catch_up(self: Any, shop_id: int) -> None:
    """Reads the next page of what is unfinished, and sends itself for the one after."""
    if read_next_page(self.app.adapters, shop_id):
        send("jobs.catch_up", shop_id)


@celery.task(name="jobs.reconcile", bind=True)
def reconcile(self: Any, kind: str) -> None:
    """Opens a reconciling pass of `kind` for every installed shop."""
    adapters: Adapters = self.app.adapters
    with adapters.database.write() as session:
        start_reconcile(session, kind, adapters.clock.now())


def read_next_page(adapters: Adapters, shop_id: int) -> bool:
    """Whether there is more to read. False too when Shopify did not answer (the schedule comes back) or when another
    worker moved the cursor first."""
    row = _next_row(adapters, shop_id)
    if row is None:
        return False
    kind = KINDS[row.kind]
    admin = adapters.admin(shop_id)
    try:
        query = kind.query(row)
        expected = _expected(admin, row, query)
        page = kind.page(Reading(adapters, admin, shop_id, query, row.cursor))
    except AccessDenied as refusal:
        return _move(adapters, row, seen=0, error=type(refusal).__name__, next_cursor=None)
    except ShopifyError as failure:
        log.warning("catch_up_interrupted", shop_id=shop_id, kind=row.kind, error=type(failure).__name__)
        _note(adapters, row, type(failure).__name__)
        return False
    is_all_kept = _apply(adapters, row, kind, page.nodes) and row.error != PASSED_OVER
    error = None if is_all_kept else PASSED_OVER
    moved = _move(adapters, row, seen=len(page.nodes), error=error, next_cursor=page.next_cursor, expected=expected)
    if moved and page.next_cursor is None:
        _is_through(adapters, row.kind)
    return moved


def _is_through(adapters: Adapters, kind: str) -> None:
    if kind in GROWN:
        count_rows(adapters.database)
    if kind == LAST:
        send("jobs.count_figures")


def _next_row(adapters: Adapters, shop_id: int) -> Backfill | None:
    with adapters.database.read() as session:
        if session.scalar(select(Shop.state).where(Shop.id == shop_id)) != ShopState.INSTALLED:
            return None
        wanted = select(Backfill).where(Backfill.shop_id == shop_id, Backfill.finished_at.is_(None))
        rows = [row for row in session.scalars(wanted) if row.kind in KINDS]
    return min(rows, key=lambda row: list(KINDS).index(row.kind), default=None)


def _expected(admin: AdminAPI, row: Backfill, query: str) -> int | None:
    if row.kind == "orders" and row.cursor is None:
        return admin.orders_count(query)
    return row.expected


def _apply(adapters: Adapters, row: Backfill, kind: Kind, nodes: Sequence[Any]) -> bool:
    """Whether every one of them was kept. One that our rows have no room for must not hold up whatever comes after it,
    for good: those beside it are applied each on its own, and it is passed over."""
    is_all_kept = True
    for start in range(0, len(nodes), APPLIED_AT_ONCE):
        some = nodes[start : start + APPLIED_AT_ONCE]
        if not _is_kept(adapters, row, kind, some):
            is_all_kept &= all([_is_kept(adapters, row, kind, [snapshot]) for snapshot in some])
    return is_all_kept


def _is_kept(adapters: Adapters, row: Backfill, kind: Kind, some: Sequence[Any]) -> bool:
    """Applies these in one transaction. A database that is away is no fault of theirs: what it raises goes through."""
    try:
        with adapters.database.write() as session:
            for snapshot in some:
                kind.apply(session, row.shop_id, snapshot, adapters.clock.now())
    except DATABASE_AWAY:
        raise
    except Exception as failure:  # the boundary of one thing
        if len(some) == 1:
            named = getattr(some[0], "shopify_id", None)
            log.error("catch_up_passed_over", shop_id=row.shop_id, kind=row.kind, thing=named, exc_info=failure)
        return False
    return True


def _move(
    adapters: Adapters,
    row: Backfill,
    seen: int,
    error: str | None,
    next_cursor: str | None,
    expected: int | None = None,
) -> bool:
    """Moves the cursor on from where this worker found it; False when another was faster."""
    values: dict[str, Any] = {"cursor": next_cursor, "seen": row.seen + seen, "error": error, "expected": expected}
    if next_cursor is None:
        values |= {"finished_at": adapters.clock.now(), "until": row.started_at}
    where_found = Backfill.cursor.is_(None) if row.cursor is None else Backfill.cursor == row.cursor
    here = (Backfill.id == row.id, Backfill.started_at == row.started_at, Backfill.finished_at.is_(None), where_found)
    with adapters.database.write() as session:
        moved = session.execute(update(Backfill).where(*here).values(**values).returning(Backfill.id)).all()
    return bool(moved)


def _note(adapters: Adapters, row: Backfill, error: str) -> None:
    with adapters.database.write() as session:
        session.execute(update(Backfill).where(Backfill.id == row.id).values(error=error))
