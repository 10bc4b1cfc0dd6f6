"""One page of the desk: its rows, and how many wait for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, contains_eager, load_only

from shopify_app.casework.models import CaseFile
from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.desk import finding
from shopify_app.returns.desk.asked import DeskQuery, Tab
from shopify_app.returns.desk.listing import joined, listing, with_case
from shopify_app.returns.desk.promises import Checking
from shopify_app.returns.desk.tabs import arrived_column, due_column, full_name, tab_column
from shopify_app.returns.dossier import sums
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import ReturnState
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop


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
    """A return of the page with what is read beside it. `arrived`: when the first piece came that waits for a
    verdict."""

    ret: Return
    due: datetime | None
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
    within = checking.within(now)
    conditions = chosen(session, shop, query, checking, now)
    page = listing(session, shop.id, query, conditions, within)
    return Desk(_rows(session, page.tabs, checking, now), page.counts, page.before, page.after)


def ids_of(session: Session, shop: Shop, query: DeskQuery, now: datetime) -> Select[Any]:
    """Id, RMA and version of everything that `query` lets through under its tab, oldest first: a statement, not its
    rows."""
    checking = Checking(shop.timezone, shop.country, load(session, shop.id, Returns).check_within_days)
    conditions = chosen(session, shop, query, checking, now)
    under = () if query.tab is None else (tab_column(shop.id) == query.tab,)
    return joined(select(Return.id, Return.rma, Return.version), query).where(*conditions, *under).order_by(Return.id)


def chosen(
    session: Session, shop: Shop, query: DeskQuery, checking: Checking, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    """All conditions but the tab's."""
    conditions = finding.wanted(session, shop, query)
    if not query.is_late:
        return conditions
    return (*conditions, due_column(checking.within(now), shop.id) < now)


_COLUMNS = (
    Return.rma, Return.state, Return.source, Return.currency, Return.requested_at, Return.decide_by, Return.version,
    Return.order_id, Return.shop_id,
)  # fmt: skip


def _read(session: Session, ids: Collection[int], within: timedelta) -> list[_Found]:
    """What the page's rows are made of, in the order of `ids`."""
    if not ids:
        return []
    asked = (
        with_case(select(Return, due_column(within), arrived_column(), CaseFile, Customer))
        .join(Return.order)
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .where(Return.id.in_(ids))
        .options(
            contains_eager(Return.order).load_only(Order.name),
            load_only(*_COLUMNS),
            load_only(Customer.first_name, Customer.last_name),
        )
    )
    found = {row[0].id: _Found(*row) for row in session.execute(asked)}
    return [found[row_id] for row_id in ids if row_id in found]


def _rows(session: Session, tabs: Mapping[int, Tab], checking: Checking, now: datetime) -> tuple[Row, ...]:
    found = _read(session, tabs, checking.within(now))
    gets, wanted = _gets(session, tabs), _wanted(session, tabs)
    return tuple(
        Row(
            id=each.ret.id,
            rma=each.ret.rma,
            order=each.ret.order.name,
            customer=full_name(each.customer),
            state=each.ret.state,
            tab=tabs[each.ret.id],
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


def _wanted(session: Session, ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    found = defaultdict[int, list[tuple[int, str]]](list)
    lines = select(ReturnLine.return_id, ReturnLine.quantity, ReturnLine.outcome)
    for return_id, quantity, outcome in session.execute(
        lines.where(ReturnLine.return_id.in_(ids)).order_by(ReturnLine.id)
    ):
        found[return_id].append((quantity, outcome))
    return found


def _gets(session: Session, ids: Collection[int]) -> dict[int, Money]:
    """What accepted quotes promise, over all parts of each return."""
    found: dict[int, Money] = {}
    groups = select(ReleaseGroup.return_id, ReleaseGroup.accepted).where(ReleaseGroup.return_id.in_(ids))
    for return_id, accepted in session.execute(groups):
        if priced := sums(accepted):
            found[return_id] = found[return_id] + priced.gets if return_id in found else priced.gets
    return found
