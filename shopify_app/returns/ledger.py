"""The money ledger of returns: append-only postings that sum to zero, tied to what proves them at Shopify.

Signs: what the shopper has a claim to is positive, what it is reduced by and where it went is negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app import sheets
from shopify_app.money import Money
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup, Step
from shopify_app.returns.states import StepState
from shopify_app.returns.steps import StepKind


class Account(StrEnum):
    """What a row is about. The last group compares Shopify's figure with ours and is no movement."""

    GOODS = "goods"  # at list price, without tax
    DISCOUNT = "discount"
    TAX = "tax"
    REDUCTION = "reduction"  # accepted below full value
    RESTOCKING_FEE = "restocking_fee"
    SHIPPING_FEE = "shipping_fee"
    DELIVERY = "delivery"  # what was paid for sending the order, given back on a whole withdrawal
    EXCHANGE_SALE = "exchange_sale"
    BALANCE_DUE = "balance_due"
    BALANCE_PAID = "balance_paid"  # what the shopper paid towards a balance, by Shopify's transaction
    WAIVED = "waived"
    REFUND = "refund"
    STORE_CREDIT_REFUND = "store_credit_refund"
    GIFT_CARD_REFUND = "gift_card_refund"
    ELSEWHERE = "elsewhere"  # settled in Shopify's own pages, by its figures
    BONUS_EXPENSE = "bonus_expense"
    BONUS_ISSUED = "bonus_issued"
    BONUS_TAKEN_BACK = "bonus_taken_back"
    BONUS_CONSUMED = "bonus_consumed"  # taken off new items
    BONUS_PROMISED = "bonus_promised"  # the part of a promise that its exchange did not need
    BONUS_LAPSED = "bonus_lapsed"
    NO_RECEIPT_EXPENSE = "no_receipt_expense"  # goods taken back without an order: never a refund
    NO_RECEIPT_CREDIT = "no_receipt_credit"
    SUGGESTED = "suggested"  # what Shopify reckoned
    DIFFERENCE = "difference"  # why ours is another figure; `cause` says which
    MOVED = "moved"


WITHHELD_EARLIER = "withheld_earlier"
"""The cause of a difference that an earlier settlement of the order has booked already."""
PAID_TOO_MUCH = "paid_too_much"
"""The cause of a difference that nobody has withheld: the shopper paid more than was due, which a person gives back."""
PAYING = frozenset({StepKind.PROCESS, StepKind.TAKE_OFF, StepKind.REFUND_DELIVERY, StepKind.DROP_EXCHANGE})
"""Steps that give back what was paid."""
PAID_OUT = frozenset({Account.REFUND, Account.STORE_CREDIT_REFUND, Account.GIFT_CARD_REFUND})


class Unbalanced(Exception):
    """A posting that does not sum to zero was about to be written."""


@dataclass(frozen=True)
class Entry:
    """One row to be posted."""

    account: Account
    amount: Money
    line_id: int | None = None
    tender: str | None = None
    cause: str | None = None
    shopify_id: str | None = None


@dataclass(frozen=True)
class Alarm:
    """Books that do not agree: `posting` by `rest` minor units, or with Shopify (`theirs`, `ours`)."""

    group_id: int | None
    posting: str
    ours: int
    theirs: int


def post(
    session: Session,
    ret: Return,
    posting: str,
    entries: Iterable[Entry],
    now: datetime,
    *,
    group: ReleaseGroup | None = None,
    step: Step | None = None,
) -> list[LedgerRow]:
    """Writes a posting; rows of nothing are left out. Raises Unbalanced. `posting` is unique: twice is an error."""
    about = {
        "shop_id": ret.shop_id,
        "order_id": ret.order_id,
        "return_id": ret.id,
        "group_id": group.id if group else None,
        "step_id": step.id if step else None,
        "posting": posting,
        "at": now,
    }
    written = balanced(entries, about)
    session.add_all(written)
    session.flush()
    return written


def balanced(entries: Iterable[Entry], about: dict[str, Any]) -> list[LedgerRow]:
    """The rows of the posting that `about` names, without rows of nothing. Raises Unbalanced."""
    told = [entry for entry in entries if entry.amount]
    if sum(entry.amount.amount for entry in told):
        raise Unbalanced(about["posting"])
    return [_row(entry, position, about) for position, entry in enumerate(told, start=1)]


def _row(entry: Entry, position: int, about: dict[str, Any]) -> LedgerRow:
    return LedgerRow(
        **about,
        position=position,
        account=entry.account,
        amount=entry.amount.amount,
        currency=entry.amount.currency,
        line_id=entry.line_id,
        tender=entry.tender,
        cause=entry.cause,
        shopify_id=entry.shopify_id,
    )


