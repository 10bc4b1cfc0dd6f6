"""Where nobody tells what carriers scan, nothing is promised by it: the receipt stands in its place."""

from __future__ import annotations

import pytest
from policy_cases import published, rule, subject

from shopify_app.returns import explain
from shopify_app.returns.effects import Window
from shopify_app.returns.policy import check
from shopify_app.returns.unfollowed import as_nobody_scans, without_carrier
from shopify_app.returns.verdicts import Aspect, Verdict
from shopify_app.returns.vocabulary import MoneyEvent, Outcome, Scope

RECEIPT = explain.decided(Aspect.MONEY_EVENT, "refund", MoneyEvent.RECEIPT)


def verdict(event: MoneyEvent) -> Verdict:
    days = {Scope.ANY: Window(latest_day=30)}
    thirty = rule(outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT), windows=days, money_events={Scope.ANY: event})
    return check((published(thirty),), subject())


@pytest.mark.parametrize("event", [MoneyEvent.FIRST_SCAN, MoneyEvent.DELIVERY])
def test_the_receipt_stands_in_for_what_only_a_carrier_knows(event: MoneyEvent) -> None:
    found = without_carrier(verdict(event))

    assert {terms.money_event for terms in found.terms} == {MoneyEvent.RECEIPT}
    told = [each.sentence for each in found.decisions if each.aspect is Aspect.MONEY_EVENT]
    assert told
    assert set(told) == {RECEIPT}


def test_a_policy_that_is_read_promises_no_scan_either() -> None:
    frees = {Scope.ANY: MoneyEvent.FIRST_SCAN, Scope.REFUND: MoneyEvent.INSPECTION}
    policy = published(rule(outcomes=(Outcome.REFUND,), money_events=frees)).policy

    told = as_nobody_scans(policy).rules[0].then.money_events

    assert told == {Scope.ANY: MoneyEvent.RECEIPT, Scope.REFUND: MoneyEvent.INSPECTION}


@pytest.mark.parametrize("event", [MoneyEvent.APPROVAL, MoneyEvent.RECEIPT, MoneyEvent.INSPECTION, MoneyEvent.BY_HAND])
def test_what_we_see_ourselves_stays_as_the_policy_says(event: MoneyEvent) -> None:
    found = verdict(event)

    assert without_carrier(found) is found
