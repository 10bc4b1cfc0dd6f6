"""What returns of ours have done to an order and its customer: acceptances, bonuses, units spoken for. Rows only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.amounts import Rates
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import FINISHED_GROUPS, OPEN_RETURNS, GroupState, ReturnState
from shopify_app.returns.steps import created_by
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.units import Accepted
from shopify_app.shopify.return_snapshots import GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY
from shopify_app.together import Statement

RECEIVED = (GrantState.ISSUED, GrantState.CONSUMED)
GroupIds = int | Collection[int] | None
"""A release group, or several, that are left out of an order's past to be priced again."""


@dataclass(frozen=True)
class PastGroup:
    """A release group of ours that took units, or has them spoken for. `settlement` None: begun at Shopify, whose
    figures it follows. `created_by`: the step that makes its return there."""

    group_id: int
    return_id: int
    request_id: str
    is_settled: bool
    shopify_return_id: int | None
    settlement: Settlement | None
    created_by: int | None = None

    @property
    def is_taken_off(self) -> bool:
        """Whether its units left the order before they were sent: settled without a return at Shopify."""
        return self.is_settled and self.shopify_return_id is None and self.settlement is not None


@dataclass(frozen=True)
class Spoken:
    """Units of a fulfilment line in an open request of ours; `shopify_return_id` None: Shopify knows nothing yet, or we
    do not know what `created_by`, the step that makes the return, has done there."""

    fulfillment_line_id: int
    quantity: int
    shopify_return_id: int | None
    return_id: int
    group_id: int | None
    created_by: int | None


class GrantRow(NamedTuple):
    """A bonus as its row has it; `rate` is that of its own order."""

    id: int
    at: datetime
    amount: int
    taken_back: int
    currency: str
    order_id: int
    group_id: int
    return_id: int
    state: str
    rate: str | None


@dataclass(frozen=True)
class Record:
    """The customer's returns with the shop: how many, and what they were worth in the shop's currency."""

    count: int
    value: Money


