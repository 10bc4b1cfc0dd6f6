"""Which returns stand on a page of the desk, and how many there are under each tab: ids alone, in one statement.

Statements are made once for all lists that ask for the same things, whatever the values (`prepared`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, func, or_, select, true

from shopify_app.casework.models import CaseFile, CaseKind
from shopify_app.db import Session, UTCDateTime
from shopify_app.prepared import Prepared
from shopify_app.returns.desk.asked import PAGE, DeskQuery, Sort, Tab, mark, place
from shopify_app.returns.desk.finding import SHOP, Shape, conditions
from shopify_app.returns.desk.tabs import arrivals, due_column, tab_column
from shopify_app.returns.models import Return

FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Where what was promised to nobody stands among promises."""
LISTS_KEPT = 200
NOW: Any = bindparam("now", type_=UTCDateTime())
_TAB: Any = bindparam("tab")
_MARK_AT: Any = bindparam("mark_at", type_=UTCDateTime())
_MARK_ID: Any = bindparam("mark_id")


@dataclass(frozen=True)
class Listing:
    """Ids in the order of the page, each with its tab; how many are under each tab; marks of the pages around."""

    tabs: dict[int, Tab]
    counts: dict[Tab, int]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class _Page:
    """What makes one page's statement another: everything but the values."""

    shape: Shape
    is_late: bool
    has_tab: bool
    order: Sort
    is_back: bool
    has_mark: bool

    @property
    def is_rising(self) -> bool:
        return (self.order is not Sort.NEWEST) != self.is_back


def listing(session: Session, query: DeskQuery, shape: Shape, values: Mapping[str, Any]) -> Listing:
    """The page that `query` asks for of what has its `shape`. `values` as `finding.values`, with those of `WITHIN`,
    `AHEAD` and `NOW`."""
    at = place(query.before or query.after)
    is_back = query.before is not None
    page = _Page(shape, query.is_late, query.tab is not None, query.order, is_back, at is not None)
    marked = {"mark_at": at[0], "mark_id": at[1]} if at else {}
    rows = _statement(page).rows(session, **values, **marked, **({"tab": query.tab.value} if query.tab else {}))
    counts = {tab: rows[0][3 + number] for number, tab in enumerate(Tab)}
    found = [(row[0], Tab(row[1]), row[2]) for row in rows if row[0] is not None]
    has_more, found = len(found) > PAGE, found[:PAGE]
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


def chosen(statement: Any, shape: Shape, is_late: bool) -> Select[Any]:
    """`statement` over returns, of those that are wanted under any tab."""
    statement = statement.where(*conditions(shape))
    if not is_late:
        return statement
    joined, due = _with_due(statement, Return)
    return joined.where(due < NOW)


def with_case(statement: Any, return_id: Any) -> Select[Any]:
    """`statement` over returns with each one's case, where it has one."""
    case_of = and_(CaseFile.kind == CaseKind.RETURN, CaseFile.subject_id == return_id)
    return statement.outerjoin(CaseFile, case_of)


@lru_cache(LISTS_KEPT)
def _statement(page: _Page) -> Prepared:
    """Each tab is reckoned once: counts and page read the same list. Promises are reckoned for one tab's rows alone,
    and what a page shows is read for the page alone. A row without an id: there are counts and nothing to list."""
    columns = (Return.id, Return.requested_at, Return.state, Return.decide_by, Return.withdrawal_id)
    known = columns if page.order is Sort.DUE else columns[:2]
    everything = chosen(select(*known, tab_column(SHOP).label("tab")), page.shape, page.is_late)
    listed = everything.cte("everything").prefix_with("MATERIALIZED")
    counted = select(*(func.count().filter(listed.c.tab == tab).label(tab) for tab in Tab)).subquery("counted")
    shown = _shown(page, listed).subquery("page")
    beside = counted.outerjoin(shown, true())
    order = _order(page, shown.c.key, shown.c.id)
    return Prepared(select(shown.c.id, shown.c.tab, shown.c.key, *counted.c).select_from(beside).order_by(*order))


def _shown(page: _Page, everything: CTE) -> Select[Any]:
    """One row more than a page holds, so that whoever reads knows that there are more. Beyond a mark every key is
    looked at twice: then they are written down first."""
    of_tab = _of_tab(page, everything)
    if not page.has_mark:
        return of_tab.order_by(*_order(page, of_tab.selected_columns["key"], everything.c.id)).limit(PAGE + 1)
    tab = of_tab.cte("of_tab").prefix_with("MATERIALIZED")
    ordered = select(tab).order_by(*_order(page, tab.c.key, tab.c.id)).limit(PAGE + 1)
    return ordered.where(_beyond(page, tab.c.key, tab.c.id))


def _of_tab(page: _Page, everything: CTE) -> Select[Any]:
    """All of the tab, each with its key: its place in the order, reckoned once."""
    listed = select(everything.c.id, everything.c.tab)
    if page.has_tab:
        listed = listed.where(everything.c.tab == _TAB)
    if page.order is not Sort.DUE:
        return listed.add_columns(everything.c.requested_at.label("key"))
    joined, due = _with_due(listed.select_from(everything), everything.c)
    return joined.add_columns(func.coalesce(due, FAR, type_=UTCDateTime()).label("key"))


def _with_due(statement: Any, ret: Any) -> tuple[Select[Any], ColumnElement[Any]]:
    """`statement` over `ret` with what promises are reckoned from, and the promise."""
    here = arrivals(SHOP)
    joined = with_case(statement, ret.id).outerjoin(here, here.c.return_id == ret.id)
    return joined, due_column(here.c.at, ret, SHOP)


def _order(page: _Page, key: Any, row_id: Any) -> tuple[Any, Any]:
    return (key.asc(), row_id.asc()) if page.is_rising else (key.desc(), row_id.desc())


def _beyond(page: _Page, key: Any, row_id: Any) -> ColumnElement[bool]:
    """Rows on the far side of the query's mark."""
    if page.is_rising:
        return or_(key > _MARK_AT, and_(key == _MARK_AT, row_id > _MARK_ID))
    return or_(key < _MARK_AT, and_(key == _MARK_AT, row_id < _MARK_ID))
