"""One page of the desk: its rows, and how many wait for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased, contains_eager

from shopify_app.casework.models import CaseFile
from shopify_app.customers.models import Customer
from shopify_app.db import BigKey, Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.prepared import Prepared
from shopify_app.returns.desk import finding
from shopify_app.returns.desk.asked import PAGE, SOON, DeskQuery, Tab
from shopify_app.returns.desk.listing import chosen, listing, with_case
from shopify_app.returns.desk.promises import Checking
from shopify_app.returns.desk.tabs import arrived_column, due_column, in_full, lawful_day, tab_column
from shopify_app.returns.ledger import Account
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup
from shopify_app.returns.states import ReturnState
from shopify_app.returns.stored import comes_to
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop
from shopify_app.zones import end_of_day, zone_named


@dataclass(frozen=True)
class Row:
    """One return in the list. `gets` is what it comes to since its pieces were accepted at so much, before that what
    the accepted quote promises; None where nobody has reckoned it. `due` is by when somebody waits for the shop's word;
    None where nobody does. `assignee` is a key of `casework`."""

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
    values = _values(session, shop, query, checking, now)
    page = listing(session, query, finding.shape_of(shop, query), values)
    return Desk(_rows(session, page.tabs, checking, now), page.counts, page.before, page.after)


def ids_of(session: Session, shop: Shop, query: DeskQuery, now: datetime) -> Select[Any]:
    """Id, RMA and version of everything that `query` lets through under its tab, oldest first: a statement, not its
    rows."""
    checking = Checking(shop.timezone, shop.country, load(session, shop.id, Returns).check_within_days)
    under = () if query.tab is None else (tab_column(shop.id) == query.tab,)
    wanted = chosen(select(Return.id, Return.rma, Return.version), finding.shape_of(shop, query), query.is_late)
    values = _values(session, shop, query, checking, now)
    return wanted.where(*under).order_by(Return.id).params(values)


def _values(session: Session, shop: Shop, query: DeskQuery, checking: Checking, now: datetime) -> dict[str, Any]:
    """What stands in the places of a list's statement."""
    return checking.values(now) | {"now": now, "soon": now + SOON} | finding.values(session, shop, query)


def _rows(session: Session, tabs: Mapping[int, Tab], checking: Checking, now: datetime) -> tuple[Row, ...]:
    """The page's rows, in the order of `tabs`."""
    if not tabs:
        return ()
    ids = {f"id_{number}": row_id for number, row_id in enumerate([*tabs, *[0] * PAGE][:PAGE])}
    clock = checking.values(now)
    gets, wanted = _gets(session, ids), _wanted(session, ids)
    found = {values[0]: _Found(*values) for values in _FOUND.rows(session, **clock, **ids)}
    return tuple(
        Row(
            id=each.id,
            rma=each.rma,
            order=each.order,
            customer=in_full(each.first_name, each.last_name),
            state=each.state,
            tab=tabs[each.id],
            source=each.source,
            requested_at=each.requested_at,
            decide_by=each.decide_by,
            due=(due := each.promised(checking, now)),
            is_late=due is not None and due < now,
            assignee=each.assignee,
            version=each.version,
            items=sum(quantity for quantity, _ in wanted[each.id]),
            outcomes=tuple(dict.fromkeys(outcome for _, outcome in wanted[each.id])),
            gets=gets.get(each.id),
        )
        for each in (found[row_id] for row_id in tabs if row_id in found)
    )


class _Found(NamedTuple):
    """A return of the page with what is read beside it. `arrived`: when the first piece came that waits for a
    verdict."""

    id: int
    rma: str
    state: str
    source: str
    requested_at: datetime
    decide_by: datetime | None
    version: int
    due: datetime | None
    arrived: datetime | None
    answer_by: datetime | None
    assignee: str | None
    order: str
    first_name: str | None
    last_name: str | None
    lawful: date | None

    def promised(self, checking: Checking, now: datetime) -> datetime | None:
        """The promise as it was told: a verdict's in working days, the law's day as the shop's clock has it."""
        said = self.answer_by or self.decide_by
        if said is None and self.arrived is not None and self.state == ReturnState.APPROVED:
            return checking.promised(self.arrived)
        if self.lawful is not None and self.due == end_of_day(self.lawful, zone_named("UTC")) - checking.ahead(now):
            return checking.end_of(self.lawful)
        return self.due


_IDS = [bindparam(f"id_{number}", type_=BigKey) for number in range(PAGE)]
_FOUND = Prepared(
    with_case(
        select(
            *(Return.id, Return.rma, Return.state, Return.source, Return.requested_at, Return.decide_by),
            *(
                Return.version,
                due_column(arrived_column()).label("due"),
                arrived_column().label("arrived"),
                CaseFile.answer_by,
            ),
            *(CaseFile.assignee, Order.name, Customer.first_name, Customer.last_name, lawful_day(Return)),
        )
        .join(Order, Order.id == Return.order_id)
        .outerjoin(Customer, Customer.id == Order.customer_id),
        Return.id,
    ).where(Return.id.in_(_IDS))
)
_WANTED = Prepared(
    select(ReturnLine.return_id, ReturnLine.quantity, ReturnLine.outcome)
    .where(ReturnLine.return_id.in_(_IDS))
    .order_by(ReturnLine.id)
)
_DELIVERY = (
    select(func.sum(LedgerRow.amount))
    .where(LedgerRow.return_id == ReleaseGroup.return_id, LedgerRow.group_id == ReleaseGroup.id)
    .where(LedgerRow.account == Account.DELIVERY)
    .correlate(ReleaseGroup)
    .scalar_subquery()
)
_GETS = Prepared(
    select(ReleaseGroup.return_id, ReleaseGroup.accepted, ReleaseGroup.final, _DELIVERY).where(
        ReleaseGroup.return_id.in_(_IDS)
    )
)


def _wanted(session: Session, ids: Mapping[str, int]) -> dict[int, list[tuple[int, str]]]:
    found = defaultdict[int, list[tuple[int, str]]](list)
    for return_id, quantity, outcome in _WANTED.rows(session, **ids):
        found[return_id].append((quantity, outcome))
    return found


def _gets(session: Session, ids: Mapping[str, int]) -> dict[int, Money]:
    """What each return comes to over all its parts: what is carried out, else what the accepted quote promises, with
    the delivery that was paid back."""
    found: dict[int, Money] = {}
    for return_id, accepted, final, delivery in _GETS.rows(session, **ids):
        if agreed := final or accepted:
            gets = comes_to(agreed)
            gets = Money(gets.amount + int(delivery or 0), gets.currency)
            found[return_id] = found[return_id] + gets if return_id in found else gets
    return found
