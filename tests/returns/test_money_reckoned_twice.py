"""The rules of money written a second time, as plainly as they can be, and held against the product on many orders."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from money_cases import card, one, order, percent, pick, request, settled, terms

from shopify_app.money import Money
from shopify_app.returns.paid import Manner, PaidOrder, Pick
from shopify_app.returns.pricing import price
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import PaidLine
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import MoneyEvent, Outcome, TenderKind, TenderOrder

CREDIT, REFUND = Outcome.STORE_CREDIT, Outcome.REFUND
ORDERS = 40
"""Of each seed; there are as many seeds as tests below."""
FIRST = {
    TenderOrder.GIFT_CARD_FIRST: [TenderKind.GIFT_CARD, TenderKind.PAYMENT],
    TenderOrder.ORIGINAL_FIRST: [TenderKind.PAYMENT, TenderKind.GIFT_CARD],
}


def test_the_fee_for_sending_an_earlier_return_back_stays_off_the_base_of_the_bonus() -> None:
    # two at 10.04: 10 % of (10.04 - 4.99) is 0.505, and twice that 1.01: 0.51 first, 0.50 then
    paid = order(PaidLine(1, 2, Money(1004, "EUR"), Money(0, "EUR"), Money(0, "EUR")))
    bears = terms(CREDIT, percent(), shipping_fee=Money(499, "EUR"))
    first = one(paid, pick(bears))

    then = one(settled(paid, [first]), pick(bears), asked=request("R-2"))

    assert [str(each.bonus) for each in (first, then)] == ["0.51", "0.50"]


def test_what_one_settlement_of_a_return_takes_from_a_gift_card_the_next_one_does_not() -> None:
    # given two at 48.60, paid with 60.00 from a gift card and 37.20 by card
    tenders = [card("37.20"), card("60.00", kind=TenderKind.GIFT_CARD, name="gift")]
    soon, late = terms(money_event=MoneyEvent.APPROVAL), terms(money_event=MoneyEvent.INSPECTION)

    first, then = price(
        order(tenders=tenders), [pick(soon), pick(late)], request(), Manner(TenderOrder.GIFT_CARD_FIRST)
    )

    assert [(part.tender_id, str(part.amount)) for part in first.parts] == [("gift", "48.60")]
    assert [(part.tender_id, str(part.amount)) for part in then.parts] == [("gift", "11.40"), ("card", "37.20")]


@pytest.mark.parametrize("seed", range(8))
def test_every_sum_is_what_the_rules_come_to(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(ORDERS):
        story = _story(chance)
        paid = story.paid
        for number in range(chance.randint(1, 4)):
            wanted = story.wanted(chance)
            if not wanted:
                break
            manner = Manner(chance.choice(list(TenderOrder)))
            found = one(paid, *story.picks(wanted), asked=request(f"R-{number}"), manner=manner)

            assert (found.own.amount, found.bonus.amount) == story.reckoned(wanted), story
            if story.outcome is REFUND:
                assert _sent(paid.tenders, found) == _expected(paid.tenders, found.own.amount, manner), story
            paid = settled(paid, [found], f"R-{number}")


@dataclass
class Story:
    """An order, the one policy that it was bought under, and how far its lines have come back. Amounts in minor
    units: `lines` are price, quantity, discount and tax."""

    currency: str
    is_included: bool
    lines: list[tuple[int, int, int, int]]
    restocking: list[Decimal]
    bonus: Decimal
    shipping: int | None
    outcome: Outcome
    tenders: list[int]
    back: list[int] = field(default_factory=list)
    bases: list[int] = field(default_factory=list)
    earned: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        self.back, self.bases = [0] * len(self.lines), [0] * len(self.lines)

    @property
    def paid(self) -> PaidOrder:
        money = self._money
        lines = [PaidLine(nth, q, money(p), money(off), money(tax)) for nth, (p, q, off, tax) in enumerate(self.lines)]
        kinds = (TenderKind.PAYMENT, TenderKind.GIFT_CARD)
        tenders = [Tender(kind, kind, self._money(each)) for kind, each in zip(kinds, self.tenders, strict=True)]
        return order(*lines, tenders=tenders, taxes_included=self.is_included)

    def wanted(self, chance: random.Random) -> dict[int, int]:
        left = {nth: line[1] - self.back[nth] for nth, line in enumerate(self.lines)}
        return {nth: chance.randint(1, most) for nth, most in left.items() if most and chance.random() < 0.7}

    def picks(self, wanted: dict[int, int]) -> list[Pick]:
        return [Pick.of(nth, count, self._terms(nth)) for nth, count in wanted.items()]

    def reckoned(self, wanted: dict[int, int]) -> tuple[int, int]:
        """Own money and bonus of the next return: each rule once, in the order of the rules."""
        own, bases = [], []
        for nth, count in wanted.items():
            units = units_by_the_book(self.lines[nth], self.is_included)[self.back[nth] :][:count]
            base, rate = sum(net for net, _ in units), Fraction(self.restocking[nth]) / 100
            fee = _half_up(rate * (self.bases[nth] + base)) - _half_up(rate * self.bases[nth])
            own.append(sum(worth for _, worth in units) - fee)
            bases.append(base - fee)
            self.bases[nth] += base
            self.back[nth] += count
        shipping = min(self.shipping or 0, sum(own))
        bears = shared(shipping, own)
        more = sum(max(0, base - part) for base, part in zip(bases, bears, strict=True)) * Fraction(self.bonus) / 100
        if self.outcome is REFUND:
            more = Fraction(0)
        bonus = _half_up(self.earned + more) - _half_up(self.earned)
        self.earned += more
        return sum(own) - shipping, bonus

    def _terms(self, nth: int) -> Terms:
        promise = percent(str(self.bonus)) if self.outcome is CREDIT else None
        fee = None if self.shipping is None else self._money(self.shipping)
        return terms(self.outcome, promise, restocking_percent=str(self.restocking[nth]), shipping_fee=fee)

    def _money(self, amount: int) -> Money:
        return Money(amount, self.currency)


def units_by_the_book(line: tuple[int, int, int, int], is_included: bool) -> list[tuple[int, int]]:
    """Net and paid of each unit: discount in even shares, tax by value."""
    price, quantity, off, tax = line
    shown = [price - each for each in shared(off, [1] * quantity)]
    taxes = shared(tax, shown)
    return [(s - t, s) if is_included else (s, s + t) for s, t in zip(shown, taxes, strict=True)]


def shared(whole: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder, the earlier one on equal remainders."""
    every = sum(weights)
    if not every:
        return [whole, *[0] * (len(weights) - 1)]
    exact = [Fraction(whole * weight, every) for weight in weights]
    parts = [floor(each) for each in exact]
    for nth in sorted(range(len(parts)), key=lambda nth: (parts[nth] - exact[nth], nth))[: whole - sum(parts)]:
        parts[nth] += 1
    return parts


