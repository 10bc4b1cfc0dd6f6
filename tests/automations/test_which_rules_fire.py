"""Rules as data: what may stand in one, and which of them an event fires."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shopify_app import events
from shopify_app.automations import edits
from shopify_app.automations.rules import Automations, Facts, ParcelFacts, ReturnFacts, Rule, fired
from shopify_app.automations.vocabulary import Trigger
from shopify_app.returns.amounts import Rates
from shopify_app.returns.subjects import CustomerFacts, LineFacts, Notice, OrderFacts, Subject
from stage import PLACED, euro

RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
KEY = "0a1b2c3d"
TAG = {"do": "tag", "tag": "look"}
NOT_WAITED_FOR = {
    **dict.fromkeys(("ShopInstalled", "ShopUninstalled", "ScopesChanged", "ProductChanged"), "knows no order"),
    **dict.fromkeys(("CustomersMerged", "CustomerRenamed", "PrivacyRequested"), "knows no order"),
    "OrderDescribedAnew": "our own bookkeeping",
    **dict.fromkeys(("ItemsReturned", "OrderDeleted", "BalanceMoved", "DeliveryCorrected"), "our own bookkeeping"),
    **dict.fromkeys(("CodeWanted", "WithdrawalTriedAgain", "ShopWrote"), "our own bookkeeping"),
    **dict.fromkeys((kind for kind in dir(events) if kind.startswith("NoReceipt")), "knows no order"),
}
"""Events that no rule can wait for, and why."""


def rule(on: str = "ReturnRequested", when: dict[str, Any] | None = None, **changes: Any) -> Rule:
    return RULE.validate_python({"key": KEY, "name": "A rule", "on": on, "when": when or {}, "then": [TAG]} | changes)


def facts(**changes: Any) -> Facts:
    """Ada's return of boots at 90.00 from an order to Sweden, worth 99.00."""
    line = LineFacts(9001, euro("90.00"), product_tags=frozenset({"Sale"}), product_type="Boots")
    bought = OrderFacts(PLACED, euro("90.00"), Rates("EUR", "EUR"), country="SE")
    customer = CustomerFacts(tags=frozenset({"VIP"}), order_count=3)
    known = Facts(
        kind="ReturnRequested",
        order_id=1,
        order_shopify_id=1042,
        order_name="#1042",
        happened_at=PLACED,
        subjects=(Subject(line, bought, customer, Notice(PLACED, reason="size-too-small")),),
        order_tags=frozenset({"Gift"}),
        ret=ReturnFacts(7, "R-1042-1", "requested", "shopper", frozenset({"refund"}), euro("99.00")),
    )
    return replace(known, **changes)


def parcel(**changes: Any) -> Facts:
    about = ParcelFacts("in_transit", "postnord", 3)
    return facts(kind="ParcelQuiet", ret=None, parcel=replace(about, **changes))


def test_every_event_can_be_waited_for_or_is_left_out_for_a_reason() -> None:
    kinds = {kind.__name__ for kind in events.Happening.__subclasses__()}

    assert kinds == set(Trigger) | set(NOT_WAITED_FOR)
    assert not set(Trigger) & set(NOT_WAITED_FOR)


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ({}, True),
        ({"these": {"countries": ["se"]}}, True),
        ({"these": {"countries": ["DE"]}}, False),
        ({"these": {"product_tags": ["sale"], "reasons": ["size-too-small"]}}, True),
        ({"these": {"product_tags": ["sale"], "reasons": ["defective"]}}, False),
        ({"these": {"customer_tags": ["vip"], "order_count": {"at_least": 3}}}, True),
        ({"order_tags": ["gift"]}, True),
        ({"order_tags": ["wholesale"]}, False),
        ({"without_tags": ["GIFT"]}, False),
        ({"without_tags": ["wholesale"]}, True),
        ({"outcomes": ["refund"], "sources": ["shopper"]}, True),
        ({"outcomes": ["store_credit"]}, False),
        ({"sources": ["merchant"]}, False),
        ({"worth": {"at_least": "99.00"}}, True),
        ({"worth": {"at_least": "99.01"}}, False),
    ],
)
def test_everything_that_is_named_must_be_so(when: dict[str, Any], fires: bool) -> None:
    assert bool(fired((rule(when=when),), facts())) is fires


