"""The rehearsal: a draft policy over the orders and returns that we hold. Only reads, and never with a session open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.rehearsal.answer import MOST_EXAMPLES, LineExample, LinesAnswer, LineShift, Rehearsal, Shift
from shopify_app.returns.rehearsal.lines import Comparison
from shopify_app.returns.rehearsal.made import made_returns
from shopify_app.returns.rehearsal.returns import MadeReturns
from shopify_app.returns.rehearsal.rows import A_PAGE, Holdings, OrderPage, SentLine
from shopify_app.returns.rules import Policy
from shopify_app.shops.models import Shop

LONGEST_DAYS = 90
"""How far back a rehearsal looks at most (`returns.md`, Dates)."""


@dataclass(frozen=True)
class Reach:
    """How far a rehearsal looks: `days` back (1 to 90), at most the newest `most_orders` (None: all). Rows are read
    `page` at a time, so the largest shop takes little more memory than a small one."""

    days: int = LONGEST_DAYS
    most_orders: int | None = None
    page: int = A_PAGE


EVERYTHING = Reach()


def rehearse(database: Database, shop: Shop, draft: Policy, now: datetime, reach: Reach = EVERYTHING) -> Rehearsal:
    """`draft` against the shop's newest version, up to `now`. A returned item counts where its return was asked for in
    the span, however old its order."""
    with database.read() as session:
        in_force = published.newest(session, shop.id)
    policies = (in_force.policy, draft)
    days = min(max(reach.days, 1), LONGEST_DAYS)
    since = now - timedelta(days=days)
    comparison = Comparison(*policies)
    has_to_know = any(asks_for_record(policy) for policy in policies)
    holdings = Holdings(database, shop, since, now, has_to_know, reach.page)
    lines = SentLines(comparison)
    for page in holdings.pages(reach.most_orders):
        lines.note(page)
    held_since = lines.oldest
    is_complete = held_since is None or reach.most_orders is None or not holdings.has_orders_before(held_since)
    if held_since is not None and not is_complete:
        holdings.since = held_since
    returns = MadeReturns(*comparison.sides)
    for made in made_returns(holdings):
        returns.note(made)
    return Rehearsal(
        version=in_force.number,
        published_at=in_force.published_at,
        days=days,
        since=holdings.since,
        until=now,
        held_since=held_since,
        is_complete=is_complete,
        lines=lines.answer(),
        returns=returns.answer(),
        currencies_without_rate=tuple(sorted(holdings.without_rate)),
    )


class SentLines:
    """Counts the lines that were sent, under the policy in force and the draft."""

    def __init__(self, comparison: Comparison) -> None:
        self.oldest: datetime | None = None
        self._comparison = comparison
        self._orders = self._judged = self._not_sent = self._changed = 0
        self._before = self._after = self._gained = self._lost = 0
        self._shifts: dict[Shift, int] = {}
        self._examples: dict[Shift, list[LineExample]] = {}
        self._shown: set[Shift] = set()  # with as many examples as are wanted

    def note(self, page: OrderPage) -> None:
        """Adds some orders."""
        self._orders += page.orders
        self._not_sent += page.not_sent
        self.oldest = page.oldest
        for line in page.lines:
            self._note(line)

    def answer(self) -> LinesAnswer:
        """What all lines so far come to; the commonest change first."""
        order = sorted(self._shifts, key=lambda shift: (-self._shifts[shift], shift.matter, shift.outcome or ""))
        return LinesAnswer(
            orders=self._orders,
            judged=self._judged,
            not_sent=self._not_sent,
            changed=self._changed,
            returnable_in_force=self._before,
            returnable_draft=self._after,
            gained=self._gained,
            lost=self._lost,
            shifts=tuple(LineShift(each, self._shifts[each], tuple(self._examples[each])) for each in order),
        )

    def _note(self, line: SentLine) -> None:
        """A line in several parcels is returnable where any of it is, and changes where any of it does."""
        judged = [self._comparison.judge(subject) for subject in line.subjects]
        was, would_be = any(j.is_returnable_in_force for j in judged), any(j.is_returnable_draft for j in judged)
        self._judged += 1
        self._before += was
        self._after += would_be
        self._gained += would_be and not was
        self._lost += was and not would_be
        shifts = frozenset().union(*(each.shifts for each in judged))
        self._changed += bool(shifts)
        for shift in shifts:
            self._shifts[shift] = self._shifts.get(shift, 0) + 1
        self._exemplify(line, shifts)

    def _exemplify(self, line: SentLine, shifts: frozenset[Shift]) -> None:
        wanted = set(shifts - self._shown)
        for subject in line.subjects if wanted else ():
            for each in self._comparison.differences(subject):
                if each.shift in wanted:
                    wanted.remove(each.shift)
                    about = (line.order, line.order_shopify_id, line.line_id, line.title)
                    known = self._examples.setdefault(each.shift, [])
                    known.append(LineExample(*about, each.in_force, each.draft, each.rule))
                    if len(known) == MOST_EXAMPLES:
                        self._shown.add(each.shift)


def asks_for_record(policy: Policy) -> bool:
    """Whether any rule looks at what the customer returned, or was given, before."""
    return any(rule.when.return_count or rule.when.return_value or rule.when.bonus_received for rule in policy.rules)
