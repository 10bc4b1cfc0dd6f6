"""Withdrawals from the contract: what an order's consumer may withdraw from, and their declaration written down, once.

A declaration counts from the moment it is received (Article 11(2) of Directive 2011/83/EU): nothing of Shopify's is
needed for it. What follows from it (`withdrawing.opening`) is done from the row.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from shopify_app.db import Session
from shopify_app.events import WithdrawalReceived, WithdrawalTriedAgain, record
from shopify_app.orders.models import Order, OrderLine
from shopify_app.orders.unsent import still_to_send
from shopify_app.returns import acceptance, facts
from shopify_app.returns.models import Return
from shopify_app.returns.withdrawing import spoken_for
from shopify_app.returns.withdrawing.law import Bar, Buyer, Goods, Right, Travel, is_whole, refund_by, right
from shopify_app.returns.withdrawing.models import WAITING, Withdrawal, WithdrawalState
from shopify_app.settings import store
from shopify_app.settings.withdrawal import Withdrawal as Settings
from shopify_app.shipments.calendar import calendar_for
from shopify_app.shipments.models import Shipment, ShipmentLine
from shopify_app.zones import zone_named

POINT_OF_SALE = "pos"
LONGEST_NAME = 120


class NoWithdrawal(Exception):
    """There is nothing to withdraw from; `bar` says why, `right` what holds."""

    def __init__(self, bar: Bar, right: Right) -> None:
        super().__init__(bar)
        self.bar, self.right = bar, right


class WrongChoice(ValueError):
    """Nothing was chosen, a line or a form of another order, or more than there is."""


@dataclass(frozen=True)
class Declaration:
    """What the consumer says. `key` is the form's own; `lines` are units by Shopify's line item id, empty for all that
    can be withdrawn from; `recipient` the address for the acknowledgement."""

    key: str
    name: str
    recipient: str | None
    locale: str | None
    lines: Mapping[int, int]


def right_of(session: Session, order: Order, now: datetime) -> Right:
    """What the law gives for the order now, from our rows alone."""
    settings = store.load(session, order.shop_id, Settings)
    country = order.country or order.shop.country
    calendar = calendar_for(None, country)
    buyer = Buyer(country, order.is_company, order.cancelled_at is not None, order.channel == POINT_OF_SALE)
    return right(
        buyer,
        _goods(session, order),
        _travels(session, order),
        local_day(order, now),
        is_working=calendar.is_working,
        is_on=lambda code: code not in settings.off_in,
        exempt_tags=settings.exempt_tags,
    )


def declare(session: Session, order: Order, said: Declaration, now: datetime) -> Withdrawal:
    """Writes the declaration down and lets everything follow from it. The same form sent twice is one declaration.

    Raises NoWithdrawal, WrongChoice; nothing is written then."""
    acceptance.hold(session, order.id)
    mine = Withdrawal.shop_id == order.shop_id
    known = session.scalar(select(Withdrawal).where(mine, Withdrawal.key == said.key))
    if known is not None and known.order_id != order.id:
        raise WrongChoice
    if known is not None:
        return known
    session.refresh(order)
    held = right_of(session, order, now)
    if held.bar is not None or held.law is None:
        raise NoWithdrawal(held.bar or Bar.COUNTRY, held)
    chosen = _chosen(held, said.lines)
    row = Withdrawal(
        shop_id=order.shop_id,
        order_id=order.id,
        number=_number(session, order),
        key=said.key[:40],
        token=secrets.token_urlsafe(18),
        received_at=now,
        country=held.law.country,
        locale=said.locale,
        name=said.name.strip()[:LONGEST_NAME] or None,
        recipient=said.recipient,
        lines=_stored(order, chosen),
        is_whole=_is_whole(session, order, chosen),
        last_day=held.last_day,
        refund_by=refund_by(held.law, local_day(order, now)),
    )
    session.add(row)
    session.flush()
    record(session, order.shop_id, WithdrawalReceived(order_id=order.id, withdrawal_id=row.id), now)
    return row


def try_again(session: Session, row: Withdrawal, now: datetime) -> None:
    """What kept it from being opened is cleared away: it is opened once more. Does nothing to one that went on."""
    if row.state in WAITING:
        row.state, row.look, row.look_facts = WithdrawalState.RECEIVED, None, None
        record(session, row.shop_id, WithdrawalTriedAgain(order_id=row.order_id, withdrawal_id=row.id), now)


def handled(row: Withdrawal) -> None:
    """A person has carried it out in Shopify. Does nothing to one that went on."""
    if row.state in WAITING:
        row.state = WithdrawalState.HANDLED


def local_day(order: Order, instant: datetime) -> date:
    """The calendar day where the goods went, else at the shop."""
    return instant.astimezone(zone_of(order)).date()


def zone_of(order: Order) -> ZoneInfo:
    """The clock that the period runs by: where the goods went, else the shop's; UTC where neither name is known."""
    return zone_named(order.city_timezone, zone_named(order.shop.timezone))


def of_order(session: Session, order: Order) -> list[Withdrawal]:
    """The order's declarations, oldest first."""
    wanted = select(Withdrawal).where(Withdrawal.shop_id == order.shop_id, Withdrawal.order_id == order.id)
    return list(session.scalars(wanted.order_by(Withdrawal.id)))


def return_of(session: Session, withdrawal: Withdrawal) -> Return | None:
    """The return that carries the declaration out, once it is opened."""
    return session.scalar(
        select(Return).where(Return.shop_id == withdrawal.shop_id, Return.withdrawal_id == withdrawal.id)
    )