@pytest.mark.parametrize(
    ("when", "about", "fires"),
    [
        ({"quiet_days": 3}, {}, True),
        ({"quiet_days": 4}, {}, False),
        ({"quiet_days": 3, "carriers": ["PostNord"]}, {}, True),
        ({"quiet_days": 3, "carriers": ["dhl"]}, {}, False),
        ({"quiet_days": 3, "carriers": ["dhl"]}, {"carrier": None}, False),
        ({"quiet_days": 3, "parcel_states": ["in_customs"]}, {"state": "in_customs"}, True),
        ({"quiet_days": 3, "parcel_states": ["in_customs"]}, {}, False),
    ],
)
def test_what_is_asked_of_a_parcel_must_be_so(when: dict[str, Any], about: dict[str, Any], fires: bool) -> None:
    assert bool(fired((rule("ParcelQuiet", when),), parcel(**about))) is fires


def test_one_line_that_meets_all_conditions_is_enough_and_two_that_meet_half_each_are_not() -> None:
    first = facts().subjects[0]
    other = replace(first, line=first.line._replace(product_tags=frozenset({"New"}), product_type="Wax"))
    both = rule(when={"these": {"product_tags": ["Sale"], "product_types": ["Wax"]}})

    assert fired((rule(when={"these": {"product_types": ["Wax"]}}),), facts(subjects=(first, other)))
    assert not fired((both,), facts(subjects=(first, other)))


def test_what_is_not_known_meets_no_condition() -> None:
    asked = ({"these": {"customer_tags": ["VIP"]}}, {"worth": {"at_least": "1"}})
    nobody = replace(facts().subjects[0], customer=None)
    unknown = facts(subjects=(nobody,), ret=replace(facts().ret, worth=None))  # type: ignore[type-var]

    assert not any(fired((rule(when=each),), unknown) for each in asked)


def test_rules_fire_in_their_order_and_never_by_their_own_doing() -> None:
    first, second = rule(), rule(key="ffffffff", name="Another")

    assert fired((first, second), facts()) == (first, second)
    assert fired((first, second), facts(because_of=frozenset({KEY}))) == (second,)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"on": "OrderPaid", "when": {"carriers": ["dhl"]}}, "no parcel"),
        ({"on": "OrderPaid", "when": {"outcomes": ["refund"]}}, "no return"),
        ({"on": "ShipmentMoved", "when": {"quiet_days": 3}}, "Days without news"),
        ({"on": "ParcelQuiet"}, "Days without news"),
        ({"on": "OrderPaid", "then": [{"do": "assign", "to": "team:Care"}]}, "given to somebody"),
        ({"on": "ReturnClosed", "then": [{"do": "approve"}]}, "held or approved"),
        ({"on": "OrderPaid", "then": [{"do": "hold"}]}, "held or approved"),
        ({"then": []}, "at least 1"),
        ({"then": [{"do": "tag", "tag": "one, two"}]}, "one tag"),
        ({"then": [{"do": "tag", "tag": "x" * 41}]}, "40"),
        ({"then": [{"do": "mail_team", "words": "Look", "to": "nobody"}]}, "pattern"),
        ({"then": [{"do": "mail_shopper", "subject": {"en": " "}, "words": {"en": "Hello"}}]}, "one language"),
        ({"then": [{"do": "call", "url": "http://example.org/"}]}, "https"),
        ({"on": "ShopInstalled"}, "Input should be"),
        ({"key": "Key"}, "pattern"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        rule(**changes)


def test_rules_are_moved_copied_switched_and_taken_out_by_their_keys() -> None:
    a, b = rule(key="aaaaaaaa", name="A"), rule(key="bbbbbbbb", name="B")
    draft = Automations((a, b))

    assert edits.moved(draft, a.key, 1).rules == (b, a)
    assert edits.moved(draft, a.key, -1) == draft
    assert edits.switched(draft, a.key).waiting_for("ReturnRequested") == (b,)
    assert [each.name for each in edits.duplicated(draft, a.key, "cccccccc").rules] == ["A", "A (2)", "B"]
    assert edits.duplicated(draft, a.key, "cccccccc").rules[1].is_off
    assert edits.without(draft, a.key).rules == (b,)
    with pytest.raises(edits.NoSuchRule):
        edits.without(draft, "dddddddd")
