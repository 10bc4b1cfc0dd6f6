"""Withdrawing from the contract, as a shopper reads it: who they are, from what they withdraw, and that we have it.

The labels are those of Article 11a of Directive 2011/83/EU (“withdraw from contract here”, “confirm withdrawal”). No
reason is asked for, nothing else is offered, and what the page needs to know is asked on one form. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shopify_app.i18n import Day, Moment, Phrase, phrase
from shopify_app.orders.models import Order, OrderLine
from shopify_app.pages.facts import OrderPicture
from shopify_app.pages.items import waiting_lines
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.parts import Item, Link
from shopify_app.pages.return_goods import Goods, item
from shopify_app.pages.texts import plain
from shopify_app.returns.withdrawing.declarations import zone_of
from shopify_app.returns.withdrawing.law import REFUND_DAYS, Bar, Choice, Right, Travel, last_day, law_of
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.travelled import Travelled, leaves_nothing
from shopify_app.settings.withdrawal import Withdrawal as Settings
from shopify_app.shipments.calendar import calendar_for
from shopify_app.shipments.states import ParcelState

HERE = phrase("Withdraw from contract here")
CONFIRM = phrase("Confirm withdrawal")
TITLE = phrase("Withdraw from contract")

_LINE_BARS: Mapping[Bar, Phrase] = {
    Bar.EXEMPT: phrase("Made for you, perishable, or sealed for hygiene: the law knows no withdrawal for it."),
    Bar.NOT_GOODS: phrase("No goods that are sent: please write to us about it."),
    Bar.IN_A_RETURN: phrase("Already part of a return or a withdrawal."),
    Bar.GONE: phrase("No longer part of the order."),
}
_BARS: Mapping[Bar, Phrase] = _LINE_BARS | {
    Bar.COUNTRY: phrase("We offer this function for orders to countries of the European Union."),
    Bar.COMPANY: phrase("This order was placed by a company. The right of withdrawal is one of consumers."),
    Bar.CANCELLED: phrase("This order was cancelled. There is nothing left to withdraw from."),
    Bar.IN_PERSON: phrase("This was bought in our store, not at a distance."),
    Bar.NOTHING_LEFT: phrase("There is nothing left of this order to withdraw from."),
}


@dataclass(frozen=True)
class Line:
    """A line to choose from: up to `most` units, `chosen` of them."""

    line_id: int
    item: Item
    most: int
    chosen: int

    @property
    def field(self) -> str:
        """The name of its form field."""
        return f"quantity-{self.line_id}"


@dataclass(frozen=True)
class Shut:
    """A line that cannot be withdrawn from, and why."""

    item: Item
    why: Phrase


@dataclass(frozen=True)
class StatementPage:
    """The form. `address`: where the confirmation goes, shown in part; None: it is asked for. `problems` by field."""

    order_name: str
    action: str
    period: Phrase
    lines: tuple[Line, ...]
    shut: tuple[Shut, ...]
    follows: tuple[Phrase, ...]
    name: str
    address: str | None
    email: str
    problems: tuple[tuple[str, Phrase], ...] = ()

    def problem(self, field: str) -> Phrase | None:
        """What is wrong with a field."""
        return next((sentence for name, sentence in self.problems if name == field), None)


@dataclass(frozen=True)
class Following:
    """What follows from a declaration, and the icon beside it."""

    icon: str
    said: Phrase


@dataclass(frozen=True)
class ReceiptPage:
    """That we have it: number, moment, content, what follows. `status` leads to its return, once there is one."""

    number: str
    order_name: str
    received: Phrase
    items: tuple[Item, ...]
    content: Phrase
    follows: tuple[Following, ...]
    status: str | None


@dataclass(frozen=True)
class Form:
    """Where the form is sent, the day where the goods went, and what was typed: units `chosen` by line, None: nothing
    was taken out yet, so everything is chosen. `pays_delivery`: who withdraws from all that can be chosen gets back
    what was paid for the delivery."""

    action: str
    today: date
    pays_delivery: bool
    name: str = ""
    email: str = ""
    chosen: Mapping[int, int] | None = None
    problems: tuple[tuple[str, Phrase], ...] = ()

    def units_of(self, line: Choice) -> int:
        """How many units of a line are chosen."""
        return line.units if self.chosen is None else self.chosen.get(line.line_id, 0)


@dataclass(frozen=True)
class Known:
    """What is known of a declaration beside its row: how much of it was sent, the clock that its moment is told by, and
    the address of its return, once there is one."""

    travelled: Travelled
    zone: ZoneInfo
    status: str | None


def entrance(order: Order, picture: OrderPicture, start: str, settings: Settings, now: datetime) -> str | None:
    """Where the function begins for whoever sees the order, while the law offers it; `start` is where a return of it
    would begin."""
    law = law_of(order.country or order.shop.country)
    is_none = order.is_company or order.cancelled_at or order.erased_at or order.channel == "pos"
    goods = [line for line in picture.lines if line.requires_shipping and not line.is_gift_card]
    if law is None or law.country in settings.off_in or is_none or not start:
        return None
    if not any(line.current_quantity for line in goods):
        return None
    if waiting_lines(goods, picture.parcels, came_back=0):
        return _address(start)
    zone = zone_of(order)
    travels = [
        Travel(_day(each.shipped_at, zone), _day(each.delivered_at, zone) if each.delivered_at else None)
        for each in picture.parcels
        if each.state != ParcelState.CANCELLED
    ]
    ends = last_day(law, travels, calendar_for(None, law.country).is_working)
    return _address(start) if ends is None or _day(now, zone) <= ends else None


def statement(order: Order, right: Right, goods: Goods, form: Form) -> StatementPage:
    """The form for an order that can be withdrawn from."""
    sold = {line.shopify_id: line for line in order.lines}
    open_lines = [each for each in right.choices if each.units]
    return StatementPage(
        order_name=plain(order.name, 64),
        action=form.action,
        period=_period(right),
        lines=tuple(
            Line(each.line_id, _item(sold[each.line_id], each.units, goods), each.units, form.units_of(each))
            for each in open_lines
        ),
        shut=tuple(
            Shut(_item(sold[each.line_id], sold[each.line_id].quantity, goods), _LINE_BARS[each.bar])
            for each in right.choices
            if each.bar
        ),
        follows=(
            *_follows(open_lines, form.today),
            *((_delivery_of(right),) if form.pays_delivery else ()),
        ),
        name=plain(form.name, 120),
        address=masked(order.email),
        email=plain(form.email, 254),
        problems=form.problems,
    )


def receipt(order: Order, row: Withdrawal, goods: Goods, known: Known) -> ReceiptPage:
    """What stands in the acknowledgement too."""
    there = row.received_at.astimezone(known.zone)
    sold = {line.shopify_id: line for line in order.lines}
    moment = Moment(Day(there.date()), there.time().replace(second=0, microsecond=0))
    whole = phrase("Withdrawal from the whole contract of order {order}", order=plain(order.name, 64))
    part = phrase("Withdrawal from the contract of order {order} for these items", order=plain(order.name, 64))
    return ReceiptPage(
        number=row.number,
        order_name=plain(order.name, 64),
        received=phrase("Received {moment} ({zone}). It counts from then on.", moment=moment, zone=f"{there:%Z}"),
        items=tuple(
            _item(sold[each["line_id"]], each["quantity"], goods) for each in row.lines if each["line_id"] in sold
        ),
        content=whole if leaves_nothing(row, order.lines) else part,
        follows=(
            Following("mail", phrase("We confirm it by e-mail, with its content and the time. Please keep that mail.")),
            Following("clock", phrase("You get your money by {day}.", day=Day(row.refund_by))),
            _carried_out(row, known.travelled, there.date()),
        ),
        status=known.status,
    )


def _carried_out(row: Withdrawal, travelled: Travelled, declared: date) -> Following:
    if row.state == WithdrawalState.NEEDS_LOOK:
        return Following("chat", phrase("A person of our team carries it out and writes to you."))
    if travelled is Travelled.NONE:
        return Following("check", phrase("Nothing of it has been sent yet: there is nothing for you to do."))
    back = phrase("What has been sent you send back by {day}. We write to you how.", day=_send_by(declared))
    return Following("truck", back)


def barred(bar: Bar, right: Right, next: Link | None) -> MessagePage:
    """Why there is nothing to withdraw from. After the period the shop's own returns may still be open."""
    if bar is Bar.OVER and right.last_day is not None and right.law is not None:
        lines = (
            phrase(
                "The period of {count} days ended on {day}. It began when the last item of your order arrived.",
                count=right.law.period_days,
                day=Day(right.last_day),
            ),
            phrase("Is that day not right? Please write to us. Returns that we offer beyond the law stay open to you."),
        )
        return MessagePage(phrase("The withdrawal period has ended"), lines, next, icon="clock")
    return MessagePage(phrase("There is nothing to withdraw from here"), (_BARS[bar],), next, icon="chat")


