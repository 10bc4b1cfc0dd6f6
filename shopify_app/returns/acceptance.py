"""A stored quote becomes a return, once: its lines, units, release groups, promised bonuses and stock kept aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.events import ReturnRequested, record
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import offers, stock, timeline
from shopify_app.returns.digest import Digest, digest_of, newest_version
from shopify_app.returns.models import (
    Return,
    ReturnLine,
    ReturnPhoto,
    ReturnQuote,
    ReturnUnit,
    RmaCount,
)
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.refusals import Over, PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.searching import keeping
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import Actor, Reception, Source
from shopify_app.returns.stored import settlement_from_stored, settlement_to_stored
from shopify_app.returns.timeline import Told
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Lack, Missing, Wish, WishIncomplete, WishLine, from_json
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shipments.calendar import calendar_for
from shopify_app.shops.models import Shop
from shopify_app.zones import zone_named

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Asked:
    """A quote that is being accepted, by whom."""

    order: Order
    quote: ReturnQuote
    wish: Wish
    settlements: tuple[Settlement, ...]
    by: Actor
    staff: str | None
    now: datetime

    @property
    def source(self) -> Source:
        """Who began the return."""
        return Source.MERCHANT if self.by is Actor.MERCHANT else Source.SHOPPER


def make(session: Session, asked: Asked) -> Return:
    """The return of a quote that was found good, its acceptance written down."""
    order, now = asked.order, asked.now
    is_at_once = offers.is_approved_at_once(asked.quote) or asked.by is Actor.MERCHANT
    asked.quote.accepted_at = now
    ret = Return(
        shop_id=order.shop_id,
        order_id=order.id,
        quote_id=asked.quote.id,
        rma=next_rma(session, order),
        source=asked.source,
        currency=asked.quote.currency,
        policy_version=asked.quote.policy_version,
        locale=order.locale,
        requested_at=now,
        decide_by=None if is_at_once else promised_day(session, order.shop_id, now),
    )
    session.add(ret)
    session.flush()
    add_lines(session, ret, asked.wish)
    add_groups(session, ret, order, asked.settlements, now)
    keep_aside(session, ret, asked.wish, now)
    take_photos(session, asked.quote, ret)
    keeping.write(session, ret)
    timeline.add(session, ret, Told.REQUESTED, asked.by, now, staff=asked.staff)
    record(session, order.shop_id, ReturnRequested(order_id=order.id, return_id=ret.id, at_once=is_at_once), now)
    return ret


def add_lines(session: Session, ret: Return, wish: Wish) -> None:
    """A return line for each entry of the wish, its units numbered from 1."""
    goods = {
        row.shopify_id: row for row in session.scalars(select(OrderLine).where(OrderLine.order_id == ret.order_id))
    }
    for each in wish.lines:
        line = line_of(ret, each, goods[each.line_id])
        stays = each.method is Method.NONE or each.outcome is Outcome.KEEP_ITEM
        where = Reception.KEPT if stays else Reception.EXPECTED
        line.units = [
            ReturnUnit(shop_id=ret.shop_id, number=number, reception=where) for number in range(1, each.quantity + 1)
        ]
        ret.lines.append(line)
    session.flush()


def add_groups(session: Session, ret: Return, order: Order, settlements: Sequence[Settlement], now: datetime) -> None:
    """A release group for each settlement, with its lines, and the bonus that it promises."""
    for position, settlement in enumerate(settlements, start=1):
        group = group_of(ret, settlement, position)
        session.add(group)
        session.flush()
        cover(session, order, group, settlement, ret.lines, now)


def group_of(ret: Return, settlement: Settlement, position: int) -> ReleaseGroup:
    """A release group for a settlement, not added yet."""
    return ReleaseGroup(
        shop_id=ret.shop_id,
        return_id=ret.id,
        position=position,
        outcome=settlement.outcome,
        money_event=settlement.money_event,
        currency=ret.currency,
        accepted=settlement_to_stored(settlement),
    )


def cover(
    session: Session,
    order: Order,
    group: ReleaseGroup,
    settlement: Settlement,
    lines: Sequence[ReturnLine],
    now: datetime,
) -> None:
    """Gives the group those of `lines` that its settlement is for, and the bonus that it promises."""
    cover_lines(group, settlement, lines)
    promise(session, order, group, settlement, now)


def cover_lines(group: ReleaseGroup, settlement: Settlement, lines: Sequence[ReturnLine]) -> None:
    """Gives the group those of `lines` that its settlement is for."""
    covered = {accepted.line_id for accepted in settlement.accepted}
    for line in lines:
        if line.outcome == settlement.outcome and line.line_id in covered:
            line.group_id = group.id


def promise(session: Session, order: Order, group: ReleaseGroup, settlement: Settlement, now: datetime) -> None:
    """The bonus of the settlement, promised."""
    if settlement.bonus:
        session.add(_promise(order, group, settlement, now))
    session.flush()


def keep_aside(session: Session, ret: Return, wish: Wish, now: datetime) -> None:
    """The replacements of its even swaps and the new items of its carts, for as long as the shop says."""
    wanted = offers.units_wanted(wish)
    if wanted:
        stock.hold(session, ret.shop_id, ret.id, wanted, load(session, ret.shop_id, Returns).hold_replacement_days, now)


def promised_day(session: Session, shop_id: int, now: datetime) -> datetime:
    """The end of the shop's working day by which a request that came now is answered."""
    shop, days = session.get_one(Shop, shop_id), load(session, shop_id, Returns).decide_within_days
    zone = zone_named(shop.timezone)
    day = calendar_for(None, shop.country).add(now.astimezone(zone).date(), days)
    return datetime.combine(day, END_OF_DAY, zone).astimezone(UTC)


