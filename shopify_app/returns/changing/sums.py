"""What a return brings before and after a change of it, in all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money, total
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import EXCHANGES, Outcome

NAMES: dict[str, Phrase] = {
    "refund": phrase("Refund"),
    "credit": phrase("Store credit"),
    "bonus": phrase("Bonus"),
    "new_items": phrase("New items"),
    "fees": phrase("Fees, taken off already"),
    "due": phrase("To pay"),
}
"""What each of the sums is called, in the order in which they are shown."""


@dataclass(frozen=True)
class Sums:
    """`refund` and `credit`: own money by where it goes; `bonus`: what is promised, of an exchange what is used;
    `new_items`: what they cost after the bonus; `fees`: taken off already; `due`: to be paid. `pieces` come back, or
    are kept for a refund."""

    pieces: int
    refund: Money
    credit: Money
    bonus: Money
    new_items: Money
    fees: Money
    due: Money

    @property
    def facts(self) -> dict[str, int]:
        """As the timeline keeps them: amounts in minor units."""
        named = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value.amount if isinstance(value, Money) else value for name, value in named}

    @classmethod
    def of_facts(cls, facts: Mapping[str, int], currency: str) -> Sums:
        """The sums that the timeline keeps."""
        amounts = {each.name: Money(int(facts[each.name]), currency) for each in fields(cls) if each.name != "pieces"}
        return cls(pieces=int(facts["pieces"]), **amounts)


@dataclass(frozen=True)
class Compared:
    """A return as it stands, and as it would be."""

    before: Sums
    after: Sums


def sums_of(settlements: Iterable[Settlement], currency: str) -> Sums:
    """The sums of all these settlements together."""
    settled = list(settlements)

    def add(amounts: Iterable[Money]) -> Money:
        return total(list(amounts), currency)

    return Sums(
        pieces=sum(len(line.accepted.units) for each in settled for line in each.lines),
        refund=add(each.back for each in settled if each.outcome is not Outcome.STORE_CREDIT),
        credit=add(each.back for each in settled if each.outcome is Outcome.STORE_CREDIT),
        bonus=add(each.bonus_used if each.outcome in EXCHANGES else each.bonus for each in settled),
        new_items=add(each.new_total for each in settled),
        fees=add(each.restocking_fee + each.shipping_fee for each in settled),
        due=add(each.due for each in settled),
    )
