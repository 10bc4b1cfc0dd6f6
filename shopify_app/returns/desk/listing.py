"""Which returns stand on a page of the desk, and how many there are under each tab: ids alone, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select, true

from shopify_app.casework.models import CaseFile, CaseKind
from shopify_app.db import Session, UTCDateTime
from shopify_app.orders.models import Order
from shopify_app.returns.desk.asked import PAGE, DeskQuery, Sort, Tab, mark, place
from shopify_app.returns.desk.tabs import due_column, tab_column
from shopify_app.returns.models import Return

FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Where what was promised to nobody stands among promises."""


@dataclass(frozen=True)
class Listing:
    """Ids in the order of the page, each with its tab; how many are under each tab; marks of the pages around."""

    tabs: dict[int, Tab]
    counts: dict[Tab, int]
    before: str | None
    after: str | None


def listing(
    session: Session, shop_id: int, query: DeskQuery, conditions: Sequence[ColumnElement[bool]], within: timedelta
) -> Listing:
    """The page that `query` asks for of what meets `conditions`; `within` as for `due_column`."""
    rows: Sequence[Any] = session.execute(_statement(shop_id, query, conditions, within)).all()
    counts = {tab: rows[0][3 + number] for number, tab in enumerate(Tab)}
    found = [(row[0], Tab(row[1]), row[2]) for row in rows if row[0] is not None]
    is_back, has_more, found = query.before is not None, len(found) > PAGE, found[:PAGE]
    if is_back:
        found.reverse()
    if not found:
        return Listing({}, counts, None, None)
    first, last = (mark(key, row_id) for row_id, _, key in (found[0], found[-1]))
    return Listing(
        {row_id: tab for row_id, tab, _ in found},
        counts,
        first if (has_more if is_back else place(query.after)) else None,
        last if is_back or has_more else None,
    )


def joined(statement: Any, query: DeskQuery) -> Select[Any]:
    """`statement` over returns with what the query's conditions ask for beside them, and nothing else."""
    if query.country or query.market:
        statement = statement.join(Order, Order.id == Return.order_id)
    return with_case(statement) if query.assignee or query.is_late else statement


def with_case(statement: Any) -> Select[Any]:
    """`statement` over returns with each one's case, where it has one."""
    case_of = and_(CaseFile.kind == CaseKind.RETURN, CaseFile.subject_id == Return.id)
    return statement.outerjoin(CaseFile, case_of)


def _statement(
    shop_id: int, query: DeskQuery, conditions: Sequence[ColumnElement[bool]], within: timedelta
) -> Select[Any]:
    """Each tab is reckoned once: counts and page read the same list. Promises are reckoned for one tab's rows alone,
    and what a page shows is read for the page alone. A row without an id: there are counts and nothing to list."""
    everything = (
        joined(select(Return.id, Return.requested_at, tab_column(shop_id).label("tab")), query)
        .where(*conditions)
        .cte("everything")
        .prefix_with("MATERIALIZED")
    )
    counted = select(*(func.count().filter(everything.c.tab == tab).label(tab) for tab in Tab)).subquery("counted")
    is_rising = (query.order is not Sort.NEWEST) != (query.before is not None)
    page = _page(shop_id, query, everything, within, is_rising).subquery("page")
    order = (page.c.key.asc(), page.c.id.asc()) if is_rising else (page.c.key.desc(), page.c.id.desc())
    beside = counted.outerjoin(page, true())
    return select(page.c.id, page.c.tab, page.c.key, *counted.c).select_from(beside).order_by(*order)


def _page(shop_id: int, query: DeskQuery, everything: CTE, within: timedelta, is_rising: bool) -> Select[Any]:
    """One row more than a page holds, so that whoever reads knows that there are more."""
    tab = _of_tab(shop_id, query, everything, within).cte("of_tab").prefix_with("MATERIALIZED")
    order = (tab.c.key.asc(), tab.c.id.asc()) if is_rising else (tab.c.key.desc(), tab.c.id.desc())
    return select(tab).where(*_beyond(tab.c.key, tab.c.id, query, is_rising)).order_by(*order).limit(PAGE + 1)


def _of_tab(shop_id: int, query: DeskQuery, everything: CTE, within: timedelta) -> Select[Any]:
    """All of the tab, each with its key: its place in the order, reckoned once."""
    listed = select(everything.c.id, everything.c.tab)
    if query.tab is not None:
        listed = listed.where(everything.c.tab == query.tab)
    if query.order is not Sort.DUE:
        return listed.add_columns(everything.c.requested_at.label("key"))
    key = func.coalesce(due_column(within, shop_id), FAR, type_=UTCDateTime())
    return with_case(listed.add_columns(key.label("key")).join(Return, Return.id == everything.c.id))


def _beyond(key: Any, row_id: Any, query: DeskQuery, is_rising: bool) -> tuple[ColumnElement[bool], ...]:
    """Rows on the far side of the query's mark."""
    at = place(query.before or query.after)
    if at is None:
        return ()
    instant, last_id = at
    if is_rising:
        return (or_(key > instant, and_(key == instant, row_id > last_id)),)
    return (or_(key < instant, and_(key == instant, row_id < last_id)),)