def groups_of(session: Session, order: Order, without_return: int | None = None) -> tuple[PastGroup, ...]:
    """The groups that count for what is priced next: the settled, and those of open requests, as they were quoted; in
    the order in which they were, a group that was chosen anew by its own quote."""
    rows = session.execute(
        select(ReleaseGroup, ReturnQuote.public_id, created_by())
        .join(Return, Return.id == ReleaseGroup.return_id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(ReleaseGroup.shop_id == order.shop_id, Return.order_id == order.id, _counts())
        .where(Return.id != (without_return or 0))
        .order_by(
            func.coalesce(ReleaseGroup.quote_id, ReturnQuote.id, 0), ReleaseGroup.return_id, ReleaseGroup.position
        )
        .execution_options(populate_existing=True)
    )
    return tuple(_past(*row) for row in rows)


def acceptances(groups: tuple[PastGroup, ...], without_group: GroupIds = None) -> tuple[Accepted, ...]:
    """Their lines, for `PaidOrder.earlier`. The fee of a request for shipping is borne by its first group that bears
    it: the others never stand in its way when it is priced again.

    Percentages are rounded over all that came before. What was quoted after `without_group` was reckoned with it in
    mind: it keeps its units and has no say in that rounding, so that a group comes to what it was quoted at whoever is
    settled first.
    """
    bearing = {past.request_id: past.group_id for past in reversed(groups) if _bears(past)}
    without = ids_of(without_group)
    turn = next((place for place, past in enumerate(groups) if past.group_id in without), len(groups))
    found = []
    for place, past in enumerate(groups):
        if past.settlement is None or past.group_id in without:
            continue
        said: dict[str, Any] = {} if bearing.get(past.request_id) == past.group_id else {"bears_shipping": False}
        said |= {"bonus_percent": Decimal(0), "restocking_percent": Decimal(0)} if place > turn else {}
        found += [replace(each, **said) for each in past.settlement.accepted]
    return tuple(found)


def ids_of(wanted: GroupIds) -> frozenset[int]:
    """The ids as a set."""
    if wanted is None:
        return frozenset()
    return frozenset((wanted,)) if isinstance(wanted, int) else frozenset(wanted)


def fee_elsewhere(session: Session, wanted: GroupIds, counted: tuple[PastGroup, ...]) -> tuple[Accepted, ...]:
    """Where the shipping fee of a request was quoted on another of its groups, and that one fell away: an acceptance of
    nothing that bears the fee. It is forgone then; nobody is charged on a settlement that was quoted without."""
    without = ids_of(wanted)
    if not without:
        return ()
    group = session.get_one(ReleaseGroup, min(without))
    own = ReleaseGroup.return_id == group.return_id, ReleaseGroup.state != GroupState.CANCELLED
    siblings = select(ReleaseGroup).where(*own).order_by(ReleaseGroup.position)
    agreed = [(each.id, settlement_from_stored(each.accepted)) for each in session.scalars(siblings) if each.accepted]
    bearing = [(each_id, line) for each_id, settled in agreed for line in settled.accepted if line.bears_shipping]
    if not bearing or bearing[0][0] in {*without, *(each.group_id for each in counted)}:
        return ()
    zero = Money.zero(group.currency)
    none: dict[str, Any] = {"asked": (), "units": (), "percents": (), "paid": zero, "net": zero, "restocking_fee": zero}
    return (replace(bearing[0][1], **none, shipping_fee=zero, bonus=zero, flat_bonus=zero, earns_flat=False),)


def spoken_for() -> Statement:
    """A read of the units in requests of ours that are not finished: the columns of `Spoken`; asked with ``shop`` and
    ``order`` (ours)."""
    own = ReturnLine.shop_id == bindparam("shop"), Return.order_id == bindparam("order")
    return (
        select(
            ReturnLine.fulfillment_line_id,
            ReturnLine.quantity,
            ReleaseGroup.shopify_return_id,
            ReturnLine.return_id,
            ReturnLine.group_id,
            created_by(),
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .outerjoin(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(*own, Return.state.in_(OPEN_RETURNS), ReturnLine.fulfillment_line_id.is_not(None))
        .where(or_(ReleaseGroup.id.is_(None), ReleaseGroup.state.not_in(FINISHED_GROUPS)))
    )


def grants() -> Statement:
    """A read of the bonuses of an order and of its customer: the columns of `GrantRow`; asked with ``shop``, ``order``
    and ``customer`` (ours, 0 for a guest's)."""
    whose = BonusGrant.order_id == bindparam("order"), BonusGrant.customer_id == bindparam("customer")
    own = (getattr(BonusGrant, name) for name in GrantRow._fields[:-1])
    return (
        select(*own, ReturnQuote.options["rate"].as_string().label("rate"))
        .join(Return, Return.id == BonusGrant.return_id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(BonusGrant.shop_id == bindparam("shop"), or_(*whose))
    )


def grants_of(
    session: Session,
    order: Order,
    rates: Rates,
    without_group: GroupIds = None,
    without_return: int | None = None,
) -> tuple[Grant, ...]:
    """The bonuses of the order and of its customer, those of some groups or of a return left out."""
    whose = {"shop": order.shop_id, "order": order.id, "customer": order.customer_id or 0}
    return grants_from(session.execute(grants(), whose), rates, without_group, without_return)


def grants_from(
    rows: Iterable[Any], rates: Rates, without_group: GroupIds = None, without_return: int | None = None
) -> tuple[Grant, ...]:
    """`grants_of`, of rows that were read. Each counts as a request of its own: what else the same request promises is
    reserved like any other bonus."""
    without = ids_of(without_group)
    found = sorted(GrantRow(*row) for row in rows)
    return tuple(
        _grant(row, rates)
        for row in found
        if row.group_id not in without and (without_return is None or row.return_id != without_return)
    )


def bonuses_before(session: Session, order: Order) -> dict[str, int]:
    """What the customer had been given of bonuses when the order was placed, not expired by then, in minor units of the
    order's currency, by the gateway at which such a bonus is spent. What was taken back since had never been spent."""
    if order.customer_id is None:
        return {}
    rows = session.execute(
        select(BonusGrant.account_id.is_(None), func.sum(BonusGrant.amount - BonusGrant.taken_back))
        .where(BonusGrant.shop_id == order.shop_id, BonusGrant.customer_id == order.customer_id)
        .where(BonusGrant.currency == order.currency, BonusGrant.issued_at <= order.placed_at)
        .where(BonusGrant.expires_at > order.placed_at)
        .group_by(BonusGrant.account_id.is_(None))
    )
    return {GIFT_CARD_GATEWAY if is_card else STORE_CREDIT_GATEWAY: int(given) for is_card, given in rows}


def record() -> Statement:
    """A read of what a customer returned, without what was declined or called off: (return, final settlement, accepted
    settlement, rate); asked with ``shop`` and ``customer`` (ours)."""
    theirs = Return.shop_id == bindparam("shop"), Order.customer_id == bindparam("customer")
    fell_away = GroupState.CANCELLED, GroupState.FELL_AWAY
    stands = and_(ReleaseGroup.return_id == Return.id, ReleaseGroup.state.not_in(fell_away))
    return (
        select(Return.id, ReleaseGroup.final, ReleaseGroup.accepted, ReturnQuote.options["rate"].as_string())
        .join(Order, Order.id == Return.order_id)
        .outerjoin(ReleaseGroup, stands)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(*theirs, Return.state.not_in(_NOT_RETURNED))
    )


def record_of(session: Session, customer_id: int, rates: Rates, shop_id: int) -> Record:
    """Over all of the customer's orders."""
    return record_from(session.execute(record(), {"shop": shop_id, "customer": customer_id}), rates)


def record_from(rows: Iterable[Any], rates: Rates) -> Record:
    """`record_of`, of rows that were read."""
    value, returns = Money.zero(rates.shop_currency), set[int]()
    for return_id, final, accepted, rate in rows:
        returns.add(return_id)
        if final or accepted:
            worth = settlement_from_stored(final or accepted).value
            value = value + (_in_shop(worth, rates, rate) or Money.zero(rates.shop_currency))
    return Record(len(returns), value)


def bonus_received(grants: tuple[Grant, ...], rates: Rates) -> Money:
    """What the customer got of bonuses so far, in the shop's currency."""
    got = [_in_shop(grant.amount, rates, None) for grant in grants if grant.state in RECEIVED]
    return sum((each for each in got if each), Money.zero(rates.shop_currency))


_NOT_RETURNED = (ReturnState.DECLINED, ReturnState.CANCELLED)


def _counts() -> ColumnElement[bool]:
    is_open = and_(Return.state.in_((*OPEN_RETURNS, ReturnState.CLOSED)), ReleaseGroup.state.not_in(FINISHED_GROUPS))
    return or_(ReleaseGroup.state == GroupState.SETTLED, is_open)


def _past(group: ReleaseGroup, public_id: str | None, maker: int | None) -> PastGroup:
    document = group.final or group.accepted
    return PastGroup(
        group_id=group.id,
        return_id=group.return_id,
        request_id=public_id or f"return-{group.return_id}",
        is_settled=group.state == GroupState.SETTLED,
        shopify_return_id=group.shopify_return_id,
        settlement=settlement_from_stored(document) if document else None,
        created_by=maker,
    )


def _bears(past: PastGroup) -> bool:
    return past.settlement is not None and any(each.bears_shipping for each in past.settlement.accepted)


def _grant(row: GrantRow, rates: Rates) -> Grant:
    amount = Money(row.amount - row.taken_back, row.currency)
    if row.currency not in (rates.currency, rates.shop_currency):
        amount = _in_shop(amount, rates, row.rate) or amount
    return Grant(row.at, amount, row.order_id, f"group-{row.group_id}", GrantState(row.state))


def _in_shop(amount: Money, rates: Rates, rate: str | None) -> Money | None:
    """`amount` in the shop's currency at the rate of its own order (this order's where it is in its currency); None
    where no rate is known."""
    if amount.currency == rates.shop_currency:
        return amount
    known = Decimal(rate) if rate else rates.rate if amount.currency == rates.currency else None
    return Money.parse(amount.decimal / known, rates.shop_currency) if known else None
