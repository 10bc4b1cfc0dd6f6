"""What the theme says of returns before anything is bought: never more than the policy gives whoever buys it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from words_of_html import Words

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.beforehand import asks_for_country, cases, is_free
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.facts import FINAL_SALE_TAGS
from shopify_app.returns.policy import check
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.reasons import OutsideWindow
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.subjects import CustomerFacts, LineFacts, Notice, OrderFacts, Subject
from shopify_app.returns.vocabulary import Method, Outcome, Scope, Start

CARRIED = (Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE, Outcome.REFUND)
TODAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GERMANY = {"country": {"iso_code": "DE", "name": "Germany"}}
ANY = Scope.ANY


def rule(name: str = "All", when: dict[str, Any] | None = None, **then: Any) -> Rule:
    return Rule(name=name, when=Conditions(**(when or {})), then=Effects(**then))


def all_for(days: int | None, **more: Any) -> Rule:
    return rule("All", outcomes=CARRIED, windows={ANY: Window(latest_day=days)}, **more)


def product(**changes: Any) -> dict[str, Any]:
    boots = {
        "id": 701, "type": "Boots", "vendor": "Nordkant", "tags": ["Winter", "Leather"], "available": True,
        "collections": [{"id": 41}], "variants": [{"id": 801}, {"id": 802}], "gift_card?": False,
    }  # fmt: skip
    return boots | changes


def stored(policy: Policy) -> dict[str, Any]:
    """What the app keeps for the theme, through JSON as Shopify hands it on."""
    returns: dict[str, Any] = {"cases": cases(policy, CARRIED, FINAL_SALE_TAGS, TODAY.date()), "url": "/p"}
    returns |= {"free": is_free(policy), "by_country": asks_for_country(policy)}
    return {"metafields": {"postlude": {"promise": {"value": json.loads(json.dumps({"returns": returns}))}}}}


def promised(promise: Any, *rules: Rule, locale: str = "en", **objects: Any) -> Words:
    given = {"product": product(), "localization": GERMANY, "request": {"page_type": "product"}, **objects}
    return Words(promise.render(None, locale, app=stored(Policy(rules=rules)), **given))


def test_the_published_window_is_the_promise_and_leads_to_the_policy(promise) -> None:
    page = promised(promise, all_for(30))

    assert page.text == "30 days to change your mind Counted from the day it arrives. How returns work"
    assert page.links == ["/p"]


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"product_tags": ("winter",)}, True),
        ({"product_tags": ("wint",)}, False),
        ({"product_types": ("boots", "hats")}, True),
        ({"vendors": ("Somebody",)}, False),
        ({"collection_ids": (41,)}, True),
        ({"collection_ids": (4,)}, False),
        ({"product_ids": (701,), "product_types": ("Boots",)}, True),
        ({"product_ids": (701,), "product_types": ("Hats",)}, False),
        ({"countries": ("de", "AT")}, True),
        ({"countries": ("SE",)}, False),
        ({"channels": ("web",)}, True),
        ({"channels": ("pos",)}, False),
        ({"final_sale": False}, True),
        ({"order_date": {"first": "2026-11-01", "last": "2026-12-31"}}, True),
        ({"order_date": {"last": "2026-11-01"}}, False),
    ],
)
def test_a_rule_counts_for_the_products_that_it_is_about(promise, when: dict[str, Any], fits: bool) -> None:
    page = promised(promise, rule("x", when, windows={ANY: Window(latest_day=7)}), all_for(30))

    assert ("7 days" if fits else "30 days") in page.text


@pytest.mark.parametrize("tag", sorted(FINAL_SALE_TAGS))
def test_final_sale_is_said_before_buying(promise, tag: str) -> None:
    page = promised(
        promise, rule("Final", {"final_sale": True}, outcomes=()), all_for(30), product=product(tags=[tag.upper()])
    )

    assert "Final sale: this one stays with you" in page.text
    assert "30 days" not in page.text


@pytest.mark.parametrize(
    "when",
    [
        {"customer_tags": ("serial",)}, {"price_paid": {"at_most": "20.00"}}, {"company": True},
        {"reasons": ("style",)}, {"discount_codes": ("SALE",)}, {"markets": ("eu",)},
        {"variant_ids": (802,)}, {"order_count": {"at_least": 9}},
        {"days_since_delivery": {"at_least": 3}}, {"order_date": {"last": "2026-11-22"}},
    ],
)  # fmt: skip
def test_of_what_is_not_known_yet_the_worst_is_said(promise, when: dict[str, Any]) -> None:
    assert "7 days" in promised(promise, rule("x", when, windows={ANY: Window(latest_day=7)}), all_for(30)).text
    assert "30 days" in promised(promise, rule("x", when, windows={ANY: Window(latest_day=60)}), all_for(30)).text
    never = promised(promise, rule("x", when, outcomes=()), all_for(30))
    assert "Whether it can be returned depends on your order" in never.text
    assert "30" not in never.text


def test_a_variant_of_another_product_changes_nothing(promise) -> None:
    assert "30 days" in promised(promise, rule("x", {"variant_ids": (999,)}, outcomes=()), all_for(30)).text


def test_without_a_refund_nobody_is_told_that_they_may_change_their_mind(promise) -> None:
    credit = rule("All", outcomes=(Outcome.STORE_CREDIT,), windows={ANY: Window(latest_day=30)})

    page = promised(promise, credit)

    assert "30 days to send it back" in page.text
    assert "Not for a refund" in page.text
    assert "change your mind" not in page.text


def test_what_is_decided_for_certain_is_not_made_worse_by_a_later_rule(promise) -> None:
    later = rule("Later", {"product_types": ("Boots",)}, outcomes=(), windows={ANY: Window(latest_day=7)})
    credit = {"outcomes": (Outcome.STORE_CREDIT,), "windows": {ANY: Window(latest_day=30)}}

    assert "30 days to change your mind" in promised(promise, all_for(30), later).text
    assert "30 days to send it back" in promised(promise, rule("All", **credit), later).text


def test_without_a_refund_the_refunds_window_promises_nothing(promise) -> None:
    windows = {Scope.REFUND: Window(latest_day=60), ANY: Window(latest_day=10)}

    page = promised(promise, rule("All", outcomes=(Outcome.STORE_CREDIT,), windows=windows))

    assert "10 days to send it back" in page.text


def test_what_can_be_had_in_either_case_is_the_worse_of_both(promise) -> None:
    regulars = rule("Regulars", {"customer_tags": ("vip",)}, outcomes=CARRIED)
    windows = {Scope.REFUND: Window(latest_day=14), ANY: Window(latest_day=45)}

    page = promised(promise, regulars, rule("All", outcomes=(Outcome.STORE_CREDIT,), windows=windows))

    assert "14 days to send it back" in page.text


def test_what_is_not_final_sale_may_be_what_a_rule_is_about(promise) -> None:
    rules = (rule("Rest", {"final_sale": False}, windows={ANY: Window(latest_day=7)}), all_for(30))

    assert "7 days" in promised(promise, *rules).text
    assert "30 days" in promised(promise, *rules, product=product(tags=["final sale"])).text


def test_the_refunds_own_window_is_the_promise_where_outcomes_differ(promise) -> None:
    assert "14 days to change your mind" in promised(promise, *PRESETS["fashion"].policy.rules).text


def test_presets_promise_what_they_give(promise) -> None:
    said = {name: promised(promise, *preset.policy.rules).text for name, preset in PRESETS.items()}

    assert "30 days to change your mind Counted" in said["standard"]
    assert "Return it whenever you like" in said["forgiving"]
    assert "30 days to change your mind, free returns" in said["bulky"]
    assert "Send it back from day 30 to day 100" in said["trial"]
    assert "Final sale: this one stays with you" in said["outlet"]
    assert (
        "14 days to change your mind Counted from the day it arrives. For delivery to Germany." in said["eu_consumer"]
    )


def test_days_counted_from_the_order_are_said_to_be(promise) -> None:
    window = Window(latest_day=20, counted_from=Start.ORDER)

    page = promised(promise, rule("All", outcomes=CARRIED, windows={ANY: window}))

    assert "20 days to change your mind Counted from the day you order." in page.text


def test_free_is_said_only_where_no_rule_can_ask_for_money() -> None:
    ways = {"methods": (Method.LABEL, Method.IN_STORE)}
    fee = {"shipping_fee": {"shop": Decimal("4.90")}}

    assert is_free(Policy(rules=(all_for(30, **ways),)))
    assert not is_free(Policy(rules=(all_for(30),)))
    assert not is_free(Policy(rules=(all_for(30, methods=(Method.LABEL, Method.OWN_CARRIER)),)))
    assert not is_free(Policy(rules=(rule("far", {"countries": ("JP",)}, **fee), all_for(30, **ways))))


def cart(*products: dict[str, Any]) -> dict[str, Any]:
    items = [{"product": each} for each in products]
    return {"cart": {"item_count": len(items), "requires_shipping": True, "items": items},
            "product": None, "request": {"page_type": "cart"}}  # fmt: skip


def test_a_cart_is_told_what_holds_for_all_of_it(promise) -> None:
    rules = (rule("Hats", {"product_types": ("Hats",)}, windows={ANY: Window(latest_day=7)}), all_for(30))

    assert "7 days" in promised(promise, *rules, **cart(product(), product(type="Hats"))).text
    assert "30 days" in promised(promise, *rules, **cart(product(), product())).text


def test_a_cart_says_that_something_in_it_stays(promise) -> None:
    rules = (rule("Final", {"final_sale": True}, outcomes=()), all_for(30))
    final = product(tags=["final sale"])

    some = promised(promise, *rules, **cart(product(), final)).text
    assert "30 days to change your mind Something in your cart is final sale" in some
    assert "Final sale: this one stays with you" in promised(promise, *rules, **cart(final)).text


def test_where_there_is_nothing_to_judge_nothing_is_promised(promise) -> None:
    gift = product(**{"gift_card?": True})

    assert promised(promise, all_for(30), **cart(gift)).text == ""
    assert promised(promise, all_for(30), product=None, request={"page_type": "page"}).text == ""


UNKNOWN: list[dict[str, Any]] = [
    {}, {}, {}, {"product_tags": ("winter",)}, {"product_types": ("Hats",)}, {"final_sale": True},
    {"collection_ids": (41,)}, {"variant_ids": (801,)}, {"countries": ("DE",)}, {"countries": ("SE",)},
    {"customer_tags": ("vip",)}, {"price_paid": {"at_least": "50.00"}}, {"company": False}, {"company": True},
    {"channels": ("web",)}, {"order_count": {"at_most": 1}}, {"vendors": ("nordkant",), "customer_tags": ("vip",)},
]  # fmt: skip
WINDOW = st.builds(
    lambda start, first, more: Window(counted_from=start, earliest_day=first, latest_day=more and first + more),
    st.sampled_from(Start), st.sampled_from([0, 0, 10]), st.sampled_from([None, 7, 14, 30]),
)  # fmt: skip
SCOPE = st.sampled_from([ANY, Scope.REFUND, Scope.STORE_CREDIT])
RULE = st.builds(
    lambda when, outcomes, windows: (when, {"outcomes": outcomes, "windows": windows}),
    st.sampled_from(UNKNOWN),
    st.none() | st.lists(st.sampled_from(CARRIED), unique=True).map(tuple),
    st.none() | st.dictionaries(SCOPE, WINDOW, min_size=1),
)
BUYER = st.fixed_dictionaries(
    {
        "vip": st.booleans(), "company": st.booleans(), "price": st.sampled_from(["20.00", "90.00"]),
        "orders": st.sampled_from([0, 5]), "variant": st.sampled_from([801, 802]),
    }
)  # fmt: skip


def subject(tags: list[str], buyer: dict[str, Any], at: datetime) -> Subject:
    """An order placed now from the page, delivered at once, and a notice of it."""
    price = Money.parse(buyer["price"], "EUR")
    line = LineFacts(
        1, price, product_id=701, variant_id=buyer["variant"], product_tags=frozenset(tags), product_type="Boots",
        vendor="Nordkant", collection_ids=frozenset({41}), fulfilled_at=TODAY, delivered_at=TODAY,
        is_final_sale=any(tag.casefold() in FINAL_SALE_TAGS for tag in tags),
    )  # fmt: skip
    order = OrderFacts(TODAY, price, Rates("EUR", "EUR"), country="DE", channel="web", is_company=buyer["company"])
    customer = CustomerFacts(frozenset({"vip"} if buyer["vip"] else ()), order_count=buyer["orders"])
    return Subject(line, order, customer, Notice(at))


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(RULE, min_size=1, max_size=5), BUYER, st.sampled_from([["Winter"], ["Final sale"], []]))
def test_whoever_buys_it_gets_at_least_what_was_promised(promise, rules, buyer, tags) -> None:
    policy = Policy(rules=tuple(rule(f"rule {n}", when, **then) for n, (when, then) in enumerate(rules)))
    said = promised(promise, *policy.rules, product=product(tags=tags)).text
    version = (PolicyVersion(1, TODAY - timedelta(days=9), policy),)

    def found(day: int) -> Any:
        return check(version, subject(tags, buyer, TODAY + timedelta(days=day)))

    if "Final sale" in said:
        for day in (0, 12, 40):
            assert not {terms.outcome for terms in found(day).terms} & set(CARRIED), said
        return
    if "depends" in said:
        return
    days = [int(day) for day in re.findall(r"\d+", said)]
    first = days[0] if "from day" in said or "Keep it" in said else 0
    last = days[-1] if days and not ("Keep it" in said or "whenever" in said) else first + 400
    for day in (first, last):
        verdict = found(day)
        outcomes = {terms.outcome for terms in verdict.terms}
        assert outcomes & set(CARRIED), (said, day, verdict.reasons)
        if "change your mind" in said or "Return it whenever" in said:
            assert Outcome.REFUND in outcomes, (said, day, verdict.why_not(Outcome.REFUND))
    assert not isinstance(found(first).reasons and found(first).reasons[0], OutsideWindow)
