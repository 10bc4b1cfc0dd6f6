"""What events are about, read from our rows: as many statements for a thousand events as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shopify_app.automations.rules import (
    Automations,
    Facts,
    ParcelFacts,
    ReturnFacts,
    Rule,
    asks_for_lines,
    holds_at_sight,
)
from shopify_app.automations.vocabulary import ABOUT, About, Trigger
from shopify_app.db import Database, Session
from shopify_app.events import BECAUSE_OF
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.rehearsal.rows import Holdings, Pictures, orders_by_id
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.subjects import LineFacts, Notice, Subject
from shopify_app.returns.vocabulary import Method
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Shop

_AT_SIGHT = (Order.id, Order.shopify_id, Order.name, Order.tags, Order.placed_at, Order.paid_at, Order.cancelled_at)


@dataclass(frozen=True)
class Happened:
    """An event as its row says, or as it would have been recorded."""

    id: int
    kind: str
    order_id: int
    facts: Mapping[str, Any]
    recorded_at: datetime


@dataclass(frozen=True)
class _Line:
    """A line of a return with what its shopper said."""

    line_id: int
    fulfillment_id: int | None
    reason: str | None
    method: str


@dataclass
class _Unsent:
    """Units that have no parcel yet."""

    quantity: int
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    delivery_known_at: datetime | None = None


@dataclass(frozen=True)
class Reader:
    """Reads for one shop. `rules` say whether the past of customers has to be known."""

    database: Database
    shop: Shop
    rules: Automations
    without_rate: set[str] = field(default_factory=set)
    by_kind: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    """Rules by what they wait for, once they were looked up."""

    def read(self, session: Session, events: Sequence[Happened]) -> dict[int, Facts]:
        """By the event's id. What is gone, or was erased, is left out: nothing is done about it any more. So is what no
        rule waits for. Lines are read where a rule that fits otherwise asks for them."""
        ids = sorted({event.order_id for event in events})
        mine = (Order.shop_id == self.shop.id, Order.id.in_(ids), Order.deleted_at.is_(None), Order.erased_at.is_(None))
        orders = {row.id: row for row in session.execute(select(*_AT_SIGHT).where(*mine))}
        known = [event for event in events if event.order_id in orders]
        parcels = _parcels(session, self.shop.id, _named(known, About.PARCEL, "shipment_id"))
        returns = _returns(session, self.shop.id, _named(known, About.RETURN, "return_id"))
        desk, found, asked = _Desk(orders, parcels, returns), dict[int, Facts](), list[Happened]()
        for event in known:
            facts = desk.facts(event)
            waiting = self._waiting(event.kind, facts) if facts is not None else []
            if facts is not None and waiting:
                found[event.id] = facts
                asked += [event] if any(asks_for_lines(rule.when) for rule in waiting) else []
        return found | self._with_lines(session, desk, found, asked)

    def _waiting(self, kind: str, facts: Facts) -> list[Rule]:
        """The rules that this could fire, as far as it can be told without lines."""
        if kind not in self.by_kind:
            self.by_kind[kind] = self.rules.waiting_for(kind)
        return [rule for rule in self.by_kind[kind] if holds_at_sight(rule.when, facts)]

    def _with_lines(
        self, session: Session, desk: _Desk, found: Mapping[int, Facts], asked: Sequence[Happened]
    ) -> dict[int, Facts]:
        if not asked:
            return {}
        times = [event.recorded_at for event in asked]
        holdings = Holdings(self.database, self.shop, min(times), max(times), self._asks_for_record())
        orders = orders_by_id(session, self.shop.id, sorted({event.order_id for event in asked}))
        lines = _Lines(holdings, holdings.pictures(session, orders))
        self.without_rate.update(holdings.without_rate)
        return {event.id: replace(found[event.id], subjects=lines.subjects(event, desk)) for event in asked}

    def _asks_for_record(self) -> bool:
        asked = (rule.when.these for rule in self.rules.rules)
        return any(each.return_count or each.return_value or each.bonus_received for each in asked)


@dataclass(frozen=True)
class _Desk:
    """The rows of some events, side by side."""

    orders: Mapping[int, Any]
    parcels: Mapping[int, Any]
    returns: Mapping[int, tuple[ReturnFacts, tuple[_Line, ...]]]

    def facts(self, event: Happened) -> Facts | None:
        """None where the parcel or the return that it is about is gone."""
        order, about = self.orders[event.order_id], ABOUT[Trigger(event.kind)]
        parcel = self.parcels.get(int(event.facts.get("shipment_id") or 0))
        ret, _ = self.returns.get(int(event.facts.get("return_id") or 0), (None, ()))
        if (about is About.PARCEL and parcel is None) or (about is About.RETURN and ret is None):
            return None
        return Facts(
            kind=event.kind,
            order_id=order.id,
            order_shopify_id=order.shopify_id,
            order_name=order.name,
            happened_at=_happened_at(event, order, parcel),
            order_tags=frozenset(order.tags),
            parcel=_parcel_facts(event, parcel) if about is About.PARCEL else None,
            ret=ret if about is About.RETURN else None,
            because_of=frozenset(event.facts.get(BECAUSE_OF, ())),
        )


class _Lines:
    """The lines that events are about."""

    def __init__(self, holdings: Holdings, pictures: Pictures) -> None:
        self.holdings, self.pictures = holdings, pictures
        self.rows: dict[int, list[Any]] = defaultdict(list)
        for (order_id, _), line in pictures.lines.items():
            self.rows[order_id].append(line)

    def subjects(self, event: Happened, desk: _Desk) -> tuple[Subject, ...]:
        """The lines that came back, those in the parcel, or all of the order's."""
        order = self.pictures.orders[event.order_id]
        parcel = desk.parcels.get(int(event.facts.get("shipment_id") or 0))
        _, lines = desk.returns.get(int(event.facts.get("return_id") or 0), (None, ()))
        if lines:
            return tuple(self._of_return(event, order, line) for line in lines)
        sent = parcel.shopify_id if parcel is not None else None
        notice = Notice(event.recorded_at)
        found = [self.pictures.subject(order.id, each, notice) for each in self._lines(order, sent)]
        return tuple(found)

    def _of_return(self, event: Happened, order: Any, line: _Line) -> Subject:
        notice = Notice(event.recorded_at, line.reason, Method(line.method))
        found = [each for each in self._lines(order, line.fulfillment_id) if each.line_id == line.line_id]
        facts = found or [each for each in self._lines(order, None) if each.line_id == line.line_id]
        nothing = LineFacts(line.line_id, Money.zero(order.currency))
        return self.pictures.subject(order.id, facts[0] if facts else nothing, notice)

    def _lines(self, order: Any, sent: int | None) -> list[LineFacts]:
        """The lines in the parcel with Shopify's id `sent`; all lines where none is named or it holds none."""
        every, inside = [], []
        for line in self.rows[order.id]:
            parcels = self.pictures.parcels.get((order.id, line.shopify_id), ())
            inside += [facts for shopify_id, facts in parcels if shopify_id == sent]
            every += [facts for _, facts in parcels] or [
                self.holdings.line_facts(line, _Unsent(line.quantity), order.currency)
            ]
        return inside or every


