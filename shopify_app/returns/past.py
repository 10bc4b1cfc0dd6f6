"""What returns of ours have done to an order and its customer: acceptances, bonuses, units spoken for. Rows only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.amounts import Rates
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import FINISHED_GROUPS, OPEN_RETURNS, GroupState, ReturnState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.units import Accepted
from shopify_app.shopify.return_snapshots import GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY

RECEIVED = (GrantState.ISSUED, GrantState.CONSUMED)
GroupIds = int | Collection[int] | None
"""A release group, or several, that are left out of an order's past to be priced again."""


@dataclass(frozen=True)
class PastGroup:
    """A release group of ours that took units, or has them spoken for. `settlement` None: begun at Shopify, whose
    figures it follows."""

    group_id: int
    return_id: int
    request_id: str
    is_settled: bool
    shopify_return_id: int | None
    settlement: Settlement | None

    @property
    def is_taken_off(self) -> bool:
        """Whether its units left the order before they were sent: settled without a return at Shopify."""
        return self.is_settled and self.shopify_return_id is None and self.settlement is not None


@dataclass(frozen=True)
class Spoken:
    """Units of a fulfilment line in an open request of ours; `shopify_return_id` None: Shopify knows nothing yet."""

    fulfillment_line_id: int
    quantity: int
    shopify_return_id: int | None


@dataclass(frozen=True)
class Record:
    """The customer's returns with the shop: how many, and what they were worth in the shop's currency."""

    count: int
    value: Money


