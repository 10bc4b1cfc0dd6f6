"""What follows from a withdrawal: its return is opened. The declaration itself counts already."""

from __future__ import annotations

from datetime import datetime

import structlog

from jobs.duties import Duty
from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.opening import AtShopify, CannotOpen, Stuck, open_return, set_aside
from shopify_app.shopify.return_snapshots import OrderTooLarge
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)


def open_withdrawal(duty: Duty) -> None:
    """Opens the return of a declaration, once; where that cannot be done, a person finds it on the list. Shopify is
    read before, with no transaction open; while it is away the duty is tried again."""
    withdrawal_id = int(duty.facts["withdrawal_id"])
    with duty.adapters.database.read() as session:
        row = session.get(Withdrawal, withdrawal_id)
        order = session.get(Order, row.order_id) if row is not None else None
    seen = read(duty.adapters, order) if order is not None else Stuck.ORDER_GONE
    with duty.applying() as session:
        row = session.get(Withdrawal, withdrawal_id)
        if row is None or row.state in (WithdrawalState.OPENED, WithdrawalState.HANDLED):
            return
        if isinstance(seen, Stuck):
            _set_aside(session, row, seen, duty.now)
            return
        try:
            open_return(session, row, seen, duty.attempt, duty.now)
        except CannotOpen as cannot:
            _set_aside(session, row, cannot.why, duty.now)


def read(adapters: Adapters, order: Order) -> AtShopify | Stuck:
    """The order as Shopify has it, or why nothing can be made of it. Raises `ShopifyError`s."""
    admin = adapters.admin(order.shop_id)
    try:
        returnable = admin.returnable_order(order.shopify_id)
    except OrderTooLarge:
        return Stuck.TOO_LARGE
    money = admin.order_money(order.shopify_id)
    return Stuck.ORDER_GONE if returnable is None or money is None else AtShopify(returnable, money.unsent)


def _set_aside(session: Session, row: Withdrawal, why: Stuck, now: datetime) -> None:
    log.warning("withdrawal_needs_look", shop_id=row.shop_id, withdrawal_id=row.id, why=str(why))
    set_aside(session, row, why, now)
