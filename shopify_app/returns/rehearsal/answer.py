"""What a rehearsal answers: a draft policy held against the one in force, over orders and returns that were. Facts.

Both sides are reckoned as if their policy alone had been in force at each purchase: that is what a merchant chooses
between for the orders to come. So a draft that says what the policy in force says changes nothing at all. What orders
really carry is the version of their day; that, and what was really paid, stands in the ledger.

Nobody's mind is read: every return is reckoned with what its shopper chose. Where the draft takes that choice away,
the line is counted as a choice lost, and its money stands in neither column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shopify_app.money import Money, total
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import Outcome, TenderKind

MOST_EXAMPLES = 5
"""How many examples are kept of each kind of change."""


class Matter(StrEnum):
    """What of a line's verdict is another; those before `methods` differ by outcome."""

    OUTCOME = "outcome"
    LAST_DAY = "last_day"
    FIRST_DAY = "first_day"
    RESTOCKING_FEE = "restocking_fee"
    SHIPPING_FEE = "shipping_fee"
    BONUS = "bonus"
    MONEY_EVENT = "money_event"
    KEEP_BELOW = "keep_below"
    OTHER_TERMS = "other_terms"
    METHODS = "methods"
    PROOF = "proof"
    APPROVAL = "approval"


class Direction(StrEnum):
    """For whom a change is good: the shopper (`better`), or not (`worse`); `other` where that cannot be said."""

    BETTER = "better"
    WORSE = "worse"
    OTHER = "other"


@dataclass(frozen=True)
class Shift:
    """One way in which a line's verdict changes. `outcome` None: for the line as a whole."""

    matter: Matter
    outcome: Outcome | None
    direction: Direction


@dataclass(frozen=True)
class LineExample:
    """One line under a shift: what it was and would be, and the draft's rule that decides (empty: none spoke).

    `line_id` and `order_shopify_id` are Shopify's.
    """

    order: str
    order_shopify_id: int
    line_id: int
    title: str
    in_force: str
    draft: str
    rule: str


@dataclass(frozen=True)
class LineShift:
    """How many order lines change in one way, newest examples first."""

    shift: Shift
    lines: int
    examples: tuple[LineExample, ...]


@dataclass(frozen=True)
class LinesAnswer:
    """Order lines of the span. A line that travelled in several parcels counts once.

    `not_sent` lines have no days yet and are not judged. `returnable_*`: something may be chosen for the line on the
    first day on which anything may. `gained` and `lost` lines begin or cease to be returnable.
    """

    orders: int = 0
    judged: int = 0
    not_sent: int = 0
    changed: int = 0
    returnable_in_force: int = 0
    returnable_draft: int = 0
    gained: int = 0
    lost: int = 0
    shifts: tuple[LineShift, ...] = ()


@dataclass(frozen=True)
class Sums:
    """What returns come to, in one currency. value = fees + refunded + credited + exchanged, to the minor unit.

    `value` is what the accepted units were paid with, before fees. `refunded` goes back to where it came from;
    `credited` is own money as store credit, an exchange's leftover too where the policy says so; `exchanged` is own
    money spent on new items. `bonus` comes on top and is no part of the rest; what lapses in an exchange is not in it.
    """

    value: Money
    restocking_fees: Money
    shipping_fees: Money
    refunded: Money
    credited: Money
    exchanged: Money
    bonus: Money

    @classmethod
    def zero(cls, currency: str) -> Sums:
        """Nothing."""
        return cls(*[Money.zero(currency)] * len(fields(cls)))

    @property
    def fees(self) -> Money:
        """Restocking and shipping."""
        return self.restocking_fees + self.shipping_fees

    @property
    def retained(self) -> Money:
        """Retained revenue: own money that stays in the shop, as credit or in new items.

        `returns.md`, section 1: exchange value + credit issued - bonus. `credited` and `exchanged` are without the
        bonus already. Fees are told apart: they are no revenue of goods.
        """
        return self.credited + self.exchanged

    def __add__(self, other: Sums) -> Sums:
        return Sums(*[getattr(self, each.name) + getattr(other, each.name) for each in fields(self)])

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*[getattr(self, each.name) - getattr(other, each.name) for each in fields(self)])


@dataclass(frozen=True)
class CurrencySums:
    """The compared returns of one currency, under both policies."""

    currency: str
    returns: int
    in_force: Sums
    draft: Sums

    @property
    def change(self) -> Sums:
        """What the draft makes of it: draft less in force."""
        return self.draft - self.in_force


