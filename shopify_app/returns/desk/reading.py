"""One page of the desk: its rows, and how many wait for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, load_only

from shopify_app.casework.models import CaseFile, CaseKind
from shopify_app.customers.models import Customer
from shopify_app.db import Session, UTCDateTime
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.desk import finding
from shopify_app.returns.desk.asked import PAGE, DeskQuery, Sort, Tab, mark, place
from shopify_app.returns.desk.promises import Checking
from shopify_app.returns.desk.tabs import arrived_column, due_column, full_name, tab_column
from shopify_app.returns.dossier import sums
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import ReturnState
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop

FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Where what was promised to nobody stands among promises."""


@dataclass(frozen=True)
class Row:
    """One return in the list. `gets` is what the accepted quote promises; None where Shopify began the return. `due` is
    by when somebody waits for the shop's word; None where nobody does. `assignee` is a key of `casework`."""

    id: int
    rma: str
    order: str
    customer: str
    state: str
    tab: Tab
    source: str
    requested_at: datetime
    decide_by: datetime | None
    due: datetime | None
    is_late: bool
    assignee: str | None
    version: int
    items: int
    outcomes: tuple[str, ...]
    gets: Money | None


@dataclass(frozen=True)
class Desk:
    """One page of the list. `counts` are under the same filters. `before` and `after` are marks for a `DeskQuery`: the
    page before and after this one; None where there is none."""

    rows: tuple[Row, ...]
    counts: dict[Tab, int]
    before: str | None
    after: str | None

    @property
    def total(self) -> int:
        """All that the filters let through, under every tab."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class _Found:
    """A row of the statement. `key` is its place in the order."""

    ret: Return
    tab: Tab
    due: datetime | None
    key: datetime
    arrived: datetime | None
    case: CaseFile | None
    customer: Customer | None


def find(session: Session, shop_id: int, rma: str) -> Return | None:
    """The return that this shop calls `rma`, however it is typed."""
    return session.scalar(select(Return).where(Return.shop_id == shop_id, Return.rma == rma.strip().upper()))


@dataclass(frozen=True)
class Found:
    """A return with its order and shop at hand. `customer` None: a guest's."""

    ret: Return
    customer: Customer | None
    tab: Tab


def find_with_tab(session: Session, shop_id: int, rma: str) -> Found | None:
    """`find`, with what stands beside the return wherever it is shown, in one statement."""
    same = aliased(Return)
    its_id = select(same.id).where(same.shop_id == shop_id, same.rma == rma.strip().upper()).scalar_subquery()
    asked = (
        select(Return, Customer, tab_column(shop_id, its_id))
        .join(Return.order)
        .join(Order.shop)
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .options(contains_eager(Return.order).contains_eager(Order.shop))
        .where(Return.shop_id == shop_id, Return.rma == rma.strip().upper())
    )
    found = session.execute(asked).one_or_none()
    return Found(found[0], found[1], Tab(found[2])) if found else None


def open_desk(session: Session, shop: Shop, query: DeskQuery, now: datetime) -> Desk:
    """The page of the desk that `query` asks for."""
    checking = Checking(shop.timezone, shop.country, load(session, shop.id, Returns).check_within_days)
    conditions = chosen(session, shop, query, checking, now)
    found, before, after = _page(session, shop, query, conditions, checking.within(now))
    return Desk(_rows(session, found, checking, now), _counts(session, shop.id, query, conditions), before, after)


def ids_of(session: Session, shop: Shop, query: DeskQuery, now: datetime) -> Select[Any]:
    """Id, RMA and version of everything that `query` lets through under its tab: a statement, not its rows."""
    checking = Checking(shop.timezone, shop.country, load(session, shop.id, Returns).check_within_days)
    conditions = chosen(session, shop, query, checking, now)
    return _from(select(Return.id, Return.rma, Return.version)).where(*conditions, *_under(shop.id, query.tab))


