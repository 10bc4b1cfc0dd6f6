"""What the policy page says is what a verdict gives, whatever Mara has written; and no rule of hers is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import ORDERED, euro, published, rule, subject

from shopify_app.i18n import Languages, Phrase
from shopify_app.returns.amounts import Rates
from shopify_app.returns.condition_words import Names
from shopify_app.returns.effects import Bonus, CustomerCap, Window
from shopify_app.returns.plain_words import PolicyWords, RuleWords, Telling, in_plain_words
from shopify_app.returns.policy import CHOICES, check
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.reasons import FinalSale, NotCovered
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.shadowing import shadowed
from shopify_app.returns.vocabulary import Approval, LeftoverTo, Method, MoneyEvent, Outcome, Scope, Start, TenderOrder
from shopify_app.returns.windows import Span, start_day

LANGUAGES = Languages()
EN = LANGUAGES.choose(["en"], "GB")
EVERYTHING = {"outcomes": (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)}
TELLING = Telling(
    (Rates("EUR", "EUR"), Rates("SEK", "EUR")),
    names=Names(products={701: "Fell boots"}, collections={41: "Sale"}, reasons={"damaged": "Damaged"}),
)


def words(*rules: Rule, telling: Telling = TELLING, **changes: Any) -> PolicyWords:
    return in_plain_words(published(*rules, **changes), telling)


def said(lines: tuple[Phrase | str, ...]) -> list[str]:
    return [EN.say(line) if isinstance(line, Phrase) else line for line in lines]


def exception(found: PolicyWords, name: str) -> RuleWords:
    return next(each for each in found.exceptions if (each.rule, each.also) == (name, ()))


def test_outcomes_are_told_with_their_days_their_bonus_their_fees_and_what_frees_the_money() -> None:
    found = words(
        rule(
            "All",
            outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
            windows={Scope.REFUND: Window(latest_day=14), Scope.ANY: Window(latest_day=45)},
            bonus={Scope.ANY: Bonus(percent=Decimal(10))},
            bonus_cap_per_order={"shop": Decimal(40)},
            bonus_cap_per_customer=CustomerCap(amount={"shop": Decimal(120)}, days=365),
            restocking_percent=Decimal("12.5"),
            waive_restocking_for=(Outcome.STORE_CREDIT,),
            shipping_fee={"shop": Decimal("4.90"), "SEK": Decimal(49)},
            money_events={Scope.REFUND: MoneyEvent.INSPECTION},
        )
    )

    refund, credit = (found.outcomes[0], found.outcomes[1])
    assert EN.say(found.headline) == "You have 14 to 45 days after delivery"
    assert EN.say(refund.days) == "14 days after delivery"
    assert said(refund.lines) == [
        "Restocking fee: 12.5 % of the price before tax.",
        "Return shipping: €4.90 or SEK\xa049.00, once per return.",
        "Settled as soon as we have checked your items.",
    ]
    assert said(credit.lines) == [
        "10 % on top as a bonus.",
        "At most €40.00 in bonuses per order.",
        "At most €120.00 in bonuses per customer within 365 days.",
        "The bonus can be used for 12 months.",
        "Return shipping: €4.90 or SEK\xa049.00, once per return.",
        "Settled as soon as we have received your items.",
    ]


@pytest.mark.parametrize(
    ("window", "headline"),
    [
        (Window(latest_day=30), "You have 30 days after delivery"),
        (Window(latest_day=1, counted_from=Start.ORDER), "You have 1 day after the order"),
        (Window(), "Take your time: there is no limit"),
        (Window(earliest_day=30, latest_day=100), "Return or exchange from day 30 to day 100 after delivery"),
        (Window(earliest_day=30), "Return or exchange from day 30 after delivery, without end"),
    ],
)
def test_the_headline_is_the_answer(window: Window, headline: str) -> None:
    assert EN.say(words(rule(windows={Scope.ANY: window}, **EVERYTHING)).headline) == headline


def test_what_the_portal_does_not_carry_is_not_promised() -> None:
    telling = replace(TELLING, offered=(Outcome.REFUND,))
    found = words(rule(windows={Scope.ANY: Window(latest_day=30)}, outcomes=CHOICES), telling=telling)

    assert [each.terms.outcome for each in found.outcomes] == [Outcome.REFUND]


def test_a_rule_for_some_is_told_by_what_comes_of_it_with_its_own_sentence_beside() -> None:
    own = {"en": "Hygiene.", "sv": "Hygien."}
    found = words(
        replace(rule("Final sale", {"final_sale": True}, outcomes=()), says=own),
        rule("Broken", {"reasons": ("damaged",)}, merchant_at_fault=True, photos=True),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, restocking_percent=Decimal(20), **EVERYTHING),
    )

    final, broken = exception(found, "Final sale"), exception(found, "Broken")
    assert (said(final.when), said(final.lines), final.own) == (["Final sale items"], ["Cannot be returned."], own)
    assert said(broken.when) == ["Reason: “Damaged”"]
    assert said(broken.lines) == ["No fees, since the mistake is ours.", "Please add a photo."]


def test_an_earlier_rule_for_everything_is_heeded_where_a_later_one_speaks_for_some() -> None:
    found = words(
        rule("Swaps cost nothing", waive_restocking_for=(Outcome.VARIANT_EXCHANGE,)),
        rule("Dear things", {"price_paid": {"at_least": "100.00"}}, restocking_percent=Decimal(10)),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, **EVERYTHING),
    )

    dear = exception(found, "Dear things")
    assert said(dear.when) == ["Items for €100.00 or more"]
    assert said(dear.lines) == ["Refund, Store credit: Restocking fee: 10 % of the price before tax."]


def test_a_rule_says_what_it_gives_where_a_later_one_would_take_it_away() -> None:
    rules = PRESETS["standard"].policy.rules
    broken = said(exception(words(*rules), "Our mistake").lines)

    assert broken[0] == "You can choose: Refund, Store credit, Another size or colour, Shop now."
    assert check((published(*rules),), subject({"is_final_sale": True}, notice={"reason": "damaged"})).is_eligible


def test_a_fee_that_somebody_is_spared_is_not_all_fees() -> None:
    found = words(
        rule("Regulars", {"customer_tags": ("VIP",)}, restocking_percent=Decimal(0)),
        rule("Posted", {"countries": ("SE",)}, waive_shipping_for=(Outcome.REFUND,)),
        rule("Far away", {"countries": ("JP",)}, shipping_fee={"shop": Decimal(15)}),
        rule("Both", {"company": True}, restocking_percent=Decimal(0), shipping_fee={"shop": Decimal(0)}),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, restocking_percent=Decimal(20), **EVERYTHING),
    )

    assert said(exception(found, "Regulars").lines) == ["No restocking fee."]
    assert said(exception(found, "Posted").lines) == ["Refund: No fee for return shipping."]
    assert said(exception(found, "Far away").lines) == ["Return shipping: €15.00, once per return."]
    assert said(exception(found, "Both").lines) == ["No fees."]


def test_what_is_not_the_shops_mistake_is_told_with_its_fee() -> None:
    found = words(
        rule("Worn", {"reasons": ("damaged",)}, merchant_at_fault=False, restocking_percent=Decimal(20)),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, **EVERYTHING),
    )

    assert said(exception(found, "Worn").lines) == [
        "This does not count as our mistake.",
        "Restocking fee: 20 % of the price before tax.",
    ]


def test_what_only_some_may_choose_is_told_with_its_days_and_its_way_back() -> None:
    found = words(
        rule("Sweden", {"countries": ("SE",)}, outcomes=(Outcome.REFUND, Outcome.SHOP_NOW)),
        rule(
            "All",
            windows={Scope.SHOP_NOW: Window(latest_day=60), Scope.ANY: Window(latest_day=30)},
            methods=(Method.LABEL,),
            approval=Approval.AT_ONCE,
            photos=True,
        ),
    )

    assert (found.outcomes, found.ways, found.before) == ((), (), ())
    assert said(exception(found, "Sweden").lines) == [
        "You can choose: Refund, Shop now.",
        "Refund: Time: 30 days after delivery.",
        "Shop now: Time: 60 days after delivery.",
        "How it comes back: With a label that we give you.",
        "Settled as soon as we have received your items.",
        "Approved at once.",
        "Please add a photo.",
    ]


def together(found: PolicyWords, name: str, *also: str) -> tuple[list[str], list[str]]:
    both = next(each for each in found.exceptions if (each.rule, each.also) == (name, also))
    return said(both.when), said(both.lines)


def test_what_a_later_exception_decides_of_what_an_earlier_one_opens_is_told_of_both_before_them() -> None:
    found = words(
        rule("Sweden", {"countries": ("SE",)}, outcomes=(Outcome.REFUND,)),
        rule("Sale", {"product_tags": ("sale",)}, windows={Scope.ANY: Window(latest_day=14)}, approval=Approval.REVIEW),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, methods=(Method.LABEL,), approval=Approval.AT_ONCE),
    )

    assert [(each.rule, each.also) for each in found.exceptions] == [
        ("Sweden", ("Sale",)),
        ("Sweden", ()),
        ("Sale", ()),
    ]
    when, lines = together(found, "Sweden", "Sale")
    assert when == ["Orders to Sweden", "Items marked sale"]
    assert lines == ["Time: 14 days after delivery.", "We look at your request and answer by e-mail."]
    assert said(exception(found, "Sweden").lines)[:2] == ["You can choose: Refund.", "Time: 30 days after delivery."]


LATER: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a fee that a later one waives": (
        {"restocking_percent": Decimal(20)},
        {"waive_restocking_for": (Outcome.VARIANT_EXCHANGE,)},
        ["Another size or colour: No restocking fee."],
    ),
    "a waiver for others, which holds": (
        {"restocking_percent": Decimal(20), "waive_restocking_for": (Outcome.STORE_CREDIT,)},
        {"waive_restocking_for": CHOICES},
        [],
    ),
    "no mistake of the shop's": (
        {"merchant_at_fault": False},
        {"merchant_at_fault": True},
        ["Return shipping: €4.90, once per return."],
    ),
    "what need not come back, without a refund": (
        {"keep_item_below": {"shop": Decimal(5)}},
        {"outcomes": (Outcome.STORE_CREDIT,)},
        ["Everything has to come back."],
    ),
    "a cap before a bonus": (
        {"bonus_cap_per_order": {"shop": Decimal(5)}, "bonus_expires_months": 3},
        {"bonus": {Scope.STORE_CREDIT: Bonus(percent=Decimal(10))}},
        [
            "Store credit: 10 % on top as a bonus.",
            "At most €5.00 in bonuses per order.",
            "The bonus can be used for 3 months.",
        ],
    ),
}


@pytest.mark.parametrize("kind", LATER)
def test_where_two_exceptions_come_to_more_than_either_says_it_is_told_of_both(kind: str) -> None:
    one, other, lines = LATER[kind]
    found = words(
        rule("One", {"product_tags": ("sale",)}, **one),
        rule("Other", {"countries": ("JP",)}, **other),
        rule("All", shipping_fee={"shop": Decimal("4.90")}, **EVERYTHING),
    )

    if not lines:
        assert [each.also for each in found.exceptions] == [(), ()]
        return
    assert together(found, "One", "Other") == (["Items marked sale", "Orders to Japan"], lines)


def test_what_only_three_exceptions_together_give_is_told_of_the_three_before_their_pairs() -> None:
    rules = (
        rule("Regulars", {"customer_tags": ("vip",)}, waive_shipping_for=(Outcome.VARIANT_EXCHANGE,)),
        rule("Broken", {"reasons": ("damaged",)}, shipping_fee={"shop": Decimal("4.90")}),
        rule("Japan", {"countries": ("JP",)}, waive_shipping_for=(Outcome.REFUND, Outcome.STORE_CREDIT)),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, **EVERYTHING),
    )
    found = words(*rules)
    order, customer = {"country": "JP"}, {"tags": frozenset({"vip"})}
    verdict = check((published(*rules),), subject(None, order, customer, {"reason": "damaged"}))

    assert next(each.also for each in found.exceptions if each.rule == "Regulars") == ("Broken", "Japan")
    when, lines = together(found, "Regulars", "Broken", "Japan")
    assert when == ["Certain customers", "Reason: “Damaged”", "Orders to Japan"]
    assert lines == ["Refund, Store credit: Return shipping: €4.90, once per return."]
    assert together(found, "Broken", "Japan")[1] == ["Refund, Store credit: No fee for return shipping."]
    (refund,) = (each for each in verdict.terms if each.outcome is Outcome.REFUND)
    assert refund.shipping_fee == euro("4.90")


def test_of_two_exceptions_that_nothing_can_meet_at_once_nothing_is_told_together() -> None:
    found = words(
        rule("Dear", {"price_paid": {"at_least": "100.00"}}, restocking_percent=Decimal(20)),
        rule("Cheap", {"price_paid": {"at_most": "20.00"}}, waive_restocking_for=CHOICES),
        rule("Japan", {"countries": ("JP",), "final_sale": True}, shipping_fee={"shop": Decimal(9)}),
        rule("Home", {"countries": ("SE", "DE")}, waive_shipping_for=CHOICES),
        rule("Past", {"order_date": {"last": "2026-01-31"}}, bonus={Scope.ANY: Bonus(percent=Decimal(10))}),
        rule("Later", {"order_date": {"first": "2026-02-01"}}, bonus_expires_months=3),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, restocking_percent=Decimal(10), **EVERYTHING),
    )

    assert not [(each.rule, each.also) for each in found.exceptions if each.also]


def test_two_exceptions_for_the_same_are_told_one_after_the_other() -> None:
    found = words(
        rule("Opens", {"product_tags": ("sale",)}, outcomes=(Outcome.SHOP_NOW,)),
        rule("Times", {"product_tags": ("sale",)}, windows={Scope.ANY: Window(latest_day=14)}),
        rule("Again", {"product_tags": ("sale",)}, outcomes=(Outcome.SHOP_NOW,)),
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, **EVERYTHING),
    )

    assert together(found, "Opens", "Times") == (["Items marked sale"], ["Time: 14 days after delivery."])
    assert [(each.rule, each.also) for each in found.exceptions] == [
        ("Opens", ("Times",)),
        ("Opens", ()),
        ("Times", ()),
    ]


def test_a_rule_that_can_never_decide_is_left_out() -> None:
    found = words(
        rule("All", windows={Scope.ANY: Window(latest_day=30)}, photos=False, **EVERYTHING),
        rule("Too late", {"final_sale": True}, outcomes=(), photos=True),
    )

    assert found.exceptions == ()


@pytest.mark.parametrize(
    ("when", "phrases"),
    [
        ({"product_ids": (701,)}, ["Fell boots"]),
        ({"product_ids": (701, 999)}, []),
        ({"collection_ids": (41,), "discounted": True}, ["Items from Sale", "Items bought at a reduced price"]),
        ({"product_tags": ("sale", "last")}, ["Items marked sale or last"]),
        ({"countries": ("se", "DE"), "company": False}, ["Orders to Sweden or Germany", "Orders by private persons"]),
        ({"channels": ("web",)}, ["Orders through our online shop"]),
        ({"channels": ("580111",)}, []),
        ({"discount_codes": ("STAFF-SECRET",)}, ["Orders with certain discount codes"]),
        ({"customer_tags": ("VIP",), "customer_lists": ("blocked",)}, ["Certain customers"]),
        ({"order_count": {"at_least": 3}}, ["Customers with at least 3 orders"]),
        ({"days_since_delivery": {"at_most": 14}}, ["Until day 14 after delivery"]),
        ({"order_value": {"at_least": "50.00", "at_most": "100.00"}}, ["Orders of €50.00 to €100.00"]),
        ({"order_value": {"at_least": {"NOK": "50.00"}}}, []),
        ({"order_date": {"first": "2026-11-01"}}, ["Orders from 1 Nov 2026 on"]),
        ({"methods": (Method.IN_STORE,)}, ["Way back: In our store"]),
        ({"reasons": ("damaged", "house-reason")}, []),
    ],
)
def test_conditions_have_words_and_what_has_none_falls_to_the_rules_name(when: dict, phrases: list[str]) -> None:
    found = words(rule("By name", when, photos=True), rule("All", **EVERYTHING))

    assert said(exception(found, "By name").when) == phrases


def test_nobodys_codes_and_tags_are_published() -> None:
    found = words(rule("x", {"discount_codes": ("STAFF-SECRET",), "customer_tags": ("serial",)}, outcomes=()))

    assert "STAFF" not in repr(found.exceptions)
    assert "serial" not in repr(found.exceptions)


def test_where_money_goes_is_told_for_what_can_be_chosen() -> None:
    changes = {"tender_order": TenderOrder.PROPORTIONAL, "leftover_to": LeftoverTo.STORE_CREDIT}
    waived = {"waive_balance_up_to": {"shop": Decimal("0.50")}}
    money = said(words(rule("All", **EVERYTHING), **changes, **waived).money)

    assert "If you paid in several ways, a refund goes back to each of them in proportion." in money
    assert "What an exchange leaves over of your money becomes store credit." in money
    assert "If an exchange costs at most €0.50 more, you need not pay it." in money
    assert said(words(rule("All", outcomes=(Outcome.STORE_CREDIT,)), **changes).money) == [
        "Settled as soon as we have received your items."
    ]


def test_no_bonus_for_what_was_an_exchange_is_said_unless_mara_gives_it() -> None:
    ten = {"bonus": {Scope.ANY: Bonus(percent=Decimal(10))}, **EVERYTHING}

    assert "An item that was itself an exchange earns no bonus." in said(words(rule("All", **ten)).bonus)
    assert "exchange" not in " ".join(said(words(rule("All", bonus_on_exchanged=True, **ten)).bonus))
    assert words(rule("All", **EVERYTHING)).bonus == ()


AMOUNT = st.sampled_from([{"shop": Decimal(5)}, {"shop": Decimal("4.90"), "SEK": Decimal(49)}])
WINDOW = st.builds(
    lambda start, first, more: Window(counted_from=start, earliest_day=first, latest_day=more and first + more),
    st.sampled_from(Start), st.sampled_from([0, 0, 0, 10]), st.sampled_from([None, 7, 14, 30, 90]),
)  # fmt: skip
SCOPES = st.sampled_from([Scope.ANY, Scope.REFUND, Scope.STORE_CREDIT, Scope.VARIANT_EXCHANGE])
OUTCOMES = st.lists(st.sampled_from(CHOICES), unique=True, max_size=4).map(tuple)
EFFECTS: dict[str, st.SearchStrategy[Any]] = {
    "windows": st.dictionaries(SCOPES, WINDOW, min_size=1, max_size=2),
    "outcomes": OUTCOMES,
    "methods": st.lists(st.sampled_from(Method), unique=True, min_size=1, max_size=3).map(tuple),
    "restocking_percent": st.sampled_from([Decimal(0), Decimal(10), Decimal("33.3")]),
    "shipping_fee": AMOUNT,
    "waive_restocking_for": OUTCOMES,
    "waive_shipping_for": OUTCOMES,
    "merchant_at_fault": st.booleans(),
    "bonus": st.dictionaries(
        st.sampled_from([Scope.ANY, Scope.STORE_CREDIT]),
        st.sampled_from([Bonus(percent=Decimal(10)), Bonus(flat={"shop": Decimal(3)}), Bonus(percent=Decimal(0))]),
        min_size=1,
    ),
    "bonus_cap_per_order": AMOUNT,
    "bonus_expires_months": st.integers(1, 24),
    "bonus_on_exchanged": st.booleans(),
    "bonus_when_at_fault": st.booleans(),
    "keep_item_below": AMOUNT,
    "photos": st.booleans(),
    "approval": st.sampled_from(Approval),
    "money_events": st.dictionaries(SCOPES, st.sampled_from(MoneyEvent), min_size=1, max_size=2),
}
UNMET: list[dict[str, Any]] = [
    {"product_tags": ("sale",)}, {"final_sale": True}, {"countries": ("JP",)}, {"reasons": ("damaged",)},
    {"company": True}, {"price_paid": {"at_least": "1000.00"}}, {"customer_tags": ("serial",)},
]  # fmt: skip
"""Conditions that Ada's boots do not meet."""
EFFECT = st.sets(st.sampled_from(sorted(EFFECTS)), min_size=1, max_size=5).flatmap(
    lambda names: st.fixed_dictionaries({name: EFFECTS[name] for name in sorted(names)})
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    rules = [
        rule(f"rule {number}", draw(st.sampled_from([{}, *UNMET])), **draw(EFFECT))
        for number in range(draw(st.integers(1, 6)))
    ]
    return Policy(rules=tuple(rules))


@settings(max_examples=80, deadline=None)
@given(policies())
def test_for_a_plain_product_the_page_says_what_a_verdict_gives(policy: Policy) -> None:
    version = PolicyVersion(1, datetime(2026, 1, 1, tzinfo=UTC), policy)
    found = in_plain_words(version, TELLING)
    told = {each.terms.outcome: each.terms for each in found.outcomes}

    boots = subject()
    for outcome in CHOICES:
        window = told[outcome].window if outcome in told else None
        begun = start_day(boots, window.counted_from, 7) if window else ORDERED.date()
        assert begun
        day = datetime(begun.year, begun.month, begun.day, 12, tzinfo=UTC)
        notice = replace(boots.notice, noticed_at=day.replace(hour=12))
        span = Span.after(begun, window.earliest_day, window.latest_day) if window else None
        if span:
            notice = replace(notice, noticed_at=datetime.combine(span.first, day.timetz()))
        terms = check((version,), replace(boots, notice=notice)).terms_for(outcome)
        assert (terms is not None) == (outcome in told)
        if terms is None or span is None:
            continue
        assert (terms.opens, terms.closes) == (span.first, span.last)
        page = told[outcome]
        assert (terms.money_event, terms.restocking_percent) == (page.money_event, page.restocking_percent)
        assert (terms.shipping_fee, terms.bonus) == (page.shipping_fee, page.bonus)


@settings(max_examples=80, deadline=None)
@given(policies())
def test_no_rule_that_can_decide_something_is_lost(policy: Policy) -> None:
    version = PolicyVersion(1, datetime(2026, 1, 1, tzinfo=UTC), policy)
    told = {each.rule: each for each in in_plain_words(version, TELLING).exceptions}

    dead = {(each.rule, each.effect) for each in shadowed(policy)}
    for each in policy.rules:
        then = {name for name in EFFECTS if getattr(each.then, name) is not None and (each.name, name) not in dead}
        if each.when != Rule(name="x").when and then & ALWAYS_SEEN:
            assert each.name in told, (each, told)


ALWAYS_SEEN = frozenset({"outcomes", "methods", "photos", "approval", "bonus_on_exchanged", "merchant_at_fault"})
"""Effects that show whatever else the policy says; a fee, a window or a bonus needs an outcome that it is for."""


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_reads_well_in_all_languages(name: str) -> None:
    version = PolicyVersion(1, datetime(2026, 1, 1, tzinfo=UTC), PRESETS[name].policy)
    found = in_plain_words(version, TELLING)
    for code in LANGUAGES.codes:
        language = LANGUAGES.choose([code])
        lines = [found.headline, *found.ways, *found.before, *found.fees, *found.money, *found.bonus, *found.counting]
        lines += [line for each in found.exceptions for line in (*each.when, *each.lines) if isinstance(line, Phrase)]
        assert all("{" not in language.say(line) for line in lines)


def test_a_shop_where_nothing_comes_back_says_so_first() -> None:
    outlet = in_plain_words(PolicyVersion(1, ORDERED, PRESETS["outlet"].policy), TELLING)

    assert EN.say(outlet.headline) == "Everything is final sale"
    assert outlet.outcomes == ()
    assert check((PolicyVersion(1, ORDERED, PRESETS["outlet"].policy),), subject()).reasons == (
        FinalSale("Everything is final sale"),
    )
    only = published(rule("Sweden", {"countries": ("SE",)}, **EVERYTHING))
    assert EN.say(in_plain_words(only, TELLING).headline) == "What can come back depends on the item"
    assert check((only,), subject(order={"country": "DE"})).reasons == (NotCovered(),)
    assert euro("1.00")