def unsent_spoken_for(session: Session, order: Order) -> dict[int, int]:
    """Units that a declaration takes off the order and Shopify has not taken off yet, by line."""
    return spoken_for.in_returns(session, order, spoken_for.UNSENT)


def _chosen(held: Right, wanted: Mapping[int, int]) -> dict[int, int]:
    free = {each.line_id: each.units for each in held.choices if each.units}
    chosen = {line: units for line, units in (wanted or free).items() if units}
    if not chosen or any(units < 0 or units > free.get(line, 0) for line, units in chosen.items()):
        raise WrongChoice
    return chosen


def _stored(order: Order, chosen: Mapping[int, int]) -> list[dict[str, Any]]:
    return [
        {"line_id": line.shopify_id, "quantity": chosen[line.shopify_id], "title": _title(line)}
        for line in order.lines
        if line.shopify_id in chosen
    ]


def _title(line: OrderLine) -> str:
    return f"{line.title} · {line.variant_title}" if line.variant_title else line.title


def _number(session: Session, order: Order) -> str:
    """``W-1042-1``, then ``W-1042-2``; two orders of a shop may carry the same number."""
    of_shop = Withdrawal.shop_id == order.shop_id
    count = session.scalar(select(func.count()).select_from(Withdrawal).where(Withdrawal.order_id == order.id)) or 0
    while True:
        count += 1
        number = f"W-{order.number}-{count}"
        if session.scalar(select(Withdrawal.id).where(of_shop, Withdrawal.number == number)) is None:
            return number


def _goods(session: Session, order: Order) -> list[Goods]:
    travelled = _by_line(session, ShipmentLine.line_shopify_id, ShipmentLine.quantity, *_parcels(order))
    kinds = (spoken_for.OPEN, spoken_for.ON_THE_ORDER, spoken_for.UNSENT)
    in_open, held, held_unsent = (spoken_for.in_returns(session, order, which) for which in kinds)
    off, waiting = spoken_for.off(session, order), spoken_for.declared(session, order)
    back = spoken_for.units_off(each for each in off if each.is_sent and not each.is_untold)
    untold_back = spoken_for.units_off(each for each in off if each.is_sent and each.is_untold)
    gone = _gone(session, order, off)
    tags = facts.goods(session, order.shop_id, {line.product_shopify_id for line in order.lines})
    found = []
    for line in order.lines:
        id = line.shopify_id
        now = line.current_quantity - gone.get(id, 0)
        ordered = line.quantity, line.current_quantity, line.never_sent
        unsent = still_to_send(*ordered, sent=travelled.get(id, 0), came_back=back.get(id, 0))
        unsent -= gone.get(id, 0) - untold_back.get(id, 0) + held_unsent.get(id, 0) + waiting.get(id, 0)
        known = tags.get(line.product_shopify_id or 0)
        found.append(
            Goods(
                line_id=id,
                units=max(0, now - held.get(id, 0) - waiting.get(id, 0)),
                unsent=max(0, unsent) if line.requires_shipping else 0,
                spoken_for=in_open.get(id, 0) + waiting.get(id, 0) + gone.get(id, 0),
                tags=known.tags if known else frozenset(),
                is_gift_card=line.is_gift_card,
                needs_shipping=line.requires_shipping,
            )
        )
    return found


def pays_delivery(session: Session, order: Order, right: Right) -> bool:
    """Whether a declaration about all that `right` leaves open would have what was paid for the delivery go back."""
    everything = {each.line_id: each.units for each in right.choices if each.units}
    return bool(order.shipping) and _is_whole(session, order, everything)


def _is_whole(session: Session, order: Order, chosen: Mapping[int, int]) -> bool:
    """Nothing of the order that is delivered is kept, and nothing of it went back by a voluntary return. What came
    without a delivery, as a tip or a download, keeps none of its price back."""
    off = spoken_for.off(session, order)
    back, gone = spoken_for.units_off(off), _gone(session, order, off)
    lines = [(line.shopify_id, line.current_quantity) for line in order.lines if line.requires_shipping]
    units = {id: now - gone.get(id, 0) + back.get(id, 0) for id, now in lines}
    said = select(Withdrawal.lines).where(Withdrawal.shop_id == order.shop_id, Withdrawal.order_id == order.id)
    return is_whole(chosen, units, spoken_for.units_of(session.scalars(said)))


def _gone(session: Session, order: Order, off: Sequence[spoken_for.Off]) -> dict[int, int]:
    """Units that our rows still count on the order, though Shopify does not any more."""
    untold = spoken_for.units_off(each for each in off if each.is_untold)
    dropped = spoken_for.dropped(session, order)
    return {line: untold.get(line, 0) + dropped.get(line, 0) for line in {*untold, *dropped}}


def _parcels(order: Order) -> tuple[ColumnElement[bool], ...]:
    return (Shipment.shop_id == order.shop_id, Shipment.order_id == order.id, Shipment.cancelled_at.is_(None))


def _by_line(session: Session, line: Any, units: Any, *which: ColumnElement[bool]) -> dict[int, int]:
    counted = select(line, func.sum(units)).join(Shipment, Shipment.id == ShipmentLine.shipment_id)
    return {line_id: int(count) for line_id, count in session.execute(counted.where(*which).group_by(line))}


def _travels(session: Session, order: Order) -> list[Travel]:
    zone = zone_of(order)
    parcels = session.scalars(select(Shipment).where(*_parcels(order), Shipment.kind != "digital"))
    return [
        Travel(
            left=parcel.shipped_at.astimezone(zone).date(),
            arrived=parcel.delivered_at.astimezone(zone).date() if parcel.delivered_at else None,
        )
        for parcel in parcels
    ]
