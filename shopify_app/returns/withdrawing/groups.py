"""What a statutory withdrawal asks of release groups: what was not sent is taken off, the delivery is paid back."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.amounts import Rates
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.steps import StepKind
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.settings import store
from shopify_app.settings.withdrawal import Withdrawal as Settings


def is_unsent(ret: Return, group: ReleaseGroup) -> bool:
    """Whether the group takes goods off the order that have not left: they never get a return at Shopify."""
    lines = lines_of(ret, group)
    return ret.withdrawal_id is not None and bool(lines) and all(line.fulfillment_line_id is None for line in lines)


def pays_delivery(session: Session, ret: Return, group: ReleaseGroup) -> bool:
    """Whether the delivery goes back with this group, on a withdrawal from the whole contract: with the first goods
    that came back, or with what is taken off first where nothing was sent. One group pays it, of however many."""
    if not _is_whole(session, ret):
        return False
    if is_unsent(ret, group):
        is_first = group.id == min(line.group_id for line in ret.lines if line.group_id is not None)
        return is_first and all(line.fulfillment_line_id is None for line in ret.lines)
    others = (Step.return_id == ret.id, Step.group_id != group.id, Step.kind == StepKind.REFUND_DELIVERY)
    return session.scalar(select(Step.id).where(*others).limit(1)) is None


def owes_delivery(session: Session, ret: Return, group: ReleaseGroup) -> bool:
    """Whether the delivery is a refund of its own: Shopify's return of goods knows none."""
    return pays_delivery(session, ret, group) and not is_unsent(ret, group)


def ends_order(session: Session, ret: Return) -> bool:
    """Whether nothing of the order is left and nothing of it was ever sent: it is to be cancelled."""
    return _is_whole(session, ret) and all(line.fulfillment_line_id is None for line in ret.lines)


def standard_delivery(session: Session, order: Order, rates: Rates) -> Money | None:
    """What the shop's least expensive standard delivery costs in the order's currency; None where it is not told or
    cannot be expressed in it: then all that was paid for delivery goes back."""
    told = store.load(session, order.shop_id, Settings).standard_delivery_cost
    if told is None:
        return None
    if rates.currency == rates.shop_currency:
        return Money.parse(told, rates.currency)
    return Money.parse(told * rates.rate, rates.currency) if rates.rate else None


def _is_whole(session: Session, ret: Return) -> bool:
    row = session.get(Withdrawal, ret.withdrawal_id) if ret.withdrawal_id is not None else None
    return row is not None and row.is_whole
