"""Policies as JSON: round trip, schema, sentences; presets; shadowed rules."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from policy_cases import rule

from shopify_app.returns.conditions import Conditions, Count, Sum
from shopify_app.returns.document import WrongPolicy, kept_policy, policy_schema, read_policy, to_document
from shopify_app.returns.effects import Bonus, Window
from shopify_app.returns.presets import EVERYTHING, PRESETS
from shopify_app.returns.rules import Policy
from shopify_app.returns.shadowing import Shadow, shadowed
from shopify_app.returns.vocabulary import Outcome, Scope

SCHEMA = Path(__file__).parents[2] / "docs" / "policy.schema.json"
SALE: dict[str, Any] = {
    "rules": [
        {
            "name": "Sale to Germany",
            "when": {
                "product_tags": ["sale"],
                "countries": ["DE"],
                "price_paid": {"at_least": "10.00", "at_most": {"shop": "90", "SEK": "990.00"}},
                "order_date": {"first": "2026-11-01"},
            },
            "then": {
                "windows": {"refund": {"counted_from": "delivery", "latest_day": 14}, "any": {"latest_day": 30}},
                "outcomes": ["store_credit", "shop_now"],
                "bonus": {"store_credit": {"percent": "12.5"}, "shop_now": {"flat": "10.00"}},
                "bonus_cap_per_customer": {"amount": "50", "days": 365},
                "shipping_fee": {"shop": "4.95", "SEK": "49"},
                "question": {"en": "What happened?"},
            },
            "says": {"en": "Sale items: credit or exchange.", "de": "Reduziertes: Gutschrift oder Umtausch."},
        }
    ],
    "tender_order": "gift_card_first",
}


def test_a_policy_written_and_read_again_is_the_same() -> None:
    policy = read_policy(json.dumps(SALE))

    assert read_policy(json.dumps(to_document(policy))) == policy
    assert policy.rules[0].then.bonus == {
        Scope.STORE_CREDIT: Bonus(percent=Decimal("12.5")),
        Scope.SHOP_NOW: Bonus(flat={"shop": Decimal("10.00")}),
    }


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_is_a_valid_document_without_dead_rules(name: str) -> None:
    policy = PRESETS[name].policy

    jsonschema.validate(to_document(policy), policy_schema())
    assert read_policy(json.dumps(to_document(policy))) == policy
    assert shadowed(policy) == ()


def test_there_are_seven_presets() -> None:
    assert len(PRESETS) == 7


def test_the_published_schema_is_the_one_the_code_reads() -> None:
    assert json.loads(SCHEMA.read_text()) == policy_schema(), (
        "run python -m shopify_app.returns.document > docs/policy.schema.json"
    )


def test_the_schema_takes_what_is_read_and_refuses_what_is_not() -> None:
    jsonschema.validate(SALE, policy_schema())
    for wrong in (
        {},
        {"rules": [{"name": "A", "then": {"colour": 1}}]},
        {"rules": [{"name": "A", "when": {"company": "yes"}}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, policy_schema())


WRONG = [
    ("{", "This is not JSON."),
    ("[]", "Input should be an object"),
    ("{}", "rules: is missing."),
    ('{"rules": []}', "rules: a policy needs at least one rule."),
    ('{"rules": [{"name": "A"}, {"name": "A"}]}', "two rules are called “A”"),
    ('{"rules": [{"name": "A", "then": {"colour": 1}}]}', "rule 1 (“A”), then.colour: is not known here"),
    ('{"rules": [{"name": "A", "then": {"restocking_percent": 101}}]}', "rule 1 (“A”), then.restocking_percent:"),
    ('{"rules": [{"name": "A", "then": {"shipping_fee": 4.95}}]}', "is written as text"),
    ('{"rules": [{"name": "A", "then": {"shipping_fee": "-4.95"}}]}', "must be from 0"),
    ('{"rules": [{"name": "A", "then": {"shipping_fee": "1e30"}}]}', "must be from 0"),
    ('{"rules": [{"name": "A", "then": {"shipping_fee": "NaN"}}]}', "must be from 0"),
    ('{"rules": [{"name": "A", "then": {"shipping_fee": {"euro": "4"}}}]}', "“euro” is no currency"),
    ('{"rules": [{"name": "A", "then": {"bonus": {"refund": {"percent": "5"}}}}]}', "refund earns no bonus"),
    ('{"rules": [{"name": "A", "then": {"bonus": {"any": {}}}}]}', "either a percentage or a flat amount"),
    ('{"rules": [{"name": "A", "then": {"outcomes": ["keep_item"]}}]}', "keep_item is offered by keep_item_below"),
    (
        '{"rules": [{"name": "A", "then": {"windows": {"any": {"earliest_day": 9, "latest_day": 3}}}}]}',
        "before the earliest",
    ),
    ('{"rules": [{"name": "A", "then": {"photos": "yes"}}]}', "then.photos:"),
    ('{"rules": [{"name": "A", "when": {"order_count": {"at_least": 3, "at_most": 2}}}]}', "3 is above 2"),
    ('{"rules": [{"name": "A", "when": {"price_paid": {}}}]}', "name at least one bound"),
    ('{"rules": [{"name": "A", "when": {"countries": []}}]}', "when.countries:"),
    ('{"rules": [{"name": "A", "when": {"countries": ["UK"]}}]}', "“UK” is no country: write its two letters"),
    ('{"rules": [{"name": "A"}], "assumed_transit_by_country": {"UK": 9}}', "“UK” is no country: write its two"),
    ('{"rules": [{"name": "A", "says": {"de": "%s"}}]}' % ("x" * 501), "says.de: String should have at most 500"),
    ('{"rules": [{"name": "A", "then": {"question": {"en": "%s"}}}]}' % ("x" * 501), "then.question.en: String should"),
    ('{"rules": [{"name": "A", "then": {"question": {"en": " "}}}]}', "a question needs words"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_wrong_value_is_named_with_its_rule_and_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(WrongPolicy) as failure:
        read_policy(text)

    assert any(sentence in said for said in failure.value.sentences), failure.value.sentences


def test_a_country_that_is_none_stays_where_it_was_kept() -> None:
    rule = {"name": "A", "when": {"countries": ["UK", "se"]}}

    kept = kept_policy(json.dumps({"rules": [rule], "assumed_transit_by_country": {"UK": 9}}))

    assert (kept.rules[0].when.countries, kept.assumed_transit_by_country) == (("UK", "se"), {"UK": 9})


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(WrongPolicy) as failure:
        read_policy('{"rules": [{"name": "A", "then": {"photos": 1, "colour": 2}}], "tender_order": "cash"}')

    assert len(failure.value.sentences) == 3


@pytest.mark.parametrize(
    ("reasons", "sentences"),
    [
        ("[5]", ("rule 1 (“A”), when.reasons.0: Input should be a valid string",)),
        ("[]", ("rule 1 (“A”), when.reasons: is empty: name at least one, or leave it out.",)),
    ],
)
def test_a_list_is_called_empty_only_where_it_holds_nothing(reasons: str, sentences: tuple[str, ...]) -> None:
    with pytest.raises(WrongPolicy) as refused:
        read_policy(f'{{"rules": [{{"name": "A", "when": {{"reasons": {reasons}}}, "then": {{}}}}]}}')
    assert refused.value.sentences == sentences


def test_a_document_too_large_is_refused_unread() -> None:
    with pytest.raises(WrongPolicy, match="at most"):
        read_policy(" " * 1_000_001)


def test_a_rule_after_a_wider_one_with_the_same_effect_is_reported_per_effect() -> None:
    policy = Policy(
        rules=(
            rule("Everyone", outcomes=EVERYTHING, windows={Scope.REFUND: Window(latest_day=30)}),
            rule(
                "Sale", {"product_tags": ("Sale",)}, outcomes=(), photos=True, windows={Scope.ANY: Window(latest_day=9)}
            ),
        )
    )

    assert shadowed(policy) == (
        Shadow("Sale", "windows", (Scope.REFUND,), "Everyone"),
        Shadow("Sale", "outcomes", (), "Everyone"),
    )
    assert "“Sale” never decides outcomes: “Everyone” comes first" in str(shadowed(policy)[1])


@pytest.mark.parametrize(
    ("earlier", "later", "is_dead"),
    [
        ({}, {"countries": ("SE",)}, True),
        ({"countries": ("SE", "NO")}, {"countries": ("se",)}, True),
        ({"countries": ("SE",)}, {"countries": ("SE", "NO")}, False),
        ({"countries": ("SE",)}, {}, False),
        ({"order_count": Count(at_least=2)}, {"order_count": Count(at_least=2, at_most=9)}, True),
        ({"order_count": Count(at_least=3)}, {"order_count": Count(at_least=2)}, False),
        ({"price_paid": Sum(at_most="50")}, {"price_paid": Sum(at_most="40")}, True),
        ({"price_paid": Sum(at_most="50")}, {"price_paid": Sum(at_most={"SEK": "40"})}, False),
        ({"company": True}, {"company": True, "countries": ("SE",)}, True),
        ({"company": True}, {"company": False}, False),
        ({"company": True, "countries": ("SE",)}, {"company": True}, False),
        ({"product_tags": ("Sale",)}, {"product_types": ("Sale",)}, False),
    ],
)
def test_wider_or_equal_conditions_shadow_and_others_do_not(
    earlier: dict[str, Any], later: dict[str, Any], is_dead: bool
) -> None:
    policy = Policy(rules=(rule("First", earlier, photos=True), rule("Second", later, photos=False)))

    assert bool(shadowed(policy)) is is_dead
    assert Conditions(**earlier).cover(Conditions(**later)) is is_dead


def test_three_rules_share_out_what_is_dead_among_the_earlier_two() -> None:
    flat = Bonus(flat="5")
    policy = Policy(
        rules=(
            rule("Credit", bonus={Scope(Outcome.STORE_CREDIT): flat}),
            rule("Shop", bonus={Scope(Outcome.SHOP_NOW): flat}),
            rule("Rest", bonus={Scope.ANY: flat}),
            rule("Never", bonus={Scope.ANY: flat}),
        )
    )

    assert [(s.rule, s.outcomes, s.by) for s in shadowed(policy)] == [
        ("Rest", (Scope.STORE_CREDIT,), "Credit"),
        ("Rest", (Scope.SHOP_NOW,), "Shop"),
        ("Never", (Scope.STORE_CREDIT,), "Credit"),
        ("Never", (Scope.SHOP_NOW,), "Shop"),
        ("Never", (Scope.PRODUCT_EXCHANGE,), "Rest"),
    ]
