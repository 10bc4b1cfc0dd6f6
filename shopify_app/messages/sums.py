"""The money of a mail: what was promised and what was paid, worked out line by line. Pure.

The same stored settlements that the pages show; nothing is reckoned anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.letters import Amount, Fact, Sum
from shopify_app.money import Money
from shopify_app.returns import explain, explain_sums
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.dossier import GroupFacts, PaidTo, SumRow, Sums
from shopify_app.returns.settlements import BONUS, OWN, Row, RowKind
from shopify_app.returns.verdicts import Aspect
from shopify_app.returns.vocabulary import EXCHANGES, MoneyEvent, Outcome, TenderKind

_OF_NEW = (RowKind.NEW_ITEMS, RowKind.BONUS_USED, RowKind.NEW_TAX, RowKind.WAIVED)
_GIVEN = frozenset({GrantState.ISSUED, GrantState.CONSUMED})


def promised(group: GroupFacts, units: int) -> Sum | None:
    """What was agreed for a group of that many pieces, and what frees it; None where Shopify began the return and
    nothing was quoted."""
    if group.accepted is None:
        return None
    outcome, event = Outcome(group.outcome), MoneyEvent(group.money_event)
    note = None if event is MoneyEvent.APPROVAL else explain.decided(Aspect.MONEY_EVENT, "", event)
    return Sum(explain.outcome_of(outcome, units), _rows(outcome, group.accepted, with_bonus=True), note)


def settled(group: GroupFacts, units: int, bonus_is_card: bool) -> tuple[Sum, ...]:
    """What was paid: a bonus that is a gift card stands apart, one that has not been given yet is left out."""
    sums, outcome = paid(group), Outcome(group.outcome)
    if sums is None:
        return ()
    in_credit = has_bonus(group) and not bonus_is_card
    rows = _rows(outcome, sums, in_credit)
    if group.delivery is not None:
        rows = _with_delivery(rows, group.delivery)
    shown = [Sum(explain.outcome_of(outcome, units), rows)]
    if bonus_is_card and has_bonus(group):
        shown.append(Sum(phrase("Gift card"), (Amount(phrase("Your bonus"), sums.bonus, is_total=True),)))
    return tuple(shown)


def paid(group: GroupFacts) -> Sums | None:
    """What was carried out: the final settlement, else the accepted one."""
    return group.final or group.accepted


def has_bonus(group: GroupFacts) -> bool:
    """Whether a bonus was really given."""
    sums = paid(group)
    return bool(sums and sums.bonus and group.bonus and group.bonus.state in _GIVEN)


def gets(group: GroupFacts, with_bonus: bool) -> Money | None:
    """What the shopper got of a settled group."""
    sums = paid(group)
    if sums is None:
        return None
    own = sums.own if group.delivery is None else sums.own + group.delivery
    return own + sums.bonus if with_bonus else own


def went_to(group: GroupFacts) -> tuple[Fact, ...]:
    """Where own money went, when that is not plain from the outcome."""
    sums = paid(group)
    facts = tuple(Fact(_tender(part), part.amount) for part in sums.parts) if sums else ()
    if group.delivery is not None:
        facts += (Fact(phrase("Delivery, to the way you paid"), group.delivery),)
    return facts


def _tender(part: PaidTo) -> Phrase:
    match TenderKind(part.kind):
        case TenderKind.GIFT_CARD:
            return phrase("To the gift card you paid with")
        case TenderKind.STORE_CREDIT if part.tender_id is not None:
            return phrase("To the store credit you paid with")
        case TenderKind.STORE_CREDIT:
            return phrase("To your store credit")
        case TenderKind.BALANCE:
            return phrase("To the payment method of your extra payment")
        case TenderKind.PAYMENT:
            return phrase("To the payment method you used")


def _rows(outcome: Outcome, sums: Sums, with_bonus: bool) -> tuple[Amount, ...]:
    rows = [Amount(explain_sums.row(row), row.amount) for row in _merged(sums.rows, OWN) if row.amount]
    if outcome in EXCHANGES:
        is_even = outcome is Outcome.VARIANT_EXCHANGE and not sums.due and not sums.back
        return (*(() if is_even else rows), *_exchange(sums, is_even))
    if with_bonus:
        rows += [Amount(explain_sums.row(row), row.amount) for row in _merged(sums.rows, BONUS) if row.amount]
    total = sums.own + sums.bonus if with_bonus else sums.own
    label = phrase("Store credit") if outcome is Outcome.STORE_CREDIT else phrase("You get back")
    kept = rows if len(rows) > 1 else []  # one row says the same as the total
    return (*kept, Amount(label, total, is_total=True))


def _with_delivery(rows: tuple[Amount, ...], delivery: Money) -> tuple[Amount, ...]:
    """The delivery before the total, and in it."""
    *kept, total = rows
    goods = kept or [replace(total, label=phrase("Your items"), is_total=False)]
    return (*goods, Amount(phrase("Shipping"), delivery), replace(total, amount=total.amount + delivery))


def _exchange(sums: Sums, is_even: bool) -> tuple[Amount, ...]:
    """New items against what came back; the last line is what is left of it. Of an even swap that is all."""
    if is_even:
        return (Amount(phrase("You pay"), sums.due, is_total=True),)
    new = [Amount(explain_sums.row(row), -row.amount) for row in _merged(sums.rows, _OF_NEW) if row.amount]
    if sums.due or not sums.back:
        return (*new, Amount(phrase("You pay"), sums.due, is_total=True))
    return (*new, Amount(phrase("You get back"), sums.back, is_total=True))


def _merged(rows: Iterable[SumRow], kinds: Iterable[RowKind]) -> tuple[Row, ...]:
    """Rows of these kinds, those of one kind and rate over all lines as one."""
    found: dict[tuple[RowKind, object], Row] = {}
    for row in rows:
        key = (row.kind, row.percent)
        if row.kind not in kinds:
            continue
        known = found.get(key)
        if known is None:
            found[key] = Row(row.kind, row.amount, None, row.count, row.percent, row.base)
        else:
            base = known.base + row.base if known.base and row.base else known.base or row.base
            found[key] = replace(known, amount=known.amount + row.amount, count=known.count + row.count, base=base)
    return tuple(found.values())
