"""When a balance is due, when its shopper is reminded, and which payment was made towards which balance. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shopify_app.returns.vocabulary import Outcome

FIRST_REMINDER = timedelta(days=2)
LAST_REMINDER = timedelta(days=1)
"""Before the last moment."""
OFTEN = timedelta(hours=1)
"""How often an open balance is looked at."""
AFTERWARDS = timedelta(days=1)
"""How often a balance is looked at once it is closed, and how long: `UNTIL`."""
UNTIL = timedelta(days=30)
SOON = timedelta(minutes=5)
"""When something that cannot be told now is looked at again."""
APART = timedelta(hours=24)
"""No two mails about one balance are closer together than this."""


def pay_by(since: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The last second of the last day, `days` days after that of `since`, by the shop's clock."""
    last = since.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)


def reminder_at(since: datetime, until: datetime, reminded_at: datetime | None) -> datetime | None:
    """When the next reminder is due: two days after it fell due, and a day before the end; None: no more."""
    told = reminded_at or since
    wanted = (since + FIRST_REMINDER, until - LAST_REMINDER)
    left = [at for at in wanted if at - told >= APART and until - at >= LAST_REMINDER]
    return min(left, default=None)


def next_look(since: datetime, until: datetime, reminded_at: datetime | None, now: datetime) -> datetime:
    """When the clock has something to do for an open balance; Shopify is asked every hour what was paid, should its
    word have been lost."""
    reminder = reminder_at(since, until, reminded_at)
    due = until if reminder is None else min(reminder, until)
    return min(due, now + OFTEN)


@dataclass(frozen=True)
class Waiting:
    """A balance as far as payments are told apart: `rest` minor units are open, nothing more when it `is_closed`.
    `known` are the payments from before it fell due; `had` what of each payment counts towards it already."""

    id: int
    rest: int
    is_closed: bool
    known: frozenset[str]
    had: Mapping[str, int]


@dataclass(frozen=True)
class Share:
    """`amount` of the payment `payment` for the balance `balance`; `over` of it is beyond everything that was due."""

    balance: int
    payment: str
    amount: int
    over: int = 0


def allotted(payments: Iterable[tuple[str, int]], balances: Sequence[Waiting]) -> tuple[Share, ...]:
    """What is new of `payments` (id and minor units, oldest first), the earliest balance first. What is beyond all of
    them stands with the latest that the payment can have been meant for. Said twice, it gives nothing more."""
    rests = {each.id: 0 if each.is_closed else each.rest for each in balances}
    found: list[Share] = []
    for payment, amount in payments:
        meant = [each for each in balances if payment not in each.known]
        left = amount - sum(each.had.get(payment, 0) for each in balances)
        if not meant or left <= 0:
            continue
        for each in meant:
            part = min(left, rests[each.id])
            if part > 0:
                rests[each.id] -= part
                left -= part
                found.append(Share(each.id, payment, part))
        if left:
            found.append(Share(meant[-1].id, payment, 0, left))
    return tuple(found)


def next_best(agreed: Outcome | None, offered: frozenset[Outcome], may_credit: bool) -> Outcome:
    """What an exchange turns into when it is not paid: what the shopper agreed to where it can be had, else store
    credit where the policy offered it for all of the items, else the money back."""
    if agreed is Outcome.REFUND or (agreed is Outcome.STORE_CREDIT and may_credit):
        return agreed
    return Outcome.STORE_CREDIT if Outcome.STORE_CREDIT in offered and may_credit else Outcome.REFUND
