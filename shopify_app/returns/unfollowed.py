"""What a policy promises where nobody tells what carriers scan: the receipt, in place of their word. Pure."""

from __future__ import annotations

from dataclasses import replace

from shopify_app.returns import explain
from shopify_app.returns.effects import Effects
from shopify_app.returns.rules import Policy
from shopify_app.returns.verdicts import Aspect, Decision, Terms, Verdict
from shopify_app.returns.vocabulary import MoneyEvent
from shopify_app.settings.shape import but

BY_CARRIER = frozenset({MoneyEvent.FIRST_SCAN, MoneyEvent.DELIVERY})
"""Money events that only a carrier can tell of."""


def without_carrier(verdict: Verdict) -> Verdict:
    """`verdict` with the receipt for every money event that nobody would tell us of."""
    if not any(terms.money_event in BY_CARRIER for terms in verdict.terms):
        return verdict
    changed = {str(terms.outcome) for terms in verdict.terms if terms.money_event in BY_CARRIER}
    return replace(
        verdict,
        terms=tuple(_terms(terms) for terms in verdict.terms),
        decisions=tuple(_decision(each, changed) for each in verdict.decisions),
    )


def as_nobody_scans(policy: Policy) -> Policy:
    """`policy` with the receipt for those events in every rule, for whoever reads the policy itself."""
    return but(policy, rules=tuple(but(rule, then=_effects(rule.then)) for rule in policy.rules))


def _effects(effects: Effects) -> Effects:
    known = effects.money_events
    if not known:
        return effects
    told = {scope: MoneyEvent.RECEIPT if event in BY_CARRIER else event for scope, event in known.items()}
    return but(effects, money_events=told)


def _terms(terms: Terms) -> Terms:
    return replace(terms, money_event=MoneyEvent.RECEIPT) if terms.money_event in BY_CARRIER else terms


def _decision(decision: Decision, changed: set[str]) -> Decision:
    if decision.aspect is not Aspect.MONEY_EVENT or str(decision.part) not in changed:
        return decision
    return replace(decision, sentence=explain.decided(Aspect.MONEY_EVENT, decision.part, MoneyEvent.RECEIPT))
