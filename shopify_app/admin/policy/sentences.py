"""A rule as the merchant reads it: "When the item is in Sale and the order ships to Germany, allow refund ..."."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

from babel.lists import format_list
from markupsafe import Markup, escape

from shopify_app.admin.policy import words
from shopify_app.admin.policy.condition_clauses import CONDITIONS
from shopify_app.admin.policy.effect_clauses import EFFECTS
from shopify_app.admin.policy.voice import Voice
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.never import Never, Why
from shopify_app.returns.rules import Rule
from shopify_app.returns.shadowing import Shadow
from shopify_app.returns.vocabulary import Scope

_CHOSEN = frozenset(Scope) - {Scope.ANY, Scope.KEEP_ITEM}
_ORDER = list(EFFECTS)
_NEVER: Mapping[Why, Callable[..., Phrase]] = {
    Why.PAST: lambda what, **_: phrase("No order that is placed from now on fits: {what}.", what=what),
    Why.NO_GOODS: lambda what, **_: phrase("No product that is in the shop today fits: {what}.", what=what),
    Why.UNREAD: lambda **_: phrase(
        "We do not know your markets, so this applies to no order. Accept the permission to read markets when you next "
        "open the app: they are read within a day."
    ),
    Why.NO_MARKET: lambda names, there, **_: phrase(
        "No active market by country or region is called {names}. There are: {there}.", names=names, there=there
    ),
    Why.NO_COUNTRY: lambda what, **_: phrase("No active market has such a destination: {what}.", what=what),
    Why.APART: lambda what, **_: phrase("Nothing fits all of this: {what}.", what=what),
}


@dataclass(frozen=True)
class Teller(Voice):
    """Says rules in one language."""

    def markup(self, rule: Rule) -> Markup:
        """The sentence, what was chosen in bold."""
        return Markup(self._sentence(rule, lambda said: self.spoken.say(said, frame=_escaped, dress=_strong)))

    def text(self, rule: Rule) -> str:
        """The same without marks."""
        return self._sentence(rule, self.spoken.say)

    def conditions(self, when: Conditions) -> list[tuple[str, Phrase]]:
        """Each condition by name, as a clause."""
        asked = [(each.name, value) for each in fields(when) if (value := getattr(when, each.name)) is not None]
        return [(name, CONDITIONS[name](self, value)) for name, value in asked]

    def effects(self, rule: Rule) -> list[tuple[str, Phrase]]:
        """Each effect by name, as clauses."""
        then = rule.then
        asked = [(each.name, value) for each in fields(then) if (value := getattr(then, each.name)) is not None]
        asked.sort(key=lambda each: _ORDER.index(each[0]))
        return [(name, clause) for name, value in asked for clause in EFFECTS[name](self, value)]

    def shadows(self, found: Iterable[Shadow]) -> tuple[str, ...]:
        """Why parts of a rule never decide anything: a sentence for each rule that comes first."""
        by_rule: dict[str, list[Shadow]] = {}
        for each in found:
            by_rule.setdefault(each.by, []).append(each)
        return tuple(
            self.spoken.say(
                phrase(
                    "“{rule}” comes first and has decided this wherever this rule applies: {what}.",
                    rule=rule,
                    what="; ".join(map(self._shadowed, dead)),
                )
            )
            for rule, dead in by_rule.items()
        )

    def nevers(self, rule: Rule, found: Iterable[Never]) -> tuple[str, ...]:
        """Why a rule applies to nothing new, each reason a sentence."""
        clauses = dict(self.conditions(rule.when))
        there = ", ".join(sorted(self.names.of.get("markets", {}), key=str.casefold)) or "–"
        return tuple(
            self.spoken.say(
                _NEVER[each.why](
                    what=self.all_of(clauses[name] for name in each.conditions),
                    names=", ".join(self.spoken.say(phrase("“{name}”", name=name)) for name in each.names),
                    there=there,
                )
            )
            for each in found
        )

    def _shadowed(self, dead: Shadow) -> str:
        what, outcomes = self.spoken.say(words.EFFECTS[dead.effect]), [o for o in dead.outcomes if o in _CHOSEN]
        if not outcomes or set(outcomes) == _CHOSEN:
            return what
        return f"{what} ({self.all_of(words.SCOPES[each] for each in outcomes)})"

    def _sentence(self, rule: Rule, say: Callable[[Phrase], str]) -> str:
        conditions = [say(clause) for _, clause in self.conditions(rule.when)]
        effects = [say(clause) for _, clause in self.effects(rule)] or [say(phrase("decide nothing"))]
        done = ", ".join(effects)
        if not conditions:
            return say(phrase("Always: {effects}.")).replace("{effects}", done)
        asked = format_list(conditions, style="standard", locale=self.spoken.locale)
        return say(phrase("When {conditions}, {effects}.")).replace("{conditions}", asked).replace("{effects}", done)


def _escaped(text: str) -> str:
    return str(escape(text))


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"