def groups_of(session: Session, order: Order, without_return: int | None = None) -> tuple[PastGroup, ...]:
    """The groups that count for what is priced next: the settled, and those of open requests, as they were quoted; in
    the order in which they were, a group that was chosen anew by its own quote."""
    rows = session.execute(
        select(ReleaseGroup, ReturnQuote.public_id)
        .join(Return, Return.id == ReleaseGroup.return_id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(ReleaseGroup.shop_id == order.shop_id, Return.order_id == order.id, _counts())
        .where(Return.id != (without_return or 0))
        .order_by(
            func.coalesce(ReleaseGroup.quote_id, ReturnQuote.id, 0), ReleaseGroup.return_id, ReleaseGroup.position
        )
        .execution_options(populate_existing=True)
    )
    return tuple(_past(group, public_id) for group, public_id in rows)


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
    nothing: dict[str, Any] = {
        "asked": (),
        "units": (),
        "percents": (),
        "paid": zero,
        "net": zero,
        "restocking_fee": zero,
    }
    return (replace(bearing[0][1], **nothing, shipping_fee=zero, bonus=zero, flat_bonus=zero, earns_flat=False),)


def spoken_for(
    session: Session, order: Order, without_return: int | None = None, without_group: GroupIds = None
) -> tuple[Spoken, ...]:
    """Units in requests of ours that are not finished."""
    rows = session.execute(
        select(ReturnLine.fulfillment_line_id, ReturnLine.quantity, ReleaseGroup.shopify_return_id)
        .join(Return, Return.id == ReturnLine.return_id)
        .outerjoin(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(ReturnLine.shop_id == order.shop_id, Return.order_id == order.id, Return.state.in_(OPEN_RETURNS))
        .where(Return.id != (without_return or 0), ReturnLine.fulfillment_line_id.is_not(None))
        .where(or_(ReleaseGroup.id.is_(None), ReleaseGroup.id.not_in(ids_of(without_group))))
        .where(or_(ReleaseGroup.id.is_(None), ReleaseGroup.state.not_in(FINISHED_GROUPS)))
    )
    return tuple(Spoken(*row) for row in rows)


def grants_of(
    session: Session,
    order: Order,
    rates: Rates,
    without_group: GroupIds = None,
    without_return: int | None = None,
) -> tuple[Grant, ...]:
    """The bonuses of the order and of its customer, those of some groups or of a return left out. Each counts as a
    request of its own: what else the same request promises is reserved like any other bonus."""
    whose = [BonusGrant.order_id == order.id]
    if order.customer_id is not None:
        whose.append(BonusGrant.customer_id == order.customer_id)
    rows = session.execute(
        select(BonusGrant, ReturnQuote.options["rate"].as_string())
        .join(Return, Return.id == BonusGrant.return_id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(BonusGrant.shop_id == order.shop_id, or_(*whose))
        .where(BonusGrant.group_id.not_in(ids_of(without_group)), BonusGrant.return_id != (without_return or 0))
        .order_by(BonusGrant.id)
        .execution_options(populate_existing=True)
    )
    return tuple(_grant(row, rates, rate) for row, rate in rows)


def bonuses_before(session: Session, order: Order) -> dict[str, int]:
    """What the customer had been given of bonuses when the order was placed, not expired by then, in minor units of the
    order's currency, by the gateway at which such a bonus is spent."""
    if order.customer_id is None:
        return {}
    rows = session.execute(
        select(BonusGrant.account_id.is_(None), func.sum(BonusGrant.amount))
        .where(BonusGrant.shop_id == order.shop_id, BonusGrant.customer_id == order.customer_id)
        .where(BonusGrant.currency == order.currency, BonusGrant.issued_at <= order.placed_at)
        .where(BonusGrant.expires_at > order.placed_at)
        .group_by(BonusGrant.account_id.is_(None))
    )
    return {GIFT_CARD_GATEWAY if is_card else STORE_CREDIT_GATEWAY: int(given) for is_card, given in rows}


def record_of(session: Session, customer_id: int, rates: Rates, shop_id: int) -> Record:
    """Over all of the customer's orders, without what was declined or called off."""
    theirs = and_(Return.shop_id == shop_id, Order.customer_id == customer_id, Return.state.not_in(_NOT_RETURNED))
    joined = select(func.count(Return.id)).join(Order, Order.id == Return.order_id).where(theirs)
    count = session.scalar(joined) or 0
    rows = session.execute(
        select(ReleaseGroup.final, ReleaseGroup.accepted, ReturnQuote.options["rate"].as_string())
        .join(Return, Return.id == ReleaseGroup.return_id)
        .join(Order, Order.id == Return.order_id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(theirs, ReleaseGroup.state.not_in((GroupState.CANCELLED, GroupState.FELL_AWAY)))
    )
    value = Money.zero(rates.shop_currency)
    for final, accepted, rate in rows:
        if final or accepted:
            worth = settlement_from_stored(final or accepted).value
            value = value + (_in_shop(worth, rates, rate) or Money.zero(rates.shop_currency))
    return Record(count, value)


def bonus_received(grants: tuple[Grant, ...], rates: Rates) -> Money:
    """What the customer got of bonuses so far, in the shop's currency."""
    got = [_in_shop(grant.amount, rates, None) for grant in grants if grant.state in RECEIVED]
    return sum((each for each in got if each), Money.zero(rates.shop_currency))


_NOT_RETURNED = (ReturnState.DECLINED, ReturnState.CANCELLED)


def _counts() -> ColumnElement[bool]:
    is_open = and_(Return.state.in_((*OPEN_RETURNS, ReturnState.CLOSED)), ReleaseGroup.state.not_in(FINISHED_GROUPS))
    return or_(ReleaseGroup.state == GroupState.SETTLED, is_open)


def _past(group: ReleaseGroup, public_id: str | None) -> PastGroup:
    document = group.final or group.accepted
    return PastGroup(
        group_id=group.id,
        return_id=group.return_id,
        request_id=public_id or f"return-{group.return_id}",
        is_settled=group.state == GroupState.SETTLED,
        shopify_return_id=group.shopify_return_id,
        settlement=settlement_from_stored(document) if document else None,
    )


def _bears(past: PastGroup) -> bool:
    return past.settlement is not None and any(each.bears_shipping for each in past.settlement.accepted)


def _grant(row: BonusGrant, rates: Rates, rate: str | None) -> Grant:
    amount = Money(row.amount - row.taken_back, row.currency)
    if row.currency not in (rates.currency, rates.shop_currency):
        amount = _in_shop(amount, rates, rate) or amount
    return Grant(row.at, amount, row.order_id, f"group-{row.group_id}", GrantState(row.state))


def _in_shop(amount: Money, rates: Rates, rate: str | None) -> Money | None:
    """`amount` in the shop's currency at the rate of its own order (this order's where it is in its currency); None
    where no rate is known."""
    if amount.currency == rates.shop_currency:
        return amount
    known = Decimal(rate) if rate else rates.rate if amount.currency == rates.currency else None
    return Money.parse(amount.decimal / known, rates.shop_currency) if known else None