def _happened_at(event: Happened, order: Any, parcel: Any) -> datetime:
    """When it was so, where a source says: we may learn of it long after."""
    told = event.facts.get("at") or event.facts.get("placed_at")
    if told:
        return datetime.fromisoformat(told)
    known: dict[str, Callable[[], datetime | None]] = {
        Trigger.ORDER_PAID: lambda: order.paid_at or order.placed_at,
        Trigger.ORDER_CANCELLED: lambda: order.cancelled_at,
        Trigger.SHIPMENT_CREATED: lambda: parcel.shipped_at,
    }
    return known.get(event.kind, lambda: None)() or event.recorded_at


def _parcel_facts(event: Happened, parcel: Any) -> ParcelFacts:
    days = event.facts.get("days") if event.kind == Trigger.PARCEL_QUIET else None
    return ParcelFacts(event.facts.get("state") or parcel.state, parcel.carrier, days)


def _named(events: Iterable[Happened], about: About, name: str) -> list[int]:
    return sorted({int(event.facts[name]) for event in events if ABOUT[Trigger(event.kind)] is about})


def _parcels(session: Session, shop_id: int, ids: list[int]) -> dict[int, Any]:
    if not ids:
        return {}
    columns = (Shipment.id, Shipment.shopify_id, Shipment.state, Shipment.carrier, Shipment.shipped_at)
    rows = session.execute(select(*columns).where(Shipment.shop_id == shop_id, Shipment.id.in_(ids)))
    return {row.id: row for row in rows}


def _returns(session: Session, shop_id: int, ids: list[int]) -> dict[int, tuple[ReturnFacts, tuple[_Line, ...]]]:
    if not ids:
        return {}
    returns = session.execute(
        select(Return.id, Return.rma, Return.state, Return.source).where(Return.shop_id == shop_id, Return.id.in_(ids))
    ).all()
    lines: dict[int, list[Any]] = {}
    for row in session.execute(
        select(
            ReturnLine.return_id, ReturnLine.line_id, ReturnLine.fulfillment_id, ReturnLine.reason, ReturnLine.method,
            ReturnLine.outcome,
        ).where(ReturnLine.shop_id == shop_id, ReturnLine.return_id.in_(ids))
    ):  # fmt: skip
        lines.setdefault(row.return_id, []).append(row)
    worth = _worth(session, shop_id, ids)
    return {
        row.id: (
            ReturnFacts(
                id=row.id,
                rma=row.rma,
                state=row.state,
                source=row.source,
                outcomes=frozenset(each.outcome for each in lines.get(row.id, ())),
                worth=worth.get(row.id),
            ),
            tuple(_Line(each.line_id, each.fulfillment_id, each.reason, each.method) for each in lines.get(row.id, ())),
        )
        for row in returns
    }


def _worth(session: Session, shop_id: int, ids: list[int]) -> dict[int, Money]:
    """What was promised for each return, by its id."""
    groups = select(ReleaseGroup.return_id, ReleaseGroup.accepted).where(
        ReleaseGroup.shop_id == shop_id, ReleaseGroup.return_id.in_(ids), ReleaseGroup.accepted.is_not(None)
    )
    found: dict[int, Money] = {}
    for return_id, accepted in session.execute(groups):
        if accepted:
            value = settlement_from_stored(accepted).value
            found[return_id] = found[return_id] + value if return_id in found else value
    return found