@dataclass(frozen=True)
class ChoiceLost:
    """Returned lines whose chosen outcome the draft does not allow. `value` is what was paid for their units."""

    outcome: Outcome
    lines: int
    value: Money


class LeftOut(StrEnum):
    """Why the money of a return, or of some of its lines, is in neither column."""

    BEGUN_AT_SHOPIFY = "begun_at_shopify"  # settled there by Shopify's figures, not by a policy
    WITHDRAWN = "withdrawn"  # a statutory withdrawal: the law decides it, and no policy
    NOTHING_ACCEPTED = "nothing_accepted"
    NOT_UNDER_THE_POLICY_IN_FORCE = "not_under_the_policy_in_force"  # an older version or the merchant allowed it
    NOT_ENOUGH_KNOWN = "not_enough_known"  # the order was edited since, or its lines are not held


@dataclass(frozen=True)
class ReturnExample:
    """A return that comes to something else, or loses its choice: then `lost` says which and why, and `in_force` and
    `draft` are what is left to compare."""

    rma: str
    order: str
    order_shopify_id: int
    outcomes: tuple[Outcome, ...]
    currency: str
    in_force: Sums
    draft: Sums
    lost: tuple[str, ...] = ()

    @property
    def change(self) -> Sums:
        """Draft less in force."""
        return self.draft - self.in_force

    @property
    def weight(self) -> int:
        """How much it moves, in minor units: what examples are chosen by."""
        moved = self.change
        return abs(moved.fees.amount) + abs(moved.bonus.amount) + abs(moved.retained.amount)


@dataclass(frozen=True)
class ReturnsAnswer:
    """Returns asked for within the span, declined and cancelled ones aside. `changed`: their money differs or a choice
    is lost. `left_out`: lines by why their money is in neither column, lost choices aside. `examples`: those that move
    most, of those that lose a choice and then of the others."""

    made: int = 0
    compared: int = 0
    changed: int = 0
    sums: tuple[CurrencySums, ...] = ()
    choices_lost: tuple[ChoiceLost, ...] = ()
    left_out: tuple[tuple[LeftOut, int], ...] = ()
    examples: tuple[ReturnExample, ...] = ()


@dataclass(frozen=True)
class Rehearsal:
    """The answer. Orders placed and returns asked for from `since` up to `until` count.

    `held_since`: when the oldest order of the span that we hold was placed, None where we hold none. `is_complete`
    False: there were more orders than were asked to be looked at, and the newest of them were; `since` is then the
    oldest of these. `currencies_without_rate`: in these the shop's own amounts cannot be told, so a fee or bonus that
    does not name them is left aside on both sides.
    """

    version: int
    published_at: datetime
    days: int
    since: datetime
    until: datetime
    held_since: datetime | None
    is_complete: bool
    lines: LinesAnswer
    returns: ReturnsAnswer
    currencies_without_rate: tuple[str, ...] = ()

    @property
    def is_without_change(self) -> bool:
        """Whether the draft would have changed nothing that we can see."""
        return not self.lines.changed and not self.returns.changed


def sums_of(settlements: Iterable[Settlement], currency: str) -> Sums:
    """What `settlements` come to."""
    return sum((_sums(each) for each in settlements), Sums.zero(currency))


def rate_of(part: Money, whole: Money) -> Decimal:
    """`part` of `whole` in percent, one decimal, 0 where there is no whole."""
    return Decimal(round(1000 * part.amount / whole.amount)) / 10 if whole else Decimal(0)


def _sums(settled: Settlement) -> Sums:
    """A part of kind store credit without a tender is new credit; with one it is credit that was paid with."""
    zero = Money.zero(settled.own.currency)
    new = [p.amount for p in settled.parts if p.kind is TenderKind.STORE_CREDIT and p.tender_id is None]
    credited = zero if settled.outcome in (Outcome.REFUND, Outcome.KEEP_ITEM) else total(new, zero.currency)
    return Sums(
        value=settled.value,
        restocking_fees=settled.restocking_fee,
        shipping_fees=settled.shipping_fee,
        refunded=settled.back - credited,
        credited=credited,
        exchanged=settled.own - settled.back,
        bonus=settled.bonus - settled.bonus_lapses,
    )