def chosen(
    session: Session, shop: Shop, query: DeskQuery, checking: Checking, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    """All conditions but the tab's."""
    conditions = finding.wanted(session, shop, query)
    if not query.is_late:
        return conditions
    return (*conditions, due_column(checking.within(now)) < now)


def _page(
    session: Session, shop: Shop, query: DeskQuery, conditions: Sequence[ColumnElement[bool]], within: timedelta
) -> tuple[list[_Found], str | None, str | None]:
    """The rows with the marks of the pages before and after them."""
    is_back = query.before is not None
    rows = [_Found(*row) for row in session.execute(_listed(shop.id, query, conditions, within))]
    has_more, found = len(rows) > PAGE, rows[:PAGE]
    if is_back:
        found.reverse()
    if not found:
        return [], None, None
    first, last = (mark(each.key, each.ret.id) for each in (found[0], found[-1]))
    return (
        found,
        first if (has_more if is_back else place(query.after)) else None,
        last if is_back or has_more else None,
    )


def _listed(
    shop_id: int, query: DeskQuery, conditions: Sequence[ColumnElement[bool]], within: timedelta
) -> Select[Any]:
    due = due_column(within)
    key = func.coalesce(due, FAR, type_=UTCDateTime()) if query.order is Sort.DUE else Return.requested_at
    is_rising = (query.order is not Sort.NEWEST) != (query.before is not None)
    order = (key.asc(), Return.id.asc()) if is_rising else (key.desc(), Return.id.desc())
    beyond = _beyond(key, place(query.before or query.after), is_rising)
    return (
        _from(select(Return, tab_column(shop_id), due, key, arrived_column(), CaseFile, Customer))
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .where(*conditions, *_under(shop_id, query.tab), *beyond)
        .options(
            contains_eager(Return.order).load_only(Order.name),
            load_only(*_COLUMNS),
            load_only(Customer.first_name, Customer.last_name),
        )
        .order_by(*order)
        .limit(PAGE + 1)
    )


_COLUMNS = (
    Return.rma, Return.state, Return.source, Return.currency, Return.requested_at, Return.decide_by, Return.version,
    Return.order_id, Return.shop_id,
)  # fmt: skip


def _from(statement: Any) -> Select[Any]:
    case_of = and_(CaseFile.kind == CaseKind.RETURN, CaseFile.subject_id == Return.id)
    return statement.join(Order, Order.id == Return.order_id).outerjoin(CaseFile, case_of)


def _under(shop_id: int, tab: Tab | None) -> tuple[ColumnElement[bool], ...]:
    return () if tab is None else (tab_column(shop_id) == tab,)


def _beyond(key: Any, at: tuple[datetime, int] | None, is_rising: bool) -> tuple[ColumnElement[bool], ...]:
    """Rows on the far side of a mark."""
    if at is None:
        return ()
    instant, row_id = at
    if is_rising:
        return (or_(key > instant, and_(key == instant, Return.id > row_id)),)
    return (or_(key < instant, and_(key == instant, Return.id < row_id)),)


def _counts(
    session: Session, shop_id: int, query: DeskQuery, conditions: Sequence[ColumnElement[bool]]
) -> dict[Tab, int]:
    """Orders and cases are joined only where a filter asks for them."""
    tabs = select(tab_column(shop_id).label("tab"))
    tabs = (_from(tabs) if query.filters else tabs).where(*conditions).subquery()
    counted = dict(session.execute(select(tabs.c.tab, func.count()).group_by(tabs.c.tab)).all())
    return {tab: counted.get(tab, 0) for tab in Tab}


def _rows(session: Session, found: Sequence[_Found], checking: Checking, now: datetime) -> tuple[Row, ...]:
    ids = [each.ret.id for each in found]
    gets = _gets(session, ids)
    wanted = _wanted(session, ids)
    return tuple(
        Row(
            id=each.ret.id,
            rma=each.ret.rma,
            order=each.ret.order.name,
            customer=full_name(each.customer),
            state=each.ret.state,
            tab=Tab(each.tab),
            source=each.ret.source,
            requested_at=each.ret.requested_at,
            decide_by=each.ret.decide_by,
            due=(due := _due(each, checking)),
            is_late=due is not None and due < now,
            assignee=each.case.assignee if each.case else None,
            version=each.ret.version,
            items=sum(quantity for quantity, _ in wanted[each.ret.id]),
            outcomes=tuple(dict.fromkeys(outcome for _, outcome in wanted[each.ret.id])),
            gets=gets.get(each.ret.id),
        )
        for each in found
    )


def _due(found: _Found, checking: Checking) -> datetime | None:
    """The promise as it was told: a verdict's in working days."""
    said = (found.case and found.case.answer_by) or found.ret.decide_by
    if said is None and found.arrived is not None and found.ret.state == ReturnState.APPROVED:
        return checking.promised(found.arrived)
    return found.due


def _wanted(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found = defaultdict[int, list[tuple[int, str]]](list)
    lines = select(ReturnLine.return_id, ReturnLine.quantity, ReturnLine.outcome)
    for return_id, quantity, outcome in session.execute(
        lines.where(ReturnLine.return_id.in_(ids)).order_by(ReturnLine.id)
    ):
        found[return_id].append((quantity, outcome))
    return found


def _gets(session: Session, ids: Sequence[int]) -> dict[int, Money]:
    """What accepted quotes promise, over all parts of each return."""
    found: dict[int, Money] = {}
    groups = select(ReleaseGroup.return_id, ReleaseGroup.accepted).where(ReleaseGroup.return_id.in_(ids))
    for return_id, accepted in session.execute(groups):
        if priced := sums(accepted):
            found[return_id] = found[return_id] + priced.gets if return_id in found else priced.gets
    return found