def in_a_return(to_it: Link, may_cancel: bool) -> MessagePage:
    """All of it is in a return of the shopper's own making, which stands in the way only as long as they leave it."""
    way = phrase("You can cancel that return until it is on its way, and then withdraw from the contract here.")
    lines = (_BARS[Bar.IN_A_RETURN], way) if may_cancel else (_BARS[Bar.IN_A_RETURN],)
    return MessagePage(phrase("There is nothing to withdraw from here"), lines, to_it, icon="chat")


def masked(email: str | None) -> str | None:
    """An address as its owner recognises it: ``a•••@example.com``."""
    name, at, host = (email or "").strip().partition("@")
    return f"{name[:1]}•••@{host}" if name and at and host else None


def _follows(lines: list[Choice], today: date) -> tuple[Phrase, ...]:
    unsent = any(each.unsent for each in lines)
    sent = any(each.units > each.unsent for each in lines)
    told = [phrase("You get back what you paid for them by {day}, in the way you paid.", day=_send_by(today))]
    if unsent:
        told.append(phrase("What has not been sent yet stays here: there is nothing for you to do."))
    if sent:
        told.append(phrase("What has been sent you send back by {day}. We write to you how.", day=_send_by(today)))
    return tuple(told)


def _delivery_of(right: Right) -> Phrase:
    """A tip or a download that cannot be withdrawn from stays, and the delivery goes back all the same."""
    if any(each.bar for each in right.choices):
        return phrase("If you withdraw from all that you can choose here, the standard delivery is paid back too.")
    return phrase("If you withdraw from the whole order, the standard delivery is paid back too.")


def _send_by(today: date) -> Day:
    return Day(today + timedelta(days=REFUND_DAYS))


def _period(right: Right) -> Phrase:
    if right.last_day is None:
        return phrase("You can withdraw at any time before everything has arrived, and for {count} days after.",
                      count=right.law.period_days if right.law else 0)  # fmt: skip
    return phrase("You can withdraw until the end of {day}.", day=Day(right.last_day))


def _item(line: OrderLine, quantity: int, goods: Goods) -> Item:
    picture = goods.picture(line.product_shopify_id, line.variant_shopify_id)
    return item(line.title, line.variant_title, quantity, picture)


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def _address(start: str) -> str:
    return "/withdraw/".join(start.rsplit("/returns/", 1))


__all__ = [
    "CONFIRM", "HERE", "TITLE", "Line", "ReceiptPage", "Shut", "StatementPage", "barred", "entrance", "masked",
    "receipt", "statement",
]  # fmt: skip
