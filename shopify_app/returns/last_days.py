"""Until when each item that travelled may come back, from our rows alone: two statements, no call to Shopify.

What was told is stood by: `stand_by` writes it down at delivery, and from then on the day may only move later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, and_, bindparam, cast, func, literal, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.catalogue.models import Collection, CollectionProduct, Product
from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.prepared import Prepared
from shopify_app.returns import past, policy, published
from shopify_app.returns.amounts import Rates
from shopify_app.returns.facts import Goods, order_facts, price_of_one
from shopify_app.returns.models import ListedCustomer, Return, ReturnLine, ReturnUnit, ReturnWindowDay
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.policy import Ends, Opening
from shopify_app.returns.reasons import LineReason, OutsideWindow
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.states import GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.subjects import CustomerFacts, LineFacts, Notice, OrderFacts, Subject
from shopify_app.returns.vocabulary import Standing
from shopify_app.returns.windows import day_of
from shopify_app.shipments.models import Shipment, ShipmentLine

NO_LIMIT = date.max


class _Row(NamedTuple):
    """A line in a parcel, its product, and what is known of its customer: the columns of `_asked`."""

    line_id: int
    product_id: int | None
    variant_id: int | None
    line_vendor: str | None
    unit_price: int
    quantity: int
    current_quantity: int
    discounts: list[Any]
    is_gift_card: bool
    shipment_id: int
    units: int
    shipped_at: datetime | None
    delivered_at: datetime | None
    delivery_known_at: datetime | None
    tags: list[str] | None
    product_type: str | None
    vendor: str | None
    is_told: bool
    told: date | None
    customer_tags: list[str] | None
    orders_count: int | None
    collections: str | None
    returned: int
    standing: str | None


class LastDay(NamedTuple):
    """Units of an order line in one parcel (our shipment id). `last_day` None: no limit, where `is_open`.

    `is_open`: something may be chosen today. Else `reason` says why not; a window that has closed keeps its last day.
    `ends`: the last day of each outcome by itself (None: no limit), also of those whose time has passed.
    `helpful`: where nothing is open, the return reasons (handles) for which it may still come back.
    """

    line_id: int
    shipment_id: int
    units: int
    is_delivered: bool
    is_open: bool
    last_day: date | None
    reason: LineReason | None = None
    ends: Ends = ()
    helpful: tuple[str, ...] = ()

    @property
    def may_come_back(self) -> bool:
        """Whether a return of it can be asked for today, be it for some reasons only."""
        return self.is_delivered and (self.is_open or bool(self.helpful))


def last_days(
    session: Session, order: Order, now: datetime, versions: tuple[PolicyVersion, ...] | None = None
) -> tuple[LastDay, ...]:
    """For every line in every parcel that was not called off, by the order's own sequence. Two statements, one where
    the door knows the `versions` already; two more where the policy asks for the customer's record. Bonuses and sums
    are not looked at."""
    versions = versions or published.versions(session, order.shop_id)
    rows = _rows(session, order)
    if not rows:
        return ()
    about = order_facts(order)
    customer = _customer(session, order, about.rates, versions, rows[0])
    known: dict[Any, Opening] = {}
    notice = Notice(now)
    subjects = ((_subject(order, row, about, customer, notice), row) for row in rows)
    reasons = _reasons_named(versions)
    found = ((_last_day(policy.opening(versions, subject, known), subject, row), subject) for subject, row in subjects)
    return tuple(
        each if each.is_open else each._replace(helpful=_helpful(versions, subject, reasons, known))
        for each, subject in found
    )


def stand_by(session: Session, order: Order, now: datetime) -> None:
    """Writes down the last days of what was delivered; a day written before is only ever moved later."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    table: Any = ReturnWindowDay.__table__
    for each in last_days(session, order, now):
        if not each.is_delivered or not (each.is_open or each.last_day):
            continue
        row = dialect.insert(table).values(
            shop_id=order.shop_id, shipment_id=each.shipment_id, line_id=each.line_id, last_day=each.last_day
        )
        later = or_(row.excluded.last_day.is_(None), row.excluded.last_day > table.c.last_day)
        keep = and_(table.c.last_day.is_not(None), later)
        session.execute(
            row.on_conflict_do_update(
                index_elements=["shipment_id", "line_id"], set_={"last_day": row.excluded.last_day}, where=keep
            )
        )