def settlements_of(quote: ReturnQuote) -> tuple[Settlement, ...]:
    """The priced release groups that acceptance makes."""
    return tuple(settlement_from_stored(each) for each in quote.settlements)


def locked(session: Session, shop_id: int, public_id: str, order_id: int | None) -> ReturnQuote:
    """The quote, held with its order: what is reckoned over all of a customer's bonuses and all of an order's returns
    changes in one place at a time."""
    wanted = select(ReturnQuote).where(ReturnQuote.shop_id == shop_id, ReturnQuote.public_id == public_id)
    quote = session.scalar(wanted)
    if quote is None or (order_id is not None and quote.order_id != order_id):
        raise QuoteForeign
    hold(session, quote.order_id)
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def hold(session: Session, order_id: int) -> None:
    """Holds the order's customer and the order until this transaction ends, in the sequence in which webhooks write
    them. SQLite has one writer at a time anyway."""
    customer = select(Order.customer_id).where(Order.id == order_id).scalar_subquery()
    session.execute(select(Customer.id).where(Customer.id == customer).with_for_update())
    session.execute(select(Order.id).where(Order.id == order_id).with_for_update())


def asked(session: Session, quote: ReturnQuote, by: Actor, staff: str | None, now: datetime) -> Asked:
    """The quote with what it was made of."""
    order = session.get_one(Order, quote.order_id, populate_existing=True)
    return Asked(order, quote, from_json(quote.wish), settlements_of(quote), by, staff, now)


def check(session: Session, asked: Asked) -> None:
    """Raises unless what the quote was made from is as it was, and everything that the policy asks was said."""
    check_unmoved(session, asked)
    wanted = offers.units_wanted(asked.wish)
    replaced = offers.replaced_by(asked.quote)
    gone = stock.missing(session, asked.order.shop_id, wanted, asked.now, but_return=replaced)
    if gone:
        raise StockGone(gone)
    check_decided(asked)
    lacks = offers.lacks_of(asked.quote)
    if lacks and asked.by is not Actor.MERCHANT:
        raise WishIncomplete(lacks)


def check_unmoved(session: Session, asked: Asked) -> None:
    """Raises QuoteOver, PolicyMoved or PricesMoved where the world has moved since the quote was made."""
    quote, order = asked.quote, asked.order
    if asked.now >= quote.expires_at:
        raise QuoteOver(Over.EXPIRED)
    if order.cancelled_at is not None or order.erased_at is not None:
        raise QuoteOver(Over.OVERTAKEN)
    left_out = offers.replaced_by(quote), offers.without_groups(quote)
    made, today = Digest.read(quote.digest), digest_of(session, order, asked.wish, *left_out)
    if made.policy != today.policy:
        raise PolicyMoved(newest_version(session, order.shop_id))
    if made.prices != today.prices:
        raise PricesMoved
    if made.order != today.order:
        raise QuoteOver(Over.OVERTAKEN)


def check_decided(asked: Asked) -> None:
    """Raises WishIncomplete while something is still to be chosen."""
    if not asked.settlements:
        undecided = next((line for line in asked.wish.lines if line.outcome is None), asked.wish.lines[0])
        what = Missing.REPLACEMENT if undecided.outcome else Missing.OUTCOME
        what = Missing.CART if asked.wish.shopping else what
        raise WishIncomplete((Lack(undecided.fulfillment_line_id, what),))


def line_of(ret: Return, each: WishLine, goods: OrderLine) -> ReturnLine:
    """A line for an entry of the wish, without units and of no group, not added yet."""
    line = ReturnLine(
        shop_id=ret.shop_id,
        line_id=each.line_id,
        fulfillment_line_id=each.fulfillment_line_id,
        product_id=goods.product_shopify_id,
        variant_id=goods.variant_shopify_id,
    )
    say(line, each)
    return line


def say(line: ReturnLine, each: WishLine) -> None:
    """Writes down what the entry says of the line."""
    line.fulfillment_id, line.quantity = each.fulfillment_id, each.quantity
    line.outcome, line.method = each.outcome or line.outcome, each.method or Method.OWN_CARRIER
    line.reason, line.note, line.answer = each.reason, each.note, each.answer
    is_swap = each.outcome is Outcome.VARIANT_EXCHANGE
    line.replacement_variant_id = each.replacement_variant_id if is_swap else None


def _promise(order: Order, group: ReleaseGroup, settlement: Settlement, now: datetime) -> BonusGrant:
    return BonusGrant(
        shop_id=group.shop_id,
        customer_id=order.customer_id,
        order_id=order.id,
        return_id=group.return_id,
        group_id=group.id,
        amount=settlement.bonus.amount,
        currency=settlement.bonus.currency,
        at=now,
    )


def take_photos(session: Session, quote: ReturnQuote, ret: Return) -> None:
    """The pictures that were sent with the quote's draft are the return's."""
    if quote.draft_id is not None:
        session.execute(
            update(ReturnPhoto)
            .where(ReturnPhoto.shop_id == ret.shop_id, ReturnPhoto.draft_id == quote.draft_id)
            .values(return_id=ret.id)
        )


def next_rma(session: Session, order: Order) -> str:
    """``R-1042-1``, then ``R-1042-2``. Two orders of a shop may carry the same number: the second goes on counting."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    while True:
        counted = dialect.insert(RmaCount).values(shop_id=order.shop_id, order_id=order.id, count=1)
        counted = counted.on_conflict_do_update(index_elements=["order_id"], set_={"count": RmaCount.count + 1})
        number = session.execute(counted.returning(RmaCount.count)).scalar_one()
        rma = f"R-{order.number}-{number}"
        taken = select(Return.id).where(Return.shop_id == order.shop_id, Return.rma == rma)
        if session.scalar(taken) is None:
            return rma
