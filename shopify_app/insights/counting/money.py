"""Where the money of returns went on a day, by the ledger: what was sent back to payments, what stayed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, and_, func, select

from shopify_app.db import Session
from shopify_app.insights.counting.window import ShopDay
from shopify_app.insights.counts import Count, Tally, hours_key
from shopify_app.returns.ledger import Account
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup
from shopify_app.returns.states import GroupState
from shopify_app.returns.vocabulary import Outcome

OF_VALUE = frozenset({Account.GOODS, Account.DISCOUNT, Account.TAX, Account.REDUCTION})
OF_FEES = frozenset({Account.RESTOCKING_FEE, Account.SHIPPING_FEE})
OF_EXCHANGE = frozenset({Account.EXCHANGE_SALE, Account.BALANCE_DUE, Account.BALANCE_PAID, Account.WAIVED})
"""New items less what is due, paid and waived for them: the shopper's own money in them."""
OF_REFUND = frozenset({Account.REFUND, Account.GIFT_CARD_REFUND, Account.STORE_CREDIT_REFUND})
NEW_CREDIT = "store_credit"
"""The tender of credit that is new; credit that an order was paid with goes back under its transaction's id."""
DROPPED, HANDLED, SETTLED_THERE = ".drop", ".handled", ".elsewhere"


def count_money(session: Session, day: ShopDay, tally: Tally) -> None:
    """Amounts of the day's postings. An exchange that came off its order takes back what it had kept."""
    for row in _rows(session, day):
        count, amount = _meaning(row)
        if count is not None:
            tally.add(count, amount, currency=row.currency)
    _give_back_payments(session, day, tally)


def count_refund_times(session: Session, day: ShopDay, tally: Tally) -> None:
    """From the request to the moment at which Shopify had confirmed a refund."""
    row = LedgerRow
    wanted = (
        select(Return.requested_at, func.max(row.at))
        .select_from(row)
        .join(ReleaseGroup, ReleaseGroup.id == row.group_id)
        .join(Return, Return.id == row.return_id)
        .where(_today(day), row.account == Account.REFUND, ReleaseGroup.outcome == Outcome.REFUND)
        .where(ReleaseGroup.state == GroupState.SETTLED)
        .group_by(row.group_id, Return.requested_at)
    )
    for requested_at, refunded_at in session.execute(wanted):
        tally.add(Count.REFUNDED_AFTER, key=hours_key(refunded_at - requested_at))


def _rows(session: Session, day: ShopDay) -> Sequence[Row]:
    row = LedgerRow
    wanted = (
        select(row.account, row.amount, row.currency, row.tender, row.posting, ReleaseGroup.outcome)
        .outerjoin(ReleaseGroup, ReleaseGroup.id == row.group_id)
        .where(_today(day), row.no_receipt_id.is_(None))
    )
    return session.execute(wanted).all()


def _meaning(row: Row) -> tuple[Count | None, int]:
    """What a ledger row counts towards. Signs: claims of the shopper are positive, where they went is negative."""
    account = Account(row.account)
    if account in OF_VALUE:
        return Count.VALUE_BACK, row.amount
    if account in OF_FEES:
        return Count.FEES, -row.amount
    if account in OF_REFUND and row.posting.endswith(SETTLED_THERE):
        return None, 0  # the same money as the posting's row under ELSEWHERE
    if account in OF_REFUND:
        is_kept = row.tender == NEW_CREDIT and row.outcome not in (Outcome.REFUND, Outcome.KEEP_ITEM)
        return (Count.CREDITED if is_kept and account is Account.STORE_CREDIT_REFUND else Count.REFUNDED), -row.amount
    if account in OF_EXCHANGE:
        return Count.EXCHANGED, -row.amount
    if account is Account.BONUS_EXPENSE:
        return Count.BONUS, row.amount
    if account is Account.ELSEWHERE:
        return (Count.EXCHANGED, -row.amount) if row.posting.endswith(HANDLED) else (Count.ELSEWHERE, row.amount)
    return None, 0


def _give_back_payments(session: Session, day: ShopDay, tally: Tally) -> None:
    """What was paid towards a balance is counted apart; a dropped exchange gave it back beside the own money, so it is
    neither kept nor refunded of what came back."""
    row = LedgerRow
    paid = select(row.currency, func.sum(row.amount)).where(_today(day), row.account == Account.BALANCE_PAID)
    for currency, amount in session.execute(paid.group_by(row.currency)):
        tally.add(Count.PAID_ON_TOP, int(amount), currency=currency)
    dropped = select(row.group_id).where(
        _today(day), row.account == Account.EXCHANGE_SALE, row.posting.endswith(DROPPED)
    )
    back = select(row.currency, func.sum(row.amount)).where(
        row.group_id.in_(dropped), row.shop_id == day.shop_id, row.account == Account.BALANCE_PAID
    )
    for currency, amount in session.execute(back.group_by(row.currency)):
        tally.add(Count.EXCHANGED, int(amount), currency=currency)
        tally.add(Count.REFUNDED, -int(amount), currency=currency)
        tally.add(Count.PAID_ON_TOP, -int(amount), currency=currency)


def _today(day: ShopDay):
    return and_(LedgerRow.shop_id == day.shop_id, LedgerRow.at >= day.start, LedgerRow.at < day.end)