def _reasons_named(versions: tuple[PolicyVersion, ...]) -> tuple[str, ...]:
    """The reasons that rules speak of: any other opens nothing that none does."""
    named = (reason for version in versions for rule in version.policy.rules for reason in rule.when.reasons or ())
    return tuple(dict.fromkeys(named))


def _helpful(
    versions: tuple[PolicyVersion, ...], subject: Subject, reasons: tuple[str, ...], known: dict[Any, Opening]
) -> tuple[str, ...]:
    """As `policy.helpful_reasons`, at the cost of days alone."""

    def opened(reason: str) -> bool:
        told = replace(subject, notice=replace(subject.notice, reason=reason))
        return policy.opening(versions, told, known).reason is None

    return tuple(reason for reason in reasons if opened(reason))


def _last_day(found: Opening, subject: Subject, row: _Row) -> LastDay:
    has_days = found.reason is None or isinstance(found.reason, OutsideWindow)
    return _stood_by(found, subject, row) if row.is_told and has_days else _of_row(row, found.ends, found.reason)


def _stood_by(found: Opening, subject: Subject, row: _Row) -> LastDay:
    """With the day that was written down, where it is later: what would have ended last ends then."""
    told, latest = row.told or NO_LIMIT, _latest(found.ends)
    if told <= latest:
        return _of_row(row, found.ends, found.reason)
    still = None if told == NO_LIMIT else told
    ends = tuple((outcome, still if (last or NO_LIMIT) == latest else last) for outcome, last in found.ends)
    is_open = found.reason is None or day_of(subject.notice.noticed_at, subject.order.zone) <= told
    return _of_row(row, ends, None if is_open else found.reason)


def _of_row(row: _Row, ends: Ends, reason: LineReason | None) -> LastDay:
    latest = _latest(ends)
    has_days = reason is None or isinstance(reason, OutsideWindow)
    return LastDay(
        line_id=row.line_id,
        shipment_id=row.shipment_id,
        units=row.units,
        is_delivered=row.delivered_at is not None,
        is_open=reason is None,
        last_day=latest if has_days and latest != NO_LIMIT else None,
        reason=reason,
        ends=ends,
    )


def _latest(ends: Ends) -> date:
    return max((last or NO_LIMIT for _, last in ends), default=NO_LIMIT)


def _subject(order: Order, row: _Row, about: OrderFacts, customer: CustomerFacts | None, notice: Notice) -> Subject:
    collections = frozenset(int(each) for each in (row.collections or "").split(",") if each)
    discount = sum(part["amount"] for part in row.discounts)
    goods = Goods(frozenset(row.tags or ()), row.product_type or None, row.vendor, collections)
    facts = LineFacts(
        line_id=row.line_id,
        price_paid=price_of_one(row.unit_price, row.quantity, discount, order.currency),
        returnable=max(0, min(row.units - row.returned, row.current_quantity)),
        product_id=row.product_id,
        variant_id=row.variant_id,
        product_tags=goods.tags,
        collection_ids=goods.collections,
        product_type=goods.type,
        vendor=goods.vendor or row.line_vendor,
        is_discounted=discount > 0,
        is_final_sale=goods.is_final_sale,
        is_gift_card=row.is_gift_card,
        fulfilled_at=row.shipped_at,
        delivered_at=row.delivered_at,
        delivery_known_at=row.delivery_known_at,
    )
    return Subject(facts, about, customer, notice)


def _customer(
    session: Session, order: Order, rates: Rates, versions: tuple[PolicyVersion, ...], row: _Row
) -> CustomerFacts | None:
    standing = Standing(row.standing or Standing.NEITHER)
    if order.customer_id is None:
        return None if standing is Standing.NEITHER else CustomerFacts(standing=standing)
    facts = CustomerFacts(frozenset(row.customer_tags or ()), row.orders_count or 0, standing=standing)
    if not any(_asks_for_record(version) for version in versions):
        return facts
    record = past.record_of(session, order.customer_id, rates, order.shop_id)
    got = past.bonus_received(past.grants_of(session, order, rates), rates)
    return replace(facts, return_count=record.count, return_value=record.value, bonus_received=got)


def _asks_for_record(version: PolicyVersion) -> bool:
    return any(
        rule.when.return_count or rule.when.return_value or rule.when.bonus_received for rule in version.policy.rules
    )


