"""Windows, reasons, versions, bonus conditions, block and allow lists, fees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from policy_cases import DELIVERED, NOW, ORDERED, SENT, euro, published, rule, subject

from shopify_app.i18n import Day, Languages
from shopify_app.returns import explain
from shopify_app.returns.effects import Bonus, CustomerCap, Window
from shopify_app.returns.policy import check, helpful_reasons
from shopify_app.returns.presets import EVERYTHING, PRESETS
from shopify_app.returns.reasons import (
    AlreadyReturned,
    AskUs,
    FinalSale,
    GiftCardItem,
    NotCovered,
    NotDeliveredYet,
    NotFulfilledYet,
    NotOffered,
    OrderCancelled,
    OutsideWindow,
    TooEarly,
    Withdrawn,
)
from shopify_app.returns.rules import PolicyVersion, Rule, in_force
from shopify_app.returns.verdicts import Promise, Terms, Verdict
from shopify_app.returns.vocabulary import Approval, BlockedMay, MoneyEvent, Outcome, Scope, Standing, Start

ANY = Scope.ANY
STOCKHOLM_MIDNIGHT = datetime(2026, 12, 5, 23, 0, tzinfo=UTC)
"""24:00 of 5 December in Stockholm: thirty days after the delivery of 5 November."""


def all_for(days: int | None, **then: Any) -> PolicyVersion:
    return published(rule(outcomes=EVERYTHING, windows={ANY: Window(latest_day=days)}, **then))


def terms(verdict: Verdict, outcome: Outcome = Outcome.STORE_CREDIT) -> Terms:
    found = verdict.terms_for(outcome)
    assert found is not None, verdict
    return found


def test_a_window_ends_at_midnight_of_its_last_day_in_the_shops_zone() -> None:
    versions = (all_for(30),)

    assert check(versions, subject(now=STOCKHOLM_MIDNIGHT - timedelta(seconds=1))).is_eligible
    late = check(versions, subject(now=STOCKHOLM_MIDNIGHT))
    assert late.reasons == (OutsideWindow(days_late=1, last_day=date(2026, 12, 5)),)


def test_a_day_is_a_day_of_the_shop_also_when_the_clocks_change() -> None:
    delivered = datetime(2026, 10, 20, 22, 30, tzinfo=UTC)  # 0:30 on the 21st in Stockholm, still summer time
    boots = {"fulfilled_at": delivered - timedelta(days=2), "delivered_at": delivered, "delivery_known_at": delivered}

    verdict = check((all_for(10),), subject(line=boots, now=datetime(2026, 10, 31, 22, 59, tzinfo=UTC)))

    assert verdict.last_day == date(2026, 10, 31)
    assert not check((all_for(10),), subject(line=boots, now=datetime(2026, 10, 31, 23, 0, tzinfo=UTC))).is_eligible


@pytest.mark.parametrize(
    ("start", "last"), [(Start.ORDER, (12, 1)), (Start.FULFILMENT, (12, 2)), (Start.DELIVERY, (12, 5))]
)
def test_a_window_counts_from_what_the_rule_says(start: Start, last: tuple[int, int]) -> None:
    versions = (published(rule(outcomes=EVERYTHING, windows={ANY: Window(counted_from=start, latest_day=30)})),)

    assert check(versions, subject()).last_day == date(2026, *last)


def test_an_unknown_delivery_counts_from_fulfilment_plus_the_assumed_days_of_the_country() -> None:
    unknown = {"delivered_at": None, "delivery_known_at": None}
    version = published(
        rule(outcomes=EVERYTHING, windows={ANY: Window(latest_day=30)}), assumed_transit_by_country={"NO": 12}
    )

    assert check((version,), subject(line=unknown)).last_day == date(2026, 12, 9)
    assert check((version,), subject(line=unknown, order={"country": "NO"})).last_day == date(2026, 12, 14)


def test_a_real_date_that_comes_after_the_assumed_one_was_used_only_lengthens() -> None:
    known = NOW - timedelta(days=1)
    earlier, later = {"delivery_known_at": known}, {"delivery_known_at": known, "delivered_at": known}

    assert check((all_for(30),), subject(line=earlier)).last_day == date(2026, 12, 9)
    assert check((all_for(30),), subject(line=later)).last_day == date(2026, 12, 19)


def test_a_delivery_known_in_time_counts_by_itself() -> None:
    assert check((all_for(30),), subject()).last_day == date(2026, 12, 5)


def test_a_trial_has_an_earliest_day_and_no_limit_is_no_limit() -> None:
    trial = published(rule(outcomes=EVERYTHING, windows={ANY: Window(earliest_day=30, latest_day=100)}))

    assert check((trial,), subject()).reasons == (TooEarly(date(2026, 12, 5)),)
    assert check((trial,), subject(now=NOW + timedelta(days=15))).is_eligible
    assert check((all_for(None),), subject(now=NOW + timedelta(days=4000))).last_day is None


def test_outcomes_have_their_own_windows_and_the_closed_ones_say_why() -> None:
    fashion = (PolicyVersion(1, ORDERED, PRESETS["fashion"].policy),)

    verdict = check(fashion, subject())  # 15 days after delivery

    assert verdict.why_not(Outcome.REFUND) == OutsideWindow(1, date(2026, 11, 19))
    assert terms(verdict).closes == date(2026, 12, 20)
    assert terms(verdict, Outcome.VARIANT_EXCHANGE).closes == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("line", "order", "reason"),
    [
        ({"is_final_sale": True}, {}, FinalSale("Final sale")),
        ({"returnable": 0}, {}, AlreadyReturned()),
        ({"returnable": 0, "is_withdrawn": True}, {}, Withdrawn()),
        ({"is_gift_card": True}, {}, GiftCardItem()),
        ({}, {"is_cancelled": True}, OrderCancelled()),
        ({"fulfilled_at": None, "delivered_at": None}, {}, NotFulfilledYet()),
        ({"fulfilled_at": NOW, "delivered_at": None}, {}, NotDeliveredYet(date(2026, 11, 27))),
    ],
)
def test_a_line_that_cannot_come_back_says_why(line: dict[str, Any], order: dict[str, Any], reason: Any) -> None:
    verdict = check((PolicyVersion(1, ORDERED, PRESETS["standard"].policy),), subject(line=line, order=order))

    assert verdict.reasons == (reason,)
    assert not verdict.is_eligible


def test_a_line_nobody_spoke_of_is_not_covered_and_a_missing_outcome_names_who_left_it_out() -> None:
    hats = published(rule("Hats", {"product_tags": ("Hats",)}, outcomes=EVERYTHING))
    credit_only = published(rule("Credit only", outcomes=(Outcome.STORE_CREDIT,)))

    assert check((hats,), subject()).reasons == (NotCovered(),)
    assert check((credit_only,), subject()).why_not(Outcome.REFUND) == NotOffered("Credit only")


def test_orders_carry_the_version_in_force_at_purchase_and_older_ones_the_first() -> None:
    first, second = all_for(30), published(rule(), number=2, at=ORDERED)

    assert in_force((second, first), ORDERED - timedelta(seconds=1)).number == 1
    assert in_force((first, second), ORDERED).number == 2
    assert in_force((first, second), datetime(2020, 1, 1, tzinfo=UTC)).number == 1
    with pytest.raises(ValueError, match="no policy"):
        in_force((), ORDERED)


def test_a_later_version_applies_where_it_is_better_for_the_shopper_and_only_there() -> None:
    bought = all_for(30, restocking_percent=Decimal(0), bonus={ANY: Bonus(percent=Decimal(10))})
    later = published(
        rule(
            "60 days, fee",
            outcomes=(Outcome.REFUND,),
            windows={ANY: Window(latest_day=60)},
            restocking_percent=Decimal(20),
            bonus={ANY: Bonus(percent=Decimal(5))},
            money_events={ANY: MoneyEvent.FIRST_SCAN},
            approval=Approval.AT_ONCE,
        ),
        number=2,
        at=NOW - timedelta(days=2),
    )

    verdict = check((bought, later), subject(now=NOW + timedelta(days=20)))  # 35 days after delivery

    credit = terms(verdict)
    assert credit.closes == date(2027, 1, 4)
    assert credit.restocking_percent == 0
    assert credit.bonus is not None
    assert credit.bonus.percent == 10
    assert credit.money_event is MoneyEvent.FIRST_SCAN
    assert verdict.approval is Approval.AT_ONCE
    assert verdict.version == 1
    assert {(d.aspect.value, d.version) for d in verdict.decisions if d.part == "store_credit"} >= {
        ("window", 2), ("outcome", 1), ("bonus", 1),
    }  # fmt: skip


def test_a_version_published_after_the_notice_changes_nothing() -> None:
    later = published(rule(outcomes=EVERYTHING), number=2, at=NOW + timedelta(days=30))

    assert not check((all_for(10), later), subject()).is_eligible


def _bonus(verdict: Verdict) -> Promise | None:
    return terms(verdict).bonus


def test_an_item_that_was_itself_an_exchange_earns_no_bonus_unless_the_merchant_allows_it() -> None:
    earning = {"bonus": {ANY: Bonus(percent=Decimal(10))}}

    assert _bonus(check((all_for(30, **earning),), subject(line={"is_exchange": True}))) is None
    assert _bonus(check((all_for(30, **earning, bonus_on_exchanged=True),), subject(line={"is_exchange": True})))


def test_a_shops_mistake_costs_no_fees_and_earns_no_bonus_where_a_refund_is_owed() -> None:
    fault = {
        "bonus": {ANY: Bonus(percent=Decimal(10))},
        "merchant_at_fault": True,
        "restocking_percent": Decimal(20),
        "shipping_fee": "4.95",
    }
    verdict = check((all_for(30, **fault),), subject())
    without_refund = published(rule(**{**fault, "outcomes": (Outcome.STORE_CREDIT,)}))

    assert _bonus(verdict) is None
    assert (terms(verdict).restocking_percent, terms(verdict).shipping_fee) == (0, None)
    assert _bonus(check((all_for(30, **fault, bonus_when_at_fault=True),), subject()))
    assert _bonus(check((without_refund,), subject()))


def test_a_statutory_withdrawal_costs_no_fees() -> None:
    fees = all_for(30, restocking_percent=Decimal(20), shipping_fee="4.95")

    found = terms(check((fees,), subject(notice={"is_withdrawal": True})), Outcome.REFUND)

    assert (found.restocking_percent, found.shipping_fee) == (0, None)


def test_waived_fees_are_waived_for_the_named_outcomes_alone() -> None:
    waiving = {"waive_restocking_for": (Outcome.STORE_CREDIT,), "waive_shipping_for": ()}
    verdict = check((all_for(30, restocking_percent=Decimal(20), shipping_fee="4.95", **waiving),), subject())

    assert terms(verdict).restocking_percent == 0
    assert terms(verdict).shipping_fee == euro("4.95")
    assert terms(verdict, Outcome.REFUND).restocking_percent == 20


def test_even_swaps_and_refunds_never_earn_a_bonus() -> None:
    every = rule(outcomes=(*EVERYTHING, Outcome.PRODUCT_EXCHANGE), bonus={ANY: Bonus(flat="5.00")})
    verdict = check((published(every),), subject())

    assert {t.outcome for t in verdict.terms if t.bonus} == {
        Outcome.STORE_CREDIT, Outcome.PRODUCT_EXCHANGE, Outcome.SHOP_NOW,
    }  # fmt: skip


def test_a_blocked_customer_is_always_reviewed_and_earns_nothing_or_has_to_ask() -> None:
    earning = rule(outcomes=EVERYTHING, bonus={ANY: Bonus(percent=Decimal(10))}, approval=Approval.AT_ONCE)
    blocked = subject(customer={"standing": Standing.BLOCKED})

    verdict = check((published(earning),), blocked)
    assert (verdict.approval, _bonus(verdict)) == (Approval.REVIEW, None)
    assert check((published(earning, blocked_may=BlockedMay.ASK_ONLY),), blocked).reasons == (AskUs(),)


def test_a_customer_on_the_allow_list_has_no_cap_over_a_period() -> None:
    capped = all_for(
        30, bonus={ANY: Bonus(percent=Decimal(10))}, bonus_cap_per_customer=CustomerCap(amount="20", days=90)
    )

    ordinary, allowed = (
        _bonus(check((capped,), subject(customer={"standing": standing})))
        for standing in (Standing.NEITHER, Standing.ALLOWED)
    )

    assert ordinary is not None
    assert allowed is not None
    assert (ordinary.cap_per_customer, ordinary.cap_days) == (euro("20"), 90)
    assert allowed.cap_per_customer is None


def test_keeping_an_item_goes_with_a_refund_and_costs_no_fee() -> None:
    verdict = check((all_for(30, keep_item_below="15.00", restocking_percent=Decimal(20)),), subject())
    kept = terms(verdict, Outcome.KEEP_ITEM)

    assert (kept.keep_below, kept.restocking_percent, kept.money_event) == (euro("15.00"), 0, MoneyEvent.APPROVAL)


def test_an_item_too_late_for_a_change_of_mind_may_still_come_back_broken() -> None:
    versions = (PolicyVersion(1, ORDERED, PRESETS["standard"].policy),)
    late = subject(now=NOW + timedelta(days=90))

    assert not check(versions, late).is_eligible
    assert helpful_reasons(versions, late, ("too-small", "damaged")) == ("damaged",)


def test_every_decision_carries_a_sentence_in_the_shoppers_language_or_the_merchants_own_words() -> None:
    own = Rule(name="Generous", then=all_for(30, photos=True).policy.rules[0].then, says={"en": "Take your time."})

    decisions = check((published(own),), subject()).decisions

    window = next(d for d in decisions if d.aspect == "window")
    assert window.own_words == {"en": "Take your time."}
    assert window.sentence is not None
    assert Languages().choose(["en-GB"]).say(window.sentence) == "Until the end of: Saturday 5 December."


@pytest.mark.parametrize("reason", [OutsideWindow(1, date(2026, 11, 9)), OutsideWindow(4, date(2026, 11, 6)), AskUs()])
def test_reasons_are_sentences(reason: Any) -> None:
    said = Languages().choose(["en-GB"]).say(explain.why(reason))

    assert said.endswith(".")
    assert "{" not in said


def test_lateness_is_told_with_the_day_it_ended() -> None:
    said = explain.why(OutsideWindow(1, date(2026, 11, 9)))

    assert Languages().choose(["en-GB"]).say(said).startswith("The return period ended 1 day ago")
    assert dict(said.facts)["day"] == Day(date(2026, 11, 9))


def test_the_cast_of_dates_is_what_the_cases_say() -> None:
    assert ORDERED < SENT < DELIVERED < NOW
