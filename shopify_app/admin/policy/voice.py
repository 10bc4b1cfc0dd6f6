"""How names, amounts and lists of a policy are said in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.lists import format_list

from shopify_app.i18n import AnyOf, Language, Phrase, phrase
from shopify_app.money import Money
from shopify_app.returns.amounts import SHOP, Amount

NO_NAMES: Mapping[Any, str] = {}


@dataclass(frozen=True)
class Names:
    """What ids and handles are called, by the condition that names them; what is gone has none."""

    of: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)

    def name(self, condition: str, value: Any) -> str:
        """The name, else the id itself with a sign that nobody knows it."""
        found = self.of.get(condition, NO_NAMES).get(value)
        return found or (f"#{value}" if isinstance(value, int) else str(value))


@dataclass(frozen=True)
class Voice:
    """Who says it. `currency`: the shop's, in which amounts without a currency are."""

    spoken: Language
    names: Names
    currency: str

    def amount(self, amount: Amount) -> str:
        """``€50.00``, further currencies after it."""
        said = [self.spoken.money(Money.parse(value, self.currency if key == SHOP else key)) for key, value in
                sorted(amount.items(), key=lambda each: each[0] != SHOP)]  # fmt: skip
        return said[0] if len(said) == 1 else f"{said[0]} ({', '.join(said[1:])})"

    def all_of(self, named: Iterable[Phrase | str]) -> str:
        """``refund, store credit and shop now``."""
        return format_list([each if isinstance(each, str) else self.spoken.say(each) for each in named],
                           style="standard", locale=self.spoken.locale)  # fmt: skip

    def any_of(self, condition: str, values: Iterable[Any]) -> AnyOf:
        """Values by name; reasons are quoted, since each is a sentence of its own."""
        named = (self.names.name(condition, each) for each in values)
        if condition == "reasons":
            return AnyOf(tuple(phrase("“{name}”", name=str(each)) for each in named))
        return AnyOf(tuple(named))


def number(value: Decimal | None) -> Decimal:
    """A percentage without needless zeros, for the language to write: ``12.5``, ``12,5``; None is zero."""
    return (value or Decimal(0)).normalize()