@cache
def _asked() -> Prepared:
    """Prepared, as all statements of the tracking page are."""
    line, sent, parcel, product = (model.__table__ for model in (OrderLine, ShipmentLine, Shipment, Product))
    who, told_day, listed = (model.__table__ for model in (Customer, ReturnWindowDay, ListedCustomer))
    order = bindparam("order")
    keys = [literal("customer:") + cast(who.c.shopify_id, String), literal("email:") + bindparam("email", type_=String)]
    standing = select(func.max(listed.c.standing)).where(listed.c.shop_id == bindparam("shop"), listed.c.key.in_(keys))
    return Prepared(
        select(
            line.c.shopify_id.label("line_id"), line.c.product_shopify_id, line.c.variant_shopify_id,
            line.c.vendor.label("line_vendor"), line.c.unit_price, line.c.quantity, line.c.current_quantity,
            line.c.discounts, line.c.is_gift_card, parcel.c.id.label("shipment_id"), sent.c.quantity.label("units"),
            parcel.c.shipped_at, parcel.c.delivered_at, parcel.c.delivery_known_at,
            product.c.tags, product.c.product_type, product.c.vendor,
            told_day.c.id.is_not(None).label("is_told"), told_day.c.last_day.label("told"),
            who.c.tags.label("customer_tags"), who.c.orders_count,
            _collections(product.c.id).label("collections"),
            _returned(order, parcel.c.shopify_id, line.c.shopify_id).label("returned"),
            standing.correlate(who).scalar_subquery().label("standing"),
        )
        .join_from(line, sent, and_(sent.c.shop_id == line.c.shop_id, sent.c.line_shopify_id == line.c.shopify_id))
        .join(parcel, and_(parcel.c.id == sent.c.shipment_id, parcel.c.order_id == line.c.order_id))
        .outerjoin(
            product, and_(product.c.shop_id == line.c.shop_id, product.c.shopify_id == line.c.product_shopify_id)
        )
        .outerjoin(
            told_day, and_(told_day.c.shipment_id == parcel.c.id, told_day.c.line_id == line.c.shopify_id)
        )
        .outerjoin(who, who.c.id == bindparam("customer"))
        .where(line.c.shop_id == bindparam("shop"), line.c.order_id == order, parcel.c.cancelled_at.is_(None))
        .order_by(line.c.position, line.c.id, parcel.c.shipped_at, parcel.c.id)
    )  # fmt: skip


def _collections(product_id: Any) -> Any:
    """Shopify's ids of a product's collections, with commas between."""
    collection, holds = Collection.__table__, CollectionProduct.__table__
    comma: Any = literal_column("','")  # what is handed over would be written into the statement each time
    joined = select(func.aggregate_strings(cast(collection.c.shopify_id, String), comma))
    return (
        joined.join_from(collection, holds, holds.c.collection_id == collection.c.id)
        .where(holds.c.product_id == product_id)
        .scalar_subquery()
    )


def _returned(order: Any, parcel_shopify_id: Any, line_shopify_id: Any) -> Any:
    """Units that are on their way back, or were; refused and missing ones may come back later."""
    ret, back, unit, group = (model.__table__ for model in (Return, ReturnLine, ReturnUnit, ReleaseGroup))
    return (
        select(func.count(unit.c.id))
        .join_from(back, ret, ret.c.id == back.c.return_id)
        .join(unit, unit.c.return_line_id == back.c.id)
        .outerjoin(group, group.c.id == back.c.group_id)
        .where(ret.c.order_id == order, ret.c.state.not_in((ReturnState.DECLINED, ReturnState.CANCELLED)))
        .where(func.coalesce(group.c.state, "").not_in((GroupState.CANCELLED, GroupState.FELL_AWAY)))
        .where(unit.c.decision != UnitDecision.REFUSED, unit.c.reception != Reception.MISSING)
        .where(back.c.fulfillment_id == parcel_shopify_id, back.c.line_id == line_shopify_id)
        .scalar_subquery()
    )


def _rows(session: Session, order: Order) -> list[_Row]:
    asked = {"shop": order.shop_id, "order": order.id, "customer": order.customer_id, "email": order.email_hash or ""}
    return [_Row(*row) for row in _asked().rows(session, **asked)]