def _story(chance: random.Random) -> Story:
    is_included, lines = chance.random() < 0.5, []
    for _ in range(chance.randint(1, 3)):
        price, quantity = chance.choice([1, 3, 99, 4999, 5000, chance.randint(1, 200_000)]), chance.randint(1, 5)
        off = chance.choice([0, 0, price * quantity // 10, chance.randint(0, price * quantity)])
        net = price * quantity - off
        lines.append((price, quantity, off, chance.choice([0, net * 8 // 100, net // 5, chance.randint(0, net // 3)])))
    paid = sum(worth for line in lines for _, worth in units_by_the_book(line, is_included))
    return Story(
        currency=chance.choice(["JPY", "EUR", "KWD"]),
        is_included=is_included,
        lines=lines,
        restocking=[Decimal(chance.choice(["0", "20", "12.5", "100", "7.75"])) for _ in lines],
        bonus=Decimal(chance.choice(["0", "10", "12.5", "33.3333"])),
        shipping=chance.choice([None, 0, 1, 500, 495, 10**6]),
        outcome=chance.choice([REFUND, CREDIT]),
        tenders=shared(paid, [chance.randint(0, 3), chance.randint(1, 3)]),
    )


def _expected(tenders: Sequence[Tender], amount: int, manner: Manner) -> dict[str, int]:
    able = {each.kind: each.refundable.amount for each in tenders}
    if manner.tender_order is TenderOrder.PROPORTIONAL:
        return dict(zip(able, shared(min(amount, sum(able.values())), list(able.values())), strict=True))
    first, second = FIRST[manner.tender_order]
    share = min(amount, able[first])
    return {first: share, second: min(amount - share, able[second])}


def _sent(tenders: Sequence[Tender], found: Settlement) -> dict[str, int]:
    return {each.kind: sum(p.amount.amount for p in found.parts if p.tender_id == each.tender_id) for each in tenders}


def _half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))
