"""A rule as the merchant reads it: “When a parcel has no news for 3 days, mail your team and tag the order ...”."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from markupsafe import Markup, escape

from shopify_app.admin.automations import words
from shopify_app.admin.policy.sentences import Teller
from shopify_app.admin.policy.words import OUTCOMES
from shopify_app.automations.actions import Action, Assign, Call, MailShopper, MailTeam, Tag
from shopify_app.automations.rules import Rule, When
from shopify_app.automations.vocabulary import Do, Trigger
from shopify_app.casework import assigning
from shopify_app.i18n import AnyOf, Language, Phrase, phrase, phrase_n
from shopify_app.settings.shape import in_language
from shopify_app.shipments.directory import all_carriers

Say = Callable[[Phrase], str]


@dataclass(frozen=True)
class RuleTeller:
    """Says rules in one language; `teller` says what they share with the policy, `people` are names by key."""

    spoken: Language
    teller: Teller
    people: Mapping[str, str]

    def markup(self, rule: Rule) -> Markup:
        """The sentence, what was chosen in bold."""
        return Markup(self._sentence(rule, lambda said: self.spoken.say(said, frame=_escaped, dress=_strong)))

    def text(self, rule: Rule) -> str:
        """The same without marks."""
        return self._sentence(rule, self.spoken.say)

    def action(self, action: Action) -> str:
        """What one action does."""
        return self.spoken.say(self._action(action))

    def _sentence(self, rule: Rule, say: Say) -> str:
        asked = [say(_event(rule)), *(say(clause) for clause in self._conditions(rule.when))]
        when, done = self._list(asked), self._list([say(self._action(each)) for each in rule.then])
        return say(phrase("When {event}, {actions}.")).replace("{event}", when).replace("{actions}", done)

    def _list(self, parts: list[str]) -> str:
        return format_list(parts, style="standard", locale=self.spoken.locale)

    def _conditions(self, when: When) -> list[Phrase]:
        own = [(name, getattr(when, name)) for name in _CLAUSES]
        asked = [_CLAUSES[name](self.teller, value) for name, value in own if value is not None]
        return [*asked, *(clause for _, clause in self.teller.conditions(when.these))]

    def _action(self, action: Action) -> Phrase:
        match action:
            case Tag():
                return phrase("tag the order {tag}", tag=action.tag)
            case MailTeam() if action.to:
                return phrase("mail {address}", address=action.to)
            case MailShopper():
                return phrase("mail the shopper “{subject}”", subject=self._said(action.subject))
            case Assign():
                return phrase("assign the return to {person}", person=self._person(action.to))
            case Call():
                return phrase("call {address}", address=action.url)
            case _:
                return _PLAIN[action.do]

    def _person(self, key: str) -> str:
        kind, _, who = key.partition(":")
        return who if kind == assigning.TEAM else self.people.get(key) or f"#{who[-4:]}"

    def _said(self, texts: dict[str, str]) -> str:
        return in_language(texts, self.spoken.code) or ""


_PLAIN: Mapping[Do, Phrase] = {
    Do.MAIL_TEAM: phrase("mail your team"),
    Do.HOLD: phrase("hold the request for a person"),
    Do.APPROVE: phrase("approve the request"),
}
_CLAUSES: Mapping[str, Callable[[Teller, Any], Phrase]] = {
    "order_tags": lambda _, values: phrase("the order is tagged {values}", values=AnyOf(values)),
    "without_tags": lambda _, values: phrase("the order is not tagged {values}", values=AnyOf(values)),
    "parcel_states": lambda _, values: phrase(
        "the parcel's state is {values}", values=AnyOf(tuple(words.PARCELS[each] for each in values))
    ),
    "carriers": lambda _, values: phrase(
        "the carrier is {values}", values=AnyOf(tuple(carrier_name(each) for each in values))
    ),
    "outcomes": lambda _, values: phrase(
        "it asks for {values}", values=AnyOf(tuple(OUTCOMES[each] for each in values))
    ),
    "sources": lambda _, values: phrase(
        "it was begun by {values}", values=AnyOf(tuple(words.SOURCES[each] for each in values))
    ),
    "worth": lambda teller, value: _worth(teller, value),
}


def _event(rule: Rule) -> Phrase:
    if rule.on is Trigger.PARCEL_QUIET:
        days = rule.when.quiet_days or 0
        return phrase_n("a parcel has no news for {count} day", "a parcel has no news for {count} days", days)
    return words.TRIGGERS[rule.on]


def _worth(teller: Teller, value: Any) -> Phrase:
    low, high = (teller.amount(each) if each is not None else None for each in (value.at_least, value.at_most))
    if low is not None and high is not None:
        return phrase("it is worth {low} to {high}", low=low, high=high)
    if low is not None:
        return phrase("it is worth {low} or more", low=low)
    return phrase("it is worth {high} or less", high=high)


def carrier_name(carrier_id: str) -> str:
    """What a carrier is called; its id where we do not know it."""
    return next((each.name for each in all_carriers() if each.id == carrier_id), carrier_id)


def _escaped(text: str) -> str:
    return str(escape(text))


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"
