"""The returns of the last days as a rehearsal prices them, out of our rows, a page at a time, oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import or_, select, tuple_

from shopify_app.db import Session
from shopify_app.money import Money, total
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.exchanges import Cart, NewItem
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.paid import PaidOrder
from shopify_app.returns.rehearsal.answer import LeftOut
from shopify_app.returns.rehearsal.people import FELL, NOT_RETURNED
from shopify_app.returns.rehearsal.returns import Made, MadeLine
from shopify_app.returns.rehearsal.rows import Holdings, Pictures, orders_by_id
from shopify_app.returns.settlements import PricedLine, RowKind, Settlement
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.subjects import Notice, Subject
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import Accepted, PaidLine
from shopify_app.returns.vocabulary import WITH_CART, Method, TenderKind


@dataclass(frozen=True)
class _Group:
    """A release group with what was agreed or carried out; None: begun at Shopify, by its figures."""

    id: int
    has_fallen: bool
    settlement: Settlement | None


@dataclass(frozen=True)
class _Page:
    """Rows of some returns. `asked` are return lines by release group (None: none yet), `past` and `grants` what was
    before the span, by order; grants of a customer are with each of their orders."""

    pictures: Pictures
    groups: dict[int, list[_Group]]
    asked: dict[int, list[Any]]
    past: dict[int, list[Accepted]]
    grants: dict[int, list[Grant]]


def made_returns(holdings: Holdings) -> Iterator[Made]:
    """Every return asked for in the span, declined and cancelled ones aside, in the order of asking."""
    after: tuple[datetime, int] | None = None
    while True:
        with holdings.database.read() as session:
            rows = session.execute(_wanted(holdings, after)).all()
            page = _read(session, holdings, rows) if rows else None
        if page is None:
            return
        yield from (_made(row, page) for row in rows if row.order_id in page.pictures.orders)
        after = (rows[-1].requested_at, rows[-1].id)


def _wanted(holdings: Holdings, after: tuple[datetime, int] | None) -> Any:
    wanted = (
        select(
            Return.id, Return.rma, Return.order_id, Return.requested_at, Return.withdrawal_id,
            ReturnQuote.options["rate"].as_string().label("rate"),
        )
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(Return.shop_id == holdings.shop.id, Return.state.not_in(NOT_RETURNED))
        .where(Return.requested_at >= holdings.since, Return.requested_at <= holdings.until)
    )  # fmt: skip
    if after is not None:
        wanted = wanted.where(tuple_(Return.requested_at, Return.id) > after)
    return wanted.order_by(Return.requested_at, Return.id).limit(holdings.page)


def _read(session: Session, holdings: Holdings, rows: Sequence[Any]) -> _Page:
    ids = {row.id for row in rows}
    orders = orders_by_id(session, holdings.shop.id, {row.order_id for row in rows})
    rates = {row.order_id: Decimal(row.rate) for row in rows if row.rate}
    groups: dict[int, list[_Group]] = defaultdict(list)
    past: dict[int, list[Accepted]] = defaultdict(list)
    for row in session.execute(_groups_of(holdings, orders)):
        document = row.final or row.accepted
        group = _Group(row.id, row.state in FELL, settlement_from_stored(document) if document else None)
        if row.return_id in ids:
            groups[row.return_id].append(group)
        elif row.requested_at < holdings.since and group.settlement and not group.has_fallen:
            past[row.order_id].extend(group.settlement.accepted)
    asked: dict[int, list[Any]] = defaultdict(list)
    for line in session.execute(_lines_of(holdings, ids)):
        asked[line.return_id].append(line)
    grants = _grants_of(session, holdings, orders)
    return _Page(holdings.pictures(session, orders, rates), groups, asked, past, grants)


def _groups_of(holdings: Holdings, orders: Sequence[Any]) -> Any:
    return (
        select(
            ReleaseGroup.id, ReleaseGroup.return_id, ReleaseGroup.state, ReleaseGroup.final, ReleaseGroup.accepted,
            Return.order_id, Return.requested_at,
        )
        .join(Return, Return.id == ReleaseGroup.return_id)
        .where(Return.shop_id == holdings.shop.id, Return.order_id.in_([row.id for row in orders]))
        .where(Return.state.not_in(NOT_RETURNED))
        .order_by(Return.requested_at, Return.id, ReleaseGroup.position)
    )  # fmt: skip


def _lines_of(holdings: Holdings, ids: set[int]) -> Any:
    wanted = select(
        ReturnLine.return_id, ReturnLine.group_id, ReturnLine.line_id, ReturnLine.fulfillment_id, ReturnLine.reason,
        ReturnLine.method,
    )  # fmt: skip
    return wanted.where(ReturnLine.shop_id == holdings.shop.id, ReturnLine.return_id.in_(ids)).order_by(ReturnLine.id)


def _grants_of(session: Session, holdings: Holdings, orders: Sequence[Any]) -> dict[int, list[Grant]]:
    """Bonuses given before the span, which still count under the caps."""
    ids, customers = [row.id for row in orders], {row.customer_id for row in orders if row.customer_id}
    wanted = select(BonusGrant).where(BonusGrant.shop_id == holdings.shop.id, BonusGrant.at < holdings.since)
    whose = or_(BonusGrant.order_id.in_(ids), BonusGrant.customer_id.in_(customers))
    found = list(session.scalars(wanted.where(whose)))
    return {row.id: [_grant(each) for each in found if _is_theirs(each, row)] for row in orders}


def _is_theirs(grant: BonusGrant, order: Any) -> bool:
    return grant.order_id == order.id or (order.customer_id is not None and grant.customer_id == order.customer_id)


def _grant(row: BonusGrant) -> Grant:
    amount = Money(row.amount - row.taken_back, row.currency)
    return Grant(row.at, amount, row.order_id, f"return-{row.return_id}", GrantState(row.state))


def _made(row: Any, page: _Page) -> Made:
    order = page.pictures.orders[row.order_id]
    lines, left_out = _made_lines(row, page)
    settled = [group.settlement for group in page.groups[row.id] if group.settlement and not group.has_fallen]
    return Made(
        rma=row.rma,
        order_name=order.name,
        order_shopify_id=order.shopify_id,
        customer_id=order.customer_id,
        at=row.requested_at,
        order=replace(_paid(row.order_id, page.pictures), own_share=_own_share(settled)),
        lines=tuple(lines),
        carts=tuple((each.outcome, _cart(each)) for each in settled if each.outcome in WITH_CART and not each.is_open),
        past=tuple(page.past.get(row.order_id, ())),
        grants=tuple(page.grants.get(row.order_id, ())),
        left_out=tuple(left_out),
    )


def _made_lines(row: Any, page: _Page) -> tuple[list[MadeLine], list[LeftOut]]:
    lines: list[MadeLine] = []
    left_out: list[LeftOut] = []
    groups = page.groups[row.id]
    is_withdrawal = row.withdrawal_id is not None
    if is_withdrawal or not any(group.settlement for group in groups):
        why = LeftOut.WITHDRAWN if is_withdrawal else LeftOut.BEGUN_AT_SHOPIFY
        return [], [why] * max(1, len(page.asked[row.id]))
    for group in groups:
        for each in group.settlement.lines if group.settlement else ():
            subjects = _subjects(row, group, each, page)
            if group.has_fallen or not each.accepted.percents:
                left_out.append(LeftOut.NOTHING_ACCEPTED)
            elif not subjects:
                left_out.append(LeftOut.NOT_ENOUGH_KNOWN)
            else:
                lines.append(_line(each, subjects))
    return lines, left_out


def _line(priced: PricedLine, subjects: tuple[Subject, ...]) -> MadeLine:
    accepted = priced.accepted
    return MadeLine(
        line_id=accepted.line_id,
        outcome=accepted.outcome,
        percents=accepted.percents,
        asked=len(accepted.asked),
        subjects=subjects,
        replacement=priced.replacement,
    )


def _subjects(row: Any, group: _Group, priced: PricedLine, page: _Page) -> tuple[Subject, ...]:
    """The line in each parcel of which something came back; in any where the parcel is not held."""
    line_id = priced.accepted.line_id
    parcels = page.pictures.parcels.get((row.order_id, line_id), ())
    found = []
    for asked in page.asked[row.id]:
        if asked.line_id != line_id or asked.group_id != group.id:
            continue
        notice = Notice(row.requested_at, asked.reason, Method(asked.method))
        came_in = [facts for parcel, facts in parcels if parcel == asked.fulfillment_id]
        for facts in came_in or [facts for _, facts in parcels]:
            found.append(page.pictures.subject(row.order_id, facts, notice))
    return tuple(dict.fromkeys(found))


def _paid(order_id: int, pictures: Pictures) -> PaidOrder:
    """The order as it was bought. Which payments it had is Shopify's to know: here all of it was one."""
    order, rates = pictures.orders[order_id], pictures.facts[order_id].rates
    lines = tuple(_paid_line(line, order.currency) for (of, _), line in pictures.lines.items() if of == order_id)
    paid = total([line.unit_price * line.quantity + line.tax for line in lines], order.currency)
    return PaidOrder(
        order_id=order_id,
        rates=rates,
        taxes_included=order.taxes_included,
        lines=lines,
        tenders=(Tender("payment", TenderKind.PAYMENT, paid),),
        has_customer=order.customer_id is not None,
        is_company=order.is_company,
    )


def _paid_line(line: Any, currency: str) -> PaidLine:
    return PaidLine(
        line_id=line.shopify_id,
        quantity=line.quantity,
        unit_price=Money(line.unit_price, currency),
        discount=Money(sum(part["amount"] for part in line.discounts), currency),
        tax=Money(sum(part["amount"] for part in line.taxes), currency),
    )


def _cart(settled: Settlement) -> Cart:
    """The new items as one, at what they cost then, tax in their price: what a bonus saves of it is not seen here."""
    price = settled.new_total + settled.bonus_used
    return Cart((NewItem(0, 1, price, Money.zero(price.currency)),))


def _own_share(settled: Sequence[Settlement]) -> Fraction:
    """The part of the order that no earlier bonus had paid for, as far as a stored working tells."""
    for each in settled:
        for line in each.lines:
            own = next((row.base for row in line.rows if row.kind is RowKind.BONUS_ON_OWN), None)
            accepted = line.accepted
            base = accepted.net - accepted.restocking_fee - accepted.shipping_fee
            if own is not None and base.amount > 0:
                return Fraction(own.amount, base.amount)
    return Fraction(1)
