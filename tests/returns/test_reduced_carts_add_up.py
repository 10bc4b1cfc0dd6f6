"""Random exchanges for new items of which not everything was accepted in full: the bonus shrinks with the value, is
used to its last cent before anything is due, and what is left over is the shopper's own money and nothing else."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from money_cases import NOW, money, order, percent, terms

from shopify_app.money import Money, total
from shopify_app.returns.exchanges import Cart, NewItem
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import WHOLE, PaidLine, units_of
from shopify_app.returns.vocabulary import LeftoverTo, Outcome, TenderKind

CASES = 400
SEED = int(os.environ.get("POSTLUDE_SEED", "20261122"))
HALF = Decimal(50)


@dataclass(frozen=True)
class Exchange:
    """As it was agreed, and the same with `percents` for its units."""

    paid: PaidOrder
    manner: Manner
    rate: Decimal
    agreed: Settlement
    reduced: Settlement
    percents: tuple[Decimal, ...]


def exchanges(dice: random.Random) -> list[Exchange]:
    return [an_exchange(dice) for _ in range(CASES)]


def an_exchange(dice: random.Random) -> Exchange:
    count = dice.randint(1, 3)
    unit = dice.randint(100, 20_000)
    line = PaidLine(1, count, eur(unit), eur(dice.randint(0, unit)), eur(dice.randint(0, unit * count // 5)))
    included = dice.random() < 0.5
    worth = sum(each.paid.amount for each in units_of(line, included))
    paid = order(line, tenders=tenders(dice, worth), taxes_included=included)
    rate = Decimal(dice.choice([5, 10, "12.5", 25]))
    manner = Manner(leftover_to=dice.choice(list(LeftoverTo)))
    fees = {"restocking_percent": dice.choice([0, 0, 10]), "shipping_fee": dice.choice([None, money("4.90")])}
    wanted = terms(Outcome.SHOP_NOW, percent(str(rate)), **fees)
    request = Request("R-1", NOW, ((Outcome.SHOP_NOW, cart(dice, worth)),))
    (agreed,) = price(paid, [Pick.of(1, count, wanted)], request, manner)
    percents = tuple(dice.choice([WHOLE, HALF, HALF, Decimal("33.3")]) for _ in range(count))
    one = Pick(1, percents, wanted, count, None, agreed.lines[0].accepted)
    (reduced,) = price(paid, [one], request, manner)
    return Exchange(paid, manner, rate, agreed, reduced, percents)


def tenders(dice: random.Random, worth: int) -> list[Tender]:
    kinds = dice.sample([TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT, TenderKind.PAYMENT], dice.randint(1, 3))
    cuts = sorted(dice.randint(0, worth) for _ in kinds[1:])
    sizes = [after - before for before, after in pairwise([0, *cuts, worth])]
    return [Tender(kind.value, kind, eur(size)) for kind, size in zip(kinds, sizes, strict=True)]


def cart(dice: random.Random, worth: int) -> Cart:
    """From a fifth of what comes back to one and a half of it."""
    items = []
    for number in range(dice.randint(1, 2)):
        amount = dice.randint(worth // 10, max(1, worth * 3 // 4))
        items.append(NewItem(number, 1, eur(amount), eur(amount * dice.choice([0, 7, 25]) // 100)))
    return Cart(tuple(items))


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def half_up(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))


def test_units_accepted_at_a_part_count_for_just_that_part_rounded_once() -> None:
    for each in exchanges(random.Random(SEED)):
        units = units_of(each.paid.lines[0], each.paid.taxes_included)
        parts = [unit.paid.amount * at / 100 for unit, at in zip(units, each.percents, strict=True)]
        exact = sum((part for part, at in zip(parts, each.percents, strict=True) if at < WHOLE), Decimal(0))
        whole = sum(unit.paid.amount for unit, at in zip(units, each.percents, strict=True) if at == WHOLE)
        assert each.reduced.value.amount == whole + half_up(exact), each


def test_the_bonus_shrinks_with_the_value_and_is_used_up_before_anything_is_due() -> None:
    used_up = 0
    for each in exchanges(random.Random(SEED)):
        agreed, reduced = each.agreed, each.reduced
        net = sum(line.accepted.net.amount for line in reduced.lines)
        assert reduced.bonus <= agreed.bonus
        assert Decimal(reduced.bonus.amount) <= Decimal(net) * each.rate / 100 + Decimal("0.5")
        assert reduced.bonus_used + reduced.bonus_lapses == reduced.bonus
        assert reduced.cart is not None
        if reduced.due + reduced.waived:
            most = min(reduced.bonus, reduced.cart.price("EUR"))
            assert reduced.bonus_used == most, each
            used_up += agreed.bonus_used > most
    assert used_up > CASES // 20, "a bonus that the cart had used up was reduced in hardly any case"


def test_less_accepted_never_makes_less_due_nor_more_come_back() -> None:
    for each in exchanges(random.Random(SEED)):
        agreed, reduced = each.agreed, each.reduced
        slack = eur(len(agreed.cart.items) + 1 if agreed.cart else 1)  # tax is rounded for each item
        assert reduced.own <= agreed.own
        assert reduced.due + slack >= agreed.due
        assert reduced.back <= agreed.back + slack
        assert reduced.own + reduced.due + reduced.waived == reduced.new_total + reduced.back


def test_what_is_left_over_is_own_money_and_goes_where_the_policy_says() -> None:
    seen = dict.fromkeys(LeftoverTo, 0)
    for each in exchanges(random.Random(SEED)):
        left = each.reduced
        if not left.back:
            continue
        seen[each.manner.leftover_to] += 1
        assert left.back == left.own - left.new_total
        assert total([part.amount for part in left.parts], "EUR") == left.back
        if each.manner.leftover_to is LeftoverTo.STORE_CREDIT:
            assert {part.kind for part in left.parts} <= {TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT}
            assert all(part.tender_id is None for part in left.parts if part.kind is TenderKind.STORE_CREDIT)
        else:
            by_tender = {tender.tender_id: tender.refundable for tender in each.paid.tenders}
            assert all(part.amount <= by_tender[part.tender_id or ""] for part in left.parts)
    assert min(seen.values()) > CASES // 20, seen


def test_accepted_in_full_it_comes_to_what_was_agreed() -> None:
    for each in exchanges(random.Random(SEED)):
        if all(at == WHOLE for at in each.percents):
            assert replace(each.reduced, rows=()) == replace(each.agreed, rows=())
