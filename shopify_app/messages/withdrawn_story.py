"""What a mail tells of a withdrawal, as facts: what was declared and when, and whether any of it had been sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.travelled import Travelled, leaves_nothing, travelled
from shopify_app.texts import plain


@dataclass(frozen=True)
class WithdrawalFacts:
    """A declaration as it was received; `goods` are Shopify's line item id, title and quantity. `zone` is the clock
    that `received_at` is told by, `address` its page; `travelled` how much of it may have been sent; `needs_look`: a
    person has to carry it out; `with_delivery`: what was paid for the delivery goes back as well."""

    number: str
    name: str
    received_at: datetime
    zone: ZoneInfo
    goods: tuple[tuple[int, str, int], ...]
    is_whole: bool
    refund_by: date
    address: str
    travelled: Travelled = Travelled.SOME
    needs_look: bool = False
    with_delivery: bool = False


def withdrawal_of(session: Session, withdrawal_id: int | None, order: Order) -> WithdrawalFacts | None:
    """The declaration of a mail; None for a mail without one."""
    row = session.get(Withdrawal, withdrawal_id) if withdrawal_id else None
    if row is None:
        return None
    return WithdrawalFacts(
        number=row.number,
        name=plain(row.name, 120),
        received_at=row.received_at,
        zone=withdrawals.zone_of(order),
        goods=tuple((each["line_id"], plain(each["title"], 200), each["quantity"]) for each in row.lines),
        is_whole=leaves_nothing(row, order.lines),
        with_delivery=row.is_whole and bool(order.shipping),
        refund_by=row.refund_by,
        address=f"{order.shop.storefront_url}{order.shop.proxy_path}/withdraw/done/{row.token}",
        travelled=travelled(session, row, order),
        needs_look=row.state == WithdrawalState.NEEDS_LOOK,
    )
