"""Returns that were made, priced under two policies with what each shopper chose. Pure.

Returns are noted in the order in which they were asked for: what an order or a customer had of bonuses before counts
under the caps, as it would have under each policy. What we hold decides, without a call to Shopify. So the money goes
back to one payment, which changes no fee, bonus or retained sum; and new items cost what they cost then, tax included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shopify_app.money import Money, total
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.exchanges import Cart, Replacement
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.policy import check
from shopify_app.returns.pricing import price
from shopify_app.returns.reasons import NotOffered, Reason, TooDearToKeep
from shopify_app.returns.rehearsal.answer import (
    MOST_EXAMPLES,
    ChoiceLost,
    CurrencySums,
    LeftOut,
    ReturnExample,
    ReturnsAnswer,
    Sums,
    sums_of,
)
from shopify_app.returns.rehearsal.words import OUTCOMES, reason_words
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.subjects import Subject
from shopify_app.returns.units import Accepted, NotEnoughUnits, left_of
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Outcome


@dataclass(frozen=True)
class MadeLine:
    """Units of an order line that came back for one outcome, each accepted at a percentage; `asked` were asked for.

    `subjects`: the line as the policy saw it, one a parcel that it came in. The one with the longest window decides.
    """

    line_id: int
    outcome: Outcome
    percents: tuple[Decimal, ...]
    asked: int
    subjects: tuple[Subject, ...]
    replacement: Replacement | None = None


@dataclass(frozen=True)
class Made:
    """A return as it was made. `order` is without its past; `past` and `grants` are what was before the span."""

    rma: str
    order_name: str
    order_shopify_id: int
    customer_id: int | None
    at: datetime
    order: PaidOrder
    lines: tuple[MadeLine, ...]
    carts: tuple[tuple[Outcome, Cart], ...] = ()
    past: tuple[Accepted, ...] = ()
    grants: tuple[Grant, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Book:
    """Returns under one policy, one after the other, with the memory of what they took and were given."""

    def __init__(self, side: PolicyVersion) -> None:
        self.side = side
        self._taken: dict[int, tuple[Accepted, ...]] = {}
        self._given: dict[tuple[str, int], list[Grant]] = {}

    def judged(self, made: Made) -> list[Terms | Reason]:
        """What the policy says to each choice that was made, in the order of the lines. Raises NotEnoughUnits and
        KeyError as `price` does."""
        found = [self._terms(made, line) for line in made.lines]
        kept = [
            (line, terms)
            for line, terms in zip(made.lines, found, strict=True)
            if line.outcome is Outcome.KEEP_ITEM and isinstance(terms, Terms)
        ]
        below = [terms.keep_below for _, terms in kept if terms.keep_below is not None]
        before = [each.paid for each in self._earlier(made) if each.outcome is Outcome.KEEP_ITEM]
        value = total([*before, *(worth(made, line) for line, _ in kept)], made.order.currency)
        if not below or value < min(below):
            return found
        too_dear = [line for line, _ in kept]
        return [TooDearToKeep() if line in too_dear else terms for line, terms in zip(made.lines, found, strict=True)]

    def price(self, made: Made, chosen: list[tuple[MadeLine, Terms]]) -> tuple[Settlement, ...]:
        """The settlements of `chosen`. Raises NotEnoughUnits and KeyError for lines that are not held as they were."""
        if not chosen:
            return ()
        grants = (*made.grants, *self._given.get(_whose(made), ()))
        order = replace(made.order, earlier=self._earlier(made), grants=grants)
        picks = [Pick(line.line_id, line.percents, terms, line.asked, line.replacement) for line, terms in chosen]
        request = Request(made.rma, made.at, made.carts)
        return price(order, picks, request, Manner.of(self.side.policy, order.rates))

    def remember(self, made: Made, settled: tuple[Settlement, ...]) -> None:
        """What later returns of the order and the customer are reckoned with."""
        accepted = tuple(each for one in settled for each in one.accepted)
        self._taken[made.order.order_id] = (*self._taken.get(made.order.order_id, ()), *accepted)
        given = total([one.bonus - one.bonus_lapses for one in settled], made.order.currency)
        if given:
            grant = Grant(made.at, given, made.order.order_id, made.rma, GrantState.ISSUED)
            self._given.setdefault(_whose(made), []).append(grant)

    def _terms(self, made: Made, line: MadeLine) -> Terms | Reason:
        verdicts = [check((self.side,), subject) for subject in line.subjects]
        allowed = [verdict for verdict in verdicts if verdict.terms_for(line.outcome)]
        if not allowed:
            return next((why for each in verdicts if (why := each.why_not(line.outcome))), NotOffered())
        longest = max(allowed, key=lambda verdict: (verdict.last_day is None, verdict.last_day or made.at.date()))
        return longest.terms_for(line.outcome) or NotOffered()

    def _earlier(self, made: Made) -> tuple[Accepted, ...]:
        return (*made.past, *self._taken.get(made.order.order_id, ()))


class MadeReturns:
    """Counts returns under the policy in force and the draft."""

    def __init__(self, in_force: PolicyVersion, draft: PolicyVersion) -> None:
        self._books = Book(in_force), Book(draft)
        self._made = self._compared = self._changed = 0
        self._sums: dict[str, CurrencySums] = {}
        self._lost: dict[tuple[Outcome, str], ChoiceLost] = {}
        self._left_out: dict[LeftOut, int] = {}
        self._losing: list[ReturnExample] = []
        self._moving: list[ReturnExample] = []

    def note(self, made: Made) -> None:
        """Adds one return; the earlier asked for comes first."""
        self._made += 1
        for why in made.left_out:
            self._leave_out(why)
        try:
            self._compare(made)
        except (NotEnoughUnits, KeyError):
            for _ in made.lines:
                self._leave_out(LeftOut.NOT_ENOUGH_KNOWN)

    def answer(self) -> ReturnsAnswer:
        """What all returns so far come to."""
        return ReturnsAnswer(
            made=self._made,
            compared=self._compared,
            changed=self._changed,
            sums=tuple(self._sums[currency] for currency in sorted(self._sums)),
            choices_lost=tuple(self._lost[key] for key in sorted(self._lost)),
            left_out=tuple((why, self._left_out[why]) for why in LeftOut if why in self._left_out),
            examples=(*self._losing, *self._moving),
        )

    def _compare(self, made: Made) -> None:
        """Nothing is counted before all of the return could be priced."""
        judged = list(zip(made.lines, *(book.judged(made) for book in self._books), strict=True))
        kept = [(line, was, new) for line, was, new in judged if isinstance(was, Terms) and isinstance(new, Terms)]
        lost = [(line, new) for line, was, new in judged if isinstance(was, Terms) and not isinstance(new, Terms)]
        first = self._books[0].price(made, [(line, was) for line, was, _ in kept])
        second = self._books[1].price(made, [(line, new) for line, _, new in kept])
        values = [(line.outcome, worth(made, line)) for line, _ in lost]
        self._books[0].remember(made, first)
        self._books[1].remember(made, second)
        for _ in range(len(judged) - len(kept) - len(lost)):
            self._leave_out(LeftOut.NOT_UNDER_THE_POLICY_IN_FORCE)
        for outcome, value in values:
            self._lose(outcome, value)
        sums = sums_of(first, made.order.currency), sums_of(second, made.order.currency)
        if kept:
            self._add(made.order.currency, *sums)
        if lost or sums[0] != sums[1]:
            self._changed += 1
            self._exemplify(made, sums, tuple(f"{OUTCOMES[line.outcome]}: {reason_words(why)}" for line, why in lost))

    def _add(self, currency: str, in_force: Sums, draft: Sums) -> None:
        self._compared += 1
        known = self._sums.get(currency) or CurrencySums(currency, 0, Sums.zero(currency), Sums.zero(currency))
        self._sums[currency] = CurrencySums(currency, known.returns + 1, known.in_force + in_force, known.draft + draft)

    def _lose(self, outcome: Outcome, value: Money) -> None:
        key = (outcome, value.currency)
        known = self._lost.get(key) or ChoiceLost(outcome, 0, Money.zero(value.currency))
        self._lost[key] = ChoiceLost(outcome, known.lines + 1, known.value + value)

    def _leave_out(self, why: LeftOut) -> None:
        self._left_out[why] = self._left_out.get(why, 0) + 1

    def _exemplify(self, made: Made, sums: tuple[Sums, Sums], lost: tuple[str, ...]) -> None:
        """Of those that lose a choice and of the others, keeps those that move most; of equals the newest."""
        example = ReturnExample(
            rma=made.rma,
            order=made.order_name,
            order_shopify_id=made.order_shopify_id,
            outcomes=tuple(dict.fromkeys(line.outcome for line in made.lines)),
            currency=made.order.currency,
            in_force=sums[0],
            draft=sums[1],
            lost=lost,
        )
        kept = self._losing if lost else self._moving
        kept.insert(0, example)
        kept.sort(key=lambda each: each.weight, reverse=True)
        del kept[MOST_EXAMPLES:]


def worth(made: Made, line: MadeLine) -> Money:
    """What was paid for the units that came back. Raises NotEnoughUnits, KeyError."""
    units = left_of(made.order.line(line.line_id), made.order.taxes_included, ())
    if line.asked > len(units):
        raise NotEnoughUnits(line.line_id, line.asked, len(units))
    return total([unit.paid for unit in units[: line.asked]], made.order.currency)


def _whose(made: Made) -> tuple[str, int]:
    return ("customer", made.customer_id) if made.customer_id else ("order", made.order.order_id)