def rows(session: Session, ret: Return) -> Sequence[LedgerRow]:
    """The return's rows, oldest first."""
    return session.scalars(select(LedgerRow).where(LedgerRow.return_id == ret.id).order_by(LedgerRow.id)).all()


def check(session: Session, ret: Return) -> tuple[Alarm, ...]:
    """What does not add up: postings that do not sum to zero, and settlements whose money is not what Shopify's own
    answer said. Empty when all is well."""
    sums = session.execute(
        select(LedgerRow.posting, func.sum(LedgerRow.amount), func.min(LedgerRow.group_id))
        .where(LedgerRow.return_id == ret.id)
        .group_by(LedgerRow.posting)
        .having(func.sum(LedgerRow.amount) != 0)
    ).all()
    crooked = [Alarm(group_id, posting, int(rest), 0) for posting, rest, group_id in sums]
    return (*crooked, *_against_shopify(session, ret))


def withheld(session: Session, order_id: int, but_group: int) -> int:
    """What earlier settlements of the order left with the shop beyond what Shopify reckoned, in minor units: withheld
    from the shopper (positive), given beyond it, waived or still due (negative)."""
    told_before = LedgerRow.cause.in_((WITHHELD_EARLIER, PAID_TOO_MUCH))
    is_difference = (LedgerRow.account == Account.DIFFERENCE) & ~told_before
    wanted = select(func.coalesce(func.sum(LedgerRow.amount), 0)).where(
        LedgerRow.order_id == order_id,
        LedgerRow.group_id != but_group,
        is_difference | LedgerRow.account.in_((Account.WAIVED, Account.BALANCE_DUE)),
    )
    return -int(session.scalar(wanted) or 0)


def owed(session: Session, order_id: int, but_group: int) -> int:
    """What other exchanges of the order still cost, or were let off, in minor units: zero or negative, as in
    `withheld`, of which it is a part."""
    asked = LedgerRow.account.in_((Account.WAIVED, Account.BALANCE_DUE))
    wanted = select(func.coalesce(func.sum(LedgerRow.amount), 0))
    wanted = wanted.where(LedgerRow.order_id == order_id, LedgerRow.group_id != but_group, asked)
    return min(0, -int(session.scalar(wanted) or 0))


def waived(session: Session, order_id: int) -> dict[int, int]:
    """What was asked of nobody any more of what exchanges cost, by release group, in minor units. What Shopify alone
    no longer asks for is none of it: there the order itself was changed."""
    wanted = (
        select(LedgerRow.group_id, func.sum(LedgerRow.amount))
        .where(LedgerRow.order_id == order_id, LedgerRow.account == Account.WAIVED, LedgerRow.cause.is_(None))
        .group_by(LedgerRow.group_id)
    )
    return {group_id: int(amount) for group_id, amount in session.execute(wanted) if group_id is not None}


def _against_shopify(session: Session, ret: Return) -> list[Alarm]:
    done = select(Step).where(Step.return_id == ret.id, Step.kind.in_(PAYING), Step.phase == StepState.DONE)
    found = []
    for step in session.scalars(done):
        ours = -sum(row.amount for row in rows(session, ret) if row.step_id == step.id and row.account in PAID_OUT)
        theirs = int((step.answer or {}).get("refunded", 0))
        if ours != theirs:
            found.append(Alarm(step.group_id, f"g{step.group_id}.{step.kind}", ours, theirs))
    return found


COLUMNS = (
    "id", "at", "rma", "posting", "account", "amount", "currency", "line_id", "tender", "cause", "shopify_id",
)  # fmt: skip


def to_json(number: str, found: Sequence[LedgerRow]) -> list[dict[str, Any]]:
    """The rows of the return (or of the request without an order) of that number, as JSON values; amounts as decimal
    text, signed."""
    return [dict(zip(COLUMNS, _values(number, row), strict=True)) for row in found]


def to_csv(pairs: Iterable[tuple[str, LedgerRow]]) -> str:
    """One line a row, with a heading."""
    lines = (sheets.line(_values(number, row)) for number, row in pairs)
    return "".join((sheets.MARK, sheets.line(COLUMNS), *lines))


def _values(number: str, row: LedgerRow) -> tuple[Any, ...]:
    amount = str(Money(row.amount, row.currency))
    at = row.at.isoformat().replace("+00:00", "Z")
    return (row.id, at, number, row.posting, row.account, amount, row.currency, row.line_id, row.tender, row.cause,
            row.shopify_id)  # fmt: skip
